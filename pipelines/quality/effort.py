"""Heart rate against what the athlete's own heart did at that speed before: the relation of the 90 days before."""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import polars as pl

from pipelines.quality.activity_rows import INDOOR, ON_FOOT
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.fact_frames import wide_facts
from pipelines.quality.segments import whole_subjects
from pipelines.quality.sliding import Floats, Ints
from pipelines.quality.trailing import TO_SIGMA

START = "engineering start value"

EFFORT_S = Threshold(name="steady time", number=300.0, unit="s with both, in minutes 10 to 40", source=START)
HISTORY_DAYS = Threshold(name="days before", number=90.0, unit="days", source=f"{START}: fitness moves within a season")
HISTORY_LEAST = Threshold(name="activities before", number=8.0, unit="activities", source=START)
BEYOND_SPREADS = Threshold(name="beyond the relation", number=3.5, unit="robust standard deviations", source=START)
BEYOND_BPM = Threshold(name="beyond the relation, in beats", number=12.0, unit="bpm", source=f"{START}: heat does half")

USUAL_SLOPE = 30.0  # bpm per m/s, where the speeds before are too alike to tell; engineering start value
SLOPES = (12.0, 55.0)  # bpm per m/s that a relation may have; engineering start value
SPEEDS_APART = 0.25  # m/s between the quartiles of speed before, from which the athlete's own slope is taken
SPREAD_FLOOR = 2.5  # bpm: an athlete is not more regular than that
ERA_S = 1_000_000_000_000  # s: keeps the series of one frame apart on one axis
FACTS = ("effort_speed_m_per_s", "effort_heart_rate_bpm", "effort_s")
SERIES = ["athlete_id", "sport", "sub_sport", "heart_rate_source"]


def history_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per activity on foot outdoors with speed and heart rate: subject_id, SERIES, day_s and FACTS.

    `tables` holds activities and facts of whole athletes.
    """
    activities = tables["activities"].filter(
        pl.col("sport").is_in(ON_FOOT) & ~pl.col("sub_sport").is_in(INDOOR).fill_null(value=False)
    )
    facts = wide_facts(tables["facts"], "activity", FACTS)
    seconds = (pl.col("end_at_utc") - pl.col("start_at_utc")).dt.total_microseconds() / 1e6
    return (
        activities.select(
            pl.col("activity_id").alias("subject_id"),
            *("athlete_id", "sport", "heart_rate_source", "start_at_utc"),
            pl.col("sub_sport").fill_null(""),
            seconds.clip(0.0).alias("duration_s"),
            pl.col("record_count").alias("row_count"),
        )
        .join(facts, on="subject_id", how="inner")
        .filter(pl.col("effort_s") >= EFFORT_S.number)
        .drop_nulls(FACTS)
        .sort(*SERIES, "start_at_utc", "subject_id")
    )


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds before_count, beyond_bpm (from what the relation says at that speed) and relation_spread (bpm).

    Only activities that began in the 90 days before count, of the same athlete, sport and sensor.
    """
    series = rows.select(pl.struct(SERIES).rle_id().alias("series"))["series"].to_numpy().astype(np.int64)
    day_s = rows["start_at_utc"].dt.epoch("s").to_numpy().astype(np.int64)
    speed, bpm = rows["effort_speed_m_per_s"].to_numpy(), rows["effort_heart_rate_bpm"].to_numpy()
    count, beyond, spread = _relations(speed, bpm, series=series, day_s=day_s)
    return rows.with_columns(
        pl.Series("before_count", count),
        pl.Series("beyond_bpm", beyond).fill_nan(None),
        pl.Series("relation_spread", spread).fill_nan(None),
    )


def _relations(speed: Floats, bpm: Floats, *, series: Ints, day_s: Ints) -> tuple[Ints, Floats, Floats]:
    """For each row how many are before it, how far it is beyond their relation, and their spread around it."""
    size = len(speed)
    count, beyond, spread = np.zeros(size, dtype=np.int64), np.full(size, np.nan), np.full(size, np.nan)
    axis = series * ERA_S + day_s
    first = np.searchsorted(axis, axis - int(timedelta(days=HISTORY_DAYS.number).total_seconds()))
    end = np.searchsorted(axis, axis)
    count[:] = end - first
    for row in np.flatnonzero(count >= HISTORY_LEAST.number):
        before = slice(first[row], end[row])
        slope = _slope(speed[before], bpm[before])
        level = bpm[before] - slope * speed[before]
        middle = float(np.median(level))
        spread[row] = max(TO_SIGMA * float(np.median(np.abs(level - middle))), SPREAD_FLOOR)
        beyond[row] = bpm[row] - slope * speed[row] - middle
    return count, beyond, spread


def _slope(speed: Floats, bpm: Floats) -> float:
    """Median of the slopes between any two activities (Theil 1950, Sen 1968), within what hearts do."""
    low, high = np.quantile(speed, [0.25, 0.75])
    if high - low < SPEEDS_APART:
        return USUAL_SLOPE
    first, second = np.triu_indices(len(speed), 1)
    apart = speed[second] - speed[first]
    told = np.abs(apart) >= SPEEDS_APART / 2
    slopes = (bpm[second] - bpm[first])[told] / apart[told]
    return float(np.clip(np.median(slopes), *SLOPES))


FAMILY = Family(
    signal="heart_rate",
    subject_kind="activity",
    table="facts",
    rows=history_rows,
    measure=measure,
    is_of_histories=True,
)


def _is_beyond() -> pl.Expr:
    least = pl.max_horizontal(BEYOND_SPREADS.number * pl.col("relation_spread"), pl.lit(BEYOND_BPM.number))
    return pl.col("beyond_bpm").abs() > least


def find_effort(rows: pl.DataFrame) -> Finding:
    """Mean heart rate of minutes 10 to 40 is far from what the athlete's own runs of 90 days before say.

    By 12 bpm and 3.5 spreads of theirs, at the mean speed of this one; same sport, same kind of sensor. Outdoors on
    foot; fewer than 8 activities before it: not assessable. Heat, hills and illness move it too: doubtful, no more.
    """
    return whole_subjects(
        rows.filter(pl.col("beyond_bpm").is_not_null()),
        _is_beyond(),
        severity="doubtful",
        worst=pl.col("beyond_bpm"),
        evidence="{} bpm from the athlete's own relation at this speed",
    )


def effort_facts(rows: pl.DataFrame) -> pl.DataFrame:
    """Half of what a flagged activity is beyond the relation, as a standard deviation: facts in long form."""
    beyond = rows.filter(_is_beyond().fill_null(value=False))
    return beyond.select(
        pl.lit("activity").alias("subject_kind"),
        "subject_id",
        pl.lit(EFFORT_FACT).alias("fact"),
        (HALF * pl.col("beyond_bpm").abs()).alias("fact_value"),
        pl.lit("bpm").alias("unit"),
    )


EFFORT_FACT = "error_heart_rate_effort"
HALF = 0.5  # what is not explained may be the sensor's or the day's; engineering start value

HR_EFFORT = Check(
    name="hr_effort",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=("load", "hr_zones", "decoupling"),
    thresholds=(EFFORT_S, HISTORY_DAYS, HISTORY_LEAST, BEYOND_SPREADS, BEYOND_BPM),
    consequence="Half of the difference is added to the expected error of heart rate.",
    remedy="Compare with a chest strap on the next run; note heat, hills or illness if they were the cause.",
    why_not="no five minutes of speed and heart rate in minutes 10 to 40, on foot outdoors, or fewer than 8 before it",
    find=find_effort,
)
