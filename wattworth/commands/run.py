"""`wattworth run`: take in what was dropped, judge it, and publish the pages."""

import getpass
from typing import Annotated

import typer

from pipelines.errors import ConfigurationError
from pipelines.models.catalogue import WILDCARDS, chosen
from pipelines.paths import Home
from pipelines.readers.inbox import squads as squads_of
from wattworth.bars import bars
from wattworth.options import HomeOption, InboxOption, hold_writable, located
from wattworth.printing import print_line

app = typer.Typer()

SET_ASIDE = 2
"""Exit code when this run set a file aside: something you can mend, though everything else was done."""


@app.command()
def run(
    *,
    home: HomeOption = None,
    inbox: InboxOption = None,
    models: Annotated[
        str, typer.Option(help="Rungs of the model ladder, with commas between; all, or scheduled: those run before.")
    ] = "",
    over_budget_ok: Annotated[
        bool, typer.Option("--over-budget-ok", help="Let model jobs pass that the budget would refuse.")
    ] = False,
    squad: Annotated[str, typer.Option(help="Only this squad; else every squad found.")] = "",
    country: Annotated[str, typer.Option(help="Grid country, ISO 3166-1 alpha-3; carbon and water need it.")] = "",
    retry: Annotated[bool, typer.Option("--retry", help="Look once more at files set aside before.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Hash known files again: finds a change under the same size and time.")
    ] = False,
    processes: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that read exports; else two where that pays.", show_default=False),
    ] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for another run; 0 refuses at once.")] = 600.0,
) -> None:
    """Take in new exports, judge and observe them, run the models asked for, and publish the pages that changed.

    Exit code 0: everything was read. 2: this run set files aside (each with its line), or could not start.
    """
    where = located(home, inbox)
    squads, rungs = _chosen(where, squad), _chosen_models(models)
    hold_writable(where)
    from assets.run import run_squads  # noqa: PLC0415 - the orchestrator takes a second to import: only here
    from assets.session import Orders  # noqa: PLC0415
    from wattworth.summary import print_summary  # noqa: PLC0415 - it reads the report of the orchestrator

    orders = Orders(
        models=rungs,
        country=country.upper() or None,
        wait_s=wait,
        process_count=processes,
        is_verified=verify,
        is_over_budget_ok=over_budget_ok,
        asked_by=_asked_by(),
    )
    with bars() as progress:
        report = run_squads(where, squads, orders=orders, is_retry=retry, progress=progress, say=print_line)
    print_summary(report, where)
    report.end()
    if report.set_aside.height:
        raise typer.Exit(SET_ASIDE)


def _asked_by() -> str:
    """Login name and way in; a machine without names, such as a container, has the way alone."""
    try:
        return f"{getpass.getuser()}, command line"
    except (KeyError, OSError):
        return "command line"


def _chosen(where: Home, squad: str) -> tuple[str, ...]:
    """The squads to run; raises `ConfigurationError` when there is none of that name."""
    found = squads_of(where.inbox)
    if squad and squad not in found:
        raise ConfigurationError(
            doing="running",
            where=f"squad {squad!r}",
            found=f"no athlete.toml in {where.inbox} names it",
            remedy=f"Name one of: {', '.join(found)}." if found else "Drop exports into the inbox first.",
        )
    if not found:
        raise ConfigurationError(
            doing="looking for exports in",
            where=str(where.inbox),
            found="no athlete's folder",
            remedy="Make a folder per athlete there and drop exports into it, or try `wattworth simulate --into` it.",
        )
    return (squad,) if squad else found


def _chosen_models(models: str) -> tuple[str, ...]:
    """The rungs as they were asked for; raises `ConfigurationError` for a name that is none or cannot run here."""
    names = tuple(name.strip() for name in models.split(",") if name.strip())
    chosen(tuple(name for name in names if name not in WILDCARDS))
    return names
