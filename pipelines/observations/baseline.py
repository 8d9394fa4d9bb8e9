"""The usual range: the 60 days before a date, of one athlete, metric, method, reading and device.

A change of device, firmware or method starts anew: what one watch read is never spliced to what another did. Days of
illness, injury or travel that somebody told of have a range of their own date, and enter that of no other.
"""

from bisect import bisect_left
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines import tables

VERSION = 2
WINDOW_DAYS = 60
"""Days looked back on. Source: reference practice of Plews et al. and HRV4Training."""
DAYS_FOR_OK = 20
"""Usable days for a range that holds. Engineering start value."""
DAYS_FOR_DOUBTFUL = 14
"""Usable days below which there is no range. Engineering start value."""
SCALE_OF_MAD = 1.4826
"""Makes the median absolute deviation estimate a normal standard deviation."""

KEY = ("athlete_id", "metric", "method", "reading", "device_id")


def baselines(usable: pl.DataFrame, *, excused: AbstractSet[date] = frozenset()) -> pl.DataFrame:
    """One row per series and date from its second day to the day after its last: table `baselines`.

    `usable` has one row per usable observation: the columns of `KEY`, firmware, observed_date, observed_value, unit.
    Several values of one date count as their median. Values of `excused` dates are in no range.
    """
    if usable.is_empty():
        return tables.empty("baselines")
    daily = usable.group_by(*KEY, "unit", "observed_date").agg(
        pl.col("observed_value").median(), pl.col("firmware").last()
    )
    series = daily.sort(*KEY, "observed_date").partition_by(*KEY, maintain_order=True)
    rows = [row for one in series for row in _of_series(one, excused)]
    schema = {**{name: daily.schema[name] for name in (*KEY, "unit")}, **_RANGE_COLUMNS}
    found = pl.DataFrame(rows, schema=schema, orient="row").with_columns(definition_version=pl.lit(VERSION))
    return tables.conform(found, "baselines").sort(*KEY, "baseline_date")


def _of_series(series: pl.DataFrame, excused: AbstractSet[date]) -> Iterator[tuple[object, ...]]:
    dates, observed = series["observed_date"].to_list(), series["observed_value"].to_list()
    ordinary = [(on, value) for on, value in zip(dates, observed, strict=True) if on not in excused]
    days, values = [on for on, _ in ordinary], np.array([value for _, value in ordinary], dtype=np.float64)
    starts = _segment_starts(dates, series["firmware"].to_list())
    head = series.select(*KEY, "unit").row(0)
    for position in range(1, len(dates) + 1):
        on = dates[position] if position < len(dates) else dates[-1] + timedelta(days=1)
        start = starts[position] if position < len(dates) else starts[-1]
        first = bisect_left(days, max(start, on - timedelta(days=WINDOW_DAYS)))
        before = values[first : bisect_left(days, on)]
        yield (*head, on, start, *_range(before))


_RANGE_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "baseline_date": pl.Date,
    "segment_start_date": pl.Date,
    "day_count": pl.Int32,
    "median": pl.Float64,
    "spread": pl.Float64,
    "lower_limit": pl.Float64,
    "upper_limit": pl.Float64,
    "grade": pl.String,
}


def _range(values: np.ndarray) -> tuple[int, float | None, float | None, float | None, float | None, str]:
    """How many days there are, their median and spread, the limits they give, and the grade."""
    if len(values) < DAYS_FOR_DOUBTFUL:
        return len(values), None, None, None, None, "unusable"
    median = float(np.median(values))
    spread = SCALE_OF_MAD * float(np.median(np.abs(values - median)))
    grade = "ok" if len(values) >= DAYS_FOR_OK else "doubtful"
    return len(values), median, spread, median - spread, median + spread, grade


def _segment_starts(dates: list[date], firmwares: list[str]) -> list[date]:
    starts, start = [], dates[0]
    for position, on in enumerate(dates):
        if position and firmwares[position] != firmwares[position - 1]:
            start = on
        starts.append(start)
    return starts
