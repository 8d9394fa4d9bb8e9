"""`wattworth bench quality`: measure how good the checks are, on faults whose truth is known."""

import os
from pathlib import Path
from typing import Annotated

import typer

from pipelines.proofs.beat_bench import bench_peers
from pipelines.proofs.coverage_bench import bench_coverage
from pipelines.proofs.gap_bench import bench_gaps
from pipelines.proofs.overlay_bench import bench_overlays
from pipelines.proofs.pattern_bench import bench_patterns
from pipelines.proofs.quality_bench import bench_quality
from pipelines.simulation.beats import SEED_REPORTING
from wattworth.bars import bars
from wattworth.options import JsonOption
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
    as_json: JsonOption = False,
) -> None:
    """Inject faults with known truth, run the checks, and print what was found, missed and falsely flagged.

    Where the environment variable WATTWORTH_REAL names a folder of real exports, the same faults go into clean ones.
    """
    folder = os.environ.get("WATTWORTH_REAL")
    if peers:
        with bars() as progress:
            compared = bench_peers(quick=quick, seed=seed, progress=progress, real=Path(folder) if folder else None)
        if as_json:
            print_json(compared.as_json())
        else:
            print(compared.as_markdown())
        return
    with bars() as progress:
        report = bench_quality(quick=quick, seed=seed, progress=progress, real=Path(folder) if folder else None)
        coverage = bench_coverage(quick=quick, seed=seed, progress=progress)
    overlays = bench_overlays(quick=quick, seed=seed)
    gaps, patterns = bench_gaps(quick=quick, seed=seed), bench_patterns(quick=quick, seed=seed)
    if as_json:
        print_json(
            {
                **report.as_json(),
                "expected_error": coverage.as_json(),
                "overlays": overlays.as_json(),
                "gaps": gaps.as_json(),
                "patterns": patterns.as_json(),
            }
        )
    else:
        print(report.as_markdown())
        print(coverage.as_markdown())
        print(overlays.as_markdown())
        print(gaps.as_markdown())
        print(patterns.as_markdown())
