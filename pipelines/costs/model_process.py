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
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipelines.costs import tracker
from pipelines.costs.model_job import estimate_job, estimate_rivals
from pipelines.costs.usage import forget_peak, spent, usage
from pipelines.paths import REPOSITORY

ORDER, OUTCOMES, TRACKER = "order.json", "outcomes.jsonl", "tracker.json"
FAILURES, UNDER_WAY = "failures.jsonl", "under_way.txt"
"""One line for each job that failed, with the way there; the name of the job that runs, gone once it ended."""

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
    peak_memory_bytes: int | None
    """The most that one of its jobs held at once; null when none ended."""
    said: str
    """What it wrote to standard error."""


def run(folder: Path, *, module: str = "pipelines.costs.model_process") -> Ended:
    """Runs the child on the order in `folder` and waits for it, taking its account from `wait4`."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(TRACKER_SETTINGS)}
    paths = os.pathsep.join(path for path in (str(REPOSITORY), kept.get("PYTHONPATH", "")) if path)
    own_home = {"HOME": str(folder), "PYTHONPATH": paths}  # no settings file of the tracker lies there
    errors = folder / "errors.txt"
    with errors.open("wb") as said:
        command = [sys.executable, "-m", module, str(folder)]
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
        peak_memory_bytes=max((job["peak_memory_bytes"] for job in outcomes(folder).values()), default=None),
        said=errors.read_text(encoding="utf-8", errors="replace"),
    )


def rivals_job(task: str) -> str:
    """Under what the rivals of a task stand among the outcomes."""
    return f"rivals:{task}"


def outcomes(folder: Path) -> dict[str, dict[str, Any]]:
    """What each job that ended used, by job: wall_s, cpu_self_s, cpu_children_s, and the rest of `Spent`."""
    return {outcome.pop("job_id"): outcome for outcome in _lines(folder / OUTCOMES)}


def failures(folder: Path) -> dict[str, str]:
    """Why each job that failed did, with the way there, by job."""
    return {failure["job_id"]: failure["why"] for failure in _lines(folder / FAILURES)}


def under_way(folder: Path) -> str | None:
    """The job that ran when the process ended; none when it ended between jobs."""
    path = folder / UNDER_WAY
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _lines(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [json.loads(line) for line in lines]


def _work(folder: Path) -> None:
    order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
    running = tracker.start(
        country=order["country"],
        watts_per_thread=order["watts_per_thread"],
        thread_count=order["machine_thread_count"],
    )
    begin = usage()
    for task in dict.fromkeys(job["task"] for job in order["jobs"]):
        _job(folder, rivals_job(task), partial(estimate_rivals, folder, task))
    for job in order["jobs"]:
        _job(folder, job["job_id"], partial(estimate_job, folder, job))
    used = spent(begin, usage())
    reading = tracker.stop(running, cpu_s=used.cpu_s, cpu_children_s=used.cpu_children_s)
    (folder / TRACKER).write_text(json.dumps(asdict(reading)), encoding="utf-8")


def _job(folder: Path, job_id: str, work: Callable[[], None]) -> None:
    """Does one job; one that fails is told as it is and its use filed, and the others go on."""
    (folder / UNDER_WAY).write_text(job_id, encoding="utf-8")
    forget_peak()
    begin = usage()
    try:
        work()
    except Exception:  # noqa: BLE001 - the parent raises it once the rows of the others stand
        _append(folder / FAILURES, {"job_id": job_id, "why": traceback.format_exc()})
    _append(folder / OUTCOMES, {"job_id": job_id, **asdict(spent(begin, usage()))})
    (folder / UNDER_WAY).unlink()


def _append(path: Path, line: Mapping[str, object]) -> None:
    with path.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    _work(Path(sys.argv[1]))
