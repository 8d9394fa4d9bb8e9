"""The one place where a connection to the warehouse is made."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import duckdb

from pipelines.errors import ConfigurationError, WarehouseError
from pipelines.warehouse.crash_points import reached

Connection = duckdb.DuckDBPyConnection

TEMPORARY = ".tmp"
"""Ending of everything that is still being written; a rename takes it off."""

THREAD_COUNT = 2
"""Threads DuckDB may use: more would be counted against the neighbours on a small machine."""

MEMORY_LIMIT = "1GB"
"""Memory DuckDB may use before it spills to disk; frames handed to Polars come on top."""


WRITTEN_ROW_GROUP_COUNT = 1
"""Groups of 122,880 rows of a table gathered in memory before they go to disk, in the middle of a transaction, too.
DuckDB gathers five, which costs some 60 MB more for a long table and gains nothing measurable here."""


def connect(url: str | Path, *, read_only: bool = False, thread_count: int = THREAD_COUNT) -> Connection:
    """A connection to the DuckDB file that `url` names: a path, `duckdb:///absolute/path` or `:memory:`.

    Local times are off (`TimeZone` is UTC) and nothing is ever fetched: extensions are neither installed nor loaded
    by themselves. Raises `ConfigurationError` for another kind of address and `WarehouseError` when the file cannot
    be opened.
    """
    path = _path(url)
    try:
        con = duckdb.connect(path, read_only=read_only, config=_settings(thread_count))
    except (duckdb.IOException, duckdb.SerializationException) as problem:
        raise WarehouseError(
            doing="opening the warehouse",
            where=path,
            found=str(problem).splitlines()[0],
            remedy="Close the program that holds it; if none does, restore the file from a backup.",
        ) from problem
    con.execute("set global TimeZone = 'UTC'")  # its cursors, too
    return con


def create(path: Path) -> None:
    """Makes an empty DuckDB file at `path`, unless one lies there: it appears by an atomic rename, whole.

    DuckDB refuses for good a file that a kill left with half of its first blocks.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = cleared(path.with_name(path.name + TEMPORARY))
    connect(temporary).close()
    reached("create.before_rename")
    temporary.replace(path)
    reached("create.after_rename")


def cleared(path: Path) -> Path:
    """`path`, with nothing there any more of a DuckDB file that was being written: neither it nor its log."""
    for left in (path, path.with_name(path.name + ".wal")):
        left.unlink(missing_ok=True)
    return path


def attach(con: Connection, path: Path, name: Literal["published", "rewritten", "original"]) -> None:
    """Attaches a second DuckDB file under `name`; the path is quoted, so any folder name will do."""
    quoted = str(path).replace("'", "''")
    con.execute(f"attach '{quoted}' as {name}")


def _settings(thread_count: int) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "threads": thread_count,
        "memory_limit": MEMORY_LIMIT,
        "write_buffer_row_group_count": WRITTEN_ROW_GROUP_COUNT,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


def _path(url: str | Path) -> str:
    if isinstance(url, Path) or "://" not in url:
        return str(url)
    parts = urlsplit(url)
    if parts.scheme == "duckdb" and not parts.netloc and parts.path:
        return parts.path
    raise ConfigurationError(
        doing="opening the warehouse",
        where=url,
        found=f"addresses of the kind {parts.scheme}:// are not supported",
        remedy="Give the path of a DuckDB file, or duckdb:///absolute/path.",
    )
