"""Figures of each beat series that verdicts, expected errors and observations rest on.

interval_count, duration_s, valid_s, pair_count, epoch_count (nights; null otherwise), flagged_fraction (of intervals
in clear windows), rhythm_fraction (of intervals in windows whose rhythm is not assessable for HRV), missing_fraction
(of the time without a good beat), mean_rr_ms, rmssd_ms, ln_rmssd, and the standard deviations error_sampling,
error_artifact, error_missing, error_source and error_resolution (ln_ms), error_heart_rate_source and _flagged (bpm).
"""

import polars as pl

from pipelines.quality.error_sources import (
    artifact_error,
    loss_error,
    night_artifact_share,
    sampling_error,
)
from pipelines.quality.fact_frames import long_facts
from pipelines.quality.resolution import resolution_error
from pipelines.quality.rmssd import epochs, night_values

UNITS = {
    "interval_count": "count",
    "duration_s": "s",
    "valid_s": "s",
    "pair_count": "count",
    "epoch_count": "count",
    "flagged_fraction": "fraction",
    "rhythm_fraction": "fraction",
    "missing_fraction": "fraction",
    "mean_rr_ms": "ms",
    "rmssd_ms": "ms",
    "ln_rmssd": "ln_ms",
    "error_sampling": "ln_ms",
    "error_artifact": "ln_ms",
    "error_missing": "ln_ms",
    "error_source": "ln_ms",
    "error_resolution": "ln_ms",
    "error_heart_rate_source": "bpm",
    "error_heart_rate_flagged": "bpm",
}

RESTING_SOURCE_BPM = 0.5  # mean of good intervals against the heart's own; engineering start value
RESTING_FLAGGED_BPM = 5.0  # per share of intervals flagged; engineering start value


def beat_facts(rows: pl.DataFrame) -> pl.DataFrame:
    """Facts of every series among the rows of `beat_rows`, in long form."""
    is_night = pl.col("reading") == "night"
    nights = night_values(epochs(rows.filter(is_night)))
    wide = _totals(rows).join(nights, on="subject_id", how="left", maintain_order="left")
    wide = wide.with_columns(
        pl.when(is_night).then(pl.col("epoch_count").fill_null(0)).alias("epoch_count"),
        pl.when(is_night).then("median_rmssd_ms").otherwise("pooled_rmssd_ms").alias("rmssd_ms"),
        (1 - pl.col("valid_s") / pl.col("duration_s")).clip(0.0, 1.0).alias("missing_fraction"),
    ).with_columns(
        pl.when(pl.col("rmssd_ms") > 0).then(pl.col("rmssd_ms").log()).alias("ln_rmssd"),
        pl.when(is_night).then("sampling_ln").otherwise(sampling_error(pl.col("valid_s"))).alias("error_sampling"),
        (
            artifact_error(pl.col("flagged_fraction")) * pl.when(is_night).then(night_artifact_share()).otherwise(1.0)
        ).alias("error_artifact"),
        pl.when(is_night).then(0.0).otherwise(loss_error(pl.col("missing_fraction"))).alias("error_missing"),
        pl.col("source_ln").alias("error_source"),
        resolution_error(pl.col("rmssd_ms"), pl.col("pair_count"), pl.col("resolution_ms")).alias("error_resolution"),
        pl.lit(RESTING_SOURCE_BPM).alias("error_heart_rate_source"),
        (RESTING_FLAGGED_BPM * pl.col("flagged_fraction")).alias("error_heart_rate_flagged"),
    )
    return long_facts(wide, "beat_series", UNITS)


def _totals(rows: pl.DataFrame) -> pl.DataFrame:
    clear = pl.col("is_rhythm_clear")
    return rows.group_by("subject_id", "reading", maintain_order=True).agg(
        pl.len().alias("interval_count"),
        pl.col("resolution_ms", "source_ln").first(),
        (pl.col("at_s") + pl.col("length_s")).max().alias("duration_s"),
        pl.col("length_s").filter("is_good").sum().alias("valid_s"),
        pl.col("square_ms2").count().alias("pair_count"),
        pl.col("reason").is_not_null().filter(clear).mean().alias("flagged_fraction"),
        (~clear).mean().alias("rhythm_fraction"),
        pl.col("rr_ms").filter("is_good").mean().alias("mean_rr_ms"),
        pl.col("square_ms2").mean().sqrt().alias("pooled_rmssd_ms"),
    )
