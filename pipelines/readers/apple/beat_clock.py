"""The clock beside each beat, `7:14:48.94 PM`: local, without a date, and written as the phone's language writes it."""

import re

from pipelines.readers.apple.rows import amount_of

MINUTE, HOUR = 60, 24
"""Minutes and seconds, and hours, stay below these."""

NO_RATE = float("nan")

_CLOCK = re.compile(r"\D*(?P<hour>\d{1,2})\D{1,2}(?P<minute>\d\d)\D{1,2}(?P<second>\d\d)(?:\D(?P<part>\d{1,3}))?\D*")
"""Hours, minutes, seconds and parts of one, whatever parts them; the half of the day before or after, or none."""


def clock_of(text: str) -> tuple[int, int] | None:
    """Milliseconds of the clock since its hour 0, and its step (ms); null when it is no such clock.

    The half of the day is not read: whoever asks knows the time to within minutes.
    """
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = (int(match[name]) for name in ("hour", "minute", "second"))
    if hour >= HOUR or minute >= MINUTE or second >= MINUTE:
        return None
    part = match["part"] or ""
    step_ms = 10 ** (3 - len(part))
    return ((hour * 60 + minute) * 60 + second) * 1000 + int(part or 0) * step_ms, step_ms


def rate_of(text: str) -> float:
    """The rate beside a beat (bpm); not a number where it is none."""
    rate = amount_of(text)
    return NO_RATE if rate is None or rate <= 0 else rate
