"""Writes answers of Garmin's web service: a night with its stages, a night's HRV, heart rates of a day.

Source: the shape of recorded answers of the service.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import polars as pl

LEVELS = {"deep": 0, "light": 1, "awake": 2, "rem": 3, "unmeasured": -1}
"""Number of each stage."""


def night_answer(night: Mapping[str, object], stages: pl.DataFrame) -> bytes:
    """One night (a row of `nights`) with its stages (rows of `sleep_stages`)."""
    start, end = _moment(night["start_at_utc"]), _moment(night["end_at_utc"])
    offset = timedelta(seconds=int(str(night["utc_offset_s"] or 0)))
    told = {
        "calendarDate": str(night["night_date"]),
        "sleepTimeSeconds": night["sleep_duration_s"],
        "sleepStartTimestampGMT": _ms(start),
        "sleepEndTimestampGMT": _ms(end),
        "sleepStartTimestampLocal": _ms(start + offset),
        "sleepEndTimestampLocal": _ms(end + offset),
        "unmeasurableSleepSeconds": night["unmeasured_s"],
        "deepSleepSeconds": night["deep_s"],
        "lightSleepSeconds": night["light_s"],
        "remSleepSeconds": night["rem_s"],
        "awakeSleepSeconds": night["awake_s"],
    }
    levels = [
        {
            "startGMT": _stamp(stage["start_at_utc"]),
            "endGMT": _stamp(stage["end_at_utc"]),
            "activityLevel": float(LEVELS[stage["stage"]]),
        }
        for stage in stages.iter_rows(named=True)
    ]
    return _bytes({"dailySleepDTO": told, "sleepMovement": [], "sleepLevels": levels})


def hrv_answer(day: date, *, night_average_ms: float, epochs: pl.DataFrame, utc_offset_s: int) -> bytes:
    """RMSSD of a night (ms) and of its five minutes (rows of `hrv_epochs`)."""
    readings = [
        {
            "hrvValue": round(epoch["rmssd_ms"]),
            "readingTimeGMT": _stamp(epoch["measured_at_utc"]),
            "readingTimeLocal": _stamp(epoch["measured_at_utc"] + timedelta(seconds=utc_offset_s)),
        }
        for epoch in epochs.iter_rows(named=True)
    ]
    summary = {"calendarDate": day.isoformat(), "lastNightAvg": night_average_ms, "status": "BALANCED"}
    return _bytes({"hrvSummary": summary, "hrvReadings": readings})


def heart_rates_answer(day: date, *, resting_bpm: float, rates: pl.DataFrame) -> bytes:
    """Heart rates of a day (rows of `heart_rates`) and its resting heart rate (bpm)."""
    pairs = [[_ms(row["measured_at_utc"]), row["heart_rate_bpm"]] for row in rates.iter_rows(named=True)]
    places = [{"key": "timestamp", "index": 0}, {"key": "heartrate", "index": 1}]
    told = {"calendarDate": day.isoformat(), "restingHeartRate": resting_bpm}
    return _bytes({**told, "heartRateValueDescriptors": places, "heartRateValues": pairs})


def _moment(value: object) -> datetime:
    assert isinstance(value, datetime)
    return value


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0"


def _bytes(answer: object) -> bytes:
    return json.dumps(answer, separators=(",", ":")).encode()
