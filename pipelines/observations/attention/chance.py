"""How rare what a rule found is on ordinary days: from a stored table, widened by the athlete's own days.

The table (`ordinary_days.csv`) has, for each rule, the evidence that is exceeded on 50, 20, 10, ... % of the days of
generated athletes to whom nothing happens, and the share of days on which the rule holds at all. Between two of these
points evidence is read as a straight line over standard deviations of a Gaussian, and beyond the last it goes on no
steeper than a Gaussian's. An athlete on whose own days before the rule held more often than chance has it there is an
athlete for whom it is more ordinary: the probability is raised by that ratio, and never lowered.
`wattworth bench attention --calibrate` writes the table. Of a rule it does not know, or in another version, the
evidence is taken to spread wider than is promised.
"""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from statistics import NormalDist

FILE = "ordinary_days.csv"
SHARES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002)
"""Upper shares of ordinary days whose evidence the table has."""
LEAST_P = 1e-9
"""No probability is told below this (share of days): no table reaches there. Engineering start value."""
UNKNOWN_SPREAD = 1.3
"""Spread of the evidence of a rule the table does not know, where one is promised. Engineering start value."""
UNKNOWN_SHARE = 0.05
"""Share of ordinary days on which such a rule is taken to hold. Engineering start value."""
STEEPEST = 1.0
"""Gaussian standard deviations a unit of evidence is worth at most beyond the table: evidence is no rarer than said."""
OWN_CLUSTER_DAYS = 4.0
"""Days that a rule holds in one go on ordinary days: so many stand for one. Engineering start value."""
OWN_SPREADS = 1.64
"""Standard deviations below the athlete's own share that are taken for its least: one-sided 95 %."""

_GAUSS = NormalDist()


@dataclass(frozen=True, kw_only=True)
class Ordinary:
    """One rule on ordinary days: how often it holds (share of days), and its evidence at each of `SHARES`."""

    rule: str
    rule_version: int
    day_count: int
    held_share: float
    evidence: tuple[float, ...]


@cache
def table() -> dict[str, Ordinary]:
    """Every rule that was tried on ordinary days, by name."""
    return read((files("pipelines.observations.attention") / FILE).read_text(encoding="utf-8"))


def read(text: str) -> dict[str, Ordinary]:
    """The rows of such a table."""
    return {
        row["rule"]: Ordinary(
            rule=row["rule"],
            rule_version=int(row["rule_version"]),
            day_count=int(row["day_count"]),
            held_share=float(row["held_share"]),
            evidence=tuple(float(row[f"evidence_{share:g}"]) for share in SHARES),
        )
        for row in csv.DictReader(text.splitlines())
    }


def written(rows: Sequence[Ordinary]) -> str:
    """The table as text."""
    head = ["rule", "rule_version", "day_count", "held_share", *(f"evidence_{share:g}" for share in SHARES)]
    lines = [
        [
            row.rule,
            str(row.rule_version),
            str(row.day_count),
            f"{row.held_share:.6f}",
            *(f"{e:.4f}" for e in row.evidence),
        ]
        for row in sorted(rows, key=lambda row: row.rule)
    ]
    return "\n".join(",".join(line) for line in [head, *lines]) + "\n"


@cache
def table_version() -> str:
    """First 8 hexadecimal digits of a hash over the table: another number, another version."""
    return hashlib.sha256(written(list(table().values())).encode()).hexdigest()[:8]


def of_rule(rule: str, version: int) -> Ordinary | None:
    """What is known of a rule in this version."""
    known = table().get(rule)
    return known if known is not None and known.rule_version == version else None


def probability(known: Ordinary | None, evidence: float | None, *, own_held: int = 0, own_days: int = 0) -> float:
    """Share of ordinary days on which the rule holds with as much evidence.

    `own_held` of `own_days` are the athlete's own days before, of this time's first one.
    """
    if known is None:
        return UNKNOWN_SHARE if evidence is None else max(LEAST_P, _upper(evidence / UNKNOWN_SPREAD))
    share = known.held_share if evidence is None else _upper(_as_gauss(known, evidence))
    least = own_least(own_held, own_days)
    floor = max(known.held_share, 1.0 / max(known.day_count, 1))
    return min(1.0, max(share, LEAST_P) * max(1.0, least / floor))


def own_least(held: int, days: int) -> float:
    """Least share of days on which the rule holds that the athlete's own days bear out."""
    if not days:
        return 0.0
    count = max(days / OWN_CLUSTER_DAYS, 1.0)
    share = held / days
    return max(0.0, share - OWN_SPREADS * float((share * (1.0 - share) / count) ** 0.5))


def strength(p_value: float) -> float:
    """A probability as the Gaussian standard deviations with that upper tail: one scale for every rule."""
    return _GAUSS.inv_cdf(1.0 - max(LEAST_P, min(p_value, 1.0 - LEAST_P)))


def _as_gauss(known: Ordinary, evidence: float) -> float:
    ends = [_GAUSS.inv_cdf(1.0 - share) for share in SHARES]
    points = list(zip(known.evidence, ends, strict=True))
    if evidence <= points[0][0]:
        return ends[0] - min(3.0, points[0][0] - evidence)
    for (low, below), (high, above) in pairwise(points):
        if evidence <= high:
            return above if high == low else below + (above - below) * (evidence - low) / (high - low)
    (low, below), (high, above) = points[-3], points[-1]
    slope = STEEPEST if high <= low else min(STEEPEST, (above - below) / (high - low))
    return above + slope * (evidence - high)


def _upper(deviations: float) -> float:
    return _GAUSS.cdf(-deviations)
