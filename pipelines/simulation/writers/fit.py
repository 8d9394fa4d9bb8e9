"""Writes an activity as a FIT file: sensors, records between timer events, laps, session, local time.

Source: FIT protocol and global profile (messages 0, 18, 19, 20, 21, 23, 34).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.simulation.devices import (
    SOURCE_ANTPLUS,
    SOURCE_LOCAL,
    STRAP_DEVICE_TYPE,
    WRIST_DEVICE_TYPE,
    Device,
)
from pipelines.simulation.writers.fit_encoding import EPOCH_S, TIMESTAMP, Field, Layout, compressed, fit_file
from pipelines.units import SEMICIRCLE_DEG

Numbers = npt.NDArray[np.float64]

RUNNING = 1
SUB_SPORTS = {None: 0, "treadmill": 1, "trail": 3}
FILE_TYPE_ACTIVITY = 4
TIMER, TIMER_START, TIMER_STOP_ALL = 0, 0, 4
LAP_M = 1000.0

FILE_ID = Layout(
    0,
    0,
    (
        Field("type", 0, "enum"),
        Field("manufacturer", 1, "uint16"),
        Field("product", 2, "uint16"),
        Field("serial_number", 3, "uint32z"),
        Field("time_created", 4, "uint32"),
    ),
)
DEVICE_INFO = Layout(
    23,
    4,
    (
        Field("timestamp", TIMESTAMP, "uint32"),
        Field("serial_number", 3, "uint32z"),
        Field("manufacturer", 2, "uint16"),
        Field("product", 4, "uint16"),
        Field("software_version", 5, "uint16"),
        Field("device_index", 0, "uint8"),
        Field("device_type", 1, "uint8"),
        Field("source_type", 25, "enum"),
    ),
)
EVENT = Layout(
    21,
    5,
    (Field("timestamp", TIMESTAMP, "uint32"), Field("event", 0, "enum"), Field("event_type", 1, "enum")),
)
_SPAN = (
    Field("timestamp", TIMESTAMP, "uint32"),
    Field("start_time", 2, "uint32"),
    Field("total_elapsed_time", 7, "uint32", 1000.0),
    Field("total_timer_time", 8, "uint32", 1000.0),
    Field("total_distance", 9, "uint32", 100.0),
)
LAP = Layout(19, 6, (*_SPAN, Field("avg_heart_rate", 15, "uint8"), Field("max_heart_rate", 16, "uint8")))
SESSION = Layout(
    18,
    7,
    (
        *_SPAN,
        Field("sport", 5, "enum"),
        Field("sub_sport", 6, "enum"),
        Field("total_calories", 11, "uint16"),
        Field("avg_heart_rate", 16, "uint8"),
        Field("max_heart_rate", 17, "uint8"),
        Field("total_ascent", 22, "uint16"),
    ),
)
ACTIVITY = Layout(
    34,
    8,
    (
        Field("timestamp", TIMESTAMP, "uint32"),
        Field("total_timer_time", 0, "uint32", 1000.0),
        Field("num_sessions", 1, "uint16"),
        Field("local_timestamp", 5, "uint32"),
    ),
)

_RECORD_START = (
    Field("latitude_deg", 0, "sint32", 1.0 / SEMICIRCLE_DEG),
    Field("longitude_deg", 1, "sint32", 1.0 / SEMICIRCLE_DEG),
    Field("distance_m", 5, "uint32", 100.0),
    Field("heart_rate_bpm", 3, "uint8"),
    Field("cadence_rpm", 4, "uint8"),
)
_ENHANCED = (Field("altitude_m", 78, "uint32", 5.0, 500.0), Field("speed_m_per_s", 73, "uint32", 1000.0))
_PLAIN = (Field("altitude_m", 2, "uint16", 5.0, 500.0), Field("speed_m_per_s", 6, "uint16", 1000.0))
_TIME = (Field("timestamp", TIMESTAMP, "uint32"),)
RECORDS = {
    (True, False): Layout(20, 1, (*_TIME, *_RECORD_START, *_ENHANCED)),
    (False, False): Layout(20, 1, (*_TIME, *_RECORD_START, *_PLAIN)),
    (True, True): Layout(20, 1, (*_RECORD_START, *_ENHANCED)),
    (False, True): Layout(20, 1, (*_RECORD_START, *_PLAIN)),
}


@dataclass(frozen=True, kw_only=True)
class FitActivity:
    """What one activity file says. `records` has the columns of the table records; times are whole seconds."""

    records: pl.DataFrame
    start_s: int
    """Start (s since 1970, UTC)."""
    end_s: int
    pauses: tuple[tuple[int, int], ...]
    """Timer stopped and started again (s since 1970, UTC)."""
    utc_offset_s: int
    device: Device
    has_strap: bool
    sub_sport: str | None = None
    stated_distance_m: float | None = None
    """Distance of the session; the last record's when not given."""


def activity_file(activity: FitActivity) -> bytes:
    """The bytes of the file."""
    start, end = activity.start_s - EPOCH_S, activity.end_s - EPOCH_S
    timer_s = float(end - start - sum(stop - begin for begin, stop in activity.pauses))
    parts = [
        FILE_ID.message(identity(activity.device, FILE_TYPE_ACTIVITY, start)),
        _sensors(activity, start),
        EVENT.definition(),
        _recorded(activity, start, end),
        _laps(activity, start, end),
        SESSION.message(
            {
                **_totals(activity.records, start, end, timer_s, activity.stated_distance_m),
                "sport": RUNNING,
                "sub_sport": SUB_SPORTS[activity.sub_sport],
                "total_calories": timer_s / 60.0 * 12.0,
                "total_ascent": _ascent(activity.records),
            }
        ),
        ACTIVITY.message(
            {
                "timestamp": end,
                "total_timer_time": timer_s,
                "num_sessions": 1,
                "local_timestamp": end + activity.utc_offset_s,
            }
        ),
    ]
    return fit_file(b"".join(parts))


def identity(device: Device, file_type: int, created: float) -> dict[str, float]:
    """Values of the `file_id` message; `created` in FIT time (s)."""
    return {
        "type": file_type,
        "manufacturer": device.manufacturer,
        "product": device.product,
        "serial_number": device.serial,
        "time_created": created,
    }


def device_info(device: Device, timestamp: float) -> dict[str, float]:
    """Values of the `device_info` message of the device that wrote the file."""
    return {
        "timestamp": timestamp,
        "serial_number": device.serial,
        "manufacturer": device.manufacturer,
        "product": device.product,
        "software_version": device.firmware_hundredths,
        "device_index": 0,
        "source_type": SOURCE_LOCAL,
    }


def _sensors(activity: FitActivity, start: float) -> bytes:
    own = DEVICE_INFO.rows(device_info(activity.device, start))
    kind, source = (STRAP_DEVICE_TYPE, SOURCE_ANTPLUS) if activity.has_strap else (WRIST_DEVICE_TYPE, SOURCE_LOCAL)
    sensor = DEVICE_INFO.rows(
        {
            "timestamp": start,
            "manufacturer": activity.device.manufacturer,
            "device_index": 1,
            "device_type": kind,
            "source_type": source,
        }
    )
    return DEVICE_INFO.definition() + own.tobytes() + sensor.tobytes()


def _recorded(activity: FitActivity, start: float, end: float) -> bytes:
    """Records in file order, cut by the events of the timer."""
    is_compressed = activity.device.recording == "compressed"
    layout = RECORDS[activity.device.is_enhanced, is_compressed]
    times = seconds(activity.records) - EPOCH_S
    values = {name: column(activity.records, name) for name in [field.name for field in layout.fields[-7:]]}
    if not is_compressed:
        values["timestamp"] = times
    rows = layout.rows(values, count=len(times))
    if is_compressed:
        rows = compressed(rows, times)
    bounds = [0, *(int(np.searchsorted(times, stop - EPOCH_S)) for _, stop in activity.pauses), len(times)]
    pauses = [(start - 1, start), *((stop - EPOCH_S, go - EPOCH_S) for stop, go in activity.pauses), (end, end)]
    parts = [layout.definition()]
    for (first, last), (_, go), (stop, _) in zip(pairwise(bounds), pauses[:-1], pauses[1:], strict=True):
        parts += [_timer(go, TIMER_START), rows[first:last].tobytes(), _timer(stop, TIMER_STOP_ALL)]
    return b"".join(parts)


def _timer(timestamp: float, kind: int) -> bytes:
    return EVENT.rows({"timestamp": timestamp, "event": TIMER, "event_type": kind}).tobytes()


def _laps(activity: FitActivity, start: float, end: float) -> bytes:
    """One lap a kilometre, by the distance of the records."""
    times, distance = seconds(activity.records) - EPOCH_S, column(activity.records, "distance_m")
    whole = np.nan_to_num(np.maximum.accumulate(np.nan_to_num(distance)))
    marks = np.arange(LAP_M, whole[-1] if len(whole) else 0.0, LAP_M)
    cuts = np.searchsorted(whole, marks)
    edges = np.unique(np.maximum.accumulate(np.clip([start, *times[cuts], end], start, end)))
    paused = [sum(_overlap(begin, stop, pause) for pause in activity.pauses) for begin, stop in pairwise(edges)]
    reached = np.interp(edges, times, whole) if len(times) else np.zeros(len(edges))
    rows = LAP.rows(
        {
            "timestamp": edges[1:],
            "start_time": edges[:-1],
            "total_elapsed_time": np.diff(edges),
            "total_timer_time": np.diff(edges) - np.asarray(paused),
            "total_distance": np.diff(reached),
        },
        count=len(edges) - 1,
    )
    return LAP.definition() + rows.tobytes()


def _overlap(start: float, end: float, pause: tuple[int, int]) -> float:
    return max(0.0, min(end, pause[1] - EPOCH_S) - max(start, pause[0] - EPOCH_S))


def _totals(
    records: pl.DataFrame, start: float, end: float, timer_s: float, stated_distance_m: float | None
) -> dict[str, float]:
    heart_rate, distance = column(records, "heart_rate_bpm"), column(records, "distance_m")
    known = heart_rate[np.isfinite(heart_rate) & (heart_rate > 0)]
    last_m = float(np.nanmax(distance)) if np.isfinite(distance).any() else np.nan
    return {
        "timestamp": end,
        "start_time": start,
        "total_elapsed_time": float(end - start),
        "total_timer_time": timer_s,
        "total_distance": last_m if stated_distance_m is None else stated_distance_m,
        "avg_heart_rate": float(known.mean()) if len(known) else np.nan,
        "max_heart_rate": float(known.max()) if len(known) else np.nan,
    }


def _ascent(records: pl.DataFrame) -> float:
    altitude = column(records, "altitude_m")
    known = altitude[np.isfinite(altitude)]
    return float(np.clip(np.diff(known), 0.0, None).sum()) if len(known) else np.nan


def seconds(records: pl.DataFrame) -> Numbers:
    """Time stamps (s since 1970, UTC); NaN where there is none."""
    return records["recorded_at_utc"].dt.epoch("s").cast(pl.Float64).fill_null(np.nan).to_numpy()


def column(records: pl.DataFrame, name: str) -> Numbers:
    """One column as numbers, NaN for null; all NaN when the frame does not have it."""
    if name not in records.columns:
        return np.full(records.height, np.nan)
    return records[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
