"""Which reading a recording of RR intervals is: night, morning or spot are three metrics, never one series."""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

NIGHT_MINIMUM_S = 2 * 3600.0
"""A night lasts at least this long (s): the word's definition in `beat_series.reading`."""

SMALL_HOURS = (time(0), time(5))
"""Local hours a night lies over: a long recording by day (a race, a flight) is not one."""

SMALL_HOURS_MINIMUM_S = 3600.0
"""Least time inside the small hours (s) for a recording to count as lying over them."""

MORNING_MAXIMUM_S = 20 * 60.0
"""A morning reading lasts at most this long (s): the word's definition in `beat_series.reading`."""

MORNING_HOURS = (time(3), time(12))
"""Local hours a morning reading starts in: the word's definition in `beat_series.reading`."""


def reading_of(start_at_utc: datetime, duration_s: float, zone: tzinfo | int) -> str:
    """`night`, `morning` or `spot` for a recording of its own; `zone` is a time zone or local minus UTC (s).

    A recording inside an activity is `activity`, which only its file can tell: do not ask here.
    """
    local_start = start_at_utc.astimezone(as_zone(zone))
    if duration_s >= NIGHT_MINIMUM_S and _small_hours_s(local_start, duration_s) >= SMALL_HOURS_MINIMUM_S:
        return "night"
    first, last = MORNING_HOURS
    if duration_s <= MORNING_MAXIMUM_S and first <= local_start.time() < last:
        return "morning"
    return "spot"


def local_date_of(reading: str, *, start_at_utc: datetime, end_at_utc: datetime, zone: tzinfo | int) -> date:
    """Local calendar date a recording belongs to: of its end for a night, else of its start."""
    moment = end_at_utc if reading == "night" else start_at_utc
    return moment.astimezone(as_zone(zone)).date()


def as_zone(zone: tzinfo | int) -> tzinfo:
    """A time zone from itself or from local time minus UTC (s)."""
    return timezone(timedelta(seconds=zone)) if isinstance(zone, int) else zone


def _small_hours_s(local_start: datetime, duration_s: float) -> float:
    """Time (s) of the recording that lies inside the small hours of its first two dates."""
    start, end = local_start.astimezone(UTC), local_start.astimezone(UTC) + timedelta(seconds=duration_s)
    inside_s = 0.0
    for day in (local_start.date(), local_start.date() + timedelta(days=1)):
        opens, closes = (datetime.combine(day, hour, tzinfo=local_start.tzinfo).astimezone(UTC) for hour in SMALL_HOURS)
        inside_s += max(0.0, (min(end, closes) - max(start, opens)).total_seconds())
    return inside_s
