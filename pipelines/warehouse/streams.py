"""Reads the long streams: records, beats and heart rates, by explicit lists of Parquet files."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from pipelines.errors import WarehouseError
from pipelines.paths import Home
from pipelines.tables import contract
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame


def scan(warehouse: Warehouse, stream: str, *, source_file_ids: Iterable[str]) -> pl.LazyFrame:
    """The rows of `records`, `beats` or `heart_rates` that came from those source files, in the stream's contract.

    Only the Parquet files that hold them are opened. Row order within a source file is file order; sort by key
    where the order between files matters. Raises `WarehouseError` when a file is missing.
    """
    wanted = sorted(set(source_file_ids))
    held = frame(warehouse.con, "queries/stream_paths.sql", stream=stream, source_file_ids=wanted)
    if held.is_empty():
        return pl.LazyFrame(schema=contract(stream))
    paths = [stored(warehouse.home, path) for path in held["path"]]
    rows = pl.scan_parquet(paths, schema=contract(stream), hive_partitioning=False)
    if held["is_shared"].any():
        return rows.filter(pl.col("source_file_id").is_in(wanted))
    return rows


def stored(home: Home, path: str) -> Path:
    """A Parquet file of the streams folder; raises `WarehouseError` when it is missing."""
    found = home.streams / path
    if not found.is_file():
        raise WarehouseError(
            doing="reading a stream",
            where=str(found),
            found="the file is missing",
            remedy="Restore the warehouse folder from a backup, or build it anew from the inbox.",
        )
    return found
