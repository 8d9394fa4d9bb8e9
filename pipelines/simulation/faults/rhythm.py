"""Rhythms whose beats are real and whose variability is not the kind that HRV measures."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected
from pipelines.simulation.faults.series import injected, intervals

STRETCH = {1: 0.35, 2: 0.7, 3: 1.0}
"""Share of the series that has the rhythm, by severity."""

ECTOPIC_SHARE = {1: 0.08, 2: 0.15, 3: 0.25}
"""Share of premature beats in frequent ectopy, by severity."""

FIBRILLATION_SPREAD = 0.22
"""Spread of the intervals of a fibrillation-like rhythm, as a fraction of their mean."""


def bigeminy(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Every second beat comes 25-40 % early with a full pause after it."""
    rr = intervals(frame)
    first, last = _stretch(rng, len(rr), severity)
    last -= (last - first) % 2
    early = np.rint(rr[first:last:2] * rng.uniform(0.25, 0.4) * rng.uniform(0.9, 1.1, (last - first) // 2))
    rr[first:last:2] -= early
    rr[first + 1 : last : 2] += early
    return injected(frame, rr, [list(range(first, last))])


def frequent_ectopy(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Premature beats all through the series: 8, 15 or 25 % of its beats."""
    rr = intervals(frame)
    count = round(ECTOPIC_SHARE[severity] * len(rr))
    slots = np.sort(rng.choice(np.arange(1, (len(rr) - 2) // 3), size=count, replace=False)) * 3
    early = np.rint(rr[slots] * rng.uniform(0.2, 0.4, count))
    rr[slots] -= early
    rr[slots + 1] += early
    changed = sorted([*slots.tolist(), *(slots + 1).tolist()])
    return injected(frame, rr, [changed])


def fibrillation_like(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Intervals without any order, faster than before, for a third, two thirds or all of the series."""
    rr = intervals(frame)
    first, last = _stretch(rng, len(rr), severity)
    drawn = 0.8 * rr[first:last].mean() * np.exp(FIBRILLATION_SPREAD * rng.standard_normal(last - first))
    drawn = np.rint(np.clip(drawn, 330.0, 2000.0))
    rr[first:last] = np.where(drawn == rr[first:last], drawn + 1.0, drawn)
    return injected(frame, rr, [list(range(first, last))])


def _stretch(rng: np.random.Generator, count: int, severity: int) -> tuple[int, int]:
    length = round(STRETCH[severity] * count)
    first = int(rng.integers(0, count - length + 1))
    return first, first + length


_RHYTHM_CHECKS = ("rhythm_alternation", "rhythm_frequent_ectopy", "rhythm_irregular")

BIGEMINY = Fault(name="bigeminy", table="beats", check_names=_RHYTHM_CHECKS, scoring="segment", inject=bigeminy)
FREQUENT_ECTOPY = Fault(
    name="frequent_ectopy", table="beats", check_names=_RHYTHM_CHECKS, scoring="segment", inject=frequent_ectopy
)
FIBRILLATION_LIKE = Fault(
    name="fibrillation_like", table="beats", check_names=_RHYTHM_CHECKS, scoring="segment", inject=fibrillation_like
)
