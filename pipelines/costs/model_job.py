"""What the model process does for one job, in this order: look for a look ahead, then estimate.

Everything is written beside the order, so that whatever ended stays when the process is killed. What does not belong
here: the warehouse, a score, a verdict.
"""

import json
from collections.abc import Callable
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


def _lies(ending: str) -> Callable[[Path, str], Path]:
    """Where something of a task, or of a job, lies beside the order, by the name of the task or of the job."""
    return lambda folder, name: folder / f"{name}{ending}"


prepared = _lies(".parquet")
"""The input of a task."""
all_prepared = _lies(".all.parquet")
"""The input with all values; missing when every value is usable."""
rival_estimates = _lies(".rivals.parquet")
"""The rivals' estimates of a task."""
all_rival_estimates = _lies(".all.rivals.parquet")
"""Those that the rivals make from all values."""
estimates = _lies(".parquet")
"""The estimates of a job."""
held_out_estimates = _lies(".held_out.parquet")
"""Those that a job makes without the athlete; missing for a dear rung."""
all_estimates = _lies(".all.parquet")
"""Those that a job makes from all values; missing for a dear rung, or when every value is usable."""
about = _lies(".json")
"""Whether the job looks ahead, and the CPU time of its rolling origin (s)."""


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
