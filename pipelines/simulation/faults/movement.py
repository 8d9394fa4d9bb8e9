"""Faults of speed and position during activities."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected, truth
from pipelines.simulation.faults.stretches import CALM_S, changed, elapsed, numbers, put, stretch

FAST_S = {1: 15.0, 2: 40.0, 3: 120.0}
UNIT_FACTOR = {1: 1.609344, 2: 2.236936, 3: 3.6}
"""Miles for kilometres, miles per hour and kilometres per hour for metres per second."""
ACCELERATION_COUNT = {1: 1, 2: 4, 3: 10}
TELEPORT_M = {1: 80.0, 2: 300.0, 3: 1000.0}
TELEPORT_S = {1: 5.0, 2: 20.0, 3: 60.0}
GAP_S = {1: 30.0, 2: 120.0, 3: 400.0}
"""Length (s), number or size (m) of each fault, by severity."""

SPEED = "speed_m_per_s"


def impossible_speed(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """A speed of 13-16 m/s, which nobody runs, for 15, 40 or 120 s."""
    values = numbers(frame, SPEED)
    rows = stretch(rng, elapsed(frame), length_s=FAST_S[severity])
    values[rows] = np.round(rng.uniform(13.0, 16.0) + 0.1 * rng.standard_normal(len(values[rows])), 3)
    return changed(frame, put(frame, SPEED, values), rows, SPEED)


def speed_unit(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:  # noqa: ARG001
    """All speeds are in another unit: a factor of 1.609, 2.237 or 3.6."""
    values = np.round(numbers(frame, SPEED) * UNIT_FACTOR[severity], 3)
    return changed(frame, put(frame, SPEED, values), slice(0, len(values)), SPEED)


def acceleration(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Speed leaps by 6-8 m/s for two seconds and back, 1, 4 or 10 times."""
    values, time_s = numbers(frame, SPEED), elapsed(frame)
    places = np.linspace(CALM_S, time_s[-1] - CALM_S, ACCELERATION_COUNT[severity] + 2)[1:-1]
    events: list[tuple[float | None, float | None, list[int]]] = []
    for place in places:
        first = int(np.searchsorted(time_s, place + rng.uniform(-5.0, 5.0)))
        values[first : first + 2] = np.round(values[first : first + 2] + rng.uniform(6.0, 8.0), 3)
        indices = frame["record_index"].to_list()[first : first + 2]
        events.append((float(time_s[first]), float(time_s[first + 1]) + 1.0, indices))
    return put(frame, SPEED, values), truth(events)


def teleport(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Position is 80, 300 or 1000 m away for 5, 20 or 60 s, then back."""
    rows = stretch(rng, elapsed(frame), length_s=TELEPORT_S[severity])
    values = numbers(frame, "latitude_deg")
    values[rows] += np.degrees(TELEPORT_M[severity] / 6_371_008.8)
    return changed(frame, put(frame, "latitude_deg", values), rows, "latitude_deg")


def record_gap(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """No record for 30, 120 or 400 s while the timer runs; the first row after it is the changed one."""
    time_s = elapsed(frame)
    rows = stretch(rng, time_s, length_s=GAP_S[severity])
    kept = np.delete(np.arange(len(time_s)), rows)
    after = frame[kept].with_columns(pl.Series("record_index", np.arange(len(kept)), frame.schema["record_index"]))
    return after, truth([(float(time_s[rows.start - 1]), float(time_s[rows.stop]), [rows.start])])


IMPOSSIBLE_SPEED = Fault(
    name="impossible_speed",
    table="records",
    check_names=("speed_envelope", "speed_acceleration", "speed_unit"),
    scoring="segment",
    inject=impossible_speed,
    needs=("speed_acceleration",),
)
SPEED_UNIT = Fault(
    name="speed_unit",
    table="records",
    check_names=("speed_unit", "distance_disagreement"),
    scoring="segment",
    inject=speed_unit,
)
ACCELERATION = Fault(
    name="acceleration",
    table="records",
    check_names=("speed_acceleration", "speed_envelope"),
    scoring="moment",
    inject=acceleration,
    needs=("speed_acceleration",),
)
TELEPORT = Fault(
    name="teleport", table="records", check_names=("position_teleport",), scoring="segment", inject=teleport
)
RECORD_GAP = Fault(name="record_gap", table="records", check_names=("record_gap",), scoring="moment", inject=record_gap)
