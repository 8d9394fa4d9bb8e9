"""Elite HRV: the summary export, one row a reading. Its beats come as text files of their own (see rr_text)."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import polars as pl

from pipelines.readers.apps import app_device, app_device_id
from pipelines.readers.contract import Batch, Head, Loss, Method, Reader, ReadReport, Source
from pipelines.readers.csv_file import CsvRow, csv_rows
from pipelines.readers.local_times import Moment, moment_of, parsed_time
from pipelines.readers.readings import reading_of
from pipelines.readers.text_file import counted, line_ranges, number_of
from pipelines.tables import conform

KEY_TITLES = frozenset({"member", "datetime", "type", "rmssd", "lnrmssd"})
"""Headers that only this export has together."""

APP = "Elite HRV"

READING_S = 180.0
"""A reading takes a few minutes (s); only its start is stated."""


def _methods(reading: Literal["morning", "spot"]) -> tuple[tuple[str, Method], ...]:
    """Title and meaning of every column that is read, for readings of one kind."""
    told = (("rmssd", "rmssd", "ms"), ("sdnn", "sdnn", "ms"), ("hr", "resting_heart_rate", "bpm"))
    scores = (("hrv", "hrv_score"), ("score", "readiness_score"))
    window = "a reading of minutes" if reading == "morning" else "a reading of minutes, not in the morning"
    numbers = tuple(
        (
            title,
            Method(
                metric=metric,
                method=f"elite_hrv_{reading}",
                reading=reading,
                unit=unit,
                window=window,
                label="stated by Elite HRV",
                evidence="plausible",
            ),
        )
        for title, metric, unit in told
    )
    points = tuple(
        (
            title,
            Method(
                metric=metric,
                method=f"vendor_score_elite_hrv_{reading}",
                reading=reading,
                unit="points",
                window=window,
                label="Elite HRV's own score",
                evidence="black_box",
            ),
        )
        for title, metric in scores
    )
    return (*numbers, *points)


METHODS = {"morning": _methods("morning"), "spot": _methods("spot")}


def recognise(head: Head) -> bool:
    """By its header."""
    lines = head.lines() or [""]
    return set(_titles(lines[0])) >= KEY_TITLES


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Daily values: of several readings on a date the first one counts."""
    values: dict[tuple[object, ...], dict[str, object]] = {}
    lost: list[int] = []
    later_count = 0
    for row in csv_rows(source.path):
        moment = _moment(row, source)
        if moment is None:
            lost.append(row.line)
            continue
        day = _values_of(row, moment, source)
        if any(key in values for key in day):
            later_count += 1
        for key, value in day.items():
            values.setdefault(key, value)
    if values:
        frame = pl.DataFrame(sorted(values.values(), key=lambda value: (value["measured_at_utc"], value["metric"])))
        yield app_device(APP)
        yield Batch(table="daily_values", frame=conform(frame, "daily_values"))
    losses = (
        Loss(
            what=counted(len(lost), "reading"),
            where=line_ranges(lost),
            why="no time in column Datetime, or not UTF-8 text",
        ),
    )
    later = (f"{counted(later_count, 'later reading')} of the same day",) if later_count else ()
    yield ReadReport(losses=losses if lost else (), passed_over=("pNN50, averages, balance and indication", *later))


def _titles(line: str) -> list[str]:
    return [title.strip().lower() for title in next(csv.reader([line]), [])]


def _moment(row: CsvRow, source: Source) -> Moment | None:
    stated = parsed_time(row.cells.get("datetime", ""))
    return moment_of(stated, source.time_zone) if isinstance(stated, datetime) else None


def _values_of(row: CsvRow, moment: Moment, source: Source) -> dict[tuple[object, ...], dict[str, object]]:
    value_date = moment.at_utc.astimezone(source.time_zone).date()
    kind = reading_of(moment.at_utc, READING_S, source.time_zone)
    reading = "morning" if kind == "morning" else "spot"
    values: dict[tuple[object, ...], dict[str, object]] = {}
    for title, stated in METHODS[reading]:
        value = number_of(row.cells.get(title, ""))
        if value is None:
            continue
        values[value_date, stated.metric, reading] = {
            "athlete_id": source.athlete_id,
            "source_file_id": source.source_file_id,
            "value_date": value_date,
            "metric": stated.metric,
            "method": stated.method,
            "reading": reading,
            "device_id": app_device_id(APP),
            "measured_at_utc": moment.at_utc,
            "measured_value": value,
            "unit": stated.unit,
        }
    return values


READER = Reader(
    name="elite_hrv_summary",
    version="1",
    label="Elite HRV summary (CSV)",
    tables=("devices", "daily_values"),
    recognise=recognise,
    read=read,
    reads="RMSSD, SDNN and heart rate of the first reading of a day; the app's scores are stored and never used",
    passes_over="pNN50, averages, balance and indication; later readings of the same day",
    certainty="one real file",
    methods=tuple(stated for told in METHODS.values() for _, stated in told),
)
