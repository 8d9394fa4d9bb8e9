"""`wattworth forget`: erase an athlete from warehouse, streams and pages."""

from typing import Annotated

import typer

from dashboards.publish import publish
from pipelines.progress import SILENT
from pipelines.warehouse.forget import forget as forget_athlete
from pipelines.warehouse.open import open_warehouse
from wattworth.options import HomeOption, InboxOption, JsonOption, located
from wattworth.printing import print_json, print_line

app = typer.Typer()


@app.command()
def forget(
    athlete: Annotated[str, typer.Argument(help="Name of the athlete's folder, or the athlete_id.")],
    *,
    wait: Annotated[float, typer.Option(help="Seconds to wait for a run to finish; 0 refuses at once.")] = 600.0,
    as_json: JsonOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
) -> None:
    """Erase everything the warehouse and the pages hold of an athlete, and print the receipt.

    The exports in the inbox are yours: take the folder out, or the next run takes it in again.
    """
    where = located(home, inbox)
    with open_warehouse(where, owner="forget", wait_s=wait, say=print_line) as warehouse:
        receipt = forget_athlete(warehouse, athlete)
        squads = warehouse.con.execute("select distinct squad from athletes order by squad").fetchall()
        for (squad,) in squads or [("",)]:
            publish(warehouse, squad, SILENT)
    if as_json:
        print_json(vars(receipt))
    else:
        print_line(", ".join(f"{name.replace('_', ' ')}: {found}" for name, found in vars(receipt).items()))
        print_line(f"If {where.inbox} still holds the folder, take it out: the next run would take it in again.")
