"""`wattworth bench experiments`: whether experiments keep what they promise, on generated athletes of known truth."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.proofs.experiment_bench import bench_experiments
from pipelines.simulation.beats import SEED_REPORTING
from wattworth.bars import bars
from wattworth.options import JsonOption
from wattworth.printing import json_text, print_json

app = typer.Typer()


@app.command()
def experiments(
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="A few experiments: shows that it runs, judges nothing.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures.")] = SEED_REPORTING,
    into: Annotated[
        Path | None, typer.Option(help="Write the figures to this file as JSON.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Play experiments from question to verdict: false alarms, power as stated, intervals, each met or missed."""
    with bars() as progress:
        report = bench_experiments(quick=quick, seed=seed, progress=progress)
    if as_json:
        print_json(report.as_json())
    else:
        print(report.as_markdown())
    if into:
        into.write_text(json_text(report.as_json()), encoding="utf-8")
