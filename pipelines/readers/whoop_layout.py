"""The four tables of a WHOOP export: their titles, in whatever language, and the time zone column."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from statistics import median
from typing import Literal

from pipelines.readers.contract import Source
from pipelines.readers.csv_file import CsvRow, csv_rows
from pipelines.readers.json_values import OFFSET_MAXIMUM_S
from pipelines.readers.local_times import Moment, moment_of, parsed_time
from pipelines.readers.text_file import number_of

Kind = Literal["cycles", "sleeps", "workouts", "journal"]

_CYCLE = ("cycle start time", "cycle end time", "cycle timezone")
_SLEEP = (
    "sleep performance %", "respiratory rate (rpm)", "asleep duration (min)", "in bed duration (min)",
    "light sleep duration (min)", "deep (sws) duration (min)", "rem duration (min)", "awake duration (min)",
    "sleep need (min)", "sleep debt (min)", "sleep efficiency %", "sleep consistency %",
)  # fmt: skip
TITLES: dict[Kind, tuple[str, ...]] = {
    "cycles": (
        *_CYCLE, "recovery score %", "resting heart rate (bpm)", "heart rate variability (ms)", "skin temp (celsius)",
        "blood oxygen %", "day strain", "energy burned (cal)", "max hr (bpm)", "average hr (bpm)", "sleep onset",
        "wake onset", *_SLEEP,
    ),
    "sleeps": (*_CYCLE, "sleep onset", "wake onset", *_SLEEP, "nap"),
    "workouts": (
        *_CYCLE, "workout start time", "workout end time", "duration (min)", "activity name", "activity strain",
        "energy burned (cal)", "max hr (bpm)", "average hr (bpm)",
    ),
    "journal": (*_CYCLE, "question text", "answered yes", "notes"),
}  # fmt: skip
"""Titles (lower case) in the order of the export: an export in another language has the same order."""

TELLING: dict[Kind, frozenset[str]] = {
    "cycles": frozenset({"cycle start time", "recovery score %"}),
    "sleeps": frozenset({"cycle start time", "sleep onset", "nap"}),
    "workouts": frozenset({"workout start time", "activity strain"}),
    "journal": frozenset({"cycle start time", "question text"}),
}
"""Titles that make an English table the one it is."""

WORKOUT_COLUMNS = range(12, 26)
"""Columns of a table of workouts, which has optional ones at its end."""

_STAMP = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")
_ZONE = re.compile(r"(?:UTC|GMT)?\s*(?:Z|(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?)?", re.IGNORECASE)

ONSET_HOURS = (20.0, 28.0)
"""Where the median start of sleep lies on a local clock (h; 28 is four in the morning): the test of the time zone."""

WAKE_HOURS = (4.0, 11.0)
"""Where the median end of sleep lies on a local clock (h)."""

LEAST_NIGHTS = 5
"""Nights that the test of the time zone needs; with fewer, times are local as the export's own titles say."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How the times of one file are read: local wall time at the stated offset, or UTC beside it."""

    is_utc: bool

    def moment(self, row: CsvRow, key: str, source: Source) -> Moment | None:
        """A stated time; null where there is none."""
        stated = parsed_time(row.cells.get(key, ""))
        if not isinstance(stated, datetime):
            return None
        offset_s = utc_offset_s(row.cells.get("cycle timezone", ""))
        if stated.tzinfo is not None or offset_s is None:
            return moment_of(stated, source.time_zone)
        if self.is_utc:
            at_utc = stated.replace(tzinfo=UTC)
            return Moment(at_utc=at_utc, utc_offset_s=offset_s, time_basis="local_with_offset")
        return Moment(
            at_utc=stated.replace(tzinfo=timezone(timedelta(seconds=offset_s))).astimezone(UTC),
            utc_offset_s=offset_s,
            time_basis="local_with_offset",
        )


def kind_of(keys: Sequence[str], first: Sequence[str]) -> Kind | None:
    """Which of the four tables has these titles (lower case) and this first row; null when none."""
    for kind, telling in TELLING.items():
        if telling <= set(keys):
            return kind
    if len(first) < len(_CYCLE) or not _is_cycle(first):
        return None
    if len(keys) == len(TITLES["cycles"]):
        return "cycles"
    if len(keys) == len(TITLES["sleeps"]) and first[-1].lower() in {"true", "false"}:
        return "sleeps"
    if len(keys) in WORKOUT_COLUMNS and _STAMP.fullmatch(first[3]) and first[6] and number_of(first[6]) is None:
        return "workouts"
    return "journal" if len(keys) == len(TITLES["journal"]) and _says(first[4]) is not None else None


def _is_cycle(first: Sequence[str]) -> bool:
    start, end, zone = (cell.strip() for cell in first[:3])
    has_zone = bool(zone) and utc_offset_s(zone) is not None
    return _STAMP.fullmatch(start) is not None and (not end or _STAMP.fullmatch(end) is not None) and has_zone


def rows_of(source: Source, kind: Kind) -> Iterator[CsvRow]:
    """The rows under English titles: by title where the file has them, else by position."""
    for row in csv_rows(source.path):
        if TELLING[kind] <= set(row.cells):
            yield row
        elif row.cells.keys() & TELLING[kind]:
            yield row  # a short row of an English table: what it lacks is not stated
        else:
            yield CsvRow(line=row.line, cells=dict(zip(TITLES[kind], row.cells.values(), strict=False)))


def utc_offset_s(zone: str) -> int | None:
    """Local time minus UTC (s) from UTC-04:00, UTCZ, GMT-5 and the like; null when it states none."""
    found = _ZONE.fullmatch(zone.strip())
    if found is None or not zone.strip():
        return None
    if found["sign"] is None:
        return 0
    offset_s = 3600 * int(found["hours"]) + 60 * int(found["minutes"] or 0)
    if offset_s > OFFSET_MAXIMUM_S:
        return None
    return -offset_s if found["sign"] == "-" else offset_s


def clock_of(rows: Sequence[CsvRow]) -> Clock:
    """How the times are to be read: local, unless sleep then lies by day and as UTC it lies by night."""
    if len({row.cells.get("cycle start time", "") for row in rows}) < LEAST_NIGHTS:
        return Clock(is_utc=False)
    return Clock(is_utc=not _is_by_night(rows, is_utc=False) and _is_by_night(rows, is_utc=True))


def _is_by_night(rows: Sequence[CsvRow], *, is_utc: bool) -> bool:
    """Whether the median night starts and ends when people sleep. A cycle starts with the onset of sleep."""
    onsets = [hour for row in rows if (hour := _hour(row, ("sleep onset", "cycle start time"), is_utc)) is not None]
    wakes = [hour for row in rows if (hour := _hour(row, ("wake onset",), is_utc)) is not None]
    if not onsets:
        return False
    onset = median((hour + 12.0) % 24.0 for hour in onsets) + 12.0
    is_onset = ONSET_HOURS[0] <= onset <= ONSET_HOURS[1]
    return is_onset and (not wakes or WAKE_HOURS[0] <= median(wakes) <= WAKE_HOURS[1])


def _hour(row: CsvRow, keys: tuple[str, ...], is_utc: bool) -> float | None:  # noqa: FBT001 - one of two readings
    stated = next((row.cells[key] for key in keys if row.cells.get(key)), "")
    moment = parsed_time(stated)
    if not isinstance(moment, datetime):
        return None
    if is_utc:
        moment += timedelta(seconds=utc_offset_s(row.cells.get("cycle timezone", "")) or 0)
    return moment.hour + moment.minute / 60.0


def local_date(moment: Moment, source: Source) -> date:
    """Local calendar date by the stated offset, else by the athlete's zone."""
    if moment.utc_offset_s is None:
        return moment.at_utc.astimezone(source.time_zone).date()
    return (moment.at_utc + timedelta(seconds=moment.utc_offset_s)).date()


def day_of(row: CsvRow, clock: Clock, source: Source) -> date | None:
    """The day a cycle belongs to: the date of waking, else the date that most of the cycle lies on."""
    if (wake := clock.moment(row, "wake onset", source)) is not None:
        return local_date(wake, source)
    start = clock.moment(row, "cycle start time", source)
    if start is None:
        return None
    half_day = timedelta(hours=12)  # a cycle starts in the evening before its day, or in the small hours of it
    shifted = Moment(at_utc=start.at_utc + half_day, utc_offset_s=start.utc_offset_s, time_basis=start.time_basis)
    return local_date(shifted, source)


def _says(cell: str) -> bool | None:
    return {"true": True, "yes": True, "false": False, "no": False}.get(cell.strip().lower())


def answer_of(row: CsvRow) -> bool | None:
    """Whether a question of the journal was answered with yes; null when it is not told."""
    return next(
        (said for key in ("answered yes", "answered yes/no") if (said := _says(row.cells.get(key, ""))) is not None),
        None,
    )
