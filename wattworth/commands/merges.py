"""`wattworth merges`: recordings that count as one activity, why, and a way back."""

from itertools import groupby
from typing import Annotated, Any

import typer

from pipelines.errors import ConfigurationError
from pipelines.paths import Home
from pipelines.quality.undo import redo as redo_merge
from pipelines.quality.undo import undo as undo_merge
from pipelines.warehouse.open import open_warehouse
from pipelines.warehouse.query import frame
from pipelines.warehouse.snapshot import open_snapshot
from wattworth.options import HomeOption, JsonOption, located
from wattworth.printing import print_json, print_line

app = typer.Typer()

Row = dict[str, Any]


@app.command()
def merges(
    *,
    athlete: Annotated[str | None, typer.Option(help="Only of the athlete of this name.")] = None,
    undo: Annotated[str | None, typer.Option(metavar="MERGE_ID", help="Keep these recordings apart for good.")] = None,
    redo: Annotated[str | None, typer.Option(metavar="MERGE_ID", help="Take an undo back.")] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for a run to finish; 0 refuses at once.")] = 600.0,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """List recordings that count as one activity, with the reason; undo a merge, or have it again."""
    if undo and redo:
        raise ConfigurationError(
            doing="reading", where="the options", found="both --undo and --redo", remedy="Name one of them."
        )
    where = located(home)
    if undo or redo:
        told = _decided(where, undo=undo, redo=redo, wait_s=wait)
        if as_json:
            print_json({"undone": undo, "redone": redo})
        else:
            print_line(told)
        return
    with open_snapshot(where) as con:
        found = frame(con, "queries/listed_merges.sql", athlete=athlete).to_dicts()
        undone = frame(con, "queries/undone_merges.sql", athlete=athlete).to_dicts()
    if as_json:
        print_json({"merges": found, "undone": undone})
    else:
        _print_words(found, undone)


def _decided(where: Home, *, undo: str | None, redo: str | None, wait_s: float) -> str:
    """Stores a person's word under the lock of the warehouse; gives the line that says so."""
    if not where.database.exists():
        raise ConfigurationError(
            doing="looking for merges in",
            where=str(where.warehouse),
            found="there is no warehouse",
            remedy="Name its home with --home.",
        )
    with open_warehouse(where, owner="merges", wait_s=wait_s, say=print_line) as warehouse:
        if undo:
            count = undo_merge(warehouse, undo)
            return f"Undone: the {count} recordings of {undo} count one by one from the next `wattworth run` on."
        redo_merge(warehouse, str(redo))
        return f"Redone: the rules decide on {redo} again with the next `wattworth run`."


def _print_words(found: list[Row], undone: list[Row]) -> None:
    if not found and not undone:
        print_line("No activity has more than one recording.")
    for (merge_id, athlete, day), rows in groupby(
        found, key=lambda row: (row["merge_id"], row["athlete"], row["local_date"])
    ):
        recordings = list(rows)
        print_line(f"{merge_id}  {day}  {athlete}: {len(recordings)} recordings of one activity are shown once")
        for row in recordings:
            print_line(f"  {row['source_path']}: {row['reason']}")
    for merge_id, rows in groupby(undone, key=lambda row: row["merge_id"]):
        names = {row[name] for row in rows for name in ("activity_id", "other_activity_id")}
        print_line(f"{merge_id}  undone: {len(names)} recordings count one by one; --redo {merge_id} takes it back")
