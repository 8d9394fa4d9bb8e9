"""The table contracts, read from the SQL that describes them: a schema stands nowhere else."""

from functools import cache

import duckdb
import polars as pl

import sql

STREAMS = ("records", "beats", "heart_rates")


@cache
def contracts() -> dict[str, pl.Schema]:
    """Column names and types of every table; the streams under their plain names."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        for name in sql.names("migrations"):
            for statement in con.extract_statements(sql.statement(name)):
                if not statement.query.lstrip().startswith("comment on"):  # four fifths of the time, and no columns
                    con.execute(statement)
        found = con.sql("select schema_name, table_name from duckdb_tables()").fetchall()
        return {table: con.sql(f"from {schema}.{table} limit 0").pl().schema for schema, table in found}


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
