"""Figures of each activity that verdicts, expected errors and observations rest on.

moving_s, distance_m (flagged seconds at the usual speed), mean_speed_m_per_s, mean_heart_rate_bpm (flagged left out),
heart_rate_coverage_fraction, flagged_movement_fraction and flagged_heart_rate_fraction (of the moving time, seconds
flagged twice count once), gap_fraction, effort_speed_m_per_s, effort_heart_rate_bpm and effort_s
(good seconds of minutes 10 to 40), short_lap_count (laps under a minute), and standard deviations:
error_distance_source, _position (by how much the zigzag of positions lengthens a way that is counted along them),
_flagged, _missing, _disagreement (fraction); error_heart_rate_source, _flagged, _missing (bpm);
error_decoupling_source, _movement, _heart_rate (fraction).
"""

import polars as pl

from pipelines.quality.activity_rows import INDOOR
from pipelines.quality.contract import Threshold
from pipelines.quality.distances import DISAGREE, DISAGREE_POSITION, DISAGREE_STATED
from pipelines.quality.error_sources import P80, WITHIN_DEVICE, source_error
from pipelines.quality.fact_frames import long_facts
from pipelines.quality.indoors import EXTENT_M, extent_m
from pipelines.quality.ways import with_ways

OWN_SPEED_CHECKS = ("speed_envelope", "speed_acceleration", "distance_leap")
"""Checks that spoil the device's own distance; a bad position does not."""
STANDING_CHECKS = ("position_drift",)
"""Checks whose rows are standing, whatever distance was counted meanwhile."""

NOT_A_ROW_FAULT = ("record_gap",)
"""A gap is counted as missing time, not as a flagged second."""

JUMP_CHECKS = ("position_teleport", "position_envelope")
"""Checks on jumps of positions, which the speed along positions leaves out."""

MARKS = ("is_own_flagged", "is_standing_flagged", "is_flagged", "is_beat_flagged", "is_spoiled")
"""What a row is marked with: flagged by a check of OWN_SPEED_CHECKS, STANDING_CHECKS, on movement, on heart rate, and
on movement by another check than JUMP_CHECKS."""

FLAGGED_COST = 0.05  # of the distance of flagged or bridged seconds; engineering start value
LOST_COST = 0.5  # of the distance of seconds nothing counted; engineering start value
EXCESS_SHARE = 0.5  # of the distance a flagged stretch was corrected by; engineering start value
DISAGREEMENT_SHARE = 0.5
FOLLOWED_SHARE = 0.2  # of what a counter that follows wandering positions is longer than the speed; engineering start
ZIGZAG_COST = (
    1.25  # of what zigzag adds to the way: the line it is held against wanders too; simulated positions 3 m off
)
WARM_S, LATE_S = 600.0, 2400.0  # heart rate and speed are compared in between; engineering start value
MISSING_BPM = 10.0  # spread of heart rate in time without any; engineering start value
SHORT_LAP_S = Threshold(
    name="short lap", number=60.0, unit="s", source="engineering start value: wrist sensors lag 5-30 s"
)

UNITS = {
    "moving_s": "s",
    "distance_m": "m",
    "mean_speed_m_per_s": "m/s",
    "mean_heart_rate_bpm": "bpm",
    "heart_rate_coverage_fraction": "fraction",
    "flagged_movement_fraction": "fraction",
    "flagged_heart_rate_fraction": "fraction",
    "effort_speed_m_per_s": "m/s",
    "effort_heart_rate_bpm": "bpm",
    "effort_s": "s",
    "gap_fraction": "fraction",
    "short_lap_count": "count",
    "error_distance_source": "fraction",
    "error_distance_position": "fraction",
    "error_distance_flagged": "fraction",
    "error_distance_missing": "fraction",
    "error_distance_disagreement": "fraction",
    "error_heart_rate_source": "bpm",
    "error_heart_rate_flagged": "bpm",
    "error_heart_rate_missing": "bpm",
    "error_decoupling_source": "fraction",
    "error_decoupling_movement": "fraction",
    "error_decoupling_heart_rate": "fraction",
}


def activity_facts(
    movement: pl.DataFrame,
    heart_rate: pl.DataFrame,
    *,
    distances: pl.DataFrame,
    flags: pl.DataFrame,
    laps: pl.DataFrame,
) -> pl.DataFrame:
    """Facts of every activity among the measured rows, in long form."""
    rows = movement.select(
        *("subject_id", "row_index", "sport", "sub_sport", "heart_rate_source", "dt_s", "is_gap", "is_paused"),
        *("clock_s", "device_m_per_s", "counted_m_per_s", "position_m_per_s", "step_m", "distance_m"),
        *(
            "latitude_deg",
            "longitude_deg",
            "is_by_position",
            "placed_m_per_s",
            "straight_m_per_s",
            "is_lone_jump",
            "is_counter_leap",
        ),
    ).with_columns(heart_rate["beat_bpm"], heart_rate["silent_s"], heart_rate["usual_step_s"])
    marked = rows.join(_marked(flags), on=["subject_id", "row_index"], how="left", maintain_order="left")
    ratios = distances.select("subject_id", "speed_ratio", "position_ratio", "stated_ratio", "follows_positions")
    rows = marked.with_columns(pl.col(name).fill_null(value=False) for name in MARKS).join(
        ratios.select("subject_id", "follows_positions"), on="subject_id", how="left", maintain_order="left"
    )
    wide = _sums(with_ways(rows)).join(ratios, on="subject_id", how="left")
    return long_facts(_errors(_with_laps(wide, laps)), "activity", UNITS)


def _marked(flags: pl.DataFrame) -> pl.DataFrame:
    """Flagged rows of activities (subject_id, row_index), each once, with MARKS: what kind of check flagged them."""
    name, signal = pl.col("check_name"), pl.col("signal")
    kinds = (
        name.is_in(OWN_SPEED_CHECKS),
        name.is_in(STANDING_CHECKS),
        signal == "movement",
        signal == "heart_rate",
        (signal == "movement") & ~name.is_in(JUMP_CHECKS),
    )
    chosen = flags.filter((pl.col("subject_kind") == "activity") & ~name.is_in(NOT_A_ROW_FAULT))
    return (
        chosen.select(
            "subject_id",
            pl.col("row_indices").alias("row_index"),
            *(kind.alias(mark) for kind, mark in zip(kinds, MARKS, strict=True)),
        )
        .explode("row_index", empty_as_null=True)
        .drop_nulls("row_index")
        .group_by("subject_id", "row_index")
        .agg(pl.col(*MARKS).any())
    )


def _sums(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per activity with sums over its steps."""
    step = pl.col("dt_s").is_not_null() & ~pl.col("is_paused")
    way = pl.col("way_m_per_s") * pl.col("dt_s")
    correction = (pl.col("way_m_per_s") - pl.col("usual")) * pl.col("dt_s")
    held = pl.col("beat_bpm").is_not_null() | (pl.col("silent_s") <= 3 * pl.col("usual_step_s")).fill_null(value=False)
    good_beat = pl.col("beat_bpm").is_not_null() & ~pl.col("is_beat_flagged") & (pl.col("moving_s") > 0)
    along = pl.col("is_moving") & pl.col("placed_m_per_s").is_not_null() & ~pl.col("is_lone_jump")
    return rows.group_by("subject_id", "sport", "sub_sport", "heart_rate_source", maintain_order=True).agg(
        pl.col("moving_s").sum(),
        pl.when(way.filter(step).count() > 0).then(way.filter(step).sum()).alias("raw_m"),
        correction.filter(step, pl.col("is_own_flagged")).sum().alias("correction_m"),
        pl.col("moving_s")
        .filter(pl.col("is_own_flagged") | (pl.col("is_by_position") & pl.col("is_flagged")))
        .sum()
        .alias("own_flagged_s"),
        pl.col("moving_s").filter("is_flagged").sum().alias("flagged_s"),
        pl.col("moving_s").filter("is_beat_flagged").sum().alias("beat_flagged_s"),
        pl.col("moving_s").filter(held).sum().alias("held_s"),
        pl.col("dt_s").filter("is_gap").sum().alias("gap_s"),
        pl.col("dt_s").filter(pl.col("is_gap") & pl.col("way_m_per_s").is_null()).sum().alias("lost_s"),
        pl.col("dt_s").filter(step).sum().alias("timer_s"),
        (pl.max_horizontal(extent_m("latitude_deg"), extent_m("longitude_deg")) >= EXTENT_M.number)
        .fill_null(value=False)
        .alias("has_position"),
        pl.col("is_by_position").first(),
        (pl.col("step_m").filter(along).sum() / (pl.col("straight_m_per_s") * pl.col("dt_s")).filter(along).sum())
        .fill_nan(None)
        .alias("zigzag_ratio"),
        ((pl.col("beat_bpm") * pl.col("moving_s")).filter(good_beat).sum() / pl.col("moving_s").filter(good_beat).sum())
        .fill_nan(None)
        .alias("mean_heart_rate_bpm"),
        *_effort(good_beat),
        pl.col("beat_bpm").filter("is_beat_flagged").mean().alias("flagged_bpm"),
        pl.col("beat_bpm").is_not_null().any().alias("has_heart_rate"),
    )


def _effort(good_beat: pl.Expr) -> list[pl.Expr]:
    """Mean speed and heart rate of the good seconds after the warming up and before the drift of long runs."""
    steady = (
        good_beat
        & ~pl.col("is_own_flagged")
        & pl.col("clock_s").is_between(WARM_S, LATE_S)
        & pl.col("way_m_per_s").is_not_null()
    )
    seconds = pl.col("moving_s").filter(steady)
    return [
        ((pl.col(name) * pl.col("moving_s")).filter(steady).sum() / seconds.sum()).fill_nan(None).alias(fact)
        for name, fact in (("way_m_per_s", "effort_speed_m_per_s"), ("beat_bpm", "effort_heart_rate_bpm"))
    ] + [seconds.sum().alias("effort_s")]


def _with_laps(wide: pl.DataFrame, laps: pl.DataFrame) -> pl.DataFrame:
    seconds = pl.coalesce("timer_s", "elapsed_s")
    short = laps.group_by(pl.col("activity_id").alias("subject_id")).agg(
        (seconds < SHORT_LAP_S.number).sum().alias("short_lap_count")
    )
    return wide.join(short, on="subject_id", how="left", maintain_order="left").with_columns(
        pl.col("short_lap_count").fill_null(0)
    )


def _errors(wide: pl.DataFrame) -> pl.DataFrame:
    """Adds the figures and the standard deviations; null where there is nothing to be wrong about."""
    moving = pl.when(pl.col("moving_s") > 0).then(pl.col("moving_s"))
    timer = pl.when(pl.col("timer_s") > 0).then(pl.col("timer_s"))
    has_beats = pl.col("has_heart_rate")
    wide = wide.with_columns(
        (pl.col("raw_m") - pl.col("correction_m").fill_null(0.0)).alias("distance_m"),
        (pl.col("flagged_s") / moving).alias("flagged_movement_fraction"),
        pl.when(has_beats).then(pl.col("beat_flagged_s") / moving).alias("flagged_heart_rate_fraction"),
        pl.when(has_beats).then(pl.col("held_s") / moving).otherwise(0.0).alias("heart_rate_coverage_fraction"),
        (pl.col("gap_s") / timer).fill_null(0.0).alias("gap_fraction"),
        (pl.col("lost_s") / timer).fill_null(0.0).alias("lost_fraction"),
    )
    off = _disagreement()
    known = pl.col("distance_m") > 0
    share = pl.col("own_flagged_s") / moving
    correction = pl.col("correction_m").fill_null(0.0).abs() / pl.col("distance_m")
    wide = wide.with_columns(
        (pl.col("distance_m") / moving).alias("mean_speed_m_per_s"),
        pl.when(known).then(_distance_source()).alias("error_distance_source"),
        pl.when(known)
        .then(ZIGZAG_COST * (pl.col("zigzag_ratio") - 1).clip(0.0).fill_null(0.0) / P80)
        .alias("error_distance_position"),
        pl.when(known).then(EXCESS_SHARE * correction + FLAGGED_COST * share).alias("error_distance_flagged"),
        pl.when(known)
        .then(FLAGGED_COST * pl.col("gap_fraction") + LOST_COST * pl.col("lost_fraction"))
        .alias("error_distance_missing"),
        pl.when(known).then(DISAGREEMENT_SHARE * off).alias("error_distance_disagreement"),
        pl.when(has_beats).then(_heart_rate_source()).alias("error_heart_rate_source"),
        pl.when(has_beats).then(_flagged_heart_rate()).alias("error_heart_rate_flagged"),
        pl.when(has_beats)
        .then(MISSING_BPM * (1 - pl.col("heart_rate_coverage_fraction")).clip(0.0))
        .alias("error_heart_rate_missing"),
    )
    bpm = pl.col("mean_heart_rate_bpm")
    source = (
        (pl.col("error_heart_rate_source") / bpm) ** 2 + pl.col("error_distance_source") ** 2
    ).sqrt() * WITHIN_DEVICE
    return wide.with_columns(
        source.alias("error_decoupling_source"),
        pl.col("error_distance_flagged").alias("error_decoupling_movement"),
        (pl.col("error_heart_rate_flagged") / bpm).alias("error_decoupling_heart_rate"),
    )


def _disagreement() -> pl.Expr:
    """The largest difference (fraction) between two kinds of distance, of those beyond what their check allows."""
    limits = {"speed_ratio": DISAGREE, "position_ratio": DISAGREE_POSITION, "stated_ratio": DISAGREE_STATED}
    off = {name: (pl.col(name) - 1).abs() for name in limits}
    beyond = [pl.when(off[name] > limit.number).then(off[name]).otherwise(0.0) for name, limit in limits.items()]
    all_of = pl.max_horizontal(beyond).fill_null(0.0)
    # The speed is taken then, and the difference is known to be the positions'.
    return pl.when("follows_positions").then(FOLLOWED_SHARE * off["speed_ratio"]).otherwise(all_of)


def _distance_source() -> pl.Expr:
    indoor = pl.col("sub_sport").is_in(INDOOR).fill_null(value=False) | ~pl.col("has_position")
    return (
        pl.when(indoor)
        .then(source_error("distance", "indoor"))
        .when((pl.col("sub_sport") == "trail").fill_null(value=False))
        .then(source_error("distance", "trail"))
        .when("is_by_position")
        .then(source_error("distance", "position"))
        .otherwise(source_error("distance", "open"))
    )


def _heart_rate_source() -> pl.Expr:
    return (
        pl.when(pl.col("heart_rate_source") == "strap")
        .then(source_error("heart_rate", "strap"))
        .when(pl.col("heart_rate_source") == "wrist")
        .then(source_error("heart_rate", "wrist"))
        .otherwise(source_error("heart_rate", "unknown"))
    )


def _flagged_heart_rate() -> pl.Expr:
    """Half of what the flagged seconds would have moved the mean by, and no less than a spread for their absence."""
    share = pl.col("flagged_heart_rate_fraction").fill_null(0.0)
    moved = (pl.col("flagged_bpm") - pl.col("mean_heart_rate_bpm")).abs().fill_null(0.0)
    return share * pl.max_horizontal(EXCESS_SHARE * moved, pl.lit(MISSING_BPM))
