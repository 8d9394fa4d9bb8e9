"""Lays what is known of the clocks over the raw rows: moments as they were, not as they were written. Pure."""

from collections.abc import Mapping

import polars as pl

KEYS = {
    "activities": ("activity", "activity_id", "local_date"),
    "beat_series": ("beat_series", "series_id", "local_date"),
    "nights": ("night", "night_id", "night_date"),
}
"""Kind of subject, key and local date of each table with a clock."""

SPOILED = ("hrv_day", "hrv_baseline", "resting_hr", "sleep_duration")
"""Purposes that rest on the day and the time of day; how far and how fast someone ran does not."""
NOT_KNOWN, DOUBTFUL = "clock_not_known", "clock_doubtful"
"""Reasons in verdicts: no day can be told; a day can, but something contradicts it."""


def with_known_clocks(tables: Mapping[str, pl.DataFrame], clock_doubts: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The tables with moments and local dates as `clock_doubts` has them; a subject without a date keeps its own."""
    return {
        name: _overlaid(frame, clock_doubts, *KEYS[name]) if name in KEYS else frame for name, frame in tables.items()
    }


def spoiled_by_clock(clock_doubts: pl.DataFrame) -> pl.DataFrame:
    """Purposes a doubtful clock spoils: subject_kind, subject_id, purpose, clock_reason."""
    reason = pl.when(pl.col("local_date").is_null()).then(pl.lit(NOT_KNOWN)).otherwise(pl.lit(DOUBTFUL))
    doubtful = clock_doubts.filter(pl.col("label") == "doubtful")
    return doubtful.select("subject_kind", "subject_id", reason.alias("clock_reason")).join(
        pl.DataFrame({"purpose": list(SPOILED)}), how="cross"
    )


def _overlaid(frame: pl.DataFrame, clock_doubts: pl.DataFrame, kind: str, key: str, date: str) -> pl.DataFrame:
    known = clock_doubts.filter(pl.col("subject_kind") == kind).select(
        pl.col("subject_id").alias(key),
        pl.col("local_date").alias("known_date"),
        pl.duration(seconds=pl.col("shift_s").fill_null(0)).alias("shift"),
    )
    shift = pl.col("shift").fill_null(pl.duration(seconds=0))
    return (
        frame.join(known, on=key, how="left", maintain_order="left")
        .with_columns(
            pl.col("start_at_utc") + shift, pl.col("end_at_utc") + shift, pl.coalesce("known_date", date).alias(date)
        )
        .select(frame.columns)
    )
