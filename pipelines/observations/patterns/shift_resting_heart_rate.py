"""Heart rate at rest at another level than before, higher or lower: the sum of its days' distances (`shift`)."""

from datetime import date

from pipelines.observations.patterns.contract import Pattern, Tried
from pipelines.observations.patterns.history import History
from pipelines.observations.patterns.shift import Level, judged

LEAST_SPREAD = 0.5
"""Least spread of a day (bpm): values are rounded. Engineering start value."""
LEVEL = Level(series="resting_heart_rate", component="resting_heart_rate_level", floor=LEAST_SPREAD)


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few values."""
    return judged(known, on, LEVEL)


SHIFT_RESTING_HEART_RATE = Pattern(
    name="shift_resting_heart_rate", version=1, metric="resting_heart_rate", unit="bpm", is_good_news=False, judge=judge
)
