"""Faults of records beyond what a body or a place can be: heart rate, steps, altitude, positions."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected
from pipelines.simulation.faults.stretches import changed, elapsed, numbers, put, stretch

CEILING_BPM = {1: 212.0, 2: 218.0, 3: 226.0}
CEILING_S = {1: 15.0, 2: 60.0, 3: 180.0}
"""Heart rate (bpm) that no athlete of the generator reaches, and for how long (s), by severity."""
HALVED_S = {1: 60.0, 2: 180.0, 3: 600.0}
STILL_S = {1: 480.0, 2: 800.0, 3: 1400.0}
"""Length (s) of half the cadence, and of an altitude that stands still, by severity."""
DRIFT_M = {1: 20.0, 2: 45.0, 3: 90.0}
"""By how much (m) altitude has moved at the end, by severity."""
NOUGHT_S = {1: 5.0, 2: 20.0, 3: 90.0}
ACCURACY_S = {1: 60.0, 2: 180.0, 3: 600.0}
ACCURACY_M = {1: 25.0, 2: 45.0, 3: 90.0}
"""Length (s) of positions at nought, length (s) and size (m) of a stated accuracy, by severity."""


def above_ceiling(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Heart rate leaps to 212, 218 or 226 bpm, above every heart of the generator, for a while."""
    values = numbers(frame, "heart_rate_bpm")
    rows = stretch(rng, elapsed(frame), length_s=CEILING_S[severity])
    values[rows] = CEILING_BPM[severity]
    return changed(frame, put(frame, "heart_rate_bpm", values), rows, "heart_rate_bpm")


def every_second_stride(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """For 1, 3 or 10 minutes every second stride is not counted."""
    values = numbers(frame, "cadence_rpm")
    rows = stretch(rng, elapsed(frame), length_s=HALVED_S[severity])
    values[rows] = np.round(values[rows] / 2.0)
    return changed(frame, put(frame, "cadence_rpm", values), rows, "cadence_rpm")


def dead_barometer(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The altitude of one moment is repeated for 8 to 23 minutes."""
    values = numbers(frame, "altitude_m")
    rows = stretch(rng, elapsed(frame), length_s=STILL_S[severity])
    values[rows] = values[rows.start]
    return changed(frame, put(frame, "altitude_m", values), rows, "altitude_m")


def drifting_barometer(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Altitude moves evenly, up or down, to 20, 45 or 90 m off at the end."""
    values, time_s = numbers(frame, "altitude_m"), elapsed(frame)
    values += rng.choice([-1.0, 1.0]) * DRIFT_M[severity] * time_s / time_s[-1]
    return changed(frame, put(frame, "altitude_m", values), slice(0, frame.height), "altitude_m")


def nought(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """For 5, 20 or 90 s the position is latitude 0, longitude 0: no satellite, and a number all the same."""
    rows = stretch(rng, elapsed(frame), length_s=NOUGHT_S[severity])
    after = frame
    for name in ("latitude_deg", "longitude_deg"):
        values = numbers(frame, name)
        values[rows] = np.where(np.isnan(values[rows]), np.nan, 0.0)
        after = put(after, name, values)
    return changed(frame, after, rows, "latitude_deg")


def inaccurate(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """For 1, 3 or 10 minutes the device states that its positions are off by 25, 45 or 90 m; else by 4 m."""
    time_s = elapsed(frame)
    before = put(frame, "gps_accuracy_m", np.full(frame.height, 4.0))
    rows = stretch(rng, time_s, length_s=ACCURACY_S[severity])
    values = numbers(before, "gps_accuracy_m")
    values[rows] = ACCURACY_M[severity]
    return changed(before, put(before, "gps_accuracy_m", values), rows, "gps_accuracy_m")


CEILING = Fault(
    name="above_the_ceiling", table="records", check_names=("hr_ceiling",), scoring="segment", inject=above_ceiling
)
HALVED = Fault(
    name="every_second_stride",
    table="records",
    check_names=("step_length",),
    scoring="segment",
    inject=every_second_stride,
)
DEAD = Fault(
    name="dead_barometer", table="records", check_names=("altitude_still",), scoring="segment", inject=dead_barometer
)
DRIFTING = Fault(
    name="drifting_barometer",
    table="records",
    check_names=("altitude_drift",),
    scoring="segment",
    inject=drifting_barometer,
)
NOUGHT = Fault(
    name="position_at_nought", table="records", check_names=("position_nought",), scoring="segment", inject=nought
)
INACCURATE = Fault(
    name="inaccurate_positions",
    table="records",
    check_names=("position_accuracy",),
    scoring="segment",
    inject=inaccurate,
    needs=("position_nought",),
)
