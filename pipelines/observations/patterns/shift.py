"""Another level than before: a two-sided cumulative sum over four weeks against the sixty days before them.

Each day's distance from the usual, in standard deviations, less a slack, is added up on either side (Page 1954,
doi:10.1093/biomet/41.1-2.100); a sum that falls below nothing starts anew. Days that are alike tell less than they
seem: distances are shortened by the square root of (1 - r) / (1 + r), which for lasting shifts is the same as to raise
the limit. The slack grows by the standard error of the usual itself.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial
from math import exp, isnan
from statistics import NormalDist, fmean

import numpy as np

from pipelines.observations.patterns.contract import Component, Held, Tried
from pipelines.observations.patterns.daily import dates, doubtful
from pipelines.observations.patterns.figures import difference_in_words
from pipelines.observations.patterns.grid import Floats, Grid
from pipelines.observations.patterns.history import CHANGE_DAYS, History
from pipelines.observations.patterns.last_weeks import LastWeeks
from pipelines.observations.patterns.standing import Standing, in_era

SHIFT_DAYS = 28
"""Last days that are added up."""
LEAST_POINTS, LEAST_RUNS = 14, 8
"""Values in these days, and in those before, below which nothing is said: of days, and of runs, which are fewer.
Engineering start values."""
FRESH_DAYS = 7
"""Last days in which there has to be a value. Engineering start value."""
SLACK_SD = 0.5
"""Standard deviations of each day that count for nothing: half of the smallest shift looked for."""
LIMIT_SD = 6.5
"""Sum from which a shift is told: 5 is reached once in 465 unlike days, and more often where spread and likeness are
estimated and levels swing with the season. Engineering start value."""
LEAST_SPREADS = 0.75
"""Least distance of the new level, in standard deviations of the athlete's ordinary days. Engineering start value."""
MOST_SD = 4.0
"""Standard deviations that one day counts for at the most: a shift lasts. Engineering start value."""
CHANCE, FALL = 0.9, 0.75
"""A sum is exceeded on 0.9 exp(-0.75 sum) of ordinary days: exp(-sum) where spread and likeness of days are known
(Siegmund 1985), and slower where they are estimated from sixty days. Measured on generated days, of which neighbours
correlate by 0 to 0.5."""


@dataclass(frozen=True, kw_only=True)
class Level(LastWeeks):
    """What such a rule looks at: the level of a series, either side of the usual."""

    days: int = SHIFT_DAYS
    fresh_days: int = FRESH_DAYS
    least_points: int = LEAST_POINTS


def judged(known: History, on: date, level: Level) -> Tried | None:
    """Tries such a rule on one date; None with too few values."""
    row = dates(known)
    place = None if row is None else row.place(on)
    upper = known.once(("sum", level.series, 1), lambda: _sums(known, level, 1))
    lower = known.once(("sum", level.series, -1), lambda: _sums(known, level, -1))
    if place is None or upper is None or lower is None or isnan(upper[place]):
        return None
    side = 1 if upper[place] >= lower[place] else -1
    reached = float(max(upper[place], lower[place]))
    evidence = evidence_of(reached)
    held = _held(known, on, level, side, evidence) if reached >= LIMIT_SD else None
    return Tried(held=held, evidence_sd=evidence)


def evidence_of(reached: float) -> float:
    """Standard deviations with the same chance as a sum: exact for what is far off, -1 and less for what is near."""
    return -NormalDist().inv_cdf(min(CHANCE * exp(-FALL * reached), 0.999))


def _sums(known: History, level: Level, side: int) -> Floats | None:
    return level.over_dates(known, partial(sums, side=side, least_points=level.least_points))


def sums(own: Grid, stood: Standing, *, side: int, least_points: int) -> Floats:
    """By date: the cumulative sum to one side over the last four weeks."""
    last = in_era(own, own.value, days=SHIFT_DAYS)
    count = (~np.isnan(last)).sum(axis=1)
    slack = SLACK_SD + 1.0 / np.sqrt(np.maximum(stood.usual_count, 1.0))
    reached = np.zeros(len(last))
    with np.errstate(invalid="ignore"):
        shorter = np.sqrt((1.0 - stood.likeness) / (1.0 + stood.likeness)) / stood.spread
        off = np.clip(side * (last - stood.usual[:, None]) * shorter[:, None], -MOST_SD, MOST_SD)
    is_known = ~np.isnan(off)
    added, taken = np.where(is_known, off, 0.0), np.where(is_known, slack[:, None], 0.0)
    for day in range(SHIFT_DAYS):
        reached = np.maximum(reached + added[:, day] - taken[:, day], 0.0)
    return np.where((count >= least_points) & ~np.isnan(stood.evidence), reached, np.nan)


def _held(known: History, on: date, level: Level, side: int, evidence: float) -> Held | None:
    """The new level as it is told; None where it lies near."""
    days, stood, place = level.told(known, on)
    usual, spread = float(stood.usual[place]), float(stood.spread[place])
    slack = SLACK_SD + float(stood.usual_count[place]) ** -0.5
    since = _since([side * (one.value - usual) / spread - slack for one in days])
    new = days[since:]
    level_now = fmean(one.value for one in new)
    error = (
        fmean(one.expected_error**2 for one in new) ** 0.5 * (1.0 / len(new) + 1.0 / stood.usual_count[place]) ** 0.5
    )
    if side * (level_now - usual) < max(LEAST_SPREADS * spread, error):
        return None
    change = difference_in_words(level.series, level_now - usual)
    beyond = sum(side * (one.value - usual) > 0.0 for one in new)
    detail = f"{change} since {new[0].on.day} {new[0].on:%b}, on {beyond} of {len(new)} days with a value"
    return Held(
        pattern_value=level_now,
        usual_value=usual,
        expected_error=float(error),
        evidence_sd=evidence,
        components=(Component(component=level.component, detail=detail, day_count=beyond),),
        observation_ids=tuple(key for one in new for key in one.observation_ids),
        doubts=(*known.doubts(on, days=CHANGE_DAYS), *doubtful(new)),
    )


def _since(steps: list[float]) -> int:
    """Number of the first day of the sum that is left at the end."""
    total, first = 0.0, 0
    for number, step in enumerate(steps):
        total += step
        if total <= 0.0:
            total, first = 0.0, number + 1
    return min(first, len(steps) - 1)
