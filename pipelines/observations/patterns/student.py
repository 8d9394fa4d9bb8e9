"""Two groups of runs held against each other: the difference of their means, and how far it strays by chance."""

from collections.abc import Sequence
from statistics import fmean

import numpy as np

from pipelines.observations.patterns.standing import ERROR_QUANTILE, as_normal


def evidence_of(recent: Sequence[float], earlier: Sequence[float], *, least_spread: float) -> float:
    """Difference of the means (recent minus earlier) in its standard deviations, near N(0, 1) while nothing happens.

    The spread is that within both groups together (Student's test), at least `least_spread`; each group has values and
    both together three.
    """
    means = fmean(recent), fmean(earlier)
    squares = sum((one - mean) ** 2 for group, mean in zip((recent, earlier), means, strict=True) for one in group)
    freedom = len(recent) + len(earlier) - 2
    spread = max((squares / freedom) ** 0.5, least_spread)
    deviation = spread * (1.0 / len(recent) + 1.0 / len(earlier)) ** 0.5
    shown = as_normal(np.array([(means[0] - means[1]) / deviation]), np.array([float(freedom)]))
    return float(shown[0])


def least_spread_of(errors: Sequence[float]) -> float:
    """Standard deviation that the expected errors of values alone make: days cannot be more alike than that."""
    return float(fmean(error**2 for error in errors) ** 0.5 / ERROR_QUANTILE)
