"""Writes simulated nights as the table of sleep periods of an Oura account export: semicolons, JSON in its cells."""

import csv
import io
import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

HEADINGS = (
    "id", "day", "bedtime_start", "bedtime_end", "type", "total_sleep_duration", "deep_sleep_duration",
    "rem_sleep_duration", "light_sleep_duration", "awake_time", "latency", "time_in_bed", "efficiency",
    "lowest_heart_rate", "average_heart_rate", "average_hrv", "average_breath", "heart_rate", "hrv",
    "sleep_phase_5_min",
)  # fmt: skip
EPOCH_S = 300
DIGITS = {"deep": "1", "light": "2", "rem": "3", "awake": "4", "unmeasured": "0"}

ABOVE_LOWEST_BPM = 4.5
"""How far the average heart rate of an invented sleep lies above its lowest (bpm)."""


def sleep_file(
    nights: pl.DataFrame, stages: pl.DataFrame, epochs: pl.DataFrame, values: pl.DataFrame, *, zone: ZoneInfo
) -> bytes:
    """sleepmodel.csv from the columns of nights, sleep_stages, hrv_epochs and daily_values.

    Of the values rmssd and resting_heart_rate are told, the latter as the lowest; the hypnogram has the stage of the
    middle of each five minutes.
    """
    told = values.pivot("metric", index="value_date", values="measured_value", aggregate_function="first")
    joined = nights.join(told, left_on="night_date", right_on="value_date", how="left").sort("start_at_utc")
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    writer.writerow(HEADINGS)
    for number, row in enumerate(joined.to_dicts()):
        start, end = row["start_at_utc"], row["end_at_utc"]
        own = stages.filter(pl.col("night_id") == row["night_id"]).sort("start_at_utc")
        series = epochs.filter(pl.col("measured_at_utc").is_between(start, end)).sort("measured_at_utc")
        in_bed_s = round((end - start).total_seconds())
        resting = row.get("resting_heart_rate")
        writer.writerow(
            (
                f"{number:08x}",
                row["night_date"].isoformat(),
                _stamp(start, zone),
                _stamp(end, zone),
                "late_nap" if row["is_nap"] else "long_sleep",
                *(_whole(row[name]) for name in ("sleep_duration_s", "deep_s", "rem_s", "light_s", "awake_s")),
                600,
                in_bed_s,
                _whole(100 * row["sleep_duration_s"] / in_bed_s if row["sleep_duration_s"] else None),
                _whole(resting),
                "" if resting is None else resting + ABOVE_LOWEST_BPM,
                _whole(row.get("rmssd")),
                14.5,
                "",
                _hrv(series, start, zone),
                _hypnogram(own, start, end),
            )
        )
    return text.getvalue().encode()


def _hrv(series: pl.DataFrame, start: datetime, zone: ZoneInfo) -> str:
    if series.is_empty():
        return ""
    first = series["measured_at_utc"][0] - timedelta(seconds=EPOCH_S)
    count = round((series["measured_at_utc"][-1] - first).total_seconds() / EPOCH_S)
    items: list[int | None] = [None] * count
    for at, rmssd in series.select("measured_at_utc", "rmssd_ms").iter_rows():
        items[round((at - first).total_seconds() / EPOCH_S) - 1] = round(rmssd)
    told = {"interval": EPOCH_S, "items": items, "timestamp": _stamp(max(first, start), zone)}
    return json.dumps(told, separators=(",", ":"))


def _hypnogram(stages: pl.DataFrame, start: datetime, end: datetime) -> str:
    digits = []
    for index in range(round((end - start).total_seconds()) // EPOCH_S):
        middle = start + timedelta(seconds=EPOCH_S * (index + 0.5))
        found = stages.filter((pl.col("start_at_utc") <= middle) & (pl.col("end_at_utc") > middle))
        digits.append(DIGITS[found["stage"][0]] if found.height else "0")
    return "".join(digits)


def _stamp(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="milliseconds")


def _whole(value: float | None) -> object:
    return "" if value is None else round(value)
