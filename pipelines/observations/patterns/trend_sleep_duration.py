"""Time asleep grows shorter over four weeks: the slope of its nights (`trend`), beyond a spread of ordinary ones."""

from datetime import date

from pipelines.observations.patterns.contract import Pattern, Tried
from pipelines.observations.patterns.history import History
from pipelines.observations.patterns.trend import Course, judged

LEAST_SPREAD = 600.0
"""Least spread of a day (s): values are rounded. Engineering start value."""
COURSE = Course(series="sleep_duration", side=-1, component="sleep_shortening", floor=LEAST_SPREAD)


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few values."""
    return judged(known, on, COURSE)


TREND_SLEEP_DURATION = Pattern(
    name="trend_sleep_duration", version=1, metric="sleep_duration", unit="s", is_good_news=False, judge=judge
)
