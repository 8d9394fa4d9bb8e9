"""An experiment from files in the inbox to rows, restated by a late file, and gone with its athlete."""

from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.observations.experiments.schedule import Design, schedule
from pipelines.observations.observe import observe
from pipelines.paths import home
from pipelines.progress import SILENT
from pipelines.quality.stop import judge
from pipelines.readers.experiment_files import PlanFile, plan_name, plan_text, report_name
from pipelines.warehouse.content_hash import table_hashes
from pipelines.warehouse.forget import forget
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.load import load
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.reading import read

START = date(2026, 3, 2)
DAYS = tuple(
    (day.on, day.pair, day.condition)
    for day in schedule(Design(pair_count=7, period_days=1, washout_days=0), seed=1, start=START)
)
PLAN = PlanFile(
    experiment_id="0123456789ab",
    question="Does it?",
    condition_a="a nap",
    condition_b="no nap",
    metric="resting_heart_rate",
    method="rr_mean",
    reading="morning",
    device_id="",
    unit="bpm",
    lag_days=1,
    smallest_effect=1.0,
    week_count=2,
    pair_count=7,
    period_days=1,
    washout_days=0,
    seed=1,
    start_date=START,
    planned_on=START - timedelta(days=1),
    expected_adherence=1.0,
    days=DAYS,
)
SQUAD = "unassigned"


def _through(warehouse: Warehouse) -> None:
    for step in (drop, recognise, read, load, judge, observe):
        step(warehouse, SQUAD, SILENT)


def _told(warehouse: Warehouse) -> tuple[object, ...]:
    query = "select state, verdict, dropped_count, used_pair_count, len(results) from experiments"
    return warehouse.con.execute(query).fetchone() or ()


@pytest.mark.parametrize("athlete", ["anna"])
def test_files_become_a_result_that_a_late_word_restates_and_forgetting_removes(athlete: str, tmp_path: object) -> None:
    with open_warehouse(home(tmp_path), owner="test") as warehouse:  # type: ignore[arg-type] # a path
        inbox = warehouse.home.inbox / athlete
        inbox.mkdir(parents=True)
        done = {on: condition for on, _, condition in DAYS}
        for number in range(-1, len(DAYS) + 1):
            on = START + timedelta(days=number)
            mean_ms = 940 if done.get(on - timedelta(days=1)) == "A" else 1000
            rr = np.random.default_rng(number + 1).normal(mean_ms, 30, 80).round().astype(int)
            (inbox / f"{on} 06-30-00.txt").write_text("".join(f"{value}\n" for value in rr), encoding="utf-8")
        (inbox / plan_name(PLAN.experiment_id)).write_text(plan_text(PLAN), encoding="utf-8")
        rows = [f"{PLAN.experiment_id},{on},{did},anna,{on}\n" for on, did in done.items()]
        reports = inbox / report_name(PLAN.experiment_id)
        reports.write_text("experiment,date,did,author,said_on\n" + "".join(rows), encoding="utf-8")

        _through(warehouse)
        first, hashes = _told(warehouse), table_hashes(warehouse.con)
        _through(warehouse)
        again = table_hashes(warehouse.con)
        with reports.open("a", encoding="utf-8") as file:
            file.write(f"{PLAN.experiment_id},{START},neither,anna,2026-03-20\n")
        _through(warehouse)
        late = _told(warehouse)
        erased = forget(warehouse, athlete).row_counts

    assert first == ("answered", "raised", 0, 7, 0)
    assert again == hashes
    assert late == ("answered", "raised", 1, 6, 1)
    tables = ("experiments", "experiment_days", "experiment_plans", "experiment_plan_days", "experiment_reports")
    assert [erased[table] for table in tables] == [1, 14, 1, 14, 15]
