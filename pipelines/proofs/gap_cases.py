"""Athletes with gaps of every cause at chance times: the rows that readers give of their exports, and the truth."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from pipelines.observations.wear import WEAR_DAYS
from pipelines.simulation.athlete import weekly_plan
from pipelines.simulation.calendar import Block, Cause
from pipelines.simulation.lives import Life, lives
from pipelines.simulation.roster import ROSTER, Member
from pipelines.tables import conform, empty

DAY_COUNT = 120
LAST_DATE = date(2026, 11, 15)
CAUSES: tuple[Cause, ...] = (
    "not_worn",
    "not_synced",
    "ill",
    "travel",
    "day_off",
    "file_failed",
    "run_left_out",
)
NOTED_SHARE = {"ill": 0.8, "travel": 0.7, "day_off": 0.6, "not_worn": 0.3}
"""How often an athlete writes a note of such a gap; one of a device left off is of a kind that excuses nothing."""
TABLES = (
    "athletes",
    "activities",
    "beat_series",
    "nights",
    "daily_values",
    "notes",
    "wellness_answers",
    "plans",
    "interval_sums",
    "flags",
    "source_files",
    "skipped_items",
)
BLOCK_COUNT, LONGEST_DAYS = 5, 6
"""Blocks of one cause in these days, and the longest of them: with single days left off, one day in six is missing."""
PLAN_SHARE = 0.5
"""Share of the athletes whose plan is among the exports."""
WEEK_DAYS = 7
KINDS = {"not_worn": "other", "day_off": "off"}

Rows = dict[str, list[dict[str, object]]]


def gap_lives(count: int, *, seed: int) -> tuple[Life, ...]:
    """So many athletes, each with five blocks of chance causes, lengths and places; half of them have a plan."""
    rng = np.random.default_rng([seed, 71])
    squad = tuple(_member(rng, ROSTER[index % len(ROSTER)], index) for index in range(count))
    return lives(seed=seed, squad=squad, day_count=DAY_COUNT, last_date=LAST_DATE)


def _member(rng: np.random.Generator, member: Member, index: int) -> Member:
    places = 6 + 18 * np.arange(BLOCK_COUNT) + rng.integers(0, 9, BLOCK_COUNT)
    blocks = []
    for days_back in places:
        cause = CAUSES[rng.integers(len(CAUSES))]
        is_noted = bool(rng.random() < NOTED_SHARE.get(cause, 0.0))
        length = int(rng.integers(1, LONGEST_DAYS + 1))
        blocks.append(Block(cause=cause, days_back=int(days_back) + length, day_count=length, is_noted=is_noted))
    return replace(
        member, folder=f"a{index}", blocks=tuple(blocks), has_plan=bool(rng.random() < PLAN_SHARE), new_watch=None
    )


def gap_tables(life: Life) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """The tables of one athlete, and the hours its watch was worn, as the warehouse would hand them over."""
    rows: Rows = {"athletes": [{"athlete_id": life.index, "time_zone": "UTC"}]}
    worn: list[dict[str, object]] = []
    file_names = dict(_weekly_files(life))
    for day, on in enumerate(life.days.dates):
        _day(rows, worn, life, day, file_names.get(day))
        _words(rows, life, day, on)
    made = {
        name: conform(pl.DataFrame([{"athlete_id": life.index, **row} for row in rows[name]]), name)
        if rows.get(name)
        else empty(name)
        for name in TABLES
    }
    return made, pl.DataFrame(worn, schema=WEAR_DAYS)


def _weekly_files(life: Life) -> Iterator[tuple[int, str]]:
    """Monitoring file of each day that was read out, a week at most in one."""
    name, held = "", 0
    for day in range(len(life.days.dates)):
        if life.cause(day) == "not_synced":
            held = 0
            continue
        if held in {0, WEEK_DAYS}:
            name, held = f"m{day}", 0
        held += 1
        yield day, name


def _day(rows: Rows, worn: list[dict[str, object]], life: Life, day: int, weekly: str | None) -> None:
    on, device = life.days.dates[day], f"maker:{life.member.watch.product}:1"
    failed = life.cause(day) == "file_failed"
    if life.is_run_seen(day):
        row = {"activity_id": f"a{day}", "local_date": on, "sport": "running", "device_id": device, **_span(on)}
        _file(rows, "activities", row, f"a{day}", f"activities/{on}-run.fit", failed=failed)
    if life.member.morning is not None:
        if life.is_measured(day):
            row = {"series_id": f"b{day}", "local_date": on, "reading": "morning", "device_id": "app:a:", **_span(on)}
            _file(rows, "beat_series", row, f"b{day}", f"rr/{on}.txt", failed=failed)
        return
    value = {"value_date": on, "device_id": device, "method": "m", "reading": "night", "unit": "u"}
    if life.is_measured(day):
        night = {"night_id": f"n{day}", "night_date": on, "device_id": device, **_span(on)}
        _file(rows, "nights", night, f"n{day}", f"watch/{on}-sleep.fit", failed=failed)
        hrv = {**value, "metric": "rmssd", "measured_value": 60.0}
        _file(rows, "daily_values", hrv, f"h{day}", f"watch/{on}-hrv.fit", failed=failed)
        resting = {**value, "metric": "resting_heart_rate", "measured_value": 50.0, "source_file_id": weekly}
        rows.setdefault("daily_values", []).append(resting)
        hours = {"hour_count": 24, "night_hour_count": 6}
        worn.append({"device_id": device, "source_file_id": weekly, "local_date": on, **hours})
    elif weekly is not None:
        idle = {**value, "metric": "step_count", "measured_value": 0.0, "source_file_id": weekly}
        rows.setdefault("daily_values", []).append(idle)


def _file(rows: Rows, table: str, row: dict[str, object], name: str, path: str, *, failed: bool) -> None:
    """A row and the file it came from, or the file that could not be read."""
    if failed:
        rows.setdefault("skipped_items", []).append({"path": path, "kind": "unknown", "why": "no reader knows this"})
        return
    rows.setdefault(table, []).append({**row, "source_file_id": name})
    rows.setdefault("source_files", []).append({"source_file_id": name, "path": path})


def _words(rows: Rows, life: Life, day: int, on: date) -> None:
    gap = next((gap for gap in life.gaps if gap.day == on), None)
    if gap is not None and gap.is_noted:
        note = {"note_date": on, "author": "athlete", "kind": KINDS.get(gap.cause, gap.cause)}
        rows.setdefault("notes", []).append(note)
    if life.member.has_plan:
        is_rest_day = on.weekday() not in weekly_plan(life.member.profile)
        rows.setdefault("plans", []).append({"plan_date": on, "plan_index": day, "is_rest_day": is_rest_day})


def _span(on: date) -> dict[str, object]:
    start = datetime(on.year, on.month, on.day, 7)  # noqa: DTZ001 - conform gives the column its zone
    return {"start_at_utc": start, "end_at_utc": start + timedelta(hours=1)}
