import numpy as np
import polars as pl
import pytest

from pipelines.models import gru
from pipelines.models.gru import LEAST_MORNING_COUNT, STEP_DAYS, STRETCH_DAYS, WARM_UP_DAYS, estimate

with_torch = pytest.mark.skipif(
    not gru.MODEL.is_installed, reason="torch is not installed: it comes with the extra `deep`"
)


def test_every_day_is_in_a_stretch_and_scored_once_the_network_knows_something():
    days = np.arange(STRETCH_DAYS + 2 * STEP_DAYS)

    inputs, wanted = gru._stretches(days[:, None].astype(float), days.astype(float), [days])

    scored = [set(stretch[~np.isnan(stretch)]) for stretch in wanted]
    assert inputs.shape == (4, STRETCH_DAYS, 1)
    assert scored[0] == set(days[-STRETCH_DAYS + WARM_UP_DAYS :])
    assert set.union(*scored) == set(days)


def test_a_stretch_that_is_not_full_ends_with_days_that_train_nothing():
    days = np.arange(5)

    inputs, wanted = gru._stretches(np.ones((5, 2)), np.ones(5), [days])

    assert inputs.shape == (1, STRETCH_DAYS, 2)
    assert (inputs[0, :5] == 1).all()
    assert (inputs[0, 5:] == 0).all()
    assert np.isnan(wanted[0, 5:]).all()
    assert (wanted[0, :5] == 1).all()


@pytest.mark.parametrize(("day_count", "first_is_scored"), [(STRETCH_DAYS, True), (STRETCH_DAYS + 1, False)])
def test_only_a_stretch_with_days_before_it_is_warmed_up(day_count, first_is_scored):
    days = np.arange(day_count)

    _, wanted = gru._stretches(np.ones((day_count, 1)), np.ones(day_count), [days])

    assert np.isfinite(wanted[0, 0]) == first_is_scored
    assert np.isfinite(wanted[0, WARM_UP_DAYS])


def test_an_input_that_is_never_known_counts_as_no_deviation():
    inputs = np.array([[1.0, np.nan, 2.0], [3.0, np.nan, 2.0]])

    middle, spread = gru._middle_and_spread(inputs)
    told = gru._standardised(inputs, middle, spread)

    np.testing.assert_array_equal(told, [[-1, 0, 0, 0], [1, 0, 0, 0]])


def test_the_network_is_told_that_yesterday_had_no_reading():
    told = gru._standardised(np.array([[np.nan, 1.0], [1.0, 1.0]]), np.zeros(2), np.ones(2))

    assert told[:, -1].tolist() == [1, 0]


@with_torch
@pytest.mark.parametrize(("morning_count", "is_told"), [(LEAST_MORNING_COUNT, True), (LEAST_MORNING_COUNT - 1, False)])
def test_a_training_takes_enough_mornings(drifting, split, morning_count, is_told):
    train, ahead = split(drifting(athlete_count=1, day_count=150), 140)
    few = train.filter("has_history", pl.col("target").is_not_null()).tail(morning_count)

    assert np.isfinite(estimate(few, ahead, 1)).all() == is_told


@with_torch
def test_another_seed_is_another_network_and_the_order_of_others_draws_stays(drifting, split):
    import torch  # noqa: PLC0415 - only where it is installed

    train, ahead = split(drifting(athlete_count=1, day_count=150), 140)
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)

    one, other = (estimate(train, ahead, seed) for seed in (1, 2))

    assert (one != other).any()
    assert torch.rand(1) == expected
    assert torch.get_num_threads() == 1
