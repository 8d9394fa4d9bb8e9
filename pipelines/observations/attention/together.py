"""Several nightly signs that lean the same way at once, each of them perhaps within its own usual range.

Variability lower, heart rate at rest higher, sleep shorter, answers worse: the evidence of each (see `nightly`) is
added, and the sum is held against what such a sum comes to when the signs are as alike as they are on the athlete's own
earlier days. It names what leans which way, and no cause.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import numpy as np

from pipelines.observations.attention.contract import PERSISTENCE_DAYS
from pipelines.observations.attention.nightly import (
    APART_DAYS,
    OWN_DAYS,
    PRIOR_DAYS,
    SPANS,
    Floats,
    Nights,
    evidence_of,
    noted_dates,
)
from pipelines.observations.patterns.history import History

RULE, VERSION = "nights_together", 1
SIDES: Mapping[str, int] = {"ln_rmssd": -1, "resting_heart_rate": 1, "sleep_duration": -1, "answers": -1}
"""Which way each sign leans when a body is strained."""
ALIKE: Mapping[frozenset[str], float] = {frozenset({"ln_rmssd", "resting_heart_rate"}): 0.5}
"""Correlation of two signs of everybody, leaning counted; of any other two `OTHERS_ALIKE`. Engineering start values."""
OTHERS_ALIKE = 0.15
LEAST_EVIDENCE = 1.0
"""Evidence of the sum (standard deviations) from which it holds. Engineering start value."""
LEAST_SIGNS, LEAST_LEANING = 2, 0.5
"""Signs that have to lean, and from which evidence of its own one does (in sd). Engineering start values."""
ANSWER_DAYS, LEAST_ANSWERS = 60, 14
"""Days before whose answers are usual, and the least of them: as for usual ranges."""
LEAST_ANSWER_SPREAD = 0.05
"""Least spread of answers (fraction of the scale). Engineering start value."""
SCALE_OF_MAD = 1.4826
"""Makes the median absolute deviation estimate a normal standard deviation."""


@dataclass(frozen=True, kw_only=True)
class Together:
    """What one date says: whether it holds, the evidence of the sum, and which signs lean, the furthest first."""

    is_held: bool
    evidence: float
    leaning: tuple[str, ...]


def answered(known: History, since: date = date.min) -> Nights:
    """Answers from a date on as the days of one more sign: against the median of the sixty days before each."""
    noted = noted_dates(known)
    pairs = [(on.toordinal(), mark) for on, mark in known.answers if on not in noted]
    days, marks = [day for day, _ in pairs], [mark for _, mark in pairs]
    found: list[tuple[int, float]] = []
    for number in range(bisect_left(days, since.toordinal()), len(days)):
        before = marks[bisect_left(days, days[number] - ANSWER_DAYS) : number]
        if len(before) >= LEAST_ANSWERS:
            centre = median(before)
            spread = max(SCALE_OF_MAD * median(abs(mark - centre) for mark in before), LEAST_ANSWER_SPREAD)
            found.append((days[number], (marks[number] - centre) / spread))
    return Nights(
        metric="answers",
        days=np.array([day for day, _ in found], dtype=np.int64),
        deviations=np.array([deviation for _, deviation in found], dtype=np.float64),
        sides=np.zeros(len(found), dtype=np.int64),
        observation_ids=("",) * len(found),
    )


def together_on(signs: Sequence[Nights], on: date) -> Together | None:
    """What one date says; None with fewer than two signs that have enough days. Nothing later is looked at."""
    told = {one.metric: found for one in signs if (found := evidence_of(one, on)) is not None}
    if len(told) < LEAST_SIGNS:
        return None
    names = list(told)
    alike = _alike([one for one in signs if one.metric in told], on)
    leaning = {name: tuple(SIDES[name] * way for way in told[name]) for name in names}
    sums = [sum(leaning[name][n] for name in names) / alike for n in range(len(SPANS))]
    best = int(np.argmax(sums))
    most = sorted(names, key=lambda name: -leaning[name][best])
    lean = tuple(name for name in most if leaning[name][best] >= LEAST_LEANING)
    is_held = sums[best] >= LEAST_EVIDENCE and len(lean) >= LEAST_SIGNS
    return Together(is_held=is_held, evidence=float(sums[best]), leaning=lean)


def _alike(signs: Sequence[Nights], on: date) -> float:
    """Standard deviation of the sum of signs of unit spread, from how alike they are on the athlete's own days."""
    last = on.toordinal()
    variance = float(len(signs))
    for number, one in enumerate(signs):
        for other in signs[number + 1 :]:
            prior = ALIKE.get(frozenset({one.metric, other.metric}), OTHERS_ALIKE)
            ours, theirs = _common(one, other, first=last - OWN_DAYS, end=last - APART_DAYS)
            own = SIDES[one.metric] * SIDES[other.metric] * float((ours * theirs).sum())
            scale = float(((ours**2).sum() * (theirs**2).sum()) ** 0.5)
            count = len(ours)
            share = own / scale if scale > 0 else 0.0
            variance += 2.0 * max(0.0, (PRIOR_DAYS * prior + count * share) / (PRIOR_DAYS + count))
    return float(variance**0.5)


def _common(one: Nights, other: Nights, *, first: int, end: int) -> tuple[Floats, Floats]:
    ours = slice(*np.searchsorted(one.days, [first, end], side="right").tolist())
    theirs = slice(*np.searchsorted(other.days, [first, end], side="right").tolist())
    _, left, right = np.intersect1d(one.days[ours], other.days[theirs], assume_unique=True, return_indices=True)
    return (
        np.clip(one.deviations[ours][left], -4.0, 4.0),
        np.clip(other.deviations[theirs][right], -4.0, 4.0),
    )


def lasted(signs: Sequence[Nights], on: date) -> tuple[int, date]:
    """On how many of the last three dates it held, and since when without a break of three days."""
    count, since, back = 0, on, 0
    while back - (on - since).days <= PERSISTENCE_DAYS:
        day = on - timedelta(days=back)
        found = together_on(signs, day)
        if found is not None and found.is_held:
            since = day
            count += back < PERSISTENCE_DAYS
        back += 1
    return count, since
