"""Steps that no legs make: their length and rate against the speed, in stretches of an activity on foot."""

from dataclasses import replace

import polars as pl

from pipelines.quality.activity_rows import ON_FOOT, activity_rows
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.segments import row_segments
from pipelines.quality.step_rate import DOUBLED, HALVED, RUNNING_M_PER_S, STEPPING_M_PER_S

START = "engineering start value"

SHORTEST_M = Threshold(name="shortest step", number=0.4, unit="m", source=START)
LONGEST_M = Threshold(name="longest step", number=2.2, unit="m", source=f"{START}: sprinters reach 2.4 for seconds")
LASTING_S = Threshold(name="shortest stretch", number=30.0, unit="s", source=START)


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """The records on foot that move and hold a cadence, with own_m_per_s and step_long_m, the length of a step."""
    speed = pl.coalesce("device_m_per_s", "counted_m_per_s")
    return (
        rows.filter(
            pl.col("sport").is_in(ON_FOOT)
            & ~pl.col("is_paused")
            & (pl.col("cadence_rpm") > 0)
            & (speed >= STEPPING_M_PER_S)
        )
        .select("subject_id", "row_index", "at_s", "length_s", "cadence_rpm", speed.alias("own_m_per_s"))
        .with_columns((pl.col("own_m_per_s") * 30.0 / pl.col("cadence_rpm")).alias("step_long_m"))
    )


FAMILY = Family(signal="steps", subject_kind="activity", table="records", rows=activity_rows, measure=measure)


def find_step_length(rows: pl.DataFrame) -> Finding:
    """For 30 s steps are shorter than 0.4 m or longer than 2.2, or of half or twice the rate of legs at that speed.

    Half is below 55 strides a minute of one leg at running speed, twice is above 120. On foot, moving.
    """
    long = pl.col("step_long_m")
    halved = (pl.col("cadence_rpm") < HALVED.number) & (pl.col("own_m_per_s") >= RUNNING_M_PER_S.number)
    finding = row_segments(
        rows,
        (long < SHORTEST_M.number) | (long > LONGEST_M.number) | halved | (pl.col("cadence_rpm") > DOUBLED.number),
        assessable=long.is_not_null(),
        severity="doubtful",
        worst=long,
        evidence="steps of {} m",
        join_s=1.0,
    )
    lasting = (pl.col("end_s") - pl.col("start_s")) >= LASTING_S.number
    return replace(finding, segments=finding.segments.filter(lasting))


STEP_LENGTH = Check(
    name="step_length",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=(),
    thresholds=(SHORTEST_M, LONGEST_M, LASTING_S, HALVED, RUNNING_M_PER_S, DOUBLED),
    consequence="Said, and nothing is left out: either speed or cadence is wrong, and other checks judge speed.",
    remedy="Calibrate the foot pod, or clip the sensor tighter: it lost or counted twice what your legs did.",
    why_not="not on foot, or no cadence with speed in the records",
    find=find_step_length,
)
