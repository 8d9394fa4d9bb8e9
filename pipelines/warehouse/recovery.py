"""Cleans up after a killed run: what no row of the database names was never loaded."""

import shutil
from pathlib import Path

from pipelines.paths import Home
from pipelines.warehouse.connect import TEMPORARY, Connection


def recover(home: Home, con: Connection) -> int:
    """Removes what a killed run left half done and gives the number of files and folders removed.

    Call it under the run lock only: another run's unfinished files look just the same.
    """
    removed = _remove(_temporary(home)) + _remove(_orphaned_streams(home, con)) + _remove(_stale_staged(home, con))
    for source_file_id in _lost_staged(home, con):
        con.execute("update source_files set status = 'recognised' where source_file_id = ?", [source_file_id])
    return removed


def _temporary(home: Home) -> list[Path]:
    near = [path for path in home.warehouse.glob(f"*{TEMPORARY}*") if not path.is_dir()]
    near += [home.unpacked] if home.unpacked.is_dir() else []
    return [*near, *home.staged.glob(f"*{TEMPORARY}"), *home.streams.rglob(f"*{TEMPORARY}")]


def _orphaned_streams(home: Home, con: Connection) -> list[Path]:
    named = {path for (path,) in con.execute("select distinct path from stream_files").fetchall()}
    stored = home.streams.rglob("*.parquet")
    return [path for path in stored if path.relative_to(home.streams).as_posix() not in named]


def _stale_staged(home: Home, con: Connection) -> list[Path]:
    """What was read of a file that is loaded by now. A reading that was not noted down yet need not be done again."""
    wanted = _read_ids(con) | _ids_at(con, "recognised")
    return [folder for folder in home.staged.glob("*") if folder.name not in wanted and folder.suffix != TEMPORARY]


def _lost_staged(home: Home, con: Connection) -> list[str]:
    return [source_file_id for source_file_id in _read_ids(con) if not (home.staged / source_file_id).is_dir()]


def _read_ids(con: Connection) -> set[str]:
    return _ids_at(con, "read")


def _ids_at(con: Connection, status: str) -> set[str]:
    query = "select source_file_id from source_files where status = ?"
    return {name for (name,) in con.execute(query, [status]).fetchall()}


def _remove(paths: list[Path]) -> int:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return len(paths)
