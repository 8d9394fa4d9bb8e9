"""Faults of the time stamps of an activity."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected, truth
from pipelines.simulation.faults.stretches import changed, elapsed, stretch

BACK_S = {1: 5, 2: 60, 3: 600}
"""How far the clock is set back (s), by severity."""

BACK_LENGTH_S = {1: 10.0, 2: 60.0, 3: 200.0}
"""How long the wrong time is stored (s), by severity."""

DUPLICATES = {1: 3, 2: 15, 3: 60}
"""Number of repeated time stamps, by severity."""

TIME = "recorded_at_utc"


def backwards(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The clock is set back by 5, 60 or 600 s for a while, and then right again."""
    rows = stretch(rng, elapsed(frame), length_s=BACK_LENGTH_S[severity])
    back_us = np.zeros(frame.height, dtype=np.int64)
    back_us[rows] = BACK_S[severity] * 1_000_000
    after = frame.with_columns(pl.col(TIME) - pl.Series(back_us).cast(pl.Duration("us")))
    return changed(frame, after, rows, TIME)


def duplicates(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Records stored twice with the same time stamp: 3, 15 or 60 in a row."""
    time_s = elapsed(frame)
    first = stretch(rng, time_s, length_s=float(DUPLICATES[severity])).start
    twice = np.arange(first, first + DUPLICATES[severity])
    order = np.sort(np.concatenate([np.arange(frame.height), twice]))
    after = frame[order].with_columns(pl.Series("record_index", np.arange(len(order)), frame.schema["record_index"]))
    again = [first + 2 * number + 1 for number in range(len(twice))]
    return after, truth([(float(time_s[twice[0]]), float(time_s[twice[-1]]) + 1.0, again)])


BACKWARDS = Fault(
    name="clock_backwards", table="records", check_names=("clock_backwards",), scoring="moment", inject=backwards
)
DUPLICATES_FAULT = Fault(
    name="duplicate_stamps", table="records", check_names=("clock_duplicates",), scoring="segment", inject=duplicates
)
