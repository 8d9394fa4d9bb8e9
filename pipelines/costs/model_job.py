"""What the model process does for one job, in this order: look for a look ahead, then estimate.

Everything is written beside the order, so that whatever ended stays when the process is killed. What does not belong
here: the warehouse, a score, a verdict.
"""

import json
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.costs.usage import spent, usage
from pipelines.models.catalogue import chosen, task_named
from pipelines.models.evaluate import REFIT_DAYS, athlete_held_out, origins_of, rolling_origin
from pipelines.models.look_ahead import looks_ahead

VARIED_COST_CLASSES = ("cheap", "middle")
"""A dear rung is estimated on a rolling origin only: without the athlete, and with all values, it would cost as much
again each. Our own choice; the bench of the ladder holds athletes out for every rung."""


def prepared(folder: Path, task: str) -> Path:
    """Where the input of a task lies."""
    return folder / f"{task}.parquet"


def all_prepared(folder: Path, task: str) -> Path:
    """Where the input with all values lies; missing when every value is usable."""
    return folder / f"{task}.all.parquet"


def rival_estimates(folder: Path, task: str) -> Path:
    """Where the rivals' estimates of a task lie."""
    return folder / f"{task}.rivals.parquet"


def all_rival_estimates(folder: Path, task: str) -> Path:
    """Where those lie that the rivals make from all values."""
    return folder / f"{task}.all.rivals.parquet"


def estimates(folder: Path, job_id: str) -> Path:
    """Where the estimates of a job lie."""
    return folder / f"{job_id}.parquet"


def held_out_estimates(folder: Path, job_id: str) -> Path:
    """Where those lie that a job makes without the athlete; missing for a dear rung."""
    return folder / f"{job_id}.held_out.parquet"


def all_estimates(folder: Path, job_id: str) -> Path:
    """Where those lie that a job makes from all values; missing for a dear rung, or when every value is usable."""
    return folder / f"{job_id}.all.parquet"


def about(folder: Path, job_id: str) -> Path:
    """Where it stands whether the job looks ahead, and the CPU time of its rolling origin (s)."""
    return folder / f"{job_id}.json"


def estimate_rivals(folder: Path, task: str) -> None:
    """The rivals of a task, from the usable values and, where there are others, from all."""
    found = ((prepared, rival_estimates), (all_prepared, all_rival_estimates))
    for source, target in found:
        if source(folder, task).is_file():
            rows = task_named(task).rival_rows(pl.read_parquet(source(folder, task)))
            rows.write_parquet(target(folder, task))


def estimate_job(folder: Path, job: dict[str, Any]) -> None:
    """All of one job; `job` has job_id, model, task and seed."""
    (model,), task, seed = chosen((job["model"],)), task_named(job["task"]), job["seed"]
    job_id, days = job["job_id"], pl.read_parquet(prepared(folder, job["task"]))
    has_looked_ahead = looks_ahead(model, task, days, seed=seed)
    if has_looked_ahead:
        about(folder, job_id).write_text(json.dumps({"looks_ahead": True, "cpu_s": None}), encoding="utf-8")
        return
    begin = usage()
    rows = task.rows(days)
    rolling_origin(model, rows, seed=seed).write_parquet(estimates(folder, job_id))
    said = {"looks_ahead": False, "cpu_s": spent(begin, usage()).cpu_s}
    about(folder, job_id).write_text(json.dumps(said), encoding="utf-8")
    if model.cost_class not in VARIED_COST_CLASSES:
        return
    athlete_held_out(model, rows, seed=seed).write_parquet(held_out_estimates(folder, job_id))
    if all_prepared(folder, task.name).is_file():
        every = task.rows(pl.read_parquet(all_prepared(folder, task.name)))
        told = rolling_origin(model, every, seed=seed, origins=origins_of(rows, REFIT_DAYS))
        told.write_parquet(all_estimates(folder, job_id))
