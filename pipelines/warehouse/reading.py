"""Stop 3, read: every recognised file goes through its reader and lies staged, ready to be loaded."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.errors import ExportError
from pipelines.progress import Progress, StepSummary
from pipelines.readers.catalogue import reader_named
from pipelines.readers.contract import Source
from pipelines.readers.problem import PARTIAL_REMEDY, Problem, problem_of
from pipelines.readers.read_file import read_source
from pipelines.warehouse.located import Place, Unpacker, base_name, places, vanished
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, run, transaction
from pipelines.warehouse.skipped import note_skipped, set_aside, shown_path, skipped_rows
from pipelines.warehouse.staging import StagedReport, primary_keys, stage

NOTED_COUNT = 20
"""Files read before they are noted down in one transaction: what a kill may cost in reading again."""


@dataclass
class _Outcomes:
    """What is read and not noted down yet."""

    read: list[tuple[dict[str, Any], StagedReport]] = field(default_factory=list)
    failed: list[tuple[dict[str, Any], Problem]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.read) + len(self.failed)


def read(warehouse: Warehouse, squad: str, progress: Progress) -> StepSummary:
    """Reads every recognised file of the squad into home.staged/<source_file_id>/, one Parquet file per table.

    A file of which nothing can be read is set aside, of one that is damaged the whole part is taken; what was lost
    goes to skipped_items. Memory is bounded by the reader's batches, not by the file.
    """
    files = frame(warehouse.con, "queries/files_at.sql", status="recognised", squad=squad)
    found = places(warehouse, files["source_file_id"])
    keys = primary_keys(warehouse.con)
    outcomes, counts = _Outcomes(), Counter(read=0, partial=0, set_aside=0)
    rows = files.iter_rows(named=True)
    for file in progress.over(rows, label="Read", total=files.height, unit="files"):
        _read_one(warehouse, file, found.get(file["source_file_id"]), keys, outcomes)
        if len(outcomes) == NOTED_COUNT:
            _note(warehouse, outcomes, counts)
            outcomes = _Outcomes()
    _note(warehouse, outcomes, counts)
    return StepSummary(stop="read", subject_count=files.height, unit="files", counts=dict(counts))


def _read_one(
    warehouse: Warehouse,
    file: dict[str, Any],
    place: Place | None,
    keys: dict[str, tuple[str, ...]],
    outcomes: _Outcomes,
) -> None:
    """Reads one file; what is wrong with it is an outcome, not an error of the run."""
    try:
        if place is None:
            raise vanished(shown_path(file))
        reader = reader_named(file["format"])
        with Unpacker(warehouse.home.unpacked) as unpacker, unpacker.bytes_at(place) as path:
            source = Source(
                path=path,
                name=base_name(place),
                source_file_id=file["source_file_id"],
                athlete_id=file["athlete_id"],
                time_zone=ZoneInfo(file["time_zone"]),
                modified_at_utc=datetime.fromtimestamp(path.stat().st_mtime, tz=UTC),
            )
            report = stage(warehouse.home.staged / source.source_file_id, read_source(source, reader), reader, keys)
    except ExportError as error:
        outcomes.failed.append((file, problem_of(error, path=shown_path(file), what="a file")))
    else:
        outcomes.read.append((file, report))


def _note(warehouse: Warehouse, outcomes: _Outcomes, counts: Counter[str]) -> None:
    con = warehouse.con
    if not len(outcomes):
        return
    with transaction(con, "read"):
        run(
            con,
            "queries/forget_skipped.sql",
            stop="read",
            source_file_ids=[f["source_file_id"] for f, _ in outcomes.read],
        )
        for file, report in outcomes.read:
            note_skipped(con, _lost(file, report))
        if outcomes.read:
            run(con, "queries/note_read.sql", reports=_noted(outcomes))
        set_aside(con, outcomes.failed, stop="read")
    is_partial = [bool(report.losses) for _, report in outcomes.read]
    counts.update(read=len(outcomes.read), partial=sum(is_partial), set_aside=len(outcomes.failed))


def _noted(outcomes: _Outcomes) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "source_file_id": [file["source_file_id"] for file, _ in outcomes.read],
            "reader_version": [report.reader_version for _, report in outcomes.read],
            "is_partial": [bool(report.losses) for _, report in outcomes.read],
        }
    )


def _lost(file: dict[str, Any], report: StagedReport) -> list[dict[str, object]]:
    problems = [
        Problem(
            kind="partial",
            path=shown_path(file),
            what=loss.what,
            where=loss.where,
            why=loss.why,
            remedy=PARTIAL_REMEDY,
        )
        for loss in report.losses
    ]
    listed = [(problem, file["source_file_id"]) for problem in problems]
    return skipped_rows(listed, athlete_id=file["athlete_id"], stop="read")
