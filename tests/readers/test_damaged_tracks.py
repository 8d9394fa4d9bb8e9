"""TCX, GPX and HRM cut off or with a changed byte at 200 places each: never a traceback, and what is whole is kept."""

import random
from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl
import pytest

from pipelines.errors import CorruptExport
from pipelines.readers.catalogue import reader_named
from pipelines.readers.contract import Batch, ReadReport, Source
from pipelines.readers.read_file import read_source
from pipelines.tables import empty

PLACES = 100
"""Places of each kind of damage, 200 a format."""
FORMATS = ("tcx", "gpx", "polar_hrm")


def _read(source: Source, format_name: str) -> tuple[pl.DataFrame, ReadReport]:
    *batches, report = read_source(source, reader_named(format_name))
    assert isinstance(report, ReadReport)
    frames = [batch.frame for batch in batches if isinstance(batch, Batch) and batch.table == "records"]
    return pl.concat(frames) if frames else empty("records"), report


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_file_cut_off_anywhere_keeps_every_whole_point(
    format_name: str, examples: dict[str, tuple[str, bytes]], source_of: Callable[..., Source]
) -> None:
    name, content = examples[format_name]
    whole, _ = _read(source_of(name, content), format_name)
    chance = random.Random(11)
    closing = {"tcx": b"</Trackpoint>", "gpx": b"</trkpt>", "polar_hrm": b"\r\n"}[format_name]
    first = content.index(b"[HRData]") + 10 if format_name == "polar_hrm" else 0

    for at in sorted(chance.sample(range(len(content)), PLACES)):
        count = content[first:at].count(closing)
        try:
            records, report = _read(source_of(name, content[:at]), format_name)
        except CorruptExport:
            assert count == 0
            continue
        if format_name == "polar_hrm":
            assert len(records) in {count, count + 1}
            records = records.head(count)
        assert len(records) == count
        assert records.drop("activity_id").equals(whole.head(count).drop("activity_id"))
        assert report.losses or at > content.rindex(closing)


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_changed_byte_anywhere_costs_no_more_than_its_point(
    format_name: str, examples: dict[str, tuple[str, bytes]], source_of: Callable[..., Source]
) -> None:
    name, content = examples[format_name]
    whole, _ = _read(source_of(name, content), format_name)
    stamps = set(whole["recorded_at_utc"].to_list())
    chance = random.Random(12)

    for at in sorted(chance.sample(range(len(content)), PLACES)):
        damaged = bytearray(content)
        damaged[at] ^= 1 << chance.randrange(8)
        source = source_of(name, bytes(damaged), modified=datetime(2026, 3, 1, 6, tzinfo=UTC))
        try:
            records, _ = _read(source, format_name)
        except CorruptExport:
            assert format_name == "polar_hrm"
            assert b"[HRData]\r\n" not in damaged, "only without the name of the samples' section"
            continue
        assert len(records) >= len(whole) - 2
        is_start_of_hrm = format_name == "polar_hrm" and at < content.index(b"[HRData]")
        assert is_start_of_hrm or len(stamps - set(records["recorded_at_utc"].to_list())) <= 2
