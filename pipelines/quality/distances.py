"""Distances of one activity: as summed up, as counted, as its speed adds up, and along its positions."""

from collections.abc import Callable

import numpy as np
import polars as pl

from pipelines.quality.activity_rows import INDOOR, ON_FOOT, activity_rows, is_moved
from pipelines.quality.contract import Check, Family, Finding, Severity, Threshold
from pipelines.quality.indoors import EXTENT_M, extent_m
from pipelines.quality.placed import along
from pipelines.quality.segments import whole_subjects

START = "engineering start value"

DISAGREE = Threshold(name="speed against distance", number=0.05, unit="fraction", source=START)
DISAGREE_POSITION = Threshold(
    name="positions against distance", number=0.10, unit="fraction", source=f"{START}: position noise alone adds 1-3 %"
)
DISAGREE_STATED = Threshold(
    name="sum against distance",
    number=0.05,
    unit="fraction",
    source=f"{START}: a belt corrected by hand after the run is off by more",
)
UNIT_NEAR = Threshold(name="near a unit's factor", number=0.02, unit="fraction", source=START)
UNIT_NEAR_POSITION = Threshold(
    name="near a unit's factor, by position",
    number=0.04,
    unit="fraction",
    source=f"{START}: position noise alone adds 1-3 %",
)
FOLLOWS = Threshold(name="counter equals positions", number=0.01, unit="fraction", source=START)
LONGER = Threshold(
    name="longer than the speed says", number=0.02, unit="fraction", source=f"{START}: a clean track wanders by 0.5 %"
)
EXPLAINED = Threshold(name="of which wandering explains", number=0.5, unit="fraction", source=START)
LONGER_MOST = Threshold(
    name="longer by no more than", number=0.20, unit="fraction", source=f"{START}: beyond, the speed may be at fault"
)
DENSE_S = Threshold(name="usual step", number=2.0, unit="s", source=START)
STANDING_M_PER_S = Threshold(name="standing", number=0.2, unit="m/s", source=START)
COMPARED_M = Threshold(name="compared", number=400.0, unit="m", source=f"{START}: a track lap")

UNIT_FACTORS = (1.609344, 2.236936, 3.6, 3.280840, 10.0, 1000.0)
"""Miles for km, miles per hour, km/h, feet, a shifted decimal point and m for km: what a wrong unit is off by."""


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per activity: counted_m, speed_m, position_m over the steps that have both of a pair, and their ratios.

    Ratios are null below 400 m; positions are compared for sports on foot, ridden ones and those not stated, outdoors,
    and where they reach 30 m: a watch that never found its place says nothing of the way. `stated_ratio` is the
    device's own sum over what its records count from first to last, gaps and pauses included.
    """
    step = pl.col("dt_s").is_not_null() & ~pl.col("is_gap") & ~pl.col("is_counter_leap")
    way = pl.col("counted_m_per_s") * pl.col("dt_s")
    own = pl.col("device_m_per_s") * pl.col("dt_s")
    # Who stands by step rate and speed covers nothing, whatever drifting positions make a counter count.
    stands = (pl.col("cadence_rpm") == 0) & (pl.col("device_m_per_s") < STANDING_M_PER_S.number)
    both = step & pl.col("counted_m_per_s").is_not_null() & pl.col("device_m_per_s").is_not_null()
    both &= ~stands.fill_null(value=False)
    along = step & pl.col("counted_m_per_s").is_not_null() & pl.col("step_m").is_not_null()
    outdoors = is_moved() & ~pl.col("sub_sport").is_in(INDOOR).fill_null(value=False)
    sums = rows.group_by("subject_id", maintain_order=True).agg(
        way.filter(both).sum().alias("counted_m"),
        own.filter(both).sum().alias("speed_m"),
        way.filter(along & outdoors).sum().alias("counted_along_m"),
        pl.col("step_m").filter(along & outdoors).sum().alias("position_m"),
        (pl.col("distance_m").max() - pl.col("distance_m").min()).alias("whole_m"),
        pl.max_horizontal(extent_m("latitude_deg"), extent_m("longitude_deg")).alias("reach_m"),
        pl.col("stated_m").first(),
        pl.col("clock_s").max().clip(0.0).alias("duration_s"),
        pl.len().alias("row_count"),
        pl.col("dt_s").median().alias("usual_step_s"),
    )
    ratios = sums.with_columns(
        _ratio("speed_m", "counted_m").alias("speed_ratio"),
        pl.when(pl.col("reach_m") >= EXTENT_M.number)
        .then(_ratio("position_m", "counted_along_m"))
        .alias("position_ratio"),
        pl.when(pl.col("stated_m") > 0).then(_ratio("stated_m", "whole_m")).alias("stated_ratio"),
    )
    return _with_follows(ratios, rows)


def _with_follows(ratios: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Adds follows_positions: the counter sums up positions that wander, and that explains most of the difference."""
    may = ratios.filter(_may_follow())["subject_id"]
    own = rows.filter(pl.col("subject_id").is_in(may.implode()) & pl.col("sport").is_in(ON_FOOT))
    if own.is_empty():
        return ratios.with_columns(pl.lit(value=False).alias("follows_positions"))
    _, straight, jump = along(own)
    ways = own.select("subject_id", "step_m", "dt_s", pl.Series("straight", straight)).filter(
        pl.Series(np.isfinite(straight) & ~jump)
    )
    wander = pl.col("step_m").sum() / (pl.col("straight") * pl.col("dt_s")).sum() - 1
    found = ratios.join(
        ways.group_by("subject_id").agg(wander.alias("wander")), on="subject_id", how="left", maintain_order="left"
    )
    explains = pl.col("wander") >= EXPLAINED.number * (1 / pl.col("speed_ratio") - 1)
    return found.with_columns((_may_follow() & explains).fill_null(value=False).alias("follows_positions"))


def _may_follow() -> pl.Expr:
    """Whether the counter equals the positions, and both are longer than the speed says.

    Wandering only ever makes a way longer, and a speed by satellite is no difference of positions. Only of records
    every two seconds: positions further apart lengthen little, and a speed stands for no more than its moment.
    """
    equals = (pl.col("position_ratio") - 1).abs() <= FOLLOWS.number
    longer = pl.col("speed_ratio").is_between(1 / (1 + LONGER_MOST.number), 1 / (1 + LONGER.number))
    return (equals & longer & (pl.col("usual_step_s") <= DENSE_S.number)).fill_null(value=False)


def _ratio(one: str, other: str) -> pl.Expr:
    """One distance over another, null where the other is too short to compare."""
    return pl.when(pl.col(other) >= COMPARED_M.number).then(pl.col(one) / pl.col(other))


FAMILY = Family(signal="movement", subject_kind="activity", table="records", rows=activity_rows, measure=measure)


def off_by_a_unit(ratio: pl.Expr, *, near: float = UNIT_NEAR.number) -> pl.Expr:
    """Is the ratio as near as that (2 %) to a factor between units, or to its inverse?"""
    factors = [*UNIT_FACTORS, *(1 / factor for factor in UNIT_FACTORS)]
    return pl.any_horizontal((ratio / factor - 1).abs() <= near for factor in factors)


def find_unit(activities: pl.DataFrame) -> Finding:
    """Speed adds up to the counted distance times 1.609, 2.237, 3.6, 3.281, 10 or 1000, or one of their inverses.

    Needs 400 m with both.
    """
    return whole_subjects(
        activities.filter(pl.col("speed_ratio").is_not_null()),
        off_by_a_unit(pl.col("speed_ratio")),
        severity="unusable",
        worst=pl.col("speed_ratio"),
        evidence="speed adds up to {} times the distance",
    )


def find_distance_unit(activities: pl.DataFrame) -> Finding:
    """The way along the positions is the counted distance times 1.609, 3.281, 10 or another factor between units.

    So is the device's own sum of the whole, against what its records count. Needs 400 m with both.
    """
    by_position = off_by_a_unit(pl.col("position_ratio"), near=UNIT_NEAR_POSITION.number).fill_null(value=False)
    by_sum = off_by_a_unit(pl.col("stated_ratio")).fill_null(value=False)
    return whole_subjects(
        activities.filter(pl.col("position_ratio").is_not_null() | pl.col("stated_ratio").is_not_null()),
        by_position | by_sum,
        severity="unusable",
        worst=pl.when(by_position).then("position_ratio").otherwise("stated_ratio"),
        evidence="another distance of the same way is {} times as long",
    )


def find_disagreement(activities: pl.DataFrame) -> Finding:
    """Speed adds up to 5 % more or less than the counted distance, the positions to 10 %, or the device's sum to 5 %.

    Needs 400 m with both of a pair.
    """
    off = {name: (pl.col(name) - 1).abs() for name in ("speed_ratio", "position_ratio", "stated_ratio")}
    limits = {"speed_ratio": DISAGREE, "position_ratio": DISAGREE_POSITION, "stated_ratio": DISAGREE_STATED}
    fails = pl.any_horizontal((off[name] > limit.number).fill_null(value=False) for name, limit in limits.items())
    return whole_subjects(
        activities.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in off)),
        fails,
        severity="doubtful",
        worst=100 * pl.max_horizontal(off.values()),
        evidence="distances disagree by {} %",
    )


def _check(
    name: str, find: Callable[[pl.DataFrame], Finding], thresholds: tuple[Threshold, ...], severity: Severity
) -> Check:
    wrong_unit = severity == "unusable"
    return Check(
        name=name,
        version={"distance_disagreement": 4, "distance_unit": 3}.get(name, 2),
        family=FAMILY,
        severity=severity,
        purposes=("distance", "mean_pace", "splits", "bests", "decoupling")
        if wrong_unit
        else ("distance", "mean_pace"),
        thresholds=thresholds,
        consequence="Distance and pace of this activity are not used: one of the two is in a wrong unit."
        if wrong_unit
        else "Half of the disagreement is added to the expected error of the distance.",
        remedy="Export the activity again from the device itself, not through a converter."
        if wrong_unit
        else "Calibrate the foot pod, or wait for a position fix before you start.",
        why_not="fewer than 400 m with two kinds of distance",
        find=find,
    )


SPEED_UNIT = _check("speed_unit", find_unit, (UNIT_NEAR, COMPARED_M), "unusable")
DISTANCE_UNIT = _check("distance_unit", find_distance_unit, (UNIT_NEAR, UNIT_NEAR_POSITION, COMPARED_M), "unusable")
DISTANCE_DISAGREEMENT = _check(
    "distance_disagreement",
    find_disagreement,
    (
        DISAGREE,
        DISAGREE_POSITION,
        DISAGREE_STATED,
        COMPARED_M,
        STANDING_M_PER_S,
    ),
    "doubtful",
)
