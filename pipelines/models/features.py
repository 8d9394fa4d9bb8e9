"""What is known of an athlete at 05:00: only days that were over by then.

The reading of the night itself, its companion and everything later stay out; a test perturbs them and sees
that no feature moves. What does not belong here: a fit over several athletes.
"""

import hashlib
from datetime import date

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
    "companion_deviation",
    "recorded_moving_1_h",
    "recorded_moving_7_h",
)

LEAST_READING_COUNT = 14
"""Earlier readings of the era a morning needs before it counts: those a usual range needs."""

MORNING_TASKS = ("next_morning_ln_rmssd", "next_morning_resting_heart_rate")
"""Tasks whose rows are mornings: a rung that does one of them does the other."""

SUBJECT = "morning"

PERTURBATION = 1.25
"""Factor by which what was not known yet is changed to see whether anything moves: far more than any rounding."""

DAY_COLUMNS = {
    "athlete_id": pl.Int32,
    "day_date": pl.Date,
    "era": pl.Int32,
    "reading": pl.Float64,
    "companion": pl.Float64,
    "moving_time_s": pl.Float64,
}
"""`era` counts the changes of firmware of the series; `companion` is the other of lnRMSSD and resting heart rate."""

KEY_COLUMNS = {"athlete_id": pl.Int32, "day_date": pl.Date, "subject": pl.String}


def calendar(readings: pl.DataFrame) -> pl.DataFrame:
    """One row per athlete and calendar day from the first reading to the last (`DAY_COLUMNS`), null where none.

    `readings` has the same columns, at most one row per athlete and day.
    """
    known = readings.select(pl.col(name).cast(dtype) for name, dtype in DAY_COLUMNS.items())
    spans = known.filter(pl.col("reading").is_not_null()).group_by("athlete_id")
    days = spans.agg(pl.date_ranges(pl.col("day_date").min(), pl.col("day_date").max()).alias("day_date").first())
    grid = days.explode("day_date") if days.height else known.select("athlete_id", "day_date").clear()
    era = pl.col("era").forward_fill().fill_null(0).over("athlete_id", order_by="day_date")
    joined = grid.join(known, on=["athlete_id", "day_date"], how="left")
    return joined.with_columns(era).sort("athlete_id", "day_date")


def ungated(observed: pl.DataFrame) -> pl.DataFrame:
    """What was observed with the values that are not usable put back in."""
    return observed.with_columns(
        reading=pl.col("any_reading"), companion=pl.col("any_companion"), moving_time_s=pl.col("any_moving_time_s")
    )


def perturbed(days: pl.DataFrame, turn: date) -> pl.DataFrame:
    """The calendar with everything that was read on `turn` and later changed."""
    numbers = ("reading", "companion", "moving_time_s")
    return days.with_columns(
        pl.when(pl.col("day_date") >= turn).then(pl.col(name) * PERTURBATION).otherwise(pl.col(name)).alias(name)
        for name in numbers
    )


def matrix(rows: pl.DataFrame, features: tuple[str, ...]) -> Matrix:
    """Those features as numbers, one row per row, NaN where not known."""
    return rows.select(pl.col(features).fill_null(float("nan"))).to_numpy().astype(np.float64)


def fingerprint(days: pl.DataFrame) -> str:
    """Hash of the input rows: the same rows, the same hash, in whatever order they came."""
    ordered = days.sort(days.columns)
    return hashlib.sha256(ordered.write_csv(float_precision=9).encode()).hexdigest()


def mornings(days: pl.DataFrame) -> pl.DataFrame:
    """One row per athlete and calendar day: its key, era, target, has_history and `FEATURES`.

    `target` is the reading of that morning, null where there is none; `has_history` says whether the era has enough
    earlier ones. A feature is null where nothing is known. Units: those of the reading and of its companion; days; h.
    """
    if days.is_empty():
        columns = KEY_COLUMNS | {"era": pl.Int32, "target": pl.Float64, "has_history": pl.Boolean}
        return pl.DataFrame(schema=columns | dict.fromkeys(FEATURES, pl.Float64))
    athletes = days.sort("athlete_id", "day_date").partition_by("athlete_id", maintain_order=True)
    return pl.concat([_of_one_era(own) for athlete in athletes for own in _eras(_with_context(athlete))])


def rival_mornings(days: pl.DataFrame) -> pl.DataFrame:
    """One row per athlete and calendar day: its key, target, and the estimate of each rival.

    Null where there is no reading, or where the rival has nothing to go by. All in the unit of the reading.
    """
    if days.is_empty():
        return pl.DataFrame(schema=KEY_COLUMNS | {"target": pl.Float64} | dict.fromkeys(RIVALS, pl.Float64))
    return pl.concat([_rivals_of_one_era(own) for own in _eras(days)])


def _eras(days: pl.DataFrame) -> list[pl.DataFrame]:
    return days.sort("athlete_id", "day_date").partition_by("athlete_id", "era", maintain_order=True)


def _rivals_of_one_era(days: pl.DataFrame) -> pl.DataFrame:
    estimates = rival_estimates(_numbers(days, "reading"))
    return days.select(
        "athlete_id",
        "day_date",
        pl.lit(SUBJECT).alias("subject"),
        pl.col("reading").alias("target"),
        *(_known(name, values) for name, values in estimates.items()),
    )


def _with_context(days: pl.DataFrame) -> pl.DataFrame:
    """What no change of the device touches: recorded movement, and yesterday's companion."""
    moving_h = np.nan_to_num(_numbers(days, "moving_time_s")) / SECONDS_PER_HOUR
    return days.with_columns(
        _known("companion_deviation", _last_deviation(_numbers(days, "companion"))),
        _known("recorded_moving_1_h", _sum_of_last(moving_h, 1)),
        _known("recorded_moving_7_h", _sum_of_last(moving_h, WEEK_DAYS)),
    )


def _of_one_era(days: pl.DataFrame) -> pl.DataFrame:
    daily = _numbers(days, "reading")
    rivals = rival_estimates(daily)
    columns: dict[str, Matrix] = {name: rivals[name] for name in FEATURES if name in rivals}
    columns |= {f"lag_{lag}": _shifted(daily, lag) for lag in LAGS_DAYS}
    columns["days_since_last"] = _days_since_last(daily)
    count = np.concatenate(([0], np.cumsum(~np.isnan(daily))))[:-1]
    told = days.with_columns(_known(name, values) for name, values in columns.items())
    return told.select(
        "athlete_id",
        "day_date",
        pl.lit(SUBJECT).alias("subject"),
        "era",
        pl.col("reading").alias("target"),
        pl.Series("has_history", count >= LEAST_READING_COUNT, dtype=pl.Boolean),
        *FEATURES,
    )


def _known(name: str, values: Matrix) -> pl.Series:
    return pl.Series(name, values, dtype=pl.Float64).fill_nan(None)


def _numbers(days: pl.DataFrame, column: str) -> Matrix:
    return days[column].cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64)


def _shifted(daily: Matrix, lag: int) -> Matrix:
    return np.concatenate((np.full(min(lag, len(daily)), np.nan), daily[:-lag]))


def _days_since_last(daily: Matrix) -> Matrix:
    day = np.arange(len(daily), dtype=np.float64)
    latest = np.fmax.accumulate(np.where(np.isnan(daily), np.nan, day))
    return day - _shifted(latest, 1)


def _last_deviation(companion: Matrix) -> Matrix:
    """Yesterday's value of the companion less the mean of the days before it, in its own unit."""
    usual = rival_estimates(companion)["expanding_mean"]
    return _shifted(companion - usual, 1)


def _sum_of_last(hours: Matrix, days: int) -> Matrix:
    """Recorded time (h): what was recorded, which is not the same as what was done."""
    sums = np.concatenate(([0.0], np.cumsum(hours)))
    day = np.arange(len(hours))
    return np.asarray(sums[day] - sums[np.maximum(day - days, 0)], dtype=np.float64)
