"""The plain rules other tools mark RR intervals by, written anew from what is said of them, one expression each.

A rule says which intervals it doubts; RMSSD is then taken from the differences between two intervals it does not doubt.
"""

import numpy as np

from pipelines.quality.sliding import Bools, Floats

MALIK_STEP = 0.20
"""Largest step from the interval before, as a fraction of that one (Malik & Camm 1995)."""

QUOTIENT = (0.8, 1.2)
"""Range of an interval over the next one (Piskorski & Guzik 2005), HeartPy's quotient filter."""

HEARTPY_SHARE, HEARTPY_LEAST_MS = 0.30, 300.0
"""HeartPy's first filter: so far from the mean of the whole series, and never nearer than so many ms."""

GOLDEN_CHEETAH_RANGE_MS = (270.0, 2000.0)
GOLDEN_CHEETAH_REACH, GOLDEN_CHEETAH_SHARE = 20, 0.20
"""GoldenCheetah's defaults: range, neighbours on either side, and distance from their mean."""


def malik(rr_ms: Floats) -> Bools:
    """An interval that differs from the one before it by more than a fifth of that."""
    return np.concatenate([[False], np.abs(np.diff(rr_ms)) > MALIK_STEP * rr_ms[:-1]])


def quotient(rr_ms: Floats) -> Bools:
    """An interval that is not between 0.8 and 1.2 times the next one."""
    ratio = rr_ms[:-1] / rr_ms[1:]
    return np.concatenate([(ratio < QUOTIENT[0]) | (ratio > QUOTIENT[1]), [False]])


def around_mean(rr_ms: Floats) -> Bools:
    """An interval more than 30 %, and more than 300 ms, from the mean of the series."""
    mean = float(rr_ms.mean())
    return np.asarray(np.abs(rr_ms - mean) > max(HEARTPY_SHARE * mean, HEARTPY_LEAST_MS), dtype=np.bool_)


def golden_cheetah(rr_ms: Floats) -> Bools:
    """An interval out of range, or more than a fifth from the mean of the 20 in range on either side of it."""
    inside = (rr_ms > GOLDEN_CHEETAH_RANGE_MS[0]) & (rr_ms < GOLDEN_CHEETAH_RANGE_MS[1])
    lengths, counts = np.where(inside, rr_ms, 0.0), inside.astype(np.float64)
    total, count = _around(lengths), _around(counts)
    mean = total / np.maximum(count, 1.0)
    far = np.abs(rr_ms - mean) > GOLDEN_CHEETAH_SHARE * mean
    return np.asarray(~inside | (far & (count > 0)), dtype=np.bool_)


def _around(values: Floats) -> Floats:
    """Sum of the neighbours within reach on either side, the value itself left out."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    place = np.arange(len(values))
    first = np.maximum(place - GOLDEN_CHEETAH_REACH, 0)
    last = np.minimum(place + GOLDEN_CHEETAH_REACH + 1, len(values))
    return np.asarray(total[last] - total[first] - values, dtype=np.float64)


def pair_masked(rr_ms: Floats, bad: Bools) -> float:
    """RMSSD (ms) of the differences between two neighbours that are both good; NaN without any."""
    steps = np.diff(rr_ms)[~(bad[1:] | bad[:-1])]
    return float(np.sqrt(np.mean(steps**2))) if len(steps) else float("nan")
