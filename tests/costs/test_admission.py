from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from pipelines.costs.admission import admitted, rungs, unable
from pipelines.costs.factors import load_factors
from pipelines.costs.meter import Meter
from pipelines.models.contract import Model

TASK = SimpleNamespace(name="t")
DAYS = {"t": 100}
NOW = datetime(2026, 11, 20, 4, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Job:
    """A job of a rung that need not exist."""

    name: str
    version: int = 1
    task = TASK

    @property
    def job_id(self) -> str:
        return f"job-{self.name}"

    @property
    def model(self) -> SimpleNamespace:
        return SimpleNamespace(name=self.name, version=self.version)

    @property
    def step_key(self) -> str:
        return f"{self.name}:t"


@pytest.fixture
def meter(warehouse) -> Meter:
    return Meter(
        warehouse.home,
        run_id="r",
        country=None,
        is_simulated=True,
        clock=lambda: NOW,
        con=warehouse.con,
        watts_per_thread=4.0,
    )


@pytest.fixture
def known(warehouse, meter):
    """Yesterday's bills: 0.02 CPU-s an athlete-day for ridge, ten times that for gru, 3 CPU-s for the process."""
    warehouse.home.warehouse.mkdir(parents=True)
    load_factors(warehouse)
    yesterday = {"purpose": "backtest", "cpu_children_s": 0.0, "wall_s": 1.0, "started_at_utc": NOW - timedelta(days=1)}
    meter.file_known("model_process", cpu_self_s=3.0, **yesterday)
    meter.file_known("rivals:t", rung="rivals", cpu_self_s=1.0, athlete_day_count=50, **yesterday)
    meter.file_known("ridge:t", rung="ridge", cpu_self_s=1.0, athlete_day_count=50, **yesterday)
    meter.file_known("gru:t", rung="gru", cpu_self_s=10.0, athlete_day_count=50, **yesterday)
    return warehouse


def budget(warehouse, text: str) -> None:
    warehouse.home.root.mkdir(parents=True, exist_ok=True)
    warehouse.home.budget.write_text(text)


def let_in(warehouse, meter, *names: str, asked=("all",), **other):
    return admitted(
        warehouse, "road", [Job(name) for name in names], asked=asked, day_counts=DAYS, meter=meter, **other
    )


def not_run(warehouse) -> list[dict]:
    return warehouse.con.sql("from mart_ledger where status = 'not_run' order by step_key").pl().to_dicts()


@pytest.mark.parametrize(("limit", "names"), [(26.9, ["ridge"]), (27.1, ["ridge", "gru"]), (6.9, [])])
def test_what_the_night_has_not_left_is_refused_and_the_rest_goes_on(known, meter, limit, names):
    budget(known, f"[night]\ncpu_s = {limit}\n")

    found = let_in(known, meter, "ridge", "gru")

    assert [job.name for job in found.jobs] == names
    assert found.refused_count == 2 - len(names)


def test_a_refused_job_leaves_a_row_with_its_price_and_the_reason_and_no_cost(known, meter):
    budget(known, "[night]\ncpu_s = 10\n")

    let_in(known, meter, "ridge", "gru")

    (row,) = not_run(known)
    assert (row["step_key"], row["rung"], row["refused_by"]) == ("gru:t", "gru", "night budget")
    assert row["expected_cpu_s"] == pytest.approx(20.0)
    assert row["expected_e_it_q50"] == pytest.approx(20.0 * 4.0 * 0.8)
    assert (row["cpu_s_own"], row["e_it_q50"]) == (None, None)
    assert "expected 20 CPU-s, 3 CPU-s of 10 CPU-s left this night" in row["note"]


def test_what_was_spent_before_counts_for_the_month_and_not_for_another_night(known, meter):
    budget(known, "[night]\ncpu_s = 27.1\n[month]\ncpu_s = 40\n")

    found = let_in(known, meter, "ridge", "gru")

    assert [job.name for job in found.jobs] == ["ridge"]
    assert not_run(known)[0]["refused_by"] == "month budget"


def test_energy_is_budgeted_by_the_middle_of_its_interval(known, meter):
    price_wh = 7.0 * 4.0 * 0.8 / 3600
    for limit, count in ((price_wh * 0.99, 0), (price_wh * 1.01, 1)):
        budget(known, f"[night]\nwh = {limit}\n")

        assert len(let_in(known, meter, "ridge").jobs) == count


def test_the_price_of_another_machine_is_not_known_here(known, meter):
    budget(known, "[night]\ncpu_s = 50\n")
    known.con.execute("update ledger_entries set cpu_model = 'another' where step_key = 'ridge:t'")

    found = let_in(known, meter, "ridge", "gru")

    assert [job.name for job in found.jobs] == ["ridge", "gru"]
    assert "price not known, let through once" in found.notes["ridge:t"]
    assert found.expected_cpu_s == {"ridge:t": None, "gru:t": pytest.approx(20.0)}


def test_over_the_budget_everything_runs_and_the_note_says_so(known, meter):
    budget(known, "[night]\ncpu_s = 10\n")

    found = let_in(known, meter, "ridge", "gru", is_over_budget_ok=True)

    assert [job.name for job in found.jobs] == ["ridge", "gru"]
    assert found.notes["gru:t"].startswith("over the night budget, let pass: expected 20 CPU-s")
    assert found.overridden == {"gru:t"}
    assert not_run(known) == []


def judged(warehouse, name: str, *, lower: float, weeks: int) -> None:
    for week in range(weeks + 1):
        warehouse.con.execute(
            "insert into verdict_history by name select ? as evaluation_date, 'road' as squad, ? as model, 't' as task,"
            " 1 as model_version, 'ewma' as against, ? as gain_lower_fraction, 99 as night_count, true as is_simulated,"
            " 'undecided' as verdict",
            [date(2026, 10, 1) + timedelta(weeks=week), name, lower],
        )


def test_a_retired_rung_leaves_the_schedule_and_says_what_is_saved(known, meter):
    judged(known, "gru", lower=-0.01, weeks=4)
    judged(known, "ridge", lower=0.01, weeks=4)

    found = let_in(known, meter, "ridge", "gru", asked=("scheduled",))

    (row,) = not_run(known)
    assert ([job.name for job in found.jobs], found.retired_count) == (["ridge"], 1)
    assert (row["refused_by"], row["expected_cpu_s"]) == ("retirement", pytest.approx(20.0))
    assert row["note"] == "retired: no gain in 5 verdicts since 2026-10-01; it runs when it is named"


@pytest.mark.parametrize(("asked", "count"), [(("all",), 0), (("all", "gru"), 1), (("gru",), 1), (("scheduled",), 0)])
def test_a_retired_rung_runs_when_it_is_named(known, meter, asked, count):
    judged(known, "gru", lower=-0.01, weeks=4)

    assert len(let_in(known, meter, "gru", asked=asked).jobs) == count


def test_a_retired_rung_takes_nothing_from_the_budget(known, meter):
    judged(known, "gru", lower=-0.01, weeks=4)
    budget(known, "[night]\ncpu_s = 7.1\n")

    assert [job.name for job in let_in(known, meter, "gru", "ridge").jobs] == ["ridge"]


def stored_job(warehouse) -> None:
    warehouse.con.execute(
        "insert into model_jobs by name select 'j' as job_id, 'road' as squad, 'ridge' as model, 1 as model_version,"
        " 't' as task, 1 as seed, 'f' as input_fingerprint, 1 as athlete_count, 1 as night_count, 0 as left_out_count,"
        " 1 as usable_count,"
        " true as is_simulated, false as looks_ahead"
    )


def test_the_schedule_holds_what_someone_ran_before(warehouse):
    stored_job(warehouse)

    assert [model.name for model in rungs(warehouse, "road", ("scheduled",))] == ["ridge"]
    assert unable(warehouse, "road", ("scheduled",)) == ()


def test_a_scheduled_rung_whose_library_went_is_named_as_one_that_cannot_run(warehouse, monkeypatch):
    stored_job(warehouse)
    monkeypatch.setattr(Model, "is_installed", False)

    assert rungs(warehouse, "road", ("scheduled",)) == ()
    assert [model.name for model in unable(warehouse, "road", ("scheduled",))] == ["ridge"]
    assert unable(warehouse, "road", ("ridge",)) == ()
    assert len(unable(warehouse, "road", ("all", "scheduled"))) > 1
    assert rungs(warehouse, "track", ("scheduled",)) == ()
    assert rungs(warehouse, "road", ()) == ()
