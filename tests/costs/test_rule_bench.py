"""The rule bench runs once a month and when a rule changed, and its bill is a row of its own."""

from datetime import UTC, datetime

import polars as pl
import pytest

from pipelines.costs.meter import Meter
from pipelines.costs.rule_bench import STEP, bench_rules
from pipelines.observations import outside
from pipelines.observations.rule_rates import stored
from pipelines.observations.rule_rates.measure import rule_rates
from pipelines.tables import conform
from pipelines.warehouse.query import insert

MARCH, LATER_IN_MARCH, APRIL = (datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 2), (3, 31), (4, 1)))


@pytest.fixture
def squad(warehouse):
    """Two athletes of one squad and one of another, without a day of data."""
    rows = [
        {"athlete_id": number, "folder": f"f{number}", "squad": squad, "time_zone": "UTC", "is_simulated": True}
        for number, squad in ((1, "Road"), (2, "Road"), (3, "Track"))
    ]
    insert(
        warehouse.con, "athletes", conform(pl.DataFrame(rows).with_columns(display_name=pl.col("folder")), "athletes")
    )
    return warehouse


@pytest.fixture
def run_at(squad):
    def run(at: datetime, name: str = "Road") -> int:
        meter = Meter(squad.home, run_id="run", country=None, is_simulated=True, clock=lambda: at, con=squad.con)
        with meter.step("observations", purpose="observe", partition=name):
            return bench_rules(squad, name, meter=meter)

    return run


def bills(squad) -> list[tuple]:
    kept = "purpose, partition, subject_count, status"
    query = f"select {kept} from ledger_entries where step_key = ? order by started_at_utc"
    return squad.con.execute(query, [STEP]).fetchall()


def test_the_bench_is_a_metered_step_inside_the_stop_it_belongs_to(squad, run_at):
    assert run_at(MARCH) == 2

    assert bills(squad) == [("judge", "Road", 2, "ok")]
    query = "select count(*) from ledger_entries as own join ledger_entries as outer_step on own.parent_entry_id = outer_step.entry_id"  # noqa: E501
    assert squad.con.execute(query).fetchone() == (1,)


def test_a_second_run_in_the_month_measures_nothing_and_files_no_row(squad, run_at):
    run_at(MARCH)

    assert run_at(LATER_IN_MARCH) == 0
    assert len(bills(squad)) == 1


def test_a_new_month_measures_anew_and_replaces_the_rows(squad, run_at):
    run_at(MARCH)
    before = squad.con.execute("select count(*) from rule_rates").fetchone()

    assert run_at(APRIL) == 2
    assert squad.con.execute("select count(*) from rule_rates").fetchone() == before
    assert squad.con.execute("select distinct month_date from rule_rates").fetchall() == [(APRIL.date(),)]


def test_a_changed_rule_is_measured_within_the_month(squad, run_at, monkeypatch):
    run_at(MARCH)
    monkeypatch.setattr(outside, "VERSION", outside.VERSION + 1)

    assert run_at(LATER_IN_MARCH) == 2
    assert len(bills(squad)) == 2


def test_each_squad_is_measured_for_itself(squad, run_at):
    run_at(MARCH)

    assert run_at(LATER_IN_MARCH, "Track") == 1
    assert squad.con.execute("select distinct athlete_id from rule_rates order by all").fetchall() == [(1,), (2,), (3,)]


def test_a_squad_without_athletes_is_never_due(squad, run_at):
    assert run_at(MARCH, "Nobody") == 0
    assert bills(squad) == []


def test_a_squad_that_was_interrupted_is_measured_again(squad, run_at, monkeypatch):
    def interrupted(tables, *, month):
        if tables["athletes"]["athlete_id"][0] == 2:
            raise KeyboardInterrupt
        return rule_rates(tables, month=month)

    monkeypatch.setattr(stored, "rule_rates", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_at(MARCH)
    monkeypatch.undo()

    assert run_at(LATER_IN_MARCH) == 2
    assert [status for *_, status in bills(squad)] == ["failed", "ok"]
