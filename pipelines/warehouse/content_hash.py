"""Fingerprints of what the warehouse holds, so that two of them can be told the same or different."""

import sql
from pipelines.tables import STREAMS
from pipelines.warehouse.connect import Connection

NOT_DATA = frozenset(
    {
        "ledger_entries",
        "run_log",
        "step_shares",
        "migrations",
        "definition_versions",
        "published_states",
        "rule_rates",
        "rung_verdicts",
        "verdict_history",
    }
)
"""Tables that say how and when the work was done, hold what is measured once a month, or rest on what work cost: not
what came of the data alone."""

LAYOUT_COLUMNS = {"stream_files": ("path",), "inbox_files": ("modified_ns",)}
"""Columns that say where or since when something lies: the same content may lie elsewhere."""


def table_hashes(con: Connection) -> dict[str, str]:
    """A hash of the rows of every data table and of each stream, by name; the order of rows makes no difference.

    Streams are hashed through the views of an open warehouse, row by row: merging files changes nothing. Hashes can
    be compared within one version of DuckDB only.
    """
    found = con.execute(sql.statement("queries/main_tables.sql")).fetchall()
    tables = [table for schema, table in found if schema == "main" and table not in NOT_DATA]
    return {table: _hash(con, table) for table in sorted([*tables, *STREAMS])}


def _hash(con: Connection, table: str) -> str:
    left_out = LAYOUT_COLUMNS.get(table)
    columns = f"* exclude ({', '.join(left_out)})" if left_out else "*"
    total = "select count(*), coalesce(sum(hash(content)::hugeint), 0)"
    row = con.execute(f"{total} from (select {columns} from {table}) as content").fetchone()  # noqa: S608
    assert row is not None
    return f"{row[0]} rows, {row[1]:x}"
