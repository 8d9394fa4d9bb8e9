"""Training plans as coaches keep them: one row a planned session or rest day, so that no run can have a meaning."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.readers.contract import Batch, Head, Loss, Reader, ReadReport, Source
from pipelines.readers.csv_file import CsvRow, csv_rows, header_of, key_of
from pipelines.readers.dated_rows import DATE_TITLES, DateReading, date_reading
from pipelines.readers.plan_words import (
    DISTANCE_KEYS,
    DURATION_KEYS,
    REST_KEYS,
    SPORT_KEYS,
    WORDS_KEYS,
    distance_m,
    distance_unit,
    duration_s,
    duration_unit,
    is_rest,
    is_yes,
    stem,
)
from pipelines.readers.sport_words import sport_of
from pipelines.readers.text_file import counted, line_ranges
from pipelines.readers.wellness_items import item_of
from pipelines.tables import conform

TRAINING_PEAKS_KEYS = frozenset({"title", "workouttype", "plannedduration", "workoutday"})
"""Titles (lower case) of the workouts file of TrainingPeaks, which holds the plan beside what was done."""

DAY_KEYS = DATE_TITLES | {"workoutday", "jour", "día", "dia", "giorno", "datum", "päivä", "dzień"}

VAGUE_KEYS = frozenset({"type", "art", "tipo", "kind"})
"""Titles that name the sport only where nothing better does; notes use them too."""

MEASURED = re.compile(
    r"\b(avg|average|max|heart rate|hr|bpm|hrv|rmssd|calories|kcal|elevation|ascent|cadence|watts|power|speed|steps"
    r"|filename|id|elapsed|moving|start time|end time|calorie|rpe|sleep|timestamp|latitude|longitude)\b"
)
"""Words of titles that only a log of what was done has, unless the title says it is planned."""

PLANNED = re.compile(r"plan|target|goal|soll|geplant|prévu|previst")

HEADER_LINES = 10
"""Lines a header may run over."""


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """Keys (lower case) of the columns by what they hold."""

    sport: str | None
    words: tuple[str, ...]
    duration: str | None
    distance: str | None
    rest: str | None
    others: tuple[str, ...]


def recognise(head: Head) -> bool:
    """By its header: a date, what is planned, and nothing that only a log of what was done has."""
    lines = head.lines()
    titles = header_of(lines[:HEADER_LINES]) if lines else []
    keys = [key_of(title) for title in titles]
    if set(keys) >= TRAINING_PEAKS_KEYS:
        return True
    if not any(key in DAY_KEYS for key in keys) or any(map(_is_measured, keys)):
        return False
    if any(item.is_known and item.item != "duration_min" for item in map(item_of, titles)):
        return False
    columns = _columns(keys)
    has_amount = any(key is not None for key in (columns.duration, columns.distance, columns.rest))
    has_sport = columns.sport is not None and columns.sport not in VAGUE_KEYS
    return (bool(columns.words) and (has_sport or has_amount)) or (columns.sport is not None and has_amount)


def _is_measured(key: str) -> bool:
    return MEASURED.search(key.replace("_", " ")) is not None and PLANNED.search(key) is None


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """One row per planned session or rest day; a day the plan says nothing about is no row."""
    rows = list(csv_rows(source.path))
    keys = list(rows[0].cells) if rows else []
    days = [_day_cell(row, [key for key in keys if key in DAY_KEYS]) for row in rows]
    dates = date_reading(("date",), days)
    columns = _columns(keys)
    plans: list[dict[str, object]] = []
    undated: list[int] = []
    unread: list[int] = []
    empty_count = 0
    for row, day in zip(rows, days, strict=True):
        when = dates.of(day, source)
        if when is None:
            undated.append(row.line)
            continue
        plan, is_read = _plan(row, columns)
        if not is_read:
            unread.append(row.line)
        if plan is None:
            empty_count += 1
        else:
            owner = {"athlete_id": source.athlete_id, "source_file_id": source.source_file_id}
            plans.append({**owner, "plan_index": len(plans), "plan_date": when.about_date, **plan})
    if plans:
        yield Batch(table="plans", frame=conform(pl.DataFrame(plans, infer_schema_length=None), "plans"))
    losses = (
        Loss(what=counted(len(undated), "row"), where=line_ranges(undated), why="no date, or not UTF-8 text"),
        Loss(what=counted(len(unread), "length"), where=line_ranges(unread), why="no duration or distance we can read"),
    )
    kept = tuple(loss for loss, lines in zip(losses, (undated, unread), strict=True) if lines)
    yield ReadReport(losses=kept, passed_over=tuple(_notes(columns, dates, empty_count)))


def _columns(keys: Sequence[str]) -> _Columns:
    by_stem = {key: stem(key) for key in keys}

    def first(known: frozenset[str]) -> str | None:
        planned = [key for key in keys if PLANNED.search(key) and (by_stem[key] in known or key in known)]
        return next((key for key in (*planned, *keys) if by_stem[key] in known or key in known), None)

    sport, duration, distance, rest = first(SPORT_KEYS), first(DURATION_KEYS), first(DISTANCE_KEYS), first(REST_KEYS)
    if sport is None:
        sport = next((key for key in keys if key in VAGUE_KEYS), None)
    taken = {sport, duration, distance, rest}
    words = tuple(key for key in keys if by_stem[key] in WORDS_KEYS and key not in taken)
    others = tuple(key for key in keys if key and key not in taken and key not in words and key not in DAY_KEYS)
    return _Columns(sport=sport, words=words, duration=duration, distance=distance, rest=rest, others=others)


def _day_cell(row: CsvRow, keys: Sequence[str]) -> CsvRow:
    """The date of a row alone, without a weekday before it, whatever its column is called."""
    stated = next((row.cells[key] for key in keys if row.cells.get(key)), "")
    return CsvRow(line=row.line, cells={"date": re.sub(r"^\D+(?=\d)", "", stated)})


def _plan(row: CsvRow, columns: _Columns) -> tuple[dict[str, object] | None, bool]:
    """One row of the plan, null when it plans nothing; and whether its lengths could be read."""
    cells = {key: row.cells.get(key, "") for key in (columns.sport, columns.duration, columns.distance) if key}
    sport_words = cells.get(columns.sport or "", "")
    duration_words = cells.get(columns.duration or "", "")
    distance_words = cells.get(columns.distance or "", "")
    described = [row.cells[key] for key in columns.words if row.cells.get(key)]
    length_s = duration_s(duration_words, duration_unit(columns.duration or ""))
    length_m = distance_m(distance_words, distance_unit(columns.distance or ""))
    is_told = any(is_rest(words) for words in (sport_words, duration_words, distance_words, *described))
    is_told |= columns.rest is not None and is_yes(row.cells.get(columns.rest, ""))
    is_rest_day = is_told and not length_s and not length_m
    is_read = is_rest_day or all(
        not words or value is not None or words.strip(" -\N{EN DASH}") == "" or is_rest(words)
        for words, value in ((duration_words, length_s), (distance_words, length_m))
    )
    if not is_rest_day and not length_s and not length_m and not described:
        return None, is_read
    if columns.sport == "workouttype" and not is_rest_day and not length_s and not length_m:
        return None, is_read
    return {
        "sport": None if is_rest_day or is_rest(sport_words) else sport_of(sport_words)[0],
        "is_rest_day": is_rest_day,
        "planned_duration_s": None if is_rest_day else length_s or None,
        "planned_distance_m": None if is_rest_day else length_m or None,
        "description": "; ".join(described) or (sport_words if is_rest_day else ""),
    }, is_read


def _notes(columns: _Columns, dates: DateReading, empty_count: int) -> Iterator[str]:
    if columns.others:
        yield f"columns {', '.join(columns.others)}"
    if empty_count:
        yield f"{counted(empty_count, 'row')} that plan nothing and do not say rest"
    if columns.duration is not None and duration_unit(columns.duration) is None:
        yield "durations without a unit are read as minutes, and 1:30 as hours and minutes"
    if columns.distance is not None and distance_unit(columns.distance) is None:
        yield "distances without a unit are read as km, from 300 on as m"
    if dates.note:
        yield dates.note


READER = Reader(
    name="plan_csv",
    version="1",
    label="Training plan (CSV), also the workouts file of TrainingPeaks",
    tables=("plans",),
    recognise=recognise,
    read=read,
    reads="date, sport, duration (min, h or h:mm), distance (km, mi, m), description; rest days in twelve languages",
    passes_over="rows that plan nothing and do not say rest; other columns; in TrainingPeaks files what was done",
    certainty="there is no standard: layouts as spreadsheets write them; TrainingPeaks from public parsers",
)
