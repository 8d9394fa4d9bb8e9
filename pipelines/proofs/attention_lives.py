"""Days of generated athletes, without files: what each morning, night, answer and run would give, and what was planted.

Ordinary days differ as they do in people: the logarithm of RMSSD by 0.10 to 0.20 from day to day, tied to the heart
rate at rest, to sleep, to the weekday and to the day before; rare days lie far out. Nothing here is a measurement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SPREAD_LN_RMSSD = (0.10, 0.20)
"""Day-to-day spread of the logarithm of RMSSD (ln ms), lowest and highest athlete. Source: Plews et al. 2012, 2014."""
SPREAD_RESTING_BPM = (1.6, 3.0)
"""Day-to-day spread of the heart rate at rest (bpm). Engineering start value."""
SPREAD_SLEEP_S = (2100.0, 3600.0)
"""Night-to-night spread of sleep (s). Engineering start value."""
SPREAD_MARK = (0.08, 0.14)
"""Day-to-day spread of the mean answer (fraction of the scale). Engineering start value."""
CARRY = (0.15, 0.45)
"""Correlation of neighbouring days (fraction). Engineering start value."""
TAIL_FREEDOM = 7.0
"""Degrees of freedom of Student's t that days are drawn from: far days are more frequent than Gauss has them."""
WEEK_SPREADS = 0.35
"""Swing of a week (spreads of a day). Engineering start value."""
SEASON_SPREADS = 0.4
"""Slow swing over a season (spreads of a day): a level that stands still is not found in people."""
SEASON_DAYS = (150.0, 400.0)
"""Length of that swing (days)."""
MISSED_FRACTION = (0.02, 0.12)
"""Share of nights without a measurement. Engineering start value."""
SKIPPED_FRACTION = 0.06
"""Share of runs left out. Engineering start value."""
PACE_SLOPE = -0.35
"""Heart rate by pace (bpm per s per km). Engineering start value: 3 % of pace are some 3 bpm."""
EXERTION_POINTS, EXERTION_SLOPE, EXERTION_SPREAD = 4.0, 0.12, 0.9
"""Exertion stated of a usual run, by heart rate (points per bpm) and its spread (points of 0 to 10). Engineering start
values: what is stated goes with heart rate, whatever happens, so that nothing planted parts the two."""
STATED_FRACTION = 0.8
"""Share of runs whose exertion is stated. Engineering start value."""
LATE_SHARE, LATE_SPREAD, LATE_FROM_S = 0.6, 0.012, 3500.0
"""Share of decoupling that shows late in a run, own spread of that (fraction), and from which length (s) on it is told:
long runs in outline. Engineering start values."""
BEST_SHARES = {"best_1_km": (1000.0, 0.94), "best_5_km": (5000.0, 0.975), "best_10_km": (10_000.0, 0.99)}
"""Distance (m) of each best effort, and its pace as a share of the run's. Engineering start values."""
BEST_SPREAD = 0.012
"""Spread of that share (fraction). Engineering start value."""


@dataclass(frozen=True, kw_only=True)
class Episode:
    """One thing that happens to an athlete from `start` for `day_count` days (numbers of days from 0)."""

    kind: str
    severity: str
    size: float
    """In spreads of a day; of pacing drift the highest decoupling added (fraction)."""
    start: int
    day_count: int

    @property
    def days(self) -> range:
        """Numbers of its days."""
        return range(self.start, self.start + self.day_count)


@dataclass(frozen=True, kw_only=True)
class Life:
    """A year, or more, of one athlete: arrays have one entry a day, NaN where nothing was measured."""

    athlete_id: int
    dates: tuple[date, ...]
    ln_rmssd: Floats
    resting_bpm: Floats
    sleep_s: Floats
    mark: Floats
    """Mean answer, 0 to 1, 1 the good end."""
    pace_s_per_km: Floats
    """NaN on days without a run, as the other columns of runs."""
    run_bpm: Floats
    moving_s: Floats
    decoupling: Floats
    ascent_m_per_km: Floats
    exertion: Floats
    """Whole points, 0 to 10; NaN where nothing was stated."""
    late_fraction: Floats
    bests_s_per_km: Mapping[str, Floats]
    """Pace of the fastest clean stretch by metric."""
    notes: tuple[tuple[int, str], ...]
    changes: tuple[int, ...]
    """Days from which another watch is worn."""
    episodes: tuple[Episode, ...]


@dataclass(frozen=True, kw_only=True)
class _Person:
    spread_ln: float
    spread_bpm: float
    spread_sleep_s: float
    spread_mark: float
    decoupling_spread: float
    carry: float


def live(athlete_id: int, *, seed: Sequence[int], first: date, day_count: int, episodes: Sequence[Episode]) -> Life:
    """One athlete to whom `episodes` happen, and apart from them nothing. Equal seeds give equal days."""
    chance = np.random.default_rng(list(seed))
    person = _Person(
        spread_ln=chance.uniform(*SPREAD_LN_RMSSD),
        spread_bpm=chance.uniform(*SPREAD_RESTING_BPM),
        spread_sleep_s=chance.uniform(*SPREAD_SLEEP_S),
        spread_mark=chance.uniform(*SPREAD_MARK),
        decoupling_spread=chance.uniform(0.012, 0.022),
        carry=chance.uniform(*CARRY),
    )
    ordinary = _ordinary(person, athlete_id, chance, first=first, day_count=day_count)
    for episode in episodes:
        ordinary = _HAPPENS[episode.kind](ordinary, person, episode)
    lived = _unmeasured(ordinary, chance)
    return replace(_with_told_of_runs(lived, np.random.default_rng([*seed, 1])), episodes=tuple(episodes))


def _ordinary(person: _Person, athlete_id: int, chance: np.random.Generator, *, first: date, day_count: int) -> Life:
    dates = tuple(first + timedelta(days=n) for n in range(day_count))
    shared = _days(chance, day_count, carry=person.carry)
    own = [_days(chance, day_count, carry=person.carry) for _ in range(4)]
    season = _season(chance, day_count)
    week = WEEK_SPREADS * np.sin(2 * np.pi * (np.arange(day_count) + chance.integers(0, 7)) / 7.0)
    strain = week + season
    # Variability and heart rate at rest share what the heart does: correlation some -0.5.
    ln_rmssd = chance.uniform(3.5, 4.6) + person.spread_ln * (0.72 * shared + 0.69 * own[0] + strain)
    resting = chance.uniform(42, 60) - person.spread_bpm * (0.72 * shared - 0.69 * own[1] + strain)
    sleep = chance.uniform(7.3, 8.3) * 3600.0 + person.spread_sleep_s * (0.25 * shared + 0.97 * own[2] + week)
    mark = chance.uniform(0.6, 0.75) + person.spread_mark * (0.3 * shared + 0.95 * own[3] + 0.5 * strain)
    nothing = np.full(day_count, np.nan)
    life = Life(
        athlete_id=athlete_id,
        dates=dates,
        ln_rmssd=ln_rmssd,
        resting_bpm=resting,
        sleep_s=np.clip(sleep, 2.5 * 3600.0, 12.0 * 3600.0),
        mark=np.clip(mark, 0.0, 1.0),
        pace_s_per_km=nothing,
        run_bpm=nothing,
        moving_s=nothing,
        decoupling=nothing,
        ascent_m_per_km=nothing,
        exertion=nothing,
        late_fraction=nothing,
        bests_s_per_km={},
        notes=(),
        changes=(),
        episodes=(),
    )
    return _with_runs(life, person, chance, shared)


def _with_runs(life: Life, person: _Person, chance: np.random.Generator, shared: Floats) -> Life:
    count = len(life.dates)
    weekdays = chance.permutation(7)[: chance.integers(4, 6)]
    runs = np.array([on.weekday() in weekdays for on in life.dates]) & (chance.random(count) > SKIPPED_FRACTION)
    easy = chance.uniform(290, 360)
    pace = easy + chance.normal(0.0, 5.0, count)
    rate = chance.uniform(138, 150) + PACE_SLOPE * (pace - easy) - 0.6 * shared + chance.normal(0.0, 2.2, count)
    moving = chance.choice([2700.0, 3000.0, 3600.0, 4200.0], count, p=[0.2, 0.4, 0.3, 0.1])
    apart = chance.uniform(0.015, 0.035) + person.decoupling_spread * _far(chance, count)
    ground = np.clip(chance.normal(5.0, 1.5, count), 0.0, None)
    return replace(
        life,
        pace_s_per_km=np.where(runs, pace, np.nan),
        run_bpm=np.where(runs, rate, np.nan),
        moving_s=np.where(runs, moving * chance.uniform(0.97, 1.03, count), np.nan),
        decoupling=np.where(runs, apart, np.nan),
        ascent_m_per_km=np.where(runs, ground, np.nan),
    )


def _with_told_of_runs(life: Life, chance: np.random.Generator) -> Life:
    """The same with what else is told of runs: exertion stated, the fall late in long ones, and best efforts."""
    count = len(life.dates)
    felt = EXERTION_POINTS + EXERTION_SLOPE * (life.run_bpm - np.nanmean(life.run_bpm))
    felt = np.rint(np.clip(felt + EXERTION_SPREAD * chance.standard_normal(count), 0.0, 10.0))
    late = LATE_SHARE * life.decoupling + LATE_SPREAD * _far(chance, count)
    distance_m = 1000.0 * life.moving_s / life.pace_s_per_km
    bests = {}
    for metric, (least_m, share) in BEST_SHARES.items():
        pace = life.pace_s_per_km * (share + BEST_SPREAD * chance.standard_normal(count))
        bests[metric] = np.where(distance_m >= least_m, pace, np.nan)
    return replace(
        life,
        exertion=np.where(chance.random(count) < STATED_FRACTION, felt, np.nan),
        late_fraction=np.where(life.moving_s >= LATE_FROM_S, late, np.nan),
        bests_s_per_km=bests,
    )


def _far(chance: np.random.Generator, count: int) -> Floats:
    """Student's t of unit spread."""
    scale = ((TAIL_FREEDOM - 2.0) / TAIL_FREEDOM) ** 0.5
    return np.asarray(scale * chance.standard_t(TAIL_FREEDOM, count), dtype=np.float64)


def _days(chance: np.random.Generator, count: int, *, carry: float) -> Floats:
    """Days of unit spread, each like the one before by `carry`."""
    fresh = _far(chance, count) * (1.0 - carry**2) ** 0.5
    days = np.empty(count)
    level = 0.0
    for number, new in enumerate(fresh.tolist()):
        level = carry * level + new
        days[number] = level
    return days


def _season(chance: np.random.Generator, count: int) -> Floats:
    length, start = chance.uniform(*SEASON_DAYS), chance.uniform(0, 2 * np.pi)
    return np.asarray(SEASON_SPREADS * np.sin(2 * np.pi * np.arange(count) / length + start))


def _unmeasured(life: Life, chance: np.random.Generator) -> Life:
    """The same with nights without a measurement, and whole beats a minute, as watches give them."""
    count = len(life.dates)
    lost = chance.random(count) < chance.uniform(*MISSED_FRACTION)
    no_answer = chance.random(count) < chance.uniform(0.05, 0.2)
    return replace(
        life,
        ln_rmssd=np.where(lost, np.nan, life.ln_rmssd),
        resting_bpm=np.where(lost, np.nan, np.rint(life.resting_bpm)),
        sleep_s=np.where(lost, np.nan, life.sleep_s),
        mark=np.where(no_answer, np.nan, life.mark),
    )


def _fatigue(life: Life, person: _Person, episode: Episode) -> Life:
    """Lower variability, higher heart rate at rest and on runs, shorter sleep, worse answers: half on the first day."""
    amount = np.zeros(len(life.dates))
    amount[episode.start : episode.start + episode.day_count] = episode.size
    amount[episode.start] = episode.size / 2.0
    return replace(
        life,
        ln_rmssd=life.ln_rmssd - person.spread_ln * amount,
        resting_bpm=life.resting_bpm + person.spread_bpm * amount,
        sleep_s=life.sleep_s - 0.8 * person.spread_sleep_s * amount,
        mark=np.clip(life.mark - person.spread_mark * amount, 0.0, 1.0),
        run_bpm=life.run_bpm + 2.2 * amount,
    )


def _sleep(life: Life, person: _Person, episode: Episode) -> Life:
    """Shorter sleep, and nothing else."""
    sleep = life.sleep_s.copy()
    sleep[episode.start : episode.start + episode.day_count] -= episode.size * person.spread_sleep_s
    return replace(life, sleep_s=np.clip(sleep, 2.5 * 3600.0, None))


def _drift(life: Life, _: _Person, episode: Episode) -> Life:
    """Decoupling grows from the first run of the episode to its last."""
    apart = life.decoupling.copy()
    apart[episode.start : episode.start + episode.day_count] += np.linspace(0.0, episode.size, episode.day_count)
    return replace(life, decoupling=apart)


def _new_watch(life: Life, person: _Person, episode: Episode) -> Life:
    """Another watch from a day on, that reads variability higher and heart rate lower by `size` spreads."""
    later = np.arange(len(life.dates)) >= episode.start
    return replace(
        life,
        ln_rmssd=life.ln_rmssd + np.where(later, episode.size * person.spread_ln, 0.0),
        resting_bpm=life.resting_bpm - np.where(later, episode.size * person.spread_bpm, 0.0),
        sleep_s=life.sleep_s + np.where(later, 0.5 * episode.size * person.spread_sleep_s, 0.0),
        changes=(*life.changes, episode.start),
    )


def _noted(kind: str, life: Life, person: _Person, episode: Episode) -> Life:
    changed = _fatigue(life, person, episode)
    said = tuple((day, kind) for day in range(episode.start, episode.start + episode.day_count, 2))
    return replace(changed, notes=(*life.notes, *said))


def _ill(life: Life, person: _Person, episode: Episode) -> Life:
    """As fatigue, with notes of illness."""
    return _noted("ill", life, person, episode)


def _travel(life: Life, person: _Person, episode: Episode) -> Life:
    """As fatigue, with notes of travel."""
    return _noted("travel", life, person, episode)


def _silent(life: Life, _: _Person, episode: Episode) -> Life:
    """Days on which nothing was measured but runs."""
    gone = np.zeros(len(life.dates), dtype=bool)
    gone[episode.start : episode.start + episode.day_count] = True
    return replace(
        life,
        ln_rmssd=np.where(gone, np.nan, life.ln_rmssd),
        resting_bpm=np.where(gone, np.nan, life.resting_bpm),
        sleep_s=np.where(gone, np.nan, life.sleep_s),
    )


def _hot(life: Life, _: _Person, episode: Episode) -> Life:
    """Hot days: heart rate on runs, and its drift, higher by the weather."""
    hot = np.zeros(len(life.dates))
    hot[episode.start : episode.start + episode.day_count] = episode.size
    return replace(life, run_bpm=life.run_bpm + 5.0 * hot, decoupling=life.decoupling + 0.02 * hot)


def _hilly(life: Life, _: _Person, episode: Episode) -> Life:
    """Days in the hills: more ascent, higher heart rate at the same pace."""
    up = np.zeros(len(life.dates))
    up[episode.start : episode.start + episode.day_count] = episode.size
    return replace(life, run_bpm=life.run_bpm + 4.0 * up, ascent_m_per_km=life.ascent_m_per_km + 15.0 * up)


_HAPPENS = {
    "fatigue": _fatigue,
    "sleep_shortfall": _sleep,
    "pacing_drift": _drift,
    "new_watch": _new_watch,
    "ill": _ill,
    "travel": _travel,
    "silent": _silent,
    "hot": _hot,
    "hilly": _hilly,
}
PLANTED = ("fatigue", "pacing_drift", "sleep_shortfall")
"""What is to be found; everything else is there to be taken for it."""
CONFOUNDERS = tuple(kind for kind in _HAPPENS if kind not in PLANTED)
