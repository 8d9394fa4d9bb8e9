"""HRV4Training: the measurements file, one row a day, from its iPhone and its Android app."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.readers.apps import app_device, app_device_id
from pipelines.readers.contract import Batch, Head, Loss, Method, Reader, ReadReport, Source
from pipelines.readers.csv_file import CsvRow, csv_rows, header_of, key_of
from pipelines.readers.local_times import moment_of, parsed_time
from pipelines.readers.readings import reading_of
from pipelines.readers.text_file import counted, line_ranges, number_of
from pipelines.tables import conform

APP = "HRV4Training"

KEYS = frozenset({"avnn", "sdnn", "rmssd", "hrv4t_recovery_points"})
"""Titles (lower case) that only this export has together."""

READING_S = 60.0
"""A reading takes one minute by default (s); only its start is stated."""

MONTHS = 12

Reading = Literal["morning", "spot", "day"]

WINDOWS: dict[Reading, str] = {
    "morning": "one minute in the morning",
    "spot": "one minute, not in the morning",
    "day": "one minute of the day, at a time not stated",
}
METRICS = (
    ("rmssd", "rmssd", "ms"),
    ("sdnn", "sdnn", "ms"),
    ("hr", "resting_heart_rate", "bpm"),
    ("hrv4t_recovery_points", "recovery_points_score", "points"),
)
"""Title, metric and unit of every value that is read; each 0 stands for none."""


def _method(metric: str, unit: str, reading: Reading) -> Method:
    is_score = unit == "points"
    return Method(
        metric=metric,
        method=f"{'vendor_score_' if is_score else ''}hrv4training_{reading}",
        reading=reading,
        unit=unit,
        window=WINDOWS[reading],
        label="HRV4Training's own score" if is_score else "stated by HRV4Training",
        evidence="black_box" if is_score else "plausible",
    )


METHODS = {
    reading: tuple((title, _method(metric, unit, reading)) for title, metric, unit in METRICS) for reading in WINDOWS
}
"""Title and meaning of every value, by when it was measured."""

ANSWERS = (
    ("sleep_quality", "sleep_quality"),
    ("muscle_soreness", "muscle_soreness"),
    ("fatigue", "fatigue"),
    ("mental_energy", "mental_energy"),
    ("physical_condition", "physical_condition"),
    ("trainingrpe", "rpe"),
    ("trainingmotivation", "motivation"),
)
"""Title and item of the app's sliders: they compare with no other instrument."""

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


@dataclass(kw_only=True)
class _Rows:
    values: dict[tuple[object, ...], dict[str, object]] = field(default_factory=dict)
    answers: list[dict[str, object]] = field(default_factory=list)
    notes: list[dict[str, object]] = field(default_factory=list)
    undated: list[int] = field(default_factory=list)


def recognise(head: Head) -> bool:
    """By its header, which carries stray white space."""
    lines = head.lines() or []
    return {key_of(title) for title in header_of(lines[:1])} >= KEYS


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Daily values of each measured day, the sliders' answers, and the athlete's notes."""
    rows = list(csv_rows(source.path))
    day_second = _is_day_second(rows)
    found = _Rows()
    for row in rows:
        when = _when(row, day_second=bool(day_second), zone=source.time_zone)
        if when is None:
            found.undated.append(row.line)
        else:
            _take(row, when, source, found)
    if found.values:
        yield app_device(APP)
        yield Batch(table="daily_values", frame=conform(pl.DataFrame(list(found.values.values())), "daily_values"))
    if found.answers:
        answers = pl.DataFrame(found.answers, infer_schema_length=None).with_row_index("answer_index")
        yield Batch(table="wellness_answers", frame=conform(answers, "wellness_answers"))
    if found.notes:
        notes = pl.DataFrame(found.notes).with_row_index("note_index")
        yield Batch(table="notes", frame=conform(notes, "notes"))
    lost = Loss(
        what=counted(len(found.undated), "row"), where=line_ranges(found.undated), why="no date, or not UTF-8 text"
    )
    doubt = ("dates are read year, month, day: no row shows that the day comes second",) if day_second is None else ()
    passed_over = ("pNN50, LF, HF, training, travel, alcohol, advice and tags", *doubt)
    yield ReadReport(losses=(lost,) if found.undated else (), passed_over=passed_over)


def _is_day_second(rows: Sequence[CsvRow]) -> bool | None:
    """Whether dates read year, day, month, as in some languages; null when no row shows it."""
    parts = [match.groups() for row in rows if (match := _DATE.match(row.cells.get("date", "")))]
    if any(int(middle) > MONTHS for _, middle, _ in parts):
        return True
    return False if not parts or any(int(last) > MONTHS for _, _, last in parts) else None


def _when(row: CsvRow, *, day_second: bool, zone: ZoneInfo) -> tuple[date, datetime | None] | None:
    """Local date of a row and the time of its measurement (UTC) where one is stated."""
    text = row.cells.get("date", "")
    if day_second:
        text = _DATE.sub(r"\1-\3-\2", text, count=1)
    stated = parsed_time(text)
    measured = parsed_time(row.cells.get("timestamp_measurement", ""))
    if not isinstance(measured, datetime) and isinstance(stated, date) and "time" in row.cells:
        measured = parsed_time(f"{text} {row.cells['time']}")
    if not isinstance(measured, datetime) and isinstance(stated, datetime):
        measured = stated
    measured_at_utc = moment_of(measured, zone).at_utc if isinstance(measured, datetime) else None
    if stated is None:
        return None if measured_at_utc is None else (measured_at_utc.astimezone(zone).date(), measured_at_utc)
    return stated.date() if isinstance(stated, datetime) else stated, measured_at_utc


def _take(row: CsvRow, when: tuple[date, datetime | None], source: Source, found: _Rows) -> None:
    about_date, measured_at_utc = when
    owner = {"athlete_id": source.athlete_id, "source_file_id": source.source_file_id}
    for title, stated in METHODS[_reading(measured_at_utc, source)]:
        value = number_of(row.cells.get(title, ""))
        if not value:
            continue
        found.values.setdefault(
            (about_date, stated.metric, stated.reading),
            {
                **owner,
                "value_date": about_date,
                "metric": stated.metric,
                "method": stated.method,
                "reading": stated.reading,
                "device_id": app_device_id(APP),
                "measured_at_utc": measured_at_utc,
                "measured_value": value,
                "unit": stated.unit,
            },
        )
    for title, item in ANSWERS:
        answer = number_of(row.cells.get(title, ""))
        if answer is not None:
            about = {"about_date": about_date, "instrument": "other", "item": item, "answer_value": answer}
            found.answers.append({**owner, **about})
    if words := row.cells.get("note", "").strip(" -"):
        found.notes.append({**owner, "note_date": about_date, "author": "athlete", "kind": "note", "note": words})


def _reading(measured_at_utc: datetime | None, source: Source) -> Reading:
    if measured_at_utc is None:
        return "day"
    return "morning" if reading_of(measured_at_utc, READING_S, source.time_zone) == "morning" else "spot"


READER = Reader(
    name="hrv4training",
    version="1",
    label="HRV4Training measurements (CSV)",
    tables=("devices", "daily_values", "wellness_answers", "notes"),
    recognise=recognise,
    read=read,
    reads="RMSSD, SDNN and heart rate of each measured day, the sliders' answers and notes; its points are never used",
    passes_over="pNN50, LF, HF, training, travel, alcohol, advice, tags, and any coordinates",
    certainty="four real files of three layouts; stamps marked +0000 are taken for UTC",
    methods=tuple(stated for told in METHODS.values() for _, stated in told),
)
