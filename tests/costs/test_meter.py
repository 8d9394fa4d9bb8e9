import json
import subprocess
import sys
import time
from datetime import UTC, datetime

import polars as pl
import pytest

from pipelines.costs.meter import Meter
from pipelines.costs.rapl import Reading
from pipelines.costs.usage import Spent
from pipelines.costs.versions import program_version

BURN = "import time; t = time.process_time()\nwhile time.process_time() - t < {seconds}: pass"


def rows(warehouse: object) -> pl.DataFrame:
    return warehouse.con.sql("from ledger_entries order by started_at_utc").pl()  # type: ignore[attr-defined]


def burn(seconds: float) -> None:
    start = time.process_time()
    while time.process_time() - start < seconds:
        pass


def test_a_step_leaves_one_row_with_its_cpu_time_and_no_page(warehouse, meter):
    with meter.step("read", purpose="ingest", partition="road") as entry:
        burn(0.2)
        entry.subject_count = 3

    (row,) = rows(warehouse).to_dicts()
    assert (row["step_key"], row["status"], row["subject_count"]) == ("read", "ok", 3)
    assert 0.2 <= row["cpu_self_s"] < 1.0
    assert row["ended_at_utc"] >= row["started_at_utc"]
    assert list(warehouse.home.journal.iterdir()) == []


def test_short_lived_children_are_in_the_bill(warehouse, meter):
    with meter.step("read", purpose="ingest", partition="road"):
        for _ in range(3):
            subprocess.run([sys.executable, "-c", BURN.format(seconds=0.1)], check=True)

    (row,) = rows(warehouse).to_dicts()
    assert row["cpu_children_s"] >= 0.3
    assert row["cpu_self_s"] < row["cpu_children_s"]


def test_what_the_meter_itself_takes_is_counted_and_the_work_is_not(meter):
    with meter.step("first", purpose="ingest", partition="road"):
        pass  # the first row of a process learns the columns of the ledger
    first_s = meter.own_cpu_s

    with meter.step("read", purpose="ingest", partition="road"):
        burn(0.5)
        inside_s = meter.own_cpu_s

    assert 0 < first_s < inside_s < meter.own_cpu_s < first_s + 0.5


def test_load_and_version_stand_in_the_row(warehouse, monkeypatch):
    monkeypatch.setattr("os.getloadavg", lambda: (1.5, 0.0, 0.0))
    own = Meter(
        warehouse.home,
        run_id="r",
        country=None,
        is_simulated=False,
        clock=lambda: datetime.now(UTC),
        con=warehouse.con,
        code_version=program_version("reader 1"),
    )
    with own.step("read", purpose="ingest", partition=""):
        pass

    (row,) = rows(warehouse).to_dicts()
    assert (row["load_start"], row["load_end"]) == (1.5, 1.5)
    assert row["code_version"] == program_version("reader 1") != program_version("reader 2")
    assert row["code_version"].startswith(f"{program_version()}+")


def test_a_failing_step_leaves_a_failed_row_and_its_error(warehouse, meter):
    with pytest.raises(ZeroDivisionError), meter.step("judge", purpose="judge", partition=""):
        _ = 1 / 0

    (row,) = rows(warehouse).to_dicts()
    assert row["status"] == "failed"
    assert row["note"] == "ended by ZeroDivisionError"
    assert row["cpu_self_s"] is not None


def test_a_step_inside_a_step_names_it_and_is_contained_in_it(warehouse, meter):
    with meter.step("estimate", purpose="backtest", partition=""):
        burn(0.05)
        with meter.step("model", purpose="backtest", partition=""):
            burn(0.1)

    outer, inner = rows(warehouse).to_dicts()
    assert inner["parent_entry_id"] == outer["entry_id"]
    assert outer["parent_entry_id"] is None
    assert outer["cpu_self_s"] >= inner["cpu_self_s"] + 0.05


def test_a_row_survives_the_rollback_of_the_step_s_own_transaction(warehouse, meter):
    warehouse.con.execute("begin")
    with meter.step("load", purpose="ingest", partition=""):
        pass
    warehouse.con.execute("rollback")

    assert rows(warehouse).height == 1


def test_heartbeats_write_the_cpu_time_so_far_with_that_of_living_children(warehouse, meter, monkeypatch):
    monkeypatch.setattr("pipelines.costs.meter.HEARTBEAT_S", 0.1)

    with meter.step("read", purpose="ingest", partition=""):
        child = subprocess.Popen([sys.executable, "-c", BURN.format(seconds=30)])
        (page,) = warehouse.home.journal.glob("*.json")
        deadline = time.monotonic() + 8
        while (json.loads(page.read_text())["entry"]["cpu_children_s"] or 0) < 0.2 and time.monotonic() < deadline:
            time.sleep(0.05)
        seen = json.loads(page.read_text())["entry"]
        child.kill()
        child.wait()

    assert seen["cpu_children_s"] >= 0.2
    assert seen["cpu_self_s"] is not None


@pytest.mark.parametrize(
    ("foreign_cpu_s", "known"),
    [
        (2.49, ("measured_counter", "", [])),
        (2.6, ("estimated_cpu_time", "counter not used: others had 21% of the busy time", ["busy_neighbours"])),
    ],
)
def test_a_counter_is_read_as_ours_unless_others_had_more_than_a_fifth(
    warehouse, meter, monkeypatch, foreign_cpu_s, known
):
    counted = Spent(
        wall_s=11.0,
        cpu_self_s=10.0,
        cpu_children_s=0.0,
        foreign_cpu_s=foreign_cpu_s,
        peak_memory_bytes=1,
        counter_energy_j=50.0,
    )
    monkeypatch.setattr("pipelines.costs.meter.spent", lambda _since, _until: counted)
    monkeypatch.setattr("pipelines.costs.usage.read", lambda: Reading(domains={}))
    monkeypatch.setattr("pipelines.costs.meter.LARGEST_CLOCK_DIFFERENCE_S", 60.0)

    with meter.step("judge", purpose="judge", partition=""):
        pass

    (row,) = rows(warehouse).to_dicts()
    assert (row["evidence"], row["note"], row["doubts"]) == known
    assert row["counter_energy_j"] == 50.0
