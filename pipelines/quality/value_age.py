"""HRV against the athlete's age, for as long as their own days cannot say what is usual."""

import polars as pl

from pipelines.quality.contract import Check, Finding, Threshold
from pipelines.quality.daily_value import FAMILY, WEAR
from pipelines.quality.segments import whole_subjects
from pipelines.quality.trailing import LEAST_DAYS

NUNAN = "engineering start value around Nunan 2010 (short-term RMSSD 42 +- 15, 19-75 ms); runners are higher"


def _limit(side: str, ages: str, number: float) -> Threshold:
    return Threshold(name=f"{side} RMSSD at {ages}", number=number, unit="ms", source=NUNAN)


AGES = (
    (18, 30, _limit("lowest", "18 to 29", 15.0), _limit("highest", "18 to 29", 200.0)),
    (30, 45, _limit("lowest", "30 to 44", 12.0), _limit("highest", "30 to 44", 160.0)),
    (45, 60, _limit("lowest", "45 to 59", 8.0), _limit("highest", "45 to 59", 120.0)),
    (60, 120, _limit("lowest", "60 and more", 6.0), _limit("highest", "60 and more", 110.0)),
)
"""Age (years, from and below) by the year of the value less the year of birth, and the limits of RMSSD (ms)."""


def find_beyond_age(days: pl.DataFrame) -> Finding:
    """RMSSD outside what is common at that age, while fewer than 14 days of the athlete's own are known.

    15 to 200 ms below 30 years, 12 to 160 below 45, 8 to 120 below 60, 6 to 110 from then on. From 14 days on the
    athlete's own are the better measure, and this one is not assessable; nor is it under 18 or without a birth year.
    """
    age = pl.col("value_date").dt.year() - pl.col("birth_year")
    low, high = pl.lit(None, dtype=pl.Float64), pl.lit(None, dtype=pl.Float64)
    for youngest, older, lowest, highest in AGES:
        is_of_age = (age >= youngest) & (age < older)
        low = pl.when(is_of_age).then(lowest.number).otherwise(low)
        high = pl.when(is_of_age).then(highest.number).otherwise(high)
    early = days.filter((pl.col("metric") == "rmssd") & (pl.col("usual_count") < LEAST_DAYS.number)).with_columns(
        low.alias("age_low"), high.alias("age_high")
    )
    value = pl.col("measured_value")
    return whole_subjects(
        early.filter(pl.col("age_low").is_not_null()),
        (value < pl.col("age_low")) | (value > pl.col("age_high")),
        severity="doubtful",
        worst=value,
        evidence="{} ms is uncommon at this age",
    )


VALUE_AGE = Check(
    name="value_age",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=("hrv_day", "hrv_baseline"),
    thresholds=(*(limit for _, _, *limits in AGES for limit in limits), LEAST_DAYS),
    consequence="The value is doubtful until fourteen days of the athlete's own say what is usual.",
    remedy=WEAR,
    why_not="not RMSSD, no birth year in athlete.toml, or fourteen days of the athlete's own are known",
    find=find_beyond_age,
)
