"""Strava's bulk export: activities.csv, one row an activity; the recorded files beside it are read as what they are."""

import csv
from collections.abc import Iterator
from datetime import UTC, timedelta
from itertools import islice

import polars as pl

from pipelines.readers.apps import app_device, app_device_id
from pipelines.readers.contract import Batch, Head, Loss, Reader, ReadReport, Source
from pipelines.readers.csv_file import csv_rows, delimiter_of, header_of, key_of
from pipelines.readers.sport_words import sport_of
from pipelines.readers.strava_titles import BESIDE, BESIDE_NAMES, Layout, layout_of
from pipelines.readers.text_file import counted, line_ranges, lines_of, number_of
from pipelines.readers.worded_times import worded_time
from pipelines.tables import conform

APP = "Strava"

HEADER_LINES = 200
"""Lines the header and the first row may run over: descriptions hold line breaks."""

METRES_PER_KM = 1000.0

EXERTION = (1.0, 10.0)
"""Scale of the perceived exertion that Strava asks for."""

Row = dict[str, str]


def recognise(head: Head) -> bool:
    """By its header, in another language by its first row; the other tables of the export by their titles or name."""
    lines = head.lines() or []
    return _layout(lines) is not None or _is_beside(head.name, lines)


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Each row as an activity without records, named by the file the export holds for it."""
    lines = [line or "" for _, line in islice(lines_of(source.path), HEADER_LINES)]
    layout = _layout(lines)
    if layout is None:
        yield ReadReport(passed_over=(f"{source.name}: a table of the Strava export that holds nothing we use",))
        return
    activities: list[dict[str, object]] = []
    answers: list[dict[str, object]] = []
    lost: list[int] = []
    owner = {"athlete_id": source.athlete_id, "source_file_id": source.source_file_id}
    for found in csv_rows(source.path):
        row = dict(zip(layout.names, found.values, strict=False))
        activity = _activity(row, source, index=len(activities))
        if activity is None:
            lost.append(found.line)
            continue
        activities.append({**owner, **activity})
        exertion = number_of(row.get("perceived exertion", ""))
        if exertion is not None and EXERTION[0] <= exertion <= EXERTION[1]:
            asked = {"answer_index": len(answers), "about_date": activity["local_date"], "instrument": "other"}
            scale = {"scale_min": EXERTION[0], "scale_max": EXERTION[1]}
            answers.append({**owner, **asked, "item": "rpe", "answer_value": exertion, **scale})
    if activities:
        yield app_device(APP)
        frame = pl.DataFrame(activities, infer_schema_length=None)
        yield Batch(table="activities", frame=conform(frame, "activities"))
    if answers:
        frame = pl.DataFrame(answers, infer_schema_length=None)
        yield Batch(table="wellness_answers", frame=conform(frame, "wellness_answers"))
    why = "no date we can read, or not UTF-8 text"
    loss = Loss(what=counted(len(lost), "row"), where=line_ranges(lost), why=why)
    yield ReadReport(losses=(loss,) if lost else (), passed_over=tuple(_notes(layout)))


def _layout(lines: list[str]) -> Layout | None:
    content = [line for line in lines if line.strip()]
    if not content:
        return None
    try:
        rows = list(islice(csv.reader((line + "\n" for line in content), delimiter=delimiter_of(content[0])), 2))
    except csv.Error:
        return None
    return layout_of(rows[0], rows[1] if len(rows) > 1 else ())


def _is_beside(name: str, lines: list[str]) -> bool:
    """Whether it is one of the other tables of the export."""
    keys = {key_of(title) for title in header_of(lines[:1])}
    return bool(keys & BESIDE) or (name.lower() in BESIDE_NAMES and bool(keys) and not keys & {"date", "day"})


def _activity(row: Row, source: Source, *, index: int) -> dict[str, object] | None:
    start = worded_time(row.get("activity date", ""))
    if start is None:
        return None
    start_at_utc = start.replace(tzinfo=UTC)  # the export's dates are UTC and say nothing of local time
    elapsed_s = _number(row, "elapsed time")
    sport, sub_sport = sport_of(row.get("sport type", "") or row.get("activity type", ""))
    if (more := sport_of(row.get("activity type", ""))) != (sport, sub_sport) and more[0] == sport:
        sub_sport = sub_sport or more[1]
    return {
        "activity_id": f"{source.source_file_id}:{index}",
        "start_at_utc": start_at_utc,
        "end_at_utc": start_at_utc + timedelta(seconds=min(elapsed_s or 0.0, 1e8)),
        "time_basis": "utc",
        "local_date": start_at_utc.astimezone(source.time_zone).date(),
        "sport": sport or "generic",
        "sub_sport": sub_sport,
        "device_id": app_device_id(APP),
        "heart_rate_source": "unknown",
        "elapsed_s": elapsed_s,
        "distance_m": _distance_m(row, is_swim=sport == "swimming"),
        "ascent_m": number_of(row.get("elevation gain", "")),
        "energy_kcal": number_of(row.get("calories", "")),
        "average_heart_rate_bpm": _number(row, "average heart rate"),
        "max_heart_rate_bpm": _number(row, "max heart rate"),
        "record_count": 0,
        "vendor_id": row.get("filename", "") or row.get("activity id", "") or None,
    }


def _number(row: Row, name: str) -> float | None:
    """The detailed copy of a column where there is one, else the shown one; zero stands for none."""
    values = (number_of(row.get(key, "")) for key in (f"{name}__2", name))
    return next((value for value in values if value is not None and value > 0), None)


def _distance_m(row: Row, *, is_swim: bool) -> float | None:
    """Distance (m): the detailed copy is in m, the shown one in km, of swims in m; zero stands for none."""
    detailed = number_of(row.get("distance__2", ""))
    if detailed is not None:
        return detailed or None
    shown = number_of(row.get("distance", ""))
    return None if not shown else shown * (1.0 if is_swim else METRES_PER_KM)


def _notes(layout: Layout) -> Iterator[str]:
    yield "names, descriptions, gear, moving time, speeds, grades, watts, weather, relative effort"
    if layout.is_localised:
        yield "titles in a language we do not read: columns are taken by their order"


READER = Reader(
    name="strava_activities",
    version="1",
    label="Strava bulk export (activities.csv)",
    tables=("devices", "activities", "wellness_answers"),
    recognise=recognise,
    read=read,
    reads=(
        "each row as an activity without records, with the name of its file; perceived exertion as an answer. The "
        "recorded files in the export are read as FIT, GPX or TCX; its other tables are known and hold nothing we use"
    ),
    passes_over="names, descriptions, gear, moving time, speeds, grades, watts, weather, relative effort",
    certainty="one real file; other widths, languages and years from public parsers",
)
