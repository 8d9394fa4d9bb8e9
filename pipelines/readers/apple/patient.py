"""The patient way: tag by tag, whatever the layout; a damaged tag costs itself, and what it cost is counted."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from pipelines.readers.apple.rows import (
    SCHEMA,
    SLEEP,
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
_ROOT = frozenset({"HealthData", "ExportDate", "Me", "HeartRateVariabilityMetadataList"})


@dataclass
class _Columns:
    """Used records as they come, one list a column; times still as text."""

    headers: list[Header] = field(default_factory=list)
    times: list[tuple[str | None, str | None, str | None]] = field(default_factory=list)
    amounts: list[float | None] = field(default_factory=list)
    zones: list[int | None] = field(default_factory=list)


def patient_rows(body: bytes, names: Names) -> Found:
    """What a piece holds, in whatever layout, and how much of it is lost to damage."""
    if b"<!" in body or b"<?" in body:
        body = ASIDE.sub(b"", body)
    columns, counts = _Columns(), Counter[str]()
    workouts: list[Element] = []
    problems = Counter({DAMAGED: _damage_count(body)})
    for element in _elements(body, counts):
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
    records = _records(columns, problems)
    return Found(records=records, counts=counts, workouts=tuple(workouts), problems=tuple((+problems).items()))


def _damage_count(body: bytes) -> int:
    """Lines on which something is left when every whole tag is taken out."""
    return sum(1 for line in re.split(rb"[\r\n]+", TAG.sub(b"", body)) if line.strip())


@dataclass
class _Open:
    """What is open while tags go by: an element that stands by itself, and the part of it."""

    element: Element | None = None
    part: str = ""


def _elements(body: bytes, counts: Counter[str]) -> Iterator[Element]:
    """Elements that stand by themselves, each with what is directly in it; other names and beats are counted."""
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
            now.element, now.part = Element(name=name, stated=attributes(match["inside"])), ""
            if match["alone"]:
                yield now.element
                now.element = None
        elif now.element is None or name not in _INNER:
            counts.update({name} - _ROOT)
        else:
            _take_inner(now, now.element, name, match)
    if now.element is not None:
        yield now.element


def _take_inner(now: _Open, element: Element, name: str, match: re.Match[bytes]) -> None:
    """Keeps what belongs to the whole element, and the file that a route names; the rest of a part is its own."""
    stated = attributes(match["inside"])
    if name == "MetadataEntry":
        if not now.part and "key" in stated:
            element.metadata.setdefault(stated["key"], stated.get("value", ""))
    elif not now.part or name == "FileReference":
        element.children.append((name, stated))
        if name in PARTS and not match["alone"]:
            now.part = name


def _take(columns: _Columns, header: Header, record: Element, names: Names) -> None:
    stated = record.stated
    value = stated.get("value", "")
    columns.headers.append(header)
    columns.times.append((stated.get("startDate"), stated.get("endDate"), stated.get("creationDate")))
    columns.amounts.append(stage_of(value) if header.kind == SLEEP else amount_of(value))
    zone = record.metadata.get("HKTimeZone")
    columns.zones.append(None if zone is None else names.zone_number(zone))


def _records(columns: _Columns, problems: Counter[str]) -> pl.DataFrame:
    """The rows whose times and value can be read; a creation that is not stated counts as the end."""
    if not columns.headers:
        return pl.DataFrame(schema=SCHEMA)
    started, ended, created = (stamps_in([times[at] for times in columns.times]) for at in range(3))
    rows = pl.DataFrame(
        {
            "kind": [header.kind for header in columns.headers],
            "maker": [header.maker for header in columns.headers],
            "start_s": started.utc_s,
            "end_s": ended.utc_s,
            "created_s": pl.Series(created.utc_s).zip_with(pl.Series(created.is_time), pl.Series(ended.utc_s)),
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
    return rows.filter(is_time & has_value)
