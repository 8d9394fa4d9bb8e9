"""Stop 6, observe: values with their expected error and grade, the usual range, and what was restated."""

from collections.abc import Iterator, Mapping

import polars as pl

from pipelines import tables as contracts
from pipelines.observations.activity import observe_activities
from pipelines.observations.baseline import baselines
from pipelines.observations.daily_sums import VERSION as SUMS_VERSION
from pipelines.observations.daily_sums import daily_sums
from pipelines.observations.gaps import VERSION as GAPS_VERSION
from pipelines.observations.gaps import gaps
from pipelines.observations.metrics import METRICS, VERSION
from pipelines.observations.night import observe_nights
from pipelines.observations.patterns import catalogue
from pipelines.observations.patterns.find import find_patterns
from pipelines.observations.restatement import restated
from pipelines.observations.wear import wear_days
from pipelines.observations.weighing import weighed
from pipelines.progress import Progress, StepSummary
from pipelines.quality.clock_overlay import with_known_clocks
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame
from pipelines.warehouse.queue import pending, renew, settle
from pipelines.warehouse.subjects import athlete_tables, heart_rates, raw_tables

ACTIVITIES_AT_ONCE = 64
"""Activities whose records are held in memory together: some 300,000 records."""
DAILY_KINDS = ("beat_series", "night", "daily_value")
"""Kinds that are observed anew for the whole athlete: few rows, and their context is the athlete's history."""


def observe_tables(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Observations of everything in the tables: raw rows beside flags, facts and verdicts. Pure."""
    found = pl.concat([observe_nights(tables), observe_activities(tables)])
    return weighed(found, verdicts=tables["verdicts"], flags=tables["flags"])


def observe(warehouse: Warehouse, squad: str, progress: Progress) -> StepSummary:
    """Observes the queued subjects of the squad and renews the usual ranges of their athletes.

    One transaction per athlete: observations of touched activities and of all nights, mornings and daily values,
    baselines, and a restatement for every published value that changed.
    """
    renewed = renew(warehouse, "observe", definitions_version())
    queued = pending(warehouse, "observe", squad)
    athletes = queued["athlete_id"].unique(maintain_order=True).to_list()
    counts = {"observations": 0, "withheld": 0, "restated": 0, "baselines": 0, "gaps": 0, "patterns": 0}
    for athlete_id in progress.over(athletes, label="Observe", total=len(athletes), unit="athletes"):
        own = queued.filter(pl.col("athlete_id") == athlete_id)
        made = _observe_athlete(warehouse, athlete_id, own, cause="definition_changed" if renewed else "late_file")
        counts = {name: number + made[name] for name, number in counts.items()}
    days = frame(warehouse.con, "queries/athlete_day_count.sql", athlete_ids=athletes)["athlete_day_count"].sum()
    return StepSummary(
        stop="observe", subject_count=queued.height, unit="subjects", counts=counts, athlete_day_count=int(days)
    )


def definitions_version() -> str:
    """Version of everything that is observed: another one in the code has every subject observed again."""
    return f"{VERSION};gaps={GAPS_VERSION};sums={SUMS_VERSION};{catalogue.version()}"


def _observe_athlete(warehouse: Warehouse, athlete_id: int, queued: pl.DataFrame, *, cause: str) -> dict[str, int]:
    tables = athlete_tables(warehouse, [athlete_id])
    tables = with_known_clocks(tables, tables["clock_doubts"])
    touched = queued.filter(pl.col("subject_kind") == "activity")
    found = [observe_nights(tables), *_activities(warehouse, touched, tables)]
    fresh = weighed(pl.concat(found), verdicts=tables["verdicts"], flags=tables["flags"])
    scope = pl.concat([touched, _daily_scope(queued, athlete_id)])
    kept = (
        tables["observations"].join(fresh, on="observation_id", how="anti").filter(pl.col("subject_kind") == "activity")
    )
    every = pl.concat([kept, fresh])
    ranges = baselines(_usable(every, tables))
    changes = restated(
        tables["observations"],
        fresh,
        published=_restatements(warehouse, athlete_id),
        cause=cause,
        merged=_merged_away(tables, touched, fresh),
    )
    shown = find_patterns({**tables, "observations": every}, ranges)
    missing = gaps(tables, _wear_days(warehouse, athlete_id, tables))
    athlete = pl.DataFrame(
        {"subject_kind": ["athlete"], "subject_id": [str(athlete_id)], "athlete_id": [athlete_id]},
        schema=queued.schema,
    )
    settle(
        warehouse,
        stop="observe",
        done=queued,
        replace={"observations": fresh, "restatements": changes},
        replace_of_athletes={
            "daily_sums": daily_sums(tables["interval_sums"], tables["athletes"]),
            "baselines": ranges,
            "gaps": missing,
            "patterns": shown,
        },
        scope=scope,
        then={"estimate": athlete, "publish": athlete},
    )
    return {
        "observations": fresh.height,
        "withheld": fresh["observed_value"].null_count(),
        "restated": changes.height,
        "baselines": ranges.height,
        "gaps": missing.height,
        "patterns": shown.height,
    }


def _wear_days(warehouse: Warehouse, athlete_id: int, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return wear_days(heart_rates(warehouse, athlete_id), time_zone=tables["athletes"]["time_zone"][0])


def _merged_away(tables: Mapping[str, pl.DataFrame], touched: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Observations of touched activities that another recording of the same activity stands for now."""
    merged = tables["merged_activities"].select(pl.col("activity_id").alias("subject_id"))
    return (
        tables["observations"]
        .join(touched, on=["subject_kind", "subject_id"], how="semi")
        .join(merged, on="subject_id", how="semi")
        .join(fresh, on="observation_id", how="anti")
    )


def _activities(
    warehouse: Warehouse, touched: pl.DataFrame, tables: Mapping[str, pl.DataFrame]
) -> Iterator[pl.DataFrame]:
    """Values of the touched activities, some at a time: their records are what takes memory."""
    for start in range(0, touched.height, ACTIVITIES_AT_ONCE):
        raw = raw_tables(warehouse, touched.slice(start, ACTIVITIES_AT_ONCE))
        raw = with_known_clocks(raw, tables["clock_doubts"])
        yield observe_activities({**tables, **raw})


def _daily_scope(queued: pl.DataFrame, athlete_id: int) -> pl.DataFrame:
    """Every subject of the daily kinds of this athlete (a null key stands for all of a kind)."""
    return pl.DataFrame(
        {
            "subject_kind": DAILY_KINDS,
            "subject_id": [None] * len(DAILY_KINDS),
            "athlete_id": [athlete_id] * len(DAILY_KINDS),
        },
        schema=queued.schema,
    )


def _usable(observations: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Values that may enter a usual range: their subject is usable for the metric's baseline purpose."""
    purposes = {name: metric.baseline_purpose for name, metric in METRICS.items() if metric.baseline_purpose}
    usable = tables["verdicts"].filter(pl.col("verdict") == "usable").select("subject_kind", "subject_id", "purpose")
    firmware = _firmware(tables)
    return (
        observations.filter(pl.col("metric").is_in(list(purposes)) & pl.col("observed_value").is_not_null())
        .with_columns(purpose=pl.col("metric").replace_strict(purposes, return_dtype=pl.String))
        .join(usable, on=["subject_kind", "subject_id", "purpose"], how="semi")
        .join(firmware, on=["subject_kind", "subject_id"], how="left")
        .with_columns(pl.col("firmware").fill_null(""))
    )


def _firmware(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    nights = tables["nights"].select(
        pl.lit("night").alias("subject_kind"), pl.col("night_id").alias("subject_id"), "firmware"
    )
    return nights.unique(["subject_kind", "subject_id"])


def _restatements(warehouse: Warehouse, athlete_id: int) -> pl.DataFrame:
    stored = frame(warehouse.con, "queries/restatements_of_athlete.sql", athlete_id=athlete_id)
    return stored if stored.height else contracts.empty("restatements")
