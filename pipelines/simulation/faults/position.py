"""Faults of positions among houses and trees: a zigzag beside the way, a walk while nobody moves, a place not found."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected, truth
from pipelines.simulation.faults.stretches import changed, elapsed, numbers, put, stretch
from pipelines.simulation.noise import Series, wander

ZIGZAG_M = {1: 3.0, 2: 5.0, 3: 9.0}
ZIGZAG_S = {1: 90.0, 2: 240.0, 3: 600.0}
ZIGZAG_SHORT_S = 3.0
"""Spread along each axis (m), length of the stretch (s), and how long one error lasts (s)."""

DRIFT_M = {1: 6.0, 2: 12.0, 3: 25.0}
DRIFT_STAND_S = {1: 60.0, 2: 120.0, 3: 300.0}
DRIFT_LONG_S = 15.0
"""Spread of the drift (m), length of the stand (s), and how long one error lasts (s)."""

FOUND_M = {1: 4.0, 2: 1.0, 3: 0.0}
"""Spread (m) of the one place a watch shows that never found its own, by severity."""

DEG_PER_M = float(np.degrees(1.0 / 6_371_008.8))
NORTH, EAST = "latitude_deg", "longitude_deg"


def zigzag(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Positions jitter by 3, 5 or 9 m within seconds for 90, 240 or 600 s, as between high houses."""
    rows = stretch(rng, elapsed(frame), length_s=ZIGZAG_S[severity])
    count = len(range(*rows.indices(frame.height)))
    away = [ZIGZAG_M[severity] * wander(rng, count, time_constant=ZIGZAG_SHORT_S) for _ in range(2)]
    return changed(frame, _shifted(frame, rows, away[0], away[1]), rows, NORTH)


def drift(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The runner stands for 60, 120 or 300 s with the timer on, while the positions walk about, and are counted."""
    time_s = elapsed(frame)
    rows = stretch(rng, time_s, length_s=DRIFT_STAND_S[severity])
    places = np.arange(frame.height)[rows]
    away = [DRIFT_M[severity] * wander(rng, len(places), time_constant=DRIFT_LONG_S) for _ in range(2)]
    stood = frame
    for name in (NORTH, EAST):
        values = numbers(frame, name)
        # All that comes later begins where the stand was: nobody jumps to where the run would have been.
        values[places] = values[places[0]]
        values[places[-1] + 1 :] -= numbers(frame, name)[places[-1]] - values[places[0]]
        stood = put(stood, name, values)
    after = _shifted(stood, rows, away[0] - away[0][0], away[1] - away[1][0])
    way_m = np.hypot(np.diff(away[0], prepend=away[0][:1]), np.diff(away[1], prepend=away[1][:1]))
    after = put(after, "distance_m", _counted(numbers(frame, "distance_m"), places, way_m))
    for name in ("speed_m_per_s", "cadence_rpm"):
        values = numbers(frame, name)
        values[places] = np.where(np.isnan(values[places]), np.nan, 0.0)
        after = put(after, name, values)
    indices = frame["record_index"].to_numpy()[places].tolist()
    return after, truth([(float(time_s[places[0]]), float(time_s[places[-1]]) + 1.0, indices)])


def lost_place(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The watch shows one place all along, give or take 4, 1 or 0 m: it never found its satellites."""
    rows = slice(0, frame.height)
    after = frame
    for name in (NORTH, EAST):
        values = numbers(frame, name)
        held = np.nanmedian(values) + np.clip(rng.standard_normal(len(values)), -3, 3) * FOUND_M[severity] * DEG_PER_M
        after = put(after, name, np.where(np.isnan(values), np.nan, held))
    return changed(frame, after, rows, NORTH)


def _counted(distance: Series, places: np.ndarray[tuple[int], np.dtype[np.int64]], way_m: Series) -> Series:
    """Distance so far when in these places so many metres were counted in the place of those run."""
    known = np.isfinite(distance)
    row = np.arange(len(distance))
    whole = np.interp(row, row[known], distance[known]) if known.any() else np.zeros(len(distance))
    steps = np.diff(whole, prepend=whole[:1])
    steps[places] = way_m
    counted = np.asarray(np.round(whole[0] + np.cumsum(steps), 2), dtype=np.float64)
    return np.where(known, counted, np.nan)


def _shifted(frame: pl.DataFrame, rows: slice, north_m: Series, east_m: Series) -> pl.DataFrame:
    """Positions of some rows moved by so many metres."""
    latitude, longitude = numbers(frame, NORTH), numbers(frame, EAST)
    shrink = np.cos(np.radians(float(np.nanmean(latitude))))
    latitude[rows] += north_m * DEG_PER_M
    longitude[rows] += east_m * DEG_PER_M / shrink
    return put(put(frame, NORTH, latitude), EAST, longitude)


ZIGZAG = Fault(name="zigzag", table="records", check_names=("position_zigzag",), scoring="segment", inject=zigzag)
DRIFT = Fault(
    name="standing_drift",
    table="records",
    check_names=("position_drift",),
    scoring="segment",
    inject=drift,
    needs=("position_zigzag",),
)
LOST_PLACE = Fault(
    name="place_never_found", table="records", check_names=("pace_indoors",), scoring="segment", inject=lost_place
)
