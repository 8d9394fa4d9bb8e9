"""How many rows tonight's list would have had nothing happened to anybody: the number printed above it.

While nothing happens the line of the false discovery rate lies at the rate over the number of athletes in the night's
family, and an athlete who may be shown passes it as often as that: `rarest` tells how rare a find is on the nights of
athletes who may be shown. An athlete of whom few rules are tried cannot pass more often than these rules hold. What
rows passing together, and days in a row, add was measured once, on lists of generated athletes to whom nothing happens
(`SHOWN_PER_EXPECTED`; `wattworth bench attention` holds it against others).
"""

from collections.abc import Sequence

from pipelines.observations.attention import rarest
from pipelines.observations.attention.contract import Candidate

SHOWN_PER_EXPECTED = 1.29
"""Rows shown for each that the probabilities alone would give. Measured on generated athletes, seeds of tuning."""
HOW = (
    "the false discovery rate shared among the athletes who may be shown tonight, of each no more than the rules that "
    "were tried hold on ordinary days; corrected by what lists of generated athletes to whom nothing happens came to"
)


def expected_by_chance(family: Sequence[Sequence[Candidate]], *, rate: float, budget: int) -> float | None:
    """Rows by chance alone; `family` are the rules tried on each athlete who may be shown. None without any."""
    if not family:
        return None
    line = rate / len(family)
    alone = sum(min(line, _most(tried, line)) for tried in family)
    return min(float(budget), SHOWN_PER_EXPECTED * alone)


def _most(tried: Sequence[Candidate], line: float) -> float:
    """The most nights (share) on which one of these rules passes, had each of them nights of its own."""
    lowest = rarest.lowest_of(line, [one.rule for one in tried])
    return sum(min(one.chance_share, lowest * rarest.weight(one.rule)) for one in tried)
