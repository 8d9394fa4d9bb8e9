"""The test over every order: held against brute force, and interval against test."""

from itertools import product

import numpy as np
import pytest

from pipelines.observations.experiments import sign_test
from pipelines.observations.experiments.sign_test import (
    DRAWN_ORDERS,
    EXACT_PAIRS,
    LEVEL,
    PAIRS_NEEDED,
    hodges_lehmann,
    p_values,
)

SEVEN = np.array([1.0, 2.0, 3.0, -0.5, 2.25, 1.5, 0.75])


def _brute(differences: np.ndarray) -> float:
    """Share of all choices of signs whose sum lies as far from zero as the one that came, or further."""
    seen = abs(differences.sum())
    sums = [abs(float(np.dot(signs, differences))) for signs in product((1, -1), repeat=len(differences))]
    return sum(one >= seen - 1e-9 for one in sums) / len(sums)


@pytest.mark.parametrize("pair_count", [6, 7, 8, 9])
def test_the_p_value_is_the_share_of_all_orders_that_show_as_much(pair_count: int) -> None:
    differences = np.random.default_rng(pair_count).normal(0.8, 1.0, pair_count)

    assert sign_test.tested(differences, seed=1).p_value == pytest.approx(_brute(differences))


def test_six_pairs_of_one_sign_have_the_smallest_p_value_there_is() -> None:
    assert sign_test.tested(np.arange(1.0, 7.0), seed=1).p_value == pytest.approx(2 / 64)


def test_five_pairs_are_refused_as_they_could_show_nothing() -> None:
    assert 2 / 2 ** (PAIRS_NEEDED - 1) > LEVEL
    with pytest.raises(ValueError, match="5 pairs"):
        sign_test.tested(np.ones(5), seed=1)


def test_pairs_without_any_difference_have_a_p_value_of_one() -> None:
    assert sign_test.tested(np.zeros(7), seed=1).p_value == 1.0


def test_whole_beats_that_cancel_count_as_nought_in_spite_of_rounding() -> None:
    tenths = np.array([0.1, 0.2, -0.3, 0.1, 0.2, -0.3, 0.7])

    assert sign_test.tested(tenths, seed=1).p_value == pytest.approx(_brute(tenths))


@pytest.mark.parametrize("pair_count", [6, 7, 8, 11])
@pytest.mark.parametrize("end", ["lower", "upper"])
def test_the_interval_ends_where_the_test_begins_to_say_no(pair_count: int, end: str) -> None:
    differences = np.random.default_rng(pair_count).normal(0.3, 1.0, pair_count)
    limit = getattr(sign_test.tested(differences, seed=1), end)
    outwards = -1e-6 if end == "lower" else 1e-6

    outside = sign_test.tested(differences - limit - outwards, seed=1).p_value
    inside = sign_test.tested(differences - limit + outwards, seed=1).p_value

    assert outside <= LEVEL < inside


def test_the_coverage_is_what_so_few_orders_allow() -> None:
    assert sign_test.tested(SEVEN[:6], seed=1).coverage == pytest.approx(1 - 2 / 64)
    assert sign_test.tested(SEVEN, seed=1).coverage == pytest.approx(1 - 6 / 128)


def test_the_estimate_is_the_median_of_the_means_of_two() -> None:
    assert hodges_lehmann(np.array([1.0, 2.0, 6.0])) == pytest.approx(2.75)  # of 1, 1.5, 2, 3.5, 4, 6


def test_more_pairs_than_can_be_gone_through_are_drawn_by_the_seed() -> None:
    differences = np.random.default_rng(5).normal(0.4, 1.0, EXACT_PAIRS + 1)

    first, again, other = (sign_test.tested(differences, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first.p_value != other.p_value
    assert first.p_value == pytest.approx(other.p_value, abs=0.02)
    assert round(first.p_value * (DRAWN_ORDERS + 1) / 2) == pytest.approx(first.p_value * (DRAWN_ORDERS + 1) / 2)


def test_a_pair_that_counts_as_nought_changes_no_p_value() -> None:
    with_nought = np.append(SEVEN, 0.0)[None, :]

    assert p_values(with_nought, seed=1)[0] == pytest.approx(p_values(SEVEN[None, :], seed=1)[0])


def test_many_experiments_at_once_have_the_p_values_of_each() -> None:
    rows = np.random.default_rng(3).normal(0.5, 1.0, (40, 12))

    assert p_values(rows, seed=1).tolist() == [sign_test.tested(row, seed=1).p_value for row in rows]
