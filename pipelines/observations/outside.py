"""When values count as outside the usual range: beyond it by more than their expected error, on two of three days.

One day is noise, and a value beyond the range by less than its own error may as well lie inside. The usual range is the
median and one spread of the sixty days before, of one metric, method, reading and device.
"""

from collections.abc import Iterable

VERSION = 1
METRICS = ("ln_rmssd", "resting_heart_rate", "sleep_duration")
"""Metrics that are compared with the athlete's own usual range, day by day."""
WINDOW_DAYS = 3
"""Days in which it has to hold. Engineering start value."""
OUTSIDE_DAYS = 2
"""Days of these on the same side of the usual range. Engineering start value."""


def side(value: float, expected_error: float | None, *, lower_limit: float, upper_limit: float) -> int:
    """1 above the usual range by more than the expected error, -1 below it, else 0; 0 when the error is not known."""
    if expected_error is None:
        return 0
    if value - expected_error > upper_limit:
        return 1
    return -1 if value + expected_error < lower_limit else 0


def held(sides: Iterable[int]) -> int:
    """The side that held on enough of the days of one window, as `side` gives them; 0 when none did."""
    given = list(sides)
    return next((way for way in (-1, 1) if given.count(way) >= OUTSIDE_DAYS), 0)


def rule(metric: str) -> str:
    """Name of this rule for one metric."""
    return f"outside_{metric}"
