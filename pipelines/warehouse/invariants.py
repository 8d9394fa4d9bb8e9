"""What must hold of the stored rows whatever was dropped: each invariant is a query that returns no row."""

import sql
from pipelines.warehouse.connect import Connection


def invariants() -> tuple[str, ...]:
    """Names of the invariants: those of the files in `sql/invariants`."""
    return tuple(name.split("/")[-1].removesuffix(".sql") for name in sql.names("invariants"))


def violations(con: Connection) -> dict[str, int]:
    """Number of rows that break each invariant, for every invariant; all are 0 in a sound warehouse.

    The queue is looked at too, so ask after a finished run.
    """
    return {name: con.sql(sql.statement(f"invariants/{name}.sql")).pl().height for name in invariants()}
