"""The patient way: tag by tag, whatever the layout; a damaged tag costs itself, and what it cost is counted."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from pipelines.readers.apple.beats import NO_CLOCK, beats_of
from pipelines.readers.apple.rows import (
    BEAT,
    BEATS,
    SCHEMA,
    SDNN,
    SLEEP,
    STREAMED,
    UNUSED,
    Element,
    Found,
    Header,
    Names,
    amount_of,
    stage_of,
)
from pipelines.readers.apple.stamps import stamps_in
from pipelines.readers.apple.tags import ASIDE, SUBJECTS, TAG, attributes

DAMAGED = "damaged: the tag is not whole"
NO_TIME = "no time that can be read"
NO_VALUE = "no value that can be read"

PARTS = ("WorkoutActivity", "WorkoutEvent", "WorkoutRoute")
"""Elements of a workout that hold what belongs to a part of it."""

_SUBJECTS = frozenset(name.decode() for name in SUBJECTS)
_INNER = frozenset({"MetadataEntry", "WorkoutStatistics", "FileReference", *PARTS})
_LIST = "HeartRateVariabilityMetadataList"
_ROOT = frozenset({"HealthData", "ExportDate", "Me", _LIST})


@dataclass
class _Columns:
    """Used records as they come, one list a column; times still as text."""

    headers: list[Header] = field(default_factory=list)
    times: list[tuple[str | None, str | None, str | None]] = field(default_factory=list)
    amounts: list[float | None] = field(default_factory=list)
    zones: list[int | None] = field(default_factory=list)
    beats: list[tuple[str, str]] = field(default_factory=list)
    beat_records: list[int] = field(default_factory=list)
    """Which of these records each beat stands in."""


def patient_rows(body: bytes, names: Names) -> Found:
    """What a piece holds, in whatever layout, and how much of it is lost to damage."""
    if b"<!" in body or b"<?" in body:
        body = ASIDE.sub(b"", body)
    columns, counts = _Columns(), Counter[str]()
    workouts: list[Element] = []
    problems = Counter({DAMAGED: _damage_count(body)})
    for element in _elements(body, counts):
        counts[BEAT] += len(element.beats)
        if element.name == "Workout":
            workouts.append(element)
        elif element.name == "Record":
            if "type" not in element.stated:
                problems[DAMAGED] += 1
                continue
            header = names.header(element.stated)
            if header.kind == UNUSED:
                counts[header.type] += 1
            else:
                _take(columns, header, element, names)
        else:
            counts[element.name] += 1
    records, row_of = _records(columns, problems)
    beats = _beats(columns, row_of)
    counts[BEAT] -= beats.height
    return Found(
        records=records,
        beats=beats,
        counts=+counts,
        workouts=tuple(workouts),
        problems=tuple((+problems).items()),
    )


def _damage_count(body: bytes) -> int:
    """Lines on which something is left when every whole tag is taken out."""
    return sum(1 for line in re.split(rb"[\r\n]+", TAG.sub(b"", body)) if line.strip())


@dataclass
class _Open:
    """What is open while tags go by: an element that stands by itself, the part of it, and how many lists it had."""

    element: Element | None = None
    part: str = ""
    list_count: int = 0


def _elements(body: bytes, counts: Counter[str]) -> Iterator[Element]:
    """Elements that stand by themselves, each with what is directly in it; other names are counted.

    Beats of a second list are counted too: damage has put them beside a record that is not theirs.
    """
    now = _Open()
    for match in TAG.finditer(body):
        name = match["name"].decode("ascii", "replace")
        if match["closes"]:
            if now.element is not None and name == now.element.name:
                yield now.element
                now.element = None
            elif name == now.part:
                now.part = ""
        elif name in _SUBJECTS:
            if now.element is not None:
                yield now.element
            now.element, now.part, now.list_count = Element(name=name, stated=attributes(match["inside"])), "", 0
            if match["alone"]:
                yield now.element
                now.element = None
        elif now.element is None or not _is_taken(now, now.element, name, match):
            counts.update({name} - _ROOT)
    if now.element is not None:
        yield now.element


def _is_taken(now: _Open, element: Element, name: str, match: re.Match[bytes]) -> bool:
    """Keeps what belongs to the whole element, the file that a route names and listed beats; whether it knows the name.

    The rest of a part is its own.
    """
    now.list_count += name == _LIST
    if name not in _INNER and not (name == BEAT and now.list_count == 1):
        return False
    stated = attributes(match["inside"])
    if name == BEAT:
        element.beats.append((stated.get("bpm", ""), stated.get("time", "")))
    elif name == "MetadataEntry":
        if not now.part and "key" in stated:
            element.metadata.setdefault(stated["key"], stated.get("value", ""))
    elif not now.part or name == "FileReference":
        element.children.append((name, stated))
        if name in PARTS and not match["alone"]:
            now.part = name
    return True


def _take(columns: _Columns, header: Header, record: Element, names: Names) -> None:
    stated = record.stated
    if header.kind == SDNN:
        columns.beats += record.beats
        columns.beat_records += [len(columns.headers)] * len(record.beats)
    value = stated.get("value", "")
    columns.headers.append(header)
    columns.times.append((stated.get("startDate"), stated.get("endDate"), stated.get("creationDate")))
    columns.amounts.append(stage_of(value) if header.kind == SLEEP else amount_of(value))
    zone = record.metadata.get("HKTimeZone")
    columns.zones.append(None if zone is None else names.zone_number(zone))


def _beats(columns: _Columns, row_of: pl.Series) -> pl.DataFrame:
    """Beats whose clock can be read, of records that are rows."""
    if not columns.beats:
        return pl.DataFrame(schema=BEATS)
    read = beats_of(columns.beats)
    record = row_of.gather(columns.beat_records)
    clocks = {"clock_ms": read.clock_ms, "step_ms": read.step_ms, "rate_bpm": read.rate_bpm}
    rows = pl.DataFrame({"record": record, **clocks}, schema=BEATS)
    return rows.filter(pl.col("record").is_not_null() & (pl.col("clock_ms") != NO_CLOCK))


def _records(columns: _Columns, problems: Counter[str]) -> tuple[pl.DataFrame, pl.Series]:
    """The rows whose times and value can be read, and which row each record is (null: none).

    A creation that is not stated counts as the end.
    """
    if not columns.headers:
        return pl.DataFrame(schema=SCHEMA), pl.Series([], dtype=pl.Int64)
    kinds = [header.kind for header in columns.headers]
    started, ended, created = (stamps_in([times[at] for times in columns.times]) for at in range(3))
    rows = pl.DataFrame(
        {
            "kind": kinds,
            "maker": [header.maker for header in columns.headers],
            "start_s": started.utc_s,
            "end_s": ended.utc_s,
            "created_s": np.where(created.is_time & ~np.isin(kinds, STREAMED), created.utc_s, ended.utc_s),
            "offset_s": started.offset_s,
            "amount": columns.amounts,
            "zone": columns.zones,
        },
        schema=SCHEMA,
    )
    is_time = pl.Series(started.is_time & ended.is_time)
    has_value = rows["amount"].is_not_null()
    problems[NO_TIME] += int((~is_time).sum())
    problems[NO_VALUE] += int((is_time & ~has_value).sum())
    is_row = is_time & has_value
    number = is_row.cast(pl.Int64).cum_sum() - 1
    return rows.filter(is_row), number.zip_with(is_row, pl.Series([None], dtype=pl.Int64))
