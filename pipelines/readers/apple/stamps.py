"""Times as the export writes them, `2024-01-01 07:00:00 +0100`, many at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

LENGTH = 25
"""Characters of a stamp."""

LARGEST_OFFSET_S = 14 * 3600
"""Largest offset from UTC there is (s)."""

_PAIRS = (0, 2, 5, 8, 11, 14, 17, 21, 23)
"""Where two digits stand: century, year, month, day, hour, minute, second, and hours and minutes of the offset."""
_MARKS = ((4, b"-"), (7, b"-"), (10, b" "), (13, b":"), (16, b":"), (19, b" "))
_SIGN = 20
_STAMP = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d) (?P<clock>\d\d:\d\d:\d\d) (?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>\d\d)", re.ASCII
)
_NO_STAMP = b"\0" * LENGTH

_NUMBERS = np.full(1 << 16, -1, np.int16)
_NUMBERS[np.frombuffer(b"".join(b"%02d" % number for number in range(100)), np.uint16)] = range(100)
"""What two bytes say, by themselves as a number of two bytes; -1 where they are no two digits."""

_FIRST_DAYS = np.arange("0000-01", "10000-02", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)
"""First day of each month since the year 0 (days since 1970)."""

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Stamps:
    """Times with the offset each states; rows that are no time are marked and hold anything."""

    utc_s: Integers
    """Seconds since 1970 (UTC)."""
    offset_s: Integers
    """Local time minus UTC (s)."""
    is_time: Flags


def stamps_of(rows: Bytes) -> Stamps:
    """The times in rows of 25 characters."""
    pairs = [_NUMBERS[rows[:, at : at + 2].view(np.uint16).ravel()] for at in _PAIRS]
    is_time = np.minimum.reduce(pairs) >= 0
    for at, mark in _MARKS:
        is_time &= rows[:, at] == mark[0]
    sign = rows[:, _SIGN]
    is_time &= (sign == ord("+")) | (sign == ord("-"))
    century, years, month, day, hour, minute, second, offset_hour, offset_minute = (
        np.maximum(pair, 0).astype(np.int64) for pair in pairs
    )
    year = century * 100 + years
    months = year * 12 + np.clip(month, 1, 12) - 1
    first_day = _FIRST_DAYS[months]
    is_time &= (month >= 1) & (month <= 12) & (year >= 1)  # noqa: PLR2004 - months
    is_time &= (day >= 1) & (day <= _FIRST_DAYS[months + 1] - first_day)
    is_time &= (hour < 24) & (minute < 60) & (second < 60) & (offset_minute < 60)  # noqa: PLR2004 - a clock
    offset = (offset_hour * 3600 + offset_minute * 60) * np.where(sign == ord("-"), -1, 1)
    is_time &= np.abs(offset) <= LARGEST_OFFSET_S
    local = (first_day + day - 1) * 86_400 + hour * 3600 + minute * 60 + second
    return Stamps(utc_s=local - offset, offset_s=offset, is_time=is_time)


def stamps_in(texts: Sequence[str | None]) -> Stamps:
    """The times in texts; null or another shape is no time."""
    encoded = [text.encode("ascii", "replace") if text else b"" for text in texts]
    whole = b"".join(text if len(text) == LENGTH else _NO_STAMP for text in encoded)
    return stamps_of(np.frombuffer(whole, np.uint8).reshape(-1, LENGTH))


def stamp_in(text: str | None) -> tuple[int, int] | None:
    """One time: seconds since 1970 (UTC) and its offset (s); null when it is none."""
    match = _STAMP.fullmatch(text) if text else None
    if match is None:
        return None
    hours, minutes = int(match["hours"]), int(match["minutes"])
    offset = (hours * 3600 + minutes * 60) * (-1 if match["sign"] == "-" else 1)
    try:
        local = datetime.fromisoformat(f"{match['day']}T{match['clock']}+00:00")
    except ValueError:
        return None
    is_offset = minutes < 60 and abs(offset) <= LARGEST_OFFSET_S  # noqa: PLR2004 - a clock
    return (int(local.timestamp()) - offset, offset) if is_offset else None
