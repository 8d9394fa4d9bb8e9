"""Experiments as files: the plan, written down before its first day, and what was done each day.

The plan is TOML with the whole schedule, to be read and printed by people; what was done is a CSV that is appended to.
Both lie in the athlete's folder. The first plan of a name stays: one that says something else later makes it void.
"""

import json
import math
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, cast, get_args

import polars as pl

from pipelines.errors import CorruptExport
from pipelines.readers.contract import Batch, Head, Loss, Reader, ReadReport, Source
from pipelines.readers.csv_file import CsvRow, csv_rows, header_of, key_of
from pipelines.readers.local_times import YEARS
from pipelines.readers.text_file import counted, line_ranges
from pipelines.tables import conform

LAYOUT_KEY, LAYOUT = "wattworth_experiment", 1
"""First key of a plan, and the number of its layout."""

REPORT_COLUMNS = ("experiment", "date", "did", "author", "said_on")
"""Columns of what was done; the last two may be missing."""

REPORTED = {"a": "A", "b": "B", "neither": "neither", "none": "neither", "stop": "stop"}
"""What a row may say was done, in lower case; stop ends the experiment without a result."""

PLAN_MAXIMUM_BYTES = 1 << 20
"""Longest plan (bytes): a year of days takes a twentieth of it."""

COUNT_MAXIMUM, SEED_MAXIMUM = 1_000, 2**63 - 1
"""Largest number of days, weeks or pairs a plan may state, each far beyond a year's, and largest seed that is kept."""

HEADER_LINES = 4
"""Lines a header may run over."""

WARNING = "An experiment, written down before its first day. A plan that is changed has no result: plan a new one."


@dataclass(frozen=True, kw_only=True)
class PlanFile:
    """A plan as its file says it: the columns of `experiment_plans`, and the days."""

    experiment_id: str
    question: str
    condition_a: str
    condition_b: str
    metric: str
    method: str
    reading: str
    device_id: str
    unit: str
    lag_days: int
    smallest_effect: float
    smallest_effect_percent: float | None = None
    week_count: int
    pair_count: int
    period_days: int
    washout_days: int
    seed: int
    start_date: date
    planned_on: date
    expected_adherence: float
    usable_share: float | None = None
    power: float | None = None
    power_lower: float | None = None
    power_upper: float | None = None
    refusal: str = ""
    is_simulated: bool = False
    days: tuple[tuple[date, int | None, str], ...] = ()
    """Date, pair from 1 (none in washout) and A, B or washout."""


_PLAIN = tuple(field for field in fields(PlanFile) if field.name != "days")


def plan_name(experiment_id: str) -> str:
    """Name of the file of a plan."""
    return f"experiment-{experiment_id}.toml"


def report_name(experiment_id: str) -> str:
    """Name of the file of what was done."""
    return f"experiment-{experiment_id}-done.csv"


def plan_text(plan: PlanFile) -> str:
    """The plan as the text of its file."""
    lines = [f"{LAYOUT_KEY} = {LAYOUT}", f"# {WARNING}", ""]
    for field in _PLAIN:
        value = getattr(plan, field.name)
        if value is not None:
            lines.append(f"{field.name} = {_toml(value)}")
    lines += ["", "days = ["]
    for on, pair, condition in plan.days:
        numbered = "" if pair is None else f", pair = {pair}"
        lines.append(f"  {{ date = {on}, do = {_toml(condition)}{numbered} }},  # {on:%a}")
    return "\n".join([*lines, "]", ""])


def _toml(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, bool) else str(value)


def plan_of(text: str, name: str) -> PlanFile:
    """The plan in a text. Raises `CorruptExport` naming what is missing or strange in the file of that name."""
    try:
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _corrupt(name, f"it is no TOML ({error})") from error
    if stated.get(LAYOUT_KEY) != LAYOUT:
        raise _corrupt(name, f"{LAYOUT_KEY} is {stated.get(LAYOUT_KEY)!r}, and {LAYOUT} is what is read")
    values = {field.name: _stated(stated, field.name, cast("type", field.type), name) for field in _PLAIN}
    if not 0.0 < values["smallest_effect"] < math.inf:
        raise _corrupt(name, "smallest_effect is not above 0")
    for key, value in values.items():
        if type(value) is int and not 0 <= value <= (SEED_MAXIMUM if key == "seed" else COUNT_MAXIMUM):
            raise _corrupt(name, f"{key} is {value}")
        if type(value) is date and value.year not in YEARS:
            raise _corrupt(name, f"{key} is {value}")
    days = stated.get("days", [])
    if not isinstance(days, list):
        raise _corrupt(name, "days is no list")
    return PlanFile(**values, days=tuple(_day(one, name) for one in days))


def _stated(stated: dict[str, Any], key: str, kind: type | UnionType, name: str) -> Any:  # noqa: ANN401 - of any field
    kinds = get_args(kind) or (kind,)
    value = stated.get(key)
    if float in kinds and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    # A date and time is a date to Python, and a truth value a number; here they are not.
    if not any(type(value) is one for one in kinds) and not (value is None and NoneType in kinds):
        raise _corrupt(name, f"{key} is {value!r}" if key in stated else f"{key} is missing")
    return value


def _day(stated: object, name: str) -> tuple[date, int | None, str]:
    known: dict[str, Any] = stated if isinstance(stated, dict) else {}
    on, pair, condition = known.get("date"), known.get("pair"), known.get("do")
    is_whole = type(on) is date and on.year in YEARS and condition in {"A", "B", "washout"}
    if not is_whole or (pair is None) != (condition == "washout") or type(pair) not in {int, NoneType}:
        raise _corrupt(name, f"{stated!r} is no day of a schedule")
    return cast("date", on), cast("int | None", pair), cast("str", condition)


def _corrupt(name: str, found: str) -> CorruptExport:
    return CorruptExport(
        doing="read the plan of an experiment",
        where=name,
        found=found,
        remedy="Put the file back as `wattworth experiment plan` wrote it, or plan anew",
    )


def recognise(head: Head) -> bool:
    """By the first key of a plan, or the header of what was done."""
    lines = head.lines()
    first = next((line for line in lines or [] if line.strip() and not line.lstrip().startswith("#")), "")
    if first.partition("=")[0].strip() == LAYOUT_KEY:
        return True
    keys = {key_of(title) for title in header_of((lines or [])[:HEADER_LINES])}
    return keys >= set(REPORT_COLUMNS[:3]) and keys <= set(REPORT_COLUMNS)


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """The plan with its days, or one row per word on what was done."""
    with source.path.open("rb") as file:
        start = file.read(PLAN_MAXIMUM_BYTES)
    if LAYOUT_KEY.encode() in start[:4096]:
        yield from _read_plan(source, start)
    else:
        yield from _read_reports(source)


def _read_plan(source: Source, content: bytes) -> Iterator[Batch | ReadReport]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _corrupt(source.name, "it is no UTF-8 text") from error
    plan = plan_of(text, source.name)
    owner = _owner(source)
    head = {field.name: getattr(plan, field.name) for field in _PLAIN}
    yield _batch("experiment_plans", [{**owner, "plan_index": 0, **head}])
    days = [
        {
            **owner,
            "day_index": index,
            "experiment_id": plan.experiment_id,
            "day_date": on,
            "pair_number": pair,
            "condition": condition,
        }
        for index, (on, pair, condition) in enumerate(plan.days)
    ]
    if days:
        yield _batch("experiment_plan_days", days)
    yield ReadReport()


def _read_reports(source: Source) -> Iterator[Batch | ReadReport]:
    reports: list[dict[str, object]] = []
    unread: list[int] = []
    for row in csv_rows(source.path):
        report = _report(row)
        if report is None:
            unread.append(row.line)
        else:
            reports.append({**_owner(source), "report_index": len(reports), **report})
    if reports:
        yield _batch("experiment_reports", reports)
    why = f"no experiment, no date as YYYY-MM-DD, or what was done is none of {', '.join(sorted(REPORTED.values()))}"
    loss = Loss(what=counted(len(unread), "row"), where=line_ranges(unread), why=why)
    yield ReadReport(losses=(loss,) if unread else ())


def _report(row: CsvRow) -> dict[str, object] | None:
    experiment, on, did, author, said_on = (row.cells.get(name, "") for name in REPORT_COLUMNS)
    day, said_day, done = _date(on), _date(said_on), REPORTED.get(did.lower())
    if not experiment or day is None or done is None or (said_on and said_day is None):
        return None
    return {
        "experiment_id": experiment.lower(),
        "day_date": day,
        "did": done,
        "author": author or "not stated",
        "said_on": said_day,
    }


def _date(cell: str) -> date | None:
    try:
        on = date.fromisoformat(cell)
    except ValueError:
        return None
    return on if on.year in YEARS else None


def _owner(source: Source) -> dict[str, object]:
    return {"athlete_id": source.athlete_id, "source_file_id": source.source_file_id}


def _batch(table: str, rows: Sequence[dict[str, object]]) -> Batch:
    return Batch(table=table, frame=conform(pl.DataFrame(rows, infer_schema_length=None), table))


def plans_in(folder: Path) -> Iterator[PlanFile]:
    """The plans that lie in an athlete's folder, by name. Raises `CorruptExport` for one that cannot be read."""
    for path in sorted(folder.glob(plan_name("*"))):
        yield plan_of(path.read_text(encoding="utf-8-sig", errors="replace"), path.name)


READER = Reader(
    name="experiment_files",
    version="1",
    label="Experiments (plan as TOML, what was done as CSV)",
    tables=("experiment_plans", "experiment_plan_days", "experiment_reports"),
    recognise=recognise,
    read=read,
    reads="the plan `wattworth experiment plan` wrote, with every day; experiment, date, did, author and said_on",
    passes_over="nothing",
    certainty="our own layout",
)
