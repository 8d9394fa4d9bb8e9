"""Grades of observations: ok, doubtful or unusable. A grade drops only through a named flag and its share of the error.

What a source can do at its best is its expected error, not a fault: an error that is large for another reason than a
flag makes a value not usable for a purpose, and leaves its grade.
"""

import polars as pl

from pipelines.quality.contract import Threshold

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
