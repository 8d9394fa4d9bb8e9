"""`wattworth forget`: erase an athlete from warehouse, streams and pages."""

from typing import Annotated

import typer

from dashboards.publish import publish, publish_closing
from pipelines.errors import ConfigurationError
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
    with_exports: Annotated[bool, typer.Option("--with-exports", help="Delete the folder in the inbox, too.")] = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait for a run to finish; 0 refuses at once.")] = 600.0,
    as_json: JsonOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
) -> None:
    """Erase everything the warehouse and the pages hold of an athlete, and print the receipt.

    The exports in the inbox are yours and stay without --with-exports; the next run would take them in again.
    """
    where = located(home, inbox)
    if not where.database.exists():
        raise ConfigurationError(
            doing="forgetting an athlete in",
            where=str(where.warehouse),
            found="there is no warehouse",
            remedy="Name its home with --home.",
        )
    with open_warehouse(where, owner="forget", wait_s=wait, say=print_line) as warehouse:
        receipt = forget_athlete(warehouse, athlete, inbox_too=with_exports)
        squads = warehouse.con.execute("select distinct squad from athletes order by squad").fetchall()
        for (squad,) in squads or [("",)]:
            publish(warehouse, squad, SILENT)
        publish_closing(warehouse)
    if as_json:
        print_json(vars(receipt))
        return
    rows = ", ".join(f"{count} {table}" for table, count in receipt.row_counts.items())
    print_line(f"Erased athlete {receipt.athlete_id}: {rows}; {receipt.file_count} files of the warehouse")
    if with_exports:
        print_line(f"Deleted {receipt.inbox_file_count} files of the inbox.")
    elif (where.inbox / receipt.folder).is_dir():
        print_line(f"{where.inbox / receipt.folder} is still there: take it out, or the next run takes it in again.")
