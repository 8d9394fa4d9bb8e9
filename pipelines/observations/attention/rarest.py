"""How rare the rarest thing that the rules say of an athlete is: one probability each, for the family of a night.

A row is an athlete, so the family of a night is athletes. Of what holds of an athlete and has lasted, the least
probability over the weight of its rule is the athlete's score. How often a night brings as low a score to an athlete
who may be shown, while nothing happens, is in a stored table (`ordinary_nights.csv`): measured night after night on
generated athletes, each of whom is left alone for a week once shown, so that rules that hang together and days that
last are in it as they are and need not be paid for. Its rates are upper ends of intervals: too high where in doubt.
`wattworth bench attention --calibrate` writes it.

An athlete of whom few rules can be tried has low scores less often than those of the table: then the sum of what each
of them may bring alone is taken, where it is less. A rule that the table of rules does not know was not among those
measured; what it may bring is added in full.
"""

import csv
import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp, log

from pipelines.observations.attention import chance
from pipelines.observations.attention.contract import Candidate

FILE = "ordinary_nights.csv"
LEAST_DAYS = 2
"""Of the last three dates, those on which a rule has to hold to be shown. Engineering start value."""
WEIGHTS: Mapping[str, float] = {
    "trend_": 0.02,
    "shift_": 0.02,
    "load_change": 0.02,
    "durability": 0.02,
    "felt_effort": 0.02,
    "outside_": 0.02,
    "sleep_shortfall": 2.5,
    "pacing_drift": 2.0,
}
"""Weights of rules by the beginning of their names; 1 of any other. Chosen on generated athletes, seeds of tuning.

Rules about weeks and months are still there a week later, and told late, a few days are over. What lies outside its
range by two days out of three is for the most part also in the rules that add several nights up, so that its place is
theirs. Source of weighing: Genovese, Roeder & Wasserman 2006 (doi:10.1093/biomet/93.3.509).
"""
LASTING = ("sleep_shortfall",)
"""Rules that by themselves ask three short nights of five: the first date they hold on is no first day."""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How often a night brings an athlete who may be shown a score as low (share of such nights)."""

    score: float
    share: float
    row_count: int
    """Nights it was measured on that brought one."""


def weight(rule: str) -> float:
    """Weight of a rule."""
    return next((weight for beginning, weight in WEIGHTS.items() if rule.startswith(beginning)), 1.0)


def score(one: Candidate) -> float:
    """Probability of what a rule found over its weight: one scale for every rule."""
    return one.p_value / weight(one.rule)


def has_lasted(one: Candidate) -> bool:
    """Whether a rule held on enough days, or asks several days itself."""
    return one.held_day_count >= LEAST_DAYS or one.rule in LASTING


def probability(lowest: float, tried: Sequence[str]) -> float:
    """Share of ordinary nights with as low a score, of one who may be shown and of whom these rules are tried."""
    unknown = sum(weight(rule) for rule in tried if rule not in chance.table())
    each_alone = lowest * sum(weight(rule) for rule in tried)
    return min(1.0, share_of(table(), lowest) + lowest * unknown, each_alone)


def lowest_of(share: float, tried: Sequence[str]) -> float:
    """The score up to which an athlete of whom these measured rules are tried has at most this share."""
    return max(score_of(table(), share), share / sum(weight(rule) for rule in tried))


def share_of(rates: Sequence[Rate], lowest: float) -> float:
    """The share of nights with as low a score."""
    return _read(lowest, [(one.score, one.share) for one in rates])


def score_of(rates: Sequence[Rate], share: float) -> float:
    """The highest score whose share is at most this."""
    return _read(share, [(one.share, one.score) for one in rates])


def _read(value: float, points: Sequence[tuple[float, float]]) -> float:
    """A table read as a straight line between logarithms; below its first point in proportion, flat behind its last."""
    (first, told_first), (last, told_last) = points[0], points[-1]
    if value <= first:
        return told_first * value / first
    if value >= last:
        return told_last
    above = bisect_right(points, value, key=lambda point: point[0])
    (low, told_low), (high, told_high) = points[above - 1], points[above]
    along = log(value / low) / log(high / low)
    return exp(log(told_low) + along * log(told_high / told_low))


@cache
def table() -> tuple[Rate, ...]:
    """Rates on ordinary nights, from the lowest score on."""
    return read((files("pipelines.observations.attention") / FILE).read_text(encoding="utf-8"))


def read(text: str) -> tuple[Rate, ...]:
    """The rows of such a table."""
    return tuple(
        Rate(score=float(row["score"]), share=float(row["share"]), row_count=int(row["row_count"]))
        for row in csv.DictReader(text.splitlines())
    )


def written(rates: Iterable[Rate]) -> str:
    """The table as text."""
    lines = [f"{one.score:.4g},{one.share:.6f},{one.row_count}" for one in rates]
    return "\n".join(["score,share,row_count", *lines]) + "\n"


@cache
def table_version() -> str:
    """First 8 hexadecimal digits of a hash over the table: another number, another version."""
    return hashlib.sha256(written(table()).encode()).hexdigest()[:8]
