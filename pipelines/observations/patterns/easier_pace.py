"""Easier at the same pace: heart rate of the last four weeks below that of comparable runs before, beyond its error."""

from datetime import date, timedelta
from statistics import median

from pipelines.observations.patterns.comparable import (
    LEAST_OTHERS,
    NOT_KNOWN,
    difference,
    error_of,
    ground,
)
from pipelines.observations.patterns.contract import Component, Held, Pattern, Tried
from pipelines.observations.patterns.history import CHANGE_DAYS, History, between

RECENT_DAYS, EARLIER_DAYS = 28, 62
"""The last weeks, and the days before them that they are held against: ninety in all."""
LEAST_RUNS = 3
"""Runs with comparable ones below which nothing is said. Engineering start value."""
LEAST_BPM = 3.0
"""Smallest difference (bpm) that is news: days differ by as much. Engineering start value."""


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few comparable runs."""
    start = on - timedelta(days=RECENT_DAYS)
    recent = between(known.runs, on, days=RECENT_DAYS)
    earlier = between(known.runs, start, days=EARLIER_DAYS)
    told = [one for run in recent if (one := difference(run, earlier)) is not None]
    if len(told) < LEAST_RUNS:
        return None
    runs = [one.run for one in told]
    others = list({run.observation_ids: run for one in told for run in one.others}.values())
    off = median(one.difference_bpm for one in told)
    error = error_of(runs, others)
    if -off <= max(error, LEAST_BPM):
        return Tried()
    easier = sum(one.difference_bpm < 0 for one in told)
    usual = median(run.heart_rate_bpm for run in others)
    lower = f"{-off:.0f} ± {error:.0f} bpm lower at the same pace on {easier} of {len(told)} runs"
    detail = f"{lower}, against {len(others)} comparable ones"
    assert len(others) >= LEAST_OTHERS
    return Tried(
        held=Held(
            pattern_value=usual + off,
            usual_value=usual,
            expected_error=error,
            components=(Component(component="heart_rate_lower_at_pace", detail=detail, day_count=easier),),
            observation_ids=tuple(key for run in runs for key in run.observation_ids),
            doubts=(*known.doubts(on, days=CHANGE_DAYS), *ground(runs, others)),
            remarks=(NOT_KNOWN,),
        )
    )


EASIER_PACE = Pattern(
    name="easier_pace", version=1, metric="mean_heart_rate", unit="bpm", is_good_news=True, judge=judge
)
