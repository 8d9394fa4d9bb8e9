"""How many rows tonight's list would have had nothing happened to anybody: the number printed above it.

Of each athlete who may be shown tonight, the rules that were tried are taken at the probability that alone would pass
the false discovery rate of the whole family; where a rule holds more rarely than that, at the share of days it holds.
Tests of one athlete hang together, what lasts for days is shown once and not every night, and two false rows make room
for a third: what all of this comes to was measured once, on lists of generated athletes to whom nothing happens
(`SHOWN_PER_EXPECTED`, measured on the seeds of tuning by `wattworth bench attention`, and tested on others).
"""

from collections.abc import Callable, Iterable

from pipelines.observations.attention.contract import Candidate

SHOWN_PER_EXPECTED = 0.34
"""Rows shown for each that the probabilities alone would give. Measured on generated athletes, seeds of tuning."""
HOW = (
    "the probabilities of every rule that was tried, at the line of the false discovery rate, for athletes who may be "
    "shown tonight; corrected by what lists of generated athletes to whom nothing happens came to"
)


def expected_by_chance(
    eligible: Iterable[Candidate], *, line: Callable[[Candidate], float], budget: int
) -> float | None:
    """Rows by chance alone; `eligible` are the rules tried on athletes who may be shown. None without any.

    `line` gives the probability that passes for a rule while nothing happens to anybody.
    """
    none: dict[int, float] = {}
    for one in eligible:
        none[one.athlete_id] = none.get(one.athlete_id, 1.0) * (1.0 - min(one.chance_share, line(one)))
    if not none:
        return None
    return min(float(budget), SHOWN_PER_EXPECTED * sum(1.0 - alone for alone in none.values()))
