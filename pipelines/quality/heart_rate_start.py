"""Heart rate in the first minutes: a dry strap or a cold wrist shows what no heart does there."""

import polars as pl

from pipelines.quality.activity_rows import MOVING_M_PER_S, ON_FOOT, activity_rows
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.segments import row_segments

START = "engineering start value"

START_S = Threshold(name="first minutes", number=300.0, unit="s", source=f"{START}: a strap is wet by then")
LATER_S = Threshold(name="compared until", number=900.0, unit="s", source=f"{START}: before much drift")
LATER_VALUES_S = Threshold(name="heart rate compared with", number=120.0, unit="s of it", source=START)
SOON_S = Threshold(
    name="high at once",
    number=45.0,
    unit="s",
    source="first-order kinetics of heart rate, time constant 25-45 s: no heart is above its later level by then",
)
HIGH_BPM = Threshold(name="above all that follows", number=12.0, unit="bpm above the 90th percentile", source=START)
RISEN_S = Threshold(
    name="risen by", number=150.0, unit="s", source="first-order kinetics, time constant 25-45 s: within a few percent"
)
LOW_BPM = Threshold(name="below all that follows", number=20.0, unit="bpm below the 20th percentile", source=START)
FASTER = Threshold(name="as fast as later", number=0.10, unit="fraction of the later median speed", source=START)
EXPLAINED = Threshold(
    name="explained by speed", number=40.0, unit="bpm per m/s beyond that", source=f"{START}: more than runners need"
)
LASTING_S = Threshold(name="shortest transient", number=15.0, unit="s", source=START)

SMOOTH_S = 15
"""Speed is compared as a mean over so many records."""


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """The records of the first quarter of an hour on foot, with start_bpm, how far (bpm) each is beyond what follows.

    start_bpm is positive above and negative below, 0 where it is within, and null where there is nothing to compare.
    """
    early = rows.filter(pl.col("sport").is_in(ON_FOOT) & (pl.col("clock_s") <= LATER_S.number)).select(
        "subject_id",
        "row_index",
        "at_s",
        "clock_s",
        "length_s",
        pl.when(pl.col("heart_rate_bpm") > 0).then(pl.col("heart_rate_bpm").cast(pl.Float64)).alias("bpm"),
        pl.when(~pl.col("is_paused"))
        .then(pl.coalesce("device_m_per_s", "counted_m_per_s"))
        .rolling_mean(SMOOTH_S, min_samples=1)
        .over("subject_id")
        .alias("smooth_m_per_s"),
    )
    return _with_excess(early.join(_later(early), on="subject_id", how="left", maintain_order="left"))


def _later(early: pl.DataFrame) -> pl.DataFrame:
    """What heart rate and speed are from the fifth minute on, where there are two minutes of both."""
    later = early.filter(
        (pl.col("clock_s") >= START_S.number)
        & pl.col("bpm").is_not_null()
        & (pl.col("smooth_m_per_s") >= MOVING_M_PER_S.number)
    )
    found = later.group_by("subject_id").agg(
        pl.col("length_s").sum().alias("later_s"),
        pl.col("bpm").quantile(0.9).alias("high_bpm"),
        pl.col("bpm").quantile(0.2).alias("low_bpm"),
        pl.col("smooth_m_per_s").median().alias("later_m_per_s"),
    )
    return found.filter(pl.col("later_s") >= LATER_VALUES_S.number)


def _with_excess(early: pl.DataFrame) -> pl.DataFrame:
    start = early.filter((pl.col("clock_s") < START_S.number) & pl.col("later_m_per_s").is_not_null())
    speed, later = pl.col("smooth_m_per_s"), pl.col("later_m_per_s")
    faster = (speed - (1 + FASTER.number) * later).clip(0.0) * EXPLAINED.number
    slower = ((1 - FASTER.number) * later - speed).clip(0.0) * EXPLAINED.number
    above, below = pl.col("bpm") - pl.col("high_bpm"), pl.col("bpm") - pl.col("low_bpm")
    is_high, is_low = above > HIGH_BPM.number + faster, below < -LOW_BPM.number - slower
    start = start.with_columns(
        pl.when(is_high).then(above).when(is_low).then(below).otherwise(0.0).alias("start_bpm")
    ).with_columns(pl.struct("subject_id", pl.col("start_bpm").sign().alias("side")).rle_id().alias("stretch"))
    # A heart may be below while it rises; one that has had the time and is still there was not seen all along.
    counts = (pl.col("start_bpm") > 0) | (pl.col("clock_s") >= RISEN_S.number)
    start = start.with_columns(
        pl.when(counts).then("length_s").otherwise(0.0).sum().over("stretch").alias("stretch_s"),
        pl.col("clock_s").min().over("stretch").alias("stretch_from_s"),
    )
    lasting = pl.col("stretch_s") >= LASTING_S.number
    at_once = (pl.col("start_bpm") < 0) | (pl.col("stretch_from_s") <= SOON_S.number)
    return start.with_columns(
        pl.when(pl.col("bpm").is_null())
        .then(None)
        .when(lasting & at_once)
        .then("start_bpm")
        .otherwise(0.0)
        .alias("start_bpm")
    )


FAMILY = Family(signal="heart_rate", subject_kind="activity", table="records", rows=activity_rows, measure=measure)


def find_transient(rows: pl.DataFrame) -> Finding:
    """In the first five minutes heart rate is where it never is in the next ten, at a speed that does not explain it.

    Either more than 12 bpm above their 90th percentile from the first 45 s on; or more than 20 bpm below their 20th,
    still so two and a half minutes after the start. For 15 s, on foot; a speed 10 % above or below what is usual later
    explains 40 bpm for every m/s beyond.
    """
    return row_segments(
        rows,
        pl.col("start_bpm").abs() > 0,
        assessable=pl.col("start_bpm").is_not_null(),
        severity="doubtful",
        worst=pl.col("start_bpm"),
        evidence="{} bpm beyond what follows",
    )


HR_START = Check(
    name="hr_start_transient",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=("load", "hr_zones", "decoupling"),
    thresholds=(
        *(START_S, LATER_S, LATER_VALUES_S, SOON_S, HIGH_BPM),
        *(RISEN_S, LOW_BPM, FASTER, EXPLAINED, LASTING_S, MOVING_M_PER_S),
    ),
    consequence="These seconds are left out of mean heart rate, zones, load and decoupling.",
    remedy="Moisten the strap before you start, or let a watch find your pulse while you stand for half a minute.",
    why_not="not on foot, or no heart rate with speed in both the first five and the next ten minutes",
    find=find_transient,
)
