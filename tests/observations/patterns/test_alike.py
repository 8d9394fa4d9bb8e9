"""Drift and durability: steady runs alike in effort, of the last weeks and before; without enough of them no claim."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from pipelines.observations.patterns import durability, pacing_drift
from pipelines.observations.patterns.student import evidence_of, least_spread_of

TODAY = date(2026, 3, 31)
RULES = {"drift": (pacing_drift, 21), "late": (durability, 28)}


@pytest.fixture
def steady(known, run, plain):
    """Runs with a decoupling, and a late fall, of `now` in the last weeks and `usual` before."""

    def one(days, value, error, **other):
        drift = plain("decoupling", days, value, error=error)
        return run(days, decoupling=drift, late_fraction=value, **other)

    def make(now, usual, *, start=21, recent=4, earlier=8, error=0.008, other=None, **history):
        runs = [one(5 * i, now + 0.002 * (i % 2), error, **(other or {})) for i in range(recent)]
        runs += [one(start + 6 * i, usual + 0.002 * (i % 2), error) for i in range(earlier)]
        return known(runs=runs, **history)

    return make


@pytest.fixture(params=RULES)
def rule(request):
    return RULES[request.param]


@pytest.mark.parametrize(("now", "is_held"), [(0.0352, True), (0.0348, False)])
def test_it_is_one_and_a_half_percent_above_before(rule, steady, now, is_held):
    tried = rule[0].judge(steady(now, 0.02, start=rule[1], error=0.002), TODAY)

    assert (tried.held is not None) is is_held


@pytest.mark.parametrize(("recent", "earlier", "is_tried"), [(3, 4, True), (2, 4, False), (3, 3, False)])
def test_it_needs_runs_in_both_times(rule, steady, recent, earlier, is_tried):
    history = steady(0.06, 0.01, start=rule[1], recent=recent, earlier=earlier)

    assert (rule[0].judge(history, TODAY) is not None) is is_tried
    assert "3 and 4 needed" in rule[0].COMPARISON.why_not(history, TODAY)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"pace_s_per_km": 319.0}, "pace"),
        ({"moving_s": 4100.0}, "length"),
        ({"ascent_m_per_km": 14.0}, "climb"),
        ({"sensor": "other"}, "sensor"),
    ],
)
def test_runs_that_differ_in_effort_make_no_claim_and_say_in_what(rule, steady, other, why):
    history = steady(0.09, 0.01, start=rule[1], other=other)

    assert rule[0].judge(history, TODAY) is None
    assert rule[0].COMPARISON.why_not(history, TODAY).endswith(f"pairs differ in {why}")


@pytest.fixture
def three_paces(known, run, plain):
    """Three paces, each run once in the last weeks and twice before."""

    def one(day, pace):
        drift = plain("decoupling", day, 0.03, error=0.01)
        return run(day, decoupling=drift, late_fraction=0.03, pace_s_per_km=pace)

    def make(start):
        days = ((n, day) for n in range(3) for day in (n, start + n, start + 10 + n))
        return known(runs=[one(day, 300.0 + 40.0 * n) for n, day in days])

    return make


@pytest.mark.parametrize(("least", "is_tried"), [(2, True), (3, False)])
def test_each_run_is_alike_with_two_before(rule, three_paces, monkeypatch, least, is_tried):
    monkeypatch.setattr(rule[0], "COMPARISON", replace(rule[0].COMPARISON, least_alike=least))

    assert (rule[0].judge(three_paces(rule[1]), TODAY) is not None) is is_tried


@pytest.mark.parametrize(("degrees", "is_tried"), [(6.0, True), (6.1, False)])
def test_warmer_runs_make_no_claim(known, run, plain, degrees, is_tried):
    runs = [
        run(n, decoupling=plain("decoupling", n, 0.08 if n < 21 else 0.02, error=0.01), temperature_c=celsius)
        for n in range(0, 76, 5)
        for celsius in [10.0 + degrees * (n < 21)]
    ]

    tried = pacing_drift.judge(known(runs=runs), TODAY)

    assert (tried is not None) is is_tried
    if tried is None:
        assert "temperature" in pacing_drift.COMPARISON.why_not(known(runs=runs), TODAY)
    else:
        assert tried.held.remarks == ("wind is not in the figures",)


@pytest.mark.parametrize(("limit", "is_held"), [(-0.01, True), (0.01, False)])
def test_the_difference_has_to_stray_so_far(rule, steady, monkeypatch, limit, is_held):
    history = steady(0.07, 0.04, start=rule[1])
    there = rule[0].judge(history, TODAY).evidence_sd
    monkeypatch.setattr(rule[0], "LEAST_EVIDENCE_SD", there + limit)

    assert (rule[0].judge(history, TODAY).held is not None) is is_held


@pytest.mark.parametrize(("error", "is_held"), [(0.024, True), (0.06, False)])
def test_the_difference_beats_its_error(rule, steady, monkeypatch, error, is_held):
    monkeypatch.setattr(rule[0], "LEAST_EVIDENCE_SD", -9.0)

    assert (rule[0].judge(steady(0.06, 0.03, start=rule[1], error=error), TODAY).held is not None) is is_held


def test_it_says_what_it_rests_on_and_that_heat_is_not_known(rule, steady):
    held = rule[0].judge(steady(0.06, 0.01, start=rule[1], notes={10: "ill"}), TODAY).held

    assert (held.pattern_value, held.usual_value) == (pytest.approx(0.061), pytest.approx(0.011))
    assert held.observation_ids == ("decoupling-15", "decoupling-10", "decoupling-5", "decoupling-0")
    assert len(held.doubts) == 1
    assert held.remarks == ("heat and wind are not in the figures",)


def test_excused_runs_are_not_held_against(rule, steady, day):
    free = steady(0.06, 0.01, start=rule[1], earlier=4)

    assert rule[0].judge(free, TODAY) is not None
    assert rule[0].judge(steady(0.06, 0.01, start=rule[1], earlier=4, excused={day(rule[1])}), TODAY) is None


def test_durability_tells_from_which_kilometre_on(known, run, plain):
    runs = [
        run(
            7 * n,
            decoupling=plain("decoupling", 7 * n, 0.02, error=0.01),
            late_fraction=0.08 if n < 4 else 0.01,
            fell_after_m=14_000.0 + 1000.0 * n if n < 3 else None,
        )
        for n in range(13)
    ]

    held = durability.judge(known(runs=runs), TODAY).held

    assert held.components[0].detail.endswith("; from km 15 on, on 3 of them")


def test_the_difference_of_two_groups_is_near_a_standard_normal_on_ordinary_runs():
    chance = np.random.default_rng(4)
    found = np.array(
        [evidence_of(chance.normal(size=4), chance.normal(size=6), least_spread=0.01) for _ in range(1500)]
    )

    assert abs(found.mean()) < 0.1
    assert 0.9 < found.std() < 1.1


def test_groups_without_any_spread_differ_by_their_error():
    assert evidence_of([1.0] * 9, [0.0] * 9, least_spread=1.0) == pytest.approx(2.0, abs=0.15)
    assert least_spread_of([1.2816, 1.2816]) == pytest.approx(1.0)
