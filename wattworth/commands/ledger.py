"""`wattworth ledger`: what every step cost, and how that is known."""

from datetime import datetime
from typing import Annotated, Any

import typer

from pipelines.costs import journal
from pipelines.costs.factors import load_factors
from pipelines.costs.ledger import sweep
from pipelines.costs.statement import ledger_json, sentence
from pipelines.errors import WarehouseBusy
from pipelines.paths import Home
from pipelines.warehouse.open import open_warehouse
from pipelines.warehouse.snapshot import open_snapshot, publish_snapshot
from wattworth.options import HomeOption, JsonOption, located
from wattworth.printing import print_json, print_line, print_table, shown

app = typer.Typer()

SHOWN = (
    "started_utc",
    "step_key",
    "partition",
    "purpose",
    "status",
    "wall_s",
    "cpu_s_own",
    "e_it_q50",
    "g_operational_q50",
)


@app.command()
def ledger(
    *,
    run: Annotated[str, typer.Option(help="Only this run, by its identifier.")] = "",
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """List every attempt at a step with its cost: energy in J, carbon in g CO2e, each with its 90 % interval in --json.

    --json prints {entries, totals}; sums use each step's own share. Figures are those of the published pages.
    """
    where = located(home)
    _file_what_was_killed(where)
    with open_snapshot(where) as con:
        found = ledger_json(con, run_id=run)
    if as_json:
        print_json(found)
        return
    print_table(SHOWN, ([_cell(entry[column]) for column in SHOWN] for entry in found["entries"]))
    _print_totals(found["totals"])


def _file_what_was_killed(where: Home) -> None:
    """Steps of a killed run get their rows now, not with the next run; nothing is done while a run is under way."""
    if all(page.is_finished or journal.is_alive(page) for page in journal.pages(where.journal)):
        return
    from dashboards.publish import publish_closing  # noqa: PLC0415 - charts take a second to import: only here

    try:
        with open_warehouse(where, owner="ledger") as warehouse:
            load_factors(warehouse)
            sweep(warehouse)
            publish_snapshot(warehouse)
            publish_closing(warehouse)
    except WarehouseBusy:
        return


def _cell(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


def _print_totals(totals: dict[str, Any]) -> None:
    print_line(f"{totals['entry_count']} entries, {totals['failed_count']} failed, {totals['killed_count']} killed")
    print_line(f"{shown(totals['cpu_s']) or 'unknown'} CPU-s; {sentence(totals)}")
