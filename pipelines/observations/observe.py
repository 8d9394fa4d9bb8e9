"""Stop 6, observe: values with their expected error and grade, and all that is told from them.

That is usual ranges, gaps with their questions, patterns, experiments, what was restated, and the list of the night.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from pipelines import tables as contracts
from pipelines.observations.activity import observe_activities
from pipelines.observations.attention.attend import attend
from pipelines.observations.attention.candidates import attention_of
from pipelines.observations.attention.candidates import definition_version as attention_version
from pipelines.observations.baseline import VERSION as RANGES_VERSION
from pipelines.observations.baseline import baselines
from pipelines.observations.daily_sums import VERSION as SUMS_VERSION
from pipelines.observations.daily_sums import daily_sums
from pipelines.observations.experiments.find import VERSION as EXPERIMENTS_VERSION
from pipelines.observations.experiments.find import find_experiments
from pipelines.observations.gaps import VERSION as GAPS_VERSION
from pipelines.observations.gaps import seen
from pipelines.observations.inputs import inputs_of
from pipelines.observations.metrics import METRICS, VERSION
from pipelines.observations.night import observe_nights
from pipelines.observations.patterns import catalogue
from pipelines.observations.patterns.find import patterns_of
from pipelines.observations.patterns.history import history
from pipelines.observations.questions import VERSION as QUESTIONS_VERSION
from pipelines.observations.questions import asked
from pipelines.observations.questions_effects import no_ordinary_dates
from pipelines.observations.questions_unknown import note_unknown_names
from pipelines.observations.restatements_of import published_before, restatements_of
from pipelines.observations.wear import WEAR_DAYS, wear_days
from pipelines.observations.weighing import weighed
from pipelines.progress import Progress, StepSummary
from pipelines.quality.clock_overlay import with_known_clocks
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame
from pipelines.warehouse.queue import pending, renew, settle
from pipelines.warehouse.subjects import ATHLETE_TABLES, athlete_tables, heart_rates, raw_tables

ACTIVITIES_AT_ONCE = 64
"""Activities whose records are held in memory together: some 300,000 records."""
ATHLETES_AT_ONCE = 25
"""Athletes whose rows are fetched, and whose values are stored, together: each of both takes two dozen statements."""
DAILY_KINDS = ("beat_series", "night", "daily_value")
"""Kinds that are observed anew for the whole athlete: few rows, and their context is the athlete's history."""


@dataclass(frozen=True, kw_only=True)
class _Made:
    """What came of one athlete: rows by table, and the subjects they are of."""

    athlete_id: int
    replace: dict[str, pl.DataFrame]
    replace_of_athletes: dict[str, pl.DataFrame]
    scope: pl.DataFrame


def observe_tables(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Observations of everything in the tables: raw rows beside flags, facts and verdicts. Pure."""
    found = pl.concat([observe_nights(tables), observe_activities(tables)])
    return weighed(found, verdicts=tables["verdicts"], flags=tables["flags"])


def observe(warehouse: Warehouse, squad: str, progress: Progress) -> StepSummary:
    """Observes the queued subjects of the squad and renews all that is told of their athletes.

    One transaction per few athletes: observations of touched activities and of all nights, mornings and daily values,
    what rests on them, and a restatement for all that was published and is another now. Then the list of the night,
    and the rows of files of answers that name nothing we know.
    """
    renew(warehouse, "observe", definitions_version())
    queued = pending(warehouse, "observe", squad)
    athletes = queued["athlete_id"].unique(maintain_order=True).to_list()
    counts = Counter(observations=0, withheld=0, restated=0, baselines=0, gaps=0, patterns=0)
    found = _observed(warehouse, queued, athletes)
    group: list[_Made] = []
    for made in progress.over(found, label="Observe", total=len(athletes), unit="athletes"):
        group.append(made)
        if len(group) == ATHLETES_AT_ONCE or made.athlete_id == athletes[-1]:
            _store(warehouse, queued, group)
            group = []
        counts.update(_counts(made))
    attend(warehouse, squad)
    note_unknown_names(warehouse)
    days = frame(warehouse.con, "queries/athlete_day_count.sql", athlete_ids=athletes)["athlete_day_count"].sum()
    return StepSummary(
        stop="observe", subject_count=queued.height, unit="subjects", counts=dict(counts), athlete_day_count=int(days)
    )


def definitions_version() -> str:
    """Version of everything that is observed: another one in the code has every subject observed again."""
    ours = f"gaps={GAPS_VERSION};questions={QUESTIONS_VERSION};ranges={RANGES_VERSION};sums={SUMS_VERSION}"
    found = f"experiments={EXPERIMENTS_VERSION};attention={attention_version()};{catalogue.version()}"
    return f"{VERSION};{ours};{found}"


def _observed(warehouse: Warehouse, queued: pl.DataFrame, athletes: list[int]) -> Iterator[_Made]:
    """What comes of each athlete, in order; rows are fetched, and values taken, of some athletes at a time."""
    for start in range(0, len(athletes), ATHLETES_AT_ONCE):
        group = athletes[start : start + ATHLETES_AT_ONCE]
        tables = athlete_tables(warehouse, group, tables=(*ATHLETE_TABLES, "stg_answers"))
        tables = with_known_clocks(tables, tables["clock_doubts"])
        touched = queued.filter((pl.col("subject_kind") == "activity") & pl.col("athlete_id").is_in(group))
        found = pl.concat([observe_nights(tables), *_activities(warehouse, touched, tables)])
        whole = {**tables, "touched": touched}
        whole["observed_subjects"] = inputs_of(tables)
        fresh = weighed(found, verdicts=tables["verdicts"], flags=tables["flags"])
        every = pl.concat([_kept(tables["observations"], fresh), fresh])
        whole |= {"fresh": fresh, "every": every, "usable": _usable(every, tables)}
        own, stored = _by_athlete(whole, group), _by_athlete(published_before(warehouse, group), group)
        worn = heart_rates(warehouse, group)
        for athlete_id in group:
            yield _observe_athlete(athlete_id, own[athlete_id], stored[athlete_id], _wear_days(own[athlete_id], worn))


def _activities(
    warehouse: Warehouse, touched: pl.DataFrame, tables: Mapping[str, pl.DataFrame]
) -> Iterator[pl.DataFrame]:
    """Values of the touched activities, some at a time: their records are what takes memory."""
    for start in range(0, touched.height, ACTIVITIES_AT_ONCE):
        raw = raw_tables(warehouse, touched.slice(start, ACTIVITIES_AT_ONCE))
        raw = with_known_clocks(raw, tables["clock_doubts"])
        yield observe_activities({**tables, **raw})


def _by_athlete(tables: Mapping[str, pl.DataFrame], group: list[int]) -> dict[int, dict[str, pl.DataFrame]]:
    """The tables of each athlete: one pass over a table, not one for each of them."""
    own: dict[int, dict[str, pl.DataFrame]] = {athlete_id: {} for athlete_id in group}
    for name, rows in tables.items():
        parts = rows.partition_by("athlete_id", as_dict=True, maintain_order=True)
        for athlete_id in group:
            own[athlete_id][name] = parts.get((athlete_id,), rows.clear())
    return own


def _observe_athlete(
    athlete_id: int, tables: Mapping[str, pl.DataFrame], stored: Mapping[str, pl.DataFrame], worn: pl.DataFrame
) -> _Made:
    """What comes of one athlete, of whom `tables` also has what is `touched`, and the `fresh` values among `every` one.

    Those that are `usable` may enter a usual range. `stored` is what was published before, `worn` the hours with a
    heart rate.
    """
    fresh, touched, every, usable = (tables[name] for name in ("fresh", "touched", "every", "usable"))
    words = asked(tables, seen(tables, worn))
    ranges = baselines(usable, excused=no_ordinary_dates(words["excused_days"]))
    known = history({**tables, "observations": every, **words}, ranges)
    found = patterns_of(known, athlete_id)
    patterns = found["patterns"]
    made = {"observations": every, "baselines": ranges, "patterns": patterns, **words}
    return _Made(
        athlete_id=athlete_id,
        scope=pl.concat([touched, _daily_scope(touched.schema, athlete_id)]),
        replace={"observations": fresh, "restatements": restatements_of(stored, tables, made)},
        replace_of_athletes={
            "observed_subjects": tables["observed_subjects"],
            "withdrawn_values": contracts.empty("withdrawn_values"),
            "daily_sums": daily_sums(tables["interval_sums"], tables["athletes"]),
            "baselines": ranges,
            **words,
            **find_experiments(tables, every, usable),
            **found,
            **attention_of(athlete_id, known, patterns, tables["plans"]),
        },
    )


def _store(warehouse: Warehouse, queued: pl.DataFrame, group: list[_Made]) -> None:
    """Stores what came of some athletes in one transaction."""
    ids = [made.athlete_id for made in group]
    athletes = pl.DataFrame([("athlete", str(one), one) for one in ids], schema=queued.schema, orient="row")
    settle(
        warehouse,
        stop="observe",
        done=queued.filter(pl.col("athlete_id").is_in(ids)),
        replace={name: pl.concat([made.replace[name] for made in group]) for name in group[0].replace},
        replace_of_athletes={
            name: pl.concat([made.replace_of_athletes[name] for made in group]) for name in group[0].replace_of_athletes
        },
        scope=pl.concat([made.scope for made in group]),
        then={"estimate": athletes, "publish": athletes},
    )


def _counts(made: _Made) -> dict[str, int]:
    fresh = made.replace["observations"]
    return {
        "observations": fresh.height,
        "withheld": fresh["observed_value"].null_count(),
        "restated": made.replace["restatements"].height,
        **{name: made.replace_of_athletes[name].height for name in ("baselines", "gaps", "patterns")},
    }


def _wear_days(tables: Mapping[str, pl.DataFrame], worn: Mapping[int, pl.LazyFrame]) -> pl.DataFrame:
    athlete_id, time_zone = tables["athletes"].select("athlete_id", "time_zone").row(0)
    return wear_days(worn[athlete_id], time_zone=time_zone) if athlete_id in worn else pl.DataFrame(schema=WEAR_DAYS)


def _daily_scope(schema: pl.Schema, athlete_id: int) -> pl.DataFrame:
    """Every subject of the daily kinds of this athlete (a null key stands for all of a kind)."""
    return pl.DataFrame(
        {
            "subject_kind": DAILY_KINDS,
            "subject_id": [None] * len(DAILY_KINDS),
            "athlete_id": [athlete_id] * len(DAILY_KINDS),
        },
        schema=schema,
    )


def _kept(stored: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Stored values that stay: of activities that were not touched."""
    return stored.filter(pl.col("subject_kind") == "activity").join(fresh, on="observation_id", how="anti")


def _usable(observations: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Values that may enter a usual range: their subject is usable for the metric's baseline purpose."""
    purposes = {name: metric.baseline_purpose for name, metric in METRICS.items() if metric.baseline_purpose}
    subject = ["athlete_id", "subject_kind", "subject_id"]
    usable = tables["verdicts"].filter(pl.col("verdict") == "usable").select(*subject, "purpose")
    firmware = _firmware(tables)
    return (
        observations.filter(pl.col("metric").is_in(list(purposes)) & pl.col("observed_value").is_not_null())
        .with_columns(purpose=pl.col("metric").replace_strict(purposes, return_dtype=pl.String))
        .join(usable, on=[*subject, "purpose"], how="semi")
        .join(firmware, on=subject, how="left", maintain_order="left")
        .with_columns(pl.col("firmware").fill_null(""))
    )


def _firmware(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    nights = tables["nights"].select(
        "athlete_id", pl.lit("night").alias("subject_kind"), pl.col("night_id").alias("subject_id"), "firmware"
    )
    return nights.unique(["athlete_id", "subject_kind", "subject_id"])
