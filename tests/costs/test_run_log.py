import json
import os
import time
from datetime import UTC, datetime

import pytest

from pipelines.costs import run_log
from pipelines.costs.meter import Meter


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
