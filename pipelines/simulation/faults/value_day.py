"""Faults of what a device or an app states for a day: contradicting values, a rare one, a reading off its hour."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected, truth

TOGETHER_FACTOR = {1: 1.6, 2: 1.9, 3: 2.6}
TOGETHER_BPM = {1: 6.0, 2: 9.0, 3: 16.0}
"""RMSSD times so much, or divided by it, and resting heart rate so much (bpm) to the same side, by severity."""

EARLY_MS = {1: 175.0, 2: 220.0, 3: 290.0}
"""RMSSD (ms) in the first two weeks of somebody of thirty, by severity."""
FIRST_DAYS = 14

USUAL_H = 7
LATE_H = {1: 4, 2: 6, 3: 9}
"""Hour at which an app's reading is usually taken, and hours later that one was, by severity."""

RESTING = "resting_heart_rate"


def together(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """On one day HRV and resting heart rate are both far up, or both far down: two nights in one, or another wrist."""
    days = frame["value_date"].unique().sort()
    day = days[int(rng.integers(len(days) // 2, len(days) - 3))]
    side = float(rng.choice([-1.0, 1.0]))
    is_day = pl.col("value_date") == day
    value = pl.col("measured_value")
    after = frame.with_columns(
        pl.when(is_day & (pl.col("metric") == "rmssd"))
        .then((value * TOGETHER_FACTOR[severity] ** side).round(1))
        .when(is_day & (pl.col("metric") == RESTING))
        .then(value + side * TOGETHER_BPM[severity])
        .otherwise(value)
        .alias("measured_value")
    )
    return after, truth([(None, None, frame.select(is_day.arg_true()).to_series().to_list())])


def uncommon(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """In the first two weeks one night's RMSSD is 175, 220 or 290 ms: rare at thirty, and nobody's usual is known."""
    rows = np.flatnonzero((frame["metric"] == "rmssd").to_numpy())
    row = int(rng.choice(rows[: FIRST_DAYS - 1]))
    values = frame["measured_value"].to_numpy().copy()
    values[row] = EARLY_MS[severity]
    return frame.with_columns(pl.Series("measured_value", values)), truth([(None, None, [row])])


def late(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The values are those of an app, taken each morning around seven; one was taken 4, 6 or 9 hours later."""
    rows = np.flatnonzero((frame["metric"] == "rmssd").to_numpy())
    row = int(rng.choice(rows[len(rows) // 2 : -3]))
    minutes = rng.integers(-20, 21, frame.height) + 60 * USUAL_H
    minutes[row] += 60 * LATE_H[severity]
    midnight = pl.col("value_date").cast(pl.Datetime("us", "UTC"))
    taken = midnight + pl.duration(minutes=pl.lit(pl.Series(minutes)))
    after = frame.with_columns(
        pl.lit("morning").alias("reading"), taken.cast(frame.schema["measured_at_utc"]).alias("measured_at_utc")
    )
    return after, truth([(None, None, [row])])


TOGETHER = Fault(
    name="contradicting_values",
    table="daily_values",
    check_names=("value_contradiction",),
    scoring="rows",
    inject=together,
)
UNCOMMON = Fault(
    name="uncommon_at_that_age", table="daily_values", check_names=("value_age",), scoring="rows", inject=uncommon
)
LATE = Fault(name="late_reading", table="daily_values", check_names=("value_time",), scoring="rows", inject=late)
