"""Load: the two averages, the change from week to week, and what is not known is no day off."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.observations.patterns import load_change
from pipelines.observations.patterns.load_change import judge, two_sided, why_not

TODAY = date(2026, 3, 31)
HOUR = 3600.0


@pytest.fixture
def trained(known, ordinary):
    """Four hours a week for 150 days, `last` times as much in the last week; nights on every day."""

    def make(last=1.0, *, weeks=1, nights=range(150), lost=(), **other):
        chance = np.random.default_rng(3)
        moved = {
            n: HOUR * (1 + 0.2 * float(chance.standard_normal())) * (last if n < 7 * weeks else 1.0)
            for n in range(150)
            if n % 7 in {0, 2, 4, 5}
        }
        values = [one for one in ordinary("sleep_duration", days=150) if (TODAY - one.on).days in nights]
        return known(values, moved={**moved, **dict.fromkeys(lost)}, **other)

    return make


@pytest.mark.parametrize(("last", "component"), [(2.0, "load_higher"), (0.0, "load_lower"), (1.0, None)])
def test_a_week_of_other_load_is_told_to_either_side(trained, last, component):
    tried = judge(trained(last), TODAY)

    assert (tried.held.components[0].component if tried.held else None) == component


def test_it_tells_both_weeks_their_change_and_both_averages(trained):
    held = judge(trained(2.0), TODAY).held

    assert "over the last 7 days" in held.components[0].detail
    assert " %); " in held.components[0].detail
    assert held.pattern_value > held.usual_value
    assert held.evidence_sd > load_change.LEAST_EVIDENCE_SD
    assert held.remarks == ("time moving only: how hard it was is not in it", load_change.BY_ANOTHER_DEVICE)


@pytest.mark.parametrize(("limit", "is_held"), [(-0.01, True), (0.01, False)])
def test_the_difference_has_to_stray_so_far(trained, monkeypatch, limit, is_held):
    there = judge(trained(2.0), TODAY).evidence_sd
    monkeypatch.setattr(load_change, "LEAST_EVIDENCE_SD", there + limit)

    assert (judge(trained(2.0), TODAY).held is not None) is is_held


@pytest.mark.parametrize(("least", "is_held"), [(0.3, True), (2.0, False)])
def test_the_week_has_to_differ_so_much_from_the_one_before(trained, monkeypatch, least, is_held):
    monkeypatch.setattr(load_change, "LEAST_WEEK_FRACTION", least)

    assert (judge(trained(2.0), TODAY).held is not None) is is_held


@pytest.mark.parametrize(("unknown", "is_tried"), [(8, True), (9, False)])
def test_four_fifths_of_six_weeks_have_to_be_known(trained, unknown, is_tried):
    free = [n for n in range(42) if n % 7 not in {0, 2, 4, 5}][:unknown]

    assert (judge(trained(nights=[n for n in range(150) if n not in free]), TODAY) is not None) is is_tried


def test_dates_without_any_data_are_not_known_and_named(trained):
    some = judge(trained(2.0, nights=[n for n in range(150) if n not in {1, 3}]), TODAY).held
    many = trained(nights=())

    assert some.doubts[-1] == "2 of the last 42 dates are not known"
    assert judge(many, TODAY) is None
    assert why_not(many, TODAY).endswith("of the last 42 dates hold data of any kind, 80 % needed")


def test_an_activity_without_a_usable_time_is_not_known_and_no_day_off(trained):
    lost = judge(trained(2.0, lost=(2,)), TODAY).held

    assert lost.doubts == ("1 of the last 42 dates are not known",)


def test_six_weeks_of_both_averages_are_needed(trained):
    history = trained()
    first = TODAY - timedelta(days=149)

    assert judge(history, first + timedelta(days=80)) is None
    assert why_not(history, first + timedelta(days=80)) == "fewer than 42 days with both averages"
    assert judge(history, first + timedelta(days=100)) is not None


def test_answers_alone_tell_of_no_day_off(trained):
    history = trained(nights=(), answers=dict.fromkeys(range(150), 0.5))

    assert judge(history, TODAY) is None


@pytest.mark.parametrize("other", ["watch", "strap"])
def test_the_device_that_records_sessions_tells_of_days_off_where_it_gives_more(trained, ordinary, other):
    nights = ordinary("sleep_duration", days=150)
    series = {
        "sleep_duration": {("sleep_duration", "m", "night", other): tuple(reversed(nights))},
        "resting_heart_rate": {("resting_heart_rate", "m", "day", "watch"): tuple(reversed(nights[20:]))},
        "moving_time": {("moving_time", "m", "activity", "watch"): tuple(reversed(nights))},
    }

    tried = judge(replace(trained(2.0), series=series), TODAY)

    assert tried.held.remarks == ("time moving only: how hard it was is not in it",)
    unknown = 0 if other == "watch" else sum(n % 7 not in {0, 2, 4, 5} for n in range(20))
    assert [one for one in tried.held.doubts if "not known" in one] == (
        [f"{unknown} of the last 42 dates are not known"] if unknown else []
    )


@pytest.mark.parametrize(("off", "evidence"), [(1.96, 1.645), (-1.96, 1.645), (0.6745, 0.0), (-3.29, 3.09)])
def test_a_figure_to_either_side_has_the_evidence_of_the_same_chance(off, evidence):
    assert two_sided(off) == pytest.approx(evidence, abs=0.01)
