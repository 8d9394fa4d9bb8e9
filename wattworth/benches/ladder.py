"""`wattworth bench ladder`: what each rung of the model ladder costs and gains, and whether it is worth it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from pipelines.costs.factors import SHIPPED, rows
from pipelines.costs.machine import machine
from pipelines.costs.model_input import SEED, input_of
from pipelines.errors import ConfigurationError
from pipelines.models.catalogue import models, task_named, tasks
from pipelines.paths import Home
from pipelines.progress import Progress
from pipelines.proofs.ladder_bench import World, WorldResult, bench_squad
from pipelines.proofs.ladder_controls import controls
from pipelines.proofs.ladder_report import LadderReport
from pipelines.proofs.ladder_squad import EFFECTS_PER_H, FULL, QUICK, observed_days
from pipelines.warehouse.open import Warehouse
from wattworth.bars import bars
from wattworth.options import JsonOption, located
from wattworth.printing import json_text, print_json

app = typer.Typer()

TASK = "next_morning_ln_rmssd"
"""The generated worlds are about this one; a home is scored on every task."""

REPEATS, QUICK_REPEATS = 3, 1


@app.command()
def ladder(
    *,
    quick: Annotated[bool, typer.Option("--quick", help="12 athletes, 200 nights, one repeat.")] = False,
    rungs: Annotated[str, typer.Option("--models", help="Rungs to run, with commas between; else every one.")] = "",
    effects: Annotated[
        str, typer.Option(help="Effects of load to generate, with commas between; else without, weak and strong.")
    ] = "",
    repeats: Annotated[
        int | None, typer.Option(min=1, help="Runs of each rung; else 3, with --quick 1.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures.")] = SEED,
    into: Annotated[Path | None, typer.Option(help="Write the figures to this file too.", show_default=False)] = None,
    as_json: JsonOption = False,
    home: Annotated[
        Path | None,
        typer.Option(help="Score the rungs on the squads of this home instead.", show_default=False),
    ] = None,
) -> None:
    """Run every rung in a fresh process, and print its CPU time, energy, skill and verdict.

    Without --home on generated athletes whose load has no, a weak or a strong effect, so that a rung can lose.
    """
    names = _known(rungs, tuple(model.name for model in models()), doing="looking up the model")
    worlds_asked = _known(effects, tuple(EFFECTS_PER_H), doing="looking up the effect of load")
    repeat_count = repeats or (QUICK_REPEATS if quick else REPEATS)
    with bars() as progress:
        worlds = _of_home(located(home)) if home else _generated(worlds_asked, seed, is_quick=quick)
        found = tuple(_results(worlds, names, repeat_count, seed, progress))
    simulated = next((one.world for one in found if one.world.is_simulated and not home), None)
    computer = machine()
    factor = next(
        row for row in rows(SHIPPED) if (row["kind"], row["zone"]) == ("energy_per_cpu_second", computer.watts_source)
    )
    report = LadderReport(
        worlds=found,
        controls=controls(simulated.task, simulated.days, seed=seed) if simulated else None,
        machine=computer,
        factor={name: factor[name] for name in ("q05", "q50", "q95")},
        factor_source=factor["source"],
        repeat_count=repeat_count,
        seed=seed,
        is_quick=quick,
    )
    if into:
        into.write_text(json_text(report.as_json()), encoding="utf-8")
    if as_json:
        print_json(report.as_json())
    else:
        print(report.as_markdown())


def _known(text: str, known: tuple[str, ...], *, doing: str) -> tuple[str, ...]:
    """The names in a text with commas between, or every known one; raises `ConfigurationError` for one that is none."""
    asked = tuple(name.strip() for name in text.split(",") if name.strip()) or known
    for name in asked:
        if name not in known:
            raise ConfigurationError(
                doing=doing, where=name, found="there is none of that name", remedy=f"Name some of {', '.join(known)}."
            )
    return asked


def _results(
    squads: Iterator[list[World]], names: tuple[str, ...], repeat_count: int, seed: int, progress: Progress
) -> Iterator[WorldResult]:
    for worlds in squads:
        yield from bench_squad(worlds, names=names, repeat_count=repeat_count, seed=seed, progress=progress)


def _generated(effects: tuple[str, ...], seed: int, *, is_quick: bool) -> Iterator[list[World]]:
    size = QUICK if is_quick else FULL
    for effect in effects:
        effect_per_h = EFFECTS_PER_H[effect]
        name = f"{effect} effect of load: {size.athlete_count} athletes, {size.day_count} nights"
        days = observed_days(size, effect_per_h=effect_per_h, seed=seed)
        yield [World(name=name, task=task_named(TASK), days=days, is_simulated=True)]


def _of_home(where: Home) -> Iterator[list[World]]:
    """Every squad of the home and every task; nothing in the home is changed."""
    if not where.database.is_file():
        raise ConfigurationError(
            doing="opening the home",
            where=str(where.root),
            found="there is no warehouse in it",
            remedy="Take exports in first: `wattworth run --home FOLDER`.",
        )
    with duckdb.connect(where.database, read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        query = "select squad, bool_or(is_simulated) from athletes group by squad order by squad"
        for squad, is_simulated in con.execute(query).fetchall():
            inputs = [(task, input_of(Warehouse(home=where, con=con), squad, task)) for task in tasks()]
            yield [
                World(
                    name=f"{squad}: {task.name}",
                    task=task,
                    days=found.days,
                    is_simulated=is_simulated,
                    left_out_count=found.left_out_count,
                )
                for task, found in inputs
            ]
