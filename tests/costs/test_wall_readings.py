"""Readings at the wall, and the run they are of: every figure worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.costs import ledger
from pipelines.costs.factors import load_factors
from pipelines.costs.wall_readings import read, store
from pipelines.errors import ConfigurationError

START = datetime(2026, 3, 1, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def told(warehouse):
    """Stores runs and one reading; gives the reading and the first run as the marts tell them."""
    load_factors(warehouse)

    def tell(*runs: dict, **changes: object) -> tuple[dict, dict]:
        for number, run in enumerate(runs or ({},)):
            ledger.record(warehouse.con, entry(f"run-{number}", **run))
        store(warehouse, [reading(**changes)], now=START)
        (row,) = warehouse.con.sql("from mart_wall_readings").pl().to_dicts()
        return row, warehouse.con.sql("from mart_runs order by run_id").pl().to_dicts()[0]

    return tell


def entry(run_id: str, **columns: object) -> dict:
    """A run of 10 minutes with 300 CPU-seconds: 960 J at 4 W and 0.8."""
    return {
        "entry_id": run_id,
        "run_id": run_id,
        "step_key": "judge",
        "partition": "",
        "attempt": 1,
        "purpose": "judge",
        "started_at_utc": START,
        "ended_at_utc": START + 10 * MINUTE,
        "status": "ok",
        "is_simulated": False,
        "wall_s": 600.0,
        "cpu_self_s": 300.0,
        "cpu_children_s": 0.0,
        "foreign_cpu_s": 0.0,
        "evidence": "estimated_cpu_time",
        "method": "getrusage",
        "watts_per_thread": 4.0,
        "watts_source": "per_thread_default",
        "note": "",
    } | columns


def reading(**changes: object) -> dict:
    """12 minutes around it: 3.2 Wh at 12 W of rest, so 2880 J above rest."""
    return {
        "reading_id": "r",
        "started_at_utc": START - MINUTE,
        "ended_at_utc": START + 11 * MINUTE,
        "energy_wh": 3.2,
        "accuracy_fraction": 0.02,
        "idle_w": 12.0,
        "meter": "plug",
        "source_name": "readings.csv",
    } | changes


def test_a_run_inside_a_reading_has_its_energy_above_rest_beside_the_estimate(told):
    row, run = told()

    assert (row["run_id"], row["scope"], row["doubts"]) == ("run-0", "above_idle", [])
    assert row["energy_j"] == pytest.approx(3.2 * 3600 - 12 * 720)
    assert run["evidence"] == "measured_meter"
    assert [run[f"e_wall_{end}"] for end in ("q05", "q50", "q95")] == pytest.approx([2822.4, 2880.0, 2937.6])
    assert run["e_it_q50"] == pytest.approx(960.0)
    assert run["wall_ratio"] == pytest.approx(3.0)


def test_the_rows_of_the_run_stay_what_they_were(told, warehouse):
    told()

    assert warehouse.con.sql("select evidence from mart_ledger").fetchall() == [("estimated_cpu_time",)]


@pytest.mark.parametrize(("minutes", "is_of_the_run"), [(11, True), (12, False)])
def test_without_power_at_rest_the_run_has_to_fill_the_reading(told, minutes, is_of_the_run):
    row, run = told(started_at_utc=START, ended_at_utc=START + minutes * MINUTE, idle_w=None)

    assert row["doubts"] == ([] if is_of_the_run else ["reading_too_long"])
    assert run["evidence"] == ("measured_meter" if is_of_the_run else "estimated_cpu_time")
    assert run["e_wall_q50"] == (pytest.approx(3.2 * 3600) if is_of_the_run else None)
    assert (run["wall_scope"], run["wall_ratio"]) == ("whole_machine" if is_of_the_run else None, None)


@pytest.mark.parametrize(
    ("runs", "changes", "doubt"),
    [
        (({}, {"started_at_utc": START + 10.5 * MINUTE}), {}, "reading_shared"),
        (({},), {"started_at_utc": START + timedelta(seconds=1)}, "reading_partial"),
        (({},), {"ended_at_utc": START + 10 * MINUTE - timedelta(seconds=1)}, "reading_partial"),
        (({},), {"idle_w": 16.0}, "reading_below_idle"),
        (({"foreign_cpu_s": 75.1},), {}, "busy_neighbours"),
    ],
)
def test_a_reading_that_is_not_of_one_run_alone_is_of_none_and_says_why(told, runs, changes, doubt):
    row, run = told(*runs, **changes)

    assert (row["run_id"], row["energy_j"], row["doubts"]) == (None, None, [doubt])
    assert (run["evidence"], run["e_wall_q50"]) == ("estimated_cpu_time", None)


def test_a_fifth_of_the_busy_time_may_be_others(told):
    row, _ = told({"foreign_cpu_s": 74.9})

    assert row["doubts"] == []


def test_a_reading_of_no_run_waits(told):
    row, _ = told(started_at_utc=START - 60 * MINUTE, ended_at_utc=START - 50 * MINUTE)

    assert (row["run_count"], row["run_id"], row["doubts"]) == (0, None, [])


def test_a_file_of_readings_is_stored_once(warehouse, tmp_path):
    path = tmp_path / "readings.csv"
    path.write_text(
        "start,end,wh,accuracy_percent,idle_w,meter\n"
        "2026-03-01T05:00:00+02:00,2026-03-01T05:20:00+02:00,6.4,2,11.5,plug\n"
        "2026-03-02T03:00:00Z,2026-03-02T03:20:00Z,6.1,2,,\n"
    )

    stored = [store(warehouse, read(path), now=START), store(warehouse, read(path), now=START)]

    rows = warehouse.con.sql("from wall_readings order by started_at_utc").pl().to_dicts()
    assert stored == [2, 0]
    assert (rows[0]["started_at_utc"], rows[0]["accuracy_fraction"]) == (START, 0.02)
    assert [(row["idle_w"], row["meter"]) for row in rows] == [(11.5, "plug"), (None, "")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("start,end,wh\n", "the columns are start, end, wh"),
        ("start,end,wh,accuracy_percent\n2026-03-01T03:00:00,2026-03-01T04:00:00Z,6,2\n", "line 2.*offset"),
        ("start,end,wh,accuracy_percent\nnoon,2026-03-01T04:00:00Z,6,2\n", "noon is no time"),
        ("start,end,wh,accuracy_percent\n2026-03-01T04:00:00Z,2026-03-01T04:00:00Z,6,2\n", "not after its start"),
        ("start,end,wh,accuracy_percent\n2026-03-01T03:00:00Z,2026-03-01T04:00:00Z,-6,2\n", "wh is -6"),
        ("start,end,wh,accuracy_percent\n2026-03-01T03:00:00Z,2026-03-01T04:00:00Z,6\n", "accuracy_percent is empty"),
        ("start,end,wh,accuracy_percent\n2026-03-01T03:00:00Z,2026-03-01T04:00:00Z,6,51\n", "51 % tells nothing"),
    ],
)
def test_a_reading_that_cannot_be_is_refused_by_line(tmp_path, text, found):
    path = tmp_path / "readings.csv"
    path.write_text(text)

    with pytest.raises(ConfigurationError, match=found):
        read(path)
