"""Kills a run at one crash point after the other in one home, lets it end then, and prints what is stored.

A program of its own: each run is a fork of a process that has everything imported and nothing started. Each argument
is a chain of points with commas between, along the way of a run: every run goes on where the one before was killed.
"""

import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import polars as pl

from pipelines.paths import Home, home
from pipelines.progress import SILENT
from pipelines.readers.catalogue import readers
from pipelines.tables import contract
from pipelines.warehouse.compaction import compact
from pipelines.warehouse.content_hash import table_hashes
from pipelines.warehouse.forget import forget
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.invariants import violations
from pipelines.warehouse.load import load
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.query import count
from pipelines.warehouse.queue import pending, renew, settle
from pipelines.warehouse.reading import read
from pipelines.warehouse.snapshot import open_snapshot, publish_snapshot

SQUAD = "unassigned"
FORGOTTEN = "cora"


def whole_run(here: Home) -> None:
    with open_warehouse(here, owner="trial") as warehouse:
        for stop in (drop, recognise, read, load):
            stop(warehouse, SQUAD, SILENT)
        compact(warehouse, SQUAD, most_files=2)
        renew(warehouse, "judge", "1")
        judge_a_little(warehouse)
        if count(warehouse.con, "select count(*) from athletes where folder = ?", FORGOTTEN):
            forget(warehouse, FORGOTTEN, inbox_too=True)
        publish_snapshot(warehouse)


def judge_a_little(warehouse: Warehouse) -> None:
    subjects = pending(warehouse, "judge", SQUAD)
    series = subjects.filter(pl.col("subject_kind") == "beat_series")
    facts = series.with_columns(fact=pl.lit("pair_count"), fact_value=pl.lit(1.0), unit=pl.lit("count"))
    rows = facts.select(contract("facts").names())
    settle(warehouse, stop="judge", done=subjects, replace={"facts": rows}, scope=series, then={"observe": subjects})


def run_again(here: Home) -> None:
    whole_run(here)
    told(here).write_text(json.dumps(stored(here)), encoding="utf-8")


def told(here: Home) -> Path:
    return here.root / "told.json"


def stored(here: Home) -> dict[str, object]:
    with open_warehouse(here, owner="trial") as warehouse:
        hashes = table_hashes(warehouse.con)
        broken = {name: number for name, number in violations(warehouse.con).items() if number}
    with open_snapshot(here) as snapshot:
        marts = count(snapshot, "select count(*) from duckdb_tables()")
    files = [path.relative_to(here.warehouse).as_posix() for path in here.warehouse.rglob("*") if path.is_file()]
    return {"hashes": hashes, "broken": broken, "marts": marts, "files": sorted(files)}


def in_fork(work: Callable[[Home], None], here: Home, kill_at: str = "") -> int:
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    if kill_at:
        os.environ["WATTWORTH_KILL_AT"] = kill_at
    try:
        work(here)
    except BaseException:  # noqa: BLE001 - a fork must not go on with its parent's work
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def trial(template: Path, folder: Path, points: list[str]) -> dict[str, object]:
    shutil.copytree(template, folder)
    here = home(folder)
    killed = {point: in_fork(whole_run, here, point) for point in points}
    finished = in_fork(run_again, here)
    return {"killed": killed, "finished": finished, **json.loads(told(here).read_text(encoding="utf-8"))}


def import_what_waits() -> None:
    """Imports what a run imports only as it comes to it, so that no fork has to."""
    readers()
    import_module("pyarrow.dataset")
    with suppress(ModuleNotFoundError):
        import_module("pandas")  # DuckDB looks for it when it is handed a first value


if __name__ == "__main__":
    import_what_waits()
    template, scratch, *chains = sys.argv[1:]
    for number, chain in enumerate(chains):
        outcome = trial(Path(template), Path(scratch) / str(number), [point for point in chain.split(",") if point])
        sys.stdout.write(json.dumps({"chain": chain, **outcome}) + "\n")
