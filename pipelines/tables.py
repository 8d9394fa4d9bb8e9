"""The table contracts, read from the SQL that describes them: a schema stands nowhere else."""

from functools import cache

import duckdb
import polars as pl

import sql

STREAMS = ("records", "beats", "heart_rates")

COLUMNS = "select table_name, column_name, data_type from duckdb_columns() where not internal order by 1, column_index"


@cache
def contracts() -> dict[str, pl.Schema]:
    """Column names and types of every table; the streams under their plain names."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        for name in sql.names("migrations"):
            for statement in con.extract_statements(sql.statement(name)):
                if not statement.query.lstrip().startswith("comment on"):  # four fifths of the time, and no columns
                    con.execute(statement)
        columns = con.sql(COLUMNS).fetchall()
        kinds = sorted({kind for _, _, kind in columns})
        # What DuckDB hands to Polars for a type, asked for all types at once: a table each takes most of the time.
        nulls = ", ".join(f"null::{kind} as k{number}" for number, kind in enumerate(kinds))
        of_kind = dict(zip(kinds, con.sql(f"select {nulls} limit 0").pl().dtypes, strict=True))
    found: dict[str, dict[str, pl.DataType]] = {}
    for table, column, kind in columns:
        found.setdefault(table, {})[column] = of_kind[kind]
    return {table: pl.Schema(schema) for table, schema in found.items()}


def contract(table: str) -> pl.Schema:
    """Column names and types of one table, such as `contract("records")`."""
    return contracts()[table]


def empty(table: str) -> pl.DataFrame:
    """A frame of that table with no row."""
    return _empty(table).clone()


@cache
def _empty(table: str) -> pl.DataFrame:
    return pl.DataFrame(schema=contract(table))


def conform(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """The frame in the column order and types of its table; columns it lacks become null.

    Raises `ValueError` for a column the table does not have: that is a bug of the caller.
    """
    schema = contract(table)
    if frame.schema == schema:
        return frame
    strange = set(frame.columns) - set(schema.names())
    if strange:
        raise ValueError(f"{table} has no column {sorted(strange)}; add it in sql/migrations first")
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    ]
    return frame.select(columns)
