"""Erases an athlete: every row, every stream file, and the bytes that deleted rows leave behind."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl

import sql
from pipelines.errors import ConfigurationError
from pipelines.paths import Home
from pipelines.readers.answers_rows import AnswerRow, append_answers, not_there_yet
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import count, frame, transaction
from pipelines.warehouse.removal import remove_files
from pipelines.warehouse.rewrite import ask_for_rewrite
from pipelines.warehouse.snapshot import publish_snapshot
from pipelines.warehouse.spread import athletes_named, forget_answers, words_of_others
from pipelines.warehouse.views import make_stream_views


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What was erased: rows per table, files of the warehouse, files of the inbox (0 when they were left)."""

    athlete_id: int
    folder: str
    row_counts: dict[str, int]
    file_count: int
    inbox_file_count: int


def forget(warehouse: Warehouse, folder_or_id: str | int, *, inbox_too: bool = False) -> Receipt:
    """Erases everything the warehouse holds of one athlete, named by inbox folder or athlete_id.

    Rows go in one transaction; stream and staged files and the published marts follow, and the database file is
    written anew when it is closed, since deleted rows leave their bytes behind. The exports in the inbox are the
    user's own: they go with `inbox_too` only, and while they are there the next run would take them again; so would it
    take what others' files of answers say of the athlete. Pages are not the warehouse's: publish them again. Raises
    `ConfigurationError` when there is no such athlete.
    """
    con, home = warehouse.con, warehouse.home
    athlete_id, folder = _athlete(warehouse, folder_or_id)
    paths = [path for (path,) in con.execute(_PATHS, [athlete_id]).fetchall()]
    ids = [name for (name,) in con.execute(_FILES, [athlete_id]).fetchall()]
    others = words_of_others(con, athlete_id)
    named = athletes_named(con, ids).filter(pl.col("athlete_id") != athlete_id)
    ask_for_rewrite(home)
    with transaction(con, "forget"):
        row_counts = {table: _delete(warehouse, table, athlete_id) for table in _tables(warehouse)}
        forget_answers(con, folder, ids, named=named)
        con.execute("delete from skipped_items where source_file_id = any($1::varchar[])", [ids])
        row_counts["devices"] = _delete_unused_devices(warehouse)
    file_count = remove_files(warehouse, paths) + sum(_remove_folder(home.staged / name) for name in ids)
    for stream_folder in home.streams.glob(f"*/athlete={athlete_id}"):
        shutil.rmtree(stream_folder)
    make_stream_views(con, str(home.streams))
    if home.snapshot.exists():
        publish_snapshot(warehouse)
    inbox_file_count = _remove_exports(home, folder, others) if inbox_too else 0
    return Receipt(
        athlete_id=athlete_id,
        folder=folder,
        row_counts={table: n for table, n in row_counts.items() if n},
        file_count=file_count,
        inbox_file_count=inbox_file_count,
    )


_PATHS = "select distinct path from stream_files where athlete_id = ? order by path"
_FILES = "select source_file_id from source_files where athlete_id = ? order by source_file_id"


def _athlete(warehouse: Warehouse, folder_or_id: str | int) -> tuple[int, str]:
    query = (
        "select athlete_id, folder from athletes where folder = $1 or athlete_id::varchar = $1 order by folder <> $1"
    )
    row = warehouse.con.execute(query, [str(folder_or_id)]).fetchone()
    if row is None:
        known = ", ".join(frame(warehouse.con, "queries/athlete_folders.sql")["folder"]) or "none"
        raise ConfigurationError(
            doing="forgetting an athlete",
            where=str(folder_or_id),
            found="there is no athlete of that folder or number",
            remedy=f"Name one of: {known}.",
        )
    return int(row[0]), str(row[1])


def _tables(warehouse: Warehouse) -> list[str]:
    """Every table with rows of athletes; a table added later is among them by itself."""
    found = warehouse.con.execute(sql.statement("queries/tables_of_athletes.sql")).fetchall()
    return [table for (table,) in found]


def _delete(warehouse: Warehouse, table: str, athlete_id: int) -> int:
    rows = count(warehouse.con, f"select count(*) from {table} where athlete_id = ?", athlete_id)  # noqa: S608
    warehouse.con.execute(f"delete from {table} where athlete_id = ?", [athlete_id])  # noqa: S608
    return rows


def _delete_unused_devices(warehouse: Warehouse) -> int:
    """Devices that no remaining row names: a serial number is personal, too."""
    unused = frame(warehouse.con, "queries/unused_devices.sql")["device_id"].to_list()
    warehouse.con.execute("delete from devices where device_id = any($1::varchar[])", [unused])
    return len(unused)


def _remove_exports(home: Home, folder: str, others: dict[str, list[AnswerRow]]) -> int:
    """Deletes an athlete's folder; what a file of answers in it says of others goes to their own folders first."""
    for other, rows in others.items():
        if (home.inbox / other).is_dir() and (missing := not_there_yet(home.inbox / other, rows)):
            append_answers(home.inbox / other, missing)
    return _remove_folder(home.inbox / folder)


def _remove_folder(folder: Path) -> int:
    """Deletes a folder and gives the number of files that were in it."""
    if not folder.is_dir():
        return 0
    file_count = sum(1 for path in folder.rglob("*") if path.is_file())
    shutil.rmtree(folder)
    return file_count
