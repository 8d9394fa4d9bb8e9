"""On which dates something is expected of an athlete: their own weekdays, or their own rhythm, never everybody's.

Someone who runs on Tuesdays, Thursdays and Sundays has no gap on a Monday. Looked back on are the 84 days before a
run of missing dates, without those of unusually long pauses: a week in bed makes no weekday less usual; who has no
usual weekday is expected after a pause longer than nine in ten of their own.
"""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from itertools import pairwise

HISTORY_DAYS = 84
"""Days before a pause that say what is usual: twelve of each weekday, so that three weeks away change little."""
GIVEN_UP_DAYS = 42
"""Days without a value after which nothing is expected any more. Engineering start value."""
LEAST_HISTORY_DAYS = 14
"""Days since the first value before anything is expected: two of each weekday. Engineering start value."""
LEAST_VALUE_COUNT = 4
"""Values in these days below which nothing is usual. Engineering start value."""
USUAL_WEEKDAY_FRACTION = 0.6
"""A weekday is usual when it had a value at least so often. Engineering start value."""
USUAL_PAUSE_QUANTILE = 0.9
"""Without usual weekdays a pause is unusual beyond this share of the athlete's own pauses. Engineering start value."""
WEEKEND_DAYS = 2
"""A pause longer than this and than nine in ten of one's own is an interruption: it says nothing of habits."""


def missing_dates(present: AbstractSet[date], *, first: date, last: date) -> frozenset[date]:
    """Dates from `first` to `last` on which a value was expected and is not in `present`.

    A pause that consists of the last date only is left out: its files may still be on their way.
    """
    found: set[date] = set()
    for start, end in pauses(present, first=first, last=last):
        if start < last:
            found |= set(_expected(present, first, start, min(end, start + timedelta(days=GIVEN_UP_DAYS - 1))))
    return frozenset(found)


def pauses(present: AbstractSet[date], *, first: date, last: date) -> Iterator[tuple[date, date]]:
    """First and last date of every unbroken run of dates that are not in `present`."""
    start: date | None = None
    for back in range((last - first).days + 1):
        on = first + timedelta(days=back)
        if on in present:
            if start is not None:
                yield start, on - timedelta(days=1)
            start = None
        elif start is None:
            start = on
    if start is not None:
        yield start, last


def _expected(present: AbstractSet[date], first: date, start: date, end: date) -> Iterator[date]:
    since = max(first, start - timedelta(days=HISTORY_DAYS))
    before = [since + timedelta(days=day) for day in range((start - since).days)]
    values = [on for on in before if on in present]
    if len(before) < LEAST_HISTORY_DAYS or len(values) < LEAST_VALUE_COUNT:
        return
    interrupted = _interrupted(values)
    seen = Counter(on.weekday() for on in before if on not in interrupted)
    held = Counter(on.weekday() for on in values)
    usual = {weekday for weekday in seen if held[weekday] >= USUAL_WEEKDAY_FRACTION * seen[weekday]}
    patience = 0 if usual else _usual_pause(values)
    for day in range(patience, (end - start).days + 1):
        on = start + timedelta(days=day)
        if not usual or on.weekday() in usual:
            yield on


def _interrupted(values: list[date]) -> frozenset[date]:
    """Dates of pauses between these values that are unusually long: ill, away or not synced, whatever the weekday."""
    longest = max(WEEKEND_DAYS, _usual_pause(values))
    return frozenset(
        before + timedelta(days=step)
        for before, after in pairwise(values)
        if (after - before).days - 1 > longest
        for step in range(1, (after - before).days)
    )


def _usual_pause(values: list[date]) -> int:
    """Days without a value that nine in ten of the pauses between these values do not exceed."""
    lengths = sorted((after - before).days - 1 for before, after in pairwise(values))
    return lengths[min(len(lengths) - 1, int(USUAL_PAUSE_QUANTILE * len(lengths)))]
