"""Ways that look like faults and are none: rounds of a track, up and down a hill, switchbacks, drills, a slow walk.

Each lays the way that was run along another line; a position is as far off as before. Nobody stands on them.
"""

import numpy as np
import polars as pl

from pipelines.simulation.faults.stretches import numbers, put
from pipelines.simulation.noise import Series, wander
from pipelines.simulation.running import CENTRE_DEG, GPS_ERROR_M, GPS_ERROR_S
from pipelines.units import EARTH_RADIUS_M

LAPS, HILL, SWITCHBACKS, DRILLS, SHUTTLES, WALK = (
    "laps of 400 m",
    "up and down 150 m",
    "switchbacks of 40 m",
    "drills on a pitch",
    "shuttles of 20 m",
    "a slow walk in a park",
)
WAYS = (LAPS, HILL, SWITCHBACKS, DRILLS, SHUTTLES, WALK)

WALK_SHARE = 0.35
"""Of the speed of a run: 0.8 to 1.4 m/s."""
TURN_S = 3
"""How long a turn takes (s)."""
LAP_STRAIGHT_M, LAP_RADIUS_M = 84.39, 36.8
"""A track: two straights and two half rounds, 400 m along the kerb's line."""
PITCH_M = (60.0, 40.0)
SPRINT_M = (6.0, 25.0)
"""Size of a pitch, and how far one goes on it before the next turn, whichever way."""
PATH_M = (10.0, 60.0)
PATH_TURN = 1.2
"""Of a path in a park: how far it goes straight, and the spread of its turns (radians)."""


def laid(frame: pl.DataFrame, rng: np.random.Generator, name: str, *, true_m: float) -> tuple[pl.DataFrame, float]:
    """The records along another way, and the way (m) that was covered: of a walk a third of the run's.

    A record every second. Turns are taken as a body takes them: slower, and round.
    """
    counted: Series = numbers(frame, "distance_m")
    share = WALK_SHARE if name == WALK else 1.0
    way_m: Series = share * true_m * counted / float(counted[-1])
    corners = _corners(name, rng, float(way_m[-1]))
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=1)))])
    line = np.stack([_rounded(np.interp(way_m, along, one)) for one in corners])
    steps = np.concatenate([[0.0], np.hypot(*np.diff(line, axis=1))])
    off = GPS_ERROR_M * np.stack([wander(rng, len(way_m), time_constant=GPS_ERROR_S) for _ in range(2)])
    east, north = line + off
    shrink = np.cos(np.radians(CENTRE_DEG[0]))
    after = put(frame, "latitude_deg", CENTRE_DEG[0] + np.degrees(north / EARTH_RADIUS_M))
    after = put(after, "longitude_deg", CENTRE_DEG[1] + np.degrees(east / (EARTH_RADIUS_M * shrink)))
    # The device is off by as much as it was on the run.
    bias = float(counted[-1]) / true_m
    after = put(after, "distance_m", np.round(bias * np.cumsum(steps), 2))
    return put(after, "speed_m_per_s", np.round(bias * steps, 3)), float(steps.sum())


def _rounded(line: Series) -> Series:
    """The line with its corners taken over some seconds."""
    half = TURN_S // 2
    padded = np.concatenate([np.full(half, line[0]), line, np.full(half, line[-1])])
    return np.convolve(padded, np.ones(TURN_S) / TURN_S, mode="valid")


def _corners(name: str, rng: np.random.Generator, length_m: float) -> Series:
    """East and north (m) of the corners of a way at least that long."""
    if name == LAPS:
        return _oval(int(length_m // 350) + 2)
    if name in {HILL, SHUTTLES}:
        leg_m = 150.0 if name == HILL else 20.0
        count = int(length_m // leg_m) + 2
        return np.stack([leg_m * (np.arange(count) % 2), 0.2 * (np.arange(count) % 2)])
    if name == SWITCHBACKS:
        count = int(length_m // 24.0) + 4
        return np.stack([40.0 * ((np.arange(count) + 1) // 2 % 2), 8.0 * (np.arange(count) // 2)])
    reach = SPRINT_M if name == DRILLS else PATH_M
    count = int(length_m // reach[0]) + 2
    if name == WALK:
        heading, legs_m = np.cumsum(PATH_TURN * rng.standard_normal(count)), rng.uniform(*reach, count)
        return np.cumsum(legs_m * np.stack([np.cos(heading), np.sin(heading)]), axis=1)
    return _on_pitch(rng, count)


def _oval(laps: int) -> Series:
    angle = np.linspace(0.0, np.pi, 41)
    bend = LAP_RADIUS_M * np.stack([np.sin(angle), -np.cos(angle)])
    there = bend + np.array([[LAP_STRAIGHT_M], [0.0]])
    return np.tile(np.concatenate([there, -bend], axis=1), laps)


def _on_pitch(rng: np.random.Generator, count: int) -> Series:
    """From place to place on a pitch: any way that stays on it."""
    places = [np.array(PITCH_M) / 2]
    while len(places) < count:
        angle, reach_m = rng.uniform(0.0, 2 * np.pi), rng.uniform(*SPRINT_M)
        to = places[-1] + reach_m * np.array([np.cos(angle), np.sin(angle)])
        if (to >= 0).all() and (to <= PITCH_M).all():
            places.append(to)
    return np.stack(places, axis=1)
