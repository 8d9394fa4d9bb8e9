"""The usual range: the 60 days before a date, of one athlete, metric, method, reading and device.

A change of device, firmware or method starts anew: what one watch read is never spliced to what another did. Days of
illness, injury or travel that somebody told of have a range of their own date, and enter that of no other.
"""

from bisect import bisect_left
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
    found = pl.concat([_of_series(one, excused) for one in series])
    return tables.conform(found, "baselines").sort(*KEY, "baseline_date")


def _of_series(series: pl.DataFrame, excused: AbstractSet[date]) -> pl.DataFrame:
    dates = series["observed_date"].to_list()
    ordinary = [on for on in dates if on not in excused]
    values = series.filter(~pl.col("observed_date").is_in(list(excused)))["observed_value"].to_numpy()
    starts = _segment_starts(dates, series["firmware"].to_list())
    rows = []
    for position in range(1, len(dates) + 1):
        on = dates[position] if position < len(dates) else dates[-1] + timedelta(days=1)
        start = starts[position] if position < len(dates) else starts[-1]
        first = bisect_left(ordinary, max(start, on - timedelta(days=WINDOW_DAYS)))
        before = values[first : bisect_left(ordinary, on)]
        rows.append({"baseline_date": on, "segment_start_date": start, **_range(before)})
    head = {name: series[name][0] for name in (*KEY, "unit")}
    schema = {"baseline_date": pl.Date, "segment_start_date": pl.Date, **_RANGE_COLUMNS}
    return pl.DataFrame(rows, schema=schema).with_columns(
        *(pl.lit(value).alias(name) for name, value in head.items()), definition_version=pl.lit(VERSION)
    )


_RANGE_COLUMNS = {
    "day_count": pl.Int32,
    "median": pl.Float64,
    "spread": pl.Float64,
    "lower_limit": pl.Float64,
    "upper_limit": pl.Float64,
    "grade": pl.String,
}


def _range(values: np.ndarray) -> dict[str, object]:
    if len(values) < DAYS_FOR_DOUBTFUL:
        return {"day_count": len(values), "grade": "unusable"}
    median = float(np.median(values))
    spread = SCALE_OF_MAD * float(np.median(np.abs(values - median)))
    return {
        "day_count": len(values),
        "median": median,
        "spread": spread,
        "lower_limit": median - spread,
        "upper_limit": median + spread,
        "grade": "ok" if len(values) >= DAYS_FOR_OK else "doubtful",
    }


def _segment_starts(dates: list[date], firmwares: list[str]) -> list[date]:
    starts, start = [], dates[0]
    for position, on in enumerate(dates):
        if position and firmwares[position] != firmwares[position - 1]:
            start = on
        starts.append(start)
    return starts
