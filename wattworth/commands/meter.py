"""`wattworth meter`: what any other command costs, in the same ledger as everything else."""

import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.costs.factors import known_country
from pipelines.costs.meter import Meter
from pipelines.costs.versions import program_version
from pipelines.errors import ConfigurationError
from wattworth.options import HomeOption, hold_writable, located

app = typer.Typer()

SIGNALLED = 128
"""A command that a signal ended has this plus its number as exit code, as shells have it."""


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False}
)
def meter(
    command: Annotated[list[str], typer.Argument(help="The command, best after --.", metavar="-- COMMAND...")],
    *,
    purpose: Annotated[Literal["ci", "idle"], typer.Option(help="What the cost is for.")] = "ci",
    label: Annotated[str, typer.Option(help="Name of its row; else that of the command.", show_default=False)] = "",
    country: Annotated[str, typer.Option(help="Grid country, ISO 3166-1 alpha-3; carbon and water need it.")] = "",
    home: HomeOption = None,
) -> None:
    """Run a command and bill it to the ledger: `wattworth meter --purpose ci -- make test`. Its exit code is passed on.

    It gets a row of its own, counted apart from runs. A row that cannot be filed at once is filed with the next run or
    the next `wattworth ledger`.
    """
    where = located(home)
    hold_writable(where)
    own = Meter(
        where,
        run_id=str(uuid.uuid4()),
        country=known_country(where.factors, country),
        is_simulated=False,
        clock=lambda: datetime.now(UTC),
        code_version=program_version(),
    )
    with own.step(label or Path(command[0]).name, purpose=purpose, partition="") as entry:
        try:
            code = subprocess.run(command, check=False).returncode
        except OSError as error:
            raise ConfigurationError(
                doing="starting the command",
                where=command[0],
                found=os.strerror(error.errno) if error.errno else str(error),
                remedy="Name a command that can be run, after --.",
            ) from None
        if code:
            entry.status = "failed"
            entry.notes.append(f"ended with code {code}")
    sys.exit(code if code >= 0 else SIGNALLED - code)
