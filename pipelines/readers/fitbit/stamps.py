"""Times in Fitbit's JSON: month first, two digits for the year, and no word on whether they are UTC or local."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipelines.readers.local_times import parsed_time

_MONTH_FIRST = re.compile(r"(\d{2})/(\d{2})/(\d{2})(?: (\d{2}):(\d{2}):(\d{2}))?")

CENTURY = 2000


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How the stamps of one file are read."""

    is_utc: bool
    is_told: bool
    """Whether the file's own bounds tell it; else the usual reading is taken."""


def stamp_in(value: object) -> datetime | None:
    """A stamp as it stands, without offset: `01/31/24 06:00:07` or ISO; null when it is none."""
    if not isinstance(value, str):
        return None
    match = _MONTH_FIRST.fullmatch(value)
    if match is None:
        stated = parsed_time(value)
        return stated if isinstance(stated, datetime) and stated.tzinfo is None else None
    month, day, year, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return datetime(CENTURY + year, month, day, hour, minute, second)  # noqa: DTZ001 - the file states no zone
    except ValueError:
        return None


def day_of(value: object) -> date | None:
    """The date of a stamp that stands for a whole local day: it is never moved by a time zone."""
    stamp = stamp_in(value)
    if stamp is not None:
        return stamp.date()
    stated = parsed_time(value) if isinstance(value, str) else None
    return stated.date() if isinstance(stated, datetime) else stated


def clock_of(first: datetime, last: datetime, *, named: date | None, is_one_day: bool, zone: ZoneInfo) -> Clock:
    """Whether the stamps of a file are UTC or local, by the local days the file keeps to.

    `named` is the date in the file's name, on whose local midnight the file begins. Without a word from the bounds
    they are UTC. Source: a comparison of 25,308 minutes with stamps marked UTC in one archive found UTC.
    """
    if named is None:
        return Clock(is_utc=True, is_told=False)
    opens = datetime.combine(named, time())
    closes = opens + timedelta(days=1) if is_one_day else None
    as_utc = [stamp.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) for stamp in (first, last)]
    doubt = [
        (bounds[0] < opens) + (closes is not None and bounds[1] >= closes) + (bounds[0] != opens)
        for bounds in (as_utc, [first, last])
    ]
    return Clock(is_utc=doubt[0] <= doubt[1], is_told=doubt[0] != doubt[1])
