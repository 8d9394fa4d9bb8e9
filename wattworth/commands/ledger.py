"""`wattworth ledger`: what every step cost, and how that is known."""

from typing import Annotated, Any

import polars as pl
import typer

from pipelines.warehouse.query import frame
from pipelines.warehouse.snapshot import open_snapshot
from wattworth.costs_in_words import cost_line
from wattworth.options import HomeOption, JsonOption, located
from wattworth.printing import print_json, print_line, print_table

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
    with open_snapshot(located(home)) as con:
        entries = con.execute("from mart_ledger where ? in ('', run_id) order by started_utc, entry_id", [run]).pl()
        totals = frame(con, "queries/ledger_totals.sql", run_id=run).to_dicts()[0]
    if as_json:
        print_json({"entries": entries.to_dicts(), "totals": totals})
        return
    print_table(SHOWN, entries.select(pl.col("started_utc").dt.strftime("%Y-%m-%d %H:%M:%S"), *SHOWN[1:]).iter_rows())
    _print_totals(totals)


def _print_totals(totals: dict[str, Any]) -> None:
    print_line(f"{totals['entry_count']} entries, {totals['failed_count']} failed, {totals['killed_count']} killed")
    print_line(cost_line(totals))
