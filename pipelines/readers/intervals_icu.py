"""intervals.icu: its wellness table, one row a local date, gathered from devices it does not name."""

from collections.abc import Iterator
from datetime import date, datetime

import polars as pl

from pipelines.readers.contract import Batch, Evidence, Head, Loss, Method, Reader, ReadReport, Source
from pipelines.readers.csv_file import CsvRow, csv_rows, header_of, key_of
from pipelines.readers.local_times import parsed_time
from pipelines.readers.stated import Stated
from pipelines.readers.text_file import counted, line_ranges, number_of
from pipelines.tables import conform

TELLING = frozenset({"restinghr", "hrv", "sleepsecs", "ctl", "atl", "ramprate", "hrvsdnn"})
"""Titles (lower case) of which this table has at least `TELLING_LEAST`, beside its date."""

TELLING_LEAST = 3
UNKNOWN_DEVICE = "the platform does not say which device or app it is from, nor when that changed"


def _method(metric: str, unit: str, *, evidence: Evidence = "plausible", stored_only: str = "") -> Method:
    is_score = evidence == "black_box"
    return Method(
        metric=metric,
        method="vendor_score_intervals_icu" if is_score else "intervals_icu_wellness",
        reading="day",
        unit=unit,
        window="as the device it comes from takes it",
        label="a score gathered by intervals.icu" if is_score else "gathered by intervals.icu",
        evidence=evidence,
        stored_only=stored_only,
    )


VALUES = (
    ("hrv", _method("rmssd", "ms", stored_only=UNKNOWN_DEVICE)),
    ("hrvsdnn", _method("sdnn", "ms")),
    ("restinghr", _method("resting_heart_rate", "bpm", stored_only=UNKNOWN_DEVICE)),
    ("avgsleepinghr", _method("sleeping_heart_rate", "bpm")),
    ("respiration", _method("respiratory_rate", "breaths_per_min")),
    ("spo2", _method("oxygen_saturation", "percent")),
    ("steps", _method("step_count", "count")),
    ("sleepscore", _method("sleep_score", "points", evidence="black_box")),
    ("readiness", _method("readiness_score", "points", evidence="black_box")),
)
"""Title (lower case) and meaning; a zero stands for none but for steps."""

ANSWERS = (
    ("sleepquality", "sleep_quality"),
    ("soreness", "muscle_soreness"),
    ("fatigue", "fatigue"),
    ("stress", "stress"),
    ("mood", "mood"),
    ("motivation", "motivation"),
    ("injury", "injury"),
)
SCALE = (1.0, 4.0)
"""Scale of its answers; which end is the good one the table does not say."""


def recognise(head: Head) -> bool:
    """By its header."""
    keys = {key_of(title) for title in header_of((head.lines() or [])[:1])}
    return "date" in keys and len(keys & TELLING) >= TELLING_LEAST


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Values, answers and comments of each date."""
    made = Stated(source=source, app="intervals.icu:app:")
    owner = {"athlete_id": source.athlete_id, "source_file_id": source.source_file_id}
    answers: list[dict[str, object]] = []
    notes: list[dict[str, object]] = []
    undated: list[int] = []
    for row in csv_rows(source.path):
        stated = parsed_time(row.cells.get("date", ""))
        if stated is None:
            undated.append(row.line)
            continue
        day = stated.date() if isinstance(stated, datetime) else stated
        for title, method in VALUES:
            value = number_of(row.cells.get(title, ""))
            if value or method.metric == "step_count":
                made.value(method, day, value)
        for answer in _answers(row, day):
            answers.append({**owner, "answer_index": len(answers), **answer})
        if words := row.cells.get("comments", ""):
            note = {"note_index": len(notes), "note_date": day, "author": "athlete", "kind": "note", "note": words}
            notes.append({**owner, **note})
    yield from made.rest()
    for table, rows in (("wellness_answers", answers), ("notes", notes)):
        if rows:
            yield Batch(table=table, frame=conform(pl.DataFrame(rows, infer_schema_length=None), table))
    lost = Loss(what=counted(len(undated), "row"), where=line_ranges(undated), why="no date, or not UTF-8 text")
    passed_over = ("fitness, fatigue and ramp rate, weight, time asleep without its times, blood pressure, nutrition",)
    yield ReadReport(losses=(lost,) if undated else (), passed_over=passed_over)


def _answers(row: CsvRow, day: date) -> Iterator[dict[str, object]]:
    for title, item in ANSWERS:
        answer = number_of(row.cells.get(title, ""))
        if answer is not None and SCALE[0] <= answer <= SCALE[1]:
            scale = {"answer_value": answer, "scale_min": SCALE[0], "scale_max": SCALE[1]}
            yield {"about_date": day, "instrument": "other", "item": item, **scale}


READER = Reader(
    name="intervals_icu",
    version="1",
    label="intervals.icu wellness (CSV)",
    tables=("devices", "daily_values", "wellness_answers", "notes"),
    recognise=recognise,
    read=read,
    reads=(
        "HRV, resting and sleeping heart rate, respiratory rate, oxygen and steps of each date, stored and not "
        "observed: it does not say which device they are from; the answers of its own scales, and comments"
    ),
    passes_over="fitness, fatigue and ramp rate, weight, time asleep without its times, blood pressure, nutrition",
    certainty="public parsers for the names of its columns; no real file",
    methods=tuple(method for _, method in VALUES),
)
