"""Sessions of a file, the records that belong to each, and the clock they are told in."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from pipelines.readers.fit import fields, names
from pipelines.readers.fit.messages import Messages
from pipelines.readers.fit.timestamps import FIRST_DATE, FIT_EPOCH_UNIX_S, UNKNOWN
from pipelines.readers.fit.values import Floats, Integers

GARMIN = 1
QUARTER_HOUR_S = 900
"""Offsets from UTC are whole quarters of an hour (s)."""

LARGEST_OFFSET_S = 14 * 3600
"""Largest offset from UTC there is (s); beyond it the local time stamp is not one."""

LONGEST_S = 0xFFFFFFFF / 1000
"""Longest elapsed time the field can hold (s); damaged bytes may declare more."""

PAST_THE_END_S = 1e-3
"""What a record exactly at the end of a session counts as lying outside it (s)."""

APART_S = 3600.0
"""Records this far (s) from every session, in a chained file without one, are an activity of their own."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """One bounded session; times in FIT seconds, missing numbers NaN."""

    part: int
    start: float
    end: float
    sport: str = "generic"
    sub_sport: str | None = None
    elapsed_s: float = np.nan
    timer_s: float = np.nan
    distance_m: float = np.nan
    ascent_m: float = np.nan
    energy_kcal: float = np.nan
    average_heart_rate_bpm: float = np.nan
    max_heart_rate_bpm: float = np.nan


def moment(fit_s: float) -> datetime:
    """UTC time of FIT seconds."""
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=FIT_EPOCH_UNIX_S + fit_s)


def local_date(fit_s: float, *, utc_offset_s: int | None, zone: ZoneInfo) -> date:
    """Local calendar date of FIT seconds, by the stated offset or else in the athlete's zone."""
    at = moment(fit_s)
    return (at + timedelta(seconds=utc_offset_s)).date() if utc_offset_s is not None else at.astimezone(zone).date()


def utc_offset_s(stamps: Integers, local_stamps: Integers, *, manufacturer_number: int) -> int | None:
    """Local time minus UTC (s) as the file states it; null when it states none or an impossible one.

    Makers other than Garmin often write the same stamp twice, which is no statement.
    """
    is_stated = (stamps >= FIRST_DATE) & (local_stamps >= FIRST_DATE)
    offsets: list[int] = (local_stamps - stamps)[is_stated].tolist()
    for offset in offsets:
        rounded = round(offset / QUARTER_HOUR_S) * QUARTER_HOUR_S
        if abs(rounded) > LARGEST_OFFSET_S or (offset == 0 and manufacturer_number != GARMIN):
            continue
        return rounded
    return None


def sessions(messages: Messages, records: Messages, *, otherwise: float) -> list[Session]:
    """Sessions in file order; from the records alone where a file lost its own. `otherwise`: a time of last resort."""
    told = _told(messages, records, otherwise)
    found = list(told)
    for part in np.unique(records.part).tolist():
        if any(session.part == part for session in told):
            continue
        mine = records.take(records.part == part)
        times = _dated(mine.times)
        apart = [max(session.start - times.max(), times.min() - session.end) for session in told] if len(times) else []
        if told and (not apart or min(apart) <= APART_S):
            continue
        found.append(_from_records(messages, mine, part, otherwise))
    return found


def assign(times: Integers, parts: Integers, found: list[Session]) -> Integers:
    """Index of the session each record belongs to: the one it lies in, else the nearest, of its own file first."""
    if len(found) == 1:
        return np.zeros(len(times), np.int64)
    filled = _filled(times)
    best = np.zeros(len(times), np.int64)
    for part in np.unique(parts).tolist():
        rows = np.flatnonzero(parts == part)
        own = [index for index, session in enumerate(found) if session.part == part]
        nearest = np.full(len(rows), np.inf)
        for index in own or range(len(found)):
            away = _distance(filled[rows], found[index])
            is_nearer = away < nearest
            best[rows[is_nearer]] = index
            nearest[is_nearer] = away[is_nearer]
    return best


def _distance(times: Floats, session: Session) -> Floats:
    """Seconds a time lies outside [start, end)."""
    return np.where(
        times < session.start,
        session.start - times,
        np.where(times < session.end, 0.0, times - session.end + PAST_THE_END_S),
    )


def _filled(times: Integers) -> Floats:
    """Times with unknown ones taken from the last known, at the start from the next."""
    known = np.flatnonzero(times != UNKNOWN)
    if len(known) == 0:
        return np.zeros(len(times))
    before = np.searchsorted(known, np.arange(len(times)), side="right") - 1
    filled: Floats = times[known[np.maximum(before, 0)]].astype(np.float64)
    return filled


def _told(messages: Messages, records: Messages, otherwise: float) -> list[Session]:
    rows = messages.of(fields.SESSION)
    starts, stamps = rows.integers(fields.START_TIME), rows.times
    elapsed = rows.numbers(fields.ELAPSED_S)
    elapsed[~((elapsed >= 0) & (elapsed <= LONGEST_S))] = np.nan
    sports, sub_sports = rows.integers(fields.SESSION_SPORT), rows.integers(fields.SESSION_SUB_SPORT)
    columns = {
        "timer_s": rows.numbers(fields.TIMER_S),
        "distance_m": rows.numbers(fields.DISTANCE_M),
        "ascent_m": rows.numbers(fields.SESSION_ASCENT_M),
        "energy_kcal": rows.numbers(fields.SESSION_ENERGY_KCAL),
        "average_heart_rate_bpm": rows.numbers(fields.SESSION_AVERAGE_HEART_RATE),
        "max_heart_rate_bpm": rows.numbers(fields.SESSION_MAX_HEART_RATE),
    }
    found = []
    for row in range(len(rows)):
        part = int(rows.part[row])
        start, end = _bounds(
            start=int(starts[row]),
            stamp=int(stamps[row]),
            elapsed=float(elapsed[row]),
            record_times=records.times[records.part == part],
            otherwise=otherwise,
        )
        numbers = {name: float(column[row]) for name, column in columns.items()}
        found.append(
            Session(
                part=part,
                start=start,
                end=end,
                sport=names.sport(int(sports[row])),
                sub_sport=names.sub_sport(int(sub_sports[row])),
                elapsed_s=float(elapsed[row]),
                **numbers,
            )
        )
    return found


def _bounds(*, start: int, stamp: int, elapsed: float, record_times: Integers, otherwise: float) -> tuple[float, float]:
    """Start and end of a session from what it states, else from its records, else from the file."""
    times = _dated(record_times)
    if start == UNKNOWN:
        if stamp != UNKNOWN:
            first = stamp - (elapsed if np.isfinite(elapsed) else 0.0)
        else:
            first = float(times.min()) if len(times) else otherwise
        first = max(first, 0.0)
    else:
        first = float(start)
    if np.isfinite(elapsed):
        return first, first + elapsed
    last = float(stamp) if stamp != UNKNOWN else float(times.max()) if len(times) else first
    return first, max(first, last)


def _from_records(messages: Messages, records: Messages, part: int, otherwise: float) -> Session:
    """One activity made from records whose session message is missing."""
    times = _dated(records.times)
    sport = messages.of(fields.SPORT)
    sport = sport.take(sport.part == part)
    return Session(
        part=part,
        start=float(times.min()) if len(times) else otherwise,
        end=float(times.max()) if len(times) else otherwise,
        sport=names.sport(int(sport.integers(fields.SPORT_SPORT)[0])) if len(sport) else "generic",
        sub_sport=names.sub_sport(int(sport.integers(fields.SPORT_SUB_SPORT)[0])) if len(sport) else None,
    )


def _dated(times: Integers) -> Integers:
    """Known times, without those that count from power-up when there are real dates too."""
    known: Integers = times[times != UNKNOWN]
    real: Integers = known[known >= FIRST_DATE]
    return real if len(real) else known
