"""Published values that changed, each with its cause: nobody has to wonder why last week looks different today."""

import polars as pl

from pipelines.tables import conform

SMALLEST_CHANGE = 1e-9
"""Values closer than this (relative) are the same number computed in another order."""


def restated(old: pl.DataFrame, fresh: pl.DataFrame, *, published: pl.DataFrame, cause: str) -> pl.DataFrame:
    """One row per observation whose value is another one than before: table `restatements`.

    `old` and `fresh` are observations, `published` the restatements there are already. A new observation and an
    unchanged one are no restatement; a value withheld now, or no longer withheld, is.
    """
    before = old.select("observation_id", old_value="observed_value", old_version="definition_version")
    both = fresh.join(before, on="observation_id", how="inner")
    value, was = pl.col("observed_value"), pl.col("old_value")
    moved = (value - was).abs() > SMALLEST_CHANGE * pl.max_horizontal(was.abs(), pl.lit(1.0))
    changed = both.filter(moved.fill_null(value.is_null() != was.is_null()))
    counted = published.group_by("observation_id").agg(pl.len().cast(pl.Int32).alias("restatement_index"))
    rows = changed.join(counted, on="observation_id", how="left").with_columns(
        pl.col("restatement_index").fill_null(0),
        new_value=value,
        cause=pl.when(pl.col("definition_version") != pl.col("old_version"))
        .then(pl.lit("definition_changed"))
        .otherwise(pl.lit(cause)),
    )
    columns = ("observation_id", "athlete_id", "observed_date", "old_value", "new_value", "unit", "cause")
    return conform(rows.select(*columns, "restatement_index"), "restatements")
