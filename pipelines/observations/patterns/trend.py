"""A steady change over four weeks: the median slope between any two days, and how far their order strays from chance.

Theil 1950 and Sen 1968 (doi:10.1080/01621459.1968.10480934) for the slope, Mann 1945 (doi:10.2307/1907187) and Kendall
for the order, whose variance is corrected for days that are alike as Hamed & Rao 1998 did
(doi:10.1016/S0022-1694(97)00125-X), with the likeness of this athlete's days before, which falls off as that of a
first-order process. A rule looks to one side only, and tells of the slope with its 90 % interval.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial
from math import isnan

import numpy as np

from pipelines.observations.patterns.contract import Component, Held, Tried
from pipelines.observations.patterns.daily import dates, doubtful
from pipelines.observations.patterns.figures import change_in_words
from pipelines.observations.patterns.grid import Floats, Grid
from pipelines.observations.patterns.history import CHANGE_DAYS, History
from pipelines.observations.patterns.last_weeks import LastWeeks
from pipelines.observations.patterns.standing import Standing, in_era

TREND_DAYS = 28
"""Last days whose change is told."""
LEAST_POINTS, LEAST_RUNS = 14, 8
"""Values in these days below which nothing is said: of days, and of runs, which are fewer. The second is an
engineering start value."""
FRESH_DAYS = 7
"""Last days in which there has to be a value. Engineering start value."""
LEAST_EVIDENCE_SD = 2.33
"""Standard deviations that the order has to lie off: one in a hundred by chance. Engineering start value."""
LEAST_SPREADS = 1.0
"""Least change over the four weeks, in standard deviations of the athlete's ordinary days. Engineering start value."""
INTERVAL_SD = 1.645
"""Normal quantile of the 90 % interval of the slope."""
MOST_LAG = 14
"""Days apart beyond which days are held for unlike. Engineering start value."""


@dataclass(frozen=True, kw_only=True)
class Course(LastWeeks):
    """What such a rule looks at: the course of a series, to one side, upwards 1 and downwards -1."""

    side: int
    days: int = TREND_DAYS
    fresh_days: int = FRESH_DAYS
    least_points: int = LEAST_POINTS


def judged(known: History, on: date, course: Course) -> Tried | None:
    """Tries such a rule on one date; None with too few values."""
    row = dates(known)
    place = None if row is None else row.place(on)
    order = known.once(("order", course.series), lambda: _orders(known, course))
    if place is None or order is None or isnan(order[place]):
        return None
    evidence = course.side * float(order[place])
    held = _held(known, on, course, evidence) if evidence >= LEAST_EVIDENCE_SD else None
    return Tried(held=held, evidence_sd=evidence)


def _orders(known: History, course: Course) -> Floats | None:
    return course.over_dates(known, partial(order, least_points=course.least_points))


_PAIRS = np.triu_indices(TREND_DAYS, 1)
"""Any two days of four weeks: the sooner ones, and the later ones."""


def order(own: Grid, stood: Standing, *, least_points: int) -> Floats:
    """By date: how far the order of the last four weeks strays, in its standard deviations; upwards positive."""
    last = in_era(own, own.value, days=TREND_DAYS)
    count = (~np.isnan(last)).sum(axis=1).astype(np.float64)
    sooner, later = (last[:, days] for days in _PAIRS)
    total = ((later > sooner).sum(axis=1) - (later < sooner).sum(axis=1)).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (total - np.sign(total)) / np.sqrt(_variance(count, stood.likeness))
    return np.where((count >= least_points) & ~np.isnan(stood.evidence), found, np.nan)


def _variance(count: Floats, likeness: Floats) -> Floats:
    """Variance of the order of so many days that are alike (Hamed & Rao 1998)."""
    added = np.zeros(len(count))
    for lag in range(1, MOST_LAG + 1):
        # Correlation of the ranks of two normal values that correlate by so much.
        ranks = 6.0 / np.pi * np.arcsin(likeness**lag / 2.0)
        left = np.maximum(count - lag, 0.0)
        added += left * np.maximum(left - 1.0, 0.0) * np.maximum(left - 2.0, 0.0) * ranks
    more = 1.0 + 2.0 * added / np.maximum(count * (count - 1.0) * (count - 2.0), 1.0)
    return np.asarray(count * (count - 1.0) * (2.0 * count + 5.0) / 18.0 * more, dtype=np.float64)


def _held(known: History, on: date, course: Course, evidence: float) -> Held | None:
    """The slope as it is told; None where the change is small or its interval holds none."""
    days, stood, place = course.told(known, on)
    spread, likeness = float(stood.spread[place]), float(stood.likeness[place])
    x = np.array([float(one.on.toordinal()) for one in days])
    y = np.array([one.value for one in days])
    low, slope, high = (course.side * TREND_DAYS * one for one in theil_sen(x, y, likeness=likeness))
    low, high = min(low, high), max(low, high)
    if low <= 0.0 or slope < LEAST_SPREADS * spread:
        return None
    middle = float(np.median(y))
    half = course.side * slope / 2.0
    error = (high - low) / 2.0
    told = [change_in_words(course.series, course.side * one) for one in (slope, low, high)]
    detail = f"{told[0]} over {TREND_DAYS} days on {len(days)} days with a value (90 %: {told[1]} to {told[2]})"
    doubts = (*known.doubts(on, days=CHANGE_DAYS), *doubtful(days))
    return Held(
        pattern_value=middle + half,
        usual_value=middle - half,
        expected_error=error,
        evidence_sd=evidence,
        components=(Component(component=course.component, detail=detail, day_count=len(days)),),
        observation_ids=tuple(key for one in days for key in one.observation_ids),
        doubts=doubts,
    )


def theil_sen(x: Floats, y: Floats, *, likeness: float) -> tuple[float, float, float]:
    """Lower end of the 90 % interval, median, and upper end of the slopes between any two points."""
    first, second = np.triu_indices(len(x), 1)
    slopes = np.sort((y[second] - y[first]) / (x[second] - x[first]))
    variance = _variance(np.array([float(len(x))]), np.array([likeness]))[0]
    reach = INTERVAL_SD * float(variance) ** 0.5
    low = max(0, int((len(slopes) - reach) / 2.0))
    return float(slopes[low]), float(np.median(slopes)), float(slopes[len(slopes) - 1 - low])
