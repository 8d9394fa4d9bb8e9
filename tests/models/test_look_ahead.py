from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.models.catalogue import task_named
from pipelines.models.contract import Model
from pipelines.models.efforts import runs
from pipelines.models.features import calendar, mornings
from pipelines.models.look_ahead import LARGEST_MOVE, looks_ahead
from pipelines.models.ridge import MODEL

MORNING = task_named("next_morning_ln_rmssd")


def told(estimate) -> Model:
    return replace(MODEL, name="told", estimate=estimate)


def the_night_itself(train, ahead, seed):  # noqa: ARG001
    return ahead.select(pl.col("lag_1").shift(-1).over("athlete_id").fill_null(4.0)).to_series().to_numpy()


def the_mean_of_all_that_is_ahead(train, ahead, seed):  # noqa: ARG001
    return np.full(ahead.height, ahead["lag_1"].mean())


def the_last_reading(train, ahead, seed):  # noqa: ARG001
    return ahead["lag_1"].fill_null(float("nan")).to_numpy()


@pytest.fixture
def days(squad) -> pl.DataFrame:
    return calendar(squad(athlete_count=2, day_count=90))


@pytest.mark.parametrize("estimate", [the_night_itself, the_mean_of_all_that_is_ahead])
def test_a_model_that_looks_ahead_is_caught(days, estimate):
    assert looks_ahead(told(estimate), MORNING, days, seed=1)


@pytest.mark.parametrize("model", [MODEL, told(the_last_reading)])
def test_a_model_that_goes_by_the_days_before_is_not(days, model):
    assert not looks_ahead(model, MORNING, days, seed=1)


@pytest.mark.parametrize(("times", "expected"), [(0.2, False), (20.0, True)])
def test_a_move_counts_from_more_than_rounding_on(days, times, expected):
    def barely(train, ahead, seed):
        seen = the_night_itself(train, ahead, seed) - the_last_reading(train, ahead, seed)
        return 4.0 + times * LARGEST_MOVE * np.nan_to_num(seen)

    assert looks_ahead(told(barely), MORNING, days, seed=1) is expected


def test_a_task_whose_features_look_ahead_is_caught_whatever_the_model(days):
    def rows(known: pl.DataFrame) -> pl.DataFrame:
        return mornings(known).with_columns(lag_7=pl.col("target"))

    def nothing(train, ahead, seed):  # noqa: ARG001
        return np.zeros(ahead.height)

    assert looks_ahead(told(nothing), replace(MORNING, rows=rows), days, seed=1)


def test_a_race_time_that_is_looked_up_is_caught():
    first = date(2025, 1, 1)
    hard = [number % 3 == 2 for number in range(60)]
    known = pl.DataFrame(
        {
            "athlete_id": 1,
            "day_date": [first + timedelta(days=2 * number) for number in range(60)],
            "activity_id": [str(number) for number in range(60)],
            "distance_m": 5200.0,
            "moving_time_s": 1500.0,
            "mean_heart_rate_bpm": [170.0 + number / 100 if is_hard else 130.0 for number, is_hard in enumerate(hard)],
            "best_1_km": None,
            "best_5_km": [1200.0 + number % 7 for number in range(60)],
            "best_10_km": None,
        }
    )

    def next_one_knows(train, ahead, seed):  # noqa: ARG001
        return ahead["log_riegel_last_s"].shift(-1).fill_null(7.0).to_numpy()

    def last_one_knows(train, ahead, seed):  # noqa: ARG001
        return ahead["log_riegel_last_s"].to_numpy()

    race = task_named("race_time")
    assert looks_ahead(told(next_one_knows), race, runs(known), seed=1)
    assert not looks_ahead(told(last_one_knows), race, runs(known), seed=1)


def test_without_a_night_to_score_nothing_is_claimed(squad):
    assert not looks_ahead(told(the_night_itself), MORNING, calendar(squad(day_count=30)), seed=1)
