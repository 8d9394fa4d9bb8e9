"""When a morning reading was taken: hours from the usual time it is another reading of the same body."""

from collections.abc import Mapping

import polars as pl

from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.daily_value import HRV, SERIES, daily_rows
from pipelines.quality.segments import whole_subjects
from pipelines.quality.trailing import LEAST_DAYS, WINDOW_DAYS, with_usual

START = "engineering start value"

AWAY_H = Threshold(name="away from the usual time", number=3.0, unit="h", source=START)
AWAY_SPREADS = Threshold(
    name="away in spreads", number=4.0, unit="robust standard deviations", source=f"{START}: who rises at any hour"
)
MORNING = pl.col("reading") == "morning"


def series_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per morning reading of beats: subject_id, athlete_id, local_date, taken_at_utc, utc_offset_s, time_zone.

    `tables` holds athletes and all beat series they have; duration_s and row_count are for segments.
    """
    zones = tables["athletes"].select("athlete_id", "time_zone")
    return (
        tables["beat_series"]
        .filter(MORNING & (pl.col("time_basis") != "file_modified"))
        .select(
            pl.col("series_id").alias("subject_id"),
            *("athlete_id", pl.col("local_date").alias("taken_on"), pl.col("start_at_utc").alias("taken_at_utc")),
            pl.col("utc_offset_s").cast(pl.Int64).alias("stated_s"),
            ((pl.col("end_at_utc") - pl.col("start_at_utc")).dt.total_microseconds() / 1e6).alias("duration_s"),
            pl.col("interval_count").alias("row_count"),
        )
        .join(zones, on="athlete_id", how="left", maintain_order="left")
    )


def measure_series(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds local_h (hour of the day) and usual_* of it in the 60 days before, of the athlete."""
    return with_usual(_with_local_hour(rows), series=["athlete_id"], date="taken_on", value="local_h")


def measure_values(days: pl.DataFrame) -> pl.DataFrame:
    """The HRV values of a morning whose time is stated, with local_h and usual_* of it, by athlete and method."""
    timed = days.filter(MORNING & pl.col("metric").is_in(HRV) & pl.col("measured_at_utc").is_not_null())
    stated = timed.with_columns(
        pl.col("value_date").alias("taken_on"),
        pl.col("measured_at_utc").alias("taken_at_utc"),
        pl.lit(None, dtype=pl.Int64).alias("stated_s"),
    )
    return with_usual(_with_local_hour(stated), series=SERIES, date="taken_on", value="local_h")


def _with_local_hour(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds local_h: by the offset the file states, else by the athlete's zone, null without either."""
    parts = [
        part.with_columns(_hour(pl.col("taken_at_utc").dt.convert_time_zone(zone)).alias("home_h"))
        for (zone,), part in rows.partition_by("time_zone", as_dict=True, maintain_order=True).items()
        if zone is not None
    ]
    nowhere = rows.filter(pl.col("time_zone").is_null()).with_columns(pl.lit(None, dtype=pl.Float64).alias("home_h"))
    moved = pl.col("taken_at_utc") + pl.duration(seconds=pl.col("stated_s"))
    return pl.concat([nowhere, *parts]).with_columns(pl.coalesce(_hour(moved), "home_h").alias("local_h"))


def _hour(moment: pl.Expr) -> pl.Expr:
    return moment.dt.hour() + moment.dt.minute() / 60 + moment.dt.second() / 3600


SERIES_FAMILY = Family(
    signal="reading",
    subject_kind="beat_series",
    table="beat_series",
    rows=series_rows,
    measure=measure_series,
    is_of_histories=True,
)
VALUE_FAMILY = Family(
    signal="daily_value", subject_kind="daily_value", table="daily_values", rows=daily_rows, measure=measure_values
)


def _find(rows: pl.DataFrame) -> Finding:
    away = pl.col("local_h") - pl.col("usual_median")
    return whole_subjects(
        rows.filter((pl.col("usual_count") >= LEAST_DAYS.number) & pl.col("local_h").is_not_null()),
        (away.abs() > AWAY_H.number) & (away.abs() > AWAY_SPREADS.number * pl.col("usual_spread")),
        severity="doubtful",
        worst=away,
        evidence="{} h from the usual time",
    )


def find_reading_time(rows: pl.DataFrame) -> Finding:
    """A morning reading of beats more than 3 hours and 4 spreads from the athlete's usual time of 60 days.

    Local time, as the file states it or by the athlete's zone. HRV falls and heart rate rises with the day, food and
    coffee. Fewer than 14 readings before it, or a time that no file states: not assessable.
    """
    return _find(rows)


def find_value_time(rows: pl.DataFrame) -> Finding:
    """HRV an app states for a morning, measured more than 3 hours and 4 spreads from the usual time of 60 days.

    By the athlete's zone, in which apps write local time. Nights, and values without a time of day, are not assessable;
    nor are those with fewer than 14 before them.
    """
    return _find(rows)


THRESHOLDS = (AWAY_H, AWAY_SPREADS, LEAST_DAYS, WINDOW_DAYS)
REMEDY = "Take the reading at the same time each day, right after waking."
CONSEQUENCE = "The reading is doubtful for its day and the baseline: its hour shows as much as the body does."
READING_TIME = Check(
    name="reading_time",
    version=1,
    family=SERIES_FAMILY,
    severity="doubtful",
    purposes=("hrv_day", "hrv_baseline", "resting_hr"),
    thresholds=THRESHOLDS,
    consequence=CONSEQUENCE,
    remedy=REMEDY,
    why_not="not a morning reading with a time of its own, or fewer than 14 before it",
    find=find_reading_time,
)
VALUE_TIME = Check(
    name="value_time",
    version=1,
    family=VALUE_FAMILY,
    severity="doubtful",
    purposes=("hrv_day", "hrv_baseline"),
    thresholds=THRESHOLDS,
    consequence=CONSEQUENCE,
    remedy=REMEDY,
    why_not="not HRV of a morning with its time, or fewer than 14 before it",
    find=find_value_time,
)
