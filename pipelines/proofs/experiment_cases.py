"""Generated athletes for the bench of experiments: a history to plan from, and the days of the experiment after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.observations.experiments.planning import Question, plan
from pipelines.observations.experiments.series import Series
from pipelines.readers.experiment_files import PlanFile
from pipelines.tables import conform, empty

FIRST = date(2026, 1, 5)
"""First date of every history."""

HISTORY_DAYS = 110
"""Days of a history."""

WEEK = 7

ATHLETE_ID = 1
METRIC, METHOD, READING, DEVICE, UNIT = "resting_heart_rate", "simulated", "day", "device", "bpm"

HEAVY_TAIL_FREEDOM = 4
"""Degrees of freedom of Student's t where single days lie far off."""

PLANNED_ADHERENCE = 0.95
"""Share of days (fraction) expected, and in these trials really, done as scheduled."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How the values of one kind of athlete differ from day to day; one standard deviation is `spread_bpm`."""

    name: str
    spread_bpm: float = 3.0
    fading: float = 0.6
    """Share of the lasting part left a day later."""
    lasting: float = 0.3
    """Share of the variance that lasts."""
    weekly: float = 0.0
    """Half the swing of the week, in standard deviations."""
    is_heavy_tailed: bool = False
    is_whole: bool = False
    """Whether the device states whole beats."""
    missing: float = 0.05
    """Share of days without a usable value; half of them come two or three in a row."""


KINDS = (
    Kind(name="each day anew", lasting=0.0),
    Kind(name="days that last"),
    Kind(name="weeks that last", fading=0.93, lasting=0.6),
    Kind(name="single days far off", is_heavy_tailed=True),
    Kind(name="a rhythm of the week, in whole beats", weekly=0.6, is_whole=True),
    Kind(name="calm, many days missing", spread_bpm=1.6, lasting=0.2, missing=0.09),
)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One experiment from question to data: plan, the values of all dates, and what was done on which."""

    planned: PlanFile
    values: Mapping[date, float]
    done: Mapping[date, str]


def trial(
    kind: Kind, rng: np.random.Generator, *, smallest: float, planted: float, week_count: int, number: int
) -> Trial:
    """A plan from a history, then the days it asks for. Effects are in standard deviations from day to day.

    A day not done as scheduled is one of the other condition or of neither, and carries the effect of what was done.
    """
    day_count = HISTORY_DAYS + WEEK * (week_count + 1)
    values = _values(kind, rng, day_count)
    is_missing = _missing(kind, rng, day_count)
    dates = [FIRST + timedelta(days=day) for day in range(day_count)]
    known = {on: value for on, value, gone in zip(dates, values, is_missing, strict=True) if not gone}
    start = dates[HISTORY_DAYS]
    asked = Question(
        athlete=f"athlete {number}",
        question="Does A change the next morning's resting heart rate?",
        condition_a="this",
        condition_b="that",
        metric=METRIC,
        smallest_effect=smallest * kind.spread_bpm,
        week_count=week_count,
        start=start,
        planned_on=start - timedelta(days=1),
        adherence=PLANNED_ADHERENCE,
    )
    history = [(on, value) for on, value in known.items() if on < start]
    series = Series(method=METHOD, reading=READING, device_id=DEVICE, values=history)
    planned = plan(asked, series, until=start - timedelta(days=1), is_brief=True)
    done = {on: _done(rng, condition) for on, _, condition in planned.days if condition != "washout"}
    for on, did in done.items():
        value_date = on + timedelta(days=planned.lag_days)
        if did == "A" and value_date in known:
            known[value_date] += planted * kind.spread_bpm
    if kind.is_whole:
        known = {on: float(round(value)) for on, value in known.items()}
    return Trial(planned=planned, values=known, done=done)


def tables_of(one: Trial, *, until: date | None = None) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, pl.DataFrame]:
    """What the observing stop would hand over: the raw tables, every observation, and the usable ones."""
    owner = {"athlete_id": ATHLETE_ID, "source_file_id": "plan"}
    named = {name: getattr(one.planned, name) for name in PlanFile.__dataclass_fields__ if name != "days"}
    name = one.planned.experiment_id
    days = [
        {
            **owner,
            "day_index": index,
            "experiment_id": name,
            "day_date": on,
            "pair_number": pair,
            "condition": condition,
        }
        for index, (on, pair, condition) in enumerate(one.planned.days)
    ]
    reports = [
        {
            **owner,
            "report_index": index,
            "experiment_id": name,
            "day_date": on,
            "did": did,
            "author": "athlete",
            "said_on": on,
        }
        for index, (on, did) in enumerate(one.done.items())
    ]
    observed = _observed({on: value for on, value in one.values.items() if until is None or on <= until})
    tables = {
        "experiment_plans": conform(pl.DataFrame([{**owner, "plan_index": 0, **named}]), "experiment_plans"),
        "experiment_plan_days": conform(pl.DataFrame(days), "experiment_plan_days"),
        "experiment_reports": conform(pl.DataFrame(reports), "experiment_reports"),
        "experiments": empty("experiments"),
    }
    return tables, observed, observed


def _observed(values: Mapping[date, float]) -> pl.DataFrame:
    return pl.DataFrame(
        {"observed_date": list(values), "observed_value": list(values.values())},
        schema={"observed_date": pl.Date, "observed_value": pl.Float64},
    ).with_columns(
        observation_id=pl.col("observed_date").dt.to_string("%Y%m%d"),
        metric=pl.lit(METRIC),
        method=pl.lit(METHOD),
        reading=pl.lit(READING),
        device_id=pl.lit(DEVICE),
        firmware=pl.lit(""),
        unit=pl.lit(UNIT),
    )


def _values(kind: Kind, rng: np.random.Generator, day_count: int) -> np.ndarray:
    pushes = rng.standard_normal(day_count)
    lasts = np.empty(day_count)
    lasts[0] = pushes[0]
    for day in range(1, day_count):
        lasts[day] = kind.fading * lasts[day - 1] + np.sqrt(1.0 - kind.fading**2) * pushes[day]
    if kind.is_heavy_tailed:
        own = rng.standard_t(HEAVY_TAIL_FREEDOM, day_count) / np.sqrt(HEAVY_TAIL_FREEDOM / (HEAVY_TAIL_FREEDOM - 2))
    else:
        own = rng.standard_normal(day_count)
    week = kind.weekly * np.sin(2.0 * np.pi * (np.arange(day_count) + rng.integers(WEEK)) / WEEK)
    found: np.ndarray = 52.0 + kind.spread_bpm * (
        np.sqrt(kind.lasting) * lasts + np.sqrt(1.0 - kind.lasting) * own + week
    )
    return found


def _missing(kind: Kind, rng: np.random.Generator, day_count: int) -> np.ndarray:
    alone = rng.random(day_count) < kind.missing / 2.0
    runs = rng.random(day_count) < kind.missing / 5.0
    for day in np.flatnonzero(runs):
        alone[day : day + int(rng.integers(2, 4))] = True
    return alone


def _done(rng: np.random.Generator, condition: str) -> str:
    if rng.random() < PLANNED_ADHERENCE:
        return condition
    other = "B" if condition == "A" else "A"
    return other if rng.random() < 1 / 2 else "neither"
