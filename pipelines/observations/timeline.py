"""Records of activities on a clock that stands still in pauses, with what the judge flagged left out.

The overlay is applied here, once: raw records are never edited, and no later step sees a flagged heart rate or speed.
"""

from collections.abc import Mapping

import polars as pl

from pipelines.quality.activity_rows import activity_rows
from pipelines.quality.catalogue import checks

LONGEST_STEP_S = 10.0
"""A record speaks for the time to the next, at most this long (s): smart recording stores every 1 to 8 s."""
MOVING_M_PER_S = 0.5
"""Slower than this (m/s) is standing. Engineering start value, reference quality §3 (missing auto-pause)."""


def timelines(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per record that has a time: activity_id, record_index, step_s, moving_at_s, speed and heart rate.

    `step_s` is the moving time (s) the record speaks for, 0 in a pause or standing; `moving_at_s` is the moving time
    before it. Without speed and distance in its records an activity has the speed along its positions over 5 s, as it
    was judged. `speed_m_per_s` and `heart_rate_bpm` are null where flagged or not stored; `temperature_c` (deg C) is as
    stored.
    """
    records = tables["records"].filter(pl.col("recorded_at_utc").is_not_null())
    rated = records.with_columns(pl.coalesce("heart_rate_bpm", "other_heart_rate_bpm").alias("heart_rate_bpm"))
    ordered = rated.sort("activity_id", "recorded_at_utc", "record_index").unique(
        ["activity_id", "recorded_at_utc"], keep="last", maintain_order=True
    )
    stepped = ordered.with_columns(
        full_step_s=(pl.col("recorded_at_utc").shift(-1) - pl.col("recorded_at_utc"))
        .over("activity_id")
        .dt.total_microseconds()
        / 1e6
    )
    stepped = _placed(stepped, tables)
    spoiled = _overlay(_overlay(stepped, tables["flags"], "heart_rate"), tables["flags"], "movement")
    return _moving(_out_of_pauses(spoiled, tables["pauses"]))


def _placed(rows: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Adds placed_m_per_s: the judge's speed by position until the next record; null where there is another speed."""
    has_own = (pl.col("speed_m_per_s").is_not_null() | pl.col("distance_m").is_not_null()).any()
    bare = tables["records"].filter(~has_own.over("activity_id"))
    if bare.is_empty():
        return rows.with_columns(pl.lit(None, dtype=pl.Float64).alias("placed_m_per_s"))
    judged = activity_rows({**tables, "records": bare}).select(
        pl.col("subject_id").alias("activity_id"), pl.col("row_index").alias("record_index"), "placed_m_per_s"
    )
    joined = rows.join(judged, on=["activity_id", "record_index"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("placed_m_per_s").shift(-1).over("activity_id"))


def _overlay(rows: pl.DataFrame, flags: pl.DataFrame, signal: str) -> pl.DataFrame:
    names = [check.name for check in checks() if check.signal == signal]
    flagged = (
        flags.filter((pl.col("subject_kind") == "activity") & pl.col("check_name").is_in(names))
        .select(pl.col("subject_id").alias("activity_id"), pl.col("row_indices").alias("record_index"))
        .explode("record_index")
        .drop_nulls()
        .unique()
        .with_columns(pl.lit(value=True).alias(f"is_{signal}_flagged"))
    )
    joined = rows.join(flagged, on=["activity_id", "record_index"], how="left", maintain_order="left")
    return joined.with_columns(pl.col(f"is_{signal}_flagged").fill_null(value=False))


def _out_of_pauses(rows: pl.DataFrame, pauses: pl.DataFrame) -> pl.DataFrame:
    spans = pauses.select("activity_id", pl.col("start_at_utc"), pl.col("end_at_utc")).sort("start_at_utc")
    joined = rows.sort("recorded_at_utc").join_asof(
        spans, left_on="recorded_at_utc", right_on="start_at_utc", by="activity_id", check_sortedness=False
    )
    in_pause = (pl.col("recorded_at_utc") < pl.col("end_at_utc")).fill_null(value=False)
    return joined.with_columns(is_paused=in_pause).drop("start_at_utc", "end_at_utc")


def _moving(rows: pl.DataFrame) -> pl.DataFrame:
    speed = pl.when(~pl.col("is_movement_flagged")).then(
        pl.coalesce("speed_m_per_s", _speed_of_distance(), "placed_m_per_s")
    )
    return (
        rows.sort("activity_id", "recorded_at_utc")
        .with_columns(speed_m_per_s=speed)
        .with_columns(
            heart_rate_bpm=pl.when(~pl.col("is_heart_rate_flagged") & (pl.col("heart_rate_bpm") > 0)).then(
                pl.col("heart_rate_bpm").cast(pl.Float64)
            ),
            step_s=pl.when(~pl.col("is_paused") & (pl.col("speed_m_per_s").fill_null(1.0) >= MOVING_M_PER_S))
            .then(pl.col("full_step_s").clip(0.0, LONGEST_STEP_S))
            .otherwise(0.0)
            .fill_null(0.0),
        )
        .with_columns(moving_at_s=pl.col("step_s").cum_sum().over("activity_id") - pl.col("step_s"))
        .select(
            "activity_id", "record_index", "step_s", "moving_at_s", "speed_m_per_s", "heart_rate_bpm", "temperature_c"
        )
    )


def _speed_of_distance() -> pl.Expr:
    # A file without speed still has it between two distances; a step back is no speed.
    covered_m = (pl.col("distance_m").shift(-1) - pl.col("distance_m")).over("activity_id")
    return pl.when((pl.col("full_step_s") > 0) & (covered_m >= 0)).then(covered_m / pl.col("full_step_s"))
