"""Withings: the tables of its data export: sleep, activities and raw heart rate."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Literal

from pipelines.readers.contract import Batch, Head, Loss, Method, Reader, ReadReport, Source
from pipelines.readers.csv_file import CsvRow, csv_rows, header_of, key_of
from pipelines.readers.json_values import Node
from pipelines.readers.local_times import Moment, moment_of, parsed_time
from pipelines.readers.readings import as_zone
from pipelines.readers.sport_words import sport_of
from pipelines.readers.stated import Sleep, Stated, heart_rate_or_none
from pipelines.readers.text_file import counted, line_ranges, number_of

Kind = Literal["sleep", "raw", "activities", "other"]

SLEEP_TITLES = (
    "from", "to", "light (s)", "deep (s)", "rem (s)", "awake (s)", "wake up", "duration to sleep (s)",
    "duration to wake up (s)", "snoring (s)", "snoring episodes", "average heart rate", "heart rate (min)",
    "heart rate (max)",
)  # fmt: skip
"""Titles (lower case) of sleep.csv in its order, which exports in other languages keep."""

OTHERS = (
    frozenset({"date", "weight (kg)"}),
    frozenset({"date", "weight (lb)"}),
    frozenset({"date", "heart rate", "systolic", "diastolic"}),
)
"""Titles of tables that hold nothing we use."""

AVERAGE = Method(
    metric="sleeping_heart_rate",
    method="withings_sleep_average",
    reading="night",
    unit="bpm",
    window="whole sleep",
    label="stated by Withings",
    evidence="plausible",
)
LOWEST = Method(
    metric="resting_heart_rate",
    method="withings_sleep_lowest",
    reading="night",
    unit="bpm",
    window="lowest of the sleep",
    label="stated by Withings, lowest of sleep",
    evidence="plausible",
)

NAP_MAXIMUM_S = 3 * 3600.0
"""Without a word on naps a period shorter than this (s) that ends in the afternoon gives no values of a night."""

AFTERNOON_HOURS = range(12, 20)
MOST_SAMPLES = 100_000
GREATEST_SAMPLE = 1e6
"""Longer lists and larger numbers of a raw file are damage."""


def recognise(head: Head) -> bool:
    """By its titles; a table of sleep in another language by its units and its first row."""
    return _kind(head.lines() or []) is not None


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Sleep periods with the heart rates of the longest of each date; activities without records; raw heart rates."""
    with source.path.open("rb") as file:
        kind = _kind(file.read(65_536).decode("utf-8-sig", errors="replace").splitlines())
    made = Stated(source=source, app="withings:app:")
    lost: list[int] = []
    nights: dict[date, tuple[float, CsvRow, datetime]] = {}
    if kind == "other" or (kind == "raw" and not _is_heart_rate(source.name)):
        made.note(f"{source.name}: a table that holds nothing we use")
    else:
        for row in csv_rows(source.path):
            if kind == "sleep":
                is_read = _take_sleep(_by_title(row), made, nights)
            else:
                is_read = _take_activity(row, made) if kind == "activities" else _take_raw(row, made)
            if not is_read:
                lost.append(row.line)
            yield from made.full()
    for day, (_, row, end_at_utc) in nights.items():
        for method, title in ((AVERAGE, "average heart rate"), (LOWEST, "heart rate (min)")):
            stated = heart_rate_or_none(number_of(row.cells.get(title, "")))
            made.value(method, day, stated, measured_at_utc=end_at_utc)
    yield from made.rest()
    why = "no times or values we can read"
    loss = Loss(what=counted(len(lost), "row"), where=line_ranges(lost), why=why)
    passed_over = ("snoring, times to sleep and to wake up, GPS",) if kind in {"sleep", "activities"} else ()
    yield ReadReport(losses=(loss,) if lost else (), passed_over=(*passed_over, *made.passed_over()))


def _kind(lines: Sequence[str]) -> Kind | None:
    content = [line for line in lines if line.strip()]
    keys = [key_of(title) for title in header_of(content[:1])]
    known = set(keys)
    if {"from", "to", "light (s)", "deep (s)"} <= known:
        return "sleep"
    if {"from", "to", "activity type"} <= known:
        return "activities"
    if known == {"start", "duration", "value"}:
        return "raw"
    if any(titles <= known for titles in OTHERS):
        return "other"
    first = header_of(content[1:2])
    is_timed = len(first) > 1 and all(isinstance(parsed_time(cell), datetime) for cell in first[:2])
    seconds = [key.endswith("(s)") for key in keys[2:6]]
    return "sleep" if is_timed and len(keys) >= len(SLEEP_TITLES) and seconds == [True] * 4 else None


def _by_title(row: CsvRow) -> CsvRow:
    """The row under English titles: by title where the file has them, else by position."""
    if "from" in row.cells:
        return row
    return CsvRow(line=row.line, cells=dict(zip(SLEEP_TITLES, row.values, strict=False)))


def _is_heart_rate(name: str) -> bool:
    """Whether a raw file holds heart rates: only its name says what is in it."""
    return name.lower().removesuffix(".csv").rsplit("_", 1)[-1] in {"hr", "heartrate"}


def _moments(row: CsvRow, made: Stated) -> tuple[Moment, Moment] | None:
    stated = [parsed_time(row.cells.get(key, "")) for key in ("from", "to")]
    start, end = (moment_of(time, made.source.time_zone) if isinstance(time, datetime) else None for time in stated)
    return None if start is None or end is None else (start, end)


def _local(moment: Moment, made: Stated) -> datetime:
    zone = made.source.time_zone if moment.utc_offset_s is None else as_zone(moment.utc_offset_s)
    return moment.at_utc.astimezone(zone)


def _take_sleep(row: CsvRow, made: Stated, nights: dict[date, tuple[float, CsvRow, datetime]]) -> bool:
    moments = _moments(row, made)
    if moments is None:
        return False
    start, end = moments
    light, deep, rem, awake = (number_of(row.cells.get(title, "")) for title in SLEEP_TITLES[2:6])
    known = [part for part in (light, deep, rem) if part is not None]
    asleep_s = sum(known) if known else None
    local_end = _local(end, made)
    night = Sleep(
        night_date=local_end.date(),
        start_at_utc=start.at_utc,
        end_at_utc=end.at_utc,
        utc_offset_s=end.utc_offset_s,
        time_basis=end.time_basis,
        sleep_duration_s=asleep_s,
        awake_s=awake,
        light_s=light,
        deep_s=deep,
        rem_s=rem or None,  # trackers that cannot tell REM write 0
    )
    made.sleep(night)
    is_short = (asleep_s or 0.0) < NAP_MAXIMUM_S and local_end.hour in AFTERNOON_HOURS
    before = nights.get(night.night_date)
    if asleep_s and not is_short and (before is None or asleep_s > before[0]):
        nights[night.night_date] = (asleep_s, row, end.at_utc)
    return True


def _take_activity(row: CsvRow, made: Stated) -> bool:
    moments = _moments(row, made)
    if moments is None or moments[1].at_utc < moments[0].at_utc:
        return False
    start, end = moments
    try:
        data = Node(json.loads(row.cells.get("data", "") or "{}"))
    except (ValueError, RecursionError):
        data = Node({})
    sport, sub_sport = sport_of(row.cells.get("activity type", ""))
    made.activity(
        {
            "start_at_utc": start.at_utc,
            "end_at_utc": end.at_utc,
            "utc_offset_s": start.utc_offset_s,
            "time_basis": start.time_basis,
            "local_date": _local(start, made).date(),
            "sport": sport or "generic",
            "sub_sport": sub_sport,
            "device_id": made.app,
            "elapsed_s": (end.at_utc - start.at_utc).total_seconds(),
            "distance_m": data.number("distance", "manualdistance") or None,
            "energy_kcal": data.number("calories", "manualcalories") or None,
            "average_heart_rate_bpm": heart_rate_or_none(data.number("hraverage")),
            "max_heart_rate_bpm": heart_rate_or_none(data.number("hrmax")),
        }
    )
    return True


def _take_raw(row: CsvRow, made: Stated) -> bool:
    """Heart rates: each starts where the one before ended; the lists stand in their cells, or single numbers."""
    start = parsed_time(row.cells.get("start", ""))
    lengths, values = (_listed(row.cells.get(key, "")) for key in ("duration", "value"))
    if not isinstance(start, datetime) or not values:
        return False
    at_s = moment_of(start, made.source.time_zone).at_utc.timestamp()
    for index, value in enumerate(values):
        if heart_rate_or_none(value) is not None:
            made.heart_rate(at_s, value)
        at_s += lengths[index] if index < len(lengths) else 0.0
    return len(lengths) == len(values)


def _listed(cell: str) -> list[float]:
    """The numbers of a cell that holds a JSON list or one number; none where it is damaged."""
    try:
        told = json.loads(cell)
    except (ValueError, RecursionError):
        return []
    numbers = told if isinstance(told, list) else [told]
    is_sound = len(numbers) <= MOST_SAMPLES and all(
        isinstance(number, (int, float)) and not isinstance(number, bool) and 0 <= number < GREATEST_SAMPLE
        for number in numbers
    )
    return [float(number) for number in numbers] if is_sound else []


READER = Reader(
    name="withings_csv",
    version="1",
    label="Withings data export (CSV)",
    tables=("devices", "nights", "daily_values", "activities", "heart_rates"),
    recognise=recognise,
    read=read,
    reads=(
        "sleep periods, average and lowest heart rate of the longest of each date, activities without records, raw "
        "heart rates; a table of sleep in another language by the order of its columns"
    ),
    passes_over="snoring, times to sleep and to wake up, weight, blood pressure, steps, GPS, other raw measures",
    certainty="one real file of sleep; the rest from public parsers",
    methods=(AVERAGE, LOWEST),
)
