"""Writes the JSON members of a Garmin account export, and the archive with an archive of FIT files in it.

Source: public notes on real exports: lists split by date, stamps in UTC without a mark, activities in cm, ms and a
tenth of m/s.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import polars as pl

PACKED = (2026, 11, 20, 12, 0, 0)
"""Time every member is stamped with: the same files give the same bytes."""

OWNER = "000000001"
"""Number of an invented account, in the names of its files."""

DISTANCE_UNIT_M, DURATION_UNIT_S, SPEED_UNIT_M_PER_S = 0.01, 0.001, 10.0
"""What one stands for in summaries of activities."""


def sleep_member(nights: pl.DataFrame) -> tuple[str, bytes]:
    """Path and bytes of the nights (rows of `nights`); a nap belongs to the night before it."""
    records: list[dict[str, object]] = []
    for row in nights.sort("start_at_utc").iter_rows(named=True):
        span = {"StartTimestampGMT": _stamp(row["start_at_utc"]), "EndTimestampGMT": _stamp(row["end_at_utc"])}
        if row["is_nap"] and records:
            nap = {f"nap{name}": value for name, value in span.items()} | {"napTimeSec": row["sleep_duration_s"]}
            records[-1]["napList"] = [nap]
            continue
        records.append(
            {f"sleep{name}": value for name, value in span.items()}
            | {
                "calendarDate": row["night_date"].isoformat(),
                "sleepWindowConfirmationType": "ENHANCED_CONFIRMED_FINAL",
                "deepSleepSeconds": _whole(row["deep_s"]),
                "lightSleepSeconds": _whole(row["light_s"]),
                "remSleepSeconds": _whole(row["rem_s"]),
                "awakeSleepSeconds": _whole(row["awake_s"]),
                "unmeasurableSeconds": _whole(row["unmeasured_s"]) or 0,
                "retro": False,
                "napList": [],
            }
        )
    name = _dated("sleepData", nights["night_date"])
    return f"DI_CONNECT/DI-Connect-Wellness/{name}", _bytes(records)


def health_status_member(rmssd_ms: Mapping[date, float]) -> tuple[str, bytes]:
    """Path and bytes of the nights' RMSSD (ms)."""
    records = [
        {"calendarDate": day.isoformat(), "metrics": [{"type": "HRV", "value": value, "status": "IN_RANGE"}]}
        for day, value in sorted(rmssd_ms.items())
    ]
    name = _dated("healthStatusData", rmssd_ms)
    return f"DI_CONNECT/DI-Connect-Wellness/{name}", _bytes(records)


def days_member(resting_bpm: Mapping[date, float], *, steps: Mapping[date, int]) -> tuple[str, bytes]:
    """Path and bytes of the daily summaries: resting heart rate (bpm) and steps."""
    records = [
        {
            "calendarDate": day.isoformat(),
            "uuid": f"{day:%Y%m%d}",
            "totalSteps": steps.get(day),
            "currentDayRestingHeartRate": resting_bpm.get(day),
            "allDayStress": {"aggregatorList": [{"type": "TOTAL", "averageStressLevel": -2}]},
        }
        for day in sorted({*resting_bpm, *steps})
    ]
    first, last = records[0]["calendarDate"], records[-1]["calendarDate"]
    return f"DI_CONNECT/DI-Connect-Aggregator/UDSFile_{first}_{last}.json", _bytes(records)


def activities_member(activities: pl.DataFrame) -> tuple[str, bytes]:
    """Path and bytes of the summaries of activities (rows of `activities`), in the export's own units."""
    records = []
    for number, row in enumerate(activities.iter_rows(named=True)):
        start_ms = round(row["start_at_utc"].timestamp() * 1000)
        speed = (row["distance_m"] or 0.0) / row["timer_s"]
        records.append(
            {
                "activityId": 100 + number,
                "activityType": f"{row['sub_sport']}_{row['sport']}" if row["sub_sport"] else row["sport"],
                "beginTimestamp": start_ms,
                "startTimeGmt": start_ms,
                "startTimeLocal": start_ms + (row["utc_offset_s"] or 0) * 1000,
                "duration": row["timer_s"] / DURATION_UNIT_S,
                "elapsedDuration": row["elapsed_s"] / DURATION_UNIT_S,
                "distance": (row["distance_m"] or 0.0) / DISTANCE_UNIT_M,
                "avgSpeed": speed / SPEED_UNIT_M_PER_S,
                "avgHr": row["average_heart_rate_bpm"],
                "maxHr": row["max_heart_rate_bpm"],
                "parent": False,
            }
        )
    path = f"DI_CONNECT/DI-Connect-Fitness/{OWNER}_0_summarizedActivities.json"
    return path, _bytes([{"summarizedActivitiesExport": records}])


def account_archive(members: Mapping[str, bytes], *, uploads: Mapping[str, bytes]) -> bytes:
    """The archive a person gets: the members, some that nobody uses, and an archive of FIT files inside it."""
    unused = {
        f"DI_CONNECT/DI-Connect-Fitness/{OWNER}_gear.json": b'[{"gearDTOS":[]}]',
        "DI_CONNECT/DI-Connect-Metrics/MetricsMaxMetData_20260801_20261109_1.json": b"[]",
    }
    inside = {"DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip": _archive(uploads)}
    return _archive({**members, **unused, **inside})


def _archive(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(path, PACKED), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _dated(kind: str, days: Iterable[date]) -> str:
    ordered = sorted(days)
    return f"{ordered[0]}_{ordered[-1]}_{OWNER}_{kind}.json"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0"


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)


def _bytes(records: object) -> bytes:
    return json.dumps(records, separators=(",", ":")).encode()
