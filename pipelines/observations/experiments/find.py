"""The experiments of one athlete as they stand: from their plans, what was done, and the values there are. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import polars as pl

from pipelines.observations.experiments.days import Day, Reading, Report, judged_days
from pipelines.observations.experiments.outcome import Outcome, outcome
from pipelines.observations.experiments.planning import purpose_of
from pipelines.observations.experiments.results import Result, earlier_results
from pipelines.observations.experiments.schedule import Design, ScheduledDay, schedule
from pipelines.observations.experiments.words import count_words, planned_words, result_words
from pipelines.readers.experiment_files import PlanFile
from pipelines.tables import conform, empty

VERSION = 1

CHANGED = "Not answerable: its plan was changed after it was written down."
NOT_DRAWN = "Not answerable: the days of its plan are not those that its seed gives."

State = Literal["planned", "running", "answered", "not_answerable", "stopped"]


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """How one experiment stands."""

    state: State
    words: str
    days: tuple[Day, ...] = ()
    found: Outcome | None = None


def find_experiments(
    tables: Mapping[str, pl.DataFrame], observed: pl.DataFrame, usable: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Tables `experiments` and `experiment_days` of the one athlete in `tables`.

    `observed` has every observation of the athlete, `usable` those that may enter a usual range, with their firmware.
    How far the data reach is the last date with a usable value: an experiment is over when that is behind its end.
    """
    plans = tables["experiment_plans"]
    if plans.is_empty():
        return {"experiments": empty("experiments"), "experiment_days": empty("experiment_days")}
    last_date = usable["observed_date"].max()
    assert last_date is None or isinstance(last_date, date)
    stored = {row["experiment_id"]: row for row in tables["experiments"].iter_rows(named=True)}
    rows: list[dict[str, Any]] = []
    days: list[dict[str, Any]] = []
    for experiment_id, versions in _versions(plans):
        row = versions[0]
        plan = _plan(row, tables["experiment_plan_days"])
        reports = _reports(tables, experiment_id)
        standing = _standing(
            plan,
            reports,
            _readings(plan, observed, usable),
            last_date=last_date,
            is_changed=len(versions) > 1,
        )
        rows.append(_row(plan, row, standing, stored.get(experiment_id)))
        days += [_day_row(plan, row, day, is_over=standing.state == "answered") for day in standing.days]
    return {
        "experiments": conform(pl.DataFrame(rows, infer_schema_length=None), "experiments"),
        "experiment_days": conform(pl.DataFrame(days, infer_schema_length=None), "experiment_days")
        if days
        else empty("experiment_days"),
    }


def _versions(plans: pl.DataFrame) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every experiment with what its files say of it: one row where they agree. Files are in order of their names."""
    said = [name for name in plans.columns if name not in {"source_file_id", "plan_index"}]
    for group in plans.sort("experiment_id", "source_file_id").partition_by("experiment_id", maintain_order=True):
        yield group["experiment_id"][0], group.unique(said, keep="first", maintain_order=True).to_dicts()


def _plan(row: Mapping[str, Any], days: pl.DataFrame) -> PlanFile:
    own = days.filter(pl.col("source_file_id") == row["source_file_id"]).sort("day_index")
    named = {name: row[name] for name in PlanFile.__dataclass_fields__ if name != "days"}
    return PlanFile(**named, days=tuple(own.select("day_date", "pair_number", "condition").iter_rows()))


def _reports(tables: Mapping[str, pl.DataFrame], experiment_id: str) -> list[Report]:
    """What was said of its days, the last word last: by the day it was said, then by place in the file."""
    own = tables["experiment_reports"].filter(pl.col("experiment_id") == experiment_id)
    ordered = own.sort("said_on", "report_index", "source_file_id", nulls_last=False)
    return [Report(on=row["day_date"], did=row["did"], said_on=row["said_on"]) for row in ordered.iter_rows(named=True)]


def _readings(plan: PlanFile, observed: pl.DataFrame, usable: pl.DataFrame) -> dict[date, Reading]:
    """The series the plan names, by date: usable values of one date as their median, else that there is one."""
    of_series = (
        (pl.col("metric") == plan.metric)
        & (pl.col("method") == plan.method)
        & (pl.col("reading") == plan.reading)
        & (pl.col("device_id") == plan.device_id)
    )
    readings = {
        on: Reading(value=float("nan"), is_usable=False, observation_id=name, firmware="")
        for on, name in observed.filter(of_series).select("observed_date", "observation_id").iter_rows()
    }
    daily = (
        usable.filter(of_series)
        .sort("observation_id")
        .group_by("observed_date")
        .agg(pl.col("observed_value").median(), pl.col("observation_id").first(), pl.col("firmware").last())
    )
    for on, value, name, firmware in daily.iter_rows():
        readings[on] = Reading(value=value, is_usable=True, observation_id=name, firmware=firmware)
    return readings


def _standing(
    plan: PlanFile,
    reports: Sequence[Report],
    readings: Mapping[date, Reading],
    *,
    last_date: date | None,
    is_changed: bool,
) -> _Standing:
    if plan.refusal:
        return _Standing(state="not_answerable", words=plan.refusal)
    if is_changed or not _is_as_drawn(plan):
        return _Standing(state="not_answerable", words=CHANGED if is_changed else NOT_DRAWN)
    by_date = {report.on: report for report in reports if report.did != "stop"}
    scheduled = tuple(ScheduledDay(on=on, pair=pair, condition=condition) for on, pair, condition in plan.days)  # type: ignore[arg-type] # as the table has them
    days = judged_days(scheduled, by_date, readings, lag_days=plan.lag_days, last_date=last_date)
    end = _end(plan)
    stop = next((one for one in reports if _is_stop(one, end)), None)
    if stop is not None:
        return _Standing(state="stopped", words=f"Stopped on {stop.on}: there is no result.", days=days)
    if last_date is None or last_date < plan.start_date:
        return _Standing(state="planned", words=planned_words(plan), days=days)
    if last_date < end:
        passed = [day for day in days if day.is_passed]
        words = count_words(
            passed=len(passed),
            days=_condition_days(plan),
            told=sum(day.did != "not_told" for day in passed),
            dropped=sum(day.state == "dropped" for day in passed),
            end_date=end,
        )
        return _Standing(state="running", words=words, days=days)
    found = outcome(days, smallest_effect=plan.smallest_effect, seed=plan.seed)
    state: State = "not_answerable" if found.tested is None else "answered"
    return _Standing(state=state, words=result_words(plan, found), days=days, found=found)


def _is_stop(report: Report, end: date) -> bool:
    """A stop counts when it was said, and is about a day, no later than the end: a result cannot be taken back."""
    return report.did == "stop" and report.on <= end and (report.said_on or report.on) <= end


def _is_as_drawn(plan: PlanFile) -> bool:
    design = Design(pair_count=plan.pair_count, period_days=plan.period_days, washout_days=plan.washout_days)
    if design.day_count != len(plan.days):
        return False  # numbers of which nobody wants to see the days
    drawn = schedule(design, seed=plan.seed, start=plan.start_date)
    return plan.days == tuple((day.on, day.pair, day.condition) for day in drawn)


def _end(plan: PlanFile) -> date:
    """Date of the last value; of a plan without days its start."""
    return plan.days[-1][0] + timedelta(days=plan.lag_days) if plan.days else plan.start_date


def _condition_days(plan: PlanFile) -> int:
    return sum(condition != "washout" for _, _, condition in plan.days)


def _row(
    plan: PlanFile, raw: Mapping[str, Any], standing: _Standing, stored: Mapping[str, Any] | None
) -> dict[str, Any]:
    passed = [day for day in standing.days if day.is_passed]
    found = standing.found
    result = Result.of(found)
    told = {name: raw[name] for name in raw if name in _AS_PLANNED}
    return told | {
        "purpose": purpose_of(plan.metric),
        "state": standing.state,
        "verdict": result.verdict,
        "words": standing.words,
        "days": _condition_days(plan),
        "washout": plan.washout_days,
        "end_date": _end(plan),
        "passed_count": len(passed),
        "told_count": sum(day.did != "not_told" for day in passed),
        "dropped_count": sum(day.state == "dropped" for day in passed),
        "late_count": sum(day.is_late for day in passed),
        "adherence": sum(day.did == day.condition for day in passed) / len(passed) if passed else None,
        "used_pair_count": result.used_pair_count,
        "estimate": result.estimate,
        "lower": result.lower,
        "upper": result.upper,
        "p_value": result.p_value,
        "coverage": None if found is None or found.tested is None else found.tested.coverage,
        "results": earlier_results(result, standing.state, stored, version=VERSION),
        "definition_version": VERSION,
    }


_AS_PLANNED = frozenset(
    {
        *("experiment_id", "athlete_id", "question", "condition_a", "condition_b", "metric", "method", "reading"),
        *("device_id", "smallest_effect", "smallest_effect_percent", "unit", "power", "power_lower", "power_upper"),
        *("seed", "week_count", "pair_count", "period_days", "lag_days", "planned_on", "start_date", "is_simulated"),
        "source_file_id",
    }
)
"""Columns that are told as the plan has them."""


def _day_row(plan: PlanFile, raw: Mapping[str, Any], day: Day, *, is_over: bool) -> dict[str, Any]:
    shown = day.reading if is_over and day.state == "kept" else None
    return {
        "experiment_id": plan.experiment_id,
        "athlete_id": raw["athlete_id"],
        "day_date": day.on,
        "value_date": day.value_date,
        "pair_number": day.pair,
        "condition": day.condition,
        "did": day.did,
        "state": day.state,
        "why_dropped": day.why_dropped,
        "observed_value": None if shown is None else shown.value,
        "unit": plan.unit,
        "observation_id": None if shown is None else shown.observation_id,
        "definition_version": VERSION,
    }
