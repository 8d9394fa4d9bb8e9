"""The test an experiment is decided by: what would the orders that did not come have shown?

Within a pair a coin said which condition came first. Had it fallen the other way, and had the conditions done nothing,
the difference of that pair would have the other sign and the same size. So under no effect every choice of signs was as
likely as the one that came. Turning the signs of a set of pairs makes the sum larger exactly when the mean of that set
is below zero: the test and its interval are both read from the means of the sets of pairs (Hartigan 1969, Using
subsample values as typical values, Journal of the American Statistical Association 64:1303-1317). It holds whichever
days depend on each other or are missing, as long as what is missing does not depend on the order.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

LEVEL = 0.05
"""Two-sided level (fraction) of the test, and one minus that of the interval."""

PAIRS_NEEDED = 6
"""Pairs below which no result can come: five have 32 orders, and the smallest p-value is 0.06."""

EXACT_PAIRS = 16
"""Most pairs of which all orders are gone through: 65,536 of them."""

DRAWN_ORDERS = 10_000
"""Orders that are drawn where there are more pairs."""

ROUNDING = 1e-9
"""Share of the largest difference below which a mean counts as zero: values come in whole beats and minutes."""

NUMBERS_AT_ONCE = 2**17
"""Numbers held at once when many experiments are tested together: 1 MB, which stays near the processor."""


@dataclass(frozen=True, kw_only=True)
class Tested:
    """What the differences of the pairs say, in their unit."""

    estimate: float
    lower: float
    upper: float
    p_value: float
    coverage: float
    """Share of such intervals that hold the effect: 0.95 or, with few pairs, a little more."""


def tested(differences: np.ndarray, *, seed: int) -> Tested:
    """Hodges-Lehmann estimate, interval by inverting the test, and two-sided p-value of differences A minus B.

    Raises `ValueError` below `PAIRS_NEEDED` pairs.
    """
    count = len(differences)
    if count < PAIRS_NEEDED:
        raise ValueError(f"{count} pairs are too few to test")
    rows = np.stack([differences, np.ones(count)])
    sums, sizes = _sums(rows, seed, DRAWN_ORDERS)
    means = np.sort(sums / sizes)
    beyond = _beyond(len(means))
    return Tested(
        estimate=hodges_lehmann(differences),
        lower=float(means[beyond - 1]),
        upper=float(means[len(means) - beyond]),
        p_value=float(p_values(differences[None, :], seed=seed)[0]),
        coverage=1.0 - 2.0 * beyond / (len(means) + 1),
    )


def p_values(differences: np.ndarray, *, seed: int, order_count: int = DRAWN_ORDERS) -> np.ndarray:
    """Two-sided p-value of each row of differences, all of the same number of pairs.

    With fewer orders than `DRAWN_ORDERS` more are drawn and fewer gone through: for a search, not for a result.
    """
    near = ROUNDING * np.abs(differences).max(axis=1, keepdims=True, initial=0.0)
    found = []
    step = max(1, NUMBERS_AT_ONCE // _set_count(differences.shape[1], order_count))
    for first in range(0, len(differences), step):
        sums = _sums(differences[first : first + step], seed, order_count)
        limit = near[first : first + step]
        fewer = np.minimum((sums <= limit).sum(axis=1), (sums >= -limit).sum(axis=1))
        found.append(np.minimum(1.0, 2.0 * (1.0 + fewer) / (sums.shape[1] + 1)))
    return np.concatenate(found) if found else np.empty(0)


def hodges_lehmann(differences: np.ndarray) -> float:
    """Median of the means of every two differences, each with itself too (Hodges & Lehmann 1963).

    Source: doi:10.1214/aoms/1177704172.
    """
    first, second = np.triu_indices(len(differences))
    return float(np.median((differences[first] + differences[second]) / 2.0))


def _beyond(set_count: int) -> int:
    """Which of the sorted means ends the interval: those beyond it are means at which the test says no."""
    return max(1, int(np.floor(LEVEL * (set_count + 1) / 2.0 + ROUNDING)))


def _is_whole(pair_count: int, order_count: int) -> bool:
    """Whether every order is gone through, instead of some that are drawn."""
    return pair_count <= EXACT_PAIRS if order_count == DRAWN_ORDERS else 2**pair_count <= order_count


def _set_count(pair_count: int, order_count: int) -> int:
    return 2**pair_count - 1 if _is_whole(pair_count, order_count) else order_count


def _sums(rows: np.ndarray, seed: int, order_count: int) -> np.ndarray:
    """Sum of each row over every set of pairs but the empty one, or over sets that are drawn."""
    if not _is_whole(rows.shape[1], order_count):
        # Not by the library's threads: they wait for each other longer than such small sums take.
        return np.asarray(np.einsum("rp,ps->rs", rows, _drawn_sets(rows.shape[1], seed, order_count)))
    sums = np.zeros((len(rows), 1))
    for pair in range(rows.shape[1]):
        sums = np.concatenate([sums, sums + rows[:, pair : pair + 1]], axis=1)
    return sums[:, 1:]


@lru_cache(maxsize=4)
def _drawn_sets(pair_count: int, seed: int, order_count: int) -> np.ndarray:
    """Sets as zeros and ones, one a column."""
    drawn = np.random.default_rng([seed, pair_count]).integers(0, 2, size=(pair_count, order_count)).astype(float)
    drawn[:, drawn.sum(axis=0) == 0] = 1.0  # the order that came is counted once, apart
    return drawn
