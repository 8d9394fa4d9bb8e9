"""Latent physiology of one athlete, day by day, from a seed: training, heart-rate variability, heart rate, sleep.

Heart-rate variability is the athlete's level, plus slow fitness, minus the load of the days before, illness and
fatigue, plus autoregressive and white noise; resting heart rate moves the other way. The parameters are start values
of the size that published within-athlete spreads have, not a fit; the generator is close to linear on purpose.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from pipelines.simulation.noise import Series, wander

RunKind = Literal["easy", "steady", "long", "intervals", "hills", "strides"]

FITNESS_STEP_LN = 0.006
"""Daily step of the fitness walk (ln ms)."""

ACUTE_LOAD_LN = -0.05
"""Effect of one spread of the load of the last days (ln ms)."""

ILLNESS_LN, FATIGUE_LN = -0.30, -0.28
"""Effect of illness and of the fatigue episode at its height (ln ms)."""

DAY_NOISE_LN, DRIFT_LN = 0.07, 0.07
"""Spread of white and of autoregressive day-to-day noise (ln ms)."""

HEART_RATE_PER_LN = -14.0
"""Change of resting heart rate (bpm) per ln ms."""

LOAD_DAYS = 3.0
"""Time constant of acute load (days)."""

SHORT_SLEEP_S = 5.6 * 3600.0
"""Time asleep (s) of somebody short of sleep, nights on average."""

USUAL_DRIFT_PER_HOUR, STEEP_DRIFT_PER_HOUR = 0.04, 0.20
"""Rise of heart rate at the same effort over an hour of running (fraction), usual and of somebody who drifts."""

GAIN, GAIN_DAYS = 0.08, 45
"""Rise of the speed at threshold (fraction) of somebody who improves, and over how many days it comes."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What stays the same about an athlete."""

    level_ln_ms: float
    """Usual lnRMSSD (ln ms)."""
    resting_bpm: float
    max_bpm: float
    threshold_m_per_s: float
    """Speed (m/s) that can be held for an hour."""
    sleep_need_s: float
    wake_hour: float
    """Usual local hour of waking."""
    runs_per_week: int


@dataclass(frozen=True, kw_only=True)
class Episode:
    """Days of fatigue: lower variability, higher heart rate, less sleep."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Course:
    """From which date on something slowly changes; None where it does not."""

    sleeps_short_from: date | None = None
    drifts_from: date | None = None
    improves_from: date | None = None


@dataclass(frozen=True, kw_only=True)
class Days:
    """One entry per local date in every series."""

    dates: tuple[date, ...]
    ln_rmssd: Series
    """lnRMSSD (ln ms) of the resting heart."""
    resting_bpm: Series
    sleep_s: Series
    """Time asleep (s) in the night that ends on the date."""
    wake_s: Series
    """Local time of waking (s after midnight)."""
    run_kind: tuple[RunKind | None, ...]
    run_s: Series
    """Moving time (s) of the run of the day; 0 on rest days."""
    strain: Series
    """Fatigue of the day, 0 to 1: raises heart rate while running."""
    drift_per_hour: Series
    """Rise of heart rate at the same effort over an hour of running (fraction)."""
    gain: Series
    """Rise of the speed at threshold since the start (fraction)."""


def dates_until(last: date, day_count: int) -> tuple[date, ...]:
    """The dates of so many days, the last one included."""
    return tuple(last - timedelta(days=back) for back in reversed(range(day_count)))


def live(
    rng: np.random.Generator,
    profile: Profile,
    *,
    dates: tuple[date, ...],
    ill: frozenset[date] = frozenset(),
    episode: Episode | None = None,
    course: Course | None = None,
) -> Days:
    """The days as they were, whether or not a device saw them."""
    count = len(dates)
    kinds, run_s = _training(rng, profile, dates, ill)
    sick = np.array([float(day in ill) for day in dates])
    strain = _strain(dates, episode)
    acute = _acute(run_s)
    fitness = FITNESS_STEP_LN * np.cumsum(rng.standard_normal(count))
    latent = fitness + ACUTE_LOAD_LN * acute + ILLNESS_LN * sick + FATIGUE_LN * strain
    latent += DRIFT_LN * wander(rng, count, time_constant=3.0)
    course = course or Course()
    usual_s = np.where(_since(dates, course.sleeps_short_from) > 0, SHORT_SLEEP_S, profile.sleep_need_s)
    sleep = usual_s - 2700.0 * strain + 1500.0 * rng.standard_normal(count) + 1800.0 * sick
    return Days(
        dates=dates,
        ln_rmssd=profile.level_ln_ms + latent + DAY_NOISE_LN * rng.standard_normal(count),
        resting_bpm=profile.resting_bpm + HEART_RATE_PER_LN * latent + 1.2 * rng.standard_normal(count),
        sleep_s=np.clip(sleep, 4.5 * 3600.0, 10.5 * 3600.0),
        wake_s=3600.0 * profile.wake_hour + 1200.0 * np.clip(rng.standard_normal(count), -2.5, 2.5),
        run_kind=kinds,
        run_s=run_s,
        strain=strain,
        drift_per_hour=np.where(_since(dates, course.drifts_from) > 0, STEEP_DRIFT_PER_HOUR, USUAL_DRIFT_PER_HOUR),
        gain=GAIN * np.clip(_since(dates, course.improves_from) / GAIN_DAYS, 0.0, 1.0),
    )


def _since(dates: tuple[date, ...], first: date | None) -> Series:
    """Days since the date, itself the first; 0 before it."""
    return np.array([0.0 if first is None else max(0.0, (day - first).days + 1.0) for day in dates])


def weekly_plan(profile: Profile) -> dict[int, RunKind]:
    """Which run is planned on which weekday (Monday 0): the long run on Sunday, then Tuesday, Thursday, ..."""
    names: tuple[RunKind, ...] = ("long", "intervals", "easy", "steady", "hills")
    return dict(zip((6, 1, 3, 5, 2)[: profile.runs_per_week], names, strict=False))


USUAL_MIN = {"long": 90.0, "intervals": 50.0, "easy": 42.0, "strides": 45.0, "steady": 55.0, "hills": 50.0}
"""Planned length of each kind of run (min)."""


def _training(
    rng: np.random.Generator, profile: Profile, dates: tuple[date, ...], ill: frozenset[date]
) -> tuple[tuple[RunKind | None, ...], Series]:
    """A weekly plan with rest days; nobody runs while ill."""
    plan = weekly_plan(profile)
    kinds: list[RunKind | None] = []
    for day in dates:
        kind = plan.get(day.weekday())
        if kind == "easy" and rng.random() < 0.3:
            kind = "strides"
        kinds.append(None if day in ill else kind)
    base = np.array([USUAL_MIN[kind] if kind else 0.0 for kind in kinds])
    spread = np.exp(0.1 * rng.standard_normal(len(kinds)))
    return tuple(kinds), np.where(base > 0, np.rint(np.clip(base * spread, 30.0, 100.0) * 60.0), 0.0)


def _acute(run_s: Series) -> Series:
    """Load of the days before, in spreads: what was done today is not felt this morning."""
    decay = float(np.exp(-1.0 / LOAD_DAYS))
    felt = np.zeros(len(run_s))
    for day in range(1, len(run_s)):
        felt[day] = decay * felt[day - 1] + run_s[day - 1]
    spread = float(felt.std())
    return (felt - felt.mean()) / spread if spread > 0 else felt


def _strain(dates: tuple[date, ...], episode: Episode | None) -> Series:
    """0 outside the episode; inside it rises over three days, holds, and falls over three."""
    if episode is None:
        return np.zeros(len(dates))
    inside = np.array([min((day - episode.first).days, (episode.last - day).days) for day in dates])
    return np.clip((inside + 1) / 3.0, 0.0, 1.0)
