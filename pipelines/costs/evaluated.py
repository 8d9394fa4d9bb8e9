"""Stores what came of model jobs: estimates, skill against each rival, what quality was worth, and the verdicts.

Verdicts are found anew for the whole squad whenever a job was added, from what is stored: a rung is held against
others. What does not belong here: how a gain is found (see `models.verdicts`), what it cost.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.costs import model_job, quality_worth
from pipelines.costs.model_input import SEED, Input, Job
from pipelines.models.catalogue import task_named
from pipelines.models.evaluate import coach_error, same_nights, skills
from pipelines.models.verdicts import Comparison, Rung, by_interval, capped, judged
from pipelines.tables import conform
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, insert, transaction

ROLLING, HELD_OUT = "rolling_origin", "athlete_held_out"

OF_A_JOB = ("estimates", "scores", "rung_verdicts")
"""Tables that hold what came of a job, beside its own row."""


def store(warehouse: Warehouse, job: Job, scratch: Path, squad: str, found: Input) -> int:
    """Stores one job with its estimates and scores in one transaction; returns the number of rows scored."""
    said = json.loads(model_job.about(scratch, job.job_id).read_text(encoding="utf-8"))
    facts = {"squad": squad, "is_simulated": _is_simulated(warehouse, squad, found)}
    rivals = pl.read_parquet(model_job.rival_estimates(scratch, job.task.name))
    ways = {} if said["looks_ahead"] else dict(_ways(scratch, job, rivals))
    nights = ways.get(ROLLING, rivals.clear())
    counts = {"athlete_count": nights["athlete_id"].n_unique(), "night_count": nights.height}
    model_row = {
        "job_id": job.job_id,
        "model": job.model.name,
        "model_version": job.model.version,
        "task": job.task.name,
        "seed": SEED,
        "input_fingerprint": job.input_fingerprint,
        "usable_count": found.usable_count,
        "left_out_count": found.left_out_count,
        "looks_ahead": said["looks_ahead"],
        **facts,
        **counts,
    }
    con = warehouse.con
    with transaction(con, "settle"):
        identity = {"squad": squad, "model": job.model.name, "task": job.task.name}
        for (old,) in frame(con, "queries/replace_model_job.sql", **identity).iter_rows():
            for table in OF_A_JOB:
                con.execute(f"delete from {table} where job_id = ?", [old])  # noqa: S608 - a name of ours
        insert(con, "model_jobs", conform(pl.DataFrame([model_row]), "model_jobs"))
        for variant, some in ways.items():
            insert(con, "scores", _scores(some, job, variant, is_simulated=bool(facts["is_simulated"])))
        if nights.height:
            insert(con, "estimates", _estimates(nights, job))
            quality_worth.store(con, job, scratch, nights=nights, found=found, facts=facts)
        row = {"job_id": job.job_id, "cpu_s": said["cpu_s"], **identity}
        insert(con, "rung_verdicts", _unjudged(row, job.task.smallest_gain_fraction))
    return nights.height


def judge(warehouse: Warehouse, squad: str, *, now: datetime) -> None:
    """Holds every rung of the squad against the next cheaper one that was worth its cost, over all tasks at once."""
    con = warehouse.con
    jobs = frame(con, "queries/squad_model_jobs.sql", squad=squad)
    if jobs.is_empty():
        return
    nights = frame(con, "queries/squad_estimates.sql", squad=squad)
    tasks = [task_named(name) for name in jobs["task"].unique().sort()]
    ladders = [(_rungs(jobs.filter(task=task.name), nights), task.smallest_gain_fraction) for task in tasks]
    is_simulated = bool(jobs["is_simulated"].any())
    found = [one for ladder in judged(ladders, is_simulated=is_simulated, seed=SEED) for one in ladder]
    verdicts = conform(
        pl.DataFrame([_row(one) for one in found]).join(jobs.select(*_IDENTITY), on="job_id"), "rung_verdicts"
    )
    history = verdicts.join(jobs.select("job_id", "model_version", "is_simulated"), on="job_id")
    today = {"day": now.date(), "squad": squad}
    with transaction(con, "settle"):
        con.execute("delete from rung_verdicts where squad = $squad", {"squad": squad})
        insert(con, "rung_verdicts", verdicts)
        con.execute("delete from verdict_history where evaluation_date = $day and squad = $squad", today)
        insert(con, "verdict_history", _history(history, now))


_IDENTITY = ("job_id", "squad", "task", "model")


def _is_simulated(warehouse: Warehouse, squad: str, found: Input) -> bool:
    simulated = warehouse.con.execute(
        "select coalesce(bool_or(is_simulated), false) from athletes where squad = ? and athlete_id = any(?)",
        [squad, found.days["athlete_id"].unique().to_list()],
    ).fetchone()
    assert simulated is not None
    return bool(simulated[0])


def _ways(scratch: Path, job: Job, rivals: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    paths = {ROLLING: model_job.estimates, HELD_OUT: model_job.held_out_estimates}
    for variant, path in paths.items():
        if path(scratch, job.job_id).is_file():
            nights = same_nights(pl.read_parquet(path(scratch, job.job_id)), rivals)
            if nights.height:
                yield variant, nights


def _estimates(nights: pl.DataFrame, job: Job) -> pl.DataFrame:
    best = quality_worth.best_rival(nights)
    rows = nights.select(
        pl.lit(job.job_id).alias("job_id"),
        pl.lit(job.task.name).alias("task"),
        "athlete_id",
        pl.col("day_date").alias("estimate_date"),
        "subject",
        "estimate",
        pl.col("target").alias("observed_value"),
        pl.col(best).alias("best_rival_estimate"),
        pl.lit(job.task.unit).alias("unit"),
    )
    return conform(rows, "estimates")


def _scores(nights: pl.DataFrame, job: Job, variant: str, *, is_simulated: bool) -> pl.DataFrame:
    rows = []
    counts = {"athlete_count": nights["athlete_id"].n_unique(), "night_count": nights.height}
    for rank, skill in enumerate(skills(nights, seed=SEED)):
        ends = (skill.lower_fraction, skill.upper_fraction)
        said = by_interval(*ends, least=job.task.smallest_gain_fraction, **counts)
        rows.append(
            {
                "job_id": job.job_id,
                "task": job.task.name,
                "variant": variant,
                "rival": skill.rival,
                "mean_absolute_error": skill.mean_absolute_error,
                "rival_mean_absolute_error": skill.rival_mean_absolute_error,
                "skill_fraction": skill.skill_fraction,
                "skill_lower_fraction": ends[0],
                "skill_upper_fraction": ends[1],
                "night_count": nights.height,
                "is_best_rival": rank == 0,
                "verdict": capped(said, is_simulated=is_simulated),
                "unit": job.task.unit,
                "coach_error": coach_error(nights, "estimate", job.task.coach_unit),
                "rival_coach_error": coach_error(nights, skill.rival, job.task.coach_unit),
                "coach_unit": job.task.coach_unit.unit,
            }
        )
    return conform(pl.DataFrame(rows), "scores")


def _unjudged(row: Mapping[str, object], least: float) -> pl.DataFrame:
    """A verdict that is still to be found; it holds the CPU time by which the rungs are put in order."""
    nothing = {"against": "", "comparison_count": 0, "athlete_count": 0, "night_count": 0, "is_on_frontier": False}
    return conform(
        pl.DataFrame([{**row, **nothing, "smallest_gain_fraction": least, "verdict": "undecided"}]), "rung_verdicts"
    )


def _rungs(jobs: pl.DataFrame, nights: pl.DataFrame) -> list[Rung]:
    return [
        Rung(
            name=job["model"],
            job_id=job["job_id"],
            cpu_s=job["cpu_s"],
            nights=nights.filter(job_id=job["job_id"]).drop("job_id"),
            best_rival=job["best_rival"] or "",
            looks_ahead=job["looks_ahead"],
        )
        for job in jobs.to_dicts()
    ]


def _row(one: Comparison) -> dict[str, Any]:
    found = one.measured
    return {
        "job_id": one.rung.job_id,
        "against": one.against,
        "against_job_id": one.against_job_id,
        "cpu_s": one.rung.cpu_s,
        "mean_absolute_error": found.mean_absolute_error if found else None,
        "against_mean_absolute_error": found.against_mean_absolute_error if found else None,
        "gain_fraction": found.gain_fraction if found else None,
        "gain_lower_fraction": found.lower_fraction if found else None,
        "gain_upper_fraction": found.upper_fraction if found else None,
        "p_value": found.p_value if found else None,
        "adjusted_p_value": one.adjusted_p_value,
        "comparison_count": one.comparison_count,
        "athlete_count": one.athlete_count,
        "night_count": one.night_count,
        "more_night_count": one.more_night_count,
        "smallest_gain_fraction": one.smallest_gain_fraction,
        "is_on_frontier": one.is_on_frontier,
        "verdict": one.verdict,
    }


def _history(verdicts: pl.DataFrame, now: datetime) -> pl.DataFrame:
    columns = ("squad", "model", "task", "model_version", "against", "is_simulated", "verdict", "night_count")
    figures = ("gain_fraction", "gain_lower_fraction", "gain_upper_fraction", "adjusted_p_value")
    rows = verdicts.select(*columns, *figures, evaluation_date=pl.lit(now.date()))
    return conform(rows, "verdict_history")
