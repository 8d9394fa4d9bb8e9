"""Easier at the same pace: heart rate of the last four weeks below that of comparable runs before, beyond its error.

How far runs stray from comparable ones on ordinary days is told by both times together.
"""

from bisect import bisect_left
from datetime import date, timedelta
from operator import attrgetter
from statistics import fmean, median

import numpy as np

from pipelines.observations.patterns.comparable import Difference, differences, error_of, not_known
from pipelines.observations.patterns.contract import Component, Held, Pattern, Tried
from pipelines.observations.patterns.daily import run_differences
from pipelines.observations.patterns.history import CHANGE_DAYS, History
from pipelines.observations.patterns.standing import as_normal
from pipelines.observations.patterns.student import least_spread_of

RECENT_DAYS, EARLIER_DAYS = 28, 62
"""The last weeks, and the days before them that they are held against: ninety in all."""
LEAST_RUNS = 3
"""Runs with comparable ones below which nothing is said. Engineering start value."""
LEAST_BPM = 3.0
"""Smallest difference (bpm) that is news: days differ by as much. Engineering start value."""
LEAST_EVIDENCE_SD = 2.0
"""Standard deviations that it has to lie below what is usual. Engineering start value."""


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few comparable runs."""
    told = _told(known, on)
    if len(told) < LEAST_RUNS:
        return None
    runs = [one.run for one in told]
    others = list({run.observation_ids: run for one in told for run in one.others}.values())
    off = median(one.difference_bpm for one in told)
    error = error_of(runs, others)
    evidence = _evidence(known, on, told, other_count=len(others))
    if -off <= max(error, LEAST_BPM) or evidence < LEAST_EVIDENCE_SD:
        return Tried(evidence_sd=evidence)
    easier = sum(one.difference_bpm < 0 for one in told)
    usual = median(run.heart_rate_bpm for run in others)
    lower = f"{-off:.0f} ± {error:.0f} bpm lower at the same pace on {easier} of {len(told)} runs"
    detail = f"{lower}, against {len(others)} comparable ones"
    return Tried(
        held=Held(
            pattern_value=usual + off,
            usual_value=usual,
            expected_error=error,
            evidence_sd=evidence,
            components=(Component(component="heart_rate_lower_at_pace", detail=detail, day_count=easier),),
            observation_ids=tuple(key for run in runs for key in run.observation_ids),
            doubts=known.doubts(on, days=CHANGE_DAYS),
            remarks=(not_known([*runs, *others]),),
        ),
        evidence_sd=evidence,
    )


def _told(known: History, on: date) -> list[Difference]:
    """The runs of the last weeks, each against comparable ones of the weeks before them."""
    start = on - timedelta(days=RECENT_DAYS)
    first, end = (bisect_left(known.runs, day + timedelta(days=1), key=attrgetter("on")) for day in (start, on))
    until = start.toordinal() + 1
    return differences(known, first=first, end=end, since=until - EARLIER_DAYS, until=until)


def _evidence(known: History, on: date, told: list[Difference], *, other_count: int) -> float:
    """How far the runs of the last weeks lie below comparable ones, in standard deviations of that difference."""
    start = on - timedelta(days=RECENT_DAYS)
    recent = [one.difference_bpm for one in told]
    earlier = [one.difference_bpm for one in run_differences(known) if 0 <= (start - one.run.on).days < EARLIER_DAYS]
    groups = [group for group in (recent, earlier) if group]
    squares = sum((one - fmean(group)) ** 2 for group in groups for one in group)
    freedom = max(1, sum(len(group) for group in groups) - len(groups))
    spread = max((squares / freedom) ** 0.5, least_spread_of([one.run.heart_rate_error_bpm for one in told]))
    off = -fmean(recent) / (spread * (1.0 / len(recent) + 1.0 / other_count) ** 0.5)
    return float(as_normal(np.array([off]), np.array([float(freedom)]))[0])


EASIER_PACE = Pattern(
    name="easier_pace", version=2, metric="mean_heart_rate", unit="bpm", is_good_news=True, judge=judge
)
