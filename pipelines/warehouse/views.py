"""Makes the staging and mart views, and the temporary views over the long streams."""

import re
from collections.abc import Collection
from graphlib import TopologicalSorter

import sql
from pipelines.tables import STREAMS
from pipelines.warehouse.connect import Connection
from pipelines.warehouse.migrate import checksum, packaged_migrations
from pipelines.warehouse.query import transaction

FOLDERS = ("staging", "marts")

VIEWS_STOP = "views"
"""Row of definition_versions that says which texts the stored views were made from."""


def packaged_views() -> dict[str, str]:
    """Text of every staging and mart view of this version by view name, each after those it selects from.

    The order is the same in every process: views are made anew only when one of them changed.
    """
    texts = {name.split("/")[-1].removesuffix(".sql"): sql.statement(name) for f in FOLDERS for name in sql.names(f)}
    needs = {
        view: sorted(other for other in _words(text) if other in texts and other != view)
        for view, text in texts.items()
    }
    return {view: texts[view] for view in TopologicalSorter(dict(sorted(needs.items()))).static_order()}


def make_views(con: Connection) -> bool:
    """Makes all views anew when a view or a migration changed since; says whether it did."""
    texts = packaged_views()
    version = checksum("\n".join([*packaged_migrations().values(), *texts.values()]))
    stored = con.execute("select version from definition_versions where stop = ?", [VIEWS_STOP]).fetchone()
    if stored == (version,):
        return False
    with transaction(con, "views"):
        for (old,) in con.execute(sql.statement("queries/stored_views.sql")).fetchall():
            con.execute(f'drop view "{old}"')
        for text in texts.values():
            con.execute(text)
        con.execute("insert or replace into definition_versions values (?, ?)", [VIEWS_STOP, version])
    return True


def resting_on(tables: Collection[str]) -> frozenset[str]:
    """The views of this version that hold rows of one of these tables, be it through other views."""
    resting: set[str] = set()
    for view, text in packaged_views().items():  # each after those it selects from
        if _words(text) & {*tables, *resting}:
            resting.add(view)
    return frozenset(resting)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def make_stream_views(con: Connection, streams_folder: str) -> None:
    """Makes the temporary views records, beats and heart_rates of this connection.

    Each reads the files that stream_files names now, and no other; make them anew after a load.
    """
    for stream in STREAMS:
        found = con.execute(
            "select distinct path from stream_files where stream = ? order by path", [stream]
        ).fetchall()
        paths = [f"{streams_folder}/{path}" for (path,) in found]
        con.execute(f"create or replace temp view {stream} as {_stream_query(stream, paths)}")


def _stream_query(stream: str, paths: list[str]) -> str:
    contract = f"from streams.{stream}"
    if not paths:
        return contract
    quoted = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    return f"{contract} union all by name from read_parquet([{quoted}], hive_partitioning = false)"
