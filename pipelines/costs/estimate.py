"""Stop 7, estimate: the models asked for, metered, against naive rivals, each with its bill.

The same input is never paid for twice: a job whose input, model and seed are those of a stored one is reused. What
does not belong here: how a model works, and what a CPU-second is worth.
"""

import hashlib
import importlib.util
import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.costs import model_process
from pipelines.costs.meter import Entry, Meter, known_by
from pipelines.costs.usage import Spent
from pipelines.errors import ConfigurationError, WattworthError
from pipelines.models.catalogue import chosen
from pipelines.models.contract import Model
from pipelines.models.evaluate import Skill, same_nights, skills, verdict
from pipelines.models.features import calendar, fingerprint
from pipelines.progress import Progress, StepSummary
from pipelines.tables import conform
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, insert, run, transaction

TASK = "next_morning_ln_rmssd"
UNIT = "ln_ms"
SEED = 20_260_101
"""Seed of every draw; any number would do, the same one always."""

ACCOUNT_TOLERANCE_FRACTION = 0.02
"""The jobs' own account of CPU time may exceed the operating system's account of their process by this much."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One model on one state of a squad's days."""

    job_id: str
    model: Model
    input_fingerprint: str


def estimate(
    warehouse: Warehouse, squad: str, progress: Progress, *, models: tuple[str, ...], meter: Meter
) -> StepSummary:
    """Runs the models asked for on the squad's mornings and stores jobs, estimates and scores.

    Counts: `reused` jobs that were paid for before, `nights` scored, nights `left_out` because their verdict is not
    usable. Raises `ConfigurationError` for an unknown model or a missing library, `WattworthError` when the model
    process was killed.
    """
    rungs = chosen(models)
    observed = frame(warehouse.con, "queries/estimate_days.sql", squad=squad)
    days = calendar(observed)
    jobs = _jobs(rungs, days, squad)
    known = _known_jobs(warehouse)
    due = [job for job in jobs if job.job_id not in known]
    left_out = observed.filter(~pl.col("is_usable")).height
    nights = 0
    if due and days.height:
        _need_library()
        facts = _facts(warehouse, squad, days, left_out)
        with tempfile.TemporaryDirectory(prefix="wattworth-models-") as scratch:
            _run(Path(scratch), days, due, meter, squad)
            for job in progress.over(due, label="Estimate", total=len(due), unit="models"):
                nights += _store(warehouse, job, Path(scratch), facts)
    _dequeue(warehouse, squad)
    counts = {"reused": len(jobs) - len(due), "nights": nights, "left_out": left_out}
    return StepSummary(
        stop="estimate",
        subject_count=len(jobs),
        unit="model jobs",
        counts=counts,
        athlete_day_count=nights or None,
    )


def _jobs(rungs: tuple[Model, ...], days: pl.DataFrame, squad: str) -> list[Job]:
    if not rungs:
        return []
    state = fingerprint(days)
    jobs = []
    for model in rungs:
        identity = "|".join((squad, model.name, str(model.version), TASK, str(SEED), state))
        job_id = hashlib.sha256(identity.encode()).hexdigest()[:12]
        jobs.append(Job(job_id=job_id, model=model, input_fingerprint=state))
    return jobs


def _known_jobs(warehouse: Warehouse) -> set[str]:
    return {job_id for (job_id,) in warehouse.con.execute("select job_id from model_jobs").fetchall()}


def _need_library() -> None:
    if importlib.util.find_spec("sklearn") is None:
        raise ConfigurationError(
            doing="starting the model process for",
            where=TASK,
            found="scikit-learn is not installed",
            remedy="Install wattworth with its extra `models`, or run without --models.",
        )


def _facts(warehouse: Warehouse, squad: str, days: pl.DataFrame, left_out: int) -> dict[str, Any]:
    simulated = warehouse.con.execute(
        "select coalesce(bool_or(is_simulated), false) from athletes where squad = ? and athlete_id = any(?)",
        [squad, days["athlete_id"].unique().to_list()],
    ).fetchone()
    assert simulated is not None
    return {"squad": squad, "left_out_count": left_out, "is_simulated": bool(simulated[0])}


def _run(scratch: Path, days: pl.DataFrame, due: list[Job], meter: Meter, squad: str) -> None:
    """Runs the child and files its bill: the process as a step, each job inside it as a row of its own."""
    days.write_parquet(scratch / model_process.DAYS)
    order = {
        "country": meter.country,
        "watts_per_thread": meter.machine.watts_per_thread,
        "machine_thread_count": meter.machine.thread_count,
        "jobs": [{"job_id": job.job_id, "model": job.model.name, "seed": SEED} for job in due],
    }
    (scratch / model_process.ORDER).write_text(json.dumps(order), encoding="utf-8")
    with meter.step("model_process", purpose="backtest", partition=squad) as entry:
        entry.thread_count = 1
        entry.subject_count = len(due)
        started_at_utc = meter.clock()
        ended = model_process.run(scratch)
        used = model_process.outcomes(scratch)
        _note_tracker(scratch, entry)
        entry.notes.extend(_account_doubts(ended, used))
        _file_jobs(meter, due, used, started_at_utc=started_at_utc)
        if ended.exit_code != 0:
            raise _ended_badly(ended)


def _note_tracker(scratch: Path, entry: Entry) -> None:
    path = scratch / model_process.TRACKER
    if not path.is_file():
        entry.tracker_status = "tracker_failed"
        entry.notes.append("CodeCarbon: the process ended before its reading")
        return
    reading = json.loads(path.read_text(encoding="utf-8"))
    entry.tracker_status = reading["status"]
    entry.tracker_version = reading["version"]
    entry.tracker_energy_j = reading["energy_j"]
    entry.tracker_cpu_s = reading["cpu_s"]
    if reading["why"]:
        entry.notes.append(f"CodeCarbon: {reading['why']}")


def _account_doubts(ended: model_process.Ended, used: Mapping[str, Mapping[str, float]]) -> list[str]:
    own_s = sum(outcome["cpu_self_s"] + outcome["cpu_children_s"] for outcome in used.values())
    if own_s <= ended.cpu_s * (1 + ACCOUNT_TOLERANCE_FRACTION):
        return []
    return [f"meter doubtful: jobs say {own_s:.1f} CPU-s, the operating system says {ended.cpu_s:.1f} of their process"]


def _file_jobs(
    meter: Meter, due: list[Job], used: Mapping[str, Mapping[str, Any]], *, started_at_utc: datetime
) -> None:
    """One row a job. The job that was under way when the process ended has no figures of its own: the process has."""
    rivals = used.get(model_process.RIVALS_JOB)
    if rivals is not None:
        columns = {"rung": "rivals", "thread_count": 1, "started_at_utc": started_at_utc}
        meter.file_known(f"rivals:{TASK}", purpose="backtest", **columns, **rivals, **known_by(Spent(**rivals)))
    is_first_missing = True
    for job in due:
        columns = {"rung": job.model.name, "job_id": job.job_id, "thread_count": 1, "started_at_utc": started_at_utc}
        figures: dict[str, Any] = dict(used.get(job.job_id, {}))
        if figures:
            figures |= known_by(Spent(**figures))
        else:
            figures = {"status": "failed" if is_first_missing else "not_run", "evidence": "not_assessed"}
            is_first_missing = False
        meter.file_known(f"{job.model.name}:{TASK}", purpose="backtest", **columns, **figures)


def _ended_badly(ended: model_process.Ended) -> Exception:
    if ended.exit_code < 0:
        return WattworthError(
            doing="estimating",
            where=TASK,
            found=f"the model process was killed by signal {-ended.exit_code}",
            remedy="Run it again; if memory is short, close other programs first.",
        )
    return RuntimeError(f"the model process ended with code {ended.exit_code}:\n{ended.said}")


def _store(warehouse: Warehouse, job: Job, scratch: Path, facts: Mapping[str, Any]) -> int:
    """Stores one job with its estimates and scores in one transaction; returns the number of nights scored."""
    rivals = pl.read_parquet(scratch / model_process.RIVALS)
    nights = same_nights(pl.read_parquet(scratch / f"{job.job_id}.parquet"), rivals)
    found = skills(nights, seed=SEED)
    counts = {"athlete_count": nights["athlete_id"].n_unique(), "night_count": nights.height}
    model_job = {
        "job_id": job.job_id,
        "model": job.model.name,
        "model_version": job.model.version,
        "task": TASK,
        "seed": SEED,
        "input_fingerprint": job.input_fingerprint,
        **facts,
        **counts,
    }
    con = warehouse.con
    with transaction(con, "settle"):
        identity = {"squad": facts["squad"], "model": job.model.name, "task": TASK}
        for (old,) in frame(con, "queries/replace_model_job.sql", **identity).iter_rows():
            con.execute("delete from estimates where job_id = ?", [old])
            con.execute("delete from scores where job_id = ?", [old])
        insert(con, "model_jobs", conform(pl.DataFrame([model_job]), "model_jobs"))
        if found:
            insert(con, "estimates", _estimates(nights, job.job_id, best_rival=found[0].rival))
            insert(con, "scores", _scores(found, job.job_id, counts, is_simulated=facts["is_simulated"]))
    return nights.height


def _estimates(nights: pl.DataFrame, job_id: str, *, best_rival: str) -> pl.DataFrame:
    rows = nights.select(
        pl.lit(job_id).alias("job_id"),
        "athlete_id",
        pl.col("day_date").alias("estimate_date"),
        "estimate",
        pl.col("target").alias("observed_value"),
        pl.col(best_rival).alias("best_rival_estimate"),
        pl.lit(UNIT).alias("unit"),
    )
    return conform(rows, "estimates")


def _scores(found: tuple[Skill, ...], job_id: str, counts: Mapping[str, int], *, is_simulated: bool) -> pl.DataFrame:
    said = verdict(found[0], is_simulated=is_simulated, **counts)
    rows = [
        {
            **{
                name.replace("lower_", "skill_lower_").replace("upper_", "skill_upper_"): value
                for name, value in asdict(skill).items()
            },
            "job_id": job_id,
            "night_count": counts["night_count"],
            "is_best_rival": rank == 0,
            "verdict": said,
            "unit": UNIT,
        }
        for rank, skill in enumerate(found)
    ]
    return conform(pl.DataFrame(rows), "scores")


def _dequeue(warehouse: Warehouse, squad: str) -> None:
    """Empties the queue of this stop: the fingerprint of the input says what is new, not the queue."""
    run(warehouse.con, "queries/dequeue_estimates.sql", squad=squad)
