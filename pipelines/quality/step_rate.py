"""Step rate on foot: counted in the unit it is stored in, strides of one leg."""

import polars as pl

from pipelines.quality.activity_rows import ON_FOOT, activity_rows
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.segments import whole_subjects

START = "engineering start value"

DOUBLED = Threshold(
    name="more than legs do", number=120.0, unit="strides/min of one leg, median", source=f"{START}: 240 steps a minute"
)
HALVED = Threshold(
    name="fewer than running needs", number=55.0, unit="strides/min of one leg, median", source=f"{START}: 110 steps"
)
RUNNING_M_PER_S = Threshold(name="running", number=2.2, unit="m/s, median", source=f"{START}: above a fast walk")
LEAST_S = Threshold(name="moving with cadence", number=120.0, unit="s", source=START)
STEPPING_M_PER_S = 1.0  # slower, cadence says nothing of a gait


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per activity on foot: strides (median while moving), running_m_per_s (median then), moving_s."""
    speed = pl.coalesce("device_m_per_s", "counted_m_per_s")
    steps = rows.filter(
        pl.col("sport").is_in(ON_FOOT)
        & ~pl.col("is_paused")
        & (pl.col("cadence_rpm") > 0)
        & pl.col("dt_s").is_not_null()
    ).with_columns(speed.alias("own_m_per_s"))
    moving = steps.filter(pl.col("own_m_per_s").is_null() | (pl.col("own_m_per_s") >= STEPPING_M_PER_S))
    return (
        moving.group_by("subject_id", maintain_order=True)
        .agg(
            pl.col("cadence_rpm").median().alias("strides"),
            pl.col("own_m_per_s").median().alias("running_m_per_s"),
            pl.col("length_s").sum().alias("moving_s"),
            pl.col("clock_s").max().clip(0.0).alias("duration_s"),
            pl.len().alias("row_count"),
        )
        .filter(pl.col("moving_s") >= LEAST_S.number)
    )


FAMILY = Family(signal="movement", subject_kind="activity", table="records", rows=activity_rows, measure=measure)


def find_unit(activities: pl.DataFrame) -> Finding:
    """Half of the strides counted are above 120 a minute of one leg, or below 55 while running.

    Then steps were stored as strides, or every second one was counted: a factor of two. On foot, with two minutes.
    """
    halved = (pl.col("strides") < HALVED.number) & (pl.col("running_m_per_s") >= RUNNING_M_PER_S.number)
    return whole_subjects(
        activities,
        (pl.col("strides") > DOUBLED.number) | halved.fill_null(value=False),
        severity="doubtful",
        worst=pl.col("strides"),
        evidence="{} strides a minute of one leg",
    )


CADENCE_UNIT = Check(
    name="cadence_unit",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=(),
    thresholds=(DOUBLED, HALVED, RUNNING_M_PER_S, LEAST_S),
    consequence="Said, and nothing is left out: no purpose uses the step rate, but what compares with it cannot.",
    remedy="Export the activity again from the device itself, not through a converter.",
    why_not="not on foot, or less than two minutes with cadence",
    find=find_unit,
)
