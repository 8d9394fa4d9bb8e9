"""Real exports: every RR text is read, and everything else is either read by one reader or set aside in one line."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipelines.errors import ExportError
from pipelines.readers.archive import extracted, is_archive, members
from pipelines.readers.catalogue import head_of, readers, recognise
from pipelines.readers.contract import Batch, ReadReport, Source
from pipelines.readers.problem import Problem
from pipelines.readers.read_file import read_source

pytestmark = pytest.mark.real

RR_TABLE = "Real RR files (file, reader, rows, notes)"
FOLDER_TABLE = "Real files by folder (reader or reason, count)"

RR_FOLDERS = ("rr_text", "elitehrv_csv", "hrv4training_csv")


@pytest.fixture(scope="module")
def real() -> Path:
    folder = os.environ.get("WATTWORTH_REAL")
    if folder is None:
        pytest.skip("WATTWORTH_REAL does not name a folder of real exports")
    return Path(folder)


def _source(path: Path, name: str) -> Source:
    return Source(
        path=path,
        name=name,
        source_file_id="0" * 16,
        athlete_id=1,
        time_zone=ZoneInfo("UTC"),
        modified_at_utc=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _read(path: Path, name: str) -> tuple[str, Counter[str], ReadReport]:
    reader = recognise(head_of(path, name))
    rows: Counter[str] = Counter()
    report = ReadReport()
    for item in read_source(_source(path, name), reader):
        if isinstance(item, Batch):
            rows[item.table] += item.frame.height
        else:
            report = item
    return reader.name, rows, report


@pytest.mark.parametrize("folder", RR_FOLDERS)
def test_every_real_rr_file_is_read_without_a_loss(
    folder: str, real: Path, record_property: Callable[[str, object], None]
) -> None:
    read = {path.name: _read(path, path.name) for path in _files(real / folder)}

    for name, (reader, rows, report) in read.items():
        record_property("outcome", f"{RR_TABLE}: {folder}/{name}: {reader} {dict(rows)} {report.passed_over}")
    assert read
    assert all(report.losses == () for _, _, report in read.values())
    assert all(rows["beats"] > 200 or rows["daily_values"] > 20 for _, rows, _ in read.values())


def _outcome(path: Path) -> list[str]:
    """Reader, kind of refusal, or both for an archive."""
    head = head_of(path)
    if not is_archive(head):
        return [_one(path, path.name)]
    outcomes = []
    for item in members(path):
        if isinstance(item, Problem):
            outcomes.append(item.kind)
        else:
            with extracted(path, item.path) as member:
                outcomes.append(_one(member, item.head.name))
    return outcomes


def _one(path: Path, name: str) -> str:
    try:
        return _read(path, name)[0]
    except ExportError as error:
        return error.kind if "\n" not in str(error) else "more than one line"


def test_every_other_real_file_is_read_by_one_reader_or_set_aside_in_one_line(
    real: Path, record_property: Callable[[str, object], None]
) -> None:
    folders = [folder for folder in sorted(real.iterdir()) if folder.is_dir() and folder.name != "fit"]

    outcomes = {
        folder.name: Counter(found for path in _files(folder) for found in _outcome(path)) for folder in folders
    }

    for name, counts in outcomes.items():
        record_property("outcome", f"{FOLDER_TABLE}: {name}: {dict(counts)}")
    assert all(sum(counts.values()) > 0 for counts in outcomes.values())
    refused = {"ambiguous", "more than one line"}
    assert all(refused.isdisjoint(counts) for counts in outcomes.values())
    ours = {reader.name for reader in readers()} & {"rr_text", "wellness_csv", "notes_csv", "hrv_logger"}
    assert all(ours.isdisjoint(counts) for name, counts in outcomes.items() if not name.startswith("rr_"))
