"""Faults of whole activities: a number in another unit, or a foot pod that nobody calibrated."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected
from pipelines.simulation.faults.stretches import changed, numbers, put

DISTANCE_FACTOR = {1: 1.609344, 2: 0.621371, 3: 0.1}
"""Kilometres read as miles, miles as kilometres, and a decimal point that slipped."""
CADENCE_FACTOR = {1: 2.0, 2: 2.0, 3: 0.5}
CADENCE_SHARE = {1: 0.7, 2: 1.0, 3: 1.0}
"""Steps for strides, in two thirds or all of the run, and every second stride."""
POD_FACTOR = {1: 1.08, 2: 0.85, 3: 1.30}
"""A foot pod counts so many times the way."""

DISTANCE, SPEED, CADENCE = "distance_m", "speed_m_per_s", "cadence_rpm"


def distance_unit(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:  # noqa: ARG001
    """Distance and speed alike are off by a factor: 1.609, 0.621 or 0.1. Only the positions tell."""
    return _scaled(frame, DISTANCE_FACTOR[severity])


def foot_pod(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:  # noqa: ARG001
    """A foot pod that was not calibrated counts 1.08, 0.85 or 1.30 times the way. 8 % is within what passes."""
    return _scaled(frame, POD_FACTOR[severity])


def cadence_unit(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:  # noqa: ARG001
    """Steps are stored as strides, for two thirds or all of the run, or every second stride was counted."""
    values = numbers(frame, CADENCE)
    rows = slice(0, round(CADENCE_SHARE[severity] * len(values)))
    values[rows] *= CADENCE_FACTOR[severity]
    return changed(frame, put(frame, CADENCE, values), rows, CADENCE)


def _scaled(frame: pl.DataFrame, factor: float) -> Injected:
    after = frame
    for name in (DISTANCE, SPEED):
        after = put(after, name, np.round(numbers(frame, name) * factor, 3))
    return changed(frame, after, slice(0, frame.height), DISTANCE)


DISTANCE_UNIT = Fault(
    name="distance_unit", table="records", check_names=("distance_unit",), scoring="segment", inject=distance_unit
)
FOOT_POD = Fault(
    name="foot_pod_not_calibrated",
    table="records",
    check_names=("distance_disagreement", "distance_unit"),
    scoring="segment",
    inject=foot_pod,
)
CADENCE_UNIT = Fault(
    name="cadence_unit", table="records", check_names=("cadence_unit",), scoring="segment", inject=cadence_unit
)
