import numpy as np
import pytest

from pipelines.models.naive import RIVALS, rival_estimates

GAP = float("nan")


def test_every_rival_is_estimated_for_every_day():
    estimates = rival_estimates(np.arange(10.0))

    assert tuple(estimates) == RIVALS
    assert {len(values) for values in estimates.values()} == {10}


@pytest.mark.parametrize(
    ("rival", "expected"),
    [
        ("persistence", [GAP, 1.0, 3.0, 3.0, 5.0]),
        ("expanding_mean", [GAP, 1.0, 2.0, 2.0, 3.0]),
        ("ewma", [GAP, 1.0, 1.4, 1.4, 2.12]),
    ],
)
def test_a_rival_goes_by_the_days_before_and_carries_on_over_a_gap(rival, expected):
    estimates = rival_estimates(np.array([1.0, 3.0, GAP, 5.0, 9.0]))

    np.testing.assert_allclose(estimates[rival], expected)


def test_a_week_leaves_the_window_after_seven_days():
    estimates = rival_estimates(np.array([10.0] + [2.0] * 8))

    np.testing.assert_allclose(estimates["rolling_mean_7"][7:], [(10 + 6 * 2) / 7, 2.0])


def test_a_week_without_a_reading_is_not_estimated():
    estimates = rival_estimates(np.array([1.0, *[GAP] * 8]))

    assert np.isnan(estimates["rolling_mean_7"][8])
    assert estimates["rolling_mean_28"][8] == 1.0
