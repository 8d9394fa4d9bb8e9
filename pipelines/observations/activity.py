"""What an activity shows: moving time, distance, mean pace, mean heart rate, decoupling, fastest clean kilometres.

Pure functions; one row per metric and activity in the columns of `metrics.CANDIDATE`. Sums come from the facts the
judge left; heart rate and decoupling come from the timeline, where flagged records are left out.
"""

import json
from collections.abc import Mapping

import polars as pl

from pipelines.observations.best_efforts import best_efforts
from pipelines.observations.decoupling import Decoupling, decoupling
from pipelines.observations.durability import Durability, durability
from pipelines.observations.metrics import CANDIDATE, candidates
from pipelines.observations.night import wide_facts
from pipelines.observations.timeline import timelines
from pipelines.quality.activity_rows import is_unstated

PACED_SPORTS = ("running", "walking", "hiking")
"""Sports whose speed is told as pace (s per km) and whose decoupling is known."""
INDOORS = ("treadmill", "indoor_running", "virtual_activity")
"""Sub-sports whose speed is a belt's or a guess: never mixed with bests outdoors."""
METHOD = "records_without_flagged"
FACTS = (
    "moving_s",
    "distance_m",
    "mean_speed_m_per_s",
    "flagged_movement_fraction",
    "flagged_heart_rate_fraction",
    "heart_rate_coverage_fraction",
)


def observe_activities(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Every value of the activities in `tables` (activities, records, pauses, flags and facts of these)."""
    base = _base(tables["activities"], tables["facts"])
    lines = timelines(tables)
    return pl.concat(
        (
            _summed(base, metric="moving_time", value=pl.col("moving_s")),
            _summed(base, metric="distance", value=pl.col("distance_m")),
            _mean_pace(base),
            _mean_heart_rate(base, lines),
            _decoupling(base, lines),
            _bests(base, lines),
        )
    )


def _base(activities: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    rows = activities.select(
        "athlete_id",
        "device_id",
        "firmware",
        "sport",
        "sub_sport",
        subject_kind=pl.lit("activity"),
        subject_id=pl.col("activity_id"),
        observed_date=pl.col("local_date"),
        reading=pl.lit("activity"),
        method=pl.lit(METHOD),
    )
    return rows.join(wide_facts(facts, "activity", FACTS), on="subject_id", how="left")


def _summed(base: pl.DataFrame, *, metric: str, value: pl.Expr) -> pl.DataFrame:
    evidence = pl.struct("sport", "moving_s", "flagged_movement_fraction").struct.json_encode()
    return candidates(base.with_columns(metric=pl.lit(metric), observed_value=value, evidence=evidence))


def _mean_pace(base: pl.DataFrame) -> pl.DataFrame:
    """Mean pace (s per km) of the moving time, for sports that are told by pace, and where none is stated."""
    speed = pl.col("mean_speed_m_per_s")
    paced = base.filter(pl.col("sport").is_in(PACED_SPORTS) | is_unstated())
    return _summed(paced, metric="mean_pace", value=pl.when(speed > 0).then(1000.0 / speed))


def _mean_heart_rate(base: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Mean heart rate (bpm) over the moving time that has a usable one."""
    known = lines.filter(pl.col("heart_rate_bpm").is_not_null() & (pl.col("step_s") > 0))
    means = known.group_by("activity_id").agg(
        observed_value=(pl.col("heart_rate_bpm") * pl.col("step_s")).sum() / pl.col("step_s").sum(),
        usable_s=pl.col("step_s").sum(),
    )
    rows = base.join(means, left_on="subject_id", right_on="activity_id", how="left")
    evidence = pl.struct("sport", "usable_s", "moving_s", "flagged_heart_rate_fraction").struct.json_encode()
    return candidates(rows.with_columns(metric=pl.lit("mean_heart_rate"), evidence=evidence))


def _decoupling(base: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    paced = base.filter(pl.col("sport").is_in(PACED_SPORTS))
    by_activity = {key[0]: line for key, line in lines.partition_by("activity_id", as_dict=True).items()}
    found = [decoupling(by_activity.get(key, lines.clear())) for key in paced["subject_id"]]
    rows = paced.with_columns(
        metric=pl.lit("decoupling"),
        observed_value=pl.Series([one.fraction for one in found], dtype=CANDIDATE["observed_value"]),
    )
    late = [
        durability(by_activity[key]) if one.fraction is not None else None
        for key, one in zip(paced["subject_id"], found, strict=True)
    ]
    told = rows.drop(EVIDENCE, strict=False).hstack(_evidence(found, late))
    told = told.join(_temperatures(lines), on="subject_id", how="left")
    return candidates(told.with_columns(evidence=pl.struct(*EVIDENCE).struct.json_encode()))


def _temperatures(lines: pl.DataFrame) -> pl.DataFrame:
    """Mean temperature (deg C) that the records of each activity state while moving; null where none does."""
    stated = lines.filter(pl.col("temperature_c").is_not_null() & (pl.col("step_s") > 0))
    mean = (pl.col("temperature_c") * pl.col("step_s")).sum() / pl.col("step_s").sum()
    return stated.group_by(pl.col("activity_id").alias("subject_id")).agg(temperature_c=mean.round(1))


def _bests(base: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Pace (s per km) of the fastest clean stretch of each distance, for runs outdoors that are long enough."""
    is_indoors = pl.col("sub_sport").is_in(INDOORS).fill_null(value=False)
    runs = base.filter((pl.col("sport") == "running") & ~is_indoors)
    by_activity = {key[0]: line for key, line in lines.partition_by("activity_id", as_dict=True).items()}
    kinds = {"subject_id": pl.String, "metric": pl.String, "observed_value": pl.Float64, "evidence": pl.String}
    rows = [
        (
            key,
            one.metric,
            one.pace_s_per_km,
            json.dumps({"duration_s": round(one.duration_s, 1), "start_s": one.start_s}),
        )
        for key in runs["subject_id"]
        if key in by_activity
        for one in best_efforts(by_activity[key])
    ]
    return candidates(runs.join(pl.DataFrame(rows, schema=kinds, orient="row"), on="subject_id"))


EVIDENCE = ("steady_s", "heart_rate_coverage_fraction", "why", "late_fraction", "fell_after_m", "temperature_c")
"""What a decoupling rests on: late_fraction and fell_after_m as in `durability`."""


def _evidence(found: list[Decoupling], late: list[Durability | None]) -> pl.DataFrame:
    kinds = {"steady_s": pl.Float64, "heart_rate_coverage_fraction": pl.Float64, "why": pl.String}
    kinds |= {"late_fraction": pl.Float64, "fell_after_m": pl.Float64}
    rows = [
        (
            one.steady_s,
            one.heart_rate_coverage_fraction,
            one.why,
            None if long is None else long.late_fraction,
            None if long is None else long.fell_after_m,
        )
        for one, long in zip(found, late, strict=True)
    ]
    return pl.DataFrame(rows, schema=kinds, orient="row")
