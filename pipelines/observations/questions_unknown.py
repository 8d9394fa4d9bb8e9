"""Rows of files of answers that name nobody and nothing we know: told in one line each, for as long as it is so."""

from pipelines.tables import empty
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, insert, transaction


def note_unknown_names(warehouse: Warehouse) -> int:
    """Brings `skipped_items` up to date with every such row of all squads; gives how many reasons there are.

    A file may name an athlete who comes later, and a question that a later run asks: so all are looked at each time.
    """
    con = warehouse.con
    has_answers = con.execute("select 1 from answers limit 1").fetchone() is not None
    found = frame(con, "queries/unknown_names.sql") if has_answers else empty("skipped_items")
    if found.height or con.execute("select 1 from skipped_items where stop = 'observe' limit 1").fetchone():
        with transaction(con, "settle"):
            con.execute("delete from skipped_items where stop = 'observe'")
            insert(con, "skipped_items", found)
    return found.height
