"""What was read of one source file, on disk until it is loaded: one file per table and a report.

Streams lie in Parquet, as they will stay; the few rows of the other tables in Arrow's stream format, which takes a
tenth of the time to write and read.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

import sql
from pipelines.readers.contract import Batch, Loss, Reader, ReadReport
from pipelines.tables import STREAMS, contract
from pipelines.warehouse.connect import TEMPORARY, Connection
from pipelines.warehouse.crash_points import reached

REPORT_NAME = "report.json"

COMPRESSION: Literal["zstd"] = "zstd"

GATHERED_ROW_COUNT = 200_000
"""Stream rows held in memory before they are written as one row group: some 15 MB of records."""

NUMBERED = {"interval_sums": "interval_index"}
"""Tables of which one file may hold millions of rows, and the column that the reader numbers them by: many rows are
written as they come, like those of streams."""


@dataclass(frozen=True, kw_only=True)
class StagedReport:
    """What reading one source file came to: rows per table, what was lost, what is not used."""

    reader: str
    reader_version: str
    row_counts: dict[str, int]
    losses: tuple[Loss, ...]
    passed_over: tuple[str, ...]
    read_as: str = ""
    """What beside the bytes of the file made its rows."""


@dataclass
class _Staging:
    folder: Path
    keys: Mapping[str, tuple[str, ...]]
    gathered: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    writers: dict[str, Any] = field(default_factory=dict)
    last_numbers: dict[str, int] = field(default_factory=dict)
    row_counts: dict[str, int] = field(default_factory=dict)


def stage(
    folder: Path,
    items: Iterable[Batch | ReadReport],
    reader: Reader,
    keys: Mapping[str, tuple[str, ...]],
    *,
    read_as: str = "",
) -> StagedReport:
    """Writes what a reader yields to `folder`, which appears by an atomic rename with everything in it.

    Streams and long numbered tables are written as they come; the rows of other tables are gathered, since a key may
    hold once only: of rows that repeat one, the last is kept, and the others are told as lost when they say something
    else. Raises `ValueError` for a reader that numbers rows twice (that is a bug).
    """
    temporary = folder.with_name(folder.name + TEMPORARY)
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    staging = _Staging(folder=temporary, keys=keys)
    report = ReadReport()
    try:
        for item in items:
            if isinstance(item, ReadReport):
                report = item
            else:
                _add(staging, item)
        repeated = [loss for table in sorted(staging.gathered) for loss in _finish(staging, table)]
    finally:
        for writer in staging.writers.values():
            writer.close()
    staged = StagedReport(
        reader=reader.name,
        reader_version=reader.version,
        row_counts=staging.row_counts,
        losses=(*report.losses, *repeated),
        passed_over=report.passed_over,
        read_as=read_as,
    )
    (temporary / REPORT_NAME).write_text(json.dumps(asdict(staged), indent=1), encoding="utf-8")
    reached("read.before_rename")
    shutil.rmtree(folder, ignore_errors=True)
    temporary.replace(folder)
    reached("read.after_rename")
    return staged


def is_staged(folder: Path) -> bool:
    """Whether a source file lies staged there, whole: its folder appears with everything in it."""
    return (folder / REPORT_NAME).is_file()


def staged_report(folder: Path) -> StagedReport:
    """The report of a staged source file."""
    stated = json.loads((folder / REPORT_NAME).read_text(encoding="utf-8"))
    losses = tuple(Loss(**loss) for loss in stated.pop("losses"))
    return StagedReport(losses=losses, passed_over=tuple(stated.pop("passed_over")), **stated)


def primary_keys(con: Connection) -> dict[str, tuple[str, ...]]:
    """Columns of the primary key of every table that has one."""
    return {table: tuple(key) for table, key in con.execute(sql.statement("queries/primary_keys.sql")).fetchall()}


def _add(staging: _Staging, batch: Batch) -> None:
    if batch.frame.is_empty():
        return
    gathered = staging.gathered.setdefault(batch.table, [])
    gathered.append(batch.frame)
    if (batch.table in STREAMS or batch.table in NUMBERED) and sum(
        frame.height for frame in gathered
    ) >= GATHERED_ROW_COUNT:
        _write_row_group(staging, batch.table)


def _finish(staging: _Staging, table: str) -> list[Loss]:
    if table in staging.writers:
        _write_row_group(staging, table)
        return []
    rows = pl.concat(staging.gathered[table])
    if table in STREAMS:
        rows.write_parquet(staging.folder / f"{table}.parquet", compression=COMPRESSION)
        staging.row_counts[table] = rows.height
        return []
    kept, losses = _once_per_key(rows, table, staging.keys.get(table, ()))
    kept.write_ipc_stream(staging.folder / f"{table}.arrow")
    staging.row_counts[table] = kept.height
    return losses


def _write_row_group(staging: _Staging, stream: str) -> None:
    gathered = staging.gathered[stream]
    if not gathered:
        return
    frame = pl.concat(gathered)
    if stream in NUMBERED:
        _hold_to_numbers(staging, stream, frame[NUMBERED[stream]])
    rows = frame.to_arrow()
    if stream not in staging.writers:
        staging.writers[stream] = _writer(staging.folder, stream, rows.schema)
    staging.writers[stream].write_table(rows)
    staging.row_counts[stream] = staging.row_counts.get(stream, 0) + rows.num_rows
    gathered.clear()


def _writer(folder: Path, table: str, schema: pa.Schema) -> Any:  # noqa: ANN401 - two writers of one manner
    if table in NUMBERED:
        return pa.ipc.new_stream(pa.OSFile(str(folder / f"{table}.arrow"), "wb"), schema)
    return pq.ParquetWriter(folder / f"{table}.parquet", schema, compression=COMPRESSION)


def _hold_to_numbers(staging: _Staging, table: str, numbers: pl.Series) -> None:
    """Rows that are written as they come cannot be held against each other: their numbers have to rise."""
    before = staging.last_numbers.get(table, -1)
    if int(numbers[0]) <= before or not numbers.is_sorted() or bool(numbers.is_duplicated().any()):
        raise ValueError(f"rows of {table} are not numbered one after the other")
    staging.last_numbers[table] = int(numbers[-1])


def _once_per_key(rows: pl.DataFrame, table: str, key: tuple[str, ...]) -> tuple[pl.DataFrame, list[Loss]]:
    if not key or rows.height == 1 or not rows.select(key).is_duplicated().any():
        return rows, []
    kept = rows.unique(key, keep="last", maintain_order=True)
    contradicted = rows.unique(maintain_order=True).height - kept.height
    if contradicted == 0:
        return kept, []
    what = f"{contradicted} rows of {table}"
    return kept, [Loss(what=what, where="", why="the file says something else later for the same key")]


def staged_rows(folder: Path, table: str) -> pl.DataFrame:
    """The rows of one table other than the streams, in its contract."""
    return _in_contract(pl.read_ipc_stream(folder / f"{table}.arrow"), table)


def staged_pieces(folder: Path, table: str) -> Iterator[pl.DataFrame]:
    """The same rows piece by piece, as they were written: only one piece is in memory."""
    with pa.OSFile(str(folder / f"{table}.arrow")) as file, pa.ipc.open_stream(file) as pieces:
        for piece in pieces:
            yield _in_contract(pl.DataFrame(piece), table)


def _in_contract(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    return rows if rows.schema == contract(table) else rows.match_to_schema(contract(table))
