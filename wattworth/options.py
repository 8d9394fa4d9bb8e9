"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

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
