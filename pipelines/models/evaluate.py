"""How good a rung is: a rolling origin by calendar date, and the best naive rival on the same nights.

What does not belong here: cost. A verdict on skill alone says whether there is anything to pay for.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.models.contract import Matrix, Model
from pipelines.models.task import KEY, SMALLEST_GAIN_FRACTION

Verdict = Literal["worth it", "not worth it", "undecided", "not evaluated on real athletes"]

REFIT_DAYS = 28
"""A model is fitted anew every four weeks. Source: retraining less often loses next to nothing, arXiv:2506.04677."""

FIRST_ORIGIN_DAYS = 56
"""Days of history before the first night is scored: two refits' worth. Our own choice."""

BLOCK_DAYS = 7
"""Days drawn together, because neighbouring nights are alike. Source: Künsch 1989, doi:10.1214/aos/1176347265."""

DRAW_COUNT = 1_000
INTERVAL_QUANTILES = (0.05, 0.95)

SMALLEST_ERROR = 1e-9
"""A rival without any error, in the unit of the task, is taken to have this one: no gain on it is possible."""

LEAST_ATHLETE_COUNT = 2
LEAST_NIGHT_COUNT = 28
"""Below either, the spread between athletes or weeks cannot be told: undecided. Our own choice."""


@dataclass(frozen=True, kw_only=True)
class Skill:
    """A model against one rival on the same nights."""

    rival: str
    mean_absolute_error: float
    rival_mean_absolute_error: float
    skill_fraction: float
    lower_fraction: float
    upper_fraction: float


def rolling_origin(model: Model, rows: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """The model's estimate of each row that can be scored: `KEY` and estimate, null where it has none.

    `rows` as from `Task.rows`. The model is fitted on rows before the origin and estimates those of the `REFIT_DAYS`
    after it; it is never handed a target of those, nor of later ones.
    """
    parts = [rows.select(*KEY).clear().with_columns(estimate=pl.lit(None, dtype=pl.Float64))]
    for origin in _origins(rows):
        train = rows.filter(pl.col("day_date") < origin)
        end = origin + timedelta(days=REFIT_DAYS)
        ahead = rows.filter(pl.col("day_date").is_between(origin, end, closed="left"))
        if not (train.select(_is_scored()).to_series().any() and ahead.select(_is_scored()).to_series().any()):
            continue
        estimates = model.estimate(train, ahead.drop("target"), seed)
        told = ahead.with_columns(pl.Series("estimate", estimates, dtype=pl.Float64).fill_nan(None))
        parts.append(told.filter(_is_scored()).select(*KEY, "estimate"))
    return pl.concat(parts)


def _is_scored() -> pl.Expr:
    return pl.col("target").is_not_null() & pl.col("has_history")


def same_nights(estimates: pl.DataFrame, rivals: pl.DataFrame) -> pl.DataFrame:
    """The rows that the model and every rival estimated and that were observed: one row each, sorted.

    `rivals` as from `Task.rival_rows`: `KEY`, target and one column per rival. Adds `estimate` to those.
    """
    return rivals.join(estimates, on=KEY, how="inner").drop_nulls().sort(KEY)


def skills(nights: pl.DataFrame, *, seed: int) -> tuple[Skill, ...]:
    """The model against each rival, best rival first; empty when there is no night.

    `nights` as from `same_nights`. The interval holds 90 % of a two-stage bootstrap: athletes, then blocks of days.
    """
    if nights.is_empty():
        return ()
    rivals = [name for name in nights.columns if name not in {*KEY, "target", "estimate"}]
    columns = ["estimate", *rivals]
    losses = nights.with_columns((pl.col(columns) - pl.col("target")).abs())
    means = losses.select(pl.col(columns).mean()).row(0)
    drawn = _drawn_means(losses, columns, seed)
    found = []
    for index, rival in enumerate(rivals, start=1):
        lower, upper = np.quantile(_gain(drawn[:, 0], drawn[:, index]), INTERVAL_QUANTILES)
        found.append(
            Skill(
                rival=rival,
                mean_absolute_error=means[0],
                rival_mean_absolute_error=means[index],
                skill_fraction=float(_gain(np.array(means[0]), np.array(means[index]))),
                lower_fraction=float(lower),
                upper_fraction=float(upper),
            )
        )
    return tuple(sorted(found, key=lambda skill: skill.rival_mean_absolute_error))


def verdict(
    against_best: Skill,
    *,
    athlete_count: int,
    night_count: int,
    is_simulated: bool,
    smallest_gain_fraction: float = SMALLEST_GAIN_FRACTION,
) -> Verdict:
    """What the interval against the best rival says of the smallest gain worth having."""
    if athlete_count < LEAST_ATHLETE_COUNT or night_count < LEAST_NIGHT_COUNT:
        return "undecided"
    if against_best.upper_fraction < smallest_gain_fraction:
        return "not worth it"
    if against_best.lower_fraction > smallest_gain_fraction:
        return "not evaluated on real athletes" if is_simulated else "worth it"
    return "undecided"


def _gain(loss: Matrix, rival_loss: Matrix) -> Matrix:
    return np.asarray(1 - loss / np.maximum(rival_loss, SMALLEST_ERROR), dtype=np.float64)


def _origins(known: pl.DataFrame) -> list[date]:
    if known.is_empty():
        return []
    first, last = known["day_date"].min(), known["day_date"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    days = range(FIRST_ORIGIN_DAYS, (last - first).days + 1, REFIT_DAYS)
    return [first + timedelta(days=day) for day in days]


def _drawn_means(losses: pl.DataFrame, columns: list[str], seed: int) -> Matrix:
    """Mean loss of each column in each draw of the bootstrap: one row per draw."""
    rng = np.random.default_rng(seed)
    athletes = [_block_sums(own, columns) for own in losses.partition_by("athlete_id", maintain_order=True)]
    totals = np.zeros((DRAW_COUNT, len(columns) + 1))
    times_drawn = rng.multinomial(len(athletes), np.full(len(athletes), 1 / len(athletes)), size=DRAW_COUNT)
    for own, times in zip(athletes, times_drawn.T, strict=True):
        totals += _drawn_sums(own, times, rng)
    some = totals[totals[:, 0] > 0]  # a draw of empty weeks says nothing
    return np.asarray(some[:, 1:] / some[:, :1], dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class _Blocks:
    """Sums over every run of `BLOCK_DAYS` days of one athlete: nights, then the loss of each column."""

    sums: Matrix
    count: int
    """Blocks that make one draw of the athlete."""


def _block_sums(own: pl.DataFrame, columns: list[str]) -> _Blocks:
    day = (own["day_date"] - own["day_date"].min()).dt.total_days().to_numpy()
    length = int(day[-1]) + 1
    daily = np.zeros((max(length, BLOCK_DAYS), len(columns) + 1))
    daily[day, 0] = 1.0
    daily[day, 1:] = own.select(columns).to_numpy()
    running = np.vstack((np.zeros((1, daily.shape[1])), np.cumsum(daily, axis=0)))
    return _Blocks(sums=running[BLOCK_DAYS:] - running[:-BLOCK_DAYS], count=-(-length // BLOCK_DAYS))


def _drawn_sums(own: _Blocks, times: npt.NDArray[np.int64], rng: np.random.Generator) -> Matrix:
    """Sums of one athlete in each draw: as often as the athlete was drawn, with new blocks every time."""
    totals = np.zeros((len(times), own.sums.shape[1]))
    for again in range(int(times.max())):
        rows = np.flatnonzero(times > again)
        starts = rng.integers(0, len(own.sums), size=(len(rows), own.count))
        totals[rows] += own.sums[starts].sum(axis=1)
    return totals
