"""Runs whose pace no satellite saw: on a belt, on an indoor track, or with a watch that never found its place."""

import polars as pl

from pipelines.quality.activity_rows import INDOOR, ON_FOOT, activity_rows
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.segments import whole_subjects
from pipelines.units import EARTH_RADIUS_M

START = "engineering start value"

COVERED_M = Threshold(name="way covered", number=400.0, unit="m by counter or speed", source=f"{START}: a track lap")
EXTENT_M = Threshold(name="never left", number=30.0, unit="m north to south and west to east", source=START)
CORRECTED = Threshold(
    name="corrected by hand",
    number=0.005,
    unit="fraction between sum and records",
    source=f"{START}: without, devices agree with themselves to a few metres",
)


def extent_m(column: str) -> pl.Expr:
    """How far (m) the positions of an activity reach along one axis; for sums over its records."""
    span = (pl.col(column).max() - pl.col(column).min()).radians() * EARTH_RADIUS_M
    return span * (pl.col("latitude_deg").mean().radians().cos() if column == "longitude_deg" else 1.0)


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per activity on foot: way_m, reach_m (null without positions), is_named_indoor, stated_ratio."""
    speed_m = (pl.col("device_m_per_s") * pl.col("dt_s")).filter(~pl.col("is_gap")).sum()
    counted_m = pl.col("distance_m").max() - pl.col("distance_m").min()
    on_foot = rows.filter(pl.col("sport").is_in(ON_FOOT))
    sums = on_foot.group_by("subject_id", maintain_order=True).agg(
        pl.max_horizontal(speed_m, counted_m).alias("way_m"),
        counted_m.alias("counted_m"),
        pl.max_horizontal(extent_m("latitude_deg"), extent_m("longitude_deg")).alias("reach_m"),
        pl.col("sub_sport").is_in(INDOOR).fill_null(value=False).first().alias("is_named_indoor"),
        pl.col("stated_m").first(),
        pl.col("clock_s").max().clip(0.0).alias("duration_s"),
        pl.len().alias("row_count"),
    )
    return sums.with_columns((pl.col("stated_m") / pl.col("counted_m")).alias("stated_ratio"))


FAMILY = Family(signal="movement", subject_kind="activity", table="records", rows=activity_rows, measure=measure)


def find_indoors(activities: pl.DataFrame) -> Finding:
    """On foot for 400 m and more, and said to be indoors, without positions, or never 30 m away from one place.

    Then speed is counted by belt, arm or foot. Where the device's own sum differs from its records by 0.5 % the run
    was corrected by hand, which calibrates it; else it is as counted.
    """
    finding = whole_subjects(
        activities.filter(pl.col("way_m") >= COVERED_M.number),
        pl.col("is_named_indoor") | (pl.col("reach_m").fill_null(0.0) < EXTENT_M.number),
        severity="doubtful",
        worst=pl.col("stated_ratio"),
        evidence="{}",
    )
    ratio = pl.col("evidence").cast(pl.Float64, strict=False)
    told = (
        pl.when(((ratio - 1).abs() > CORRECTED.number).fill_null(value=False))
        .then(pl.format("pace not by satellite; corrected by hand to {} of what was counted", "evidence"))
        .otherwise(pl.lit("pace not by satellite, and as counted: nobody corrected it"))
    )
    return Finding(segments=finding.segments.with_columns(told.alias("evidence")), assessed=finding.assessed)


PACE_INDOORS = Check(
    name="pace_indoors",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=(),
    thresholds=(COVERED_M, EXTENT_M, CORRECTED),
    consequence="No fault: the expected error of distance and pace is that of a belt, and bests are not taken from it.",
    remedy="After a run on a belt, set the distance the belt shows, so that the watch learns your stride.",
    why_not="not on foot, or less than 400 m",
    find=find_indoors,
)
