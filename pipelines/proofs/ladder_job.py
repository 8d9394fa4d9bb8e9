"""One rung on one task in a fresh process on one thread, so that its CPU time is its own.

    python -m pipelines.proofs.ladder_job FOLDER

FOLDER holds `order.json` and `<task>.parquet`; it gets the estimates and `about.json`: whether the rung looks ahead,
and the CPU time (s) of its rolling origin and of the athletes held out. Libraries are imported before that is counted.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.costs.usage import spent, usage
from pipelines.models.catalogue import chosen, task_named
from pipelines.models.evaluate import athlete_held_out, rolling_origin
from pipelines.models.look_ahead import looks_ahead

ORDER, ABOUT, ESTIMATES, HELD_OUT = "order.json", "about.json", "estimates.parquet", "held_out.parquet"

RIVALS = "naive rivals"
"""Name of the order for all rivals of a task together."""


def work(folder: Path) -> None:
    """Does what the order says."""
    order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
    task, seed = task_named(order["task"]), order["seed"]
    days = pl.read_parquet(folder / f"{task.name}.parquet")
    about: dict[str, Any] = {"looks_ahead": False}
    if order["model"] == RIVALS:
        about["cpu_s"] = _paid(lambda: task.rival_rows(days), folder / ESTIMATES)
    else:
        (model,) = chosen((order["model"],))
        about["looks_ahead"] = looks_ahead(model, task, days, seed=seed)
        about["cpu_s"] = _paid(lambda: rolling_origin(model, task.rows(days), seed=seed), folder / ESTIMATES)
        if order["is_held_out"]:
            rows = task.rows(days)
            about["held_out_cpu_s"] = _paid(lambda: athlete_held_out(model, rows, seed=seed), folder / HELD_OUT)
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")


def _paid(make: Callable[[], pl.DataFrame], path: Path) -> float:
    """CPU time (s) of making the frame that is written to `path`."""
    begin = usage()
    made = make()
    cpu_s = spent(begin, usage()).cpu_s
    made.write_parquet(path)
    return cpu_s


if __name__ == "__main__":
    work(Path(sys.argv[1]))
