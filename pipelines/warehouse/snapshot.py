"""The published copy of the marts: what pages and questions read, so that nobody waits for a run or stops one."""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import polars as pl

from pipelines.errors import WarehouseError
from pipelines.paths import Home
from pipelines.warehouse.connect import TEMPORARY, Connection, attach, cleared, connect
from pipelines.warehouse.crash_points import reached
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import count, frame, transaction
from pipelines.warehouse.views import resting_on

BEHIND_THE_PAGES = ("work_queue", "published_states", "ledger_entries", "run_log", "step_shares", "wall_readings")
"""Tables that a run writes when its pages stand: that nothing waits any more, and what it cost."""


def publish_snapshot(warehouse: Warehouse, *, changed: Collection[str] | None = None) -> int:
    """Writes every mart view as a table, with its comments, to home.snapshot by an atomic rename; gives their number.

    `changed` names the only tables that were written since the snapshot that lies there: marts that rest on none of
    them are taken over from it. Whoever has the older snapshot open goes on reading that one.
    """
    con, target = warehouse.con, warehouse.home.snapshot
    temporary = cleared(target.with_name(target.name + TEMPORARY))
    only = resting_on(changed) if changed is not None and target.is_file() else None
    if only is not None:
        shutil.copyfile(target, temporary)
    attach(con, temporary, "published")
    try:
        with _one_thread(con), transaction(con, "snapshot"):  # one write to the disk, not one per comment
            mart_count = _copy_marts(con, only)
    finally:
        con.execute("detach published")
    reached("snapshot.before_rename")
    temporary.replace(target)
    reached("snapshot.after_rename")
    return mart_count


def open_snapshot(home: Home) -> Connection:
    """A read-only connection to the published marts, one table each; several may be open, also while a run writes.

    Raises `WarehouseError` when nothing was published yet, or the file is damaged.
    """
    if not home.snapshot.is_file():
        raise WarehouseError(
            doing="opening the published marts",
            where=str(home.snapshot),
            found="nothing was published yet",
            remedy="Run `wattworth run` first, or name the folder of another warehouse with WATTWORTH_HOME.",
        )
    try:
        return connect(home.snapshot, read_only=True, thread_count=1)  # as in `_one_thread`
    except WarehouseError as error:
        remedy = "Delete that file and run `wattworth run`: it is a copy and is published anew."
        raise WarehouseError(
            doing="opening the published marts", where=str(home.snapshot), found=error.found, remedy=remedy
        ) from error


@contextmanager
def _one_thread(con: Connection) -> Iterator[None]:
    """Marts are many and small: a second thread takes a third of the CPU time more and mostly waits for the first."""
    before = count(con, "select current_setting('threads')")
    con.execute("set threads = 1")
    try:
        yield
    finally:
        con.execute(f"set threads = {before}")


def _copy_marts(con: Connection, only: Collection[str] | None) -> int:
    marts = frame(con, "queries/described_marts.sql")
    if only is not None:
        marts = marts.filter(pl.col("mart").is_in(list(only)))
    described = marts.select("mart", "mart_comment").unique(maintain_order=True).rows()
    for mart, _ in described:
        con.execute(f"create or replace table published.{mart} as from {mart}")
    told = [f"comment on table published.{mart} is {_quoted(comment)}" for mart, comment in described]
    for mart, _, column, comment in marts.iter_rows():
        told.append(f'comment on column published.{mart}."{column}" is {_quoted(comment)}')
    con.execute(";".join(told))  # all at once: one by one they take longer than the marts
    return len(described)


def _quoted(text: str | None) -> str:
    return "null" if text is None else "'" + text.replace("'", "''") + "'"
