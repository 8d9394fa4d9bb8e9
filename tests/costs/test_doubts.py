"""Each doubt about a meter, provoked; those of CodeCarbon and of readings at the wall in tests of their own."""

import re
from datetime import UTC, datetime, timedelta

import pytest

import sql
from pipelines.costs import ledger
from pipelines.costs.doubts import DOUBTS, NAMES
from pipelines.costs.factors import load_factors
from pipelines.costs.meter import Meter, _clock_doubts
from pipelines.costs.rapl import Domain, Reading
from pipelines.costs.usage import Spent
from pipelines.paths import REPOSITORY

NOTHING = Spent(
    wall_s=10.0, cpu_self_s=10.0, cpu_children_s=0.0, foreign_cpu_s=0.0, peak_memory_bytes=1, counter_energy_j=None
)
COUNTER = Reading(domains={"intel-rapl:0": Domain(energy_uj=1, range_uj=10**9)})


@pytest.fixture
def stepped(warehouse, monkeypatch):
    """The row of a step whose figures and times are given."""
    load_factors(warehouse)

    def step(*, turned_s: float = 10.0, counter: Reading | None = None, country: str | None = "FIN", **figures):
        spent = Spent(**(vars(NOTHING) | figures))
        start = datetime(2026, 3, 1, tzinfo=UTC)
        times = iter([start, start + timedelta(seconds=turned_s)])
        monkeypatch.setattr("pipelines.costs.meter.spent", lambda _since, _until: spent)
        monkeypatch.setattr("pipelines.costs.usage.read", lambda: counter)
        own = Meter(
            warehouse.home,
            run_id="r",
            country=country,
            is_simulated=False,
            clock=lambda: next(times),
            con=warehouse.con,
        )
        with own.step("judge", purpose="judge", partition=""):
            pass
        return warehouse.con.sql("from mart_ledger").pl().to_dicts()[0]

    return step


def test_a_step_without_doubt_has_none(stepped):
    assert stepped()["doubts"] == []


@pytest.mark.parametrize(("foreign_cpu_s", "doubts"), [(2.49, []), (2.6, ["busy_neighbours"])])
def test_neighbours_with_over_a_fifth_of_the_busy_time_are_named(stepped, foreign_cpu_s, doubts):
    row = stepped(foreign_cpu_s=foreign_cpu_s)

    assert row["doubts"] == doubts
    assert row["e_it_q50"] == pytest.approx(32.0)


@pytest.mark.parametrize(("foreign_cpu_s", "doubts"), [(0.09, []), (0.11, ["busy_neighbours"])])
def test_a_few_ticks_of_the_machine_are_nobody_s_work(stepped, foreign_cpu_s, doubts):
    assert stepped(cpu_self_s=0.1, foreign_cpu_s=foreign_cpu_s)["doubts"] == doubts


def test_a_counter_that_was_there_and_could_not_be_read_to_the_end_is_lost(stepped):
    row = stepped(counter=COUNTER, counter_energy_j=None)

    assert (row["doubts"], row["evidence"]) == (["counter_lost"], "estimated_cpu_time")


def test_a_counter_that_could_be_read_is_not(stepped):
    row = stepped(counter=COUNTER, counter_energy_j=50.0)

    assert (row["doubts"], row["evidence"]) == ([], "measured_counter")


def test_a_clock_that_was_set_is_named_and_the_steady_time_stands(stepped):
    row = stepped(wall_s=10.0, turned_s=12.1)

    assert (row["doubts"], row["wall_s"]) == (["clock_jumped"], 10.0)


@pytest.mark.parametrize(
    ("steady_s", "turned_s", "is_doubted"),
    [
        (10.0, 11.9, False),
        (10.0, 12.1, True),
        (10.0, 7.9, True),
        (10_000.0, 10_009.0, False),
        (10_000.0, 10_011.0, True),
    ],
)
def test_a_clock_may_be_set_right_slowly(steady_s, turned_s, is_doubted):
    assert bool(_clock_doubts(steady_s, turned_s)) is is_doubted


def test_without_a_country_carbon_is_null_and_the_row_says_why(stepped):
    row = stepped(country=None)

    assert (row["doubts"], row["g_operational_q50"], row["water_ml_q50"]) == (["country_missing"], None, None)
    assert row["e_it_q50"] is not None


def test_a_country_whose_factor_is_gone_is_wrong_and_has_no_carbon(stepped):
    row = stepped(country="ATA")

    assert (row["doubts"], row["g_operational_q50"]) == (["country_wrong"], None)


def test_a_doubt_nobody_knows_is_a_bug_said_by_name(warehouse):
    with pytest.raises(ValueError, match="hunch"):
        ledger.record(warehouse.con, {"entry_id": "x", "doubts": ["hunch"]})


def test_every_doubt_that_the_views_raise_is_on_the_list():
    views = ("staging/stg_ledger.sql", "staging/stg_wall_readings.sql")
    raised = {name for view in views for name in re.findall(r"\['(\w+)'\]", sql.statement(view))}

    assert raised
    assert raised <= set(NAMES)


def test_every_doubt_has_its_row_in_the_documentation():
    page = (REPOSITORY / "docs" / "costs.md").read_text(encoding="utf-8")

    missing = [
        doubt.name for doubt in DOUBTS if f"| `{doubt.name}` | {doubt.raised_when} | {doubt.becomes} |" not in page
    ]
    assert missing == []
