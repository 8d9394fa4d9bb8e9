"""Altitude that stands still on a long way, or that comes home to another height than it left."""

import numpy as np
import polars as pl

from pipelines.quality.altitude import FAMILY
from pipelines.quality.contract import Check, Finding, Threshold
from pipelines.quality.segments import row_segments, whole_subjects
from pipelines.units import EARTH_RADIUS_M

START = "engineering start value"

STILL_S = Threshold(name="stands still", number=300.0, unit="s", source=START)
STILL_WAY_M = Threshold(name="way meanwhile", number=1000.0, unit="m", source=START)
STILL_NET_M = Threshold(
    name="room covered meanwhile", number=300.0, unit="m across", source=f"{START}: a track's oval is flat and smaller"
)
LOOP_M = Threshold(name="back at the start", number=50.0, unit="m", source=START)
LOOP_WAY_M = Threshold(name="way of a loop", number=1000.0, unit="m", source=START)
DRIFT_M = Threshold(name="drift", number=10.0, unit="m", source=f"{START}: 1 hPa is 8.4 m")
DRIFT_M_PER_H = Threshold(
    name="drift an hour", number=4.0, unit="m/h", source=f"{START}: a change of weather of half a hPa an hour"
)
TOLD = "Said, and nothing is left out: no purpose uses altitude, and its sum of climbs is not to be trusted."


def _metres(north: pl.Expr, east: pl.Expr, latitude: pl.Expr) -> pl.Expr:
    return EARTH_RADIUS_M * (north.radians() ** 2 + (east.radians() * latitude.radians().cos()) ** 2).sqrt()


def _still_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds stretch: the number of the stretch of equal altitude of 300 s and more, null outside of one."""
    subject, altitude = rows["subject_id"].rle_id().to_numpy(), rows["altitude_m"].to_numpy()
    clock_s = rows["clock_s"].to_numpy()
    is_first = np.ones(len(rows), dtype=np.bool_)
    is_first[1:] = (subject[1:] != subject[:-1]) | (altitude[1:] != altitude[:-1])
    firsts = np.flatnonzero(is_first)
    lasts = np.r_[firsts[1:] - 1, len(rows) - 1] if len(firsts) else firsts
    stretch = np.full(len(rows), np.nan)
    for number in np.flatnonzero(clock_s[lasts] - clock_s[firsts] >= STILL_S.number):
        stretch[firsts[number] : lasts[number] + 1] = number
    return rows.with_columns(pl.Series("stretch", stretch).fill_nan(None))


def find_still(rows: pl.DataFrame) -> Finding:
    """The same altitude for 300 s, over 1 km of way and 300 m of room: the sensor stands still, not the ground.

    An oval passes: it is level and small. Without positions or counted distance: not assessable.
    """
    rows = _still_rows(rows)
    latitude, longitude = pl.col("latitude_deg"), pl.col("longitude_deg")
    stretches = (
        rows.filter(pl.col("stretch").is_not_null())
        .group_by("stretch")
        .agg(
            (pl.col("clock_s").last() - pl.col("clock_s").first()).alias("still_s"),
            (pl.col("distance_m").last() - pl.col("distance_m").first()).alias("way_m"),
            _metres(latitude.max() - latitude.min(), longitude.max() - longitude.min(), latitude.first()).alias(
                "net_m"
            ),
        )
        .filter((pl.col("way_m") >= STILL_WAY_M.number) & (pl.col("net_m") >= STILL_NET_M.number))
    )
    rows = rows.join(stretches, on="stretch", how="left", maintain_order="left")
    return row_segments(
        rows,
        pl.col("still_s").is_not_null(),
        assessable=latitude.is_not_null() & pl.col("distance_m").is_not_null(),
        severity="doubtful",
        worst=pl.col("still_s"),
        evidence="the same altitude for {} s of way",
    )


def find_drift(rows: pl.DataFrame) -> Finding:
    """At the end, back within 50 m of the start, altitude is off by 10 m and by 4 m for every hour.

    A barometer that follows the weather. Only loops of 1 km and more; a door where the watch was set counts as well.
    """
    latitude, longitude = pl.col("latitude_deg"), pl.col("longitude_deg")
    placed = rows.filter(latitude.is_not_null() & longitude.is_not_null())
    ends = (
        placed.group_by("subject_id", maintain_order=True)
        .agg(
            _metres(latitude.last() - latitude.first(), longitude.last() - longitude.first(), latitude.first()).alias(
                "apart_m"
            ),
            (pl.col("altitude_m").last() - pl.col("altitude_m").first()).alias("off_m"),
            (pl.col("distance_m").last() - pl.col("distance_m").first()).alias("way_m"),
            pl.col("clock_s").max().clip(0.0).alias("duration_s"),
            pl.len().alias("row_count"),
        )
        .filter((pl.col("apart_m") <= LOOP_M.number) & (pl.col("way_m") >= LOOP_WAY_M.number))
    )
    off = pl.col("off_m")
    most = pl.max_horizontal(pl.lit(DRIFT_M.number), DRIFT_M_PER_H.number * pl.col("duration_s") / 3600)
    return whole_subjects(
        ends, off.abs() > most, severity="doubtful", worst=off, evidence="{} m off on coming back to the start"
    )


ALTITUDE_STILL = Check(
    name="altitude_still",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=(),
    thresholds=(STILL_S, STILL_WAY_M, STILL_NET_M),
    consequence=TOLD,
    remedy="Keep the watch's small holes free of sweat and jacket.",
    why_not="no altitude with positions and counted distance, or neither on foot nor ridden outdoors",
    find=find_still,
)
ALTITUDE_DRIFT = Check(
    name="altitude_drift",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=(),
    thresholds=(LOOP_M, LOOP_WAY_M, DRIFT_M, DRIFT_M_PER_H),
    consequence=TOLD,
    remedy="Let the watch set its altitude where you start, and outdoors.",
    why_not="no loop of a kilometre, no altitude, or neither on foot nor ridden outdoors",
    find=find_drift,
)
