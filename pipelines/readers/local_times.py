"""Times as exports write them: with an offset, as local wall time, or only in the file's name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

YEARS = range(1990, 2101)
"""Calendar years a wearable's file may state; others are a misread number."""

NOON = time(12)
"""Stands in where only the date is known: it makes no recording a night or a morning."""

_SEPARATED = r"(?P<year>\d{4})[-._/](?P<month>\d{1,2})[-._/](?P<day>\d{1,2})"
_SEPARATED_DAY_FIRST = r"(?P<day>\d{1,2})[-._](?P<month>\d{1,2})[-._](?P<year>\d{4})"
_TOGETHER = r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
_CLOCK = r"(?P<hour>\d{1,2})[-._:h](?P<minute>\d{2})(?:[-._:m](?P<second>\d{2}))?"
_CLOCK_TOGETHER = r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?"
_BETWEEN = r"(?:T|[-_ ,]{1,3}|[-_ ]at[-_ ])"

_NAME_SHAPES = tuple(
    re.compile(rf"(?<!\d){shape}(?!\d)", re.IGNORECASE)
    for shape in (
        f"{_SEPARATED}{_BETWEEN}{_CLOCK}",
        f"{_SEPARATED}{_BETWEEN}{_CLOCK_TOGETHER}",
        f"{_TOGETHER}{_BETWEEN}?{_CLOCK_TOGETHER}",
        f"{_TOGETHER}{_BETWEEN}{_CLOCK}",
        f"{_SEPARATED_DAY_FIRST}{_BETWEEN}{_CLOCK}",
        f"{_SEPARATED_DAY_FIRST}{_BETWEEN}{_CLOCK_TOGETHER}",
        _SEPARATED,
        _TOGETHER,
        _SEPARATED_DAY_FIRST,
    )
)

_SLASHED = re.compile(r"(?P<first>\d{1,2})[/.](?P<second>\d{1,2})[/.](?P<year>\d{4})")
_FORMS = re.compile(
    r"(?P<date>\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})"
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?\s?[Mm]\.?)?"
    r"(?:\s*(?:GMT|UTC)?(?P<zone>Z|[+-]\d{1,2}(?::?\d{2})?|(?<=GMT)|(?<=UTC)))?)?\s*",
)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A point in time with how the file stated it; the columns of every table that holds a time."""

    at_utc: datetime
    utc_offset_s: int | None
    time_basis: str


def moment_of(stated: datetime, zone: ZoneInfo) -> Moment:
    """A stated time as UTC: by its own offset, else as local wall time in `zone`.

    Of the hour that a change to winter time repeats the first is taken.
    """
    if stated.tzinfo is None:
        return Moment(at_utc=stated.replace(tzinfo=zone).astimezone(UTC), utc_offset_s=None, time_basis="local_naive")
    offset = stated.utcoffset()
    offset_s = int(offset.total_seconds()) if offset is not None else 0
    basis = "utc" if stated.tzinfo is UTC else "local_with_offset"
    return Moment(
        at_utc=stated.astimezone(UTC),
        utc_offset_s=offset_s if basis == "local_with_offset" else None,
        time_basis=basis,
    )


def time_in_name(name: str) -> datetime | date | None:
    """Local start time that a file's name states, its date when no more, null when neither.

    Year first, or day first with four digits for the year; `2026-03-01 06-55-00`, `20260301_065500` and the like.
    """
    for shape in _NAME_SHAPES:
        for match in shape.finditer(name):
            parts = {key: int(value) for key, value in match.groupdict(default="0").items()}
            if parts["year"] not in YEARS:
                continue
            try:
                day = date(parts["year"], parts["month"], parts["day"])
                clock = time(parts["hour"], parts["minute"], parts["second"]) if "hour" in parts else None
                return day if clock is None else datetime.combine(day, clock)
            except ValueError:
                continue
    return None


def is_day_first(cells: Iterable[str]) -> bool | None:
    """Whether dates such as 01/02/2026 lead with the day: told by any number above 12; null when none tells.

    With dots the day always leads: that is how those who write dots write.
    """
    for cell in cells:
        match = _SLASHED.match(cell.strip().strip('"'))
        if match is None:
            continue
        if int(match["first"]) > 12 or "." in match[0]:  # noqa: PLR2004 - months
            return True
        if int(match["second"]) > 12:  # noqa: PLR2004 - months
            return False
    return None


def parsed_time(cell: str, *, day_first: bool = False) -> datetime | date | None:
    """A time as a cell states it: ISO 8601, or as forms and spreadsheets write it; a date when it has no time.

    Aware where the cell states an offset, else naive local wall time; null when it is no time.
    """
    match = _FORMS.fullmatch(cell.strip().strip('"').strip())
    if match is None or (day := _date_of(match["date"], day_first=day_first)) is None:
        return None
    if match["hour"] is None:
        return day
    hour = int(match["hour"])
    if match["half"] is not None:
        hour = hour % 12 + (12 if match["half"] in "Pp" else 0)
    microsecond = int((match["fraction"] or "0").ljust(6, "0")[:6])
    try:
        clock = time(hour, int(match["minute"]), int(match["second"] or 0), microsecond)
        return datetime.combine(day, clock, tzinfo=_offset_of(match["zone"]))
    except ValueError:
        return None


def _date_of(text: str, *, day_first: bool) -> date | None:
    first, middle, last = (int(part) for part in re.split(r"[-/.]", text))
    if first in YEARS:
        year, month, day = first, middle, last
    elif last in YEARS:
        leads = day_first or "." in text
        year, month, day = (last, middle, first) if leads else (last, first, middle)
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _offset_of(zone: str | None) -> timezone | None:
    if zone is None:
        return None
    if zone in ("", "Z"):
        return UTC
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))  # noqa: PLR2004
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
