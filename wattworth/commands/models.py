"""`wattworth models`: the rungs of the model ladder, what each did on each task, and what it cost."""

from pathlib import Path
from typing import Any

import typer

from pipelines.costs.rung_states import rung_states
from pipelines.errors import WarehouseError
from pipelines.models.catalogue import models as every_model
from pipelines.models.catalogue import tasks as every_task
from pipelines.warehouse.snapshot import open_snapshot
from wattworth import model_in_words
from wattworth.options import HomeOption, JsonOption, located
from wattworth.printing import print_json, print_line, print_table

app = typer.Typer()

MARTS = {
    "results": "mart_models",
    "scores": "mart_model_scores",
    "quality_worth": "mart_quality_worth",
    "task_states": "mart_task_states",
    "rival_scores": "mart_rival_scores",
}
STATES = "rung_states"


@app.command()
def models(*, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """List tasks and models, cheapest first, and their published results with verdict and cost."""
    rungs = [
        {
            "name": m.name,
            "version": m.version,
            "rung": m.rung,
            "cost_class": m.cost_class,
            "tasks": m.tasks,
            "inputs": m.inputs,
            "least": m.least,
            "is_installed": m.is_installed,
            "card": m.card,
        }
        for m in every_model()
    ]
    asked = [
        {
            "name": t.name,
            "primary_metric": t.primary_metric,
            "rivals": t.rivals,
            "smallest_gain_fraction": t.smallest_gain_fraction,
            "card": t.card,
        }
        for t in every_task()
    ]
    found = _published(home)
    if as_json:
        print_json({"tasks": asked, "rungs": rungs, **found})
        return
    print_table(
        ("rung", "name", "cost", "what"),
        [(r["rung"], r["name"], r["cost_class"], str(r["card"]).split("\n")[0]) for r in rungs],
    )
    asked_of = sorted({(row["squad"], row["task"]) for name in ("results", "task_states") for row in found[name]})
    if not asked_of:
        print_line("No results yet: `wattworth run --models NAME` makes some.")
    for squad, task in asked_of:
        _print_task(squad, task, {name: _of(rows, squad, task) for name, rows in found.items()})


def _published(home: Path | None) -> dict[str, list[dict[str, Any]]]:
    try:
        with open_snapshot(located(home)) as con:
            found = {name: con.sql(f"from {mart} order by all").pl().to_dicts() for name, mart in MARTS.items()}
            return found | {STATES: rung_states(con)}
    except WarehouseError:
        return {name: [] for name in (*MARTS, STATES)}  # nothing was run yet: the ladder itself can still be shown


def _of(rows: list[dict[str, Any]], squad: str, task: str) -> list[dict[str, Any]]:
    return [row for row in rows if (row["squad"], row["task"]) == (squad, task)]


def _print_task(squad: str, task: str, found: dict[str, list[dict[str, Any]]]) -> None:
    ladder = sorted(found["results"], key=lambda row: (row["backtest_cpu_s"] is None, row["backtest_cpu_s"] or 0.0))
    states = [model_in_words.task_state(row) for row in found["task_states"]]
    print_line(f"{squad}, {task}: {'; '.join([*states, *map(model_in_words.left_out, ladder[:1])])}")
    if ladder:
        print_table(
            model_in_words.RESULTS, model_in_words.results(ladder, {row["model"]: row for row in found[STATES]})
        )
    scored = [row for row in found["scores"] if row["variant"] == "rolling_origin"]
    if scored:
        best = min(scored, key=lambda row: row["mean_absolute_error"])
        print_table(model_in_words.RIVALS, model_in_words.rivals(_of_job(scored, best["job_id"])))
    elif found["rival_scores"]:
        print_table(model_in_words.RIVALS[:2], model_in_words.rivals_alone(found["rival_scores"]))
    if found["quality_worth"]:
        print_table(model_in_words.QUALITY, model_in_words.quality(found["quality_worth"]))


def _of_job(rows: list[dict[str, Any]], job_id: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["job_id"] == job_id]
