"""Faults of heart rate during activities."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected
from pipelines.simulation.faults.stretches import changed, elapsed, numbers, put, stretch

RANGE_S = {1: 10.0, 2: 30.0, 3: 120.0}
JUMP_S = {1: 20.0, 2: 60.0, 3: 180.0}
JUMP_BPM = {1: 25.0, 2: 35.0, 3: 50.0}
DROPOUT_S = {1: 15.0, 2: 60.0, 3: 240.0}
FLATLINE_S = {1: 100.0, 2: 200.0, 3: 500.0}
LOCK_S = {1: 180.0, 2: 420.0, 3: 900.0}
"""Length of each fault (s) and size of the jump (bpm), by severity."""

COLUMN = "heart_rate_bpm"


def out_of_range(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Heart rates that no heart has: 235-250 bpm."""
    values = numbers(frame, COLUMN)
    rows = stretch(rng, elapsed(frame), length_s=RANGE_S[severity])
    values[rows] = np.rint(rng.uniform(235.0, 250.0, len(values[rows])))
    return changed(frame, put(frame, COLUMN, values), rows, COLUMN)


def jump(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Heart rate leaps up or down within a second, stays there, and leaps back."""
    values = numbers(frame, COLUMN)
    rows = stretch(rng, elapsed(frame), length_s=JUMP_S[severity])
    is_up = float(np.nanmax(values[rows])) + JUMP_BPM[severity] < 215.0
    values[rows] += JUMP_BPM[severity] if is_up else -JUMP_BPM[severity]
    return changed(frame, put(frame, COLUMN, values), rows, COLUMN)


def dropout(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The sensor was not heard for 15, 60 or 240 s: no heart rate is stored."""
    values = numbers(frame, COLUMN)
    rows = stretch(rng, elapsed(frame), length_s=DROPOUT_S[severity])
    values[rows] = np.nan
    return changed(frame, put(frame, COLUMN, values), rows, COLUMN)


def flatline(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The last heart rate is repeated for 100, 200 or 500 s."""
    values = numbers(frame, COLUMN)
    rows = stretch(rng, elapsed(frame), length_s=FLATLINE_S[severity])
    values[rows] = values[rows.start]
    return changed(frame, put(frame, COLUMN, values), rows, COLUMN)


def cadence_lock(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """An optical sensor counts steps in the place of heartbeats, two seconds late, with a beat or so of noise."""
    values, cadence = numbers(frame, COLUMN), numbers(frame, "cadence_rpm")
    rows = stretch(rng, elapsed(frame), length_s=LOCK_S[severity])
    late = np.concatenate([cadence[:2], cadence[:-2]])[rows]
    values[rows] = np.rint(2.0 * late + rng.standard_normal(len(late)))
    return changed(frame, put(frame, COLUMN, values), rows, COLUMN)


RANGE = Fault(
    name="heart_rate_out_of_range", table="records", check_names=("hr_range",), scoring="segment", inject=out_of_range
)
JUMP = Fault(
    name="heart_rate_jump", table="records", check_names=("hr_jump", "hr_spike"), scoring="segment", inject=jump
)
DROPOUT = Fault(
    name="heart_rate_dropout", table="records", check_names=("hr_dropout",), scoring="segment", inject=dropout
)
FLATLINE = Fault(
    name="heart_rate_flatline", table="records", check_names=("hr_flatline",), scoring="segment", inject=flatline
)
CADENCE_LOCK = Fault(
    name="cadence_lock", table="records", check_names=("hr_cadence_lock",), scoring="segment", inject=cadence_lock
)
