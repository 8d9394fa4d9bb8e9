"""Ordinary days: the athlete's own, drawn anew in blocks, around one level, so that by construction nothing happens.

Of each series only what is left around its own slow course is kept: a straight line (Theil-Sen) and a running median
of six weeks are taken out, and the level of the last sixty days is put back. Days are drawn by the stationary
bootstrap (Politis & Romano 1994, doi:10.1080/01621459.1994.10476870): blocks of days that followed one another, of
random length, a week in the mean, so that days stay as alike as neighbours are. All series of an athlete are drawn by
the same days: a bad night keeps its low variability. Days near a note of illness, injury or travel are left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BLOCK_DAYS = 7.0
"""Mean length of a block (days): training repeats by the week. Engineering start value."""
HISTORY_DAYS = 365
"""Days at most that are drawn from: the last year. Engineering start value."""
LEAD_DAYS = 90
"""Drawn days before the first on which a rule is tried: the furthest that any rule looks back."""
ORDINARY_DAYS = 720
"""Drawn days on which rules are tried. Engineering start value: the athlete's own history is the shorter by far."""
COURSE_DAYS = 21
"""Days on either side whose median is the slow course of a series. Engineering start value."""
LEVEL_DAYS = 60
"""Last days whose median is the level that ordinary days lie around: those of a usual range."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Days of an athlete in the order drawn: `source[i]` (ordinal date) is what day number `i` is made of."""

    source: Ints
    last: date
    """Date given to the last drawn day."""

    def date_of(self, number: int) -> date:
        """Date given to a drawn day, counted from 0."""
        return self.last - timedelta(days=len(self.source) - 1 - number)

    def places(self, days: Ints) -> tuple[Ints, Ints]:
        """For values of those ordinal dates: numbers of the drawn days, and which value each of them takes.

        A date with several values gives them all, a date without one none.
        """
        order = np.argsort(days, kind="stable")
        first = np.searchsorted(days[order], self.source, side="left")
        count = np.searchsorted(days[order], self.source, side="right") - first
        numbers = np.repeat(np.arange(len(self.source)), count)
        within = np.arange(len(numbers)) - np.repeat(np.cumsum(count) - count, count)
        return numbers, order[np.repeat(first, count) + within]


def draw(dates: Iterable[date], *, without: Iterable[date], last: date, seed: Sequence[int]) -> Drawn | None:
    """Draws ordinary days from the dates between the first and the last that have data; None when there are none.

    `without` are dates that are not ordinary. Equal seeds give equal days.
    """
    first = min((on for on in dates if on > last - timedelta(days=HISTORY_DAYS)), default=None)
    if first is None:
        return None
    held = set(without)
    calendar = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    ordinary = np.array([on.toordinal() for on in calendar if on not in held], dtype=np.int64)
    if not len(ordinary):
        return None
    return Drawn(source=ordinary[stationary(len(ordinary), LEAD_DAYS + ORDINARY_DAYS, seed=seed)], last=last)


def stationary(count: int, length: int, *, seed: Sequence[int]) -> Ints:
    """`length` positions among `count` days, in blocks of geometric length; the last day is followed by the first."""
    chance = np.random.default_rng(list(seed))
    begins = chance.random(length) < 1.0 / BLOCK_DAYS
    begins[0] = True
    starts = chance.integers(0, count, length)
    begun = np.maximum.accumulate(np.where(begins, np.arange(length), 0))
    return np.asarray((starts[begun] + np.arange(length) - begun) % count, dtype=np.int64)


def around_level(days: Ints, values: Floats) -> Floats:
    """The values around the level of the last sixty days, their slow course taken out; days in order, same unit."""
    if not len(values):
        return values
    flat = values - _slope(days, values) * (days - days[-1])
    left = flat - _course(days, flat)
    return np.asarray(np.median(values[days > days[-1] - LEVEL_DAYS]) + left, dtype=np.float64)


def slope(x: Floats, y: Floats) -> float:
    """Median of the slopes between any two points (Theil 1950, Sen 1968); 0 without two that differ in x."""
    first, second = np.triu_indices(len(x), 1)
    apart = x[second] - x[first]
    told = apart != 0
    return float(np.median((y[second] - y[first])[told] / apart[told])) if told.any() else 0.0


def _slope(days: Ints, values: Floats) -> float:
    return slope(days.astype(np.float64), values)


def _course(days: Ints, values: Floats) -> Floats:
    """Median of the values within three weeks on either side of each."""
    first = np.searchsorted(days, days - COURSE_DAYS, side="left")
    end = np.searchsorted(days, days + COURSE_DAYS, side="right")
    places = first[:, None] + np.arange(int((end - first).max()))
    table = np.where(places < end[:, None], values[np.minimum(places, len(values) - 1)], np.inf)
    table.sort(axis=1)
    row, count = np.arange(len(values)), end - first
    return np.asarray((table[row, (count - 1) // 2] + table[row, count // 2]) / 2.0, dtype=np.float64)
