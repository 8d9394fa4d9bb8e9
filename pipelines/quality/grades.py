"""Grades of observations: ok, doubtful or unusable. A grade drops only through a named flag and its share of the error.

What a source can do at its best is its expected error, not a fault: an error that is large for another reason than a
flag makes a value not usable for a purpose, and leaves its grade.
"""

import polars as pl

from pipelines.quality.contract import Threshold
from pipelines.quality.remedies import remedies

GROSS = Threshold(
    name="gross error", number=2.5, unit="limits", source="engineering start value: two and a half times the limit"
)
BLAME = Threshold(
    name="share of flags", number=0.20, unit="fraction of the squared error", source="engineering start value"
)


def grade() -> pl.Expr:
    """Grade of rows with is_hard, has_doubt, is_assessable, expected_error, error_limit and flag_share.

    Unusable: a hard violation, or flags that bring the error above 2.5 limits. Doubtful: a flag on the whole subject,
    flags that bring it above the limit, or a purpose that could not be assessed.
    """
    to_blame = pl.col("flag_share") >= BLAME.number
    gross = to_blame & (pl.col("expected_error") > GROSS.number * pl.col("error_limit"))
    above = to_blame & (pl.col("expected_error") > pl.col("error_limit"))
    return (
        pl.when(pl.col("is_hard") | gross.fill_null(value=False))
        .then(pl.lit("unusable"))
        .when(pl.col("has_doubt") | above.fill_null(value=False) | ~pl.col("is_assessable"))
        .then(pl.lit("doubtful"))
        .otherwise(pl.lit("ok"))
    )


def graded(*, verdicts: pl.DataFrame, flags: pl.DataFrame | None = None) -> pl.DataFrame:  # noqa: ARG001 - see below
    """What an observation takes from its verdict, one row per verdict.

    Columns: subject_kind, subject_id, purpose, verdict, grade, error and error_unit (the expected error), reasons
    (structs of check_name and share_fraction, those that decided first), remedy (of the first reason; empty text when
    there is nothing to mend). A verdict that carries no grade is doubtful: not graded is not ok.
    """
    share = pl.col("reason_shares").list.get(pl.int_range(pl.len()).over("row"), null_on_oob=True)
    numbered = verdicts.with_row_index("row")
    reasons = (
        numbered.select("row", pl.col("reasons").alias("check_name"), "reason_shares")
        .explode("check_name", empty_as_null=True)
        .drop_nulls("check_name")
        .with_columns(share.alias("share_fraction"))
        .group_by("row", maintain_order=True)
        .agg(
            pl.struct("check_name", pl.col("share_fraction").fill_null(0.0)).alias("reasons"),
            pl.col("check_name").first().alias("first_reason"),
        )
    )
    remedy = pl.col("first_reason").replace_strict(remedies(), default="", return_dtype=pl.String).fill_null("")
    shape = pl.List(pl.Struct({"check_name": pl.String, "share_fraction": pl.Float64}))
    return (
        numbered.drop("reasons")
        .join(reasons, on="row", how="left", maintain_order="left")
        .select(
            "subject_kind",
            "subject_id",
            "purpose",
            "verdict",
            pl.col("grade").fill_null("doubtful"),
            pl.col("expected_error").alias("error"),
            pl.col("unit").alias("error_unit"),
            pl.col("reasons").fill_null(pl.lit([], dtype=shape)),
            remedy.alias("remedy"),
        )
    )
