"""Whether anything changed for a squad since its pages were made: when nothing did, the stops behind the first rest."""

from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, transaction


def is_published(warehouse: Warehouse, squad: str, *, made_by: str) -> bool:
    """Whether the squad's pages were made from what the warehouse holds now, by definitions of the version `made_by`.

    False while a file is on its way, or a subject waits for a stop.
    """
    stored = warehouse.con.execute("select state from published_states where squad = ?", [squad]).fetchone()
    return stored is not None and stored == (_state(warehouse, squad, made_by),)


def note_published(warehouse: Warehouse, squad: str, *, made_by: str) -> None:
    """Notes what the squad's pages were made from; to be called when they stand."""
    state = _state(warehouse, squad, made_by)
    with transaction(warehouse.con, "settle"):
        warehouse.con.execute("delete from published_states where squad = ?", [squad])
        if state is not None:
            warehouse.con.execute("insert into published_states values (?, ?)", [squad, state])


def _state(warehouse: Warehouse, squad: str, made_by: str) -> str | None:
    """A fingerprint; null while something is under way, which is no state to compare with."""
    open_count, state = frame(warehouse.con, "queries/squad_state.sql", squad=squad).row(0)
    return None if open_count else f"{made_by} {state}"
