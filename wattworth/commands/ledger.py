"""`wattworth ledger`: what every step cost, and how that is known."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.costs import journal, wall_readings
from pipelines.costs.budget import read_budget
from pipelines.costs.doubts import DOUBTS
from pipelines.costs.factors import load_factors
from pipelines.costs.forecast import forecast_month
from pipelines.costs.ledger import sweep
from pipelines.costs.run_log import CLOSING, ENDING
from pipelines.costs.standing import refused_line, standings
from pipelines.costs.statement import ledger_json, metering_sentence, sentence, wall_sentence
from pipelines.errors import WarehouseBusy
from pipelines.paths import Home
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.query import run as run_query
from pipelines.warehouse.snapshot import open_snapshot, publish_snapshot
from wattworth.options import HomeOption, JsonOption, hold_writable, located
from wattworth.printing import print_json, print_line, print_table, shown

app = typer.Typer()

LATEST_REFUSED = 10
"""Jobs refused or retired that are told, latest last; --json has them all."""

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
    "doubts",
)

WITH_NEXT_RUN = (CLOSING, ENDING)
"""Steps whose rows wait for the next run, so that pages and ledger say the same."""

WAIT_S = 600.0
"""How long readings wait for a run to let go of the warehouse (s)."""


@app.command()
def ledger(
    *,
    run: Annotated[str, typer.Option(help="Only this run, by its identifier.")] = "",
    wall_reading: Annotated[
        Path | None,
        typer.Option(
            help="Enter readings of a meter at the wall: CSV of start, end, wh, accuracy_percent, idle_w, meter.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """List every attempt at a step with its cost: energy in J, carbon in g CO2e, each with its 90 % interval in --json.

    --json prints {entries, totals, purposes, metering, wall_readings, budget, forecast}; sums use each step's own
    share. Figures are those of the published pages.
    """
    where = located(home)
    if wall_reading is not None:
        _enter(where, wall_reading)
    else:
        _file_what_waits(where)
    allowances, now = read_budget(where.budget), datetime.now(UTC)
    with open_snapshot(where) as con:
        found = ledger_json(con, run_id=run)
        budget = standings(con, allowances, now)
        ahead = forecast_month(con, allowances, now)
    if as_json:
        told = {"budget": [{**asdict(one), "left": one.left} for one in budget], "forecast": asdict(ahead)}
        print_json(found | told)
        return
    print_table(SHOWN, ([_cell(entry[column]) for column in SHOWN] for entry in found["entries"]))
    _print_totals(found)
    for one in budget:
        print_line(str(one))
    print_line(str(ahead))
    for word, column in (("not run", "refused_by"), ("let pass", "overridden_by")):
        for entry in [entry for entry in found["entries"] if entry[column]][-LATEST_REFUSED:]:
            print_line(f"  {word}: {refused_line(entry)}")


def _enter(where: Home, path: Path) -> None:
    """Stores the readings of a file and publishes what follows from them."""
    readings = wall_readings.read(path)
    hold_writable(where)
    with open_warehouse(where, owner="ledger", wait_s=WAIT_S) as warehouse:
        wall_readings.store(warehouse, readings, now=datetime.now(UTC))
        _publish(warehouse)


def _file_what_waits(where: Home) -> None:
    """Steps of a killed run and commands metered alone get their rows now; nothing is done while a run is under way."""
    if not any(_waits(page) for page in journal.pages(where.journal)):
        return
    try:
        with open_warehouse(where, owner="ledger") as warehouse:
            _publish(warehouse)
    except WarehouseBusy:
        return


def _waits(page: journal.Page) -> bool:
    """Whether a page is due now."""
    return page.entry["step_key"] not in WITH_NEXT_RUN if page.is_finished else not journal.is_alive(page)


def _publish(warehouse: Warehouse) -> None:
    from dashboards.publish import publish_closing  # noqa: PLC0415 - charts take a second to import: only here

    load_factors(warehouse)
    sweep(warehouse)
    run_query(warehouse.con, "queries/bill_closing.sql")
    publish_snapshot(warehouse)
    publish_closing(warehouse)


def _cell(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


def _print_totals(found: Mapping[str, Any]) -> None:
    totals = found["totals"]
    print_line(f"{totals['entry_count']} entries, {totals['failed_count']} failed, {totals['killed_count']} killed")
    print_line(f"{shown(totals['cpu_s']) or 'unknown'} CPU-s; {sentence(totals)}")
    purposes = (f"{row['purpose']} {shown(row['cpu_s']) or 'unknown'}" for row in found["purposes"])
    print_line(f"CPU-s by purpose: {', '.join(purposes) or 'none'}")
    print_line(metering_sentence(found["metering"]))
    for reading in found["wall_readings"]:
        print_line(wall_sentence(reading))
    raised = {name for entry in found["entries"] for name in entry["doubts"] or ()}
    raised |= {name for reading in found["wall_readings"] for name in reading["doubts"]}
    for doubt in DOUBTS:
        if doubt.name in raised:
            print_line(f"{doubt.name}: {doubt.means} {doubt.becomes[0].upper()}{doubt.becomes[1:]}.")
