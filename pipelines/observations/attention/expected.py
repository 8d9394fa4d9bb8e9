"""How many rows tonight's list would have had nothing happened to anybody: the number printed above it.

While nothing happens the line of the false discovery rate lies at the rate over the number of athletes in the night's
family, and an athlete who may be shown passes it as often as that: `rarest` tells how rare a find is on the nights of
athletes who may be shown. An athlete of whom few rules are tried cannot pass more often than these rules hold. What
rows passing together, and days in a row, add was measured once, on lists of generated athletes to whom nothing happens
(`SHOWN_PER_EXPECTED`; `wattworth bench attention` holds it against others).
"""

from collections.abc import Sequence

import numpy as np

from pipelines.observations.attention import rarest
from pipelines.observations.attention.contract import Candidate

SHOWN_PER_EXPECTED = ((5, 0.93), (10, 1.03), (20, 1.58), (30, 1.97), (50, 2.53))
"""Rows shown for each that the probabilities alone would give, by athletes in the family: few of them have room for few
rows. Measured on generated athletes, seeds of tuning; read as a straight line in between."""
HOW = (
    "the false discovery rate shared among the athletes of whom a rule could be tried, of each who may be shown "
    "no more than these rules hold on ordinary days; corrected by what lists of generated athletes to whom nothing "
    "happens came to"
)


def expected_by_chance(
    able: Sequence[Sequence[Candidate]], *, line: float, athlete_count: int, budget: int
) -> float | None:
    """Rows by chance alone; `able` are the rules tried on each athlete who may be shown. None without any.

    `line` is where one alone passes, `athlete_count` the size of the family.
    """
    if not able:
        return None
    alone = sum(min(line, _most(tried, line)) for tried in able)
    return min(float(budget), shown_per_expected(athlete_count) * alone)


def shown_per_expected(athlete_count: int) -> float:
    """Rows shown for each that is expected, in a family of so many; beyond the sizes measured that of the last one."""
    sizes, factors = zip(*SHOWN_PER_EXPECTED, strict=True)
    return float(np.interp(athlete_count, sizes, factors))


def _most(tried: Sequence[Candidate], line: float) -> float:
    """The most nights (share) on which one of these rules passes, had each of them nights of its own."""
    lowest = rarest.lowest_of(line, [one.rule for one in tried])
    return sum(min(one.chance_share, lowest * rarest.weight(one.rule)) for one in tried)
