"""From the days that count to the differences of the pairs, and whether enough of them count."""

from dataclasses import dataclass
from math import comb

import numpy as np

DROPPED_MAXIMUM = 0.2
"""Share (fraction) of the days of A and B that may be dropped. Source: reference practice of n-of-1 trials."""

IMBALANCE_P = 0.01
"""A p-value below which days were dropped more under one condition than chance does. Engineering start value."""

ROUNDING = 1e-9
"""So much above the share (fraction) is rounding."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The days of A and B of one schedule: number of the pair from 0, and whether its condition is A, day by day."""

    pair: np.ndarray
    is_a: np.ndarray

    @property
    def pair_count(self) -> int:
        """Number of pairs."""
        return int(self.pair.max()) + 1 if len(self.pair) else 0


def differences(layout: Layout, values: np.ndarray) -> np.ndarray:
    """Mean of A minus mean of B of each pair, one row an experiment; no number where a side has no value that counts.

    `values` has a row per experiment and a column per day of the layout; a day that does not count is no number.
    """
    counts = np.isfinite(values).astype(float)
    known = np.where(np.isfinite(values), values, 0.0)
    pairs = np.eye(layout.pair_count)[layout.pair]
    sides = []
    for chosen in (layout.is_a, ~layout.is_a):
        to = pairs * chosen[:, None]
        total, number = (np.einsum("rd,dp->rp", rows, to) for rows in (known, counts))
        sides.append(np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0))
    found: np.ndarray = sides[0] - sides[1]
    return found


def is_too_much_dropped(dropped: int, days: int) -> bool:
    """Whether more than the share that may be dropped was."""
    return dropped > DROPPED_MAXIMUM * days + ROUNDING


def imbalance_p(dropped_a: int, dropped_b: int, days_each: int) -> float:
    """Two-sided exact p-value that as many days were dropped under A and B by chance (Fisher 1935); 1 without any."""
    dropped = dropped_a + dropped_b
    chances = [
        comb(days_each, a) * comb(days_each, dropped - a) / comb(2 * days_each, dropped)
        for a in range(max(0, dropped - days_each), min(days_each, dropped) + 1)
    ]
    seen = chances[dropped_a - max(0, dropped - days_each)]
    return min(1.0, sum(chance for chance in chances if chance <= seen * (1.0 + ROUNDING)))
