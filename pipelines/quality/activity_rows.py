"""Rows of activity records for the checks on heart rate, movement and clock: one time base, made once."""

import math
from collections.abc import Mapping

import polars as pl

from pipelines.quality.contract import Threshold
from pipelines.quality.jumps import counter_leaps
from pipelines.quality.placed import with_placed_speed
from pipelines.quality.sports import UNNAMED
from pipelines.units import EARTH_RADIUS_M

GAP_S = Threshold(name="gap", number=10.0, unit="s", source="engineering start value: smart recording stays below 8 s")
GAP_STEPS = Threshold(name="gap in usual steps", number=3.0, unit="median steps", source="engineering start value")
MOVING_M_PER_S = Threshold(name="moving", number=0.5, unit="m/s", source="engineering start value: slower is standing")

ON_FOOT = ("running", "walking", "hiking")
RIDDEN = ("cycling", "e_biking")
INDOOR = ("treadmill", "indoor_running", "virtual_activity", "indoor_walking", "track_indoor", "indoor_cycling", "spin")


def is_unstated() -> pl.Expr:
    """Whether the file names no sport, or one that fits any."""
    return pl.col("sport").fill_null("").str.strip_chars().str.to_lowercase().is_in(UNNAMED)


def is_ridden() -> pl.Expr:
    """Whether speed is held to what is ridden: so is that of a sport not stated, of which nothing slower is known."""
    return pl.col("sport").is_in(RIDDEN).fill_null(value=False) | is_unstated()


def is_moved() -> pl.Expr:
    """Whether speed is judged: on foot, ridden, or in a sport that is not stated."""
    return pl.col("sport").is_in(ON_FOOT).fill_null(value=False) | is_ridden()


def activity_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per record in file order.

    Columns: subject_id, athlete_id, sport, sub_sport, heart_rate_source, stated_m (distance of the whole, as the
    device sums it up), row_index (record_index); `at_s` since the
    start of the activity, `clock_s` the latest time so far, `dt_s` since the record before (null at the first, across
    a pause, and where the clock stands or runs back), `length_s` to the next (0 in a pause); is_first, is_paused,
    is_pause_step, is_gap; speeds by device, by counted distance and by position (m/s, over the step before), and
    is_counter_leap, is_by_position and placed_m_per_s of `with_placed_speed`;
    heart_rate_bpm (of the record, else what the file holds beside it), cadence_rpm, latitude_deg, longitude_deg.
    """
    context = tables["activities"].select(
        *("activity_id", "start_at_utc", "sport", "sub_sport", "heart_rate_source"),
        pl.col("distance_m").alias("stated_m"),
    )
    rows = (
        tables["records"]
        .join(context, on="activity_id", how="inner", maintain_order="left")
        .rename({"activity_id": "subject_id", "record_index": "row_index"})
        .sort("subject_id", "row_index")
        .with_columns(pl.coalesce("heart_rate_bpm", "other_heart_rate_bpm").alias("heart_rate_bpm"))
    )
    is_first = (pl.col("subject_id") != pl.col("subject_id").shift()).fill_null(value=True)
    since = (pl.col("recorded_at_utc") - pl.col("start_at_utc")).dt.total_microseconds() / 1e6
    rows = rows.with_columns(is_first.alias("is_first"), since.alias("at_s"))
    rows = rows.with_columns(
        pl.col("at_s").cum_max().over("subject_id").alias("clock_s"),
        pl.col("recorded_at_utc").cum_max().over("subject_id").alias("clock_utc"),
    )
    rows = _with_speeds(_with_steps(_with_pauses(rows, tables["pauses"])))
    leaps = counter_leaps(rows, is_moved=is_moved(), is_ridden=is_ridden())
    return with_placed_speed(rows.with_columns(leaps))


def _with_pauses(rows: pl.DataFrame, pauses: pl.DataFrame) -> pl.DataFrame:
    """Adds is_paused and is_pause_step: a pause lies between the record before and this one."""
    spans = pauses.select(
        pl.col("activity_id").alias("subject_id"),
        pl.col("start_at_utc").alias("pause_start"),
        pl.col("end_at_utc").alias("pause_end"),
    ).sort("subject_id", "pause_start")
    joined = rows.join_asof(
        spans,
        left_on="clock_utc",
        right_on="pause_start",
        by="subject_id",
        strategy="backward",
        check_sortedness=False,
    )
    before = pl.when(~pl.col("is_first")).then(pl.col("clock_utc").shift())
    return joined.with_columns(
        (pl.col("clock_utc") < pl.col("pause_end")).fill_null(value=False).alias("is_paused"),
        (pl.col("pause_end") > before).fill_null(value=False).alias("is_pause_step"),
    ).drop("pause_start", "pause_end", "clock_utc", "start_at_utc")


def _with_steps(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds dt_s, length_s and is_gap."""
    step = pl.when(~pl.col("is_first") & (pl.col("at_s") == pl.col("clock_s"))).then(
        pl.col("clock_s") - pl.col("clock_s").shift()
    )
    rows = rows.with_columns(pl.when(step > 0).then(step).alias("step_s"))
    plain = pl.when(~pl.col("is_pause_step")).then(pl.col("step_s"))
    usual = plain.median().over("subject_id")
    limit = pl.max_horizontal(pl.lit(GAP_S.number), GAP_STEPS.number * usual)
    following = (plain.shift(-1)).fill_null(0.0)
    last = pl.col("subject_id") != pl.col("subject_id").shift(-1)
    return rows.with_columns(
        plain.alias("dt_s"),
        limit.alias("gap_limit_s"),
        (plain > limit).fill_null(value=False).alias("is_gap"),
        pl.when(last.fill_null(value=True))
        .then(pl.lit(1.0))
        .otherwise(pl.min_horizontal(following, limit))
        .alias("length_s"),
    ).drop("step_s")


def _with_speeds(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds device_m_per_s, counted_m_per_s and position_m_per_s over the step before, and `step_m` by position."""
    latitude, longitude = pl.col("latitude_deg").radians(), pl.col("longitude_deg").radians()
    half = ((latitude - latitude.shift()) / 2).sin() ** 2 + latitude.cos() * latitude.shift().cos() * (
        (longitude - longitude.shift()) / 2
    ).sin() ** 2
    step_m = 2 * EARTH_RADIUS_M * half.clip(0.0, 1.0).sqrt().arcsin()
    # Where a clock that was set back came right again, the step began at the record before, and so does its distance.
    runs = pl.col("is_first") | (pl.col("clock_s") > pl.col("clock_s").shift())
    in_time = pl.when(runs).then(pl.col("distance_m").cast(pl.Float64).fill_null(math.nan))
    before = in_time.forward_fill().over("subject_id").shift().fill_nan(None)
    counted = pl.col("distance_m") - pl.when("is_gap").then(before).otherwise(pl.col("distance_m").shift())
    return rows.with_columns(pl.when(~pl.col("is_first")).then(step_m).alias("step_m")).with_columns(
        pl.col("speed_m_per_s").alias("device_m_per_s"),
        (counted / pl.col("dt_s")).alias("counted_m_per_s"),
        (pl.col("step_m") / pl.col("dt_s")).alias("position_m_per_s"),
    )
