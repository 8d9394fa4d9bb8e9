"""What was tried on ordinary days as a rate: per 100 of them, with the interval that the athlete's own days allow."""

from dataclasses import dataclass

import numpy as np

from pipelines.observations.rule_rates.ordinary import Ints

BATCH_DAYS = 90
"""Days of one batch: further than any rule looks back, so that batches have next to nothing in common."""
Z = 1.96
"""95 % of a Gaussian."""
HUNDRED = 100.0


@dataclass(frozen=True, kw_only=True)
class Tally:
    """On which drawn days (numbers from 0, in order) a rule was tried, and whether it held there."""

    numbers: Ints
    held: Ints
    """1 where it held, else 0."""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How often a rule holds, per 100 ordinary days on which it can be tried, with a 95 % interval."""

    per_100: float
    lower_per_100: float
    upper_per_100: float
    day_count: int
    """Ordinary days on which it was tried."""


def rate(tally: Tally, *, own_count: float) -> Rate | None:
    """The rate of a tally; None when the rule was never tried.

    Drawing more days adds no knowledge: the interval is that of a share (Wilson 1927) of as many days as the athlete's
    own history has trials, `own_count`, less those that only repeat their neighbours (the design effect, Kish 1965,
    over batches of 90 drawn days).
    """
    tried = len(tally.numbers)
    if not tried:
        return None
    share = float(tally.held.mean())
    lower, upper = wilson(share, max(own_count, 1.0) / design_effect(tally))
    return Rate(per_100=HUNDRED * share, lower_per_100=HUNDRED * lower, upper_per_100=HUNDRED * upper, day_count=tried)


def design_effect(tally: Tally) -> float:
    """How many times more the share varies than if every trial stood for itself; at least 1."""
    tried = len(tally.numbers)
    share = float(tally.held.mean())
    batches, where = np.unique(tally.numbers // BATCH_DAYS, return_inverse=True)
    alone = share * (1.0 - share) / tried
    if alone == 0.0 or len(batches) < 2:  # noqa: PLR2004 - a spread needs two
        return 1.0
    beyond = np.bincount(where, weights=tally.held - share)
    varies = float((beyond**2).sum()) / tried**2 * len(batches) / (len(batches) - 1)
    return max(1.0, varies / alone)


def wilson(share: float, count: float) -> tuple[float, float]:
    """95 % interval of a share of `count` trials (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    middle = share + Z**2 / (2.0 * count)
    half = Z * (share * (1.0 - share) / count + Z**2 / (4.0 * count**2)) ** 0.5
    whole = 1.0 + Z**2 / count
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)
