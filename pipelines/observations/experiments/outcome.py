"""What an experiment that is over says: a verdict, or why there is none. Only its own metric is ever looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipelines.observations.experiments.days import Day
from pipelines.observations.experiments.pairs import IMBALANCE_P, Layout, differences, imbalance_p, is_too_much_dropped
from pipelines.observations.experiments.sign_test import LEVEL, PAIRS_NEEDED, Tested, tested

Verdict = Literal["raised", "lowered", "no_difference", "not_answered"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Verdict and figures, or the reason there are none."""

    pair_count: int
    verdict: Verdict | None = None
    tested: Tested | None = None
    why_not: str = ""


def outcome(days: Sequence[Day], *, smallest_effect: float, seed: int) -> Outcome:
    """Of all days of a schedule that is over. Which of them count is settled before any value is looked at."""
    told = [day for day in days if day.is_passed]
    layout = Layout(
        pair=np.array([(day.pair or 1) - 1 for day in told], dtype=int),
        is_a=np.array([day.condition == "A" for day in told], dtype=bool),
    )
    is_kept = np.array([day.state == "kept" for day in told], dtype=bool)
    pair_count = _whole_pairs(layout, is_kept)
    why_not = _why_not(layout, is_kept, pair_count)
    if why_not:
        return Outcome(pair_count=pair_count, why_not=why_not)
    values = np.array([day.reading.value if day.state == "kept" and day.reading else np.nan for day in told])
    found = differences(layout, values[None, :])[0]
    result = tested(found[np.isfinite(found)], seed=seed)
    return Outcome(pair_count=pair_count, verdict=verdict_of(result, smallest_effect), tested=result)


def verdict_of(result: Tested, smallest_effect: float) -> Verdict:
    """An effect where the test shows one; none worth knowing where the interval lies within it; else not answered."""
    if result.p_value <= LEVEL:
        return "raised" if result.estimate > 0.0 else "lowered"
    is_within = -smallest_effect < result.lower and result.upper < smallest_effect
    return "no_difference" if is_within else "not_answered"


def _whole_pairs(layout: Layout, is_kept: np.ndarray) -> int:
    return sum(
        bool((is_kept & (layout.pair == pair) & layout.is_a).any())
        and bool((is_kept & (layout.pair == pair) & ~layout.is_a).any())
        for pair in range(layout.pair_count)
    )


def _why_not(layout: Layout, is_kept: np.ndarray, pair_count: int) -> str:
    """Why there is no verdict; empty when there is one."""
    of_a, of_b = int((~is_kept & layout.is_a).sum()), int((~is_kept & ~layout.is_a).sum())
    day_count = len(is_kept)
    if is_too_much_dropped(of_a + of_b, day_count):
        return f"{of_a + of_b} of {day_count} days do not count, more than a fifth"
    if imbalance_p(of_a, of_b, day_count // 2) < IMBALANCE_P:
        return f"{of_a} days of A and {of_b} of B do not count, more unlike than chance makes them"
    if pair_count < PAIRS_NEEDED:
        return (
            f"{pair_count} pairs have a value on both sides, and {PAIRS_NEEDED} are the fewest that can show anything"
        )
    return ""
