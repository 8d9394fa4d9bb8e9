"""Puts the staged stream of a source file where streams lie: by athlete and month, each file by an atomic rename."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.warehouse.connect import TEMPORARY
from pipelines.warehouse.crash_points import reached
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.staging import COMPRESSION, StagedReport

SUBJECTS = {"records": ("activities", "activity_id"), "beats": ("beat_series", "series_id")}
"""Table and key of the subjects whose local month a stream is filed under."""

LARGEST_OFFSET, LONGEST_MONTH = timedelta(days=1), timedelta(days=31)
"""No local time is a day from UTC, and no month longer than this."""


def place_stream(
    warehouse: Warehouse, stream: str, file: dict[str, Any], report: StagedReport, rows: dict[str, pl.DataFrame]
) -> Iterator[dict[str, Any]]:
    """Copies one staged stream into the streams folder, split by month; gives its rows of `stream_files`.

    The month is that of the local date its subject starts on; heart rates have no subject: theirs is the month of
    the measurement in the athlete's zone. `rows` are the keyed tables of the file, `file` its row of
    `queries/files_at.sql`.
    """
    source_file_id = file["source_file_id"]
    staged = warehouse.home.staged / source_file_id / f"{stream}.parquet"
    months = _months(stream, staged, file, rows)
    names = months["month"].unique().sort().to_list()
    stretches = _stretches(stream, staged, months) if len(names) > 1 else {}
    for month in names:
        path = f"{stream}/athlete={file['athlete_id']}/{month}/{source_file_id}.parquet"
        target = warehouse.home.streams / path
        temporary = target.with_name(target.name + TEMPORARY)
        target.parent.mkdir(parents=True, exist_ok=True)
        if len(names) == 1:
            shutil.copyfile(staged, temporary)
            row_count = report.row_counts[stream]
        else:
            of_month = months.filter(pl.col("month") == month)
            row_count = _write_month(stream, _stretch(staged, stretches, month), temporary, of_month, file)
        reached("load.before_rename")
        temporary.replace(target)
        reached("load.after_rename")
        yield {
            "stream": stream,
            "athlete_id": file["athlete_id"],
            "month": month,
            "path": path,
            "source_file_id": source_file_id,
            "row_count": row_count,
        }


def _months(stream: str, staged: Path, file: dict[str, Any], rows: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Months that occur: one row per subject and month; for heart rates one row per month."""
    if stream not in SUBJECTS:
        months = pl.scan_parquet(staged).select(_measured_month(file)).unique()
        return months.collect(engine="streaming")
    table, key = SUBJECTS[stream]
    return rows[table].select(pl.col("local_date").dt.strftime("%Y-%m").alias("month"), pl.col(key))


def _stretches(stream: str, staged: Path, months: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """First and last row of each month, where the months are those of subjects: mostly it lies in one stretch."""
    if stream not in SUBJECTS:
        return {}
    rows = pl.scan_parquet(staged).select(SUBJECTS[stream][1]).with_row_index("row")
    of_months = rows.join(months.lazy(), on=SUBJECTS[stream][1]).group_by("month")
    found = of_months.agg(first=pl.col("row").min(), last=pl.col("row").max()).collect(engine="streaming")
    return {month: (first, last) for month, first, last in found.select("month", "first", "last").iter_rows()}


def _stretch(staged: Path, stretches: dict[str, tuple[int, int]], month: str) -> pl.LazyFrame:
    """The staged rows among which all of that month are."""
    rows = pl.scan_parquet(staged)
    if month not in stretches:
        return rows
    first, last = stretches[month]
    return rows.slice(first, last - first + 1)


def _write_month(stream: str, rows: pl.LazyFrame, temporary: Path, months: pl.DataFrame, file: dict[str, Any]) -> int:
    """Writes the rows of one month; gives how many."""
    if stream in SUBJECTS:
        key = SUBJECTS[stream][1]
        rows = rows.filter(pl.col(key).is_in(months[key].to_list()))
    else:
        month = months["month"].item()
        rows = rows.filter(_about(month), _measured_month(file) == month)
    rows.sink_parquet(temporary, compression=COMPRESSION)
    return int(pl.scan_parquet(temporary).select(pl.len()).collect().item())


def _about(month: str) -> pl.Expr:
    """Whether a measurement can be of that month in any zone: so that months far off are not even read."""
    year, number = map(int, month.split("-"))
    first = datetime(year, number, 1, tzinfo=UTC)
    measured = pl.col("measured_at_utc")
    return (measured >= first - LARGEST_OFFSET) & (measured <= first + LONGEST_MONTH + LARGEST_OFFSET)


def _measured_month(file: dict[str, Any]) -> pl.Expr:
    measured = pl.col("measured_at_utc").dt.convert_time_zone(file["time_zone"])
    return measured.dt.strftime("%Y-%m").alias("month")
