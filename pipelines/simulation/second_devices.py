"""The same run once more, as another device or service has it; and runs that only look like the same.

Everything here takes a recorded run as rows and gives rows: no file is written. What is told apart by a person at a
glance (another day, another athlete) is not made here.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from pipelines.simulation.noise import Series, wander
from pipelines.units import EARTH_RADIUS_M

OTHER_GPS_M, OTHER_GPS_S = 3.0, 40.0
"""Error of another receiver along each axis (m), and how long it lasts (s)."""
OTHER_DISTANCE = 0.015
"""Spread of the distance another watch counts, as a fraction."""
FOOT_POD = 1.12
"""Distance of a foot pod that nobody calibrated, as a multiple."""
WRIST_BPM = 2.0
"""Spread of a wrist sensor's error (bpm)."""
REPEATED_PACE = 0.03
"""How far pace wanders when the same way is run again, as a fraction."""

NEVER_SET = datetime(1989, 12, 31, 0, 1, tzinfo=UTC)
"""What a clock says a minute after it started from nothing."""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One activity: its row in the columns of `activities`, and its records in those of `records`."""

    activity: pl.DataFrame
    records: pl.DataFrame

    @property
    def activity_id(self) -> str:
        """Key of the activity."""
        return str(self.activity["activity_id"][0])

    @property
    def start(self) -> datetime:
        """Start by its own clock (UTC)."""
        start = self.activity["start_at_utc"][0]
        assert isinstance(start, datetime)
        return start


def named(recorded: Recorded, source_file_id: str, *, session: int = 0) -> Recorded:
    """The same rows as an activity of another file."""
    names = {"source_file_id": source_file_id, "activity_id": f"{source_file_id}:{session}"}
    return replace(
        recorded,
        activity=recorded.activity.with_columns(pl.lit(value).alias(name) for name, value in names.items()),
        records=recorded.records.with_columns(pl.lit(value).alias(name) for name, value in names.items()),
    )


def other_watch(rng: np.random.Generator, recorded: Recorded, *, late_s: int, early_s: int) -> Recorded:
    """As a watch on the other arm has it: own positions and distance, wrist sensor, started later, stopped earlier."""
    cut = part(recorded, begin_s=late_s, end_s=_length_s(recorded) - early_s)
    records = cut.records
    count = records.height
    metres = [OTHER_GPS_M * wander(rng, count, time_constant=OTHER_GPS_S) for _ in range(2)]
    stretch = 1.0 + OTHER_DISTANCE * float(rng.standard_normal())
    beats = np.rint(WRIST_BPM * wander(rng, count, time_constant=30.0))
    moved = _moved(records, east_m=metres[0], north_m=metres[1]).with_columns(
        pl.col("distance_m") * stretch,
        (pl.col("heart_rate_bpm") + pl.Series(beats.astype(np.int16))).cast(pl.Int16),
    )
    return _told(cut, moved, device_id="other:watch:2", heart_rate_source="wrist")


def service_copy(recorded: Recorded) -> Recorded:
    """As a service gives it back: positions rounded, neither speed nor device nor offset."""
    records = recorded.records.with_columns(
        pl.col("latitude_deg").round(6),
        pl.col("longitude_deg").round(6),
        pl.lit(None, pl.Float64).alias("speed_m_per_s"),
    )
    copied = _told(recorded, records, device_id=None, heart_rate_source="unknown")
    return replace(copied, activity=copied.activity.with_columns(pl.lit(None, pl.Int32).alias("utc_offset_s")))


def foot_pod(recorded: Recorded) -> Recorded:
    """As a watch indoors has it: no positions, another distance."""
    records = recorded.records.with_columns(
        pl.lit(None, pl.Float64).alias("latitude_deg"),
        pl.lit(None, pl.Float64).alias("longitude_deg"),
        pl.col("distance_m") * FOOT_POD,
        pl.col("speed_m_per_s") * FOOT_POD,
    )
    return _told(recorded, records, device_id="other:pod:3", heart_rate_source="strap")


def summary(recorded: Recorded, *, is_fuzzy: bool, rng: np.random.Generator) -> Recorded:
    """As a list of activities has it: no records. A fuzzy one, found by the wrist, is minutes off, without distance."""
    activity = recorded.activity.with_columns(
        pl.lit(0, pl.Int32).alias("record_count"), pl.lit(None, pl.String).alias("device_id")
    )
    if is_fuzzy:
        early, late = (timedelta(seconds=int(seconds)) for seconds in rng.integers(-150, 240, 2))
        activity = activity.with_columns(
            pl.col("start_at_utc") - early,
            pl.col("end_at_utc") + late,
            pl.lit(None, pl.Float64).alias("distance_m"),
            pl.lit("workout").alias("sport"),
        )
    return Recorded(activity=activity, records=recorded.records.clear())


def part(recorded: Recorded, *, begin_s: float, end_s: float) -> Recorded:
    """What a device has that was started later or stopped earlier (s after the start)."""
    at_s = (pl.col("recorded_at_utc") - recorded.start).dt.total_seconds()
    records = recorded.records.filter((at_s >= begin_s) & (at_s < end_s))
    first_m = records["distance_m"][0]
    records = records.with_columns(
        pl.col("distance_m") - first_m, pl.int_range(pl.len(), dtype=pl.Int32).alias("record_index")
    )
    start, end = (recorded.start + timedelta(seconds=seconds) for seconds in (begin_s, end_s))
    timed = recorded.activity.with_columns(
        pl.lit(start).alias("start_at_utc"),
        pl.lit(end).alias("end_at_utc"),
        pl.lit(float(end_s - begin_s)).alias("elapsed_s"),
        pl.lit(float(end_s - begin_s)).alias("timer_s"),
    )
    return _told(Recorded(activity=timed, records=records), records, device_id=None, heart_rate_source=None)


def again(rng: np.random.Generator, recorded: Recorded, *, start: datetime) -> Recorded:
    """The same way run once more, at another pace from second to second: another run."""
    records = recorded.records
    at_s = (records["recorded_at_utc"].dt.epoch("us") / 1e6).to_numpy()
    at_s = at_s - at_s[0]
    pace = np.clip(
        1.0 + REPEATED_PACE * (wander(rng, len(at_s), time_constant=200.0) + rng.standard_normal()), 0.8, 1.2
    )
    warped = np.cumsum(np.diff(at_s, prepend=0.0) * pace)
    columns = ("latitude_deg", "longitude_deg", "altitude_m", "distance_m", "speed_m_per_s")
    repeated = {
        name: np.interp(warped, at_s, records[name].to_numpy()) for name in columns if records[name].null_count() == 0
    }
    beats = records["heart_rate_bpm"].to_numpy() + np.rint(4.0 + 3.0 * wander(rng, len(at_s), time_constant=120.0))
    fresh = records.with_columns(
        *(pl.Series(name, values) for name, values in repeated.items()),
        pl.Series("heart_rate_bpm", beats.astype(np.int16)),
    ).filter(pl.Series(warped < at_s[-1]))
    return moved_in_time(_told(recorded, fresh, device_id="", heart_rate_source=None), start - recorded.start)


def beside(recorded: Recorded, *, east_m: float) -> Recorded:
    """At the same time, but that far to the east: somebody else's way in the wrong folder."""
    moved = _moved(
        recorded.records, east_m=np.full(recorded.records.height, east_m), north_m=np.zeros(recorded.records.height)
    )
    return replace(recorded, records=moved)


def moved_in_time(recorded: Recorded, shift: timedelta) -> Recorded:
    """All its times moved; the local date follows in its stated offset."""
    activity = recorded.activity.with_columns(pl.col("start_at_utc", "end_at_utc") + shift)
    local = pl.col("start_at_utc") + pl.duration(seconds=pl.col("utc_offset_s").fill_null(0))
    return Recorded(
        activity=activity.with_columns(local.dt.date().alias("local_date")),
        records=recorded.records.with_columns(pl.col("recorded_at_utc") + shift),
    )


def at_longitude(recorded: Recorded, longitude_deg: float) -> Recorded:
    """The same way at another longitude."""
    middle = recorded.records["longitude_deg"].median()
    assert isinstance(middle, float)
    return replace(recorded, records=recorded.records.with_columns(pl.col("longitude_deg") - middle + longitude_deg))


def stating(recorded: Recorded, utc_offset_s: int | None) -> Recorded:
    """The same, stating that offset (s); the local date follows."""
    offset = pl.lit(utc_offset_s, pl.Int32).alias("utc_offset_s")
    return moved_in_time(replace(recorded, activity=recorded.activity.with_columns(offset)), timedelta())


def _length_s(recorded: Recorded) -> float:
    end = recorded.activity["end_at_utc"][0]
    assert isinstance(end, datetime)
    return (end - recorded.start).total_seconds()


def _moved(records: pl.DataFrame, *, east_m: Series, north_m: Series) -> pl.DataFrame:
    around = EARTH_RADIUS_M * pl.col("latitude_deg").radians().cos()
    return records.with_columns(
        pl.col("latitude_deg") + pl.Series(np.degrees(north_m / EARTH_RADIUS_M)),
        pl.col("longitude_deg") + pl.Series(np.degrees(east_m)) / around,
    )


def _told(
    recorded: Recorded, records: pl.DataFrame, *, device_id: str | None, heart_rate_source: str | None
) -> Recorded:
    """The activity as its records are now; empty text keeps the device, null keeps the sensor."""
    changes = [
        pl.lit(records.height, pl.Int32).alias("record_count"),
        pl.lit(records["distance_m"].max()).alias("distance_m"),
    ]
    if device_id != "":
        changes.append(pl.lit(device_id, pl.String).alias("device_id"))
    if heart_rate_source is not None:
        changes.append(pl.lit(heart_rate_source).alias("heart_rate_source"))
    return Recorded(activity=recorded.activity.with_columns(changes), records=records)
