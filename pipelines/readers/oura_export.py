"""Oura: the files of its account export (CSV with JSON in cells, or JSON), and of the service its tools fetch from."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pipelines.readers import oura_methods as stated
from pipelines.readers.contract import Batch, Head, Loss, Reader, ReadReport, Source
from pipelines.readers.csv_file import csv_rows, header_of
from pipelines.readers.json_records import JsonRecords
from pipelines.readers.json_values import Node, folded
from pipelines.readers.local_times import moment_of, parsed_time
from pipelines.readers.oura_sleep import MainSleep, is_sleep, take_sleep
from pipelines.readers.readings import as_zone
from pipelines.readers.sport_words import sport_of
from pipelines.readers.stated import Stated, heart_rate_or_none
from pipelines.readers.text_file import counted, line_ranges

LISTS = frozenset(
    {
        "data", "sleep", "activity", "readiness", "heartrate", "heart_rate", "daily_sleep", "daily_readiness",
        "daily_activity", "daily_spo2", "sleep_model", "dailysleep", "dailyreadiness", "dailyactivity", "workout",
        "sleepmodel", "restful_periods", "bedtime", "ideal_bedtimes", "daily_stress", "rest_mode_period", "tag",
    }
)  # fmt: skip
"""Names of the lists of items in a JSON file; others are found when their items are looked at."""

MARKS = frozenset({"day", "summary_date", "bpm", "bedtime_start", "start_datetime"})
"""Names of which every item has at least one."""

SIGNS: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "bedtimestart bedtimeend averagehrv",
        "bedtimestart bedtimeend totalsleepduration",
        "bedtimestart bedtimeend hypnogram5min",
        "bedtimestart bedtimeend rmssd",
        "bpm source timestamp",
        "contributors score day",
        "contributors day",
        "spo2percentage day",
        "summarydate score",
        "summarydate calactive",
        "calactive class5min",
        "day class5min",
        "starttime class5min",
        "startdatetime enddatetime intensity",
        "day stresshigh",
        "day optimalbedtime",
        "tagtypecode starttime",
        "timestamp stressvalue recoveryvalue",
        "timestamp skintemp",
        "day vo2max",
        "day vascularage",
        "startdatetime enddatetime mood",
        "startday endday episodes",
        "firmwareversion hardwaretype ringsize",
        "timestamp level charging",
    )
)
"""Folded names that an item of each kind has together."""

_NAME = re.compile(rb'"([A-Za-z0-9_]{1,40})"\s*:')
_JSON_START = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*[\[{]")


@dataclass(kw_only=True)
class _Found:
    made: Stated
    nights: dict[date, MainSleep] = field(default_factory=dict)


def recognise(head: Head) -> bool:
    """By the names its items have, as titles of a table or in JSON."""
    if _JSON_START.match(head.start):
        names = {folded(name.decode()) for name in _NAME.findall(head.start)}
    else:
        names = {folded(title.strip()) for title in header_of((head.lines() or [])[:1])}
    return any(sign <= names for sign in SIGNS)


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Sleep periods with stages and series, values of their dates, heart rates, workouts; scores are never used."""
    with source.path.open("rb") as file:
        is_json = _JSON_START.match(file.read(64)) is not None
    made = Stated(source=source, app="oura:ring:")
    found = _Found(made=made)
    records = JsonRecords(source.path, marks=MARKS, wrappers=LISTS) if is_json else None
    broken: list[int] = []
    for item in records if records is not None else _table(source, broken):
        _take(item, found)
        yield from made.full()
    for day, night in found.nights.items():
        for method, value in night.values:
            made.value(method, day, value, measured_at_utc=night.end_at_utc)
    yield from made.rest()
    losses = records.losses() if records is not None else ()
    if broken:
        why = "not UTF-8 text, or damaged JSON in a cell"
        losses = (Loss(what=counted(len(broken), "row"), where=line_ranges(broken), why=why),)
    yield ReadReport(losses=losses, passed_over=("parts of the scores, movement, energy, tags", *made.passed_over()))


def _table(source: Source, broken: list[int]) -> Iterator[dict[str, object]]:
    """The rows of a table as objects; the JSON in its cells is taken apart."""
    for row in csv_rows(source.path):
        item: dict[str, object] = {}
        is_whole = True
        for key, cell in row.cells.items():
            item[key] = cell or None
            if cell[:1] in {"{", "["}:
                try:
                    item[key] = json.loads(cell)
                except (ValueError, RecursionError):
                    item[key] = None
                    is_whole = False
        if not is_whole or "\N{REPLACEMENT CHARACTER}" in "".join(row.cells.values()):
            broken.append(row.line)
        yield item


def _take(content: dict[str, object], found: _Found) -> None:
    item = Node(content)
    if is_sleep(item):
        if (night := take_sleep(item, found.made)) is not None:
            day, main = night
            if day not in found.nights or main.sleep_duration_s > found.nights[day].sleep_duration_s:
                found.nights[day] = main
        _older_score(item, found.made)
    elif "bpm" in item and "timestamp" in item:
        _rate(item, found.made)
    elif "startdatetime" in item and "enddatetime" in item and ("intensity" in item or "activity" in item):
        _workout(item, found.made)
    elif "day" in item or "summarydate" in item:
        _day(item, found.made)
    else:
        inner = [value for value in content.values() if isinstance(value, list)]
        objects = [entry for value in inner for entry in value if isinstance(entry, dict)]
        for entry in objects:
            _take(entry, found)
        if not objects:
            found.made.note("items without a date")


def _older_score(item: Node, made: Stated) -> None:
    """The score of a night that the older service states with the period itself, under the evening's date."""
    day = item.day("summarydate")
    if day is not None and item.number("islongest") != 0:
        made.value(stated.SLEEP_SCORE, day + timedelta(days=1), item.number("score"))


def _day(item: Node, made: Stated) -> None:
    parts = item.node("contributors") or item
    day = item.day("day")
    is_older = day is None
    if day is None:
        day = item.day("summarydate")
    if day is None:
        made.note("items without a date")
        return
    is_readiness = any(name in parts for name in ("recoveryindex", "scorerecoveryindex", "scorehrvbalance"))
    score = item.number("score")
    if is_readiness:
        day += timedelta(days=1 if is_older else 0)  # the older service dates a morning by its evening
        made.value(stated.READINESS_SCORE, day, score)
        made.value(stated.TEMPERATURE, day, item.number("temperaturedeviation"))
    elif "meetdailytargets" in parts or "steps" in item or "scoremeetdailytargets" in parts:
        made.value(stated.ACTIVITY_SCORE, day, score)
        made.value(stated.STEPS, day, item.number("steps"))
        minutes = item.number("nonwear")
        made.value(stated.NON_WEAR, day, item.number("nonweartime") if minutes is None else 60.0 * minutes)
    elif "spo2percentage" in item:
        made.value(stated.OXYGEN, day, item.node("spo2percentage").number("average") or None)
    elif "deepsleep" in parts and "latency" in parts:
        made.value(stated.SLEEP_SCORE, day, score)
    else:
        made.note("days of other kinds, such as stress, resilience, bedtime and tags")


def _rate(item: Node, made: Stated) -> None:
    at_utc, bpm = item.utc("timestamp"), heart_rate_or_none(item.number("bpm"))
    if at_utc is None or bpm is None:
        made.note("heart rates without a time or value")
    elif item.text("source") == "workout":
        made.note("heart rates during workouts")
    else:
        made.heart_rate(at_utc.timestamp(), bpm)


def _workout(item: Node, made: Stated) -> None:
    zone = made.source.time_zone
    times = [parsed_time(item.text(name) or "") for name in ("startdatetime", "enddatetime")]
    start, end = (moment_of(time, zone) if isinstance(time, datetime) else None for time in times)
    if start is None or end is None or end.at_utc < start.at_utc:
        made.note("workouts without times")
        return
    sport, sub_sport = sport_of(item.text("activity") or "")
    local = zone if start.utc_offset_s is None else as_zone(start.utc_offset_s)
    made.activity(
        {
            "start_at_utc": start.at_utc,
            "end_at_utc": end.at_utc,
            "utc_offset_s": start.utc_offset_s,
            "time_basis": start.time_basis,
            "local_date": start.at_utc.astimezone(local).date(),
            "sport": sport or "generic",
            "sub_sport": sub_sport,
            "device_id": made.app,
            "elapsed_s": (end.at_utc - start.at_utc).total_seconds(),
            "distance_m": item.number("distance"),
            "energy_kcal": item.number("calories"),
            "vendor_id": item.text("id"),
        }
    )


READER = Reader(
    name="oura_export",
    version="1",
    label="Oura account export (CSV or JSON), also as tools fetch it",
    tables=("devices", "nights", "sleep_stages", "hrv_epochs", "heart_rates", "daily_values", "activities"),
    recognise=recognise,
    read=read,
    reads=(
        "sleep periods with stages and 5-minute RMSSD and heart rate, values of the main night by the date of waking, "
        "heart rates, steps, workouts as activities without records; its scores are stored and never used"
    ),
    passes_over="parts of the scores, movement, energy, stress, resilience, bedtimes, tags; heart rates in workouts",
    certainty="public parsers and format notes of both services; no real file",
    methods=stated.METHODS,
)
