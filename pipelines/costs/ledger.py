"""The ledger: append-only rows of what each attempt at a step used.

What does not belong here: derived figures. Energy, carbon and water are views, so that a better factor never
touches a row.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import duckdb

from pipelines.costs import doubts, journal
from pipelines.paths import Home
from pipelines.tables import contract

KILLED_NOTE = "killed: figures are those of its last sign of life"


class Store(Protocol):
    """An open warehouse, as far as the ledger needs one."""

    @property
    def home(self) -> Home:
        """Where it lies."""
        ...

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """Its connection."""
        ...


def record(con: duckdb.DuckDBPyConnection, entry: Mapping[str, Any]) -> bool:
    """Appends one row through a cursor of its own, so that no transaction of a step can take it back.

    Returns False when the entry stands there already: a page is only taken away after its row was written.
    """
    names = contract("ledger_entries").names()
    strange = set(entry) - set(names)
    if strange:
        raise ValueError(f"ledger_entries has no column {sorted(strange)}; add it in sql/migrations first")
    unheard_of = set(entry.get("doubts") or ()) - set(doubts.NAMES)
    if unheard_of:
        raise ValueError(f"no doubt is called {sorted(unheard_of)}; add it in pipelines/costs/doubts.py first")
    marks = ", ".join("?" for _ in names)
    with con.cursor() as cursor:
        cursor.execute("set TimeZone = 'UTC'")
        if cursor.execute("select 1 from ledger_entries where entry_id = ?", [entry["entry_id"]]).fetchone():
            return False
        cursor.execute(f"insert into ledger_entries values ({marks})", [entry.get(name) for name in names])  # noqa: S608
    return True


def sweep(warehouse: Store) -> int:
    """Files every page of the journal whose step has ended or whose process is dead; returns how many rows it wrote.

    A page of a dead process becomes a row with status killed: its last known figures, its end the last sign of life,
    null where there was none. Pages of living processes stay.
    """
    written = 0
    for page in journal.pages(warehouse.home.journal):
        if not page.is_finished and journal.is_alive(page):
            continue
        entry = {name: _moment(name, value) for name, value in page.entry.items()}
        if not page.is_finished:
            known = entry["cpu_self_s"] is not None
            entry |= {"status": "killed", "evidence": entry["evidence"] if known else "not_assessed"}
            entry["doubts"] = [*(entry.get("doubts") or ()), doubts.CUT_SHORT.name]
            entry["note"] = "; ".join(note for note in (entry["note"], KILLED_NOTE) if note)
        written += record(warehouse.con, entry)
        journal.remove(warehouse.home.journal, entry["entry_id"])
    return written


def _moment(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    return datetime.fromisoformat(value) if name.endswith("_at_utc") and value is not None else value
