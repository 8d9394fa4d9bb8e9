"""What is known of an athlete at 05:00: only days that were over by then.

The reading of the night itself, its resting heart rate and everything later stay out; a test perturbs them and sees
that no feature moves. What does not belong here: a fit over several athletes.
"""

import hashlib

import numpy as np
import polars as pl

from pipelines.models.contract import Matrix
from pipelines.models.naive import RIVALS, rival_estimates

LAGS_DAYS = tuple(range(1, 8))

WEEK_DAYS = 7

SECONDS_PER_HOUR = 3_600.0

FEATURES = (
    "expanding_mean",
    "rolling_mean_7",
    "rolling_mean_28",
    "rolling_mean_60",
    "ewma",
    *(f"lag_{days}" for days in LAGS_DAYS),
    "days_since_last",
    "resting_heart_rate_deviation_bpm",
    "recorded_moving_1_h",
    "recorded_moving_7_h",
)

DAY_COLUMNS = {
    "athlete_id": pl.Int32,
    "day_date": pl.Date,
    "reading": pl.Float64,
    "resting_heart_rate_bpm": pl.Float64,
    "moving_time_s": pl.Float64,
}


def calendar(readings: pl.DataFrame) -> pl.DataFrame:
    """One row per athlete and calendar day from the first reading to the last (`DAY_COLUMNS`), null where none.

    `readings` has the same columns, at most one row per athlete and day.
    """
    known = readings.select(pl.col(name).cast(dtype) for name, dtype in DAY_COLUMNS.items())
    spans = known.filter(pl.col("reading").is_not_null()).group_by("athlete_id")
    days = spans.agg(pl.date_ranges(pl.col("day_date").min(), pl.col("day_date").max()).alias("day_date").first())
    grid = days.explode("day_date") if days.height else known.select("athlete_id", "day_date").clear()
    return grid.join(known, on=["athlete_id", "day_date"], how="left").sort("athlete_id", "day_date")


def fingerprint(days: pl.DataFrame) -> str:
    """Hash of the input rows: the same rows, the same hash, in whatever order they came."""
    ordered = days.select(*DAY_COLUMNS).sort("athlete_id", "day_date")
    return hashlib.sha256(ordered.write_csv(float_precision=9).encode()).hexdigest()


def mornings(days: pl.DataFrame) -> pl.DataFrame:
    """One row per athlete and calendar day: athlete_id, day_date, target, reading_count and `FEATURES`.

    `target` is the reading of that morning, null where there is none; `reading_count` the number of earlier ones.
    A feature is null where nothing is known. Units: those of the reading; days; bpm; h.
    """
    if days.is_empty():
        columns = {"athlete_id": pl.Int32, "day_date": pl.Date, "target": pl.Float64, "reading_count": pl.Int64}
        return pl.DataFrame(schema=columns | dict.fromkeys(FEATURES, pl.Float64))
    frames = [_of_one_athlete(own) for own in days.partition_by("athlete_id", maintain_order=True)]
    return pl.concat(frames)


def rival_mornings(days: pl.DataFrame) -> pl.DataFrame:
    """One row per athlete and calendar day: athlete_id, day_date, target, and the estimate of each rival.

    Null where there is no reading, or where the rival has nothing to go by. All in the unit of the reading.
    """
    if days.is_empty():
        columns = {"athlete_id": pl.Int32, "day_date": pl.Date, "target": pl.Float64}
        return pl.DataFrame(schema=columns | dict.fromkeys(RIVALS, pl.Float64))
    frames = [_rivals_of_one_athlete(own) for own in days.partition_by("athlete_id", maintain_order=True)]
    return pl.concat(frames)


def _rivals_of_one_athlete(days: pl.DataFrame) -> pl.DataFrame:
    estimates = rival_estimates(_numbers(days, "reading"))
    return days.select(
        "athlete_id",
        "day_date",
        pl.col("reading").alias("target"),
        *(pl.Series(name, values, dtype=pl.Float64).fill_nan(None) for name, values in estimates.items()),
    )


def _of_one_athlete(days: pl.DataFrame) -> pl.DataFrame:
    daily = _numbers(days, "reading")
    resting = _numbers(days, "resting_heart_rate_bpm")
    moving_h = np.nan_to_num(_numbers(days, "moving_time_s")) / SECONDS_PER_HOUR
    rivals = rival_estimates(daily)
    columns: dict[str, Matrix] = {name: rivals[name] for name in FEATURES if name in rivals}
    columns |= {f"lag_{lag}": _shifted(daily, lag) for lag in LAGS_DAYS}
    columns["days_since_last"] = _days_since_last(daily)
    columns["resting_heart_rate_deviation_bpm"] = _last_deviation(resting)
    columns["recorded_moving_1_h"] = _sum_of_last(moving_h, 1)
    columns["recorded_moving_7_h"] = _sum_of_last(moving_h, WEEK_DAYS)
    count = np.concatenate(([0], np.cumsum(~np.isnan(daily))))[:-1]
    return days.select(
        "athlete_id",
        "day_date",
        pl.col("reading").alias("target"),
        pl.Series("reading_count", count, dtype=pl.Int64),
        *(pl.Series(name, columns[name], dtype=pl.Float64).fill_nan(None) for name in FEATURES),
    )


def _numbers(days: pl.DataFrame, column: str) -> Matrix:
    return days[column].cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64)


def _shifted(daily: Matrix, lag: int) -> Matrix:
    return np.concatenate((np.full(min(lag, len(daily)), np.nan), daily[:-lag]))


def _days_since_last(daily: Matrix) -> Matrix:
    day = np.arange(len(daily), dtype=np.float64)
    latest = np.fmax.accumulate(np.where(np.isnan(daily), np.nan, day))
    return day - _shifted(latest, 1)


def _last_deviation(resting: Matrix) -> Matrix:
    """Yesterday's resting heart rate less the mean of the days before it (bpm)."""
    usual = rival_estimates(resting)["expanding_mean"]
    return _shifted(resting - usual, 1)


def _sum_of_last(hours: Matrix, days: int) -> Matrix:
    """Recorded time (h): what was recorded, which is not the same as what was done."""
    sums = np.concatenate(([0.0], np.cumsum(hours)))
    day = np.arange(len(hours))
    return np.asarray(sums[day] - sums[np.maximum(day - days, 0)], dtype=np.float64)
