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
from pipelines.proofs.stored import QUALITY, figures_of_file
from pipelines.proofs.target_line import Found, judged, target_table
from pipelines.quality.stop import VERSION
from pipelines.simulation.beats import SEED_REPORTING
from wattworth.bars import bars
from wattworth.kept_figures import FromOption, IntoOption, IntoSiteOption, keep
from wattworth.options import HomeOption, JsonOption, hold_writable, located
from wattworth.printing import print_json

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
    into: IntoOption = None,
    into_site: IntoSiteOption = False,
    stored: FromOption = None,
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
        report = figures_of_file(stored, QUALITY)
    else:
        report, text = _measured(quick=quick, seed=seed)
        if not as_json:
            print(text)
    if as_json:
        print_json(report)
    keep(report, QUALITY, into=into, into_site=into_site, home=home, is_told=not as_json)


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
