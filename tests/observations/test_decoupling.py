"""Decoupling is claimed on a steady block only; each threshold decides."""

import json

import numpy as np
import polars as pl
import pytest

from pipelines.observations import decoupling as module
from pipelines.observations.activity import observe_activities
from pipelines.observations.decoupling import decoupling
from pipelines.observations.timeline import timelines


def _steady(run_tables, *, minutes, speed=3.0, first=140.0, last=140.0, **more):
    count = int(minutes * 60) + 1
    return timelines(run_tables([speed] * count, np.linspace(first, last, count), **more))


def test_a_heart_rate_that_drifts_up_at_the_same_speed_decouples(run_tables):
    found = decoupling(_steady(run_tables, minutes=70, first=140, last=154))

    assert found.fraction == pytest.approx(0.042, abs=0.006)
    assert found.why == ""


def test_nothing_drifts_without_drift(run_tables):
    assert decoupling(_steady(run_tables, minutes=60)).fraction == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("minutes", "is_claimed"), [(49.5, False), (51, True)])
def test_forty_steady_minutes_after_the_warm_up_are_needed(run_tables, minutes, is_claimed):
    found = decoupling(_steady(run_tables, minutes=minutes))

    assert (found.fraction is not None) == is_claimed
    assert is_claimed or "no steady block" in found.why


@pytest.mark.parametrize(("spread", "is_claimed"), [(0.075, True), (0.085, False)])
def test_the_speed_has_to_be_steady(run_tables, spread, is_claimed):
    swing = np.where(np.arange(3601) // 20 % 2, 1 + spread, 1 - spread) * 3.0

    found = decoupling(timelines(run_tables(swing, [140] * 3601)))

    assert (found.fraction is not None) == is_claimed


@pytest.mark.parametrize(("missing", "is_claimed"), [(0.09, True), (0.11, False)])
def test_the_heart_rate_has_to_be_there(run_tables, missing, is_claimed):
    count = 3601
    rates = np.full(count, 140.0)
    gap = int(missing * (count - module.WARM_UP_S))
    rates[1500 : 1500 + gap] = np.nan

    found = decoupling(timelines(run_tables([3.0] * count, [None if np.isnan(r) else int(r) for r in rates])))

    assert (found.fraction is not None) == is_claimed
    assert is_claimed or "heart rate usable" in found.why


def test_the_warm_up_is_left_out(run_tables):
    count = 3601
    rates = np.full(count, 140.0)
    rates[:600] = 100.0

    assert decoupling(timelines(run_tables([3.0] * count, rates))).fraction == pytest.approx(0.0, abs=1e-3)


def test_an_activity_without_records_makes_no_claim(run_tables):
    assert decoupling(timelines(run_tables([], []))).fraction is None


@pytest.mark.parametrize(("celsius", "told"), [([None, 11.0, 13.0], 12.0), ([None] * 3, None)])
def test_a_run_states_its_temperature_and_how_it_held_beside_its_decoupling(run_tables, celsius, told):
    count = 6001
    run = run_tables([3.0] * count, [140] * count)
    stated = pl.Series("temperature_c", [celsius[i % 3] for i in range(count)], dtype=pl.Float64)
    run["records"] = run["records"].with_columns(stated)

    found = observe_activities(run).filter(pl.col("metric") == "decoupling")

    evidence = json.loads(found["evidence"].item())
    assert evidence["temperature_c"] == told
    assert evidence["late_fraction"] == pytest.approx(0.0, abs=1e-9)
    assert evidence["fell_after_m"] is None
