"""What each stop has still to work on: a run touches only what is new or changed."""

from collections.abc import Mapping

import polars as pl

from pipelines.warehouse.connect import Connection
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, insert, run, transaction
from pipelines.warehouse.staging import primary_keys

SUBJECT_SCHEMA = pl.Schema({"subject_kind": pl.String(), "subject_id": pl.String(), "athlete_id": pl.Int32()})
"""Columns of a frame of subjects."""


def pending(warehouse: Warehouse, stop: str, squad: str) -> pl.DataFrame:
    """Subjects of the squad that a stop has still to work on: subject_kind, subject_id, athlete_id, sorted."""
    return frame(warehouse.con, "queries/pending.sql", stop=stop, squad=squad)


def settle(
    warehouse: Warehouse,
    *,
    stop: str,
    done: pl.DataFrame,
    replace: Mapping[str, pl.DataFrame],
    scope: pl.DataFrame,
    then: Mapping[str, pl.DataFrame],
    replace_of_athletes: Mapping[str, pl.DataFrame] | None = None,
    stored: Mapping[str, pl.DataFrame] | None = None,
) -> None:
    """Stores what a stop made of some subjects, all in one transaction.

    In each table of `replace` the rows of the `scope` subjects go and the given rows come. A scope row of kind
    `athlete` means every row of that athlete, one with a null subject_id every row of that kind of that athlete,
    any other the rows of that one subject. In each table of `replace_of_athletes` every row of the athletes of the
    scope goes first; a table of `replace` that has no subject is only added to. `done` leaves the queue of `stop`;
    `then` says which subjects join the queue of which later stop. Subjects are rows of subject_kind, subject_id,
    athlete_id.

    `stored` may hold every row of those athletes as it stands in tables of `replace_of_athletes`: then only rows that
    differ go and come, which is the same and costs a fraction where most of a history is judged as it was.
    """
    con = warehouse.con
    wanted = _subjects(scope)
    keys = primary_keys(con) if stored else {}
    with transaction(con, "settle"):
        for table, rows in replace.items():
            _delete(con, table, wanted)
            insert(con, table, rows)
        for table, rows in (replace_of_athletes or {}).items():
            if stored and table in stored:
                _exchange(con, table, stored[table], rows, key=keys[table])
                continue
            con.execute(f"delete from {table} where athlete_id = any($1::integer[])", [_athletes(wanted)])  # noqa: S608
            insert(con, table, rows)
        run(con, "queries/dequeue.sql", stop=stop, done=_subjects(done))
        for later_stop, subjects in then.items():
            enqueue(warehouse, later_stop, subjects)


def enqueue(warehouse: Warehouse, stop: str, subjects: pl.DataFrame) -> None:
    """Puts subjects on the queue of a stop; one that is there already stays once."""
    rows = _subjects(subjects).unique().select(pl.lit(stop).alias("stop"), pl.all())
    insert(warehouse.con, "work_queue", rows, or_ignore=True)


def renew(warehouse: Warehouse, stop: str, version: str) -> bool:
    """Puts every subject on the queue of a stop when the version of its definitions changed; says whether it did."""
    stored = warehouse.con.execute("select version from definition_versions where stop = ?", [stop]).fetchone()
    if stored == (version,):
        return False
    with transaction(warehouse.con, "renew"):
        run(warehouse.con, "queries/enqueue_everything.sql", stop=stop)
        warehouse.con.execute("insert or replace into definition_versions values (?, ?)", [stop, version])
    return True


def _subjects(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.col(name).cast(dtype) for name, dtype in SUBJECT_SCHEMA.items())


def _exchange(con: Connection, table: str, stored: pl.DataFrame, rows: pl.DataFrame, *, key: tuple[str, ...]) -> None:
    """Lets the given rows take the place of those stored: of rows that are the same in every column, nothing moves."""
    gone = stored.join(rows, on=stored.columns, how="anti", nulls_equal=True).select(key)
    if gone.height:
        same = " and ".join(f"{table}.{column} = gone.{column}" for column in key)
        con.execute(f"delete from {table} using gone where {same}")  # noqa: S608 - DuckDB finds the frame by its name
    insert(con, table, rows.join(stored, on=stored.columns, how="anti", nulls_equal=True, maintain_order="left"))


def _delete(con: Connection, table: str, scope: pl.DataFrame) -> None:
    is_athlete = pl.col("subject_kind") == "athlete"
    con.execute(f"delete from {table} where athlete_id = any($1::integer[])", [_athletes(scope.filter(is_athlete))])  # noqa: S608
    if "subject_id" not in con.table(table).columns:
        return
    others = scope.filter(~is_athlete)
    for kind in others["subject_kind"].unique(maintain_order=True):
        of_kind = others.filter(pl.col("subject_kind") == kind)
        whole = _athletes(of_kind.filter(pl.col("subject_id").is_null()))
        ids = of_kind["subject_id"].drop_nulls().to_list()
        con.execute(f"delete from {table} where subject_kind = $1 and athlete_id = any($2::integer[])", [kind, whole])  # noqa: S608
        con.execute(f"delete from {table} where subject_kind = $1 and subject_id = any($2::varchar[])", [kind, ids])  # noqa: S608


def _athletes(scope: pl.DataFrame) -> list[int]:
    return scope["athlete_id"].unique().to_list()
