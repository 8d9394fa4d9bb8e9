"""Turns rows that fail into segments: neighbouring rows of one subject become one."""

import polars as pl

from pipelines.quality.contract import Finding, Severity

SEGMENTS = pl.Schema(
    (
        ("subject_id", pl.String()),
        ("severity", pl.String()),
        ("start_s", pl.Float64()),
        ("end_s", pl.Float64()),
        ("row_count", pl.Int32()),
        ("row_indices", pl.List(pl.Int32)),
        ("evidence", pl.String()),
    )
)
"""Columns of `Finding.segments`."""

JOIN_S = 10.0
"""Failing rows nearer than this (s) are one segment: a second of quiet inside a fault is part of it."""


def row_segments(
    rows: pl.DataFrame,
    fails: pl.Expr,
    *,
    assessable: pl.Expr,
    severity: Severity | pl.Expr,
    worst: pl.Expr,
    evidence: str,
    join_s: float = JOIN_S,
) -> Finding:
    """Segments of the rows where `fails` is true; `evidence` is a format string for the worst figure in a segment.

    A null in `fails` neither fails nor passes; a subject is assessed when `assessable` is true in any of its rows.
    """
    grade = pl.lit(severity) if isinstance(severity, str) else severity
    # Only the two marks are computed for all rows; most checks find nothing, and then that is all.
    marks = rows.select("subject_id", fails.fill_null(value=False).alias("fails"), assessable.alias("can"))
    assessed = marks.filter("can").select("subject_id").unique(maintain_order=True)
    failing = (
        rows.select(
            *("subject_id", "row_index", "at_s", "length_s"),
            grade.alias("severity"),
            worst.cast(pl.Float64).alias("worst"),
            marks["fails"],
        ).filter("fails")
        if marks["fails"].any()
        else marks.clear()
    )
    if failing.is_empty():
        return Finding(segments=pl.DataFrame(schema=SEGMENTS), assessed=assessed)
    starts = (
        (pl.col("subject_id") != pl.col("subject_id").shift())
        | (pl.col("severity") != pl.col("severity").shift())
        | (pl.col("at_s") - (pl.col("at_s") + pl.col("length_s")).shift() > join_s)
    )
    segments = (
        failing.with_columns(starts.fill_null(value=True).cum_sum().alias("segment"))
        .group_by("segment", maintain_order=True)
        .agg(
            pl.col("subject_id", "severity").first(),
            pl.col("at_s").min().alias("start_s"),
            (pl.col("at_s") + pl.col("length_s")).max().alias("end_s"),
            pl.len().cast(pl.Int32).alias("row_count"),
            pl.col("row_index").cast(pl.Int32).alias("row_indices"),
            pl.col("worst").sort_by(pl.col("worst").abs()).last(),
        )
        .with_columns(_told(evidence))
    )
    return Finding(segments=segments.select(SEGMENTS.names()), assessed=assessed)


def whole_subjects(
    subjects: pl.DataFrame, fails: pl.Expr, *, severity: Severity | pl.Expr, worst: pl.Expr, evidence: str
) -> Finding:
    """One segment without row numbers for each subject (one row each, all assessable) where `fails` is true."""
    grade = pl.lit(severity) if isinstance(severity, str) else severity
    failing = subjects.filter(fails).with_columns(
        grade.alias("severity"),
        pl.lit(0.0).alias("start_s"),
        pl.col("duration_s").alias("end_s"),
        pl.col("row_count").cast(pl.Int32),
        pl.lit(None, dtype=pl.List(pl.Int32)).alias("row_indices"),
        worst.cast(pl.Float64).alias("worst"),
    )
    segments = failing.with_columns(_told(evidence)).select(SEGMENTS.names())
    return Finding(segments=segments.cast(SEGMENTS), assessed=subjects.select("subject_id"))


def _told(evidence: str) -> pl.Expr:
    """The evidence with `{}`, where it has one, replaced by the worst figure, to two decimals."""
    if "{}" not in evidence:
        return pl.lit(evidence).alias("evidence")
    worst = pl.col("worst").round(2).cast(pl.String).fill_null("unknown")
    return pl.format(evidence, worst).alias("evidence")
