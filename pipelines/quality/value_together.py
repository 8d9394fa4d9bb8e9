"""HRV and resting heart rate of one day that contradict each other: both far up, or both far down."""

import polars as pl

from pipelines.quality.contract import Check, Finding, Threshold
from pipelines.quality.daily_value import FAMILY, HRV, OUTLIER_FLOOR_BPM, OUTLIER_FLOOR_LN, WEAR
from pipelines.quality.segments import whole_subjects
from pipelines.quality.trailing import LEAST_DAYS, WINDOW_DAYS

START = "engineering start value"

FAR_HRV = Threshold(name="HRV far from the usual", number=2.5, unit="robust standard deviations", source=START)
FAR_RESTING = Threshold(
    name="heart rate far the same way", number=1.5, unit="robust standard deviations", source=f"{START}: they part"
)
DAY = ["athlete_id", "device_id", "value_date"]
RESTING = "resting_heart_rate"


def find_contradiction(days: pl.DataFrame) -> Finding:
    """HRV is 2.5 spreads from the usual of 60 days and resting heart rate of that day 1.5 to the same side.

    What slows a heart lets it vary more: both up or both down is rarely a body and often a device. Both values fail.
    With fewer than 14 days before it of either, on the same device: not assessable. Saturation in very fit athletes
    looks like it, therefore doubtful and no more.
    """
    known = days.filter((pl.col("usual_count") >= LEAST_DAYS.number) & pl.col("level").is_not_null())
    spread = (
        pl.when("is_hrv")
        .then(pl.max_horizontal("usual_spread", pl.lit(OUTLIER_FLOOR_LN.number)))
        .otherwise(pl.max_horizontal("usual_spread", pl.lit(OUTLIER_FLOOR_BPM.number)))
    )
    known = known.with_columns(((pl.col("level") - pl.col("usual_median")) / spread).alias("away"))
    away, is_resting, is_hrv = pl.col("away"), pl.col("metric") == RESTING, pl.col("metric").is_in(HRV)
    sides = (
        known.group_by(DAY, maintain_order=True)
        .agg(
            away.filter(is_hrv).max().alias("hrv_up"),
            away.filter(is_hrv).min().alias("hrv_down"),
            away.filter(is_resting).max().alias("resting_up"),
            away.filter(is_resting).min().alias("resting_down"),
        )
        .drop_nulls()
    )
    both = known.filter(is_resting | is_hrv).join(sides, on=DAY, how="inner", maintain_order="left")
    up = (pl.col("hrv_up") > FAR_HRV.number) & (pl.col("resting_up") > FAR_RESTING.number)
    down = (pl.col("hrv_down") < -FAR_HRV.number) & (pl.col("resting_down") < -FAR_RESTING.number)
    takes_part = pl.when(is_resting).then(FAR_RESTING.number).otherwise(FAR_HRV.number)
    return whole_subjects(
        both,
        (up & (away > takes_part)) | (down & (away < -takes_part)),
        severity="doubtful",
        worst=away,
        evidence="{} spreads from the usual, HRV and resting heart rate to the same side",
    )


VALUE_CONTRADICTION = Check(
    name="value_contradiction",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=("hrv_day", "hrv_baseline", "resting_hr"),
    thresholds=(FAR_HRV, FAR_RESTING, OUTLIER_FLOOR_LN, OUTLIER_FLOOR_BPM, LEAST_DAYS, WINDOW_DAYS),
    consequence="Both values of this day are doubtful.",
    remedy=WEAR,
    why_not="no HRV and resting heart rate of one device on this day, or fewer than 14 days before it",
    find=find_contradiction,
)
