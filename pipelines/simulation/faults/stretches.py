"""Picks the stretch of an activity that a fault damages, and says which rows that changed."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Injected, truth
from pipelines.simulation.noise import Series

CALM_S = 240.0
"""Nothing is damaged in the first and last part (s) of an activity."""


def elapsed(frame: pl.DataFrame) -> Series:
    """Time (s) of each record after the first."""
    times = frame["recorded_at_utc"].dt.epoch("ms").to_numpy() / 1000.0
    return np.asarray(times - times[0], dtype=np.float64)


def numbers(frame: pl.DataFrame, name: str) -> Series:
    """One column as numbers, NaN for null, free to be changed."""
    return frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy().copy()


def stretch(rng: np.random.Generator, time_s: Series, *, length_s: float) -> slice:
    """Rows of one stretch of that length, away from both ends."""
    start_s = rng.uniform(CALM_S, max(time_s[-1] - CALM_S - length_s, CALM_S + 1.0))
    first = int(np.searchsorted(time_s, start_s))
    return slice(first, max(first + 1, int(np.searchsorted(time_s, start_s + length_s))))


def changed(before: pl.DataFrame, after: pl.DataFrame, rows: slice, column: str) -> Injected:
    """The frame after, and as truth one event of the rows of the stretch in which the column is another.

    No event where the stretch held nothing to damage, as parts of real files do.
    """
    time_s = elapsed(before)[rows]
    old, new = numbers(before, column)[rows], numbers(after, column)[rows]
    is_other = ~((old == new) | (np.isnan(old) & np.isnan(new)))
    if not is_other.any():
        return after, truth([])
    indices = after["record_index"].to_numpy()[rows][is_other].tolist()
    return after, truth([(float(time_s[is_other][0]), float(time_s[is_other][-1]) + 1.0, indices)])


def highest(values: Series) -> float:
    """The largest number, lower than any where there is none."""
    known = values[np.isfinite(values)]
    return float(known.max()) if len(known) else -np.inf


def put(frame: pl.DataFrame, name: str, values: Series) -> pl.DataFrame:
    """The frame with another column, NaN as null."""
    series = pl.Series(name, values).fill_nan(None)
    dtype = frame.schema[name]
    return frame.with_columns((series.round() if dtype.is_integer() else series).cast(dtype))
