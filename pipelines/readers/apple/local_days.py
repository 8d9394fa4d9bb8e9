"""The athlete's own clock: by the zone that stands beside a row, else by the offset its times are written with.

Times are written with the offset of the phone at export: the instant is right, the hour may not be the athlete's.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import polars as pl

EPOCH = datetime.fromtimestamp(0, UTC)


def moment(at_s: float) -> datetime:
    """UTC time of seconds since 1970."""
    return EPOCH + timedelta(seconds=at_s)


def moments(at_ms: pl.Series) -> pl.Series:
    """UTC times of milliseconds since 1970."""
    return pl.from_epoch(at_ms, "ms").dt.replace_time_zone("UTC")


def offset_at(at_s: float, *, zone: str | None, stated_s: int) -> int:
    """Local time minus UTC (s): by the zone where one is stated and known, else as written."""
    known = None if zone is None else _zone(zone)
    offset = None if known is None else moment(at_s).astimezone(known).utcoffset()
    return stated_s if offset is None else int(offset.total_seconds())


def local_date(at_s: float, offset_s: int) -> date:
    """Local calendar date."""
    return moment(at_s + offset_s).date()


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # a name that is no zone: ZoneInfoNotFoundError is a KeyError
        return None
