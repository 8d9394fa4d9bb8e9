"""Figures of each night and daily value that verdicts rest on: the standard deviation of their source.

night: sleep_duration_s, error_source (s), error_unmeasured (s). daily_value: measured_value as ln_rmssd (ln_ms) or
resting_heart_rate (bpm), and error_source in the same unit.
"""

import polars as pl

from pipelines.quality.error_sources import source_error, vendor_hrv_error
from pipelines.quality.fact_frames import long_facts
from pipelines.quality.subjects import daily_values_in_use

UNMEASURED_SHARE = 0.5  # of the time not measured: it may have been sleep or not; engineering start value


def night_facts(nights: pl.DataFrame) -> pl.DataFrame:
    """Facts of every night, in long form."""
    wide = nights.select(
        pl.col("night_id").alias("subject_id"),
        "sleep_duration_s",
        pl.lit(source_error("sleep_duration", "device")).alias("error_source"),
        (UNMEASURED_SHARE * pl.col("unmeasured_s").fill_null(0.0).clip(0.0)).alias("error_unmeasured"),
    )
    return long_facts(wide, "night", {"sleep_duration_s": "s", "error_source": "s", "error_unmeasured": "s"})


def daily_value_facts(daily_values: pl.DataFrame) -> pl.DataFrame:
    """Facts of every RMSSD and resting heart rate a vendor states, in long form."""
    days = daily_values_in_use(daily_values)
    rmssd = days.filter((pl.col("metric") == "rmssd") & (pl.col("measured_value") > 0)).select(
        "subject_id",
        pl.col("measured_value").log().alias("ln_rmssd"),
        vendor_hrv_error(pl.col("method")).alias("error_source"),
    )
    resting = days.filter(pl.col("metric") == "resting_heart_rate").select(
        "subject_id",
        pl.col("measured_value").alias("resting_heart_rate"),
        pl.lit(source_error("resting_heart_rate", "device")).alias("error_source"),
    )
    return pl.concat(
        [
            long_facts(rmssd, "daily_value", {"ln_rmssd": "ln_ms", "error_source": "ln_ms"}),
            long_facts(resting, "daily_value", {"resting_heart_rate": "bpm", "error_source": "bpm"}),
        ]
    )
