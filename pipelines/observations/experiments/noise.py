"""How the athlete's own values differ from day to day, learnt from the usable ones, with how sure that is.

A value is a level, a part that lasts from one day to the next and fades, and a part that each day draws anew and that
holds the error of measurement, too. How large the parts are is not known but has a distribution, given the days there
were; a power that is averaged over it is right on the whole also for those whose days happened to look calm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import numpy as np

HISTORY_DAYS = 120
"""Days looked back on; twice the window of a usual range. Engineering start value."""

LEAST_VALUES = 28
"""Usable days below which no power is given: four weeks. Engineering start value."""

FADING = (0.3, 0.5, 0.7, 0.85, 0.95)
"""Share of the lasting part that is left a day later, as tried."""

LASTING = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8)
"""Share of the variance that lasts, as tried."""

WEEKLY = (0.03, 0.1, 0.3)
"""Variance from weekday to weekday, in multiples of that of the rest, as tried: weeks of training have a rhythm. All of
the three are taken for equally likely at first."""

WEEK = 7

TINY = 1e-12
"""Keeps what may be nought from being divided by or having no root."""

CLUMPING = 3.0
"""Days without a value come together: so many say as much of their share as one alone. Engineering start value, set
where stated power and the share that showed the effect met on generated experiments of the seeds 7 to 10."""


@dataclass(frozen=True, kw_only=True)
class History:
    """Usable values of one series by day, from the first to the last; a day without one is no number."""

    values: np.ndarray

    @property
    def usable_share(self) -> float:
        """Share (fraction) of its days that have a usable value; 0 without a day."""
        return float(np.isfinite(self.values).mean()) if len(self.values) else 0.0

    @property
    def value_count(self) -> int:
        """Number of usable values."""
        return int(np.isfinite(self.values).sum())

    @property
    def is_constant(self) -> bool:
        """Whether no two usable values differ."""
        return float(np.nanmax(self.values)) == float(np.nanmin(self.values))


@dataclass(frozen=True, kw_only=True)
class Noise:
    """How the values differ from day to day: settings tried, how likely each is, and what is left of the squares."""

    likelihood: np.ndarray
    fading: np.ndarray
    lasting: np.ndarray
    squares: np.ndarray
    freedom: int
    week: np.ndarray
    """What each weekday adds, a row per setting; weekdays are counted from the first day of the history."""
    week_roots: np.ndarray
    """Lower root of how unsure that is, per setting, in standard deviations of the rest."""

    def standard_deviation(self) -> float:
        """Day-to-day standard deviation without what is the weekday's, in the unit of the values."""
        return float(np.sqrt(self.likelihood @ self.squares / self.freedom))


def history(dated: Sequence[tuple[date, float]], *, until: date) -> History:
    """The last `HISTORY_DAYS` days up to `until`, from the first value in them; of several on one date the median."""
    first = until - timedelta(days=HISTORY_DAYS - 1)
    by_date: dict[date, list[float]] = {}
    for on, value in dated:
        if first <= on <= until:
            by_date.setdefault(on, []).append(value)
    if not by_date:
        return History(values=np.empty(0))
    start = min(by_date)
    values = np.full((until - start).days + 1, np.nan)
    for on, several in by_date.items():
        values[(on - start).days] = float(np.median(several))
    return History(values=values)


def noise(known: History) -> Noise:
    """What the usable days say of the noise: level and size are integrated out, the rest is weighed setting by setting.

    Raises `ValueError` below `LEAST_VALUES` values, or when all are the same.
    """
    days = np.flatnonzero(np.isfinite(known.values))
    values = known.values[days]
    if len(values) < LEAST_VALUES or np.ptp(values) == 0.0:
        raise ValueError("too few values, or all the same")
    settings = [
        (fading, lasting, weekly)
        for fading, lasting, weekly in product(FADING, LASTING, WEEKLY)
        if lasting > 0.0 or fading == FADING[0]
    ]
    fading, lasting, weekly = np.array(settings).T
    apart = np.abs(days[:, None] - days[None, :])
    is_weekday = np.eye(WEEK)[days % WEEK]
    related = (lasting[:, None] * fading[:, None] ** np.arange(days[-1] - days[0] + 1))[:, apart]
    related += (1.0 - lasting)[:, None, None] * np.eye(len(days))
    related += weekly[:, None, None] * (is_weekday @ is_weekday.T)
    roots = np.linalg.cholesky(related)
    sides = _solved(roots, np.column_stack([np.ones(len(values)), values, is_weekday]))
    one, seen, weekdays = sides[..., 0], sides[..., 1], sides[..., 2:]
    information = (one**2).sum(axis=1)
    level = (one * seen).sum(axis=1) / information
    squares = (seen**2).sum(axis=1) - level**2 * information
    freedom = len(values) - 1
    logarithm = (
        -np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
        - 0.5 * np.log(information)
        - 0.5 * freedom * np.log(squares)
    )
    likelihood = np.exp(logarithm - logarithm.max())
    week, week_roots = _weeks(one, seen - level[:, None] * one, weekdays, weekly)
    return Noise(
        likelihood=likelihood / likelihood.sum(),
        fading=fading,
        lasting=lasting,
        squares=squares,
        freedom=freedom,
        week=week,
        week_roots=week_roots,
    )


def _weeks(
    one: np.ndarray, left: np.ndarray, weekdays: np.ndarray, weekly: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What each weekday adds given the days there were, and the lower root of how unsure that is; per setting."""
    information = (one**2).sum(axis=1)
    week = weekly[:, None] * np.einsum("gn,gnw->gw", left, weekdays)
    shared = np.einsum("gnw,gnv->gwv", weekdays, weekdays)
    of_level = np.einsum("gn,gnw->gw", one, weekdays)
    shared -= of_level[:, :, None] * of_level[:, None, :] / information[:, None, None]
    unsure = weekly[:, None, None] * np.eye(WEEK) - weekly[:, None, None] ** 2 * shared
    return week, np.linalg.cholesky(unsure + TINY * np.eye(WEEK))


def _solved(roots: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The solution of each lower triangular system for the same right sides, row by row from the top."""
    solved = np.empty((*roots.shape[:2], right.shape[1]))
    for row in range(roots.shape[1]):
        known = np.einsum("gi,gis->gs", roots[:, row, :row], solved[:, :row])
        solved[:, row] = (right[row] - known) / roots[:, row, row, None]
    return solved


def drawn_days(
    known: Noise, *, draw_count: int, day_count: int, first_weekday: int, rng: np.random.Generator
) -> np.ndarray:
    """Days to come, one row a draw: each with a setting and a size of its own, as likely as the history makes them.

    `first_weekday` is that of the first drawn day, counted from the first day of the history.
    """
    which = rng.choice(len(known.likelihood), size=draw_count, p=known.likelihood)
    size = np.sqrt(known.squares[which] / rng.chisquare(known.freedom, size=draw_count))
    fading, lasting = known.fading[which], known.lasting[which]
    fresh = rng.standard_normal((draw_count, day_count))
    lasts = np.empty((draw_count, day_count))
    lasts[:, 0] = rng.standard_normal(draw_count)
    step = np.sqrt(1.0 - fading**2)
    pushes = rng.standard_normal((draw_count, day_count))
    for day in range(1, day_count):
        lasts[:, day] = fading * lasts[:, day - 1] + step * pushes[:, day]
    unsure = np.einsum("rvw,rw->rv", known.week_roots[which], rng.standard_normal((draw_count, WEEK)))
    week = known.week[which] + size[:, None] * unsure
    drawn: np.ndarray = size[:, None] * (np.sqrt(lasting)[:, None] * lasts + np.sqrt(1.0 - lasting)[:, None] * fresh)
    drawn += week[:, (first_weekday + np.arange(day_count)) % WEEK]
    return drawn


def drawn_usable(known: History, *, draw_count: int, day_count: int, rng: np.random.Generator) -> np.ndarray:
    """Whether those days have a usable value: stretches of the history as it was, from any day on, round its end.

    The share of usable days to come is not the one of the history, but as likely as that makes it: each draw has a
    share of its own, and days are taken out of its stretch, or put back, until that is what it comes to on average.
    """
    is_usable = np.isfinite(known.values)
    seen = float(is_usable.mean())
    alone = len(is_usable) / CLUMPING
    share = rng.beta(seen * alone + 1.0, (1.0 - seen) * alone + 1.0, size=draw_count)
    starts = rng.integers(0, len(is_usable), size=draw_count)
    drawn: np.ndarray = is_usable[(starts[:, None] + np.arange(day_count)) % len(is_usable)]
    is_left = rng.random((draw_count, day_count)) < np.minimum(share / seen, 1.0)[:, None]
    is_back = rng.random((draw_count, day_count)) < (np.maximum(share - seen, 0.0) / max(1.0 - seen, TINY))[:, None]
    return (drawn & is_left) | (~drawn & is_back)
