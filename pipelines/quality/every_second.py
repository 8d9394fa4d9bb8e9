"""Heart rate and step rate of sparse recordings on whole seconds, so that changes of one can be held against the other.

Between two records both are taken to go straight from one value to the next. That adds no knowledge: figures of such
rows count as many values as were recorded (`usual_step_s` says how many seconds each of them stands for).
"""

import numpy as np
import polars as pl

APART_S = 1e6
"""Between unbroken runs of rows on one time axis: wider than any activity."""


def on_seconds(values: pl.DataFrame) -> pl.DataFrame:
    """The rows of unbroken runs on whole seconds, with the columns they had.

    Needs run (rising), clock_s, bpm and spm; any other column is that of the record at or before the second.
    """
    if values.is_empty():
        return values
    run, clock_s = values["run"].to_numpy().astype(np.float64), values["clock_s"].to_numpy()
    axis = clock_s + APART_S * run
    begins = np.flatnonzero(np.r_[True, run[1:] != run[:-1]])
    ends = np.r_[begins[1:] - 1, len(run) - 1]
    first, last = np.ceil(clock_s[begins]), np.floor(clock_s[ends])
    counts = np.maximum(last - first + 1, 0).astype(np.int64)
    within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    second = np.repeat(first, counts) + within
    at = second + APART_S * np.repeat(run[begins], counts)
    row = np.searchsorted(axis, at, side="right") - 1
    rows: pl.DataFrame = values[row]
    return rows.with_columns(
        pl.Series("clock_s", second),
        *(pl.Series(name, np.interp(at, axis, values[name].to_numpy())) for name in ("bpm", "spm")),
    )
