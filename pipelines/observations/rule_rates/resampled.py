"""The history of an athlete made of ordinary days: what patterns and the usual range are tried on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.observations.best_efforts import BEST_DISTANCES
from pipelines.observations.outside import METRICS
from pipelines.observations.patterns.history import NOTE_DAYS, History, Run, Value
from pipelines.observations.rule_rates.ordinary import HISTORY_DAYS, Drawn, Floats, Ints, around_level, draw, slope
from pipelines.quality.trailing import LEAST_DAYS, with_usual

SERIES = (*METRICS, "decoupling", *BEST_DISTANCES)
"""Metrics whose series the rules read."""


def ordinary_days(known: History, *, seed: Sequence[int], others: Iterable[date] = ()) -> Drawn | None:
    """Draws the athlete's ordinary days; `others` are dates with data that is in no observation. None without any."""
    dates = _dates(known) | set(others)
    noted = {day for day, _ in known.notes} | known.excused
    without = {day + timedelta(days=n) for day in noted for n in range(-NOTE_DAYS, NOTE_DAYS + 1)}
    return draw(dates, without=without, last=max(dates), seed=seed) if dates else None


def first_date(known: History) -> date:
    """First date with anything that rules read; the last date there is when there is nothing."""
    return min(_dates(known), default=date.max)


def _dates(known: History) -> set[date]:
    valued = {value.on for metric in SERIES for value in known.values(metric)}
    return valued | {run.on for run in known.runs} | {on for on, _ in known.answers}


def valued_days(known: History, metric: str, last: date) -> int:
    """Days of the last year on which the series of a metric that is drawn from has a value."""
    return len({value.on for value in _lately(known.values(metric), last)})


def resampled(known: History, drawn: Drawn) -> History:
    """The history of the drawn days: values, runs and answers as on the days they are made of, around their levels."""
    last = drawn.last
    series = {metric: _lately(known.values(metric), last) for metric in SERIES}
    return History(
        series={metric: {(metric,): _values(metric, values, drawn)} for metric, values in series.items() if values},
        runs=_runs([run for run in known.runs if _is_late(run.on, last)], drawn),
        answers=_answers([one for one in known.answers if _is_late(one[0], last)], drawn),
        notes=(),
        changes=(),
        birth_year=_birth_year(known.birth_year, drawn),
        moved=_moved(known.moved, drawn),
    )


def _lately(values: tuple[Value, ...], last: date) -> tuple[Value, ...]:
    return tuple(value for value in values if _is_late(value.on, last))


def _is_late(on: date, last: date) -> bool:
    return 0 <= (last - on).days < HISTORY_DAYS


def _birth_year(birth_year: int | None, drawn: Drawn) -> int | None:
    """The drawn days stand for the last ones: whoever is of age there stays so on the days drawn before them."""
    return None if birth_year is None else birth_year - (drawn.last.year - drawn.date_of(0).year) - 1


def _values(metric: str, values: tuple[Value, ...], drawn: Drawn) -> tuple[Value, ...]:
    days = _ordinals(value.on for value in values)
    numbers, which = drawn.places(days)
    made = around_level(days, np.array([value.value for value in values]))[which]
    usual = _usual_ranges(numbers, made) if metric in METRICS else {}
    nothing = (None, None, None)
    found = []
    for number, position, value in zip(numbers.tolist(), which.tolist(), made.tolist(), strict=True):
        median, lower, upper = usual.get(number, nothing)
        found.append(
            Value(
                on=drawn.date_of(number),
                value=value,
                expected_error=values[position].expected_error,
                grade=values[position].grade,
                observation_id=values[position].observation_id,
                median=median,
                lower_limit=lower,
                upper_limit=upper,
            )
        )
    return tuple(found)


def _usual_ranges(numbers: Ints, made: Floats) -> Mapping[int, tuple[float, float, float]]:
    """Median and limits of the sixty days before each drawn day, as `baselines` makes them."""
    daily = (
        pl.DataFrame({"number": numbers, "value": made})
        .group_by("number")
        .agg(pl.col("value").median())
        .with_columns(on=pl.col("number").cast(pl.Int32).cast(pl.Date), series=pl.lit(0))
    )
    usual = with_usual(daily, series=["series"], date="on", value="value").filter(
        pl.col("usual_count") >= LEAST_DAYS.number
    )
    rows = usual.select(
        "number",
        "usual_median",
        lower=pl.col("usual_median") - pl.col("usual_spread"),
        upper=pl.col("usual_median") + pl.col("usual_spread"),
    )
    return {number: (median, lower, upper) for number, median, lower, upper in rows.iter_rows()}


def _runs(runs: Sequence[Run], drawn: Drawn) -> tuple[Run, ...]:
    """Runs with the heart rate that was left around its relation to pace; everything else as it was."""
    if not runs:
        return ()
    days = _ordinals(run.on for run in runs)
    pace = np.array([run.pace_s_per_km for run in runs])
    rate = np.array([run.heart_rate_bpm for run in runs])
    by_pace = slope(pace, rate) * pace
    made = (around_level(days, rate - by_pace) + by_pace).tolist()
    drift = _figures(days, [None if run.decoupling is None else run.decoupling.value for run in runs])
    late = _figures(days, [run.late_fraction for run in runs])
    places = zip(*(place.tolist() for place in drawn.places(days)), strict=True)
    found = []
    for number, which in places:
        run, on = runs[which], drawn.date_of(number)
        steady = None if run.decoupling is None else replace(run.decoupling, on=on, value=drift[which])
        rate, fall = made[which], late.get(which)
        found.append(replace(run, on=on, heart_rate_bpm=rate, decoupling=steady, late_fraction=fall))
    return tuple(found)


def _figures(days: Ints, values: Sequence[float | None]) -> dict[int, float]:
    """Figures that only some runs have, by the number of the run, around their level."""
    numbers = [number for number, value in enumerate(values) if value is not None]
    made = around_level(days[numbers], np.array([value for value in values if value is not None]))
    return dict(zip(numbers, made.tolist(), strict=True))


def _moved(moved: Mapping[date, float | None], drawn: Drawn) -> dict[date, float | None]:
    """Time moving of the drawn days, each as on the day it is made of."""
    days = ((number, date.fromordinal(source)) for number, source in enumerate(drawn.source.tolist()))
    return {drawn.date_of(number): moved[day] for number, day in days if day in moved}


def _answers(answers: Sequence[tuple[date, float]], drawn: Drawn) -> tuple[tuple[date, float], ...]:
    days = _ordinals(on for on, _ in answers)
    made = around_level(days, np.array([mark for _, mark in answers])).tolist()
    places = zip(*(place.tolist() for place in drawn.places(days)), strict=True)
    return tuple((drawn.date_of(number), made[which]) for number, which in places)


def _ordinals(dates: Iterable[date]) -> Ints:
    return np.array([on.toordinal() for on in dates], dtype=np.int64)
