"""Stop 7, estimate: the models asked for, metered, against naive rivals, each with its bill.

The same input is never paid for twice: a job whose input, model and seed are those of a stored one is reused. What
does not belong here: how a model works, and what a CPU-second is worth.
"""

import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pipelines.costs import doubts, evaluated, job_ends, model_job, model_process, task_state, tracker_reading
from pipelines.costs.admission import Admission, admitted, rungs, unable
from pipelines.costs.meter import Entry, Meter
from pipelines.costs.model_input import SEED, Input, Job, input_of, job_of
from pipelines.costs.prices import PROCESS
from pipelines.models.catalogue import missing, remedy
from pipelines.models.catalogue import tasks as every_task
from pipelines.models.contract import Model
from pipelines.progress import Progress, StepSummary
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import run

ACCOUNT_TOLERANCE_FRACTION = 0.02
"""The jobs' own account of CPU time may exceed the operating system's account of their process by this much."""


def estimate(
    warehouse: Warehouse,
    squad: str,
    progress: Progress,
    *,
    models: tuple[str, ...],
    meter: Meter,
    is_over_budget_ok: bool = False,
    asked_by: str = "",
) -> StepSummary:
    """Runs the models asked for on each task they can do and stores jobs, estimates and scores.

    Counts: `reused` jobs that were paid for before, `nights` scored, `left_out` nights whose verdict is not usable,
    `not_run` rungs that `all` or the schedule leaves out because their library is not installed.
    Of those due, jobs of a `retired` rung and jobs `refused` by the budget are not run; where the budget is overridden,
    `asked_by` says by whom.
    Raises `ConfigurationError` for an unknown model or a missing library, and once what ended is stored,
    `WattworthError` when the model process was killed, `RuntimeError` when a job failed.
    """
    wanted = rungs(warehouse, squad, models)
    asked = [task for task in every_task() if any(task.name in model.tasks for model in wanted)]
    inputs = {task.name: input_of(warehouse, squad, task) for task in asked}
    for task in asked:
        task_state.note(warehouse, squad, task, inputs[task.name])
    able = [(task, model) for task in asked for model in wanted if task.name in model.tasks]
    jobs = [job_of(squad, task, model, inputs[task.name]) for task, model in able if inputs[task.name].days.height]
    known = _known_jobs(warehouse)
    due = [job for job in jobs if job.job_id not in known]
    let_in = admitted(
        warehouse,
        squad,
        due,
        asked=models,
        day_counts={name: found.days.height for name, found in inputs.items()},
        meter=meter,
        is_over_budget_ok=is_over_budget_ok,
    )
    nights = 0
    if let_in.jobs:
        with tempfile.TemporaryDirectory(prefix="wattworth-models-") as scratch:
            ended = _run(Path(scratch), inputs, let_in, meter, squad=squad, asked_by=asked_by)
            done = job_ends.done(Path(scratch))
            stored = [job for job in let_in.jobs if {job.job_id, model_process.rivals_job(job.task.name)} <= done]
            for job in progress.over(stored, label="Estimate", total=len(stored), unit="models"):
                nights += evaluated.store(warehouse, job, Path(scratch), squad, inputs[job.task.name])
            trouble = job_ends.trouble(Path(scratch), ended, {job.job_id: job.step_key for job in let_in.jobs})
        evaluated.judge(warehouse, squad, now=meter.clock())
        if trouble is not None:
            raise trouble
    _dequeue(warehouse, squad)
    not_run = _file_not_run(meter, unable(warehouse, squad, models))
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
            "retired": let_in.retired_count,
            "refused": let_in.refused_count,
        },
        athlete_day_count=nights or None,
    )


def _known_jobs(warehouse: Warehouse) -> set[str]:
    return {job_id for (job_id,) in warehouse.con.execute("select job_id from model_jobs").fetchall()}


def _file_not_run(meter: Meter, rungs_missing: tuple[Model, ...]) -> int:
    """One row for each rung that is left out for want of its library; returns their number."""
    for model in rungs_missing:
        nothing = {"rung": model.name, "status": "not_run", "evidence": "not_assessed", "thread_count": 1}
        meter.file_known(model.name, purpose="backtest", note=f"{missing(model)}: {remedy(model)}", **nothing)
    return len(rungs_missing)


def _run(
    scratch: Path, inputs: Mapping[str, Input], let_in: Admission[Job], meter: Meter, *, squad: str, asked_by: str
) -> model_process.Ended:
    """Runs the child and files its bill: the process as a step, each job inside it as a row of its own."""
    due = let_in.jobs
    for name, found in inputs.items():
        found.days.write_parquet(model_job.prepared(scratch, name))
        if found.spoiled_count:
            found.all_days.write_parquet(model_job.all_prepared(scratch, name))
    order = {
        "country": meter.country,
        "watts_per_thread": meter.machine.watts_per_thread,
        "machine_thread_count": meter.machine.thread_count,
        "jobs": [{"job_id": job.job_id, "model": job.model.name, "task": job.task.name, "seed": SEED} for job in due],
    }
    (scratch / model_process.ORDER).write_text(json.dumps(order), encoding="utf-8")
    day_counts = {name: found.days.height for name, found in inputs.items()}
    with meter.step(PROCESS, purpose="backtest", partition=squad) as entry:
        entry.thread_count = 1
        entry.subject_count = len(due)
        started_at_utc = meter.clock()
        ended = model_process.run(scratch)
        used = model_process.outcomes(scratch)
        tracker_reading.note(scratch / model_process.TRACKER, entry)
        _note_accounts(entry, ended, used)
        _file_jobs(meter, let_in, scratch, ended, day_counts, started_at_utc=started_at_utc, asked_by=asked_by)
        if ended.exit_code != 0:
            entry.status = "killed" if ended.exit_code < 0 else "failed"
    return ended


def _note_accounts(entry: Entry, ended: model_process.Ended, used: Mapping[str, Mapping[str, float]]) -> None:
    own_s = sum(outcome["cpu_self_s"] + outcome["cpu_children_s"] for outcome in used.values())
    if own_s > ended.cpu_s * (1 + ACCOUNT_TOLERANCE_FRACTION):
        entry.doubts.append(doubts.ACCOUNTS_DISAGREE.name)
        entry.notes.append(f"jobs say {own_s:.1f} CPU-s, the operating system says {ended.cpu_s:.1f} of their process")


def _file_jobs(
    meter: Meter,
    let_in: Admission[Job],
    scratch: Path,
    ended: model_process.Ended,
    day_counts: Mapping[str, int],
    *,
    started_at_utc: datetime,
    asked_by: str,
) -> None:
    """One row a job, with what is known of how it ended."""
    for task, state in {job.task.name: job.input_fingerprint for job in let_in.jobs}.items():
        name = model_process.rivals_job(task)
        columns = {
            "rung": "rivals",
            "athlete_day_count": day_counts[task],
            "input_fingerprint": state,
            "thread_count": 1,
            "started_at_utc": started_at_utc,
        }
        meter.file_known(name, purpose="backtest", **columns, **job_ends.columns(scratch, name, ended))
    for job in let_in.jobs:
        columns = {
            "rung": job.model.name,
            "athlete_day_count": day_counts[job.task.name],
            "expected_cpu_s": let_in.expected_cpu_s[job.step_key],
            "overridden_by": asked_by if job.step_key in let_in.overridden else None,
            "job_id": job.job_id,
            "input_fingerprint": job.input_fingerprint,
            "thread_count": 1,
            "started_at_utc": started_at_utc,
        }
        known = job_ends.columns(scratch, job.job_id, ended)
        note = "; ".join(filter(None, (let_in.notes[job.step_key], known.pop("note", ""))))
        meter.file_known(job.step_key, purpose="backtest", **columns, **known, note=note)


def _dequeue(warehouse: Warehouse, squad: str) -> None:
    """Empties the queue of this stop: the fingerprint of the input says what is new, not the queue."""
    run(warehouse.con, "queries/dequeue_estimates.sql", squad=squad)
