"""Readings of a meter at the wall, entered by hand: the one account that sees the whole machine.

    start,end,wh,accuracy_percent,idle_w,meter
    2026-03-01T03:00:00+02:00,2026-03-01T03:20:00+02:00,6.4,2,11.5,plug meter

What does not belong here: which run a reading is of, and what that says of the estimate. Those are views.
"""

import csv
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.costs.ledger import Store
from pipelines.errors import ConfigurationError

NEEDED = ("start", "end", "wh", "accuracy_percent")
OPTIONAL = ("idle_w", "meter")

LARGEST_ACCURACY_PERCENT = 50.0
"""A meter that may be half or one and a half times right tells nothing; most likely the column was mistaken."""

REMEDY = (
    "Give the columns start, end (with offset, such as 2026-03-01T03:00:00+02:00), wh, accuracy_percent, and where "
    "known idle_w and meter."
)


def read(path: Path) -> list[dict[str, Any]]:
    """The readings of a file, each as a row of `wall_readings` without the time it was entered.

    Raises `ConfigurationError` naming the line for a missing column, a time without offset, an end that is not after
    its start, or a figure that cannot be.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = tuple(reader.fieldnames or ())
            if set(NEEDED) - set(columns) or set(columns) - {*NEEDED, *OPTIONAL}:
                raise _wrong(path, f"the columns are {', '.join(columns) or 'none'}")
            return [_row(line, f"{path}, line {reader.line_num}", path.name) for line in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, f"it cannot be read ({error})") from None


def store(warehouse: Store, readings: list[dict[str, Any]], *, now: datetime) -> int:
    """Appends the readings that are not there yet; returns how many."""
    stored = 0
    with warehouse.con.cursor() as cursor:
        cursor.execute("set TimeZone = 'UTC'")
        for row in readings:
            names = ", ".join([*row, "entered_at_utc"])
            marks = ", ".join("?" for _ in range(len(row) + 1))
            known = cursor.execute("select 1 from wall_readings where reading_id = ?", [row["reading_id"]]).fetchone()
            if known is None:
                cursor.execute(f"insert into wall_readings ({names}) values ({marks})", [*row.values(), now])  # noqa: S608
                stored += 1
    return stored


def _row(line: dict[str, str | None], where: str, source_name: str) -> dict[str, Any]:
    start, end = (_moment(line[name], where) for name in ("start", "end"))
    if end <= start:
        raise _wrong(where, f"it ends at {line['end']}, not after its start")
    accuracy_percent = _figure(line["accuracy_percent"], "accuracy_percent", where)
    if accuracy_percent > LARGEST_ACCURACY_PERCENT:
        raise _wrong(where, f"an accuracy of {accuracy_percent:g} % tells nothing")
    row = {
        "started_at_utc": start,
        "ended_at_utc": end,
        "energy_wh": _figure(line["wh"], "wh", where),
        "accuracy_fraction": accuracy_percent / 100,
        "idle_w": _figure(line["idle_w"], "idle_w", where) if line.get("idle_w") else None,
        "meter": (line.get("meter") or "").strip(),
    }
    identity = "|".join(str(value) for value in row.values())
    return {"reading_id": hashlib.sha256(identity.encode()).hexdigest()[:16], **row, "source_name": source_name}


def _moment(text: str | None, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        raise _wrong(where, f"{text} is no time") from None
    if moment.tzinfo is None:
        raise _wrong(where, f"{text} does not say its offset from UTC")
    return moment.astimezone(UTC)


def _figure(text: str | None, name: str, where: str) -> float:
    try:
        figure = float(text or "")
    except ValueError:
        figure = float("nan")
    if not 0 < figure < float("inf"):
        raise _wrong(where, f"{name} is {text or 'empty'}, which is no positive number")
    return figure


def _wrong(where: Path | str, found: str) -> ConfigurationError:
    return ConfigurationError(doing="reading what the wall meter said in", where=str(where), found=found, remedy=REMEDY)
