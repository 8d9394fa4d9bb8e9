"""Steady runs of an athlete in two times, as far as they are alike in effort: what drift and durability are told of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from pipelines.observations.patterns.comparable import unlike
from pipelines.observations.patterns.grid import Booleans, Ints
from pipelines.observations.patterns.history import History, Run

PACE_FRACTION = 0.06
"""Largest difference of pace (fraction): such figures are held against the run's own first part, so that they ask less
of pace than heart rate itself does. Engineering start value."""


@dataclass(frozen=True, kw_only=True)
class SteadyRuns:
    """Runs with the figure in order of date; `unlike` tells by reason which pairs are not held against each other."""

    runs: tuple[Run, ...]
    days: Ints
    is_usual: Booleans
    unlike: dict[str, Booleans]
    alike: Booleans


@dataclass(frozen=True, kw_only=True)
class Times:
    """The runs of the last days and of those before them, as far as enough are alike; how many there are in all."""

    recent: tuple[Run, ...]
    earlier: tuple[Run, ...]
    recent_count: int
    earlier_count: int
    unlike: tuple[str, ...]
    """In what pairs differ, in words."""

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs that are held against each other."""
        return self.recent + self.earlier


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How two times of runs with a figure are held against each other, and how many of them are needed in each."""

    name: str
    """What the runs are kept under."""
    has: Callable[[Run], bool]
    """Has a run the figure?"""
    days: tuple[int, int]
    """Last days, and those before them."""
    least: tuple[int, int]
    """Runs in each below which nothing is said."""
    least_alike: int
    """Runs before that each run of the last days has to be alike with."""

    def times(self, known: History, on: date) -> Times | None:
        """The runs of both times up to a date; None with too few alike."""
        runs = steady_runs(known, self.name, self.has)
        start, middle, end = _places(runs, on, self.days)
        if end - middle < self.least[0] or middle - start < self.least[1]:
            return None  # as on most dates, and soon told
        times = self._all(known, on)
        is_enough = len(times.recent) >= self.least[0] and len(times.earlier) >= self.least[1]
        return times if is_enough else None

    def why_not(self, known: History, on: date) -> str:
        """Why it cannot be tried on a date, in words."""
        return too_few(self._all(known, on), days=self.days, least=self.least)

    def _all(self, known: History, on: date) -> Times:
        return two_times(steady_runs(known, self.name, self.has), on, days=self.days, least=self.least_alike)


def steady_runs(known: History, name: str, has: Callable[[Run], bool]) -> SteadyRuns:
    """The runs of a history that have a figure, by the name it is kept under."""
    return known.once(("steady runs", name), lambda: _steady_runs(known, has))


def _steady_runs(known: History, has: Callable[[Run], bool]) -> SteadyRuns:
    runs = tuple(run for run in known.runs if has(run))
    parted = unlike(runs, runs, pace_fraction=PACE_FRACTION)
    return SteadyRuns(
        runs=runs,
        days=np.array([run.on.toordinal() for run in runs], dtype=np.int64),
        is_usual=np.array([run.on not in known.excused for run in runs], dtype=np.bool_),
        unlike=parted,
        alike=~np.logical_or.reduce(list(parted.values())),
    )


def two_times(steady: SteadyRuns, on: date, *, days: tuple[int, int], least: int) -> Times:
    """The runs of two times up to a date: of the last days those with `least` alike before, and those before."""
    start, middle, end = _places(steady, on, days)
    earlier = np.arange(start, middle)[steady.is_usual[start:middle]]
    alike = steady.alike[middle:end][:, earlier]
    kept = alike.sum(axis=1) >= least
    used = alike[kept].any(axis=0)
    return Times(
        recent=tuple(steady.runs[middle + number] for number in np.flatnonzero(kept).tolist()),
        earlier=tuple(steady.runs[number] for number in earlier[used].tolist()),
        recent_count=end - middle,
        earlier_count=len(earlier),
        unlike=tuple(name for name, pairs in steady.unlike.items() if pairs[middle:end][:, earlier].any()),
    )


def _places(steady: SteadyRuns, on: date, days: tuple[int, int]) -> tuple[int, int, int]:
    """Numbers of the first run of the days before, of the first one of the last days, and of the first after both."""
    last = on.toordinal()
    start, middle, end = np.searchsorted(steady.days, [last - sum(days), last - days[0], last], side="right").tolist()
    return start, middle, end


def too_few(times: Times, *, days: tuple[int, int], least: tuple[int, int]) -> str:
    """Why too few runs are alike, in words."""
    needed = f"{least[0]} and {least[1]} needed"
    counts = f"{times.recent_count} in {days[0]} days, {times.earlier_count} in the {days[1]} before"
    if times.recent_count < least[0] or times.earlier_count < least[1]:
        return f"steady runs: {counts}; {needed}"
    alike = f"{len(times.recent)} of the last and {len(times.earlier)} of those before are alike in effort"
    return f"steady runs: {counts}; {alike}, {needed}; pairs differ in {', '.join(times.unlike)}"
