"""Figures of a comparison with their chance: medians, quantiles and ratios, resampled over whole series."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.quality.sliding import Bools, Floats, Ints

RESAMPLES = 2000
"""Times that the series are drawn again, with replacement."""

CENTRAL = (0.025, 0.975)
"""Quantiles between which 95 % of the resamples lie."""

Figure = Callable[[Floats], Floats]
"""Takes series along the last axis to one number."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A figure and the 95 % interval of its resamples."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """Value and interval."""
        return {"value": self.value, "low": self.low, "high": self.high}


def median(errors: Floats) -> Floats:
    """Median over series; a series without a figure is left out."""
    return _quantile(errors, 0.5)


def p95(errors: Floats) -> Floats:
    """95th percentile over series; a series without a figure is left out."""
    return _quantile(errors, 0.95)


def _quantile(errors: Floats, share: float) -> Floats:
    """Along the last axis, between neighbours in proportion; NaN where no series has a figure."""
    ordered = np.sort(errors, axis=-1)
    last = np.sum(~np.isnan(errors), axis=-1, keepdims=True) - 1
    place = share * np.maximum(last, 0)
    low = np.floor(place).astype(np.int64)
    lower = np.take_along_axis(ordered, low, axis=-1)
    upper = np.take_along_axis(ordered, np.minimum(low + 1, np.maximum(last, 0)), axis=-1)
    return np.asarray((lower + (upper - lower) * (place - low))[..., 0], dtype=np.float64)


def draws(count: int, *, seed: int) -> Ints:
    """So many series drawn again with replacement, one row per resample: the same for every tool."""
    return np.asarray(np.random.default_rng([seed, count]).integers(0, count, (RESAMPLES, count)), dtype=np.int64)


def estimate(errors: Floats, figure: Figure, drawn: Ints) -> Estimate:
    """A figure of one tool."""
    return _estimate(float(figure(errors)), figure(errors[drawn]))


def ratio_to_best(own: Floats, others: Mapping[str, Floats], figure: Figure, drawn: Ints) -> tuple[str, Estimate]:
    """Our figure over the smallest of the others, and whose that is; in each resample the smallest of that one."""
    best = min(others, key=lambda name: float(figure(others[name])))
    smallest = np.min([figure(errors[drawn]) for errors in others.values()], axis=0)
    return best, _estimate(float(figure(own)) / float(figure(others[best])), figure(own[drawn]) / smallest)


def rate(hits: Sequence[float] | Floats, counts: Sequence[float] | Floats, drawn: Ints) -> Estimate:
    """A share of all series together."""
    hit, count = np.asarray(hits, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    return _estimate(float(hit.sum() / count.sum()), hit[drawn].sum(axis=1) / count[drawn].sum(axis=1))


def f1(right: Floats, flagged: Floats, found: Floats, events: Floats, drawn: Ints) -> Floats:
    """F1 of precision over intervals and recall over beats: first of all series, then of every resample."""
    rows = np.vstack([np.arange(drawn.shape[1]), drawn])
    precision = right[rows].sum(axis=1) / np.maximum(flagged[rows].sum(axis=1), 1.0)
    recall = found[rows].sum(axis=1) / np.maximum(events[rows].sum(axis=1), 1.0)
    return np.asarray(2 * precision * recall / np.maximum(precision + recall, 1e-12), dtype=np.float64)


def spread(figures: Floats) -> Estimate:
    """An estimate from a figure of all series followed by those of the resamples."""
    return _estimate(float(figures[0]), figures[1:])


def near(marked: Bools) -> Bools:
    """The marked intervals and both neighbours of each."""
    wide = marked.copy()
    wide[1:] |= marked[:-1]
    wide[:-1] |= marked[1:]
    return wide


def _estimate(value: float, resampled: Floats) -> Estimate:
    low, high = np.nanquantile(resampled, CENTRAL)
    return Estimate(value=value, low=float(low), high=float(high))
