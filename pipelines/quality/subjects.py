"""The subjects there are: activities, beat series, nights and daily values, with their athlete and local date."""

from collections.abc import Mapping

import polars as pl

from pipelines.quality.in_use import later_export, of_named_devices

VENDOR_SCORE = "vendor_score"
"""Methods that begin so are a vendor's own score: stored, never judged, never used."""

SCORE = "_score"
"""Metrics that end so are scores too, whatever their method is called."""


def daily_values_in_use(daily_values: pl.DataFrame) -> pl.DataFrame:
    """Daily values with their `subject_id`, one row each; scores are left out.

    The same value stated in two files counts once: the one measured last, then that of the file that reaches further,
    then that of the greater key. What a platform states without its device gives way to the same number with it.
    """
    key = pl.concat_str(
        pl.col("athlete_id").cast(pl.String),
        "metric",
        "method",
        "device_id",
        pl.col("value_date").dt.to_string("%Y-%m-%d"),
        separator="|",
    )
    used = daily_values.filter(~pl.col("method").str.starts_with(VENDOR_SCORE) & ~pl.col("metric").str.ends_with(SCORE))
    return (
        of_named_devices(used, ("athlete_id", "metric", "method", "reading", "value_date"))
        .with_columns(key.alias("subject_id"), later_export("value_date"))
        .sort("subject_id", "measured_at_utc", "export_reaches", "source_file_id", nulls_last=False)
        .unique("subject_id", keep="last", maintain_order=True)
        .drop("export_reaches")
    )


def subjects(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per subject: subject_kind, subject_id, athlete_id, subject_date."""
    columns = ("athlete_id", "subject_date")
    frames = [
        _of(tables["activities"], "activity", key="activity_id", date="local_date"),
        _of(tables["beat_series"], "beat_series", key="series_id", date="local_date"),
        _of(tables["nights"], "night", key="night_id", date="night_date"),
        _of(daily_values_in_use(tables["daily_values"]), "daily_value", key="subject_id", date="value_date"),
    ]
    return pl.concat(frames).select("subject_kind", "subject_id", *columns)


def _of(frame: pl.DataFrame, kind: str, *, key: str, date: str) -> pl.DataFrame:
    return frame.select(
        pl.lit(kind).alias("subject_kind"),
        pl.col(key).alias("subject_id"),
        "athlete_id",
        pl.col(date).alias("subject_date"),
    )
