"""Merges the stream files of one athlete and month into one, with the same content whatever the order of loading."""

import hashlib

import polars as pl

from pipelines.warehouse.connect import TEMPORARY
from pipelines.warehouse.crash_points import reached
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import run
from pipelines.warehouse.staging import COMPRESSION
from pipelines.warehouse.streams import stored


def write_merged(warehouse: Warehouse, held: pl.DataFrame) -> str:
    """Writes the rows that `held` names to one new file by atomic rename and gives its path below the streams folder.

    `held` are rows of `stream_files` of one stream, athlete and month. The file is sorted by source file, with file
    order inside, and named for the source files in it; rows of source files that `held` does not name are left out.
    """
    ids = held["source_file_id"].sort().to_list()
    path = f"{_folder(held)}/merged-{hashlib.sha256(' '.join(ids).encode()).hexdigest()[:16]}.parquet"
    target = warehouse.home.streams / path
    temporary = target.with_name(target.name + TEMPORARY)
    sources = [stored(warehouse.home, source) for source in held["path"].unique().sort()]
    rows = pl.scan_parquet(sources, hive_partitioning=False).filter(pl.col("source_file_id").is_in(ids))
    rows.sort("source_file_id", maintain_order=True).sink_parquet(temporary, compression=COMPRESSION)
    reached("compact.before_rename")
    temporary.replace(target)
    reached("compact.after_rename")
    return path


def note_merged(warehouse: Warehouse, held: pl.DataFrame, path: str) -> None:
    """Lets the rows `held` of `stream_files` point to the merged file; part of the transaction under way."""
    run(warehouse.con, "queries/note_merged.sql", held=held, path=path)


def _folder(held: pl.DataFrame) -> str:
    stream, athlete_id, month = held.select("stream", "athlete_id", "month").unique().row(0)
    return f"{stream}/athlete={athlete_id}/{month}"
