"""Reading in several processes: the same outcome whatever their number, and none of them outlives the run."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psutil
import pytest

from pipelines.costs.meter import Meter
from pipelines.errors import WarehouseError
from pipelines.paths import Home, home
from pipelines.progress import SILENT
from pipelines.warehouse import read_pool
from pipelines.warehouse.content_hash import table_hashes
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.load import load
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.read_one import Order, read_one
from pipelines.warehouse.read_pool import core_count, outcomes, process_count_for
from pipelines.warehouse.reading import read

SQUAD = "unassigned"

RUN = """
import sys
from pathlib import Path
from pipelines.paths import home
from pipelines.progress import SILENT
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.open import open_warehouse
from pipelines.warehouse.reading import read
with open_warehouse(home(Path(sys.argv[1])), owner="test") as warehouse:
    drop(warehouse, "unassigned", SILENT)
    recognise(warehouse, "unassigned", SILENT)
    read(warehouse, "unassigned", SILENT, process_count=int(sys.argv[2]))
"""

WAIT_FOREVER = """
import sys
from pathlib import Path
from pipelines.paths import home
from pipelines.warehouse.read_one import Order
from pipelines.warehouse.read_pool import outcomes
orders = [
    Order(source_file_id=str(number), athlete_id=1, time_zone="UTC", format="rr_text", size_bytes=1, file=path,
          inside="", shown=path)
    for number, path in enumerate(sys.argv[2:])
]
list(outcomes(orders, home(Path(sys.argv[1])), {}, process_count=2))
"""


def _beats(seed: int) -> str:
    return "".join(f"{value}\n" for value in np.random.default_rng(seed).normal(900, 40, 60).round().astype(int))


def _fill(here: Home) -> None:
    """Two athletes: plain files, a zip with one whole, one unknown and one damaged member."""
    for number, athlete in enumerate(("anna", "bert")):
        (here.inbox / athlete).mkdir(parents=True)
        for day in range(1, 6):
            path = here.inbox / athlete / f"2026-03-0{day} 06-30-00.txt"
            path.write_text(_beats(10 * number + day), encoding="utf-8")
    with zipfile.ZipFile(here.inbox / "anna" / "more.zip", "w") as archive:
        for day in range(1, 6):
            archive.writestr(zipfile.ZipInfo(f"2026-04-0{day} 06-30-00.txt"), _beats(100 + day))
        archive.writestr(zipfile.ZipInfo("unknown.txt"), "hello\n")
        archive.writestr(zipfile.ZipInfo("2026-04-06 06-30-00.txt"), "900\n" * 20 + "x\n" + "900\n" * 20)


def _taken_in(here: Home, process_count: int) -> tuple[dict[str, str], list[tuple[object, ...]]]:
    with open_warehouse(here, owner="test") as warehouse:
        drop(warehouse, SQUAD, SILENT)
        recognise(warehouse, SQUAD, SILENT)
        read(warehouse, SQUAD, SILENT, process_count=process_count)
        skipped = warehouse.con.sql("select path, stop, kind, what, where_found from skipped_items").fetchall()
        load(warehouse, SQUAD, SILENT)
        return table_hashes(warehouse.con), skipped


@pytest.fixture
def order(tmp_path: Path) -> Order:
    path = tmp_path / "2026-03-01 06-30-00.txt"
    path.write_text(_beats(1), encoding="utf-8")
    return Order(
        source_file_id="a" * 16,
        athlete_id=1,
        time_zone="UTC",
        format="rr_text",
        size_bytes=path.stat().st_size,
        file=str(path),
        inside="",
        shown=path.name,
    )


def _gone(processes: list[psutil.Process]) -> bool:
    """Whether all have ended (waited for or not) within a good while."""
    for _ in range(200):
        if all(not one.is_running() or one.status() == psutil.STATUS_ZOMBIE for one in processes):
            return True
        time.sleep(0.05)
    return False


def _children(process: int, count: int) -> list[psutil.Process]:
    for _ in range(400):
        found = psutil.Process(process).children()
        if len(found) == count and all("pipelines.warehouse.read_worker" in one.cmdline() for one in found):
            return found
        time.sleep(0.05)
    raise AssertionError(f"{count} processes never started")


def test_what_is_stored_does_not_depend_on_the_number_of_processes(
    tmp_path: Path, with_database: Callable[[Home], Home]
) -> None:
    came_to = {}
    for process_count in (1, 2):
        here = with_database(home(tmp_path / str(process_count)))
        _fill(here)
        came_to[process_count] = _taken_in(here, process_count)
    hashes, skipped = came_to[1]

    assert came_to[2] == (hashes, skipped)
    assert hashes["beat_series"].startswith("16 rows")
    assert ("more.zip!2026-04-06 06-30-00.txt", "read", "partial") in [row[:3] for row in skipped]


def test_processes_die_with_the_run_that_is_killed(tmp_path: Path) -> None:
    pipes = [tmp_path / f"2026-03-0{day} 06-30-00.txt" for day in (1, 2)]
    for pipe in pipes:
        os.mkfifo(pipe)  # whoever reads it waits for ever
    run = subprocess.Popen([sys.executable, "-c", WAIT_FOREVER, str(tmp_path), *map(str, pipes)])
    workers = _children(run.pid, 2)
    running_before = all(worker.is_running() for worker in workers)

    run.kill()
    run.wait()

    assert running_before
    assert _gone(workers)


def test_a_process_ends_when_no_order_can_come_any_more_whatever_it_reads(order: Order, tmp_path: Path) -> None:
    pipe = tmp_path / "2026-03-02 06-30-00.txt"
    os.mkfifo(pipe)
    endless = Order(**{**vars(order), "file": str(pipe)})
    asked = {"run_process": os.getpid(), "staged": str(tmp_path), "unpacked": str(tmp_path), "keys": {}}
    worker = subprocess.Popen(read_pool.COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    lines = "".join(json.dumps(line) + "\n" for line in (asked, vars(order), vars(endless)))

    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(lines.encode())
    worker.stdin.flush()
    first = json.loads(worker.stdout.readline())
    worker.stdin.close()
    status = worker.wait(timeout=60)
    worker.stdout.close()

    assert first["report"]["row_counts"] == {"beat_series": 1, "beats": 60}
    assert status == 1


def test_a_killed_process_is_told_with_the_file_it_read(tmp_path: Path) -> None:
    pipes = [tmp_path / f"2026-03-0{day} 06-30-00.txt" for day in (1, 2)]
    for pipe in pipes:
        os.mkfifo(pipe)
    run = subprocess.Popen(
        [sys.executable, "-c", WAIT_FOREVER, str(tmp_path), *map(str, pipes)], stderr=subprocess.PIPE, text=True
    )
    workers = _children(run.pid, 2)

    workers[0].kill()
    _, said = run.communicate(timeout=60)

    assert "WarehouseError" in said
    assert "was ended by signal 9" in said
    assert "06-30-00.txt" in said
    assert _gone(workers)


def test_a_crash_point_in_a_process_kills_the_run_and_nothing_whole_is_read_again(
    tmp_path: Path, with_database: Callable[[Home], Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, undisturbed = (with_database(home(tmp_path / name)) for name in ("killed", "undisturbed"))
    _fill(here)
    _fill(undisturbed)
    killed = subprocess.run(
        [sys.executable, "-c", RUN, str(here.root), "2"],
        env={**os.environ, "WATTWORTH_KILL_AT": "read.before_rename:3"},
        check=False,
    )
    whole = [folder.name for folder in here.staged.iterdir() if folder.suffix != ".tmp"]
    read_again: list[str] = []

    def counted(order: Order, *rest: object) -> object:
        read_again.append(order.source_file_id)
        return read_one(order, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(read_pool, "read_one", counted)
    resumed = _taken_in(here, 1)
    read_in_resumed = list(read_again)

    assert killed.returncode == -signal.SIGKILL
    assert len(whole) >= 2
    assert sorted(read_in_resumed + whole) == sorted(set(read_in_resumed) | set(whole))
    assert len(read_in_resumed) == 16 - len(whole)
    assert resumed[0] == _taken_in(undisturbed, 1)[0]


def test_what_was_read_for_another_time_zone_is_read_again(
    here: Home, write_beats: Callable[..., Path], take_in: Callable[[Warehouse], object]
) -> None:
    write_beats("anna", "2026-03-01")
    environment = {**os.environ, "WATTWORTH_KILL_AT": "read.after_rename"}
    subprocess.run([sys.executable, "-c", RUN, str(here.root), "1"], env=environment, check=False)
    staged = list(here.staged.iterdir())
    (here.inbox / "anna" / "athlete.toml").write_text('time_zone = "Asia/Tokyo"\n', encoding="utf-8")

    with open_warehouse(here, owner="test") as warehouse:
        take_in(warehouse)
        start = warehouse.con.sql("select start_at_utc::varchar from beat_series").fetchall()

    assert len(staged) == 1
    assert start == [("2026-02-28 21:30:00+00",)]


def test_a_bug_in_a_process_keeps_its_traceback(order: Order, tmp_path: Path) -> None:
    strange = Order(**{**vars(order), "time_zone": "Nowhere/Land"})

    with pytest.raises(RuntimeError, match="ZoneInfoNotFoundError"):
        list(outcomes([strange, strange], home(tmp_path / "home"), {}, process_count=2))


def test_a_process_that_ends_by_itself_is_no_success(
    order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_pool, "COMMAND", (sys.executable, "-c", "import sys; sys.stdin.readline(); sys.exit(3)"))

    with pytest.raises(WarehouseError, match="ended with exit code 3"):
        list(outcomes([order, order], home(tmp_path / "home"), {}, process_count=2))


@pytest.mark.parametrize(
    ("file_count", "size_bytes", "is_shared"),
    [(1_940, 1_000, False), (2_000, 1_000, True), (2, 62_000_000, False), (2, 63_000_000, True), (1, 10**9, False)],
)
def test_processes_are_started_where_they_pay(
    order: Order, file_count: int, size_bytes: int, *, is_shared: bool
) -> None:
    orders = [Order(**{**vars(order), "size_bytes": size_bytes})] * file_count

    assert process_count_for(orders, None) == (min(2, core_count()) if is_shared else 1)


@pytest.mark.parametrize(("wanted", "count"), [(1, 1), (3, 3), (9, 4), (0, 1)])
def test_the_number_of_processes_can_be_set(order: Order, wanted: int, count: int) -> None:
    assert process_count_for([order] * 4, wanted) == count


def test_the_ledger_counts_what_the_processes_used(here: Home) -> None:
    _fill(here)
    with open_warehouse(here, owner="test") as warehouse:
        drop(warehouse, SQUAD, SILENT)
        recognise(warehouse, SQUAD, SILENT)
        meter = Meter(
            here, run_id="r", country=None, is_simulated=True, clock=lambda: datetime.now(UTC), con=warehouse.con
        )
        with meter.step("read", purpose="ingest", partition=SQUAD):
            read(warehouse, SQUAD, SILENT, process_count=2)
        row = warehouse.con.sql("select cpu_self_s, cpu_children_s from ledger_entries").fetchall()

    assert len(row) == 1
    assert row[0][1] > 0.2  # two interpreters and the libraries they import


def test_a_process_imports_what_reading_needs_and_no_more() -> None:
    program = "import sys, pipelines.warehouse.read_worker; print(*sys.modules)"
    names = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True).stdout

    assert not {"dagster", "plotly", "typer", "rich", "jinja2", "codecarbon"} & set(names.split())


def test_no_process_is_left_when_the_run_fails(order: Order, tmp_path: Path) -> None:
    pipe = tmp_path / "2026-03-02 06-30-00.txt"
    os.mkfifo(pipe)
    endless = Order(**{**vars(order), "file": str(pipe), "source_file_id": "b" * 16})
    others = psutil.Process().children()
    found = outcomes([order, endless], home(tmp_path / "home"), {}, process_count=2)
    first = next(found)
    workers = [child for child in psutil.Process().children() if child not in others]

    found.close()

    assert first.row_counts == {"beat_series": 1, "beats": 60}
    assert len(workers) == 2
    assert _gone(workers)
