"""Heart rate at the same pace at another level than before, higher or lower: the sum of its distances (`shift`)."""

from datetime import date

from pipelines.observations.patterns.contract import Pattern, Tried
from pipelines.observations.patterns.daily import AT_PACE
from pipelines.observations.patterns.history import History
from pipelines.observations.patterns.shift import LEAST_RUNS, Level, judged

LEAST_SPREAD = 1.0
"""Least spread of a day (bpm): values are rounded. Engineering start value."""
LEVEL = Level(series=AT_PACE, component="heart_rate_at_pace_level", floor=LEAST_SPREAD, least_points=LEAST_RUNS)


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few values."""
    return judged(known, on, LEVEL)


SHIFT_HEART_RATE_AT_PACE = Pattern(
    name="shift_heart_rate_at_pace", version=1, metric="mean_heart_rate", unit="bpm", is_good_news=False, judge=judge
)
