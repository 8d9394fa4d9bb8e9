"""Published values that changed, each with its cause: nobody has to wonder why last week looks different today."""

import polars as pl

from pipelines.tables import conform

SMALLEST_CHANGE = 1e-9
"""Values closer than this (relative) are the same number computed in another order."""

MERGED = "merge_changed"
"""Cause of a value that another recording of the same activity stands for now, or no longer."""


def restated(
    old: pl.DataFrame, fresh: pl.DataFrame, *, published: pl.DataFrame, cause: str, merged: pl.DataFrame | None = None
) -> pl.DataFrame:
    """One row per observation whose value or day is another one than before: table `restatements`.

    `old` and `fresh` are observations, `published` the restatements there are already, `merged` observations that are
    gone because another recording of their activity is used. A new observation and an unchanged one are no
    restatement; a value withheld now, or no longer withheld, and one that comes back from a merge, is.
    """
    before = old.select(
        "observation_id", old_value="observed_value", old_version="definition_version", old_date="observed_date"
    )
    back = _come_back(fresh, old, published)
    gone = old.clear() if merged is None else merged.with_columns(observed_value=pl.lit(None, dtype=pl.Float64))
    both = pl.concat([fresh, gone]).join(pl.concat([before, back]), on="observation_id", how="inner")
    value, was = pl.col("observed_value"), pl.col("old_value")
    moved = (value - was).abs() > SMALLEST_CHANGE * pl.max_horizontal(was.abs(), pl.lit(1.0))
    on_other_day = pl.col("observed_date") != pl.col("old_date")
    changed = both.filter(moved.fill_null(value.is_null() != was.is_null()) | (on_other_day & value.is_not_null()))
    counted = published.group_by("observation_id").agg(pl.len().cast(pl.Int32).alias("restatement_index"))
    of_merge = pl.concat([gone["observation_id"], back["observation_id"]])
    rows = changed.join(counted, on="observation_id", how="left").with_columns(
        pl.col("restatement_index").fill_null(0),
        new_value=value,
        cause=pl.when(pl.col("observation_id").is_in(of_merge.implode()))
        .then(pl.lit(MERGED))
        .when(pl.col("definition_version") != pl.col("old_version"))
        .then(pl.lit("definition_changed"))
        .when(on_other_day)
        .then(pl.lit("clock_corrected"))
        .otherwise(pl.lit(cause)),
    )
    columns = ("observation_id", "athlete_id", "observed_date", "old_value", "new_value", "unit", "cause")
    return conform(rows.select(*columns, "restatement_index"), "restatements")


def _come_back(fresh: pl.DataFrame, old: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """Observations that a merge took away and that are there again, as values that were withheld."""
    last = published.sort("restatement_index").group_by("observation_id").agg(pl.col("cause", "new_value").last())
    away = last.filter((pl.col("cause") == MERGED) & pl.col("new_value").is_null())
    return (
        fresh.join(old, on="observation_id", how="anti")
        .join(away, on="observation_id", how="semi")
        .select(
            "observation_id",
            old_value=pl.lit(None, dtype=pl.Float64),
            old_version="definition_version",
            old_date="observed_date",
        )
    )
