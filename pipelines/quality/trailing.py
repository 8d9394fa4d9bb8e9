"""What was usual in the 60 days before: median and spread of each series of days, never looking ahead."""

import numpy as np
import polars as pl

from pipelines.quality.contract import Threshold
from pipelines.quality.sliding import Floats, Ints

WINDOW_DAYS = Threshold(
    name="days before", number=60.0, unit="days", source="practice of Plews et al. and HRV4Training"
)
LEAST_DAYS = Threshold(name="fewest days", number=14.0, unit="days", source="engineering start value")

TO_SIGMA = 1.4826  # median absolute deviation of a Gaussian to its standard deviation
DAY_AXIS = 1_000_000  # days: keeps the series of one frame apart on one axis


def with_usual(days: pl.DataFrame, *, series: list[str], date: str, value: str) -> pl.DataFrame:
    """Adds usual_count, usual_median and usual_spread of the 60 days before each row, within its series.

    The spread is 1.4826 median absolute deviations; a row without a value counts for none. Rows of one series and
    date see neither each other nor anything later; fewer than 14 days still give figures: the caller decides.
    """
    ordered = days.with_row_index("place").sort(*series, date, "place", nulls_last=True)
    numbers = ordered[value].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    names = ordered.select(pl.struct(series).alias("key"))["key"].rle_id().to_numpy().astype(np.int64)
    day = ordered[date].to_physical().to_numpy().astype(np.int64)
    count, median, spread = _usual(numbers, names * DAY_AXIS + day)
    added = ordered.with_columns(
        pl.Series("usual_count", count),
        pl.Series("usual_median", median).fill_nan(None),
        pl.Series("usual_spread", spread).fill_nan(None),
    )
    return added.sort("place").drop("place")


def _usual(numbers: Floats, axis: Ints) -> tuple[Ints, Floats, Floats]:
    first = np.searchsorted(axis, axis - int(WINDOW_DAYS.number), side="left")
    end = np.searchsorted(axis, axis, side="left")
    width = int((end - first).max(initial=0))
    if not width:
        nothing = np.full(len(numbers), np.nan)
        return np.zeros(len(numbers), dtype=np.int64), nothing, nothing
    places = first[:, None] + np.arange(width)
    inside = places < end[:, None]
    table = np.where(inside, numbers[np.minimum(places, len(numbers) - 1)], np.nan)
    median = _row_median(table)
    return (
        (~np.isnan(table)).sum(axis=1),
        median,
        TO_SIGMA * _row_median(np.abs(table - median[:, None])),
    )


def _row_median(table: Floats) -> Floats:
    """Median of each row, NaN left out; NaN for a row without a number."""
    ordered = np.sort(table, axis=1)
    count = (~np.isnan(ordered)).sum(axis=1)
    row = np.arange(len(ordered))
    low, high = ordered[row, np.maximum(count - 1, 0) // 2], ordered[row, np.minimum(count // 2, table.shape[1] - 1)]
    return np.where(count > 0, (low + high) / 2, np.nan)
