"""Tries the patterns and the rule of the usual range on a history of ordinary days, by the rules themselves."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from pipelines.observations import outside
from pipelines.observations.patterns.contract import Pattern
from pipelines.observations.patterns.history import History
from pipelines.observations.rule_rates.ordinary import HISTORY_DAYS, LEAD_DAYS, Drawn
from pipelines.observations.rule_rates.rate import Tally
from pipelines.observations.rule_rates.resampled import first_date

PATTERN_STEP_DAYS = 5
"""A pattern is tried on every fifth drawn day: most windows last longer, so that days between tell little more."""

PATTERN_DAYS = 540
"""Drawn days on which patterns are tried: six batches, at a cost in keeping with the rest. Engineering start value."""


def tried_pattern(pattern: Pattern, known: History, drawn: Drawn) -> Tally:
    """One pattern on every fifth ordinary day."""
    numbers = range(LEAD_DAYS, LEAD_DAYS + PATTERN_DAYS, PATTERN_STEP_DAYS)
    tried = [(number, pattern.judge(known, drawn.date_of(number))) for number in numbers]
    return _tally([(number, one.held is not None) for number, one in tried if one is not None])


def own_pattern_days(pattern: Pattern, known: History, last: date) -> int:
    """Days of the last year on which the pattern could be tried on the athlete's own history, from every fifth."""
    dates = (last - timedelta(days=back) for back in range(0, HISTORY_DAYS, PATTERN_STEP_DAYS))
    first = first_date(known)
    return PATTERN_STEP_DAYS * sum(pattern.judge(known, on) is not None for on in dates if on >= first)


def tried_outside(metric: str, known: History, drawn: Drawn) -> Tally:
    """The rule of the usual range on every ordinary day, for one metric, where two days of the window have a value."""
    return _tally(list(_outside(metric, known, drawn)))


def _outside(metric: str, known: History, drawn: Drawn) -> Iterator[tuple[int, bool]]:
    first = drawn.date_of(0)
    sides: dict[int, int] = {}
    for value in known.values(metric):
        if value.lower_limit is not None and value.upper_limit is not None:
            sides[(value.on - first).days] = outside.side(
                value.value, value.expected_error, lower_limit=value.lower_limit, upper_limit=value.upper_limit
            )
    for number in range(LEAD_DAYS, len(drawn.source)):
        window = [sides[day] for day in range(number - outside.WINDOW_DAYS + 1, number + 1) if day in sides]
        if len(window) >= outside.OUTSIDE_DAYS:
            yield number, outside.held(window) != 0


def _tally(tried: list[tuple[int, bool]]) -> Tally:
    return Tally(
        numbers=np.array([number for number, _ in tried], dtype=np.int64),
        held=np.array([held for _, held in tried], dtype=np.int64),
    )
