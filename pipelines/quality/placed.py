"""Speed along positions, for activities that hold neither a device's speed nor a counted distance.

A single step of a second is mostly the noise of two positions. So the speed of a step is that of the straight way
over the few seconds around it: zigzag cancels, a bend of seconds hardly shortens it.
"""

import numpy as np
import polars as pl

from pipelines.quality.contract import Threshold
from pipelines.quality.sliding import Bools, Floats, Ints
from pipelines.units import EARTH_RADIUS_M

PLACED_WINDOW_S = Threshold(
    name="speed by position over",
    number=5.0,
    unit="s around the step",
    source="engineering start value: a metre of noise between two positions is then 0.2 m/s, well under standing",
)

APART_S = 1000.0  # between activities on one time axis: wider than any window
NAMES = ("east_m", "north_m", "known_s")


def with_placed_speed(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds is_by_position (neither speed nor distance in any record of the activity) and placed_m_per_s.

    That is the speed (m/s) along the straight way of 5 s around the step before, or of the whole step where it is
    longer; pauses, gaps and steps without a position are left out. Null where the activity has a speed of its own.
    """
    has_own = (pl.col("speed_m_per_s").is_not_null() | pl.col("distance_m").is_not_null()).any().over("subject_id")
    rows = rows.with_columns(
        (~has_own & pl.col("step_m").is_not_null().any().over("subject_id")).alias("is_by_position")
    )
    chosen = rows.filter("is_by_position")
    if chosen.is_empty():
        return rows.with_columns(pl.lit(None, dtype=pl.Float64).alias("placed_m_per_s"))
    found = chosen.select("subject_id", "row_index", pl.Series("placed_m_per_s", _speed(chosen)).fill_nan(None))
    return rows.join(found, on=["subject_id", "row_index"], how="left", maintain_order="left")


def _speed(rows: pl.DataFrame) -> Floats:
    """Speed (m/s) over each row's step before; NaN where the step is none."""
    counts = (pl.col("dt_s").is_not_null() & ~pl.col("is_gap") & pl.col("step_m").is_not_null()).fill_null(value=False)
    latitude, longitude = pl.col("latitude_deg").radians(), pl.col("longitude_deg").radians()
    steps = rows.select(
        pl.when(counts).then((longitude - longitude.shift()) * latitude.cos() * EARTH_RADIUS_M).alias("east_m"),
        pl.when(counts).then((latitude - latitude.shift()) * EARTH_RADIUS_M).alias("north_m"),
        pl.when(counts).then("dt_s").alias("known_s"),
        counts.alias("counts"),
    )
    subject = rows["subject_id"].rle_id().to_numpy().astype(np.int64)
    clock_s = rows["clock_s"].fill_null(strategy="forward").fill_null(0.0).to_numpy()
    is_step: Bools = steps["counts"].to_numpy()
    axis = _axis(clock_s, subject)
    step_s = np.where(is_step, steps["known_s"].fill_null(0.0).to_numpy(), 0.0)
    half = np.maximum(PLACED_WINDOW_S.number, step_s) / 2
    middle = axis - step_s / 2
    over = {
        name: np.interp(middle + half, axis, total) - np.interp(middle - half, axis, total)
        for name, total in ((name, np.cumsum(steps[name].fill_null(0.0).to_numpy())) for name in NAMES)
    }
    with np.errstate(invalid="ignore", divide="ignore"):
        speed = np.hypot(over["east_m"], over["north_m"]) / over["known_s"]
    return np.where(is_step & (over["known_s"] > 0), speed, np.nan)


def _axis(clock_s: Floats, subject: Ints) -> Floats:
    """All activities one after the other on one time axis, so far apart that no window reaches from one to the next."""
    first = np.flatnonzero(np.r_[True, subject[1:] != subject[:-1]])
    last = np.r_[first[1:] - 1, len(clock_s) - 1]
    spans = clock_s[last] - clock_s[first] + APART_S
    begins = np.cumsum(spans) - spans - clock_s[first]
    return np.asarray(clock_s + begins[subject - subject[0]], dtype=np.float64)
