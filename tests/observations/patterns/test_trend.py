"""Slopes over four weeks: told when the order of days strays, the change is large enough, and enough days are known."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.observations.patterns import (
    trend,
    trend_heart_rate_at_pace,
    trend_ln_rmssd,
    trend_resting_heart_rate,
    trend_sleep_duration,
)
from pipelines.observations.patterns.grid import Point, grid
from pipelines.observations.patterns.standing import standing
from pipelines.observations.patterns.trend import theil_sen

TODAY = date(2026, 3, 31)
RULES = {
    "ln_rmssd": (trend_ln_rmssd, -1),
    "resting_heart_rate": (trend_resting_heart_rate, 1),
    "sleep_duration": (trend_sleep_duration, -1),
}


@pytest.fixture
def changing(value):
    """Ninety days of a metric of which the last 28 change by so many spreads in all."""
    chance = np.random.default_rng(1)
    steps = chance.standard_normal(90).tolist()

    def make(metric, spreads, *, days=90, **other):
        return [value(metric, n, steps[n] + spreads * max(0, 28 - n) / 28, **other) for n in range(days)]

    return make


@pytest.mark.parametrize("metric", RULES)
def test_a_steady_change_is_told_to_its_side_only(known, changing, metric):
    rule, side = RULES[metric]

    there, other = (rule.judge(known(changing(metric, way * 3.5 * side)), TODAY) for way in (1, -1))

    assert there.held.evidence_sd > trend.LEAST_EVIDENCE_SD
    assert side * (there.held.pattern_value - there.held.usual_value) > 0
    assert other.held is None
    assert other.evidence_sd < 0


def test_it_tells_the_slope_with_its_interval_and_what_it_rests_on(known, changing):
    held = trend_resting_heart_rate.judge(known(changing("resting_heart_rate", 4.0), notes={3: "ill"}), TODAY).held

    assert held.components[0].detail.endswith(" bpm)")
    assert "over 28 days on 28 days with a value (90 %:" in held.components[0].detail
    assert len(held.observation_ids) == 28
    assert held.pattern_value - held.usual_value > held.expected_error > 0
    assert len(held.doubts) == 1


@pytest.mark.parametrize(("limit", "is_held"), [(-0.01, True), (0.01, False)])
def test_the_order_has_to_stray_so_far(known, changing, monkeypatch, limit, is_held):
    history = known(changing("ln_rmssd", -3.5))
    there = trend_ln_rmssd.judge(history, TODAY).evidence_sd
    monkeypatch.setattr(trend, "LEAST_EVIDENCE_SD", there + limit)

    assert (trend_ln_rmssd.judge(history, TODAY).held is not None) is is_held


@pytest.mark.parametrize(("least", "is_held"), [(1.0, True), (9.0, False)])
def test_the_change_has_to_be_so_large(known, changing, monkeypatch, least, is_held):
    monkeypatch.setattr(trend, "LEAST_SPREADS", least)

    assert (trend_ln_rmssd.judge(known(changing("ln_rmssd", -3.5)), TODAY).held is not None) is is_held


@pytest.mark.parametrize(("kept", "is_tried"), [(13, False), (14, True)])
def test_fourteen_values_of_four_weeks_are_needed(known, changing, kept, is_tried):
    values = [one for one in changing("ln_rmssd", -4.0) if (TODAY - one.on).days < kept or (TODAY - one.on).days >= 28]

    assert (trend_ln_rmssd.judge(known(values), TODAY) is not None) is is_tried


@pytest.mark.parametrize(("silent", "is_tried"), [(6, True), (7, False)])
def test_a_value_of_the_last_week_is_needed(known, changing, silent, is_tried):
    values = [one for one in changing("ln_rmssd", -4.0) if (TODAY - one.on).days >= silent]
    other = changing("sleep_duration", 0.0)

    assert (trend_ln_rmssd.judge(known(values + other), TODAY) is not None) is is_tried


@pytest.mark.parametrize(("days", "is_tried"), [(41, False), (42, True)])
def test_fourteen_days_before_the_four_weeks_are_needed(known, changing, days, is_tried):
    assert (trend_ln_rmssd.judge(known(changing("ln_rmssd", -4.0, days=days)), TODAY) is not None) is is_tried


@pytest.mark.parametrize(("rise", "is_held"), [(9.0, True), (0.0, False)])
def test_heart_rate_at_the_same_pace_that_rises(known, run, rise, is_held):
    chance = np.random.default_rng(2)
    runs = [run(n, 140.0 + float(chance.standard_normal()) + rise * max(0, 28 - n) / 28) for n in range(0, 100, 2)]

    tried = trend_heart_rate_at_pace.judge(known(runs=runs), TODAY)

    assert (tried.held is not None) is is_held


@pytest.mark.parametrize("count", [0, 3])
def test_doubtful_runs_are_counted_as_a_doubt_and_change_nothing_else(known, run, count):
    rates = [140.0 + float(one) for one in np.random.default_rng(2).standard_normal(50)]
    runs = [run(2 * n, rates[n] + 9.0 * max(0, 28 - 2 * n) / 28, is_doubtful=n < count) for n in range(50)]

    held = trend_heart_rate_at_pace.judge(known(runs=runs), TODAY).held
    plain = trend_heart_rate_at_pace.judge(known(runs=[replace(one, is_doubtful=False) for one in runs]), TODAY).held

    assert held.doubts == (("3 of 14 values are doubtful",) if count else ())
    assert replace(held, doubts=()) == plain


def test_days_that_are_alike_make_the_same_slope_less_sure():
    x, y = np.arange(28.0), 0.1 * np.arange(28.0) + np.tile([1.0, -1.0], 14)

    low, slope, high = theil_sen(x, y, likeness=0.0)
    wider = theil_sen(x, y, likeness=0.6)

    assert slope == pytest.approx(0.1, abs=0.03)
    assert wider[0] < low < slope < high < wider[2]


@pytest.mark.parametrize("likeness", [0.0, 0.5])
def test_the_order_of_ordinary_days_is_near_a_standard_normal(likeness):
    chance = np.random.default_rng(7)
    found = []
    for _ in range(40):
        level, points = 0.0, []
        for n, fresh in enumerate(chance.standard_normal(200).tolist()):
            level = likeness * level + fresh
            points.append(Point(on=TODAY + timedelta(days=n), value=level, expected_error=0.1))
        own = grid(points)
        stood = standing(own, trend_ln_rmssd.COURSE.window)
        found.append(trend.order(own, stood, least_points=14)[88::4])
    told = np.concatenate(found)

    assert abs(told.mean()) < 0.15
    assert 0.8 < told.std() < 1.15
    assert (told > 1.645).mean() < 0.08
