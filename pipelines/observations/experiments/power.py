"""How likely an experiment answers: schedule, losses and test, played through with the athlete's own noise."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from pipelines.observations.experiments.noise import History, Noise, drawn_days, drawn_usable
from pipelines.observations.experiments.pairs import IMBALANCE_P, Layout, differences, imbalance_p, is_too_much_dropped
from pipelines.observations.experiments.schedule import Design
from pipelines.observations.experiments.sign_test import DRAWN_ORDERS, LEVEL, PAIRS_NEEDED, p_values


@dataclass(frozen=True, kw_only=True)
class Draws:
    """Experiments to play through, one a row: values without any effect, which are usable, which days are done."""

    values: np.ndarray
    is_usable: np.ndarray
    is_done: np.ndarray
    rng_seed: int

    @property
    def day_count(self) -> int:
        """Days that are drawn: a schedule with its lag has to fit in."""
        return int(self.values.shape[1])


def draws(
    known: History,
    found: Noise,
    *,
    draw_count: int,
    day_count: int,
    ahead_days: int,
    adherence: float,
    seed: int,
) -> Draws:
    """So many draws of so many days; days are done as scheduled with a chance of `adherence` each.

    The first drawn day lies `ahead_days` after the last of the history.
    """
    rng = np.random.default_rng(seed)
    first_weekday = len(known.values) - 1 + ahead_days
    values = drawn_days(found, draw_count=draw_count, day_count=day_count, first_weekday=first_weekday, rng=rng)
    is_usable = drawn_usable(known, draw_count=draw_count, day_count=day_count, rng=rng)
    is_done = rng.random((draw_count, day_count)) < adherence
    return Draws(values=values, is_usable=is_usable, is_done=is_done, rng_seed=seed)


def power(drawn: Draws, design: Design, *, effect: float, lag_days: int, order_count: int = DRAWN_ORDERS) -> float:
    """Share (fraction) of the draws in which the experiment shows an effect of this size, with its sign, at its level.

    Raises `ValueError` when the draws are shorter than the schedule.
    """
    if design.day_count + lag_days > drawn.day_count:
        raise ValueError(f"{drawn.day_count} days drawn, {design.day_count + lag_days} needed")
    days, pair, is_second = _days(design)
    count = len(drawn.values)
    coins = np.random.default_rng([drawn.rng_seed, design.pair_count]).random((count, design.pair_count)) < 1 / 2
    is_a = coins[:, pair] ^ is_second
    is_kept = drawn.is_usable[:, days + lag_days] & drawn.is_done[:, days]
    values = np.where(is_kept, drawn.values[:, days + lag_days], np.nan)
    # All rows share one layout, in which the first period counts as A; the coin then decides on the sign.
    layout = Layout(pair=pair, is_a=~is_second)
    told = differences(layout, values) * np.where(coins, 1.0, -1.0) + effect
    is_assessable = _assessable(is_kept, is_a)
    return _shown(told[is_assessable], seed=drawn.rng_seed, order_count=order_count) / count


def _days(design: Design) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number of each day of A and B from the first, its pair from 0, whether it is of the second period of its pair."""
    periods = np.repeat(np.arange(2 * design.pair_count), design.period_days)
    within = np.tile(np.arange(design.period_days), 2 * design.pair_count)
    days = periods * (design.period_days + design.washout_days) + within
    return days, periods // 2, periods % 2 == 1


def _assessable(is_kept: np.ndarray, is_a: np.ndarray) -> np.ndarray:
    """Draws with few enough dropped days, as many under A as under B but for chance: the rules of a real one."""
    days_each = is_kept.shape[1] // 2
    of_a = (~is_kept & is_a).sum(axis=1)
    of_b = (~is_kept & ~is_a).sum(axis=1)
    return np.array(
        [
            not is_too_much_dropped(a + b, 2 * days_each) and _imbalance(a, b, days_each) >= IMBALANCE_P
            for a, b in zip(of_a.tolist(), of_b.tolist(), strict=True)
        ],
        dtype=bool,
    )


@cache
def _imbalance(dropped_a: int, dropped_b: int, days_each: int) -> float:
    return imbalance_p(dropped_a, dropped_b, days_each)


def _shown(told: np.ndarray, *, seed: int, order_count: int) -> int:
    """How many rows of differences show an effect above zero.

    A pair without a difference counts as nought: that leaves the p-value as it is without the pair, since turning its
    sign changes nothing.
    """
    rows = told[np.isfinite(told).sum(axis=1) >= PAIRS_NEEDED]
    whole = np.where(np.isfinite(rows), rows, 0.0)
    p_value = p_values(whole, seed=seed, order_count=order_count)
    return int(((p_value <= LEVEL) & (whole.sum(axis=1) > 0.0)).sum())
