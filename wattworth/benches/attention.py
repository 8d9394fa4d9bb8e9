"""`wattworth bench attention`: what a night's list is worth, beside rules off the shelf and a list by lot."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.observations.attention import chance, rarest
from pipelines.proofs.attention_bench import FULL, QUICK, SEED_REPORTING, SEED_TUNING, bench_attention
from pipelines.proofs.attention_calibration import ordinary_days, ordinary_nights
from pipelines.proofs.stored import ATTENTION, dated, figures_of_file
from wattworth.bars import bars
from wattworth.kept_figures import FromOption, IntoOption, IntoSiteOption, keep
from wattworth.options import HomeOption, JsonOption, hold_writable, located
from wattworth.printing import print_json, print_line

app = typer.Typer()

IN_USE = Path(chance.__file__).parent
"""Folder of the tables of ordinary days and nights that the decision reads."""


@app.command()
def attention(
    *,
    quick: Annotated[bool, typer.Option("--quick", help="A small sample: seconds, not minutes.")] = False,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures.")] = SEED_REPORTING,
    into: IntoOption = None,
    into_site: IntoSiteOption = False,
    stored: FromOption = None,
    calibrate: Annotated[
        bool,
        typer.Option(
            "--calibrate",
            help=f"Measure nothing: write the tables of ordinary days and nights anew, on seed {SEED_TUNING};"
            " --into names another folder for them.",
        ),
    ] = False,
    processes: Annotated[int, typer.Option(min=1, help="Squads that are generated side by side.")] = 1,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Generate athletes to whom nothing happens and athletes with planted episodes, and score the list of every night.

    Where the environment variable WATTWORTH_REAL names a folder of real exports, their days are drawn anew beside.
    """
    if calibrate:
        _calibrate(quick=quick, into=into)
        return
    if into_site:
        hold_writable(located(home))
    if stored:
        figures = figures_of_file(stored, ATTENTION)
    else:
        figures, text = _measured(quick=quick, seed=seed, process_count=processes)
        if not as_json:
            print(text)
        if into:
            into.with_suffix(".md").write_text(text, encoding="utf-8")
    if as_json:
        print_json(figures)
    keep(figures, ATTENTION, into=into, into_site=into_site, home=home, is_told=not as_json)


def _measured(*, quick: bool, seed: int, process_count: int) -> tuple[dict[str, object], str]:
    """Everything measured anew: as data, and as tables to read."""
    real = os.environ.get("WATTWORTH_REAL")
    with bars() as progress:
        report = bench_attention(
            size=QUICK if quick else FULL,
            seed=seed,
            real=Path(real) if real else None,
            process_count=process_count,
            progress=progress,
        )
    rules = report.definition_version
    figures = dated(report.as_json(), ATTENTION, now=datetime.now(UTC), rules_version=rules, is_quick=quick)
    return figures, report.as_markdown()


def _calibrate(*, quick: bool, into: Path | None) -> None:
    with bars() as progress:
        days = ordinary_days(quick=quick, seed=SEED_TUNING, progress=progress)
        folder = into or (None if quick else IN_USE)
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / chance.FILE).write_text(chance.written(days), encoding="utf-8")
            chance.table.cache_clear()
        nights = ordinary_nights(quick=quick, seed=SEED_TUNING, progress=progress)
    if folder is None:
        print_line("Nothing is written: a quick run has too few days. Name a folder with --into to keep them.")
        return
    (folder / rarest.FILE).write_text(rarest.written(nights), encoding="utf-8")
    print_line(f"{len(days)} rules on ordinary days and {len(nights)} rates of ordinary nights in {folder}.")
