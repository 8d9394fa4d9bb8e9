"""Faults of what a watch states for nights and days."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected, truth

STATED_RMSSD_MS = {1: 310.0, 2: 380.0, 3: 500.0}
"""RMSSD (ms) that is beyond any healthy night, by severity."""

SLEEP_H = {1: 16.5, 2: 18.0, 3: 22.0}
"""Length of a night (h) that nobody sleeps, by severity."""

FROZEN_NIGHTS = {1: 5, 2: 7, 3: 12}
MISSING_NIGHTS = {1: 3, 2: 7, 3: 14}
"""Number of nights, by severity."""

WEEK_LEAST = 3
"""Values in seven days that a rolling mean needs."""


def implausible_value(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """One night's RMSSD is 310, 380 or 500 ms."""
    rows = _rows(frame, "rmssd")
    row = int(rng.choice(rows[10:-3]))
    values = frame["measured_value"].to_numpy().copy()
    values[row] = STATED_RMSSD_MS[severity]
    return frame.with_columns(pl.Series("measured_value", values)), truth([(None, None, [row])])


def frozen(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """RMSSD and resting heart rate repeat the values of one night for 5, 7 or 12 nights in all."""
    values = frame["measured_value"].to_numpy().copy()
    start = int(rng.integers(10, len(_rows(frame, "rmssd")) - FROZEN_NIGHTS[severity] - 3))
    days = frame.filter(pl.col("metric") == "rmssd")["value_date"].to_list()[start : start + FROZEN_NIGHTS[severity]]
    changed: list[int] = []
    for metric in ("rmssd", "resting_heart_rate"):
        rows = [row for row in _rows(frame, metric) if frame["value_date"][row] in days]
        values[rows[1:]] = values[rows[0]]
        changed += rows[1:]
    return frame.with_columns(pl.Series("measured_value", values)), truth([(None, None, sorted(changed))])


def missing(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """3, 7 or 14 nights in a row have no value.

    The changed rows are the values of the first day after them, and every RMSSD that has too few values around it for
    a rolling mean: fewer than three in the seven days that end with it.
    """
    days = frame["value_date"].unique().sort().to_list()
    start = int(rng.integers(10, len(days) - MISSING_NIGHTS[severity] - 3))
    gone = days[start : start + MISSING_NIGHTS[severity]]
    after = frame.filter(~pl.col("value_date").is_in(gone))
    left = set(after["value_date"].to_list())
    changed = [
        row
        for row, (day, metric) in enumerate(after.select("value_date", "metric").iter_rows())
        if day == gone[-1] + timedelta(days=1)
        or (metric == "rmssd" and day > gone[-1] and _week(day, left) < WEEK_LEAST)
    ]
    return after, truth([(None, None, changed)])


def _week(day: date, known: set[date]) -> int:
    """Days with a value among the seven that end with a day."""
    return sum(day - timedelta(days=back) in known for back in range(7))


def implausible_night(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """One night lasts 16.5, 18 or 22 hours: the watch lay still and took it for sleep."""
    row = int(rng.integers(10, frame.height - 3))
    wanted_s = SLEEP_H[severity] * 3600.0
    is_it = pl.int_range(pl.len()) == row
    longer = wanted_s - pl.col("sleep_duration_s")
    after = frame.with_columns(
        start_at_utc=pl.when(is_it)
        .then(pl.col("start_at_utc") - pl.lit(timedelta(seconds=1)) * longer.round().cast(pl.Int64))
        .otherwise(pl.col("start_at_utc")),
        light_s=pl.when(is_it).then(pl.col("light_s") + longer).otherwise(pl.col("light_s")),
        sleep_duration_s=pl.when(is_it).then(wanted_s).otherwise(pl.col("sleep_duration_s")),
    )
    return after, truth([(None, None, [row])])


def _rows(frame: pl.DataFrame, metric: str) -> list[int]:
    return np.flatnonzero((frame["metric"] == metric).to_numpy()).tolist()


IMPLAUSIBLE_VALUE = Fault(
    name="implausible_value",
    table="daily_values",
    check_names=("value_range",),
    scoring="rows",
    inject=implausible_value,
)
FROZEN = Fault(name="frozen_values", table="daily_values", check_names=("value_frozen",), scoring="rows", inject=frozen)
MISSING = Fault(
    name="missing_nights",
    table="daily_values",
    check_names=("value_gap", "value_sparse"),
    scoring="rows",
    inject=missing,
)
IMPLAUSIBLE_NIGHT = Fault(
    name="implausible_night", table="nights", check_names=("night_duration",), scoring="rows", inject=implausible_night
)
