"""Speed along positions, for activities that hold neither a device's speed nor a counted distance.

A single step of a second is mostly the noise of two positions. So the speed of a step is that of the straight way
over the few seconds around it: zigzag cancels, a bend of seconds hardly shortens it.
"""

import numpy as np
import polars as pl

from pipelines.quality.contract import Threshold
from pipelines.quality.jumps import lone_jumps
from pipelines.quality.sliding import Bools, Floats, Ints
from pipelines.units import EARTH_RADIUS_M

PLACED_WINDOW_S = Threshold(
    name="speed by position over",
    number=5.0,
    unit="s around the step",
    source="engineering start value: a metre of noise between two positions is then 0.2 m/s, well under standing",
)

STRAIGHT_M = Threshold(
    name="distance by position along",
    number=15.0,
    unit="m around the step",
    source="engineering start value: cuts rounds of 20 m radius short by 5 %, and takes the noise of a runner's 5 s",
)

APART_S = 1000.0  # between activities on one time axis: wider than any window
NAMES = ("east_m", "north_m", "known_s")


def with_placed_speed(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds is_by_position, placed_m_per_s, straight_m_per_s and is_lone_jump.

    By position is an activity without speed and distance in any record.
    placed_m_per_s is the speed along the straight way of 5 s around the step before, or of the whole step where it is
    longer; pauses, gaps and steps without a position are left out. A lone step that jumps has the speed of the steps
    around it: where a position jumps to says nothing of how fast anybody moved. Null where the activity has a speed of
    its own.
    """
    has_own = (pl.col("speed_m_per_s").is_not_null() | pl.col("distance_m").is_not_null()).any().over("subject_id")
    rows = rows.with_columns(
        (~has_own & pl.col("step_m").is_not_null().any().over("subject_id")).alias("is_by_position")
    )
    chosen = rows.filter("is_by_position")
    if chosen.is_empty():
        return rows.with_columns(
            *(pl.lit(None, dtype=pl.Float64).alias(name) for name in ("placed_m_per_s", "straight_m_per_s")),
            pl.lit(value=False).alias("is_lone_jump"),
        )
    speed, straight, jump = along(chosen)
    found = chosen.select(
        "subject_id",
        "row_index",
        pl.Series("placed_m_per_s", speed).fill_nan(None),
        pl.Series("straight_m_per_s", straight).fill_nan(None),
        pl.Series("is_lone_jump", jump),
    )
    return rows.join(found, on=["subject_id", "row_index"], how="left", maintain_order="left").with_columns(
        pl.col("is_lone_jump").fill_null(value=False)
    )


def along(rows: pl.DataFrame) -> tuple[Floats, Floats, Bools]:
    """Speed (m/s) over each row's step before along 5 s and along 15 m, NaN where it is none; and which jump alone."""
    counts = (pl.col("dt_s").is_not_null() & ~pl.col("is_gap") & pl.col("step_m").is_not_null()).fill_null(value=False)
    latitude, longitude = pl.col("latitude_deg").radians(), pl.col("longitude_deg").radians()
    step = rows.select(pl.when(counts).then("position_m_per_s").cast(pl.Float64).fill_null(np.nan))
    jump = lone_jumps(step["position_m_per_s"].to_numpy())
    goes = counts & ~pl.lit(pl.Series(jump))
    steps = rows.select(
        pl.when(goes).then((longitude - longitude.shift()) * latitude.cos() * EARTH_RADIUS_M).alias("east_m"),
        pl.when(goes).then((latitude - latitude.shift()) * EARTH_RADIUS_M).alias("north_m"),
        pl.when(goes).then("dt_s").alias("known_s"),
        pl.when(counts).then("dt_s").alias("step_s"),
        counts.alias("counts"),
    )
    subject = rows["subject_id"].rle_id().to_numpy().astype(np.int64)
    clock_s = rows["clock_s"].fill_null(strategy="forward").fill_null(0.0).to_numpy()
    is_step: Bools = steps["counts"].to_numpy()
    axis = time_axis(clock_s, subject)
    step_s = np.where(is_step, steps["step_s"].fill_null(0.0).to_numpy(), 0.0)
    half = np.maximum(PLACED_WINDOW_S.number, step_s) / 2
    middle = axis - step_s / 2
    totals = {name: np.cumsum(steps[name].fill_null(0.0).to_numpy()) for name in NAMES}

    def straight(half_s: Floats) -> Floats:
        """Speed (m/s) along the straight way over so much time on either side of each step."""
        over = {
            name: np.interp(middle + half_s, axis, total) - np.interp(middle - half_s, axis, total)
            for name, total in totals.items()
        }
        known = is_step & (over["known_s"] > 0)
        return np.where(
            known, np.hypot(over["east_m"], over["north_m"]) / np.where(known, over["known_s"], 1.0), np.nan
        )

    speed = straight(half)
    shorter = np.clip(STRAIGHT_M.number / np.fmax(speed, 1.0), step_s, 2 * half) / 2
    return speed, straight(np.where(np.isfinite(shorter), shorter, half)), jump


def time_axis(clock_s: Floats, subject: Ints) -> Floats:
    """All activities one after the other on one time axis, so far apart that no window reaches from one to the next."""
    first = np.flatnonzero(np.r_[True, subject[1:] != subject[:-1]])
    last = np.r_[first[1:] - 1, len(clock_s) - 1]
    spans = clock_s[last] - clock_s[first] + APART_S
    begins = np.cumsum(spans) - spans - clock_s[first]
    return np.asarray(clock_s + begins[subject - subject[0]], dtype=np.float64)
