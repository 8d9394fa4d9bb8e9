"""Simulated runs: speed, terrain, a closed loop, heart rate that lags behind effort, and a watch that records them.

The loops lie on open water in the North Atlantic, some 500 km north of the Azores: they are nobody's address.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.simulation.athlete import RunKind
from pipelines.simulation.noise import Series, lagged, wander
from pipelines.units import EARTH_RADIUS_M

CENTRE_DEG = (44.5, -30.0)
"""Latitude and longitude (deg) of a point in the open Atlantic that all loops start near."""

GPS_ERROR_M = 1.5
"""Spread of the position error along each axis (m), open sky."""

GPS_ERROR_S = 60.0
"""How long a position error lasts (s)."""

HEART_RATE_LAG_S = 35.0
"""Time constant of heart rate after a change of effort (s)."""

WRIST_LAG_S = 6.0
"""Further time constant of an optical sensor (s)."""

STANDING_BPM = 30.0
"""Heart rate above rest (bpm) while standing at the start."""

OPEN_BIAS, BELT_BIAS = 0.005, 0.03
"""Standard deviation of the constant error of a watch's speed (fraction), in the open and on a belt."""

SPEED_LAG_S = 3.0
"""Time constant with which a runner comes to a new speed (s)."""

EFFORT_PER_GRADE = 3.3
"""Relative rise of effort per unit of grade, near flat."""

SMART_STEP_S = (1, 8)
"""Range of the time between records (s) of smart recording, upper end left out."""

FAST_KINDS: tuple[RunKind, ...] = ("steady", "intervals")
"""Runs whose speed rises with the speed at threshold."""

FRACTION: dict[RunKind, float] = {
    "easy": 0.78,
    "strides": 0.78,
    "steady": 0.88,
    "long": 0.76,
    "intervals": 0.75,
    "hills": 0.78,
}
"""Speed of each kind of run as a share of the speed at threshold."""


@dataclass(frozen=True, kw_only=True)
class Runner:
    """What a run needs to know of who runs."""

    resting_bpm: float
    max_bpm: float
    threshold_m_per_s: float
    strain: float = 0.0
    """Fatigue, 0 to 1: up to 6 bpm more for the same effort."""
    drift_per_hour: float = 0.04
    """Rise of heart rate at the same effort over an hour (fraction)."""
    gain: float = 0.0
    """Rise of the speed at threshold (fraction): easy runs keep their speed, hard ones get faster."""


@dataclass(frozen=True, kw_only=True)
class RunPlan:
    """What is to be run, and how it is recorded."""

    kind: RunKind
    moving_s: int
    start_s: int
    """Start (s since 1970, UTC)."""
    heart_rate_source: Literal["strap", "wrist"] = "strap"
    is_smart: bool = False
    is_treadmill: bool = False
    pause_count: int = 0


@dataclass(frozen=True, kw_only=True)
class Run:
    """A recorded run. `records` has the columns of the table records that a file states, one row per record."""

    records: pl.DataFrame
    start_s: int
    end_s: int
    pauses: tuple[tuple[int, int], ...]
    """Timer stopped and started again (s since 1970, UTC)."""
    true_distance_m: float
    true_mean_heart_rate_bpm: float


def run(rng: np.random.Generator, runner: Runner, plan: RunPlan) -> Run:
    """One run without any fault."""
    moving, pauses = _pauses(rng, plan)
    speed = _speed(rng, runner, plan, moving)
    true_m = np.cumsum(speed)
    east_m, north_m = _loop(rng, true_m)
    terrain_m, grade = _terrain(rng, true_m, is_hilly=plan.kind == "hills", is_flat=plan.is_treadmill)
    heart_rate = _heart_rate(rng, runner, plan, speed, grade)
    device_speed, cadence = _device_speed(rng, plan, speed), _cadence(rng, speed)
    count = len(speed)
    error = GPS_ERROR_M * np.stack([wander(rng, count, time_constant=GPS_ERROR_S) for _ in range(2)])
    altitude = 12.0 + terrain_m + 0.8 * wander(rng, count, time_constant=900.0)
    latitude = CENTRE_DEG[0] + np.degrees((north_m + error[0]) / EARTH_RADIUS_M)
    east_deg = np.degrees((east_m + error[1]) / (EARTH_RADIUS_M * np.cos(np.radians(CENTRE_DEG[0]))))
    everything = pl.DataFrame(
        {
            "recorded_at_utc": pl.Series((plan.start_s + np.arange(count)) * 1_000_000).cast(pl.Datetime("us", "UTC")),
            "latitude_deg": None if plan.is_treadmill else latitude,
            "longitude_deg": None if plan.is_treadmill else CENTRE_DEG[1] + east_deg,
            "altitude_m": None if plan.is_treadmill else np.rint(altitude * 5) / 5,
            "distance_m": np.rint(np.cumsum(device_speed * moving) * 100) / 100,
            "speed_m_per_s": np.rint(device_speed * 1000) / 1000,
            "heart_rate_bpm": np.rint(heart_rate).astype(np.int16),
            "cadence_rpm": np.rint(cadence),
        },
        schema_overrides={"latitude_deg": pl.Float64, "longitude_deg": pl.Float64, "altitude_m": pl.Float64},
    )
    kept = np.flatnonzero(_recorded(rng, plan, moving))
    return Run(
        records=everything[kept],
        start_s=plan.start_s,
        end_s=plan.start_s + count,
        pauses=tuple((plan.start_s + start, plan.start_s + end) for start, end in pauses),
        true_distance_m=float(true_m[-1]),
        true_mean_heart_rate_bpm=float(heart_rate[moving].mean()),
    )


def _pauses(rng: np.random.Generator, plan: RunPlan) -> tuple[npt.NDArray[np.bool_], tuple[tuple[int, int], ...]]:
    """Which seconds of the elapsed time are run, and the pauses between (s after the start)."""
    places = np.sort(rng.choice(np.arange(300, plan.moving_s - 300, 120), plan.pause_count, replace=False))
    lengths = rng.integers(20, 90, plan.pause_count)
    before = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if plan.pause_count else lengths
    pauses = tuple((int(start), int(start + length)) for start, length in zip(places + before, lengths, strict=True))
    moving = np.ones(plan.moving_s + int(lengths.sum()), dtype=bool)
    for start, end in pauses:
        moving[start:end] = False
    return moving, pauses


def _speed(rng: np.random.Generator, runner: Runner, plan: RunPlan, moving: npt.NDArray[np.bool_]) -> Series:
    """True speed (m/s) second by second."""
    count = len(moving)
    threshold = runner.threshold_m_per_s * (1.0 + runner.gain * (plan.kind in FAST_KINDS))
    target = np.full(count, FRACTION[plan.kind] * threshold)
    if plan.kind == "intervals":
        position = (np.arange(count) - 900) % 300
        target[(position < 180) & (np.arange(count) >= 900) & (np.arange(count) < count - 600)] = 1.05 * threshold
    if plan.kind == "strides":
        late = np.arange(count) - (count - 900)
        target[(late >= 0) & (late % 120 < 14)] = min(1.7 * runner.threshold_m_per_s, 7.5)
    target *= 1.0 + 0.03 * wander(rng, count, time_constant=90.0)
    return lagged(np.where(moving, target, 0.0), time_constant=SPEED_LAG_S, start=0.0) * moving


def _loop(rng: np.random.Generator, distance_m: Series) -> tuple[Series, Series]:
    """Position (m east, m north) along a smooth closed curve of which the whole run is one or more rounds."""
    angle = np.linspace(0.0, 2 * np.pi, 721)
    radius = np.ones(len(angle))
    for order in (2, 3, 5):
        radius += rng.uniform(0.0, 0.3 / order) * np.cos(order * angle + rng.uniform(0, 2 * np.pi))
    east, north = radius * np.cos(angle), radius * np.sin(angle)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(east), np.diff(north)))])
    rounds = max(1.0, np.rint(distance_m[-1] / 6000.0))
    scale = distance_m[-1] / rounds / along[-1]
    place = (distance_m / scale) % along[-1]
    return scale * (np.interp(place, along, east) - east[0]), scale * (np.interp(place, along, north) - north[0])


def _terrain(rng: np.random.Generator, distance_m: Series, *, is_hilly: bool, is_flat: bool) -> tuple[Series, Series]:
    """Height (m) and grade (fraction) of rolling ground that comes back to where it started."""
    height, grade = np.zeros(len(distance_m)), np.zeros(len(distance_m))
    if is_flat:
        return height, grade
    rounds = max(1.0, np.rint(distance_m[-1] / 6000.0))
    for order in (1, 2, 4, 7):
        wavenumber = 2 * np.pi * order * rounds / distance_m[-1]
        size = rng.uniform(0.01, 0.02 if not is_hilly else 0.045) / wavenumber
        phase = rng.uniform(0, 2 * np.pi)
        height += size * (np.sin(wavenumber * distance_m + phase) - np.sin(phase))
        grade += size * wavenumber * np.cos(wavenumber * distance_m + phase)
    return height, grade


def _heart_rate(rng: np.random.Generator, runner: Runner, plan: RunPlan, speed: Series, grade: Series) -> Series:
    """Heart rate (bpm): effort, its lag, upward drift over the run, and what the sensor adds."""
    count = len(speed)
    effort = speed / (runner.threshold_m_per_s * (1.0 + runner.gain)) * (1.0 + EFFORT_PER_GRADE * grade)
    drift = 1.0 + runner.drift_per_hour * np.arange(count) / 3600.0
    reserve = runner.max_bpm - runner.resting_bpm
    target = runner.resting_bpm + reserve * np.clip(0.88 * effort * drift, 0.2, 0.99) + 6.0 * runner.strain
    start = runner.resting_bpm + STANDING_BPM
    heart_rate = lagged(target, time_constant=HEART_RATE_LAG_S, start=start)
    heart_rate += 1.2 * wander(rng, count, time_constant=20.0)
    if plan.heart_rate_source == "wrist":
        heart_rate = lagged(heart_rate, time_constant=WRIST_LAG_S, start=start)
        heart_rate += 1.5 * wander(rng, count, time_constant=40.0)
    return np.clip(heart_rate, 40.0, runner.max_bpm + 2.0)


def _device_speed(rng: np.random.Generator, plan: RunPlan, speed: Series) -> Series:
    """Speed (m/s) as the watch states it: a small constant error, smoothing and noise."""
    bias = rng.normal(0.0, BELT_BIAS if plan.is_treadmill else OPEN_BIAS)
    noisy = lagged(speed * (1.0 + bias), time_constant=2.0, start=0.0)
    noisy += 0.06 * wander(rng, len(speed), time_constant=8.0) * (speed > 0.5)
    return np.clip(noisy, 0.0, None)


def _cadence(rng: np.random.Generator, speed: Series) -> Series:
    """Strides per minute of one leg."""
    stride = 82.0 + 5.0 * (speed - 3.0) + 0.8 * wander(rng, len(speed), time_constant=15.0)
    return np.where(speed > 1.0, stride, np.where(speed > 0.2, 55.0, 0.0))


def _recorded(rng: np.random.Generator, plan: RunPlan, moving: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which seconds the watch writes down: those the timer runs in, every one or, when smart, some."""
    if not plan.is_smart:
        return moving
    chosen = np.cumsum(rng.integers(*SMART_STEP_S, len(moving)))
    kept = np.zeros(len(moving), dtype=bool)
    kept[chosen[chosen < len(moving)]] = True
    kept[0] = True
    return kept & moving
