import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from pipelines.costs import journal, ledger
from pipelines.costs.meter import Meter

STEP_FOREVER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
import pipelines.costs.meter as meters
from pipelines.paths import Home
meters.HEARTBEAT_S = {heartbeat_s}
root = Path(sys.argv[1])
meter = meters.Meter(
    Home(root=root, inbox=root / "inbox"), run_id="dead", country="FIN", is_simulated=True,
    clock=lambda: datetime.now(UTC),
)
with meter.step("judge", purpose="judge", partition="road"):
    print("inside", flush=True)
    while True:
        pass
"""


def killed_step(home, heartbeat_s: float, seconds: float) -> None:
    command = [sys.executable, "-c", STEP_FOREVER.format(heartbeat_s=heartbeat_s), str(home.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        os.kill(process.pid, signal.SIGKILL)


def one_row(warehouse) -> dict:
    (row,) = warehouse.con.sql("from ledger_entries").pl().to_dicts()
    return row


def test_a_killed_step_leaves_a_killed_row_with_its_last_known_figures(warehouse):
    killed_step(warehouse.home, heartbeat_s=0.1, seconds=1.5)

    written = ledger.sweep(warehouse)

    row = one_row(warehouse)
    assert (written, row["status"], row["step_key"], row["country"]) == (1, "killed", "judge", "FIN")
    assert row["cpu_self_s"] > 0
    assert row["ended_at_utc"] > row["started_at_utc"]
    assert (row["evidence"], row["doubts"]) == ("estimated_cpu_time", ["cut_short"])


def test_a_step_killed_before_its_first_sign_of_life_has_no_end_and_no_figures(warehouse):
    killed_step(warehouse.home, heartbeat_s=60, seconds=0)

    ledger.sweep(warehouse)

    row = one_row(warehouse)
    assert row["status"] == "killed"
    assert [row[name] for name in ("ended_at_utc", "wall_s", "cpu_self_s", "cpu_children_s")] == [None] * 4
    assert row["evidence"] == "not_assessed"


def test_a_step_under_way_is_left_alone(warehouse, meter):
    with meter.step("read", purpose="ingest", partition=""):
        written = ledger.sweep(warehouse)
        pages = list(journal.pages(warehouse.home.journal))

    assert written == 0
    assert len(pages) == 1


def test_a_finished_step_of_a_meter_without_connection_is_filed_once(warehouse):
    meter = Meter(warehouse.home, run_id="r", country=None, is_simulated=False, clock=lambda: datetime.now(UTC))
    with meter.step("read", purpose="ingest", partition=""):
        pass

    written = [ledger.sweep(warehouse), ledger.sweep(warehouse)]

    assert written == [1, 0]
    assert one_row(warehouse)["status"] == "ok"


def test_a_row_written_just_before_a_kill_is_not_written_twice(warehouse, meter):
    with meter.step("read", purpose="ingest", partition=""):
        (page,) = journal.pages(warehouse.home.journal)
    journal.write(warehouse.home.journal, journal.Page(**(vars(page) | {"is_finished": True})))

    written = ledger.sweep(warehouse)

    assert written == 0
    assert one_row(warehouse)["status"] == "ok"
    assert list(journal.pages(warehouse.home.journal)) == []


def test_a_column_the_ledger_does_not_have_is_a_bug_said_by_name(warehouse):
    with pytest.raises(ValueError, match="joules"):
        ledger.record(warehouse.con, {"entry_id": "x", "joules": 1.0})
