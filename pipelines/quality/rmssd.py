"""RMSSD from pairs of neighbouring good intervals only: nothing is interpolated, nothing joined over a gap.

Source: Task Force of the ESC and NASPE 1996, Circulation 93:1043-1065, for RMSSD; Shaffer & Ginsberg 2017 for its
short forms; the rules for epochs and length are engineering start values.
"""

import polars as pl

from pipelines.quality.contract import Threshold

START = "engineering start value"

ADJACENT_S = Threshold(name="adjacent", number=0.05, unit="s", source=f"{START}: half the finest gap a watch leaves")
EPOCH_S = Threshold(name="epoch", number=300.0, unit="s", source="Task Force 1996: 5 minutes for short-term HRV")
EPOCH_VALID = Threshold(name="epoch covered", number=0.60, unit="fraction", source=START)
EPOCH_PAIRS = Threshold(name="pairs of an epoch", number=100.0, unit="pairs", source=START)
LARGEST_RHO = 0.9  # keeps the standard error finite when every epoch equals the one before


def pair_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `is_good`, `is_pair` and `square_ms2` to rows of beats in time order.

    A pair counts when both intervals are good, in one series and adjacent in time; needs `reason`, `is_rhythm_clear`,
    `is_adjacent` and `rr_ms`.
    """
    good = pl.col("reason").is_null() & pl.col("is_rhythm_clear")
    return rows.with_columns(good.alias("is_good")).with_columns(
        pl.when(pl.col("is_good") & pl.col("is_good").shift() & pl.col("is_adjacent"))
        .then((pl.col("rr_ms") - pl.col("rr_ms").shift()) ** 2)
        .alias("square_ms2")
    )


def epochs(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per series and 5-minute epoch: pair_count, valid_s, covered_fraction, rmssd_ms, is_valid.

    The first and last epoch may be shorter: the share covered is of the whole five minutes.
    """
    return (
        rows.group_by("subject_id", "epoch", maintain_order=True)
        .agg(
            pl.col("square_ms2").count().alias("pair_count"),
            (pl.col("square_ms2").mean().sqrt()).alias("rmssd_ms"),
            pl.col("length_s").filter("is_good").sum().alias("valid_s"),
        )
        .with_columns((pl.col("valid_s") / EPOCH_S.number).alias("covered_fraction"))
        .with_columns(
            (
                (pl.col("covered_fraction") >= EPOCH_VALID.number)
                & (pl.col("pair_count") >= EPOCH_PAIRS.number)
                & (pl.col("rmssd_ms") > 0)
            ).alias("is_valid")
        )
    )


def night_values(epoch_rows: pl.DataFrame) -> pl.DataFrame:
    """One row per series: epoch_count, median_rmssd_ms over valid epochs, and its standard error in ln_ms.

    The standard error allows for epochs that follow one another: sd * sqrt((1 + rho) / (1 - rho) / n).
    """
    ln = pl.col("rmssd_ms").log()
    return (
        epoch_rows.filter("is_valid")
        .with_columns(ln.alias("ln"))
        .group_by("subject_id", maintain_order=True)
        .agg(
            pl.len().alias("epoch_count"),
            pl.col("rmssd_ms").median().alias("median_rmssd_ms"),
            pl.col("ln").std().alias("spread"),
            pl.corr(pl.col("ln"), pl.col("ln").shift()).alias("rho"),
        )
        .with_columns(pl.col("rho").fill_nan(0.0).fill_null(0.0).clip(0.0, LARGEST_RHO))
        .with_columns(
            (pl.col("spread") * ((1 + pl.col("rho")) / (1 - pl.col("rho")) / pl.col("epoch_count")).sqrt()).alias(
                "sampling_ln"
            )
        )
        .drop("spread", "rho")
    )
