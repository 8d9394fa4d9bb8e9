"""The way of each step, and whether it was moving: which of the distances of a file is taken, and what of its gaps.

The counter is believed, then the speed, then the positions; but the speed before a counter that follows positions which
wander (`distances`). Of positions alone the straight way over 5 s, at most 15 m, counts, not each step: the sum of
steps is what wandering makes longer. A counter that leaps is not believed for that step. Across a gap the way
is bridged where it was covered at about the usual speed, by the counter or else from position to position: the straight
line is the least it can have been, so that halfway from it to the usual speed is taken where that is more.
What was covered at less than a walk was standing (a clock that leapt ahead looks the same), and what lies between is
lost: neither way nor time.
"""

import polars as pl

from pipelines.quality.activity_rows import MOVING_M_PER_S
from pipelines.quality.contract import Threshold

START = "engineering start value"

BRIDGE = Threshold(
    name="bridged at about the usual speed",
    number=0.30,
    unit="fraction of the usual speed",
    source=f"{START}: a straight line cuts bends short, and the effort may have been another",
)


def with_ways(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds way_m_per_s, is_own_flagged, is_moving, moving_s and usual (m/s, the middle of good moving steps).

    Who stands while the positions drift covers nothing; where the way is that of the positions, their faults are its,
    and who stands by the speed along them covers nothing either.
    """
    counted = pl.when(~pl.col("is_counter_leap")).then("counted_m_per_s")
    own = pl.when("follows_positions").then("device_m_per_s").otherwise(pl.coalesce(counted, "device_m_per_s"))
    by_step = pl.coalesce("straight_m_per_s", pl.when(~pl.col("is_gap")).then("position_m_per_s"))
    stands = pl.col("is_standing_flagged") | (pl.col("placed_m_per_s") < MOVING_M_PER_S.number).fill_null(value=False)
    # A jump of positions is left out of the speed along them, and has nothing left to be put right.
    spoiled = own.is_null() & pl.col("is_spoiled") & ~pl.col("is_standing_flagged")
    rows = rows.with_columns(
        pl.when(stands).then(0.0).otherwise(pl.coalesce(own, by_step)).alias("way_m_per_s"),
        (pl.col("is_own_flagged") | spoiled).alias("is_own_flagged"),
    )
    moving = (
        pl.col("dt_s").is_not_null()
        & ~pl.col("is_paused")
        & ~pl.col("is_standing_flagged")
        & ~pl.col("is_gap")
        & (pl.coalesce("device_m_per_s", "placed_m_per_s", "way_m_per_s").fill_null(1.0) >= MOVING_M_PER_S.number)
    )
    rows = rows.with_columns(moving.alias("is_moving"))
    good = pl.col("way_m_per_s").filter("is_moving", ~pl.col("is_own_flagged"))
    rows = _bridged(rows.with_columns(good.median().over("subject_id").alias("usual")))
    return rows.with_columns(pl.when("is_moving").then("dt_s").otherwise(0.0).alias("moving_s"))


def _bridged(rows: pl.DataFrame) -> pl.DataFrame:
    """The steps across gaps: bridged, standing, or lost."""
    if not rows["is_gap"].any():
        return rows
    usual = pl.col("usual")
    near = {
        name: ((pl.col(name) - usual).abs() <= BRIDGE.number * usual).fill_null(value=False)
        for name in ("counted_m_per_s", "position_m_per_s")
    }
    counted, placed, device = pl.col("counted_m_per_s"), pl.col("position_m_per_s"), pl.col("device_m_per_s")
    fastest = pl.max_horizontal(counted, placed)
    is_bare = fastest.is_null()
    bridge = (
        pl.when(near["counted_m_per_s"])
        .then(counted)
        .when(near["position_m_per_s"])
        .then(pl.max_horizontal(placed, (placed + usual) / 2))
        .when(is_bare)
        .then(device)
        .when(fastest < MOVING_M_PER_S.number)
        .then(pl.coalesce(counted, pl.lit(0.0)))
        .when(counted >= MOVING_M_PER_S.number)
        .then(counted)
    )
    across = pl.col("is_gap") & ~pl.col("is_paused")
    return rows.with_columns(pl.when(across).then(bridge).otherwise("way_m_per_s").alias("way_m_per_s")).with_columns(
        pl.when(across)
        .then((pl.col("way_m_per_s") >= MOVING_M_PER_S.number).fill_null(value=False))
        .otherwise("is_moving")
        .alias("is_moving")
    )
