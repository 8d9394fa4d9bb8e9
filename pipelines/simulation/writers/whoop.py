"""Writes simulated nights, daily values and runs as the tables of a WHOOP data export: local times, newest first."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

CYCLE = ("Cycle start time", "Cycle end time", "Cycle timezone")
SLEEP = (
    "Sleep onset", "Wake onset", "Sleep performance %", "Respiratory rate (rpm)", "Asleep duration (min)",
    "In bed duration (min)", "Light sleep duration (min)", "Deep (SWS) duration (min)", "REM duration (min)",
    "Awake duration (min)", "Sleep need (min)", "Sleep debt (min)", "Sleep efficiency %", "Sleep consistency %",
)  # fmt: skip
DAY = (
    "Recovery score %", "Resting heart rate (bpm)", "Heart rate variability (ms)", "Skin temp (celsius)",
    "Blood oxygen %", "Day Strain", "Energy burned (cal)", "Max HR (bpm)", "Average HR (bpm)",
)  # fmt: skip
WORKOUT = (
    "Workout start time", "Workout end time", "Duration (min)", "Activity name", "Activity Strain",
    "Energy burned (cal)", "Max HR (bpm)", "Average HR (bpm)", "HR Zone 1 %", "HR Zone 2 %", "HR Zone 3 %",
    "HR Zone 4 %", "HR Zone 5 %", "GPS enabled",
)  # fmt: skip

NEED_MIN = 480
"""Need of sleep of every invented sleeper (min)."""


def cycles_file(nights: pl.DataFrame, values: pl.DataFrame, *, zone: ZoneInfo) -> bytes:
    """physiological_cycles.csv from the columns of `nights` and the rmssd and resting_heart_rate of `daily_values`.

    A night without a value has an empty cell, as when the strap was off for part of it.
    """
    told = values.pivot("metric", index="value_date", values="measured_value", aggregate_function="first")
    joined = nights.join(told, left_on="night_date", right_on="value_date", how="left")
    rows = joined.sort("start_at_utc").to_dicts()
    ends = [row["start_at_utc"] for row in rows[1:]]
    lines = []
    for row, end in zip(rows, [*ends, None], strict=True):
        resting, rmssd = row.get("resting_heart_rate"), row.get("rmssd")
        recovery = "" if rmssd is None else round(min(99.0, max(1.0, rmssd)))
        strain = "" if end is None else "8.4"
        day = (recovery, _whole(resting), _whole(rmssd), "33.9", "96.50", strain, "", "", "")
        lines.append((*_cycle(row["start_at_utc"], end, zone), *day, *_sleep(row, zone)))
    return _table((*CYCLE, *DAY, *SLEEP), reversed(lines))


def sleeps_file(nights: pl.DataFrame, *, zone: ZoneInfo) -> bytes:
    """sleeps.csv from the columns of `nights`; is_nap decides the last column."""
    lines = [
        (*_cycle(row["start_at_utc"], None, zone), *_sleep(row, zone), str(bool(row["is_nap"])).lower())
        for row in nights.sort("start_at_utc", descending=True).to_dicts()
    ]
    return _table((*CYCLE, *SLEEP, "Nap"), lines)


def workouts_file(activities: pl.DataFrame, *, zone: ZoneInfo) -> bytes:
    """workouts.csv from the columns of `activities`."""
    lines = []
    for row in activities.sort("start_at_utc", descending=True).to_dicts():
        start, end = row["start_at_utc"], row["end_at_utc"]
        rates = (_whole(row["max_heart_rate_bpm"]), _whole(row["average_heart_rate_bpm"]))
        energy = "" if row["energy_kcal"] is None else f"{row['energy_kcal']:.1f}"
        minutes = int((end - start).total_seconds() // 60)
        told = (_local(start, zone), _local(end, zone), minutes, str(row["sport"]).title(), "9.1", energy)
        lines.append((*_cycle(start - timedelta(hours=9), None, zone), *told, *rates, 5, 20, 45, 25, 5, "false"))
    return _table((*CYCLE, *WORKOUT), lines)


def _cycle(start: datetime, end: datetime | None, zone: ZoneInfo) -> tuple[str, str, str]:
    offset = f"{start.astimezone(zone):%z}"
    return _local(start, zone), "" if end is None else _local(end, zone), f"UTC{offset[:3]}:{offset[3:]}"


def _sleep(row: dict[str, object], zone: ZoneInfo) -> tuple[object, ...]:
    start, end = row["start_at_utc"], row["end_at_utc"]
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    in_bed = round((end - start).total_seconds() / 60)
    asleep, light, deep, rem, awake = (
        _minutes(row[name]) for name in ("sleep_duration_s", "light_s", "deep_s", "rem_s", "awake_s")
    )
    performance = round(100 * min(1.0, (asleep or 0) / NEED_MIN))
    stages = (asleep, in_bed, light, deep, rem, awake)
    return (_local(start, zone), _local(end, zone), performance, "14.8", *stages, NEED_MIN, 0, 94, 80)


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _minutes(length_s: object) -> int | None:
    return round(length_s / 60) if isinstance(length_s, float) else None


def _whole(value: object) -> object:
    return "" if value is None else round(float(str(value)))


def _table(headings: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(lines)
    return text.getvalue().encode()
