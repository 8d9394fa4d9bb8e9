"""Oura: the trends table, one row a day by the date of waking, as its web page exports it."""

from collections.abc import Iterator
from datetime import date, datetime

from pipelines.readers import oura_methods as stated
from pipelines.readers.contract import Batch, Head, Loss, Method, Reader, ReadReport, Source
from pipelines.readers.csv_file import CsvRow, csv_rows, header_of, key_of
from pipelines.readers.local_times import moment_of, parsed_time
from pipelines.readers.stated import Sleep, Stated
from pipelines.readers.text_file import counted, line_ranges, number_of

TELLING = frozenset({"readiness score", "average hrv", "lowest resting heart rate", "sleep score", "activity score"})
"""Titles of which this table has at least `TELLING_LEAST`, beside its date."""

TELLING_LEAST = 2

VALUES: tuple[tuple[tuple[str, ...], Method], ...] = (
    (("average hrv",), stated.RMSSD),
    (("lowest resting heart rate",), stated.LOWEST),
    (("average resting heart rate",), stated.AVERAGE),
    (("respiratory rate",), stated.BREATH),
    (("temperature deviation (°c)", "temperature deviation"), stated.TEMPERATURE),
    (("average oxygen saturation (spo2)", "average spo2", "blood oxygen average"), stated.OXYGEN),
    (("steps",), stated.STEPS),
    (("non-wear time",), stated.NON_WEAR),
    (("sleep score",), stated.SLEEP_SCORE),
    (("readiness score",), stated.READINESS_SCORE),
    (("activity score",), stated.ACTIVITY_SCORE),
)
"""Titles (lower case) of a value and its meaning."""

POSITIVE = frozenset({stated.RMSSD, stated.LOWEST, stated.AVERAGE, stated.BREATH, stated.OXYGEN})
"""Values whose zero stands for none."""

STAGES = (
    ("sleep_duration_s", "total sleep"),
    ("light_s", "light sleep"),
    ("deep_s", "deep sleep"),
    ("rem_s", "rem sleep"),
)
"""Column of `nights`, and the title before the word for its length, in s."""


def recognise(head: Head) -> bool:
    """By its header."""
    keys = {key_of(title) for title in header_of((head.lines() or [])[:1])}
    return "date" in keys and len(keys & TELLING) >= TELLING_LEAST


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Values of each date and the night that ends on it."""
    made = Stated(source=source, app="oura:ring:")
    undated: list[int] = []
    for row in csv_rows(source.path):
        day = parsed_time(row.cells.get("date", ""))
        if day is None:
            undated.append(row.line)
            continue
        _take(row, day.date() if isinstance(day, datetime) else day, made)
    yield from made.rest()
    lost = Loss(what=counted(len(undated), "row"), where=line_ranges(undated), why="no date, or not UTF-8 text")
    passed_over = ("parts of the scores, energy, MET and movement by the hour, latency, efficiency, temperature trend",)
    yield ReadReport(losses=(lost,) if undated else (), passed_over=(*passed_over, *made.passed_over()))


def _take(row: CsvRow, day: date, made: Stated) -> None:
    for titles, method in VALUES:
        value = next((number for title in titles if (number := number_of(row.cells.get(title, ""))) is not None), None)
        if value or method not in POSITIVE:
            made.value(method, day, value)
    start, end = (parsed_time(row.cells.get(f"bedtime {which}", "")) for which in ("start", "end"))
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return
    zone = made.source.time_zone
    begins, ends = moment_of(start, zone), moment_of(end, zone)
    lengths = {column: _length_s(row, title) for column, title in STAGES}
    made.sleep(
        Sleep(
            night_date=day,
            start_at_utc=begins.at_utc,
            end_at_utc=ends.at_utc,
            utc_offset_s=ends.utc_offset_s,
            time_basis=ends.time_basis,
            awake_s=number_of(row.cells.get("awake time", "")),
            is_nap=False,
            **lengths,
        )
    )


def _length_s(row: CsvRow, what: str) -> float | None:
    """A length (s) under either of its titles."""
    cells = (row.cells.get(f"{what} {word}", "") for word in ("duration", "time"))
    return next((number for cell in cells if (number := number_of(cell)) is not None), None)


READER = Reader(
    name="oura_trends",
    version="1",
    label="Oura trends (CSV)",
    tables=("devices", "nights", "daily_values"),
    recognise=recognise,
    read=read,
    reads=(
        "RMSSD, lowest and average heart rate, respiratory rate, temperature deviation and main night of each date, "
        "steps, non-wear time; its scores are stored and never used"
    ),
    passes_over="parts of the scores, energy, MET, latency, efficiency",
    certainty="one real file, and public parsers for its older titles",
    methods=tuple(method for _, method in VALUES),
)
