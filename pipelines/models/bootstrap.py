"""How far a mean loss could have come out otherwise: athletes are drawn, then blocks of their days.

Every column is drawn together, so that the ratio of two of them has an interval of its own. What does not belong here:
what is compared with what.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.models.contract import Matrix

BLOCK_DAYS = 7
"""Days drawn together, because neighbouring nights are alike. Source: Künsch 1989, doi:10.1214/aos/1176347265."""

DRAW_COUNT = 1_000
INTERVAL_QUANTILES = (0.05, 0.95)

SMALLEST_ERROR = 1e-9
"""A rival without any error, in the unit of the task, is taken to have this one: no gain on it is possible."""


def drawn_means(losses: pl.DataFrame, columns: list[str], *, seed: int) -> Matrix:
    """Mean loss of each column in each draw of a two-stage bootstrap: one row per draw.

    `losses`: athlete_id, day_date and the columns, sorted by athlete and date, at least one row.
    """
    rng = np.random.default_rng(seed)
    athletes = [_block_sums(own, columns) for own in losses.partition_by("athlete_id", maintain_order=True)]
    totals = np.zeros((DRAW_COUNT, len(columns) + 1))
    times_drawn = rng.multinomial(len(athletes), np.full(len(athletes), 1 / len(athletes)), size=DRAW_COUNT)
    for own, times in zip(athletes, times_drawn.T, strict=True):
        totals += _drawn_sums(own, times, rng)
    some = totals[totals[:, 0] > 0]  # a draw of empty weeks says nothing
    return np.asarray(some[:, 1:] / some[:, :1], dtype=np.float64)


def gain(loss: Matrix, rival_loss: Matrix) -> Matrix:
    """1 minus the ratio of the two (fraction)."""
    return np.asarray(1 - loss / np.maximum(rival_loss, SMALLEST_ERROR), dtype=np.float64)


def interval(draws: Matrix) -> tuple[float, float]:
    """The ends of the middle 90 % of the draws."""
    lower, upper = np.quantile(draws, INTERVAL_QUANTILES)
    return float(lower), float(upper)


@dataclass(frozen=True, kw_only=True)
class _Blocks:
    """Sums over every run of `BLOCK_DAYS` days of one athlete: rows, then the loss of each column."""

    sums: Matrix
    count: int
    """Blocks that make one draw of the athlete."""


def _block_sums(own: pl.DataFrame, columns: list[str]) -> _Blocks:
    day = (own["day_date"] - own["day_date"].min()).dt.total_days().to_numpy()
    length = int(day[-1]) + 1
    daily = np.zeros((max(length, BLOCK_DAYS), len(columns) + 1))
    np.add.at(daily, day, np.column_stack((np.ones(len(day)), own.select(columns).to_numpy())))
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
