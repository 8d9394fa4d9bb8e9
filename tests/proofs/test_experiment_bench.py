"""The bench of experiments: it plays whole experiments, and its lines can be missed."""

import json

import pytest

from pipelines.proofs.experiment_bench import QUICK_COUNT, SEED_TUNING, bench_experiments
from pipelines.proofs.experiment_report import LEAST_COUNT, ExperimentReport, Measured, Played
from pipelines.simulation.beats import SEED_REPORTING


def _played(
    *, verdict: str | None, count: int, power: float = 0.7, is_held: bool = True, has_leaked: bool = False
) -> list[Played]:
    measured = None
    if verdict is not None:
        measured = Measured(verdict=verdict, is_held=is_held, coverage=0.953, off=0.0, spread=3.0)
    one = Played(
        kind="k", smallest=1.0, week_count=8, power=power, is_begun=True, measured=measured, has_leaked=has_leaked
    )
    return [one] * count


def _report(without: list[Played], planted: list[Played]) -> dict[str, str]:
    made = ExperimentReport(
        seed=1, is_quick=False, level=0.05, needed=0.6, without=tuple(without), planted=tuple(planted)
    )
    return {line.name: line.verdict for line in made.lines()}


def _without(claimed: int, of: int = 2_000) -> list[Played]:
    return [*_played(verdict="raised", count=claimed), *_played(verdict="not_answered", count=of - claimed)]


def _planted(shown: int, of: int = 2_000, power: float = 0.7) -> list[Played]:
    rest = _played(verdict="not_answered", count=of - shown, power=power)
    return [*_played(verdict="raised", count=shown, power=power), *rest]


FALSE = "false alarms without an effect"
POWER = "power as stated, all experiments that were begun"
GROUPS = "power not overstated, by kind of athlete and by effect"
BEGUN = "experiments that were begun show the smallest effect"
COVERED = "intervals that hold the effect, experiments with one"
BOUNDARY = "no difference worth knowing, though the smallest effect was there"
LEAK = "results shown a day before the end"


@pytest.mark.parametrize(("claimed", "verdict"), [(69, "missed"), (70, "met"), (130, "met"), (131, "missed")])
def test_false_alarms_are_met_between_three_and_a_half_and_six_and_a_half_percent(claimed: int, verdict: str) -> None:
    assert _report(_without(claimed), _planted(1_400))[FALSE] == verdict


@pytest.mark.parametrize(
    ("power", "as_stated", "by_group"),
    [(0.7, "met", "met"), (0.721, "missed", "met"), (0.75, "missed", "missed"), (0.66, "missed", "met")],
)
def test_power_that_was_not_stated_as_seen_is_missed(power: float, as_stated: str, by_group: str) -> None:
    verdicts = _report(_without(95), _planted(1_400, power=power))

    assert (verdicts[POWER], verdicts[GROUPS]) == (as_stated, by_group)


@pytest.mark.parametrize(("shown", "verdict"), [(1_244, "met"), (1_240, "missed")])
def test_what_was_begun_has_to_show_the_smallest_effect_often_enough(shown: int, verdict: str) -> None:
    assert _report(_without(95), _planted(shown))[BEGUN] == verdict


def test_intervals_that_miss_the_effect_too_often_are_told() -> None:
    missing = _played(verdict="raised", count=130, is_held=False)

    assert _report(_without(95), [*_planted(1_870, of=1_870), *missing])[COVERED] == "missed"
    assert _report(_without(95), [*_planted(1_906, of=1_906), *missing[:94]])[COVERED] == "met"


@pytest.mark.parametrize(("count", "verdict"), [(100, "met"), (101, "missed")])
def test_calling_the_smallest_effect_no_difference_is_counted(count: int, verdict: str) -> None:
    none = _played(verdict="no_difference", count=count)

    assert _report(_without(95), [*_planted(1_400, of=2_000 - count), *none])[BOUNDARY] == verdict


def test_one_result_before_the_end_is_a_miss() -> None:
    leaked = _played(verdict="raised", count=1, has_leaked=True)

    assert _report(_without(95), _planted(1_400))[LEAK] == "met"
    assert _report(_without(95), [*_planted(1_400), *leaked])[LEAK] == "missed"


@pytest.mark.parametrize(("count", "verdict"), [(LEAST_COUNT, "met"), (LEAST_COUNT - 1, "not measured here")])
def test_too_few_experiments_are_printed_and_not_judged(count: int, verdict: str) -> None:
    assert _report(_without(25, of=count), _planted(350, of=500))[FALSE] == verdict


def test_a_quick_bench_plays_whole_experiments_and_shows_none_early() -> None:
    report = bench_experiments(quick=True, seed=SEED_TUNING)

    assert sum(one.measured is not None for one in report.without) == QUICK_COUNT
    assert sum(one.is_begun for one in report.planted) == QUICK_COUNT
    assert {line.name: line.verdict for line in report.lines()}[LEAK] == "met"
    assert sum(one.is_shown for one in report.planted) > 0
    assert json.loads(json.dumps(report.as_json()))["is_simulated"] is True
    assert "| promise | wanted |" in report.as_markdown()


def test_figures_are_reported_with_another_seed_than_was_tuned_with() -> None:
    assert SEED_TUNING != SEED_REPORTING
