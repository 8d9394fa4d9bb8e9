"""Series of a history on one common row of dates, and how each of its dates stands, for all dates at once.

Of several devices that read the same metric each date uses the one with most values in the four weeks up to it, and
compares it with itself only: a change of device is a pause in what can be said, and no change of the athlete.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

import numpy as np

from pipelines.observations.patterns.comparable import HISTORY_DAYS, Difference, differences
from pipelines.observations.patterns.grid import Floats, Grid, Point, grid
from pipelines.observations.patterns.history import History, Value, between
from pipelines.observations.patterns.standing import Standing, Window, standing

CHOICE_DAYS = 28
"""Days up to a date whose values choose the device of a metric."""
ADDED = ("sleep_duration",)
"""Metrics whose values of one date are parts of a whole."""
AT_PACE, ANSWERS = "heart_rate_at_pace", "answers"
"""Series that are no metric: heart rate of runs minus that of comparable ones before, and marks of answers."""


@dataclass(frozen=True, kw_only=True)
class Dates:
    """The common row of dates."""

    first: date
    count: int

    def place(self, on: date) -> int | None:
        """Number of a date from 0; None outside."""
        number = (on - self.first).days
        return number if 0 <= number < self.count else None


def dates(known: History) -> Dates | None:
    """From the first date of anything to the last one; None without any."""
    return known.once("dates", lambda: _dates(known))


def _dates(known: History) -> Dates | None:
    ends = [end for by in known.series.values() for one in by.values() for end in (one[0].on, one[-1].on)]
    ends += [end.on for end in (*known.runs[:1], *known.runs[-1:])]
    ends += [end[0] for end in (*known.answers[:1], *known.answers[-1:])]
    ends += list(known.moved)
    return Dates(first=min(ends), count=(max(ends) - min(ends)).days + 1) if ends else None


def grids(known: History, name: str) -> tuple[Grid, ...]:
    """The series of a metric, of runs or of answers as grids of their own dates: one for each device and method."""
    return known.once(("grids", name), lambda: _grids(known, name))


def _grids(known: History, name: str) -> tuple[Grid, ...]:
    row = dates(known)
    until = None if row is None else row.first + timedelta(days=row.count - 1)
    made = [grid(points, excused=known.excused, adds=name in ADDED, until=until) for points in _points(known, name)]
    return tuple(one for one in made if one is not None)


def _points(known: History, name: str) -> list[list[Point]]:
    if name == AT_PACE:
        told = run_differences(known)
        return [[Point(on=one.run.on, value=one.difference_bpm, expected_error=one.error_bpm) for one in told]]
    if name == ANSWERS:
        return [[Point(on=on, value=mark, expected_error=0.0) for on, mark in known.answers]]
    return [[_point(value) for value in values] for values in known.series.get(name, {}).values()]


def _point(value: Value) -> Point:
    return Point(on=value.on, value=value.value, expected_error=value.expected_error, era=value.era)


def run_differences(known: History) -> tuple[Difference, ...]:
    """Every run that has comparable ones in the sixty days before it, and how its heart rate differs from theirs."""
    return known.once("run differences", lambda: _run_differences(known))


def _run_differences(known: History) -> tuple[Difference, ...]:
    found: list[Difference] = []
    for number, run in enumerate(known.runs):
        day = run.on.toordinal()
        found += differences(known, first=number, end=number + 1, since=day - HISTORY_DAYS, until=day)
    return tuple(found)


def over_dates(known: History, name: str, make: Callable[[Grid], Floats]) -> Floats | None:
    """What `make` tells of each date of a series, on the common dates and of the device each uses; None without any."""
    row, some = dates(known), grids(known, name)
    if row is None or not some:
        return None
    each = [_at(make(one), one, row) for one in some]
    if len(each) == 1:
        return each[0]
    return np.choose(known.once(("chosen", name), lambda: _chosen(some, row)), each)


def own_standing(known: History, name: str, own: Grid, how: Window) -> Standing:
    """How the dates of one of the grids of a series stand."""
    return known.once(("standing", name, id(own), how), lambda: standing(own, how))


def stands(known: History, name: str, how: Window) -> Standing | None:
    """How each of the common dates stands for a metric, runs or answers; None without such values."""
    return known.once(("stands", name, how), lambda: _stands(known, name, how))


def _stands(known: History, name: str, how: Window) -> Standing | None:
    def of_grid(field: str) -> Callable[[Grid], Floats]:
        return lambda own: np.asarray(getattr(own_standing(known, name, own, how), field))

    found = {field: over_dates(known, name, of_grid(field)) for field in STANDING}
    told = {field: one for field, one in found.items() if one is not None}
    return Standing(**told) if told else None


STANDING = tuple(field.name for field in fields(Standing))


def _at(values: Floats, own: Grid, row: Dates) -> Floats:
    start = (own.first - row.first).days
    filled = np.full(row.count, np.nan)
    filled[start : start + len(values)] = values
    return filled


def _chosen(some: Sequence[Grid], row: Dates) -> np.ndarray:
    counts = []
    for own in some:
        has = np.nan_to_num(_at((~np.isnan(own.value)).astype(np.float64), own, row))
        total = np.cumsum(has)
        counts.append(total - np.concatenate((np.zeros(min(CHOICE_DAYS, len(total))), total[:-CHOICE_DAYS])))
    return np.asarray(np.argmax(counts, axis=0))


def values_of(known: History, metric: str, on: date, *, days: int) -> Sequence[Value]:
    """Values of the last days of a metric, of the device that a date uses."""
    row = dates(known)
    place = None if row is None else row.place(on)
    series = list(known.series.get(metric, {}).values())
    if row is None or place is None or not series:
        return ()
    number = (
        0
        if len(series) == 1
        else int(known.once(("chosen", metric), lambda: _chosen(grids(known, metric), row))[place])
    )
    found = between(series[number], on, days=days)
    latest = max((one.era for one in found if one.era is not None), default=None)
    return [one for one in found if one.era in {None, latest}]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One date of a series as a rule tells it."""

    on: date
    value: float
    expected_error: float
    is_doubtful: bool
    observation_ids: tuple[str, ...]


def seen(known: History, name: str, on: date, *, days: int) -> list[Seen]:
    """The last days of a metric, or of runs against comparable ones, with the observations they are made of."""
    if name == AT_PACE:
        return [
            Seen(
                on=one.run.on,
                value=one.difference_bpm,
                expected_error=one.error_bpm,
                is_doubtful=one.run.is_doubtful,
                observation_ids=one.run.observation_ids,
            )
            for one in run_differences(known)
            if 0 <= (on - one.run.on).days < days
        ]
    of_date: dict[date, list[Value]] = {}
    for value in values_of(known, name, on, days=days):
        of_date.setdefault(value.on, []).append(value)
    return [
        Seen(
            on=day,
            value=sum(one.value for one in values) / (1 if name in ADDED else len(values)),
            expected_error=max(one.expected_error for one in values),
            is_doubtful=any(one.grade != "ok" for one in values),
            observation_ids=tuple(one.observation_id for one in values),
        )
        for day, values in of_date.items()
    ]


def doubtful(some: Sequence[Seen]) -> tuple[str, ...]:
    """A doubt where days are of doubtful values."""
    count = sum(one.is_doubtful for one in some)
    return (f"{count} of {len(some)} values are doubtful",) if count else ()
