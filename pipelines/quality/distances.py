"""Three distances of one activity: as the device counts it, as its speed adds up, and along its positions."""

import polars as pl

from pipelines.quality.activity_rows import INDOOR, ON_FOOT, RIDDEN, activity_rows
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.segments import whole_subjects

START = "engineering start value"

DISAGREE = Threshold(name="speed against distance", number=0.05, unit="fraction", source=START)
DISAGREE_POSITION = Threshold(
    name="positions against distance", number=0.10, unit="fraction", source=f"{START}: position noise alone adds 1-3 %"
)
UNIT_NEAR = Threshold(name="near a unit's factor", number=0.02, unit="fraction", source=START)
COMPARED_M = Threshold(name="compared", number=400.0, unit="m", source=f"{START}: a track lap")

UNIT_FACTORS = (1.609344, 2.236936, 3.6, 3.280840, 1000.0)
"""Miles for km, miles per hour, km/h, feet and m for km: what a speed or distance in a wrong unit is off by."""


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per activity: counted_m, speed_m, position_m over the steps that have both of a pair, and their ratios.

    Ratios are null below 400 m; positions are compared for sports on foot and ridden ones, outdoors.
    """
    step = pl.col("dt_s").is_not_null() & ~pl.col("is_gap")
    way = pl.col("counted_m_per_s") * pl.col("dt_s")
    own = pl.col("device_m_per_s") * pl.col("dt_s")
    both = step & pl.col("counted_m_per_s").is_not_null() & pl.col("device_m_per_s").is_not_null()
    along = step & pl.col("counted_m_per_s").is_not_null() & pl.col("step_m").is_not_null()
    outdoors = pl.col("sport").is_in([*ON_FOOT, *RIDDEN]) & ~pl.col("sub_sport").is_in(INDOOR).fill_null(value=False)
    sums = rows.group_by("subject_id", maintain_order=True).agg(
        way.filter(both).sum().alias("counted_m"),
        own.filter(both).sum().alias("speed_m"),
        way.filter(along & outdoors).sum().alias("counted_along_m"),
        pl.col("step_m").filter(along & outdoors).sum().alias("position_m"),
        pl.col("clock_s").max().clip(0.0).alias("duration_s"),
        pl.len().alias("row_count"),
    )
    ratio = pl.when(pl.col("counted_m") >= COMPARED_M.number).then(pl.col("speed_m") / pl.col("counted_m"))
    along_ratio = pl.when(pl.col("counted_along_m") >= COMPARED_M.number).then(
        pl.col("position_m") / pl.col("counted_along_m")
    )
    return sums.with_columns(ratio.alias("speed_ratio"), along_ratio.alias("position_ratio"))


FAMILY = Family(signal="movement", subject_kind="activity", table="records", rows=activity_rows, measure=measure)


def off_by_a_unit(ratio: pl.Expr) -> pl.Expr:
    """Is the ratio within 2 % of a factor between units, or of its inverse?"""
    factors = [*UNIT_FACTORS, *(1 / factor for factor in UNIT_FACTORS)]
    return pl.any_horizontal((ratio / factor - 1).abs() <= UNIT_NEAR.number for factor in factors)


def find_unit(activities: pl.DataFrame) -> Finding:
    """Speed adds up to the counted distance times 1.609, 2.237, 3.6, 3.281 or 1000, or one of their inverses.

    Needs 400 m with both.
    """
    return whole_subjects(
        activities.filter(pl.col("speed_ratio").is_not_null()),
        off_by_a_unit(pl.col("speed_ratio")),
        severity="unusable",
        worst=pl.col("speed_ratio"),
        evidence="speed adds up to {} times the distance",
    )


def find_disagreement(activities: pl.DataFrame) -> Finding:
    """Speed adds up to 5 % more or less than the counted distance, or the positions to 10 %. Needs 400 m with both."""
    by_speed = (pl.col("speed_ratio") - 1).abs()
    by_position = (pl.col("position_ratio") - 1).abs()
    fails = (by_speed > DISAGREE.number).fill_null(value=False) | (by_position > DISAGREE_POSITION.number).fill_null(
        value=False
    )
    return whole_subjects(
        activities.filter(pl.col("speed_ratio").is_not_null() | pl.col("position_ratio").is_not_null()),
        fails,
        severity="doubtful",
        worst=100 * pl.max_horizontal(by_speed, by_position),
        evidence="distances disagree by {} %",
    )


SPEED_UNIT = Check(
    name="speed_unit",
    version=1,
    family=FAMILY,
    severity="unusable",
    purposes=("distance", "mean_pace", "splits", "bests", "decoupling"),
    thresholds=(UNIT_NEAR, COMPARED_M),
    consequence="Distance and pace of this activity are not used: one of the two is in a wrong unit.",
    remedy="Export the activity again from the device itself, not through a converter.",
    why_not="fewer than 400 m with both speed and distance",
    find=find_unit,
)
DISTANCE_DISAGREEMENT = Check(
    name="distance_disagreement",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=("distance", "mean_pace"),
    thresholds=(DISAGREE, DISAGREE_POSITION, COMPARED_M),
    consequence="Half of the disagreement is added to the expected error of the distance.",
    remedy="Calibrate the foot pod, or wait for a position fix before you start.",
    why_not="fewer than 400 m with two kinds of distance",
    find=find_disagreement,
)
