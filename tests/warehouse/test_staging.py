"""Long tables are written as they come, and read back whole."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from pipelines.readers.contract import Batch, Reader, ReadReport
from pipelines.tables import conform
from pipelines.warehouse import staging

READER = Reader(
    name="counter",
    version="1",
    label="a counter",
    tables=("interval_sums",),
    recognise=lambda _head: True,
    read=lambda _source: iter(()),
    reads="",
    passes_over="",
    certainty="",
)
KEYS = {"interval_sums": ("source_file_id", "interval_index")}


def steps(first: int, count: int) -> Batch:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [
        {
            "athlete_id": 1,
            "source_file_id": "0" * 16,
            "interval_index": number,
            "device_id": "maker:watch:",
            "metric": "step_count",
            "start_at_utc": start + timedelta(minutes=number),
            "end_at_utc": start + timedelta(minutes=number + 1),
            "amount": float(number),
            "unit": "count",
        }
        for number in range(first, first + count)
    ]
    return Batch(table="interval_sums", frame=conform(pl.DataFrame(rows), "interval_sums"))


@pytest.fixture
def few_at_once(monkeypatch):
    monkeypatch.setattr(staging, "GATHERED_ROW_COUNT", 10)


@pytest.mark.usefixtures("few_at_once")
@pytest.mark.parametrize("counts", [(3,), (8, 8, 8), (10, 10), (25, 1)])
def test_many_numbered_rows_come_back_as_they_were(tmp_path, counts):
    batches = [steps(sum(counts[:at]), count) for at, count in enumerate(counts)]

    report = staging.stage(tmp_path / "file", [*batches, ReadReport()], READER, KEYS)
    rows = staging.staged_rows(tmp_path / "file", "interval_sums")

    assert report.row_counts == {"interval_sums": sum(counts)}
    assert rows.equals(pl.concat([batch.frame for batch in batches]))


@pytest.mark.usefixtures("few_at_once")
def test_a_reader_that_numbers_rows_twice_is_told(tmp_path):
    with pytest.raises(ValueError, match="interval_sums are not numbered one after the other"):
        staging.stage(tmp_path / "file", [steps(0, 12), steps(5, 12), ReadReport()], READER, KEYS)


def test_of_few_rows_with_one_number_the_last_is_kept(tmp_path):
    report = staging.stage(tmp_path / "file", [steps(0, 3), steps(0, 3), ReadReport()], READER, KEYS)

    assert report.row_counts == {"interval_sums": 3}
