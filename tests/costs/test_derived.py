"""What the views make of raw rows: each figure worked out by hand from the factor files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.costs import ledger
from pipelines.costs.factors import load_factors
from pipelines.warehouse.query import frame

START = datetime(2026, 3, 1, 3, tzinfo=UTC)


def entry(entry_id: str, **columns: object) -> dict[str, object]:
    return {
        "entry_id": entry_id,
        "run_id": "run-1",
        "step_key": "judge",
        "partition": "",
        "attempt": 1,
        "purpose": "judge",
        "started_at_utc": START,
        "status": "ok",
        "is_simulated": False,
        "wall_s": 20.0,
        "cpu_self_s": 9.0,
        "cpu_children_s": 1.0,
        "foreign_cpu_s": 0.0,
        "evidence": "estimated_cpu_time",
        "method": "getrusage",
        "watts_per_thread": 4.0,
        "watts_source": "per_thread_default",
        "note": "",
    } | columns


@pytest.fixture
def ledger_of(warehouse):
    load_factors(warehouse)

    def fill(*entries: dict[str, object]) -> list[dict]:
        for row in entries:
            ledger.record(warehouse.con, row)
        return warehouse.con.sql("from mart_ledger order by entry_id").pl().to_dicts()

    return fill


def energies(row: dict) -> list[float | None]:
    return [row["e_it_q05"], row["e_it_q50"], row["e_it_q95"]]


def test_energy_is_cpu_time_times_watts_with_the_band_of_a_processor_nobody_stated(ledger_of):
    (row,) = ledger_of(entry("a"))

    assert energies(row) == pytest.approx([10.0, 32.0, 100.0])


def test_stated_watts_narrow_the_band(ledger_of):
    (row,) = ledger_of(entry("a", watts_source="user"))

    assert energies(row) == pytest.approx([12.8, 32.0, 81.6])


def test_without_a_country_energy_is_known_and_carbon_and_water_are_not(ledger_of):
    (row,) = ledger_of(entry("a"))

    unknown = {name: row[name] for name in row if name.startswith(("g_", "water_ml", "sci_", "ci_"))}
    assert row["e_it_q50"] is not None
    assert set(unknown.values()) == {None}
    assert len(unknown) == 19


def test_with_a_country_carbon_and_water_follow_from_the_energy(ledger_of):
    (row,) = ledger_of(entry("a", country="FIN", athlete_day_count=10))

    assert row["g_operational_q50"] == pytest.approx(32 / 3.6e6 * 79.2)
    assert row["g_operational_q95"] == pytest.approx(100 / 3.6e6 * 99.0)
    assert row["g_embodied_q50"] == pytest.approx(20 * 0.0017)
    assert row["water_ml_q50"] == pytest.approx(32 / 3600 * 4.53)
    assert row["sci_g_per_r_q50"] == pytest.approx((row["g_operational_q50"] + row["g_embodied_q50"]) / 10)
    assert row["ci_year_or_ts"] == 2023


def test_a_site_that_uses_more_than_its_machines_multiplies_carbon_and_adds_its_own_water(
    warehouse, ledger_of, own_factors
):
    (home,) = ledger_of(entry("a", country="FIN"))
    rewrite(own_factors / "site.csv", ",pue,1.0,1.0,1.0", ",pue,1.4,1.5,1.6")
    rewrite(own_factors / "site.csv", ",wue_site,0,0,0", ",wue_site,1,2,3")

    load_factors(warehouse)

    (row,) = warehouse.con.sql("from mart_ledger").pl().to_dicts()
    assert (home["pue"], home["wue_site"]) == (1.0, 0.0)
    assert row["g_operational_q50"] == pytest.approx(1.5 * home["g_operational_q50"])
    assert row["water_ml_q50"] == pytest.approx(32 / 3600 * (2 + 1.5 * 4.53))
    assert row["e_it_q50"] == home["e_it_q50"]


def test_what_was_metered_alone_is_a_run_that_ended_not_one_that_is_unfinished(warehouse, ledger_of):
    ledger_of(entry("a", purpose="ci"), entry("b", run_id="run-2", purpose="ci", status="failed"))

    runs = warehouse.con.sql("from mart_runs order by run_id").pl().to_dicts()
    assert [(run["trigger"], run["status"]) for run in runs] == [("metered", "ok"), ("metered", "failed")]


def test_backtests_ci_and_idling_are_counted_apart(warehouse, ledger_of):
    ledger_of(*(entry(purpose, purpose=purpose) for purpose in ("judge", "backtest", "ci", "idle")))

    totals = warehouse.con.sql("select purpose, cpu_s from mart_ledger_totals order by purpose").fetchall()
    assert totals == [("backtest", 10.0), ("ci", 10.0), ("idle", 10.0), ("judge", 10.0)]


def test_a_country_without_water_factor_has_carbon_and_no_water(ledger_of):
    (row,) = ledger_of(entry("a", country="SWE"))

    assert row["g_operational_q50"] is not None
    assert row["water_ml_q50"] is None


def test_a_killed_step_without_figures_stays_unknown(ledger_of):
    nothing = dict.fromkeys(("wall_s", "cpu_self_s", "cpu_children_s", "foreign_cpu_s"))
    (row,) = ledger_of(entry("a", status="killed", evidence="not_assessed", country="FIN", **nothing))

    assert energies(row) == [None, None, None]
    assert (row["cpu_s_own"], row["g_operational_q50"], row["g_embodied_q50"]) == (None, None, None)


def test_a_counter_is_shared_by_cpu_time(ledger_of):
    (row,) = ledger_of(
        entry("a", evidence="measured_counter", counter_energy_j=120.0, foreign_cpu_s=2.0, method="rapl")
    )

    assert energies(row) == pytest.approx([90.0, 100.0, 110.0])


def test_steps_inside_a_step_are_not_paid_twice(warehouse, ledger_of):
    rows = ledger_of(
        entry("a"),
        entry("b", parent_entry_id="a", cpu_self_s=4.0, cpu_children_s=0.0, wall_s=5.0),
        entry("c", parent_entry_id="b", cpu_self_s=1.5, cpu_children_s=0.0, wall_s=2.0),
    )

    (total,) = warehouse.con.sql("from mart_ledger_totals").pl().to_dicts()
    assert [row["cpu_s_own"] for row in rows] == pytest.approx([6.0, 2.5, 1.5])
    assert (total["cpu_s"], total["wall_s"]) == pytest.approx((10.0, 20.0))
    assert total["e_it_q50"] == pytest.approx(32.0)


def test_quantiles_add_up_because_the_errors_are_shared(warehouse, ledger_of):
    ledger_of(entry("a"), entry("b"), entry("c", run_id="run-2"))

    totals = warehouse.con.sql("from mart_ledger_totals order by run_id").pl().to_dicts()
    assert energies(totals[0]) == pytest.approx([20.0, 64.0, 200.0])
    assert energies(totals[1]) == pytest.approx([10.0, 32.0, 100.0])


def test_a_sum_of_carbon_with_an_unknown_part_is_unknown(warehouse, ledger_of):
    ledger_of(entry("a", country="FIN"), entry("b"))

    (total,) = warehouse.con.sql("from mart_ledger_totals").pl().to_dicts()
    assert total["e_it_q50"] == pytest.approx(64.0)
    assert total["g_operational_q50"] is None


def test_what_is_not_known_is_counted_beside_the_sum(warehouse, ledger_of):
    ledger_of(entry("a"), entry("b", cpu_self_s=None, evidence="not_assessed", status="killed"))

    (total,) = warehouse.con.sql("from mart_ledger_totals").pl().to_dicts()
    assert (total["entry_count"], total["unknown_count"], total["killed_count"]) == (2, 1, 1)
    assert total["e_it_q50"] == pytest.approx(32.0)


@pytest.mark.parametrize(("tracker_energy_j", "doubtful"), [(32.1, False), (31.9, True), (49.9, False), (50.1, True)])
def test_two_meters_that_disagree_make_the_row_doubtful(ledger_of, tracker_energy_j, doubtful):
    (row,) = ledger_of(entry("a", tracker_energy_j=tracker_energy_j, tracker_cpu_s=10.0, tracker_status="ok"))

    assert row["is_meter_doubtful"] is doubtful
    assert ("meters_disagree" in row["doubts"]) is doubtful


def test_a_better_factor_moves_what_is_derived_and_no_raw_row(warehouse, ledger_of, own_factors):
    (before,) = ledger_of(entry("a", country="FIN"))
    raw_before = warehouse.con.sql("from ledger_entries").pl()
    rewrite(own_factors / "grid.csv", "FIN,carbon_intensity,63.4,79.2,99.0", "FIN,carbon_intensity,30.0,40.0,50.0")

    load_factors(warehouse)

    after = warehouse.con.sql("from mart_ledger").pl().to_dicts()[0]
    assert after["g_operational_q50"] == pytest.approx(before["g_operational_q50"] * 40.0 / 79.2)
    assert after["e_it_q50"] == before["e_it_q50"]
    assert warehouse.con.sql("from ledger_entries").pl().equals(raw_before)


def test_a_killed_run_is_among_the_runs(warehouse, ledger_of):
    ledger_of(entry("a", status="killed"))

    (run,) = warehouse.con.sql("from mart_runs").pl().to_dicts()
    assert (run["run_id"], run["status"], run["killed_count"]) == ("run-1", "unfinished", 1)
    assert run["e_it_q50"] == pytest.approx(32.0)


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_job_that_was_not_run_is_no_unknown_energy_and_makes_no_counted_run_estimated(warehouse, ledger_of):
    nothing = dict.fromkeys(("wall_s", "cpu_self_s", "cpu_children_s", "foreign_cpu_s"))
    absent = {"status": "not_run", "evidence": "not_assessed", **nothing}
    counted = {"evidence": "measured_counter", "counter_energy_j": 120.0}
    ledger_of(
        entry("a", **counted),
        entry("b", **absent),
        entry("c", run_id="run-2", **absent),
        entry("d", run_id="run-2", **(absent | {"status": "killed"})),
    )

    (totals, _) = warehouse.con.sql("from mart_ledger_totals order by run_id").pl().to_dicts()
    runs = warehouse.con.sql("select evidence from mart_runs order by run_id").fetchall()
    (purpose,) = frame(warehouse.con, "queries/ledger_purposes.sql", run_id="").to_dicts()
    assert totals["is_measured"] is True
    assert runs == [("measured_counter",), ("not_assessed",)]
    assert (purpose["entry_count"], purpose["unknown_count"]) == (4, 1)


def test_what_judging_took_leaves_out_the_bench_of_rules(warehouse, ledger_of):
    ledger_of(entry("a", partition="road"), entry("b", partition="road", step_key="rule_bench"))
    warehouse.con.execute(
        "insert into quality_worth by name select 'road' as squad, 't' as task, 'ridge' as model, 1 as athlete_count,"
        " 9 as night_count, 1 as spoiled_count, 'bpm' as coach_unit, 'bpm' as unit, true as is_simulated"
    )

    assert warehouse.con.sql("select judging_cpu_s from mart_quality_worth").fetchall() == [(10.0,)]
