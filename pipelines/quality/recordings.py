"""Two recordings held against each other: how far apart their tracks and heart rates are at equal times.

A recording here is the thinned records of one activity as arrays: enough to tell the same way from another, small
enough to hold many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.units import EARTH_RADIUS_M

Numbers = npt.NDArray[np.float64]

THIN_S = 5
"""Records are thinned to one in so many seconds: a track is told apart by tens of metres, not by single steps."""
BRIDGE_S = 30.0
"""Positions further apart in time than this (s) are not joined by a line: what lies between is not known."""
MOST_POINTS = 400
"""Points compared at most: the median no longer moves beyond."""
FEWEST_POINTS = 12
"""Below so many common points nothing is said (a minute of thinned records)."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Thinned records of one activity: times (s since 1970, UTC) with positions (rad), and times with heart rate."""

    place_s: Numbers
    latitude: Numbers
    longitude: Numbers
    beat_s: Numbers
    heart_rate_bpm: Numbers


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How alike two recordings are at the best lag; null where one of them lacks the signal."""

    lag_s: float
    median_m: float | None
    p90_m: float | None
    heart_rate_bpm: float | None
    """Median absolute difference of heart rate (bpm)."""


def recordings(records: pl.DataFrame) -> dict[str, Recording]:
    """One per activity in the records, by activity_id; records without a time are left out."""
    timed = records.filter(pl.col("recorded_at_utc").is_not_null()).select(
        "activity_id",
        (pl.col("recorded_at_utc").dt.epoch("us") / 1e6).alias("at_s"),
        pl.col("latitude_deg").radians(),
        pl.col("longitude_deg").radians(),
        pl.coalesce("heart_rate_bpm", "other_heart_rate_bpm").cast(pl.Float64).alias("heart_rate_bpm"),
    )
    thinned = (
        timed.sort("activity_id", "at_s")
        .with_columns((pl.col("at_s") // THIN_S).alias("slot"))
        .unique(["activity_id", "slot"], keep="first", maintain_order=True)
    )
    return {str(key[0]): _recording(rows) for key, rows in thinned.partition_by("activity_id", as_dict=True).items()}


def likeness(one: Recording, other: Recording, *, shift_s: float, lags_s: Sequence[float]) -> Likeness:
    """How alike they are when `shift_s` is added to the clock of the other, at the best of the lags (s) around it."""
    found = [(_apart(one, other, shift_s + lag), lag) for lag in lags_s]
    placed = [(apart, lag) for apart, lag in found if apart is not None]
    if placed:
        (median, p90), lag = min(placed, key=lambda pair: (pair[0][0], abs(pair[1]), pair[1]))
        beats = _beats_apart(one, other, shift_s + lag)
        return Likeness(lag_s=lag, median_m=median, p90_m=p90, heart_rate_bpm=beats)
    rated = [(beats, lag) for lag in lags_s if (beats := _beats_apart(one, other, shift_s + lag)) is not None]
    beats, lag = min(rated, key=lambda pair: (pair[0], abs(pair[1]), pair[1])) if rated else (None, 0.0)
    return Likeness(lag_s=lag, median_m=None, p90_m=None, heart_rate_bpm=beats)


def _recording(rows: pl.DataFrame) -> Recording:
    places = rows.drop_nulls(["latitude_deg", "longitude_deg"])
    beats = rows.filter(pl.col("heart_rate_bpm") > 0)
    columns: Mapping[str, Numbers] = {
        "place_s": places["at_s"].to_numpy(),
        "latitude": places["latitude_deg"].to_numpy(),
        "longitude": places["longitude_deg"].to_numpy(),
        "beat_s": beats["at_s"].to_numpy(),
        "heart_rate_bpm": beats["heart_rate_bpm"].to_numpy(),
    }
    return Recording(**columns)


def _apart(one: Recording, other: Recording, shift_s: float) -> tuple[float, float] | None:
    """Median and 90th percentile (m) of the distance between both at equal times."""
    at_s = _common(one.place_s, other.place_s + shift_s)
    if at_s is None:
        return None
    latitude = np.interp(at_s, one.place_s, one.latitude)
    north = np.interp(at_s, other.place_s + shift_s, other.latitude) - latitude
    east = np.interp(at_s, other.place_s + shift_s, other.longitude) - np.interp(at_s, one.place_s, one.longitude)
    east = (east + np.pi) % (2 * np.pi) - np.pi
    apart_m = EARTH_RADIUS_M * np.hypot(north, east * np.cos(latitude))
    return float(np.median(apart_m)), float(np.quantile(apart_m, 0.9))


def _beats_apart(one: Recording, other: Recording, shift_s: float) -> float | None:
    at_s = _common(one.beat_s, other.beat_s + shift_s)
    if at_s is None:
        return None
    mine = np.interp(at_s, one.beat_s, one.heart_rate_bpm)
    theirs = np.interp(at_s, other.beat_s + shift_s, other.heart_rate_bpm)
    return float(np.median(np.abs(mine - theirs)))


def _common(first_s: Numbers, second_s: Numbers) -> Numbers | None:
    """Times (s) at which both have a point near on either side; null when there are too few."""
    if len(first_s) < FEWEST_POINTS or len(second_s) < FEWEST_POINTS:
        return None
    begin, end = max(first_s[0], second_s[0]), min(first_s[-1], second_s[-1])
    if end <= begin:
        return None
    step = max(THIN_S, (end - begin) / MOST_POINTS)
    at_s = np.arange(begin, end, step)
    known = at_s[_is_bridged(at_s, first_s) & _is_bridged(at_s, second_s)]
    return known if len(known) >= FEWEST_POINTS else None


def _is_bridged(at_s: Numbers, points_s: Numbers) -> npt.NDArray[np.bool_]:
    after = np.clip(np.searchsorted(points_s, at_s, side="left"), 1, len(points_s) - 1)
    return np.asarray(points_s[after] - points_s[after - 1] <= BRIDGE_S)
