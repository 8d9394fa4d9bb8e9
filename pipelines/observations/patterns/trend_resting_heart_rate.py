"""Heart rate at rest rises over four weeks: the slope of its days (`trend`), beyond a spread of ordinary ones."""

from datetime import date

from pipelines.observations.patterns.contract import Pattern, Tried
from pipelines.observations.patterns.history import History
from pipelines.observations.patterns.trend import Course, judged

LEAST_SPREAD = 0.5
"""Least spread of a day (bpm): values are rounded. Engineering start value."""
COURSE = Course(series="resting_heart_rate", side=1, component="resting_heart_rate_rising", floor=LEAST_SPREAD)


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few values."""
    return judged(known, on, COURSE)


TREND_RESTING_HEART_RATE = Pattern(
    name="trend_resting_heart_rate", version=1, metric="resting_heart_rate", unit="bpm", is_good_news=False, judge=judge
)
