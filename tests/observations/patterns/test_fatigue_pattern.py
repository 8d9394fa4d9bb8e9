"""Several signs at once: the sum has to stray, and single signs have to lie off by themselves, from two origins."""

from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.observations.patterns import fatigue_pattern
from pipelines.observations.patterns.fatigue_pattern import LEAST_EVIDENCE_SD, judge

TODAY = date(2026, 3, 31)
STEPS = (0.1, -0.05, 0.0, 0.05, -0.1)
LAST = range(5)


def usual_answers(worse=0.0):
    return {n: 0.7 + STEPS[n % 5] - worse * (n in LAST) for n in range(60)}


@pytest.fixture
def signs(known, ordinary):
    """Ninety days of three metrics, so many spreads off on the last five, beside answers."""

    def make(*, hrv=0.0, resting=0.0, sleep=0.0, answers=0.0, days=90, **other):
        offs = {"ln_rmssd": hrv, "resting_heart_rate": resting, "sleep_duration": sleep}
        values = [one for metric, off in offs.items() for one in ordinary(metric, days=days, off=off, shifts=LAST)]
        return known(values, **({"answers": usual_answers(answers)} if answers is not None else {}) | other)

    return make


def held(history):
    tried = judge(history, TODAY)
    assert tried is not None
    return tried.held


def names(history) -> list[str]:
    found = held(history)
    return [] if found is None else [one.component for one in found.components]


def test_signs_make_a_pattern_and_say_how_many_of_how_many_and_how_far(signs):
    found = held(signs(hrv=-2.0, resting=2.0, sleep=-2.0))

    assert (found.pattern_value, found.usual_value) == (3.0, 4.0)
    assert [one.component for one in found.components] == ["hrv_lower", "resting_heart_rate_higher", "sleep_shorter"]
    assert set(found.observation_ids) == {
        f"{m}-{d}" for m in ("ln_rmssd", "resting_heart_rate", "sleep_duration") for d in range(7)
    }
    assert found.doubts == ()
    assert found.evidence_sd > LEAST_EVIDENCE_SD
    assert "beyond the usual range on 4 of 7 days" in found.components[0].detail


def test_ordinary_days_are_no_pattern_and_have_their_evidence(signs):
    tried = judge(signs(), TODAY)

    assert tried.held is None
    assert abs(tried.evidence_sd) < 1.5


@pytest.mark.parametrize(("off", "is_held"), [(0.5, False), (1.0, True)])
def test_larger_changes_hold_and_smaller_ones_do_not(signs, off, is_held):
    assert (held(signs(hrv=-off, resting=off, sleep=-off, answers=0.07 * off)) is not None) is is_held


@pytest.mark.parametrize(("limit", "is_held"), [(-0.01, True), (0.01, False)])
def test_the_sum_has_to_reach_the_limit(signs, monkeypatch, limit, is_held):
    there = held(signs(hrv=-2.0, resting=2.0, sleep=-2.0)).evidence_sd
    monkeypatch.setattr(fatigue_pattern, "LEAST_EVIDENCE_SD", there + limit)

    assert (held(signs(hrv=-2.0, resting=2.0, sleep=-2.0)) is not None) is is_held


@pytest.mark.parametrize(("lean", "count"), [(1.0, 3), (9.0, 0)])
def test_each_sign_has_to_lie_off_by_itself(signs, monkeypatch, lean, count):
    monkeypatch.setattr(fatigue_pattern, "LEAN_SD", lean)

    assert len(names(signs(hrv=-2.5, resting=2.5, sleep=-2.5))) == count


@pytest.mark.parametrize(("least", "is_held"), [(3, True), (4, False)])
def test_so_many_signs_have_to_lie_off(signs, monkeypatch, least, is_held):
    monkeypatch.setattr(fatigue_pattern, "LEAST_COMPONENTS", least)

    assert (held(signs(hrv=-2.5, resting=2.5, sleep=-2.5)) is not None) is is_held


def test_variability_and_resting_heart_rate_are_one_origin(signs):
    assert names(signs(hrv=-4.0, resting=4.0)) == []
    assert judge(signs(answers=None), TODAY) is not None


def test_one_origin_is_too_little_to_try(known, ordinary):
    beats = [*ordinary("ln_rmssd"), *ordinary("resting_heart_rate")]

    assert judge(known(beats), TODAY) is None
    assert judge(known([*beats, *ordinary("sleep_duration")]), TODAY) is not None


@pytest.mark.parametrize(("days", "is_tried"), [(20, False), (21, True)])
def test_fourteen_days_before_the_week_say_what_is_usual(signs, days, is_tried):
    assert (judge(signs(days=days, answers=None), TODAY) is not None) is is_tried


def test_answers_lower_than_usual_are_a_sign(signs):
    found = held(signs(hrv=-2.0, sleep=-2.0, answers=0.2))

    assert [one.component for one in found.components] == ["hrv_lower", "sleep_shorter", "answers_worse"]
    assert found.components[-1].detail.startswith("54 % of the scale against 70 %, below usual on 5 of 7 days")


@pytest.mark.parametrize(("rate", "count"), [(147.0, 4), (140.0, 3)])
def test_runs_at_the_same_pace_are_a_sign(signs, run, rate, count):
    runs = [run(n, 140.0 + (n % 3)) for n in range(12, 90, 4)] + [run(n, rate) for n in (0, 2, 4)]

    found = held(signs(hrv=-2.0, resting=2.0, sleep=-2.0, runs=runs))

    assert len(found.components) == count
    assert bool(found.remarks) is (count == 4)


def test_signs_that_always_go_together_count_for_less(known, value):
    chance = np.random.default_rng(3)
    shared, *own = chance.standard_normal((4, 90))

    def evidence(likeness):
        mixed = [likeness * shared + (1 - likeness**2) ** 0.5 * one for one in own]
        sides = {"ln_rmssd": -1, "resting_heart_rate": 1, "sleep_duration": -1}
        values = [
            value(metric, n, side * (float(mixed[k][n]) if n > 6 else 1.5))
            for k, (metric, side) in enumerate(sides.items())
            for n in range(90)
        ]
        return judge(known(values), TODAY).evidence_sd

    assert evidence(0.9) < 0.85 * evidence(0.0)


def test_a_device_that_reads_a_third_lower_is_no_pattern(known, ordinary, day):
    switch = 20
    values = []
    for metric in ("ln_rmssd", "resting_heart_rate", "sleep_duration"):
        side = 1 if metric == "resting_heart_rate" else -1
        values += [one for one in ordinary(metric, device="old") if (TODAY - one.on).days > switch]
        later = ordinary(metric, days=switch + 1, off=4.3 * side, shifts=range(90), device="new")
        values += later
    history = known(values, answers=usual_answers(), changes=(day(switch),))

    found = [judge(history, TODAY - timedelta(days=n)) for n in range(40)]

    assert [one for one in found if one is not None and one.held is not None] == []


def test_the_same_step_without_a_switch_holds(signs):
    assert len(names(signs(hrv=-4.3, resting=4.3, sleep=-4.3))) == 3


def test_excused_dates_are_no_usual_days(known, ordinary, day):
    was_ill = range(20, 60)
    values = [
        one
        for metric, side in (("ln_rmssd", -1), ("resting_heart_rate", 1), ("sleep_duration", -1))
        for one in ordinary(metric, off=2.5 * side, shifts=[*range(5), *was_ill])
    ]

    assert judge(known(values), TODAY).held is None
    assert judge(known(values, excused=map(day, was_ill)), TODAY).held is not None


def test_what_could_make_it_otherwise_is_named(signs, day):
    off = {"hrv": -2.0, "resting": 2.0, "sleep": -2.0}
    ill = held(signs(**off, notes={3: "ill", 4: "travel"}))
    changed = held(signs(**off, changes=(day(13), day(14))))

    assert ill.doubts == (f"a note of {day(3)} is of kind ill",)
    assert changed.doubts == (f"another device or method since {day(13)}",)


def test_doubtful_values_are_named(known, ordinary):
    values = [
        one
        for metric, side in (("ln_rmssd", -2.0), ("resting_heart_rate", 2.0), ("sleep_duration", -2.0))
        for one in ordinary(metric, off=side, shifts=LAST, grade="doubtful" if metric == "ln_rmssd" else "ok")
    ]

    assert held(known(values)).doubts == ("ln_rmssd is doubtful on 7 of 7 days",)


def test_a_date_without_anything_is_not_tried(signs):
    assert judge(signs(), TODAY + timedelta(days=1)) is None
    assert judge(signs(), TODAY - timedelta(days=400)) is None
