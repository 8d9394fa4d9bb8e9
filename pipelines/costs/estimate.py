"""Stop 7, estimate: the models asked for, metered, against naive rivals, each with its bill.

The same input is never paid for twice: a job whose input, model and seed are those of a stored one is reused. What
does not belong here: how a model works, and what a CPU-second is worth.
"""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.costs import doubts, model_process, tracker_reading
from pipelines.costs.meter import Entry, Meter, known_by
from pipelines.costs.usage import Spent
from pipelines.errors import WattworthError
from pipelines.models.catalogue import chosen, left_out, missing, remedy
from pipelines.models.catalogue import tasks as every_task
from pipelines.models.contract import Model
from pipelines.models.evaluate import Skill, same_nights, skills, verdict
from pipelines.models.features import fingerprint
from pipelines.models.task import Task
from pipelines.progress import Progress, StepSummary
from pipelines.tables import conform
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, insert, run, transaction

SEED = 20_260_101
"""Seed of every draw; any number would do, the same one always."""

ACCOUNT_TOLERANCE_FRACTION = 0.02
"""The jobs' own account of CPU time may exceed the operating system's account of their process by this much."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One model on one state of a squad's days, for one task."""

    job_id: str
    model: Model
    task: Task
    input_fingerprint: str

    @property
    def step_key(self) -> str:
        """Name of its row in the ledger."""
        return f"{self.model.name}:{self.task.name}"


@dataclass(frozen=True, kw_only=True)
class Input:
    """What there is to estimate a task from."""

    days: pl.DataFrame
    left_out_count: int
    """Readings that were there and not usable."""


def estimate(
    warehouse: Warehouse, squad: str, progress: Progress, *, models: tuple[str, ...], meter: Meter
) -> StepSummary:
    """Runs the models asked for on each task they can do and stores jobs, estimates and scores.

    Counts: `reused` jobs that were paid for before, `nights` scored, `left_out` nights whose verdict is not usable,
    `not_run` rungs that `all` leaves out because their library is not installed.
    Raises `ConfigurationError` for an unknown model or a missing library, `WattworthError` when the model process was
    killed.
    """
    rungs = chosen(models)
    asked = [task for task in every_task() if any(task.name in model.tasks for model in rungs)]
    inputs = {task.name: _input(warehouse, squad, task) for task in asked}
    able = [(task, model) for task in asked for model in rungs if task.name in model.tasks]
    jobs = [_job(squad, task, model, inputs) for task, model in able if inputs[task.name].days.height]
    known = _known_jobs(warehouse)
    due = [job for job in jobs if job.job_id not in known]
    nights = 0
    if due:
        with tempfile.TemporaryDirectory(prefix="wattworth-models-") as scratch:
            _run(Path(scratch), inputs, due, meter, squad)
            for job in progress.over(due, label="Estimate", total=len(due), unit="models"):
                nights += _store(warehouse, job, Path(scratch), _facts(warehouse, squad, inputs[job.task.name]))
    _dequeue(warehouse, squad)
    not_run = _file_not_run(meter, models)
    unusable = sum(found.left_out_count for found in inputs.values())
    return StepSummary(
        stop="estimate",
        subject_count=len(jobs),
        unit="model jobs",
        counts={
            "reused": sum(job.job_id in known for job in jobs),
            "nights": nights,
            "left_out": unusable,
            "not_run": not_run,
        },
        athlete_day_count=nights or None,
    )


def _input(warehouse: Warehouse, squad: str, task: Task) -> Input:
    observed = frame(warehouse.con, task.query, squad=squad, **task.parameters)
    return Input(days=task.prepared(observed), left_out_count=observed.filter(~pl.col("is_usable")).height)


def _job(squad: str, task: Task, model: Model, inputs: Mapping[str, Input]) -> Job:
    state = fingerprint(inputs[task.name].days)
    identity = "|".join((squad, model.name, str(model.version), task.name, str(SEED), state))
    job_id = hashlib.sha256(identity.encode()).hexdigest()[:12]
    return Job(job_id=job_id, model=model, task=task, input_fingerprint=state)


def _known_jobs(warehouse: Warehouse) -> set[str]:
    return {job_id for (job_id,) in warehouse.con.execute("select job_id from model_jobs").fetchall()}


def _file_not_run(meter: Meter, models: tuple[str, ...]) -> int:
    """One row for each rung that `all` leaves out for want of its library; returns their number."""
    unable = left_out(models)
    for model in unable:
        nothing = {"rung": model.name, "status": "not_run", "evidence": "not_assessed", "thread_count": 1}
        meter.file_known(model.name, purpose="backtest", note=f"{missing(model)}: {remedy(model)}", **nothing)
    return len(unable)


def _facts(warehouse: Warehouse, squad: str, found: Input) -> dict[str, Any]:
    simulated = warehouse.con.execute(
        "select coalesce(bool_or(is_simulated), false) from athletes where squad = ? and athlete_id = any(?)",
        [squad, found.days["athlete_id"].unique().to_list()],
    ).fetchone()
    assert simulated is not None
    return {"squad": squad, "left_out_count": found.left_out_count, "is_simulated": bool(simulated[0])}


def _run(scratch: Path, inputs: Mapping[str, Input], due: list[Job], meter: Meter, squad: str) -> None:
    """Runs the child and files its bill: the process as a step, each job inside it as a row of its own."""
    for name, found in inputs.items():
        found.days.write_parquet(model_process.prepared(scratch, name))
    order = {
        "country": meter.country,
        "watts_per_thread": meter.machine.watts_per_thread,
        "machine_thread_count": meter.machine.thread_count,
        "jobs": [{"job_id": job.job_id, "model": job.model.name, "task": job.task.name, "seed": SEED} for job in due],
    }
    (scratch / model_process.ORDER).write_text(json.dumps(order), encoding="utf-8")
    with meter.step("model_process", purpose="backtest", partition=squad) as entry:
        entry.thread_count = 1
        entry.subject_count = len(due)
        started_at_utc = meter.clock()
        ended = model_process.run(scratch)
        used = model_process.outcomes(scratch)
        tracker_reading.note(scratch / model_process.TRACKER, entry)
        _note_accounts(entry, ended, used)
        _file_jobs(meter, due, used, started_at_utc=started_at_utc)
        if ended.exit_code != 0:
            raise _ended_badly(ended)


def _note_accounts(entry: Entry, ended: model_process.Ended, used: Mapping[str, Mapping[str, float]]) -> None:
    own_s = sum(outcome["cpu_self_s"] + outcome["cpu_children_s"] for outcome in used.values())
    if own_s > ended.cpu_s * (1 + ACCOUNT_TOLERANCE_FRACTION):
        entry.doubts.append(doubts.ACCOUNTS_DISAGREE.name)
        entry.notes.append(f"jobs say {own_s:.1f} CPU-s, the operating system says {ended.cpu_s:.1f} of their process")


def _file_jobs(
    meter: Meter, due: list[Job], used: Mapping[str, Mapping[str, Any]], *, started_at_utc: datetime
) -> None:
    """One row a job. The job that was under way when the process ended has no figures of its own: the process has."""
    for name, state in {model_process.rivals_job(job.task.name): job.input_fingerprint for job in due}.items():
        rivals = used.get(name)
        if rivals is not None:
            columns = {
                "rung": "rivals",
                "input_fingerprint": state,
                "thread_count": 1,
                "started_at_utc": started_at_utc,
            }
            meter.file_known(name, purpose="backtest", **columns, **rivals, **known_by(Spent(**rivals)))
    is_first_missing = True
    for job in due:
        columns = {
            "rung": job.model.name,
            "job_id": job.job_id,
            "input_fingerprint": job.input_fingerprint,
            "thread_count": 1,
            "started_at_utc": started_at_utc,
        }
        figures: dict[str, Any] = dict(used.get(job.job_id, {}))
        if figures:
            figures |= known_by(Spent(**figures))
        else:
            figures = {"status": "failed" if is_first_missing else "not_run", "evidence": "not_assessed"}
            is_first_missing = False
        meter.file_known(job.step_key, purpose="backtest", **columns, **figures)


def _ended_badly(ended: model_process.Ended) -> Exception:
    if ended.exit_code < 0:
        return WattworthError(
            doing="estimating",
            where="the models asked for",
            found=f"the model process was killed by signal {-ended.exit_code}",
            remedy="Run it again; if memory is short, close other programs first.",
        )
    return RuntimeError(f"the model process ended with code {ended.exit_code}:\n{ended.said}")


def _store(warehouse: Warehouse, job: Job, scratch: Path, facts: Mapping[str, Any]) -> int:
    """Stores one job with its estimates and scores in one transaction; returns the number of nights scored."""
    rivals = pl.read_parquet(model_process.rival_estimates(scratch, job.task.name))
    nights = same_nights(pl.read_parquet(model_process.estimates(scratch, job.job_id)), rivals)
    found = skills(nights, seed=SEED)
    counts = {"athlete_count": nights["athlete_id"].n_unique(), "night_count": nights.height}
    model_job = {
        "job_id": job.job_id,
        "model": job.model.name,
        "model_version": job.model.version,
        "task": job.task.name,
        "seed": SEED,
        "input_fingerprint": job.input_fingerprint,
        **facts,
        **counts,
    }
    con = warehouse.con
    with transaction(con, "settle"):
        identity = {"squad": facts["squad"], "model": job.model.name, "task": job.task.name}
        for (old,) in frame(con, "queries/replace_model_job.sql", **identity).iter_rows():
            con.execute("delete from estimates where job_id = ?", [old])
            con.execute("delete from scores where job_id = ?", [old])
        insert(con, "model_jobs", conform(pl.DataFrame([model_job]), "model_jobs"))
        if found:
            insert(con, "estimates", _estimates(nights, job, best_rival=found[0].rival))
            insert(con, "scores", _scores(found, job, counts, is_simulated=facts["is_simulated"]))
    return nights.height


def _estimates(nights: pl.DataFrame, job: Job, *, best_rival: str) -> pl.DataFrame:
    rows = nights.select(
        pl.lit(job.job_id).alias("job_id"),
        pl.lit(job.task.name).alias("task"),
        "athlete_id",
        pl.col("day_date").alias("estimate_date"),
        "subject",
        "estimate",
        pl.col("target").alias("observed_value"),
        pl.col(best_rival).alias("best_rival_estimate"),
        pl.lit(job.task.unit).alias("unit"),
    )
    return conform(rows, "estimates")


def _scores(found: tuple[Skill, ...], job: Job, counts: Mapping[str, int], *, is_simulated: bool) -> pl.DataFrame:
    least = job.task.smallest_gain_fraction
    said = verdict(found[0], is_simulated=is_simulated, smallest_gain_fraction=least, **counts)
    rows = [
        {
            **{
                name.replace("lower_", "skill_lower_").replace("upper_", "skill_upper_"): value
                for name, value in asdict(skill).items()
            },
            "job_id": job.job_id,
            "task": job.task.name,
            "night_count": counts["night_count"],
            "is_best_rival": rank == 0,
            "verdict": said,
            "unit": job.task.unit,
        }
        for rank, skill in enumerate(found)
    ]
    return conform(pl.DataFrame(rows), "scores")


def _dequeue(warehouse: Warehouse, squad: str) -> None:
    """Empties the queue of this stop: the fingerprint of the input says what is new, not the queue."""
    run(warehouse.con, "queries/dequeue_estimates.sql", squad=squad)
