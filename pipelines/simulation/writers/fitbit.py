"""Writes files of a Fitbit export: sleep logs, resting and running heart rates, RMSSD, steps.

Source: two real files of resting heart rate; public notes on real archives for the rest.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl

LEVELS = {"awake": "wake", "light": "light", "deep": "deep", "rem": "rem", "unmeasured": "unknown"}
"""Level of each stage."""

MINUTE_S = 60.0


def sleep_file(nights: pl.DataFrame, stages: pl.DataFrame, *, zone: ZoneInfo) -> bytes:
    """Sleep logs (rows of `nights` and `sleep_stages`) in local time without an offset."""
    logs = []
    for number, night in enumerate(nights.iter_rows(named=True), start=1):
        mine = stages.filter(pl.col("night_id") == night["night_id"])
        seconds = {"deep": night["deep_s"], "wake": night["awake_s"], "light": night["light_s"], "rem": night["rem_s"]}
        logs.append(
            {
                "logId": number,
                "dateOfSleep": night["night_date"].isoformat(),
                "startTime": _local(night["start_at_utc"], zone),
                "endTime": _local(night["end_at_utc"], zone),
                "duration": round((night["end_at_utc"] - night["start_at_utc"]).total_seconds() * 1000),
                "minutesAsleep": night["sleep_duration_s"] / MINUTE_S,
                "minutesAwake": (night["awake_s"] or 0.0) / MINUTE_S,
                "type": "stages",
                "levels": {
                    "summary": {
                        name: {"minutes": told / MINUTE_S} for name, told in seconds.items() if told is not None
                    },
                    "data": [_level(stage, zone) for stage in mine.iter_rows(named=True)],
                    "shortData": [],
                },
                "mainSleep": not night["is_nap"],
            }
        )
    return _bytes(logs)


def resting_file(resting_bpm: Mapping[date, float], *, days: Iterable[date]) -> bytes:
    """Resting heart rate (bpm) of every one of `days`; a day without one is a 0 without a date."""
    told = [
        {
            "dateTime": f"{day:%m/%d/%y} 00:00:00",
            "value": {"date": f"{day:%m/%d/%y}", "value": resting_bpm[day], "error": 6.8}
            if day in resting_bpm
            else {"date": None, "value": 0.0, "error": 0.0},
        }
        for day in days
    ]
    return _bytes(told)


def heart_rate_file(rates: pl.DataFrame) -> bytes:
    """Heart rates of one local day (rows of `heart_rates`), stamped UTC."""
    return _bytes(
        [
            {
                "dateTime": f"{row['measured_at_utc'].astimezone(UTC):%m/%d/%y %H:%M:%S}",
                "value": {"bpm": row["heart_rate_bpm"], "confidence": 2},
            }
            for row in rates.iter_rows(named=True)
        ]
    )


def hrv_days_file(rmssd_ms: Mapping[date, float]) -> bytes:
    """RMSSD of nights (ms)."""
    rows = [(f"{day}T00:00:00", value, 52.5, 2.4) for day, value in sorted(rmssd_ms.items())]
    return _table(("timestamp", "rmssd", "nremhr", "entropy"), rows)


def hrv_details_file(epochs: pl.DataFrame, *, zone: ZoneInfo) -> bytes:
    """RMSSD of five minutes (rows of `hrv_epochs`) in local time."""
    rows = [
        (_local(row["measured_at_utc"], zone)[:19], round(row["rmssd_ms"], 3), 0.98, 800.0, 650.0)
        for row in epochs.iter_rows(named=True)
    ]
    return _table(("timestamp", "rmssd", "coverage", "low_frequency", "high_frequency"), rows)


def steps_file(minutes: Sequence[tuple[datetime, int]], *, tracker: str) -> bytes:
    """Steps of minutes (UTC) that one tracker counted."""
    rows = [(f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", count, tracker) for at, count in minutes]
    return _table(("timestamp", "steps", "data source"), rows)


def _level(stage: Mapping[str, object], zone: ZoneInfo) -> dict[str, object]:
    start, end = stage["start_at_utc"], stage["end_at_utc"]
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    length_s = round((end - start).total_seconds())
    return {"dateTime": _local(start, zone), "level": LEVELS[str(stage["stage"])], "seconds": length_s}


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M:%S}.000"


def _table(titles: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows(rows)
    return text.getvalue().encode()


def _bytes(entries: object) -> bytes:
    return json.dumps(entries, indent=1).encode()
