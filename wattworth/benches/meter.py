"""`wattworth bench meter`: make meters fail in every known way, and see what the ledger says."""

import tempfile
from importlib.util import find_spec
from pathlib import Path

import typer

from pipelines.costs.meter_bench import as_json as outcomes_json
from pipelines.costs.meter_bench import bench_meter, markdown
from pipelines.errors import ConfigurationError
from wattworth.bars import bars
from wattworth.options import JsonOption
from wattworth.printing import print_json

app = typer.Typer()


@app.command()
def meter(*, as_json: JsonOption = False) -> None:
    """Provoke each failure of a meter; every one has to end as a named doubt or as null, none as a plausible number.

    Exit code 1 when one does not. It takes about a minute of an idle machine.
    """
    if find_spec("codecarbon") is None:
        raise ConfigurationError(
            doing="benching the meters with",
            where="CodeCarbon",
            found="it is not installed",
            remedy="Install wattworth with the extra `models`.",
        )
    with tempfile.TemporaryDirectory(prefix="wattworth-meter-") as scratch, bars() as progress:
        outcomes = bench_meter(Path(scratch), progress)
    if as_json:
        print_json(outcomes_json(outcomes))
    else:
        print(markdown(outcomes))
    if not all(one.is_held for one in outcomes):
        raise typer.Exit(1)
