"""Runs the statements of `sql/` and hands back frames."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb
import polars as pl

import sql
from pipelines.warehouse.connect import Connection
from pipelines.warehouse.crash_points import reached

INSERTED_ROW_COUNT = 100_000
"""Rows copied for DuckDB at a time, a little less than it writes to disk at a time: bounds memory."""


def frame(con: Connection, statement_name: str, **parameters: object) -> pl.DataFrame:
    """The rows of one statement, such as `frame(con, "queries/pending.sql", stop="judge", squad="road")`.

    A parameter that is a frame can be selected from under its own name; any other stands in the SQL as `$name`.
    """
    with _prepared(con, parameters) as values:
        return fetched(con.execute(sql.statement(statement_name), values))


def fetched(result: Connection) -> pl.DataFrame:
    """The rows of what was just executed; by way of Arrow, which DuckDB 1.5 and 2.0 both speak."""
    return pl.DataFrame(result.to_arrow_table())


def run(con: Connection, statement_name: str, **parameters: object) -> None:
    """Runs one statement that changes rows; parameters as in `frame`."""
    with _prepared(con, parameters) as values:
        con.execute(sql.statement(statement_name), values)


def insert(con: Connection, table: str, rows: pl.DataFrame, *, or_ignore: bool = False) -> None:
    """Inserts the rows by column name; with `or_ignore` a row whose key is there already changes nothing.

    DuckDB finds the frame by the name of the variable. Were it registered, the transaction under way would hold its
    rows until it ends, beside those it stores.
    """
    for new_rows in rows.iter_slices(INSERTED_ROW_COUNT):
        if new_rows.height:
            con.execute(f"insert {'or ignore ' if or_ignore else ''}into {table} by name from new_rows")


def count(con: Connection, query: str, *values: object) -> int:
    """The one whole number that a one-line query gives."""
    row = con.execute(query, list(values)).fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def transaction(con: Connection, name: str) -> Iterator[None]:
    """One transaction: all of it or, after an error or a kill, nothing. `name` is that of its crash points."""
    con.begin()
    try:
        yield
        reached(f"{name}.before_commit")
        con.commit()
    except BaseException:
        with _already_over():
            con.rollback()
        raise
    reached(f"{name}.after_commit")


@contextmanager
def _prepared(con: Connection, parameters: dict[str, object]) -> Iterator[dict[str, object]]:
    frames = {name: value for name, value in parameters.items() if isinstance(value, pl.DataFrame)}
    for name, value in frames.items():
        con.register(name, value)
    try:
        yield {name: value for name, value in parameters.items() if name not in frames}
    except BaseException:
        for name in frames:
            with suppress(duckdb.TransactionException):  # an aborted transaction takes the frame with it
                con.unregister(name)
        raise
    for name in frames:
        con.unregister(name)


@contextmanager
def _already_over() -> Iterator[None]:
    """A failed commit has ended the transaction: then there is nothing left to roll back."""
    try:
        yield
    except duckdb.TransactionException:
        return
