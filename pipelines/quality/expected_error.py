"""The expected error of each value, part by part: what flags, sampling, missing data and the source add to it.

    expected error = 1.28 * sqrt(sum of squared standard deviations and biases) * conformal factor

so that it is smaller in 80 % of cases; the factor is added where purpose and source meet (`conformal`). A bias b beside
a Gaussian of standard deviation s is added as if it were one: 1.28 * sqrt(b^2 + s^2) is at most 3 % below the 80 %
quantile of |b + s * z|, and above it where b outweighs s.
Masks are united before they get here: a second flagged twice costs once. What a stretch of checks costs together is
shared among them by the rows each flagged.
"""

from dataclasses import dataclass

import polars as pl

from pipelines.quality.catalogue import checks
from pipelines.quality.error_sources import P80

UNITS = {
    "distance": "fraction",
    "mean_pace": "fraction",
    "splits": "fraction",
    "bests": "fraction",
    "decoupling": "fraction",
    "load": "bpm",
    "hr_zones": "bpm",
    "hrv_day": "ln_ms",
    "hrv_baseline": "ln_ms",
    "resting_hr": "bpm",
    "sleep_duration": "s",
}
"""Unit of the expected error of each purpose."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """One part of the error of a purpose: a fact that holds its standard deviation, and what to name as its reason.

    `signals` names the families of checks whose flags make this part; without, `reason` is the name.
    """

    subject_kind: str
    purpose: str
    fact: str
    reason: str
    signals: tuple[str, ...] = ()
    factor: float = 1.0


def _movement_terms(purpose: str, factor: float) -> tuple[Term, ...]:
    kind = "activity"
    return (
        Term(subject_kind=kind, purpose=purpose, fact="error_distance_source", reason="source", factor=factor),
        Term(subject_kind=kind, purpose=purpose, fact="error_distance_position", reason="source", factor=factor),
        Term(
            subject_kind=kind,
            purpose=purpose,
            fact="error_distance_flagged",
            reason="flagged",
            signals=("movement",),
            factor=factor,
        ),
        Term(subject_kind=kind, purpose=purpose, fact="error_distance_missing", reason="record_gap", factor=factor),
        Term(
            subject_kind=kind,
            purpose=purpose,
            fact="error_distance_disagreement",
            reason="distance_disagreement",
            factor=factor,
        ),
    )


def _heart_rate_terms(purpose: str) -> tuple[Term, ...]:
    kind = "activity"
    return (
        Term(subject_kind=kind, purpose=purpose, fact="error_heart_rate_source", reason="source"),
        Term(
            subject_kind=kind,
            purpose=purpose,
            fact="error_heart_rate_flagged",
            reason="flagged",
            signals=("heart_rate",),
        ),
        Term(subject_kind=kind, purpose=purpose, fact="error_heart_rate_missing", reason="missing"),
        Term(subject_kind=kind, purpose=purpose, fact="error_heart_rate_effort", reason="hr_effort"),
    )


def _hrv_terms(purpose: str) -> tuple[Term, ...]:
    kind = "beat_series"
    return (
        Term(subject_kind=kind, purpose=purpose, fact="error_sampling", reason="sampling"),
        Term(subject_kind=kind, purpose=purpose, fact="error_artifact", reason="flagged", signals=("beats",)),
        Term(subject_kind=kind, purpose=purpose, fact="error_missing", reason="missing"),
        Term(subject_kind=kind, purpose=purpose, fact="error_source", reason="source"),
        Term(subject_kind=kind, purpose=purpose, fact="error_resolution", reason="resolution"),
        Term(subject_kind="daily_value", purpose=purpose, fact="error_source", reason="source"),
    )


SEGMENT_FACTOR = 1.5
"""A split is shorter than the whole: its distance is known that much less well. Engineering start value."""

TERMS = (
    *_movement_terms("distance", 1.0),
    *_movement_terms("mean_pace", 1.0),
    *_movement_terms("splits", SEGMENT_FACTOR),
    *_movement_terms("bests", 1.0),
    Term(subject_kind="activity", purpose="decoupling", fact="error_decoupling_source", reason="source"),
    Term(
        subject_kind="activity",
        purpose="decoupling",
        fact="error_decoupling_movement",
        reason="flagged",
        signals=("movement",),
    ),
    Term(
        subject_kind="activity",
        purpose="decoupling",
        fact="error_decoupling_heart_rate",
        reason="flagged",
        signals=("heart_rate",),
    ),
    *_heart_rate_terms("load"),
    *_heart_rate_terms("hr_zones"),
    *_hrv_terms("hrv_day"),
    *_hrv_terms("hrv_baseline"),
    Term(subject_kind="beat_series", purpose="resting_hr", fact="error_heart_rate_source", reason="source"),
    Term(
        subject_kind="beat_series",
        purpose="resting_hr",
        fact="error_heart_rate_flagged",
        reason="flagged",
        signals=("beats",),
    ),
    Term(subject_kind="daily_value", purpose="resting_hr", fact="error_source", reason="source"),
    Term(subject_kind="night", purpose="sleep_duration", fact="error_source", reason="source"),
    Term(subject_kind="night", purpose="sleep_duration", fact="error_unmeasured", reason="night_unmeasured"),
)


def budget(facts: pl.DataFrame, flags: pl.DataFrame) -> pl.DataFrame:
    """One row per subject, purpose and reason: variance (unit of the purpose, squared), is_flag, is_known.

    `is_known` is false where the figure could not be computed: then the expected error is not known either.
    """
    terms = pl.DataFrame(
        [(t.subject_kind, t.purpose, t.fact, t.reason, ",".join(t.signals), t.factor) for t in TERMS],
        schema=["subject_kind", "purpose", "fact", "reason", "signals", "factor"],
        orient="row",
    )
    parts = facts.select("subject_kind", "subject_id", "fact", "fact_value", "unit").join(
        terms, on=["subject_kind", "fact"], how="inner"
    )
    # One fact serves two quantities of a daily value: only the unit of the purpose is meant.
    parts = parts.filter(pl.col("unit") == pl.col("purpose").replace_strict(UNITS, return_dtype=pl.String))
    parts = parts.with_columns(
        ((pl.col("fact_value") * pl.col("factor")) ** 2).alias("variance"),
        pl.col("fact_value").is_not_null().alias("is_known"),
    )
    split = (
        parts.filter((pl.col("signals") != "") & (pl.col("variance") > 0))
        .join(
            _flag_weights(flags),
            left_on=["subject_kind", "subject_id", "signals"],
            right_on=["subject_kind", "subject_id", "signal"],
            how="left",
        )
        .with_columns(
            (pl.col("variance") * pl.col("weight").fill_null(1.0)).alias("variance"),
            pl.coalesce("check_name", "reason").alias("reason"),
        )
    )
    plain = parts.filter((pl.col("signals") == "") | ~(pl.col("variance") > 0).fill_null(value=False))
    columns = ["subject_kind", "subject_id", "purpose", "reason", "variance", "is_known"]
    names = [check.name for check in checks()]
    # Parts are added in one order, whatever order the rows came in: sums are then the same to the last bit.
    return (
        pl.concat([plain.select(columns), split.select(columns)])
        .with_columns(pl.col("reason").is_in([*names, "flagged"]).alias("is_flag"))
        .sort("subject_kind", "subject_id", "purpose", "reason", "variance")
    )


def _flag_weights(flags: pl.DataFrame) -> pl.DataFrame:
    """How the cost of a signal's flags is shared among its checks in one subject: by the rows each flagged."""
    signals = pl.DataFrame(
        [(check.name, check.signal) for check in checks()], schema=["check_name", "signal"], orient="row"
    )
    counted = (
        flags.filter(pl.col("row_indices").is_not_null())
        .join(signals, on="check_name", how="inner")
        .group_by("subject_kind", "subject_id", "signal", "check_name", maintain_order=True)
        .agg(pl.col("row_count").sum().cast(pl.Float64).alias("weight"))
    )
    total = pl.col("weight").sum().over("subject_kind", "subject_id", "signal")
    return counted.with_columns(pl.col("weight") / total)


def totals(parts: pl.DataFrame) -> pl.DataFrame:
    """One row per subject and purpose, before calibration: expected_error, and without_flags, had nothing been flagged.

    flag_share is the share of the squared error that flags make.
    """
    summed = parts.group_by("subject_kind", "subject_id", "purpose", maintain_order=True).agg(
        pl.when(pl.col("is_known").all()).then(pl.col("variance").sum()).alias("variance"),
        pl.col("variance").filter(~pl.col("is_flag")).sum().alias("plain_variance"),
    )
    return summed.select(
        "subject_kind",
        "subject_id",
        "purpose",
        (P80 * pl.col("variance").sqrt()).alias("expected_error"),
        (P80 * pl.col("plain_variance").sqrt()).alias("without_flags"),
        pl.when(pl.col("variance") > 0)
        .then(1 - pl.col("plain_variance") / pl.col("variance"))
        .otherwise(0.0)
        .alias("flag_share"),
    )


def shares(parts: pl.DataFrame) -> pl.DataFrame:
    """One row per subject, purpose and reason: share_fraction of the squared error, largest first."""
    total = pl.col("variance").sum().over("subject_kind", "subject_id", "purpose")
    grouped = parts.group_by("subject_kind", "subject_id", "purpose", "reason", "is_flag", maintain_order=True).agg(
        pl.col("variance").sum()
    )
    return (
        grouped.with_columns(pl.when(total > 0).then(pl.col("variance") / total).otherwise(0.0).alias("share_fraction"))
        .drop("variance")
        .sort(
            "subject_kind", "subject_id", "purpose", "share_fraction", "reason", descending=[False] * 3 + [True, False]
        )
    )
