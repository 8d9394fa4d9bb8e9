"""How good a rung is: a rolling origin by calendar date, with and without the athlete, and each naive rival.

What does not belong here: cost, and what a gain is worth (see `verdicts`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.models.bootstrap import drawn_means, gain, interval
from pipelines.models.contract import Model
from pipelines.models.task import KEY, CoachUnit

REFIT_DAYS = 28
"""A model is fitted anew every four weeks. Source: retraining less often loses next to nothing, arXiv:2506.04677."""

FIRST_ORIGIN_DAYS = 56
"""Days of history before the first night is scored: two refits' worth. Our own choice."""

HELD_OUT_GROUP_COUNT = 4
"""Athletes held out together: a quarter, or each alone where there are fewer. Our own choice, for its cost."""

HELD_OUT_REFIT_DAYS = 84
"""Without the athlete a model is fitted anew every twelve weeks: four groups then cost little more than one backtest.
Our own choice."""


@dataclass(frozen=True, kw_only=True)
class Skill:
    """A model against one rival on the same nights."""

    rival: str
    mean_absolute_error: float
    rival_mean_absolute_error: float
    skill_fraction: float
    lower_fraction: float
    upper_fraction: float


def rolling_origin(
    model: Model, rows: pl.DataFrame, *, seed: int, origins: Sequence[date] | None = None
) -> pl.DataFrame:
    """The model's estimate of each row that can be scored: `KEY` and estimate, null where it has none.

    `rows` as from `Task.rows`. The model is fitted on rows before the origin and estimates those of the `REFIT_DAYS`
    after it; it is never handed a target of those, nor of later ones.
    """
    parts = [_none(rows)]
    for origin in origins_of(rows, REFIT_DAYS) if origins is None else origins:
        train, ahead = windows(rows, origin, REFIT_DAYS)
        if train is not None and ahead is not None:
            parts.append(_told(model, train, ahead, seed=seed))
    return pl.concat(parts)


def athlete_held_out(model: Model, rows: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """As `rolling_origin`, but each athlete is estimated by a fit on the others: what carries over to a new one.

    The model sees the athlete's earlier rows as features alone, never as something it was fitted on.
    """
    parts = [_none(rows)]
    groups = _groups(rows["athlete_id"].unique().sort().to_list())
    for origin in origins_of(rows, HELD_OUT_REFIT_DAYS):
        train, ahead = windows(rows, origin, HELD_OUT_REFIT_DAYS)
        if train is None or ahead is None:
            continue
        for group in groups:
            others, own = train.filter(~pl.col("athlete_id").is_in(group)), pl.col("athlete_id").is_in(group)
            if not others.select(is_scored()).to_series().any() or ahead.filter(own, is_scored()).is_empty():
                continue
            with_past = pl.concat([train.filter(own), ahead.filter(own)]).sort("athlete_id", "day_date")
            told = _told(model, others, with_past, seed=seed)
            parts.append(told.filter(pl.col("day_date") >= origin))
    return pl.concat(parts)


def windows(rows: pl.DataFrame, origin: date, days: int) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """The rows before the origin and those of the days after it; none where neither could be fitted or scored."""
    train = rows.filter(pl.col("day_date") < origin)
    ahead = rows.filter(pl.col("day_date").is_between(origin, origin + timedelta(days=days), closed="left"))
    if train.select(is_scored()).to_series().any() and ahead.select(is_scored()).to_series().any():
        return train, ahead
    return None, None


def is_scored() -> pl.Expr:
    """Whether a row counts: observed, with enough history."""
    return pl.col("target").is_not_null() & pl.col("has_history")


def origins_of(rows: pl.DataFrame, days: int) -> list[date]:
    """Every so many days from the first row on, once there is enough history."""
    if rows.is_empty():
        return []
    first, last = rows["day_date"].min(), rows["day_date"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    return [first + timedelta(days=day) for day in range(FIRST_ORIGIN_DAYS, (last - first).days + 1, days)]


def same_nights(estimates: pl.DataFrame, rivals: pl.DataFrame) -> pl.DataFrame:
    """The rows that the model and every rival estimated and that were observed: one row each, sorted.

    `rivals` as from `Task.rival_rows`: `KEY`, target and one column per rival. Adds `estimate` to those.
    """
    return rivals.join(estimates, on=KEY, how="inner").drop_nulls().sort(KEY)


def rivals_of(nights: pl.DataFrame) -> list[str]:
    """The rivals among the columns of `same_nights`."""
    return [name for name in nights.columns if name not in {*KEY, "target", "estimate"}]


def skills(nights: pl.DataFrame, *, seed: int) -> tuple[Skill, ...]:
    """The model against each rival, best rival first; empty when there is no night.

    `nights` as from `same_nights`. The interval holds 90 % of a two-stage bootstrap: athletes, then blocks of days.
    """
    if nights.is_empty():
        return ()
    columns = ["estimate", *rivals_of(nights)]
    losses = nights.with_columns((pl.col(columns) - pl.col("target")).abs())
    means = losses.select(pl.col(columns).mean()).row(0)
    drawn = drawn_means(losses, columns, seed=seed)
    found = []
    for index, rival in enumerate(columns[1:], start=1):
        lower, upper = interval(gain(drawn[:, 0], drawn[:, index]))
        found.append(
            Skill(
                rival=rival,
                mean_absolute_error=means[0],
                rival_mean_absolute_error=means[index],
                skill_fraction=float(gain(np.array(means[0]), np.array(means[index]))),
                lower_fraction=lower,
                upper_fraction=upper,
            )
        )
    return tuple(sorted(found, key=lambda skill: skill.rival_mean_absolute_error))


def coach_error(nights: pl.DataFrame, column: str, coach_unit: CoachUnit) -> float:
    """Mean absolute error of one column of `nights` as a coach reads it."""
    return float(coach_unit.error(nights[column].to_numpy(), nights["target"].to_numpy()).mean())


def _none(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(*KEY).clear().with_columns(estimate=pl.lit(None, dtype=pl.Float64))


def _told(model: Model, train: pl.DataFrame, ahead: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    estimates = model.estimate(train, ahead.drop("target"), seed)
    told = ahead.with_columns(pl.Series("estimate", estimates, dtype=pl.Float64).fill_nan(None))
    return told.filter(is_scored()).select(*KEY, "estimate")


def _groups(athlete_ids: list[int]) -> list[list[int]]:
    count = min(HELD_OUT_GROUP_COUNT, len(athlete_ids))
    return [athlete_ids[first::count] for first in range(count)]
