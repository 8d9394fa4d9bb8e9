"""Heart rate at the same pace rises over four weeks: the slope of its runs (`trend`), beyond a spread of ordinary ones.

Each run is held against comparable ones of the sixty days before it, so that a change is told as it goes on.
"""

from datetime import date

from pipelines.observations.patterns.contract import Pattern, Tried
from pipelines.observations.patterns.daily import AT_PACE
from pipelines.observations.patterns.history import History
from pipelines.observations.patterns.trend import LEAST_RUNS, Course, judged

LEAST_SPREAD = 1.0
"""Least spread of a day (bpm): values are rounded. Engineering start value."""
COURSE = Course(
    series=AT_PACE, side=1, component="heart_rate_at_pace_rising", floor=LEAST_SPREAD, least_points=LEAST_RUNS
)


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few values."""
    return judged(known, on, COURSE)


TREND_HEART_RATE_AT_PACE = Pattern(
    name="trend_heart_rate_at_pace", version=1, metric="mean_heart_rate", unit="bpm", is_good_news=False, judge=judge
)
