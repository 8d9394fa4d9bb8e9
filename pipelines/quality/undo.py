"""A person's word on a merge: not the same after all, or the same again. It stays so for every later run."""

from itertools import combinations

import polars as pl

from pipelines.errors import ConfigurationError
from pipelines.quality.merges import pair_key
from pipelines.tables import conform
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import insert, transaction
from pipelines.warehouse.queue import enqueue


def undo(warehouse: Warehouse, merge_id: str) -> int:
    """Keeps the recordings of a merge apart from each other for good; gives their number.

    The next run judges the athlete anew. Raises `ConfigurationError` when there is no such merge.
    """
    query = "select athlete_id, activity_id from merged_activities where merge_id = ? order by activity_id"
    found = warehouse.con.execute(query, [merge_id]).fetchall()
    if not found:
        raise _unknown(merge_id, "no merge in force has this identifier")
    athlete_id, names = found[0][0], [name for _, name in found]
    pairs = [
        {"athlete_id": athlete_id, "activity_id": one, "other_activity_id": other, "merge_id": merge_id}
        for one, other in (pair_key(*pair) for pair in combinations(names, 2))
    ]
    with transaction(warehouse.con, "settle"):
        insert(warehouse.con, "merge_undos", conform(pl.DataFrame(pairs), "merge_undos"), or_ignore=True)
        enqueue(warehouse, "judge", _athlete(athlete_id))
    return len(names)


def redo(warehouse: Warehouse, merge_id: str) -> None:
    """Takes an undo back: the next run decides by the rules again. Raises `ConfigurationError` when there is none."""
    con = warehouse.con
    found = con.execute("select distinct athlete_id from merge_undos where merge_id = ?", [merge_id]).fetchall()
    if not found:
        raise _unknown(merge_id, "no merge of this identifier was undone")
    with transaction(con, "settle"):
        con.execute("delete from merge_undos where merge_id = ?", [merge_id])
        for (athlete_id,) in found:
            enqueue(warehouse, "judge", _athlete(athlete_id))


def _athlete(athlete_id: int) -> pl.DataFrame:
    return pl.DataFrame({"subject_kind": ["athlete"], "subject_id": [str(athlete_id)], "athlete_id": [athlete_id]})


def _unknown(merge_id: str, found: str) -> ConfigurationError:
    return ConfigurationError(
        doing="looking for the merge", where=repr(merge_id), found=found, remedy="`wattworth merges` lists them."
    )
