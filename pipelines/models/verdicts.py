"""Whether a rung is worth its cost: held against the next cheaper one that was, by a rule declared in advance.

What does not belong here: joules. The order of the rungs is that of their measured CPU time, given from outside.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal

import numpy as np
import polars as pl

from pipelines.models.bootstrap import drawn_means, gain, interval
from pipelines.models.contract import Matrix
from pipelines.models.task import KEY

Verdict = Literal["worth it", "not worth it", "undecided", "not evaluated on real athletes", "looks ahead"]

LEAST_ATHLETE_COUNT = 2
LEAST_NIGHT_COUNT = 28
"""Below either, the spread between athletes or weeks cannot be told: undecided. Our own choice."""

SIGNIFICANCE = 0.05
"""Largest adjusted share of draws without a gain worth having at which a rung is worth it: one side of 90 %."""

LEAST_DISTANCE = 1e-3
"""A gain this near the smallest one worth having (fraction) is decided by no number of nights anyone has."""

RULE = """\
The rungs of a task are put in the order of their measured CPU time. Each is held against the dearest cheaper rung whose
own gain had its whole 90 % interval above the smallest gain worth having, or the best naive rival where none had, on
the nights both estimated.
Worth it: the 90 % interval of the gain lies above the smallest gain worth having, and the share of draws in which it
does not is at most 5 % after Holm's correction over all comparisons of the squad. On simulated athletes this is capped
at: not evaluated on real athletes. Not worth it: the interval lies below. Undecided: neither, or fewer than two
athletes or 28 nights; then the number of further nights is given that would decide if the gain stays and the interval
narrows with the root of their number, as it does when they come from more athletes like these. Looks ahead: an estimate
moved with what was not known at 05:00; nothing of it is scored.
"""


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A rung that was evaluated on a task: `nights` has `KEY`, target, estimate and best_rival, sorted."""

    name: str
    job_id: str
    cpu_s: float | None
    nights: pl.DataFrame
    best_rival: str
    looks_ahead: bool = False


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Errors of two on the same nights, the gain of one over the other, and how sure it is."""

    mean_absolute_error: float
    against_mean_absolute_error: float
    gain_fraction: float
    lower_fraction: float
    upper_fraction: float
    p_value: float
    """Share of draws in which the gain is not above the smallest one worth having."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One rung against another, or against the best naive rival, with what follows from it."""

    rung: Rung
    against: str
    against_job_id: str | None
    athlete_count: int
    night_count: int
    smallest_gain_fraction: float
    measured: Measured | None = None
    """Null where no night could be compared."""
    adjusted_p_value: float | None = None
    comparison_count: int = 0
    is_on_frontier: bool = False
    verdict: Verdict = "undecided"
    more_night_count: int | None = None


def judged(
    ladders: Sequence[tuple[Sequence[Rung], float]], *, is_simulated: bool, seed: int
) -> tuple[tuple[Comparison, ...], ...]:
    """The verdict of each rung of each ladder, cheapest first; Holm's correction goes over all of them.

    A ladder is the rungs of one task with the task's smallest gain worth having.
    """
    found = [_climbed(rungs, least, seed=seed) for rungs, least in ladders]
    adjusted = holm([one.measured.p_value if one.measured else None for ladder in found for one in ladder])
    count = sum(value is not None for value in adjusted)
    told = iter(adjusted)
    return tuple(
        tuple(
            _decided(replace(one, adjusted_p_value=next(told), comparison_count=count), is_simulated=is_simulated)
            for one in ladder
        )
        for ladder in found
    )


def verdict(one: Comparison, *, is_simulated: bool) -> Verdict:
    """What the interval and the adjusted share of draws say, by `RULE`."""
    if one.rung.looks_ahead:
        return "looks ahead"
    if one.measured is None or one.adjusted_p_value is None:
        return "undecided"
    said = by_interval(
        one.measured.lower_fraction,
        one.measured.upper_fraction,
        least=one.smallest_gain_fraction,
        athlete_count=one.athlete_count,
        night_count=one.night_count,
    )
    if said == "worth it" and one.adjusted_p_value > SIGNIFICANCE:
        return "undecided"
    return capped(said, is_simulated=is_simulated)


def by_interval(lower: float, upper: float, *, least: float, athlete_count: int, night_count: int) -> Verdict:
    """What the interval of one gain says of the smallest one worth having, before any correction."""
    if athlete_count < LEAST_ATHLETE_COUNT or night_count < LEAST_NIGHT_COUNT:
        return "undecided"
    if upper < least:
        return "not worth it"
    return "worth it" if lower > least else "undecided"


def capped(said: Verdict, *, is_simulated: bool) -> Verdict:
    """On simulated athletes nothing is said to be worth it."""
    return "not evaluated on real athletes" if is_simulated and said == "worth it" else said


def more_nights(one: Comparison) -> int | None:
    """Further nights that would decide, if the gain stays and the interval narrows with the root of their number.

    None where no number can be told: nothing was compared, or the gain is as large as the smallest one worth having.
    """
    found = one.measured
    if found is None or abs(found.gain_fraction - one.smallest_gain_fraction) < LEAST_DISTANCE:
        return None
    distance = found.gain_fraction - one.smallest_gain_fraction
    width = found.gain_fraction - found.lower_fraction if distance > 0 else found.upper_fraction - found.gain_fraction
    if distance > 0:  # what is worth it has to hold after the correction too
        width *= _quantile(SIGNIFICANCE / max(1, one.comparison_count)) / _quantile(SIGNIFICANCE)
    needed = max(one.night_count * (width / distance) ** 2, LEAST_NIGHT_COUNT)
    return max(1, math.ceil(needed) - one.night_count)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down adjustment; one that is not known stays so and does not count. Source: Holm 1979."""
    known = sorted((value, position) for position, value in enumerate(p_values) if value is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (value, position) in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - rank) * value))
        adjusted[position] = largest
    return adjusted


def _climbed(rungs: Sequence[Rung], least: float, *, seed: int) -> list[Comparison]:
    """Each rung against the frontier as it is when its turn comes, cheapest first; unknown costs come last."""
    frontier: Rung | None = None
    found = []
    for rung in sorted(rungs, key=lambda one: (one.cpu_s is None, one.cpu_s or 0.0, one.name)):
        one = _compared(rung, frontier, least, seed=seed)
        if _is_above(one):
            frontier, one = rung, replace(one, is_on_frontier=True)
        found.append(one)
    return found


def _compared(rung: Rung, frontier: Rung | None, least: float, *, seed: int) -> Comparison:
    nights = rung.nights
    if frontier is None:
        nights = nights.with_columns(against=pl.col("best_rival"))
    else:
        nights = nights.join(frontier.nights.select(*KEY, against="estimate"), on=KEY, how="inner").sort(KEY)
    one = Comparison(
        rung=rung,
        against=rung.best_rival if frontier is None else frontier.name,
        against_job_id=None if frontier is None else frontier.job_id,
        athlete_count=nights["athlete_id"].n_unique(),
        night_count=nights.height,
        smallest_gain_fraction=least,
    )
    if nights.is_empty() or rung.looks_ahead:
        return one
    return replace(one, measured=measured(nights, least, seed=seed))


def measured(nights: pl.DataFrame, least: float, *, seed: int) -> Measured:
    """Errors, gain, its interval and the share of draws without a gain above `least`.

    `nights` has `KEY`, target, estimate and against, sorted by athlete and date, at least one row.
    """
    columns = ["estimate", "against"]
    losses = nights.with_columns((pl.col(columns) - pl.col("target")).abs())
    means = losses.select(pl.col(columns).mean()).row(0)
    drawn = drawn_means(losses, columns, seed=seed)
    gains = gain(drawn[:, 0], drawn[:, 1])
    lower, upper = interval(gains)
    return Measured(
        mean_absolute_error=means[0],
        against_mean_absolute_error=means[1],
        gain_fraction=float(gain(np.array(means[0]), np.array(means[1]))),
        lower_fraction=lower,
        upper_fraction=upper,
        p_value=_share_not_above(gains, least),
    )


def _share_not_above(gains: Matrix, least: float) -> float:
    """Never 0: a thousand draws cannot tell less than one in a thousand."""
    return float((1 + (gains <= least).sum()) / (1 + len(gains)))


def _decided(one: Comparison, *, is_simulated: bool) -> Comparison:
    said = verdict(one, is_simulated=is_simulated)
    return replace(one, verdict=said, more_night_count=more_nights(one) if said == "undecided" else None)


def _is_above(one: Comparison) -> bool:
    found = one.measured
    return (
        found is not None
        and by_interval(
            found.lower_fraction,
            found.upper_fraction,
            least=one.smallest_gain_fraction,
            athlete_count=one.athlete_count,
            night_count=one.night_count,
        )
        == "worth it"
    )


def _quantile(share: float) -> float:
    return NormalDist().inv_cdf(1 - share)
