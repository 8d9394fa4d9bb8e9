"""`wattworth bench quality`: how good the checks are, on faults whose truth is known, and against other tools."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import ConfigurationError
from pipelines.proofs.beat_bench import bench_peers
from pipelines.proofs.beat_targets import BEAT_LINES
from pipelines.proofs.proof_report import bench_proof, peers_told
from pipelines.proofs.stored import keep_proof, proof_file, read_proof
from pipelines.proofs.target_line import Found, judged, target_table
from pipelines.quality.stop import VERSION
from pipelines.simulation.beats import SEED_REPORTING
from wattworth.bars import bars
from wattworth.options import HomeOption, JsonOption, hold_writable, located
from wattworth.printing import json_text, print_json, print_line

app = typer.Typer()


@app.command()
def quality(
    *,
    quick: Annotated[bool, typer.Option("--quick", help="A small sample: minutes, not an hour.")] = False,
    peers: Annotated[
        bool,
        typer.Option("--peers", help="Only the beat detector, compared with other tools (those installed)."),
    ] = False,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures.")] = SEED_REPORTING,
    into: Annotated[
        Path | None, typer.Option(help="Write the figures to this file as JSON.", show_default=False)
    ] = None,
    into_site: Annotated[
        bool, typer.Option("--into-site", help="Keep the figures in the home and build the page of them.")
    ] = False,
    stored: Annotated[
        Path | None,
        typer.Option("--from", help="Measure nothing: take the figures of such a file.", show_default=False),
    ] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Inject faults with known truth, run the checks, and print what was found, missed and falsely flagged.

    The table of every target comes last. Where the environment variable WATTWORTH_REAL names a folder of real exports,
    the same faults go into clean ones. Other beat detectors take part where they are installed.
    """
    if peers and (into or into_site or stored):
        raise ConfigurationError(
            doing="reading",
            where="the options",
            found="--peers with --into, --into-site or --from",
            remedy="Leave --peers out: the whole bench compares as well.",
        )
    if peers:
        _compare(quick=quick, seed=seed, as_json=as_json)
        return
    if into_site:
        hold_writable(located(home))
    if stored:
        report = _read(stored)
    else:
        report, text = _measured(quick=quick, seed=seed)
        if not as_json:
            print(text)
    if as_json:
        print_json(report)
    if into:
        into.write_text(json_text(report), encoding="utf-8")
    if into_site:
        _into_site(report, home)


def _real() -> Path | None:
    folder = os.environ.get("WATTWORTH_REAL")
    return Path(folder) if folder else None


def _compare(*, quick: bool, seed: int, as_json: bool) -> None:
    with bars() as progress:
        compared = bench_peers(quick=quick, seed=seed, progress=progress, real=_real())
    targets = judged(BEAT_LINES, Found(peers=compared))
    if as_json:
        print_json({**compared.as_json(), "targets": [target.as_json() for target in targets]})
        return
    print(compared.as_markdown())
    print(peers_told(compared))
    print()
    print(target_table(targets))


def _measured(*, quick: bool, seed: int) -> tuple[dict[str, object], str]:
    """Everything measured anew: as data, and as tables to read."""
    with bars() as progress:
        report = bench_proof(
            quick=quick, seed=seed, now=datetime.now(UTC), rules_version=VERSION, progress=progress, real=_real()
        )
    return report.as_json(), report.as_markdown()


def _read(path: Path) -> dict[str, object]:
    """The figures of a file that `--into` wrote."""
    stored = read_proof(path)
    if stored is None:
        raise ConfigurationError(
            doing="reading the figures of the bench in",
            where=str(path),
            found="there is no such file",
            remedy="Name a file that `wattworth bench quality --into FILE` wrote.",
        )
    return dict(stored.figures)


def _into_site(report: dict[str, object], home: Path | None) -> None:
    """Keeps the figures beside the warehouse, and builds the page of them at once."""
    from dashboards.publish import publish_proof  # noqa: PLC0415 - charts take a second to import: only here

    where = located(home)
    keep_proof(proof_file(where), json_text(report))
    publish_proof(where)
    print_line(f"The page is {where.site / 'proof.html'}; the analyst's pages link to it from the next run on.")
