"""Writes what a watch stores at night as FIT files: HRV status, sleep stages, heart rate round the clock.

Source: FIT global profile (messages 55, 103, 211, 275, 346, 370, 371); file types 44-68 as public parsers name them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.simulation.devices import Device
from pipelines.simulation.writers.fit import DEVICE_INFO, FILE_ID, device_info, identity
from pipelines.simulation.writers.fit_encoding import EPOCH_S, TIMESTAMP, Field, Layout, fit_file

Numbers = npt.NDArray[np.float64]

FILE_TYPE_MONITORING, FILE_TYPE_SLEEP, FILE_TYPE_HRV_STATUS = 32, 49, 68
SLEEP_LEVELS = {"unmeasured": 0, "awake": 1, "light": 2, "deep": 3, "rem": 4}
HRV_STATUS_BALANCED = 4

_HRV_SCALE = 128.0
HRV_VALUE = Layout(371, 1, (Field("timestamp", TIMESTAMP, "uint32"), Field("value", 0, "uint16", _HRV_SCALE)))
HRV_SUMMARY = Layout(
    370,
    2,
    (
        Field("timestamp", TIMESTAMP, "uint32"),
        Field("weekly_average", 0, "uint16", _HRV_SCALE),
        Field("last_night_average", 1, "uint16", _HRV_SCALE),
        Field("last_night_5_min_high", 2, "uint16", _HRV_SCALE),
        Field("status", 6, "enum"),
    ),
)
SLEEP_LEVEL = Layout(275, 1, (Field("timestamp", TIMESTAMP, "uint32"), Field("sleep_level", 0, "enum")))
SLEEP_ASSESSMENT = Layout(346, 2, (Field("overall_sleep_score", 6, "uint8"), Field("awakenings_count", 11, "uint8")))
MONITORING_INFO = Layout(103, 1, (Field("timestamp", TIMESTAMP, "uint32"), Field("local_timestamp", 0, "uint32")))
RESTING = Layout(
    211,
    2,
    (
        Field("timestamp", TIMESTAMP, "uint32"),
        Field("resting_heart_rate", 0, "uint8"),
        Field("current_day_resting_heart_rate", 1, "uint8"),
    ),
)
MONITORING = Layout(55, 3, (Field("timestamp", TIMESTAMP, "uint32"), Field("heart_rate", 27, "uint8")))
MONITORING_SHORT = Layout(55, 5, (Field("timestamp_16", 26, "uint16"), Field("heart_rate", 27, "uint8")))

MONITORING_STEPS = Layout(
    55,
    6,
    (Field("timestamp", TIMESTAMP, "uint32"), Field("cycles", 3, "uint32"), Field("activity_type", 5, "enum")),
)
WALKING = 6


@dataclass(frozen=True, kw_only=True)
class IdleDay:
    """One day of a monitoring file on which the watch lay somewhere: no step counted and no heart rate read."""

    measured_s: int
    """End of the day's count (s since 1970, UTC)."""


@dataclass(frozen=True, kw_only=True)
class RestingDay:
    """One day of a monitoring file: when the watch knew the resting heart rate, and heart rates through the day."""

    measured_s: int
    """Time of the resting heart rate (s since 1970, UTC)."""
    utc_offset_s: int
    resting_bpm: float
    week_resting_bpm: float
    times_s: Numbers
    """Times of the heart rates (s since 1970, UTC), rising, at most 18 hours apart."""
    heart_rate_bpm: Numbers


def hrv_status_file(
    *,
    device: Device,
    times_s: Numbers,
    rmssd_ms: Numbers,
    night_average_ms: float,
    week_average_ms: float,
    measured_s: int,
) -> bytes:
    """Five-minute RMSSD values (ms) through the night, and what the watch makes of them at waking."""
    values = HRV_VALUE.rows({"timestamp": times_s - EPOCH_S, "value": rmssd_ms}, count=len(times_s))
    summary = {
        "timestamp": measured_s - EPOCH_S,
        "weekly_average": week_average_ms,
        "last_night_average": night_average_ms,
        "last_night_5_min_high": float(rmssd_ms.max()) if len(rmssd_ms) else np.nan,
        "status": HRV_STATUS_BALANCED,
    }
    body = HRV_VALUE.definition() + values.tobytes() + HRV_SUMMARY.message(summary)
    return fit_file(_start(device, FILE_TYPE_HRV_STATUS, measured_s) + body)


def sleep_file(*, device: Device, starts_s: Numbers, stages: list[str], end_s: int, score: int) -> bytes:
    """Each stage from its start (s since 1970, UTC) to the next; a last row, awake, closes the night."""
    levels = np.array([SLEEP_LEVELS[stage] for stage in [*stages, "awake"]], dtype=np.float64)
    times = np.append(starts_s, float(end_s)) - EPOCH_S
    rows = SLEEP_LEVEL.rows({"timestamp": times, "sleep_level": levels}, count=len(times))
    assessed = SLEEP_ASSESSMENT.message({"overall_sleep_score": score, "awakenings_count": stages.count("awake")})
    start = _start(device, FILE_TYPE_SLEEP, end_s)
    return fit_file(start + SLEEP_LEVEL.definition() + rows.tobytes() + assessed)


def monitoring_file(*, device: Device, days: list[RestingDay | IdleDay]) -> bytes:
    """Heart rates outside activities, most with the sixteen low bits of their time only, and resting heart rates.

    A day on which the watch was not worn has a count of no steps and nothing else.
    """
    parts = [_start(device, FILE_TYPE_MONITORING, days[0].measured_s)]
    parts += [layout.definition() for layout in (MONITORING_INFO, RESTING, MONITORING, MONITORING_SHORT)]
    if any(isinstance(day, IdleDay) for day in days):
        parts.append(MONITORING_STEPS.definition())
    for day in days:
        parts += [_idle(day)] if isinstance(day, IdleDay) else [_round_the_clock(day), _resting(day)]
    return fit_file(b"".join(parts))


def _start(device: Device, file_type: int, created_s: int) -> bytes:
    created = created_s - EPOCH_S
    return FILE_ID.message(identity(device, file_type, created)) + DEVICE_INFO.message(device_info(device, created))


def _idle(day: IdleDay) -> bytes:
    row = {"timestamp": day.measured_s - EPOCH_S, "cycles": 0, "activity_type": WALKING}
    return MONITORING_STEPS.rows(row).tobytes()


def _round_the_clock(day: RestingDay) -> bytes:
    """One full time stamp a day; the other rows carry its sixteen low bits."""
    times = day.times_s - EPOCH_S
    sayable = (times.astype(np.int64) & 0xFFFF) != 0xFFFF  # that pattern means "no time"
    first = float(times[0])
    info = MONITORING_INFO.rows({"timestamp": first, "local_timestamp": first + day.utc_offset_s})
    anchor = MONITORING.rows({"timestamp": first, "heart_rate": float(day.heart_rate_bpm[0])})
    low = (times[1:][sayable[1:]].astype(np.int64) & 0xFFFF).astype(np.float64)
    values = {"timestamp_16": low, "heart_rate": day.heart_rate_bpm[1:][sayable[1:]]}
    rows = MONITORING_SHORT.rows(values, count=len(low))
    return info.tobytes() + anchor.tobytes() + rows.tobytes()


def _resting(day: RestingDay) -> bytes:
    return RESTING.rows(
        {
            "timestamp": day.measured_s - EPOCH_S,
            "resting_heart_rate": day.week_resting_bpm,
            "current_day_resting_heart_rate": day.resting_bpm,
        }
    ).tobytes()
