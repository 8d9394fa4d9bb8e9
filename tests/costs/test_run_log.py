import json
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime

import duckdb
import pytest

from pipelines.costs import run_log
from pipelines.costs.meter import Meter

SUM_TOLERANCE_FRACTION = 0.02
"""Rows of a run may differ from the operating system's account of it by this much: what striking the total takes."""


def burn(seconds: float) -> None:
    start = time.process_time()
    while time.process_time() - start < seconds:
        pass


def test_the_entries_of_a_run_add_up_to_the_run(warehouse, meter):
    run = run_log.start(meter, trigger="ui")
    burn(0.1)
    with meter.step("estimate", purpose="backtest", partition=""):
        burn(0.1)
        with meter.step("model", purpose="backtest", partition=""):
            burn(0.1)
    run_log.finish(warehouse, run, status="ok", squads=("road",), summary={"loaded": 12})

    (logged,) = warehouse.con.sql("from run_log").pl().to_dicts()
    outermost = warehouse.con.sql("from ledger_entries where parent_entry_id is null").pl()
    assert sorted(outermost["step_key"]) == ["estimate", "overhead"]
    assert outermost["cpu_self_s"].sum() == pytest.approx(logged["cpu_s"], rel=0.02)
    assert outermost.filter(step_key="overhead")["cpu_self_s"].item() >= 0.1
    assert json.loads(logged["summary"]) == {"loaded": 12}
    assert logged["squads"] == ["road"]


WHOLE_RUN = """
import os, subprocess, sys, time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
import duckdb
from pipelines.costs import run_log
from pipelines.costs.meter import Meter
from pipelines.paths import Home

def burn(seconds):
    start = time.process_time()
    while time.process_time() - start < seconds:
        pass

home = Home(root=Path(sys.argv[1]), inbox=Path(sys.argv[1]) / "inbox")
with duckdb.connect(sys.argv[2]) as con:
    meter = Meter(home, run_id="whole", country=None, is_simulated=True, clock=lambda: datetime.now(UTC), con=con)
    run = run_log.start(meter, trigger="command_line")
    with meter.step("read", purpose="ingest", partition=""):
        subprocess.run([sys.executable, "-c", "sum(range(2 * 10**7))"], check=True)
        burn(0.3)
        with meter.step("inner", purpose="ingest", partition=""):
            burn(0.2)
    burn(0.3)
    print(sum(os.times()[:4]), flush=True)
    run_log.finish(SimpleNamespace(home=home, con=con), run, status="ok", squads=(), summary={})
"""


def test_own_shares_add_up_to_what_the_operating_system_counted_until_the_total_was_struck(database, tmp_path):
    copied = shutil.copyfile(database, tmp_path / "costs.duckdb")

    with subprocess.Popen(
        [sys.executable, "-c", WHOLE_RUN, str(tmp_path), str(copied)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        counted_s = float(process.stdout.read())
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)

    with duckdb.connect(copied) as con:
        own_cpu_s = con.sql("select sum(own_cpu_s) from stg_ledger").fetchone()
        keys = con.sql("select step_key from ledger_entries order by step_key").fetchall()
    assert process.returncode == 0
    assert own_cpu_s[0] < used.ru_utime + used.ru_stime
    assert keys == [("inner",), ("overhead",), ("read",)]
    assert own_cpu_s[0] == pytest.approx(counted_s, rel=SUM_TOLERANCE_FRACTION)


def test_a_command_line_is_billed_from_the_birth_of_its_process(warehouse, meter):
    run = run_log.start(meter, trigger="command_line")
    run_log.finish(warehouse, run, status="partial", squads=(), summary={})

    (logged,) = warehouse.con.sql("from run_log").pl().to_dicts()
    whole = sum(os.times()[:4])
    assert logged["cpu_s"] == pytest.approx(whole, rel=0.2)
    assert logged["wall_s"] > 0


def test_a_meter_without_connection_is_filed_when_the_run_finishes(warehouse):
    meter = Meter(warehouse.home, run_id="r", country=None, is_simulated=True, clock=lambda: datetime.now(UTC))
    run = run_log.start(meter, trigger="ui")
    with meter.step("read", purpose="ingest", partition=""):
        burn(0.05)
    run_log.finish(warehouse, run, status="failed", squads=(), summary={})

    steps = warehouse.con.sql("select step_key from ledger_entries order by step_key").fetchall()
    assert steps == [("overhead",), ("read",)]
    assert list(warehouse.home.journal.iterdir()) == []
