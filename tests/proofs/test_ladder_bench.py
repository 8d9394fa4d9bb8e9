from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.costs.machine import Machine
from pipelines.costs.model_process import Ended
from pipelines.models.catalogue import task_named
from pipelines.progress import SILENT
from pipelines.proofs import ladder_bench, ladder_job
from pipelines.proofs.ladder_bench import Cost, RungResult, World, WorldResult, bench_squad, joules, told_apart
from pipelines.proofs.ladder_controls import Controls, controls
from pipelines.proofs.ladder_report import SIMULATED, LadderReport
from pipelines.proofs.ladder_squad import SquadSize, observed_days

TASK = task_named("next_morning_ln_rmssd")
SMALL = SquadSize(athlete_count=4, day_count=130)
MACHINE = Machine(
    cpu_model="made up",
    thread_count=2,
    allowed_thread_count=2,
    is_virtualised=None,
    has_counter=False,
    watts_per_thread=4.0,
    watts_source="per_thread_default",
)
FACTOR = {"q05": 0.25, "q50": 0.8, "q95": 2.5}


@pytest.fixture(scope="module")
def days() -> pl.DataFrame:
    return observed_days(SMALL, effect_per_h=0.08, seed=3)


@pytest.fixture(scope="module")
def many() -> pl.DataFrame:
    return observed_days(SquadSize(athlete_count=30, day_count=150), effect_per_h=0.08, seed=3)


@pytest.fixture
def near(monkeypatch) -> None:
    """Does the work of the fresh process in this one: the same code without the seconds of starting it."""

    def work(folder: Path, *, module: str) -> Ended:
        assert module == "pipelines.proofs.ladder_job"
        ladder_job.work(folder)
        return Ended(exit_code=0, cpu_s=1.0, peak_memory_bytes=1, said="")

    monkeypatch.setattr(ladder_bench.model_process, "run", work)


def world(days: pl.DataFrame) -> World:
    return World(name="small", task=TASK, days=days, is_simulated=True)


def paid(name: str, *cpu_s: float) -> RungResult:
    return RungResult(rung=name, cost_class="cheap", cost=Cost(cpu_s=cpu_s, process_cpu_s=cpu_s))


def report(*found: WorldResult, caught: Controls | None = None) -> LadderReport:
    return LadderReport(
        worlds=found,
        controls=caught,
        machine=MACHINE,
        factor=FACTOR,
        factor_source="made up",
        repeat_count=2,
        seed=1,
        is_quick=True,
    )


def test_only_the_effect_of_load_differs_between_the_worlds(days):
    without = observed_days(SMALL, effect_per_h=0.0, seed=3)

    assert_frame_equal(days.drop("reading", "companion"), without.drop("reading", "companion"))
    assert not days["reading"].equals(without["reading"])
    assert_frame_equal(days, observed_days(SMALL, effect_per_h=0.08, seed=3))


def test_about_a_tenth_of_the_mornings_is_missing_in_gaps(many):
    is_gone = many["reading"].is_null()

    assert is_gone.mean() == pytest.approx(0.1, abs=0.03)
    assert (is_gone & is_gone.shift(1)).sum() > 0.5 * is_gone.sum()


def test_both_controls_fail_as_they_must(many):
    found = controls(TASK, many, seed=1)

    assert found == Controls(is_look_ahead_caught=True, guess_verdict="not worth it")
    assert found.did_fail


@pytest.mark.parametrize(
    "found",
    [
        Controls(is_look_ahead_caught=False, guess_verdict="not worth it"),
        Controls(is_look_ahead_caught=True, guess_verdict="undecided"),
    ],
)
def test_a_control_that_gets_through_is_said(found):
    assert not found.did_fail
    assert ("NOT CAUGHT" in report(caught=found).as_markdown()) is not found.is_look_ahead_caught


@pytest.mark.usefixtures("near")
def test_a_rung_has_its_cost_of_every_repeat_its_skill_and_a_capped_verdict(days):
    (found,) = bench_squad([world(days)], names=("ridge", "gru"), repeat_count=2, seed=1, progress=SILENT)

    ridge = next(one for one in found.rungs if one.rung == "ridge")
    assert len(ridge.cost.cpu_s) == len(ridge.cost.process_cpu_s) == 2
    assert ridge.is_repeatable is True
    assert ridge.skill.skill_fraction > 0
    assert ridge.held_out.rival == ridge.skill.rival == ridge.comparison.against
    assert ridge.comparison.verdict != "worth it"
    text = report(found).as_markdown()
    assert SIMULATED in text
    assert found.rivals[0].rival == min(found.rivals, key=lambda one: one.mean_absolute_error).rival
    assert {one.rival for one in found.rivals} == set(TASK.rivals)
    assert f"{found.rivals[-1].rival} {found.rivals[-1].mean_absolute_error:.4f}" in text
    assert f"{100 * ridge.skill.skill_fraction:+.1f} %" in text
    (told,) = report(found).as_json()["worlds"]
    assert told["rungs"][0]["gain"]["gain_fraction"] == ridge.comparison.measured.gain_fraction


@pytest.mark.usefixtures("near")
def test_the_tasks_of_one_squad_are_corrected_together(days):
    found = bench_squad([world(days)] * 2, names=("ridge",), repeat_count=1, seed=1, progress=SILENT)

    assert [one.rungs[0].comparison.comparison_count for one in found] == [2, 2]


@pytest.mark.usefixtures("near")
def test_a_rung_without_its_library_is_not_run_and_says_so(days, monkeypatch):
    short = world(days.filter(pl.col("athlete_id") < 3))
    bare = [replace(model, needs="no_such_library") for model in ladder_bench.models() if model.name == "ridge"]
    monkeypatch.setattr(ladder_bench, "models", lambda: bare)

    (found,) = bench_squad([short], names=("ridge",), repeat_count=1, seed=1, progress=SILENT)

    assert "no_such_library is not installed" in report(found).as_markdown()
    assert found.rungs[0].comparison is None


@pytest.mark.usefixtures("near")
def test_a_rung_whose_process_fails_is_told_with_what_it_said(days, monkeypatch):
    def failing(folder: Path, *, module: str) -> Ended:  # noqa: ARG001
        return Ended(exit_code=-9, cpu_s=1.0, peak_memory_bytes=1, said="")

    rivals = ladder_bench._run(world(days), ladder_bench.RIVALS, repeat_count=1, seed=1, is_held_out=False)
    monkeypatch.setattr(ladder_bench.model_process, "run", failing)
    (ridge,) = (model for model in ladder_bench.models() if model.name == "ridge")

    result, rung = ladder_bench._rung(world(days), ridge, rivals.estimates, repeat_count=1, seed=1)

    assert (result.why_not, rung) == ("failed: signal 9", None)


def test_athletes_without_enough_days_are_not_scored(days):
    first = days["day_date"].min()
    short = world(days.filter((pl.col("day_date") - first).dt.total_days() < 50))

    (found,) = bench_squad([short], names=("ridge",), repeat_count=1, seed=1, progress=SILENT)

    assert short.long_enough_count == 0
    assert "athletes with more than 56 days: 0.\nNothing can be scored." in report(found).as_markdown()


@pytest.mark.parametrize(("day_count", "expected"), [(56, 0), (57, 4)])
def test_an_athlete_needs_a_first_origin(days, day_count, expected):
    first = days["day_date"].min()

    enough = world(days.filter((pl.col("day_date") - first).dt.total_days() < day_count))

    assert enough.long_enough_count == expected


@pytest.mark.parametrize(("dear", "expected"), [((2.1, 3.0), True), ((2.0, 3.0), False), ((1.5, 3.0), False)])
def test_rungs_are_told_apart_when_their_ranges_do_not_touch(dear, expected):
    ((_, _, is_apart),) = told_apart([paid("cheap", 1.0, 2.0), paid("dear", *dear)])

    assert is_apart is expected


def test_one_repeat_tells_nothing_apart():
    ((_, _, is_apart),) = told_apart([paid("cheap", 1.0), paid("dear", 9.0)])

    assert is_apart is None


def test_energy_is_cpu_time_times_watts_with_the_band_of_the_factor():
    assert joules(2.0, MACHINE, FACTOR) == pytest.approx((6.4, 2.0, 20.0))


def test_energy_is_printed_with_two_digits_and_no_exponent(days):
    dear = replace(paid("dear", 36.7), comparison=None)
    found = WorldResult(world=world(days), rivals_cost=None, rivals=(), rungs=(dear,))

    assert "| 36.70 | 120 (37 to 370) |" in report(found).as_markdown()
