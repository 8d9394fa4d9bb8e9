"""RMSSD at another level than before, higher or lower: the sum of its days' distances (`shift`)."""

from datetime import date

from pipelines.observations.patterns.contract import Pattern, Tried
from pipelines.observations.patterns.history import History
from pipelines.observations.patterns.shift import Level, judged

LEAST_SPREAD = 0.02
"""Least spread of a day (ln_ms): values are rounded. Engineering start value."""
LEVEL = Level(series="ln_rmssd", component="hrv_level", floor=LEAST_SPREAD)


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few values."""
    return judged(known, on, LEVEL)


SHIFT_LN_RMSSD = Pattern(
    name="shift_ln_rmssd", version=1, metric="ln_rmssd", unit="ln_ms", is_good_news=False, judge=judge
)
