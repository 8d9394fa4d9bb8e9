"""Brings a database to the tables of this version: numbered, checksummed, forward only."""

import hashlib
from collections.abc import Mapping

import sql
from pipelines.errors import WarehouseError
from pipelines.warehouse.connect import Connection
from pipelines.warehouse.query import transaction


def packaged_migrations() -> dict[str, str]:
    """Text of every migration of this version by name, in order."""
    return {name.removeprefix("migrations/"): sql.statement(name) for name in sql.names("migrations")}


def migrate(con: Connection, migrations: Mapping[str, str] | None = None) -> int:
    """Applies the migrations the database lacks, each in one transaction; gives the number applied.

    Raises `WarehouseError` when an applied migration has another text now, or when the database was made by a newer
    version, which knows migrations that this one does not.
    """
    known = packaged_migrations() if migrations is None else migrations
    con.execute(sql.statement("queries/migrations_table.sql"))
    applied = dict(con.execute("select migration, checksum from migrations order by migration").fetchall())
    _refuse_strangers(applied, known)
    missing = [name for name in known if name not in applied]
    for name in missing:
        with transaction(con, "migrate"):
            con.execute(known[name])
            con.execute("insert into migrations values (?, ?)", [name, checksum(known[name])])
    return len(missing)


def checksum(text: str) -> str:
    """SHA-256 of a text, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_strangers(applied: Mapping[str, str], known: Mapping[str, str]) -> None:
    for name, stored in applied.items():
        if name not in known:
            raise WarehouseError(
                doing="opening the warehouse",
                where=f"migration {name}",
                found="the database was made by a newer version of Wattworth",
                remedy="Install that version, or give another folder for the warehouse.",
            )
        if checksum(known[name]) != stored:
            raise WarehouseError(
                doing="opening the warehouse",
                where=f"migration {name}",
                found="it was applied with another text than this version of Wattworth has",
                remedy="Install the version that made the database, or build it anew from the inbox in another folder.",
            )
