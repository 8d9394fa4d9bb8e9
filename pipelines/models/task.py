"""What a task promises: what is estimated, from which rows, against which rivals, and what a gain must be.

A module of `pipelines.models.tasks` that declares `TASK = Task(...)` is a task; its docstring is the task's card.
What does not belong here: a model, a score.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.models.contract import Matrix

KEY = ("athlete_id", "day_date", "subject")
"""What tells the rows of a task apart."""

SMALLEST_GAIN_FRACTION = 0.02
"""Smallest gain in mean absolute error worth having unless a task declares another; declared before anything was
scored. Our own choice: below it a coach would not see the difference."""


@dataclass(frozen=True, kw_only=True)
class CoachUnit:
    """An error as a coach reads it: `error(estimate, target)` is never negative, in `unit`."""

    unit: str
    error: Callable[[Matrix, Matrix], Matrix]


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing to estimate.

    `query` (a statement in sql/, with `parameters` and squad) says what was observed. `prepared` makes of it the frame
    that is handed to the model process and whose hash says whether the input is new; `ungated` puts the values that are
    not usable back into what was observed, to tell what leaving them out is worth. `rows` makes of the prepared frame
    the frame of `KEY`, era, has_history, target and `features`, as known at 05:00 of the day; `rival_rows` that of
    `KEY`, target and one column per rival.
    """

    name: str
    title: str
    counted: tuple[str, str]
    """What its rows are: one of them, and many, such as "hard run" and "hard runs"."""
    history: str
    """What a row has to have before it counts, such as "three earlier ones within a year"."""
    unit: str
    primary_metric: str
    rivals: tuple[str, ...]
    features: tuple[str, ...]
    query: str
    parameters: Mapping[str, object]
    prepared: Callable[[pl.DataFrame], pl.DataFrame]
    ungated: Callable[[pl.DataFrame], pl.DataFrame]
    perturbed: Callable[[pl.DataFrame, date], pl.DataFrame]
    rows: Callable[[pl.DataFrame], pl.DataFrame]
    rival_rows: Callable[[pl.DataFrame], pl.DataFrame]
    coach_unit: CoachUnit
    smallest_gain_fraction: float = SMALLEST_GAIN_FRACTION
    smallest_gain_source: str
    card: str
