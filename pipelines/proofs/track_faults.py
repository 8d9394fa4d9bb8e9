"""Faults of a track: what they change of positions, stamps and units, and what was really run with them.

They are struck into files of positions alone, and into files whose device counts its distance along those positions:
there a bad position is a wrong distance, as on a watch without another sensor.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.proofs.scoring import Scoring
from pipelines.simulation.faults import clock, position
from pipelines.simulation.faults.contract import Injected, truth
from pipelines.simulation.faults.stretches import CALM_S, elapsed, numbers, put, stretch
from pipelines.simulation.noise import Series, wander

DRIFT_M = {1: 3.0, 2: 6.0, 3: 12.0}
DRIFT_S = 30.0
JUMP_M = {1: 50.0, 2: 200.0, 3: 1000.0}
JUMP_S = {1: 20.0, 2: 40.0, 3: 60.0}
SPIKE_COUNT = {1: 1, 2: 4, 3: 12}
SPIKE_M = {1: 50.0, 2: 60.0, 3: 100.0}
GAP_S = {1: 15.0, 2: 60.0, 3: 300.0}
LEAP_S = {1: 15.0, 2: 60.0, 3: 300.0}
UNIT_FACTOR = {1: 1.609344, 2: 1 / 1.609344, 3: 3.280840}
"""Size of each fault by severity: spread along each axis and how long an error lasts, metres, seconds, number."""

NORTH, EAST, TIME = "latitude_deg", "longitude_deg", "recorded_at_utc"
POSITION_CHECKS = ("position_teleport", "speed_envelope", "speed_acceleration", "position_envelope")
COUNTED, PLACED = "counted", "positions alone"
"""Where the distance of a file is from: a counter that follows the positions, or nothing but the positions."""


@dataclass(frozen=True, kw_only=True)
class TrackFault:
    """One kind of damage. `inject` gives the records and the truth of its events, as faults of the generator do."""

    name: str
    sizes: tuple[str, str, str]
    """What its three severities are, in words."""
    check_names: tuple[str, ...]
    scoring: Scoring
    inject: Callable[[pl.DataFrame, np.random.Generator, int], Injected]
    recorders: tuple[str, ...] = (COUNTED, PLACED)
    stops_counting: bool = False
    """The counter stands still while no record is stored."""
    stands: bool = False
    """Its rows are standing: what was run is less, and took less time."""
    factors: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """Counted distance and speed are stored as so many times what they are."""


def drift(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """All positions wander 3, 6 or 12 m along each axis, half a minute at a time."""
    count = frame.height
    away = [DRIFT_M[severity] * wander(rng, count, time_constant=DRIFT_S) for _ in range(2)]
    return _moved(frame, away[0], away[1]), _event(frame, slice(0, count))


def jump_and_back(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Positions are 50, 200 or 1000 m away for 20, 40 or 60 s, then back."""
    rows = stretch(rng, elapsed(frame), length_s=JUMP_S[severity])
    return _aside(frame, rng, rows, JUMP_M[severity]), _event(frame, rows)


def jump_for_good(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The place is put right by 50, 200 or 1000 m on the way: one step too long."""
    first = stretch(rng, elapsed(frame), length_s=1.0).start
    return _aside(frame, rng, slice(first, frame.height), JUMP_M[severity]), _event(frame, slice(first, first + 1))


def spikes(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """1, 4 or 12 single positions lie 50, 60 or 100 m beside the way."""
    time_s = elapsed(frame)
    places = np.linspace(CALM_S, time_s[-1] - CALM_S, SPIKE_COUNT[severity] + 2)[1:-1]
    after, events = frame, []
    for place in places:
        row = int(np.searchsorted(time_s, place + rng.uniform(-5.0, 5.0)))
        after = _aside(after, rng, slice(row, row + 1), SPIKE_M[severity])
        events.append((float(time_s[row]), float(time_s[row]) + 1.0, [row]))
    return after, truth(list(events))


def gap(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """No record for 15, 60 or 300 s while the timer runs; a counter counts nothing meanwhile."""
    time_s = elapsed(frame)
    rows = stretch(rng, time_s, length_s=GAP_S[severity])
    kept = np.delete(np.arange(frame.height), np.arange(frame.height)[rows])
    return _numbered(frame[kept]), truth([(float(time_s[rows.start - 1]), float(time_s[rows.stop]), [rows.start])])


def clock_leap(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The clock leaps 15, 60 or 300 s ahead on the way and stays there: time nobody ran."""
    time_s = elapsed(frame)
    first = stretch(rng, time_s, length_s=1.0).start
    late_us = np.where(np.arange(frame.height) >= first, LEAP_S[severity] * 1e6, 0.0).astype(np.int64)
    after = frame.with_columns(pl.col(TIME) + pl.Series(late_us).cast(pl.Duration("us")))
    return after, truth([(float(time_s[first - 1]), float(time_s[first]) + LEAP_S[severity], [first])])


def unit(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:  # noqa: ARG001 - as all faults
    """Distance and speed are in another unit."""
    return frame, _event(frame, slice(0, frame.height))


def nothing(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:  # noqa: ARG001 - as all faults
    """No fault: what the recording itself is off by."""
    return frame, truth([])


def _aside(frame: pl.DataFrame, rng: np.random.Generator, rows: slice, away_m: float) -> pl.DataFrame:
    """Some rows so many metres away, in any direction."""
    angle = rng.uniform(0.0, 2 * np.pi)
    is_away = np.zeros(frame.height)
    is_away[rows] = away_m
    return _moved(frame, is_away * np.cos(angle), is_away * np.sin(angle))


def _moved(frame: pl.DataFrame, north_m: Series, east_m: Series) -> pl.DataFrame:
    latitude, longitude = numbers(frame, NORTH), numbers(frame, EAST)
    shrink = np.cos(np.radians(float(np.nanmean(latitude))))
    north = latitude + north_m * position.DEG_PER_M
    return put(put(frame, NORTH, north), EAST, longitude + east_m * position.DEG_PER_M / shrink)


def _event(frame: pl.DataFrame, rows: slice) -> pl.DataFrame:
    time_s = elapsed(frame)[rows]
    indices = frame["record_index"].to_numpy()[rows].tolist()
    return truth([(float(time_s[0]), float(time_s[-1]) + 1.0, indices)])


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.Series("record_index", np.arange(frame.height), frame.schema["record_index"]))


TRACK_FAULTS = (
    TrackFault(
        name="drift",
        sizes=("3 m", "6 m", "12 m"),
        check_names=("position_zigzag",),
        scoring="segment",
        inject=drift,
    ),
    TrackFault(
        name="jump and back",
        sizes=("50 m", "200 m", "1000 m"),
        check_names=POSITION_CHECKS,
        scoring="segment",
        inject=jump_and_back,
    ),
    TrackFault(
        name="jump for good",
        sizes=("50 m", "200 m", "1000 m"),
        check_names=POSITION_CHECKS,
        scoring="moment",
        inject=jump_for_good,
    ),
    TrackFault(
        name="spikes",
        sizes=("1 of 50 m", "4 of 60 m", "12 of 100 m"),
        check_names=POSITION_CHECKS,
        scoring="moment",
        inject=spikes,
    ),
    TrackFault(
        name="zigzag",
        sizes=("3 m, 90 s", "5 m, 240 s", "9 m, 600 s"),
        check_names=("position_zigzag",),
        scoring="segment",
        inject=position.zigzag,
    ),
    TrackFault(
        name="gap",
        sizes=("15 s", "60 s", "300 s"),
        check_names=("record_gap",),
        scoring="moment",
        inject=gap,
        stops_counting=True,
    ),
    TrackFault(
        name="standing drift",
        sizes=("6 m, 60 s", "12 m, 120 s", "25 m, 300 s"),
        check_names=("position_drift",),
        scoring="segment",
        inject=position.drift,
        stands=True,
    ),
    TrackFault(
        name="clock leaps ahead",
        sizes=("15 s", "60 s", "300 s"),
        check_names=("record_gap",),
        scoring="moment",
        inject=clock_leap,
    ),
    TrackFault(
        name="stamps twice",
        sizes=("3", "15", "60"),
        check_names=("clock_duplicates",),
        scoring="segment",
        inject=clock.duplicates,
    ),
    TrackFault(
        name="another unit",
        sizes=("miles", "km for miles", "feet"),
        check_names=("distance_unit",),
        scoring="segment",
        inject=unit,
        recorders=(COUNTED,),
        factors=(UNIT_FACTOR[1], UNIT_FACTOR[2], UNIT_FACTOR[3]),
    ),
)
"""Every kind of damage to a track, in the order of the table."""

NO_FAULT = TrackFault(name="none", sizes=("", "", ""), check_names=(), scoring="segment", inject=nothing)
