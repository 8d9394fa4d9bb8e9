"""Writes the database file anew after an erasure: deleted rows leave their bytes behind in the old one."""

from pathlib import Path

import sql
from pipelines.paths import Home
from pipelines.warehouse.connect import TEMPORARY, attach, cleared, connect
from pipelines.warehouse.crash_points import reached
from pipelines.warehouse.migrate import migrate
from pipelines.warehouse.query import count
from pipelines.warehouse.views import VIEWS_STOP


def ask_for_rewrite(home: Home) -> None:
    """Notes that the database must be written anew when it is closed next, or opened if that is killed."""
    _mark(home).touch()


def rewrite_if_asked(home: Home) -> bool:
    """Writes a closed database anew with its living rows only, when that was asked for; says whether it was.

    The new file takes the place of the old one by an atomic rename; views are made again at the next opening.
    """
    if not _mark(home).exists():
        return False
    temporary = cleared(home.database.with_name(home.database.name + TEMPORARY))
    _copy_rows(home.database, temporary)
    reached("rewrite.before_rename")
    temporary.replace(home.database)
    reached("rewrite.after_rename")
    _mark(home).unlink()
    return True


def _copy_rows(original: Path, target: Path) -> None:
    con = connect(target)
    try:
        migrate(con)
        con.execute("delete from migrations")
        attach(con, original, "original")
        for schema, table in con.execute(sql.statement("queries/main_tables.sql")).fetchall():
            if count(
                con, "select count(*) from duckdb_tables() where database_name = 'original' and table_name = ?", table
            ):
                con.execute(f"insert into {schema}.{table} by name from original.{schema}.{table}")
        con.execute("delete from definition_versions where stop = ?", [VIEWS_STOP])
        con.execute("detach original")
    finally:
        con.close()


def _mark(home: Home) -> Path:
    return home.warehouse / "rewrite.asked"
