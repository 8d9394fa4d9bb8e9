"""`wattworth calibrate`: measure by how much expected errors are too small or too large, and write the factors."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.proofs.calibration import Made, calibrated
from pipelines.proofs.calibration_mixture import groups
from pipelines.proofs.calibration_subjects import subjects
from pipelines.proofs.calibration_table import COMPARED, compared, write
from pipelines.quality import conformal
from pipelines.simulation.beats import SEED_TUNING
from pipelines.simulation.squad import GENERATOR_VERSION
from wattworth.bars import bars
from wattworth.printing import print_line, print_table

app = typer.Typer()

IN_USE = Path(conformal.__file__).with_name(conformal.FILE)
"""The table the judge reads."""


@app.command()
def calibrate(
    *,
    quick: Annotated[bool, typer.Option("--quick", help="A fifth of the subjects; writes only with --into.")] = False,
    seed: Annotated[int, typer.Option(help="The same seed gives the same factors.")] = SEED_TUNING,
    into: Annotated[
        Path | None, typer.Option(help="File to write instead of the table in use.", show_default=False)
    ] = None,
) -> None:
    """Calibrate expected errors on simulated subjects of known truth, so that 80 % of errors are smaller.

    Writes the table of factors, which is part of the version of verdicts: the next run judges everything again.
    """
    with bars() as progress:
        measured = subjects(groups(quick=quick, surprise=False), seed=seed, progress=progress, label="Calibrate")
    made = Made(seed=seed, generator_version=GENERATOR_VERSION, made_on=datetime.now(UTC).date())
    strata = calibrated(measured, made)
    print_table(COMPARED, compared(measured, conformal.TABLE, strata))
    bare = sorted({one.purpose for one in strata} - {one.purpose for one in strata if one.subject_count})
    print_line(f"Not calibrated, no truth being known: {', '.join(bare)}, and whatever a vendor states.")
    path = into or (None if quick else IN_USE)
    if path is None:
        print_line("Nothing is written: a quick run has too few subjects. Name a file with --into to keep it.")
        return
    write(strata, path)
    print_line(f"Factors {conformal.VERSION} before, {conformal.version(strata)} now in {path}.")
