"""RMSSD falls over four weeks: the slope of its days (`trend`), beyond a spread of ordinary ones."""

from datetime import date

from pipelines.observations.patterns.contract import Pattern, Tried
from pipelines.observations.patterns.history import History
from pipelines.observations.patterns.trend import Course, judged

LEAST_SPREAD = 0.02
"""Least spread of a day (ln_ms): values are rounded. Engineering start value."""
COURSE = Course(series="ln_rmssd", side=-1, component="hrv_falling", floor=LEAST_SPREAD)


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few values."""
    return judged(known, on, COURSE)


TREND_LN_RMSSD = Pattern(
    name="trend_ln_rmssd", version=1, metric="ln_rmssd", unit="ln_ms", is_good_news=False, judge=judge
)
