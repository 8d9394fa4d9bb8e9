"""Times as vendors write them for people, such as May 9, 2023, 10:09:29 AM, in several languages."""

import re
from datetime import date, datetime, time

from pipelines.readers.local_times import YEARS, parsed_time

_MONTHS = (
    "jan|janv|ene|gen|tammi|sty|янв",
    "feb|f\xe9v|fev|helmi|lut|фев",
    "mar|m\xe4r|mrz|mrt|maalis|мар",
    "apr|avr|abr|huhti|kwi|апр",
    "may|mai|mag|mei|maj|touko|май|мая",
    "jun|juin|giu|kes\xe4|cze|июн",
    "jul|juil|lug|hein\xe4|lip|июл",
    "aug|ao\xfb|aou|ago|elo|sie|авг",
    "sep|set|syys|wrz|сен",
    "oct|okt|ott|out|loka|pa\u017a|окт",
    "nov|marras|lis|ноя",
    "dec|dez|d\xe9c|dic|des|joulu|gru|дек",
)
"""How the months begin."""

_MONTH = [re.compile(rf"(?:{prefixes})\w*\.?", re.IGNORECASE) for prefixes in _MONTHS]
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*(?:([ap])\.?\s?m\.?)?\s*$", re.IGNORECASE)
_WORDED = re.compile(r"(\d{1,2})\.?\s+(?:de\s+)?([^\W\d_]+\.?)\s+(?:de\s+)?(\d{4})", re.IGNORECASE)
_WORDED_FIRST = re.compile(r"([^\W\d_]+\.?)\s+(\d{1,2}),?\s+(\d{4})", re.IGNORECASE)
_NUMBERED = re.compile(r"(\d{4})\s*[-/.\u5e74]\s*(\d{1,2})\s*[-/.\u6708]\s*(\d{1,2})")
_NUMBERED_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")


def worded_time(cell: str) -> datetime | None:
    """A time in words, without offset; null when it is none. Dates with dots lead with the day, with slashes not."""
    text = " ".join(cell.split())  # the narrow spaces some write before AM count as spaces
    stated = parsed_time(text)
    if isinstance(stated, datetime):
        return stated.replace(tzinfo=None)
    clock = _CLOCK.search(text)
    day = _day(text[: clock.start()]) if clock else None
    if clock is None or day is None:
        return None
    hour = int(clock[1])
    if clock[4]:
        hour = hour % 12 + (12 if clock[4] in "Pp" else 0)
    try:
        return datetime.combine(day, time(hour, int(clock[2]), int(clock[3] or 0)))
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        if found := _WORDED.search(text):
            return _date(int(found[3]), _month(found[2]), int(found[1]))
        if found := _WORDED_FIRST.search(text):
            return _date(int(found[3]), _month(found[1]), int(found[2]))
        if found := _NUMBERED.search(text):
            return _date(int(found[1]), int(found[2]), int(found[3]))
        if found := _NUMBERED_LAST.search(text):
            first, second = int(found[1]), int(found[3])
            month, day = (second, first) if found[2] != "/" or first > 12 else (first, second)  # noqa: PLR2004
            return _date(int(found[4]), month, day)
    except ValueError:
        return None
    return None


def _date(year: int, month: int | None, day: int) -> date | None:
    return date(year, month, day) if month is not None and year in YEARS else None


def _month(word: str) -> int | None:
    return next((number for number, months in enumerate(_MONTH, start=1) if months.fullmatch(word)), None)
