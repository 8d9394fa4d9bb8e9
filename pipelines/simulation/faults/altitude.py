"""Faults of altitude: a barometer in a gust, and one that was put right on the way."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected
from pipelines.simulation.faults.stretches import changed, elapsed, numbers, put, stretch

SPIKE_M = {1: 25.0, 2: 60.0, 3: 200.0}
SPIKE_S = {1: 3.0, 2: 8.0, 3: 30.0}
STEP_M = {1: 15.0, 2: 40.0, 3: 120.0}
"""Size (m) and length (s) of a spike, and size of a step, by severity."""

COLUMN = "altitude_m"


def spike(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Altitude leaps by 25, 60 or 200 m for some seconds, and back."""
    values = numbers(frame, COLUMN)
    rows = stretch(rng, elapsed(frame), length_s=SPIKE_S[severity])
    values[rows] += SPIKE_M[severity] * rng.choice([-1.0, 1.0])
    return changed(frame, put(frame, COLUMN, values), rows, COLUMN)


def step(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Altitude leaps by 15, 40 or 120 m and stays there. The row it lands on is the changed one."""
    values = numbers(frame, COLUMN)
    first = stretch(rng, elapsed(frame), length_s=1.0).start
    values[first:] += STEP_M[severity] * rng.choice([-1.0, 1.0])
    return changed(frame, put(frame, COLUMN, values), slice(first, first + 1), COLUMN)


SPIKE = Fault(name="altitude_spike", table="records", check_names=("altitude_leap",), scoring="segment", inject=spike)
STEP = Fault(name="altitude_step", table="records", check_names=("altitude_leap",), scoring="moment", inject=step)
