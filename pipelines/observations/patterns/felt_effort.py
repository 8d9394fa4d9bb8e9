"""Felt effort and heart rate disagree: sessions of two weeks felt harder, or easier, than sessions of that heart rate.

A session's stated exertion is held against those of earlier runs of the same heart rate and length, by the same sensor.
What a person feels and what a device reads are two measurements; this says that they part, and not which one is right.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from statistics import fmean, median

import numpy as np

from pipelines.observations.patterns.comparable import HISTORY_DAYS, LENGTH_RATIO
from pipelines.observations.patterns.contract import Component, Held, Pattern, Tried
from pipelines.observations.patterns.history import CHANGE_DAYS, History, Run
from pipelines.observations.patterns.standing import ERROR_QUANTILE, as_normal

RECENT_DAYS = 14
"""Days whose sessions are looked at. Engineering start value."""
LEAST_SESSIONS = 3
"""Sessions with comparable ones below which nothing is said. Engineering start value."""
LEAST_OTHERS = 4
"""Comparable sessions before one below which it is not compared. Engineering start value."""
ALIKE_BPM = 5.0
"""Largest difference of mean heart rate (bpm) of comparable sessions: one zone is some twice as wide."""
LEAST_POINTS = 1.5
"""Smallest mean difference (points of 0 to 10) that is told: people answer in whole ones. Engineering start value."""
LEAST_EVIDENCE_SD = 2.5
"""Smallest evidence (standard deviations) that is told, either way. Engineering start value."""
LEAST_SPREAD = 0.5
"""Least spread of a difference (points): that of two answers in whole points is 0.4, and nobody is that steady."""


@dataclass(frozen=True, kw_only=True)
class Felt:
    """One session's stated exertion minus that of comparable ones before it (points of 0 to 10)."""

    on: date
    run: Run
    points: float
    others: tuple[float, ...]

    @property
    def difference(self) -> float:
        """Positive where it felt harder."""
        return self.points - median(self.others)


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few sessions that can be compared."""
    every = known.once("felt_effort", lambda: _felt(known))
    end = bisect_right(every, on, key=attrgetter("on"))
    start = bisect_right(every, on - timedelta(days=RECENT_DAYS), key=attrgetter("on"))
    recent, earlier = every[start:end], _ordinary(every[:start], known, since=on - timedelta(days=HISTORY_DAYS))
    if len(recent) < LEAST_SESSIONS:
        return None
    off = fmean(one.difference for one in recent)
    deviation, freedom = _deviation(recent, earlier)
    evidence = abs(float(as_normal(np.array([off / deviation]), np.array([freedom]))[0]))
    if abs(off) < LEAST_POINTS or evidence < LEAST_EVIDENCE_SD:
        return Tried(evidence_sd=evidence)
    return Tried(held=_held(known, on, recent, off=off, deviation=deviation, evidence=evidence), evidence_sd=evidence)


def _felt(known: History) -> tuple[Felt, ...]:
    """Every session with a stated exertion and comparable ones before; dates with several runs tell of none alone."""
    count = Counter(run.on for run in known.runs)
    stated = dict(known.exertion)
    told = [(run, stated[run.on]) for run in known.runs if count[run.on] == 1 and run.on in stated]
    days = [run.on for run, _ in told]
    found = []
    for number, (run, points) in enumerate(told):
        first = bisect_left(days, run.on - timedelta(days=HISTORY_DAYS))
        others = tuple(
            felt for other, felt in told[first:number] if other.on not in known.excused and _is_alike(run, other)
        )
        if len(others) >= LEAST_OTHERS:
            found.append(Felt(on=run.on, run=run, points=points, others=others))
    return tuple(found)


def _is_alike(run: Run, other: Run) -> bool:
    return (
        run.sensor == other.sensor
        and abs(run.heart_rate_bpm - other.heart_rate_bpm) <= ALIKE_BPM
        and other.moving_s > 0
        and 1.0 / LENGTH_RATIO <= run.moving_s / other.moving_s <= LENGTH_RATIO
    )


def _ordinary(felt: Sequence[Felt], known: History, *, since: date) -> list[Felt]:
    return [one for one in felt if one.on > since and one.on not in known.excused]


def _deviation(recent: Sequence[Felt], earlier: Sequence[Felt]) -> tuple[float, float]:
    """Standard deviation of the mean difference on ordinary days (points), and its degrees of freedom."""
    groups = [group for group in ([one.difference for one in part] for part in (recent, earlier)) if group]
    squares = sum((one - fmean(group)) ** 2 for group in groups for one in group)
    freedom = float(max(1, sum(len(group) for group in groups) - len(groups)))
    spread = max((squares / freedom) ** 0.5, LEAST_SPREAD)
    others = fmean(len(one.others) for one in recent)
    return float(spread * (1.0 / len(recent) + 1.0 / others) ** 0.5), freedom


def _held(known: History, on: date, recent: Sequence[Felt], *, off: float, deviation: float, evidence: float) -> Held:
    harder = off > 0
    usual = fmean(median(one.others) for one in recent)
    same_way = sum((one.difference > 0) is harder and one.difference != 0 for one in recent)
    detail = (
        f"{abs(off):.1f} points {'harder' if harder else 'easier'} than runs of the same heart rate and length,"
        f" on {same_way} of {len(recent)} runs"
    )
    name = "felt_harder_than_heart_rate" if harder else "felt_easier_than_heart_rate"
    return Held(
        pattern_value=usual + off,
        usual_value=usual,
        expected_error=ERROR_QUANTILE * deviation,
        evidence_sd=evidence,
        components=(Component(component=name, detail=detail, day_count=same_way),),
        observation_ids=tuple(one.run.observation_ids[1] for one in recent),
        doubts=known.doubts(on, days=CHANGE_DAYS),
        remarks=("heat, hills and sleep are in neither figure",),
    )


FELT_EFFORT = Pattern(name="felt_effort", version=1, metric="exertion", unit="points", is_good_news=False, judge=judge)
