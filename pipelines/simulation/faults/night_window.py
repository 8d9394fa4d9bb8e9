"""Faults of when a night lies and what it is made of."""

from datetime import timedelta

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected, truth

OVERLAP_MIN = {1: 20, 2: 60, 3: 180}
"""Minutes two nights share."""
MOVED_H = {1: 3, 2: 5, 3: 9}
MOVED_NIGHTS = {1: 1, 2: 2, 3: 4}
"""Whole hours a clock is off, and for how many nights."""
PARTS_MIN = {1: 25, 2: 60, 3: 180}
"""Minutes by which the stages, or all parts, exceed what they are parts of."""
UNWORN_SHARE = {1: 0.45, 2: 0.6, 3: 0.85}
"""Share of the night a device was not worn."""
BREAKFAST_MIN = {1: 65, 2: 85, 3: 105}
"""Minutes after waking that a device takes for sleep; the first activity begins 45 minutes after."""


def overlap(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """A night begins 20, 60 or 180 minutes before the one before it has ended."""
    row = _one(frame, rng)
    start = frame["end_at_utc"][row - 1] - timedelta(minutes=OVERLAP_MIN[severity])
    after = frame.with_columns(_put(row, "start_at_utc", start))
    return after, truth([(None, None, [row - 1, row])])


def moved(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The device's clock is 3, 5 or 9 hours off for one, two or four nights."""
    row = _one(frame, rng)
    rows = list(range(row, row + MOVED_NIGHTS[severity]))
    hours = MOVED_H[severity] * int(rng.choice([-1, 1]))
    moved_rows = pl.int_range(pl.len()).is_in(rows)
    after = frame.with_columns(
        pl.when(moved_rows).then(pl.col(name) + timedelta(hours=hours)).otherwise(pl.col(name)).alias(name)
        for name in ("start_at_utc", "end_at_utc")
    )
    return after, truth([(None, None, rows)])


def stages(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Deep sleep is 25, 60 or 180 minutes longer than the night's own sum has room for."""
    row = _one(frame, rng)
    longer = float(frame["deep_s"][row] or 0.0) + 60.0 * PARTS_MIN[severity]
    return frame.with_columns(_put(row, "deep_s", longer)), truth([(None, None, [row])])


def awake(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The time awake is 25, 60 or 180 minutes longer than the night has room for."""
    row = _one(frame, rng)
    period_s = (frame["end_at_utc"][row] - frame["start_at_utc"][row]).total_seconds()
    room_s = period_s - float(frame["sleep_duration_s"][row]) - float(frame["unmeasured_s"][row] or 0.0)
    return frame.with_columns(_put(row, "awake_s", room_s + 60.0 * PARTS_MIN[severity])), truth([(None, None, [row])])


def unworn(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The device was off the wrist for 45, 60 or 85 % of the night, and says so; its sleep shrinks with it."""
    row = _one(frame, rng)
    period_s = (frame["end_at_utc"][row] - frame["start_at_utc"][row]).total_seconds()
    worn = 1 - UNWORN_SHARE[severity]
    after = frame.with_columns(
        _put(row, "unmeasured_s", UNWORN_SHARE[severity] * period_s),
        *(
            _put(row, name, worn * float(frame[name][row] or 0.0))
            for name in ("sleep_duration_s", "awake_s", "light_s", "deep_s", "rem_s")
        ),
    )
    return after, truth([(None, None, [row])])


def breakfast(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The device takes the first 65, 85 or 105 minutes after waking for sleep, a run within them too."""
    row = _one(frame, rng)
    longer_s = 60.0 * BREAKFAST_MIN[severity]
    after = frame.with_columns(
        _put(row, "end_at_utc", frame["end_at_utc"][row] + timedelta(seconds=longer_s)),
        _put(row, "sleep_duration_s", float(frame["sleep_duration_s"][row]) + longer_s),
        _put(row, "light_s", float(frame["light_s"][row] or 0.0) + longer_s),
    )
    return after, truth([(None, None, [row])])


def _one(frame: pl.DataFrame, rng: np.random.Generator) -> int:
    """A night with a month before it and some after."""
    return int(rng.integers(frame.height // 2, frame.height - 5))


def _put(row: int, name: str, value: object) -> pl.Expr:
    return pl.when(pl.int_range(pl.len()) == row).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)


OVERLAP = Fault(
    name="overlapping_nights", table="nights", check_names=("night_overlap",), scoring="rows", inject=overlap
)
MOVED = Fault(name="moved_nights", table="nights", check_names=("night_moved",), scoring="rows", inject=moved)
STAGES = Fault(name="stages_beyond_sleep", table="nights", check_names=("night_stages",), scoring="rows", inject=stages)
AWAKE = Fault(name="parts_beyond_night", table="nights", check_names=("night_parts",), scoring="rows", inject=awake)
UNWORN = Fault(name="device_not_worn", table="nights", check_names=("night_unmeasured",), scoring="rows", inject=unworn)
BREAKFAST = Fault(
    name="asleep_while_running", table="nights", check_names=("night_active",), scoring="rows", inject=breakfast
)
