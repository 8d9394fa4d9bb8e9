"""Another level: the cumulative sum reaches its limit, to either side, and never across two devices."""

import re
from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.observations.patterns import (
    shift,
    shift_heart_rate_at_pace,
    shift_ln_rmssd,
    shift_resting_heart_rate,
    shift_sleep_duration,
)

TODAY = date(2026, 3, 31)
RULES = {
    "ln_rmssd": shift_ln_rmssd,
    "resting_heart_rate": shift_resting_heart_rate,
    "sleep_duration": shift_sleep_duration,
}


@pytest.mark.parametrize("metric", RULES)
@pytest.mark.parametrize("side", [-1, 1])
def test_another_level_is_told_to_either_side(known, ordinary, metric, side):
    held = RULES[metric].judge(known(ordinary(metric, off=2.0 * side, shifts=range(14))), TODAY).held

    assert side * (held.pattern_value - held.usual_value) > 0
    assert held.evidence_sd > 2.0
    assert "since 18 Mar" in held.components[0].detail or "since 17 Mar" in held.components[0].detail
    assert len(held.observation_ids) <= 15


@pytest.mark.parametrize(
    ("metric", "side", "words"),
    [
        ("ln_rmssd", -1, r"\d+ % lower since"),
        ("resting_heart_rate", 1, r"\d+\.\d bpm higher since"),
        ("sleep_duration", -1, r"\d+ min shorter since"),
        ("sleep_duration", 1, r"\d+ min longer since"),
    ],
)
def test_the_side_is_told_in_words_and_not_by_a_sign(known, ordinary, metric, side, words):
    held = RULES[metric].judge(known(ordinary(metric, off=2.0 * side, shifts=range(14))), TODAY).held

    told = re.fullmatch(words + r" 1[78] Mar, on (\d+) of (\d+) days with a value", held.components[0].detail)
    assert int(told[1]) == held.components[0].day_count <= int(told[2])


def test_ordinary_days_have_no_other_level(known, ordinary):
    tried = shift_ln_rmssd.judge(known(ordinary("ln_rmssd")), TODAY)

    assert tried.held is None
    assert tried.evidence_sd < 1.0


@pytest.mark.parametrize(("limit", "is_held"), [(-0.01, True), (0.01, False)])
def test_the_sum_has_to_reach_the_limit(known, ordinary, monkeypatch, limit, is_held):
    history = known(ordinary("ln_rmssd", off=2.0, shifts=range(14)))
    there = -np.log(_chance(shift_ln_rmssd.judge(history, TODAY).evidence_sd) / shift.CHANCE) / shift.FALL
    monkeypatch.setattr(shift, "LIMIT_SD", there + limit)

    assert (shift_ln_rmssd.judge(history, TODAY).held is not None) is is_held


def _chance(evidence):
    return 1.0 - shift.NormalDist().cdf(evidence)


@pytest.mark.parametrize(("least", "is_held"), [(0.75, True), (9.0, False)])
def test_the_new_level_has_to_lie_so_far_off(known, ordinary, monkeypatch, least, is_held):
    monkeypatch.setattr(shift, "LEAST_SPREADS", least)

    history = known(ordinary("ln_rmssd", off=2.0, shifts=range(14)))

    assert (shift_ln_rmssd.judge(history, TODAY).held is not None) is is_held


@pytest.mark.parametrize(("error", "is_held"), [(0.1, True), (2.0, False)])
def test_the_new_level_beats_its_error(known, ordinary, error, is_held):
    values = ordinary("ln_rmssd", off=2.0, shifts=range(14), expected_error=error)

    assert (shift_ln_rmssd.judge(known(values), TODAY).held is not None) is is_held


def test_one_day_far_off_is_no_level(known, ordinary):
    assert shift_ln_rmssd.judge(known(ordinary("ln_rmssd", off=9.0, shifts=range(1))), TODAY).held is None


@pytest.mark.parametrize(("kept", "is_tried"), [(13, False), (14, True)])
def test_fourteen_values_of_four_weeks_are_needed(known, ordinary, kept, is_tried):
    values = [one for one in ordinary("ln_rmssd") if (TODAY - one.on).days < kept or (TODAY - one.on).days >= 28]

    assert (shift_ln_rmssd.judge(known(values), TODAY) is not None) is is_tried


def test_a_device_that_reads_a_third_lower_is_no_other_level(known, ordinary):
    old = [one for one in ordinary("ln_rmssd", days=130, device="old") if (TODAY - one.on).days > 60]
    new = ordinary("ln_rmssd", days=61, off=-4.3, shifts=range(61), device="new")
    history = known(old + new)

    tried = [shift_ln_rmssd.judge(history, TODAY - timedelta(days=n)) for n in range(90)]

    assert [one for one in tried if one is not None and one.held is not None] == []
    assert tried[0] is not None


@pytest.mark.parametrize(("off", "is_held"), [(6.0, True), (0.0, False)])
def test_heart_rate_at_the_same_pace_on_another_level(known, run, off, is_held):
    chance = np.random.default_rng(2)
    runs = [run(n, 140.0 + float(chance.standard_normal()) + off * (n < 16)) for n in range(0, 120, 2)]

    assert (shift_heart_rate_at_pace.judge(known(runs=runs), TODAY).held is not None) is is_held


@pytest.mark.parametrize(("reached", "evidence"), [(0.0, -1.28), (6.5, 2.49), (9.0, 3.03)])
def test_a_sum_has_the_evidence_of_the_same_chance(reached, evidence):
    assert shift.evidence_of(reached) == pytest.approx(evidence, abs=0.05)
