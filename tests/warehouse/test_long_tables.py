"""Tables of which one file holds very many rows: loaded piece by piece, whole or not at all, in memory that stays."""

import itertools
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.paths import Home, home
from pipelines.progress import SILENT
from pipelines.readers.contract import Batch, Reader, ReadReport
from pipelines.tables import conform
from pipelines.warehouse import load as load_stop
from pipelines.warehouse import staging
from pipelines.warehouse.connect import Connection
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.query import count, frame, insert
from pipelines.warehouse.staging import primary_keys, stage

READER = Reader(
    name="counter",
    version="1",
    label="a counter",
    tables=("interval_sums",),
    recognise=lambda _head: True,
    read=lambda _source: iter(()),
    reads="",
    passes_over="",
    certainty="",
)

FILE, NEWER = "0" * 16, "1" * 16

SHORT, LONG = 1, 5
"""Batches of 50,000 stretches in the two files whose memory is compared."""

LEEWAY_MIB = 65
"""What may lie between them (MiB): half of what the rows would take as one frame and its copy in a transaction."""

LOAD = r"""
import re, sys
from pathlib import Path
from pipelines.paths import home
from pipelines.progress import SILENT
from pipelines.warehouse.load import load
from pipelines.warehouse.open import open_warehouse
with open_warehouse(home(Path(sys.argv[1])), owner="test") as warehouse:
    rows = load(warehouse, "unassigned", SILENT).counts["rows"]
status = Path("/proc/self/status").read_text(encoding="ascii")
print(rows, int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024)  # ru_maxrss would count who started this process
"""


def steps(source_file_id: str, first: int, row_count: int) -> pl.DataFrame:
    """One stretch a minute, numbered from `first`."""
    minutes = pl.int_range(first, first + row_count, eager=True).alias("interval_index")
    start = pl.lit(datetime(2015, 1, 1, tzinfo=UTC)) + pl.duration(minutes=pl.col("interval_index"))
    rows = pl.DataFrame({"interval_index": minutes}).with_columns(
        athlete_id=pl.lit(1),
        source_file_id=pl.lit(source_file_id),
        device_id=pl.lit("maker:watch:1"),
        metric=pl.lit("step_count"),
        start_at_utc=start,
        end_at_utc=start + pl.duration(minutes=1),
        amount=(pl.col("interval_index") * 37 % 180).cast(pl.Float64),
        unit=pl.lit("count"),
    )
    return conform(rows, "interval_sums")


def put_file(con: Connection, source_file_id: str, status: str) -> None:
    columns = {"source_file_id": source_file_id, "sha256": source_file_id * 4, "athlete_id": 1, "path": "steps.xml"}
    rows = [{**columns, "size_bytes": 1, "status": status, "format": "counter", "is_partial": False}]
    insert(con, "source_files", conform(pl.DataFrame(rows), "source_files"))


def put_athlete(con: Connection) -> None:
    card = {"athlete_id": 1, "folder": "anna", "display_name": "Anna", "squad": "unassigned", "time_zone": "UTC"}
    insert(con, "athletes", conform(pl.DataFrame([{**card, "is_simulated": False}]), "athletes"))


def stage_steps(warehouse: Warehouse, batch_count: int, *, batch_row_count: int) -> None:
    """A file with so many stretches, read and not loaded."""
    put_file(warehouse.con, FILE, "read")
    frames = (steps(FILE, number * batch_row_count, batch_row_count) for number in range(batch_count))
    batches = (Batch(table="interval_sums", frame=rows) for rows in frames)
    folder = warehouse.home.staged / FILE
    stage(folder, itertools.chain(batches, [ReadReport()]), READER, primary_keys(warehouse.con))


@pytest.fixture
def with_long_file(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """Three pieces of ten rows, of which no more than one is to be in memory."""
    monkeypatch.setattr(staging, "GATHERED_ROW_COUNT", 10)
    monkeypatch.setattr(load_stop, "LONG_ROW_COUNT", 10)
    put_athlete(warehouse.con)
    stage_steps(warehouse, 3, batch_row_count=10)
    return warehouse


def test_a_long_table_is_loaded_piece_by_piece(with_long_file: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    heights = []

    def noted(con: Connection, table: str, rows: pl.DataFrame, *, or_ignore: bool = False) -> None:
        heights.append((table, rows.height))
        insert(con, table, rows, or_ignore=or_ignore)

    monkeypatch.setattr(load_stop, "insert", noted)

    load_stop.load(with_long_file, "unassigned", SILENT)
    stored = pl.DataFrame(with_long_file.con.sql("from interval_sums order by interval_index").to_arrow_table())

    assert heights == [*[("interval_sums", 10)] * 3, ("stream_files", 0)]
    assert stored.equals(steps(FILE, 0, 30))


def test_a_long_table_that_fails_half_way_leaves_nothing(
    with_long_file: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = staging.staged_pieces(with_long_file.home.staged / FILE, "interval_sums")
    torn = itertools.chain(itertools.islice(pieces, 2), map(int, ["no number"]))
    monkeypatch.setattr(load_stop, "staged_pieces", lambda *_: torn)

    with pytest.raises(ValueError, match="no number"):
        load_stop.load(with_long_file, "unassigned", SILENT)
    after_failure = count(with_long_file.con, "select count(*) from interval_sums")
    monkeypatch.setattr(load_stop, "staged_pieces", staging.staged_pieces)
    load_stop.load(with_long_file, "unassigned", SILENT)

    assert after_failure == 0
    assert count(with_long_file.con, "select count(*) from interval_sums") == 30


@pytest.mark.parametrize(("first", "is_replaced"), [(0, True), (1, False)])
def test_stretches_that_only_the_older_file_has_keep_it(
    with_long_file: Warehouse, first: int, *, is_replaced: bool
) -> None:
    con = with_long_file.con
    load_stop.load(with_long_file, "unassigned", SILENT)
    put_file(con, NEWER, "loaded")
    insert(con, "interval_sums", steps(NEWER, first, 40))
    candidates = pl.DataFrame({"source_file_id": [FILE], "newer_id": [NEWER]})

    replaced = frame(con, "queries/replaced_files.sql", candidates=candidates)

    assert replaced.rows() == ([(FILE, NEWER)] if is_replaced else [])


def test_memory_of_the_load_stop_does_not_grow_with_the_file(
    tmp_path: Path, with_database: Callable[[Home], Home]
) -> None:
    peaks = {}
    for batch_count in (SHORT, LONG):
        place = with_database(home(tmp_path / str(batch_count)))
        with open_warehouse(place, owner="test") as warehouse:
            put_athlete(warehouse.con)
            stage_steps(warehouse, batch_count, batch_row_count=50_000)
        command = [sys.executable, "-c", LOAD, str(tmp_path / str(batch_count))]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        row_count, peaks[batch_count] = done.stdout.split()
        assert int(row_count) == batch_count * 50_000

    assert float(peaks[LONG]) - float(peaks[SHORT]) < LEEWAY_MIB
