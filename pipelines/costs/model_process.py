"""The one child process that runs all model jobs of a run, one after the other, on one thread each.

    python -m pipelines.costs.model_process FOLDER

FOLDER holds `order.json` and `<task>.parquet` for each task; it gets `<task>.rivals.parquet`, one
`<job_id>.parquet` of estimates a job, one line in `outcomes.jsonl` for each job that ended, and `tracker.json`.
CodeCarbon runs here and nowhere else: it would bill every neighbour inside the parent. What does not belong here: the
warehouse, a score, a verdict.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.costs import tracker
from pipelines.costs.usage import RSS_UNIT_BYTES, spent, usage
from pipelines.models.catalogue import chosen, task_named
from pipelines.models.evaluate import rolling_origin
from pipelines.paths import REPOSITORY

ORDER, OUTCOMES, TRACKER = "order.json", "outcomes.jsonl", "tracker.json"

THREADED = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB")
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in THREADED} | {"POLARS_MAX_THREADS": "1"}
"""Threads that wait for each other burn CPU time: two of them cost 5.6 times one on a busy machine, measured on
gradient boosting for the same result."""

TRACKER_SETTINGS = "CODECARBON_"
"""Environment variables that could turn the tracker's uploads on; none of them reaches the child."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The parent's own account of the child: how it ended and what the operating system says it used."""

    exit_code: int
    cpu_s: float
    peak_memory_bytes: int
    said: str
    """What it wrote to standard error."""


def run(folder: Path) -> Ended:
    """Runs the child on the order in `folder` and waits for it, taking its account from `wait4`."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(TRACKER_SETTINGS)}
    paths = os.pathsep.join(path for path in (str(REPOSITORY), kept.get("PYTHONPATH", "")) if path)
    own_home = {"HOME": str(folder), "PYTHONPATH": paths}  # no settings file of the tracker lies there
    errors = folder / "errors.txt"
    with errors.open("wb") as said:
        command = [sys.executable, "-m", "pipelines.costs.model_process", str(folder)]
        process = subprocess.Popen(
            command, cwd=folder, env=kept | ONE_THREAD | own_home, stdout=subprocess.DEVNULL, stderr=said
        )
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
    return Ended(
        exit_code=process.returncode,
        cpu_s=used.ru_utime + used.ru_stime,
        peak_memory_bytes=used.ru_maxrss * RSS_UNIT_BYTES,
        said=errors.read_text(encoding="utf-8", errors="replace"),
    )


def rivals_job(task: str) -> str:
    """Under what the rivals of a task stand among the outcomes."""
    return f"rivals:{task}"


def prepared(folder: Path, task: str) -> Path:
    """Where the input of a task lies."""
    return folder / f"{task}.parquet"


def rival_estimates(folder: Path, task: str) -> Path:
    """Where the rivals' estimates of a task lie."""
    return folder / f"{task}.rivals.parquet"


def estimates(folder: Path, job_id: str) -> Path:
    """Where the estimates of a job lie."""
    return folder / f"{job_id}.parquet"


def outcomes(folder: Path) -> dict[str, dict[str, Any]]:
    """What each job that ended used, by job: wall_s, cpu_self_s, cpu_children_s, and the rest of `Spent`."""
    path = folder / OUTCOMES
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {outcome.pop("job_id"): outcome for outcome in map(json.loads, lines)}


def _work(folder: Path) -> None:
    order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
    running = tracker.start(
        country=order["country"],
        watts_per_thread=order["watts_per_thread"],
        thread_count=order["machine_thread_count"],
    )
    begin = usage()
    for task in dict.fromkeys(job["task"] for job in order["jobs"]):
        _job(folder, rivals_job(task), partial(_rivals, folder, task))
    for job in order["jobs"]:
        _job(folder, job["job_id"], partial(_estimate, folder, job))
    used = spent(begin, usage())
    reading = tracker.stop(running, cpu_s=used.cpu_s, cpu_children_s=used.cpu_children_s)
    (folder / TRACKER).write_text(json.dumps(asdict(reading)), encoding="utf-8")


def _rivals(folder: Path, task: str) -> None:
    rows = task_named(task).rival_rows(pl.read_parquet(prepared(folder, task)))
    rows.write_parquet(rival_estimates(folder, task))


def _estimate(folder: Path, job: dict[str, Any]) -> None:
    (model,) = chosen((job["model"],))
    rows = task_named(job["task"]).rows(pl.read_parquet(prepared(folder, job["task"])))
    rolling_origin(model, rows, seed=job["seed"]).write_parquet(estimates(folder, job["job_id"]))


def _job(folder: Path, job_id: str, work: Callable[[], None]) -> None:
    begin = usage()
    work()
    used = asdict(spent(begin, usage()))
    with (folder / OUTCOMES).open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"job_id": job_id, **used}) + "\n")


if __name__ == "__main__":
    _work(Path(sys.argv[1]))
