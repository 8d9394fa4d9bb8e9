"""Whether a model, or a task, uses what was not known at 05:00: the bench asks that of each before it scores it.

The night itself and everything later is changed; no feature and no estimate up to that night may move. What does not
belong here: a score.
"""

from datetime import date

import numpy as np
import polars as pl

from pipelines.models.contract import Matrix, Model
from pipelines.models.evaluate import REFIT_DAYS, is_scored, origins_of, windows
from pipelines.models.task import KEY, Task

LARGEST_MOVE = 1e-6
"""An estimate that moves by more than this (unit of the task) has seen the change; less is the order of additions."""


def looks_ahead(model: Model, task: Task, prepared: pl.DataFrame, *, seed: int) -> bool:
    """True when an estimate, or a feature, of one window moves with the night it is for or with a later one.

    Costs one fit and two rounds of estimates. False where no night could be scored: then nothing is claimed either.
    """
    rows = task.rows(prepared)
    for origin in origins_of(rows, REFIT_DAYS):
        train, ahead = windows(rows, origin, REFIT_DAYS)
        if train is None or ahead is None:
            continue
        turn = _middle(ahead)
        moved = task.rows(task.perturbed(prepared, turn))
        _, moved_ahead = windows(moved, origin, REFIT_DAYS)
        if moved_ahead is None or not _told(ahead, turn).equals(_told(moved_ahead, turn)):
            return True
        before, after = (_estimates(model, train, some, turn, seed) for some in (ahead, moved_ahead))
        return not np.allclose(before, after, rtol=0, atol=LARGEST_MOVE, equal_nan=True)
    return False


def _middle(ahead: pl.DataFrame) -> date:
    """A day in the middle of the window on which some row is scored, so that there is something later to be seen."""
    days = ahead.filter(is_scored())["day_date"].unique().sort().to_list()
    day = days[(len(days) - 1) // 2]
    assert isinstance(day, date)
    return day


def _told(ahead: pl.DataFrame, turn: date) -> pl.DataFrame:
    return ahead.filter(pl.col("day_date") <= turn).drop("target").sort(KEY)


def _estimates(model: Model, train: pl.DataFrame, ahead: pl.DataFrame, turn: date, seed: int) -> Matrix:
    estimates = model.estimate(train, ahead.drop("target"), seed)
    told = ahead.with_columns(pl.Series("estimate", estimates, dtype=pl.Float64))
    return told.filter(pl.col("day_date") <= turn).sort(KEY)["estimate"].to_numpy().astype(np.float64)
