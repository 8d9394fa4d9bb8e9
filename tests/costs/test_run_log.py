import json
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import duckdb
import pytest

import sql
from pipelines.costs import ledger, run_log
from pipelines.costs.meter import Meter
from pipelines.paths import Home

SUM_TOLERANCE_FRACTION = 0.02
"""Rows of a run may differ from the operating system's account of it by this much: taking the interpreter down."""


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
import atexit, gc, os, subprocess, sys, time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
import duckdb
from pipelines.costs import run_log
from pipelines.costs.meter import Meter
from pipelines.costs.usage import spent, usage
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
    struck = run_log.finish(SimpleNamespace(home=home, con=con), run, status="ok", squads=(), summary={})
    unfiled = Meter(home, run_id="whole", country=None, is_simulated=True, clock=meter.clock)
    before = usage()
    with unfiled.step("close", purpose="publish", partition=""):
        burn(0.2)
    closing = spent(before, usage())
burn(0.4)
run_log.Ending(meter=unfiled, struck_at_utc=meter.clock(), struck=struck, closing=closing).file()
atexit.register(gc.freeze)
"""


def test_own_shares_add_up_to_what_the_operating_system_counts_of_the_whole_process(database, tmp_path):
    copied = shutil.copyfile(database, tmp_path / "costs.duckdb")

    with subprocess.Popen([sys.executable, "-c", WHOLE_RUN, str(tmp_path), str(copied)]) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)

    with duckdb.connect(copied) as con:
        ledger.sweep(SimpleNamespace(home=Home(root=tmp_path, inbox=tmp_path / "inbox"), con=con))
        own_cpu_s = con.sql("select sum(own_cpu_s) from stg_ledger").fetchone()
        parts = dict(con.sql("select step_key, own_cpu_s from stg_ledger").fetchall())
        con.execute(sql.statement("queries/bill_closing.sql"))
        broken = con.execute(sql.statement("invariants/steps_differ_from_run.sql")).fetchall()
        (own,) = con.sql("select cpu_s, overhead_cpu_s from mart_runs").fetchall()
    counted_s = used.ru_utime + used.ru_stime
    assert process.returncode == 0
    assert parts.keys() == {"inner", "overhead", "read", "close", "ending"}
    assert parts["ending"] == pytest.approx(0.4, abs=0.2)
    assert own_cpu_s[0] < counted_s
    assert own_cpu_s[0] == pytest.approx(counted_s, rel=SUM_TOLERANCE_FRACTION)
    assert own == pytest.approx((own_cpu_s[0], parts["overhead"] + parts["ending"]))
    assert broken == []


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
