"""Stop 4, load: what was read of a source file becomes visible all at once, or not at all."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.progress import Progress, StepSummary
from pipelines.tables import STREAMS, contract
from pipelines.warehouse.compaction import compact
from pipelines.warehouse.connect import Connection
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.placing import SUBJECTS, place_stream
from pipelines.warehouse.query import frame, insert, run, transaction
from pipelines.warehouse.queue import enqueue
from pipelines.warehouse.removal import RAW_TABLES, remove_derived, remove_files, remove_rows
from pipelines.warehouse.spread import athletes_named, spread_answers
from pipelines.warehouse.staging import StagedReport, staged_pieces, staged_report, staged_rows
from pipelines.warehouse.views import make_stream_views

KEYED_TABLES = tuple(table for table in RAW_TABLES if table != "stream_files")
"""Tables that readers fill, beside the streams and devices."""

WHOLE_TABLES = frozenset(table for table, _ in SUBJECTS.values())
"""Tables that say where streams go and what is to be judged: wanted whole."""

CHUNK_FILE_COUNT = 500
"""Source files that share a transaction: each is whole in it, and so is the transaction."""

CHUNK_ROW_COUNT = 200_000
"""Rows of keyed tables from which a chunk is closed, whatever the number of its files: bounds memory."""

LONG_ROW_COUNT = 50_000
"""Rows of one table in one file from which they go into the warehouse piece by piece, never all in memory."""


@dataclass(frozen=True, kw_only=True)
class _Staged:
    file: dict[str, Any]
    report: StagedReport
    rows: dict[str, pl.DataFrame]
    """Tables held in memory: all but the long ones."""
    long_tables: frozenset[str]


def load(warehouse: Warehouse, squad: str, progress: Progress) -> StepSummary:
    """Loads every file of the squad that was read, and queues the touched subjects to be judged.

    Idempotent per source file: what an earlier load of it left goes first, in the same transaction. A kill leaves a
    file either loaded or, after the next start, as if its load had never begun. A file that took another's place in
    the inbox and says all that one said takes its place here, too. Then compacts the streams of athletes
    and months that have come to lie in many files.
    """
    files = frame(warehouse.con, "queries/files_at.sql", status="read", squad=squad)
    row_count = height = 0
    chunk: list[_Staged] = []
    for file in progress.over(files.iter_rows(named=True), label="Load", total=files.height, unit="files"):
        chunk.append(_staged(warehouse, file))
        row_count += sum(chunk[-1].report.row_counts.values())
        height += sum(_keyed_counts(chunk[-1].report).values())
        if len(chunk) == CHUNK_FILE_COUNT or height >= CHUNK_ROW_COUNT:
            _load_chunk(warehouse, chunk)
            chunk, height = [], 0
    _load_chunk(warehouse, chunk)
    merged_count = compact(warehouse, squad)
    make_stream_views(warehouse.con, str(warehouse.home.streams))
    counts = {"loaded": files.height, "rows": row_count, "merged_files": merged_count}
    return StepSummary(stop="load", subject_count=files.height, unit="files", counts=counts)


def _staged(warehouse: Warehouse, file: dict[str, Any]) -> _Staged:
    folder = warehouse.home.staged / file["source_file_id"]
    report = staged_report(folder)
    counts = _keyed_counts(report)
    long_tables = {table for table, row_count in counts.items() if row_count >= LONG_ROW_COUNT} - WHOLE_TABLES
    rows = {table: staged_rows(folder, table) for table in counts if table not in long_tables}
    return _Staged(file=file, report=report, rows=rows, long_tables=frozenset(long_tables))


def _keyed_counts(report: StagedReport) -> dict[str, int]:
    return {table: row_count for table, row_count in report.row_counts.items() if table not in STREAMS}


def _load_chunk(warehouse: Warehouse, chunk: list[_Staged]) -> None:
    """Streams first, under names nobody knows yet; then one transaction that makes everything visible."""
    if not chunk:
        return
    con = warehouse.con
    ids = [staged.file["source_file_id"] for staged in chunk]
    placed = pl.DataFrame(list(_placed(warehouse, chunk)), schema=contract("stream_files"), orient="row")
    with transaction(con, "load"):
        unneeded = remove_rows(warehouse, ids)
        for table in (*KEYED_TABLES, "devices"):
            for rows in _new_rows(warehouse, chunk, table):
                insert(con, table, rows, or_ignore=table == "devices")
        insert(con, "stream_files", placed)
        replaced = _replaced(con, ids)
        named = athletes_named(con, [*ids, *replaced["source_file_id"]])
        unneeded |= _remove_replaced(warehouse, replaced)
        spread_answers(con)
        remove_derived(warehouse, [*ids, *replaced["source_file_id"]])
        enqueue(warehouse, "judge", pl.concat([_touched(chunk), named]))
        run(con, "queries/note_loaded.sql", source_file_ids=ids)
    remove_files(warehouse, unneeded - set(placed["path"]))
    for source_file_id in ids:
        shutil.rmtree(warehouse.home.staged / source_file_id)


def _new_rows(warehouse: Warehouse, chunk: list[_Staged], table: str) -> Iterator[pl.DataFrame]:
    """The rows of all files that hold few in one frame; those of a long table one piece after the other."""
    few = [staged.rows[table] for staged in chunk if table in staged.rows]
    if few:
        yield pl.concat(few)
    for staged in chunk:
        if table in staged.long_tables:
            yield from staged_pieces(warehouse.home.staged / staged.file["source_file_id"], table)


def _replaced(con: Connection, ids: list[str]) -> pl.DataFrame:
    """Files whose place these have taken, and who say nothing else; every row is compared only where one may be."""
    candidates = frame(con, "queries/replaced_candidates.sql", source_file_ids=ids)
    if candidates.is_empty():
        return candidates
    return frame(con, "queries/replaced_files.sql", candidates=candidates)


def _remove_replaced(warehouse: Warehouse, replaced: pl.DataFrame) -> set[str]:
    """Takes out what newer contents of the same paths say now; gives the stream files nothing names any more."""
    if replaced.is_empty():
        return set()
    ids = replaced["source_file_id"].to_list()
    unneeded = remove_rows(warehouse, ids)
    run(warehouse.con, "queries/note_replaced.sql", replaced=replaced)
    run(warehouse.con, "queries/forget_skipped.sql", source_file_ids=ids, stop="read")
    return unneeded


def _placed(warehouse: Warehouse, chunk: list[_Staged]) -> Iterator[dict[str, Any]]:
    for staged in chunk:
        for stream in STREAMS:
            if stream in staged.report.row_counts:
                yield from place_stream(warehouse, stream, staged.file, staged.report, staged.rows)


def _touched(chunk: list[_Staged]) -> pl.DataFrame:
    """Subjects to judge: every activity and beat series, and every athlete that anything was loaded for."""
    kinds = {"activities": ("activity", "activity_id"), "beat_series": ("beat_series", "series_id")}
    subjects = [
        staged.rows[table].select(
            pl.lit(kind).alias("subject_kind"), pl.col(key).alias("subject_id"), pl.col("athlete_id")
        )
        for table, (kind, key) in kinds.items()
        for staged in chunk
        if table in staged.rows
    ]
    athlete_ids = sorted({staged.file["athlete_id"] for staged in chunk})
    athletes = pl.DataFrame({"athlete_id": athlete_ids}, schema={"athlete_id": pl.Int32()}).select(
        pl.lit("athlete").alias("subject_kind"), pl.col("athlete_id").cast(pl.String).alias("subject_id"), "athlete_id"
    )
    return pl.concat([*subjects, athletes])
