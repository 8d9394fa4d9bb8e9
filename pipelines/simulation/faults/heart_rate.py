"""Faults of heart rate during activities."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected, truth
from pipelines.simulation.faults.stretches import CALM_S, changed, elapsed, highest, numbers, put, stretch

RANGE_S = {1: 10.0, 2: 30.0, 3: 120.0}
JUMP_S = {1: 20.0, 2: 60.0, 3: 180.0}
JUMP_BPM = {1: 25.0, 2: 35.0, 3: 50.0}
DROPOUT_S = {1: 15.0, 2: 60.0, 3: 240.0}
FLATLINE_S = {1: 100.0, 2: 200.0, 3: 500.0}
LOCK_S = {1: 180.0, 2: 420.0, 3: 900.0}
SPIKE_COUNT = {1: 1, 2: 3, 3: 8}
SPIKE_S, SPIKE_BPM = (3, 8), (25.0, 45.0)
DRY_BPM = {1: 25.0, 2: 40.0, 3: 60.0}
DRY_S = {1: 40.0, 2: 90.0, 3: 180.0}
BLIND_BPM = {1: 35.0, 2: 50.0, 3: 70.0}
OFF_BPM = {1: 15.0, 2: 30.0, 3: 45.0}
BLIND_S = {1: 200.0, 2: 240.0, 3: 290.0}
"""Length of each fault (s), number of spikes, and how far off (bpm), by severity."""

COLUMN = "heart_rate_bpm"
HIGHEST_BPM, LOWEST_BPM = 215.0, 50.0
"""Faults stay within what a heart can show (bpm): beyond it another check would find them."""


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
    is_up = highest(values[rows]) + JUMP_BPM[severity] < 215.0
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


def half_lock(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """An optical sensor counts the strides of one leg, half the steps, two seconds late."""
    values, cadence = numbers(frame, COLUMN), numbers(frame, "cadence_rpm")
    rows = stretch(rng, elapsed(frame), length_s=LOCK_S[severity])
    late = np.concatenate([cadence[:2], cadence[:-2]])[rows]
    values[rows] = np.rint(late + 0.7 * rng.standard_normal(len(late)))
    return changed(frame, put(frame, COLUMN, values), rows, COLUMN)


def spikes(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Heart rate leaps by 25-45 bpm for three to seven seconds and back, 1, 3 or 8 times."""
    values, time_s = numbers(frame, COLUMN), elapsed(frame)
    places = np.linspace(CALM_S, time_s[-1] - CALM_S, SPIKE_COUNT[severity] + 2)[1:-1]
    events: list[tuple[float | None, float | None, list[int]]] = []
    for place in places:
        first = int(np.searchsorted(time_s, place + rng.uniform(-5.0, 5.0)))
        last = int(np.searchsorted(time_s, time_s[first] + int(rng.integers(*SPIKE_S))))
        known = np.flatnonzero(np.isfinite(values[first:last])) + first
        sign = 1.0 if highest(values[first : first + 30]) + SPIKE_BPM[1] < HIGHEST_BPM else -1.0
        values[known] = np.rint(values[known] + sign * rng.uniform(*SPIKE_BPM))
        indices = frame["record_index"].to_numpy()[known].tolist()
        events.append((float(time_s[first]), float(time_s[last]), indices))
    return put(frame, COLUMN, values), truth(events)


def dry_start(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """A dry strap: from the first second on a heart rate 25, 40 or 60 bpm above what comes later, for a while."""
    values, time_s = numbers(frame, COLUMN), elapsed(frame)
    rows = slice(0, int(np.searchsorted(time_s, DRY_S[severity])))
    later = values[(time_s > 2 * CALM_S) & np.isfinite(values)]
    level = min(float(np.quantile(later, 0.9)) + DRY_BPM[severity], HIGHEST_BPM + 0.0)
    values[rows] = np.rint(level + 3.0 * rng.standard_normal(len(values[rows])))
    return changed(frame, put(frame, COLUMN, values), rows, COLUMN)


def blind_start(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """A cold wrist: heart rate stays 35, 50 or 70 bpm below what comes later for 200 to 290 s, then finds the pulse."""
    values, time_s = numbers(frame, COLUMN), elapsed(frame)
    rows = slice(int(np.searchsorted(time_s, 20.0)), int(np.searchsorted(time_s, BLIND_S[severity])))
    later = values[(time_s > 2 * CALM_S) & np.isfinite(values)]
    level = max(float(np.quantile(later, 0.1)) - BLIND_BPM[severity], LOWEST_BPM)
    values[rows] = np.rint(level + 2.0 * rng.standard_normal(len(values[rows])))
    return changed(frame, put(frame, COLUMN, values), rows, COLUMN)


def shifted(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """A sensor that is 15, 30 or 45 bpm off from start to end, upwards where a heart could be there."""
    values = numbers(frame, COLUMN)
    is_up = highest(values) + OFF_BPM[severity] < HIGHEST_BPM and rng.random() < 0.5
    values += OFF_BPM[severity] if is_up else -OFF_BPM[severity]
    return changed(frame, put(frame, COLUMN, values), slice(0, frame.height), COLUMN)


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
HALF_LOCK = Fault(
    name="half_cadence_lock", table="records", check_names=("hr_cadence_lock",), scoring="segment", inject=half_lock
)
SPIKES = Fault(name="heart_rate_spike", table="records", check_names=("hr_spike",), scoring="segment", inject=spikes)
DRY_START = Fault(
    name="dry_strap_start", table="records", check_names=("hr_start_transient",), scoring="segment", inject=dry_start
)
BLIND_START = Fault(
    name="blind_wrist_start",
    table="records",
    check_names=("hr_start_transient",),
    scoring="segment",
    inject=blind_start,
)
SHIFTED = Fault(
    name="heart_rate_off_throughout",
    table="records",
    check_names=("hr_effort",),
    scoring="segment",
    inject=shifted,
    history_count=9,
)
