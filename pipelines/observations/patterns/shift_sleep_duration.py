"""Time asleep at another level than before, higher or lower: the sum of its days' distances (`shift`)."""

from datetime import date

from pipelines.observations.patterns.contract import Pattern, Tried
from pipelines.observations.patterns.history import History
from pipelines.observations.patterns.shift import Level, judged

LEAST_SPREAD = 600.0
"""Least spread of a day (s): values are rounded. Engineering start value."""
LEVEL = Level(series="sleep_duration", component="sleep_level", floor=LEAST_SPREAD)


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few values."""
    return judged(known, on, LEVEL)


SHIFT_SLEEP_DURATION = Pattern(
    name="shift_sleep_duration", version=1, metric="sleep_duration", unit="s", is_good_news=False, judge=judge
)
