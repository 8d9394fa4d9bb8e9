"""Options that several commands share."""

import os
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import ConfigurationError
from pipelines.paths import Home, home

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Folder of inbox, warehouse and site; else WATTWORTH_HOME, else ./data.", show_default=False
    ),
]
InboxOption = Annotated[
    Path | None, typer.Option("--inbox", help="Folder of the athletes' folders; else HOME/inbox.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def located(root: Path | None, inbox: Path | None = None) -> Home:
    """The home these options name."""
    return home(root, inbox=inbox)


def hold_writable(where: Home) -> None:
    """Raises `ConfigurationError` when the warehouse of this home cannot be written to."""
    found = "it cannot be written to"
    try:
        where.warehouse.mkdir(parents=True, exist_ok=True)
        if os.access(where.warehouse, os.W_OK):
            return
    except OSError as error:
        found = f"{found} ({(error.strerror or 'not known why').lower()})"
    raise ConfigurationError(
        doing="opening the folder",
        where=str(where.warehouse),
        found=found,
        remedy="Check its permissions and its disk, or name another home with --home.",
    )
