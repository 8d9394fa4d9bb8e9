"""`wattworth bench experiments`: whether experiments keep what they promise, on generated athletes of known truth."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipelines.observations.experiments.find import VERSION
from pipelines.proofs.experiment_bench import bench_experiments
from pipelines.proofs.stored import EXPERIMENTS, dated, figures_of_file
from pipelines.simulation.beats import SEED_REPORTING
from wattworth.bars import bars
from wattworth.kept_figures import FromOption, IntoOption, IntoSiteOption, keep
from wattworth.options import HomeOption, JsonOption, hold_writable, located
from wattworth.printing import print_json

app = typer.Typer()


@app.command()
def experiments(
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="A few experiments: shows that it runs, judges nothing.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures.")] = SEED_REPORTING,
    into: IntoOption = None,
    into_site: IntoSiteOption = False,
    stored: FromOption = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Play experiments from question to verdict: false alarms, power as stated, intervals, each met or missed."""
    if into_site:
        hold_writable(located(home))
    if stored:
        figures = figures_of_file(stored, EXPERIMENTS)
    else:
        with bars() as progress:
            report = bench_experiments(quick=quick, seed=seed, progress=progress)
        now, rules = datetime.now(UTC), str(VERSION)
        figures = dated(report.as_json(), EXPERIMENTS, now=now, rules_version=rules, is_quick=quick)
        if not as_json:
            print(report.as_markdown())
    if as_json:
        print_json(figures)
    keep(figures, EXPERIMENTS, into=into, into_site=into_site, home=home, is_told=not as_json)
