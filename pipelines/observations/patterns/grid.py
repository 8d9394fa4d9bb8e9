"""A series of one athlete on an unbroken row of dates, for all dates at once: one value a date, NaN where none is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value, its expected error in the same unit, and the first date of the device and firmware it is of."""

    on: date
    value: float
    expected_error: float
    era: date | None = None


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Values by date from `first` on; `error` is the expected error, `era` a number of its own for each device."""

    first: date
    value: Floats
    error: Floats
    era: Ints
    """Ordinal of the first date of the era a date lies in; of a date without a value that of the value before."""
    is_usual: Booleans
    """Whether a date has a value that may enter what is usual."""

    def __len__(self) -> int:
        """Number of dates."""
        return len(self.value)

    def place(self, on: date) -> int | None:
        """Number of a date from 0; None outside."""
        number = (on - self.first).days
        return number if 0 <= number < len(self.value) else None

    def date_of(self, number: int) -> date:
        """The date of a number."""
        return self.first + timedelta(days=number)


def grid(
    points: Iterable[Point], *, excused: Iterable[date] = (), adds: bool = False, until: date | None = None
) -> Grid | None:
    """Points as a grid from the first date to the last, or to `until` where that is later; None without any.

    Several of one date count as their mean, or where `adds` as their sum, as parts of a night do. What lies in another
    era than the others of its date is left out.
    """
    given = sorted(points, key=lambda one: one.on)
    if not given:
        return None
    first = given[0].on
    count = (max(given[-1].on, until or first) - first).days + 1
    value, number, error = np.zeros(count), np.zeros(count), np.zeros(count)
    era = np.zeros(count, dtype=np.int64)
    for one in given:
        place = (one.on - first).days
        began = 0 if one.era is None else one.era.toordinal()
        if number[place] and began > era[place]:
            value[place], number[place], error[place] = 0.0, 0.0, 0.0
        era[place] = max(era[place], began)
        value[place] += one.value
        number[place] += 1
        error[place] = max(error[place], one.expected_error)
    has = number > 0
    mean = np.full(count, np.nan)
    mean[has] = value[has] if adds else value[has] / number[has]
    error[~has] = np.nan
    # Eras only ever grow; a value that states none, such as the first of all, is of the one around it.
    era = np.maximum.accumulate(era)
    era[era == 0] = era[era > 0][0] if era.any() else 0
    ill = {(on - first).days for on in excused}
    is_usual = has & ~np.isin(np.arange(count), list(ill))
    return Grid(first=first, value=mean, error=error, era=era, is_usual=is_usual)


def windows(values: Floats, *, days: int, back: int = 0) -> Floats:
    """For each date its `days` dates up to `back` days before it, in order: NaN before the first."""
    padded = np.concatenate((np.full(days - 1 + back, np.nan), values[: max(len(values) - back, 0)]))
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, days), dtype=np.float64)[: len(values)]
