"""Checks on the clock of records: order, double stamps, dates that cannot be."""

from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl

from pipelines.quality.activity_rows import activity_rows
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.segments import row_segments

FIRST_YEAR = Threshold(
    name="earliest year",
    number=2000.0,
    unit="year",
    source="no wearable stored beats or positions before; clock not set",
)
STEP_BACK_S = Threshold(name="step back", number=0.0, unit="s", source="time runs forward")

PURPOSES = ("distance", "mean_pace", "splits", "bests", "decoupling", "load", "hr_zones")
NO_TIME = "no time stamps in the records"


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds back_s: how far (s) a stamp lies before the latest so far; and since_s to the stamp before."""
    same = ~pl.col("is_first")
    return rows.with_columns(
        (pl.col("clock_s") - pl.col("at_s")).alias("back_s"),
        pl.when(same).then(pl.col("at_s") - pl.col("at_s").shift()).alias("since_s"),
    )


FAMILY = Family(signal="clock", subject_kind="activity", table="records", rows=activity_rows, measure=measure)


def find_backwards(rows: pl.DataFrame) -> Finding:
    """A time stamp lies before one that came earlier in the file."""
    return row_segments(
        rows,
        pl.col("back_s") > STEP_BACK_S.number,
        assessable=pl.col("since_s").is_not_null(),
        severity="doubtful",
        worst=pl.col("back_s"),
        evidence="{} s back",
    )


def find_duplicates(rows: pl.DataFrame) -> Finding:
    """Two records in a row carry the same time stamp: the later one is kept."""
    return row_segments(
        rows,
        pl.col("since_s") == 0,
        assessable=pl.col("since_s").is_not_null(),
        severity="doubtful",
        worst=pl.col("at_s"),
        evidence="the stamp at {} s twice",
    )


def find_before(rows: pl.DataFrame) -> Finding:
    """A date before the year 2000: the device's clock was not set, so no date of this activity can be trusted."""
    first = datetime(int(FIRST_YEAR.number), 1, 1, tzinfo=UTC)
    return row_segments(
        rows,
        pl.col("recorded_at_utc") < pl.lit(first),
        assessable=pl.col("recorded_at_utc").is_not_null(),
        severity="unusable",
        worst=pl.col("recorded_at_utc").dt.year(),
        evidence="the year {}",
    )


def _check(name: str, find: Callable[[pl.DataFrame], Finding], threshold: Threshold, *, consequence: str) -> Check:
    return Check(
        name=name,
        version=1,
        family=FAMILY,
        severity="unusable" if name == "clock_before_2000" else "doubtful",
        purposes=PURPOSES,
        thresholds=(threshold,),
        consequence=consequence,
        remedy="Let the watch set its clock by satellite or phone before the next activity.",
        why_not=NO_TIME,
        find=find,
    )


SAME_STAMP_S = Threshold(name="same stamp", number=0.0, unit="s", source="one record per moment")
CLOCK_BACKWARDS = _check("clock_backwards", find_backwards, STEP_BACK_S, consequence="These records are left out.")
CLOCK_DUPLICATES = _check("clock_duplicates", find_duplicates, SAME_STAMP_S, consequence="The later record is kept.")
CLOCK_BEFORE_2000 = _check(
    "clock_before_2000", find_before, FIRST_YEAR, consequence="The activity has no place in time."
)
