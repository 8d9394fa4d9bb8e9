"""Two models that must fail, run through the same bench: one that looks ahead, and one that guesses.

A bench that lets either of them through says nothing of the others. What does not belong here: a rung.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.models.contract import Matrix, Model
from pipelines.models.evaluate import rolling_origin, same_nights, skills
from pipelines.models.look_ahead import looks_ahead
from pipelines.models.task import KEY, Task
from pipelines.models.verdicts import Rung, judged

GUESS_SPREAD = 0.05
"""Spread of the guesses about the moving average, in the unit of the task: about half of what nights differ by."""

CONTROL_CPU_S = 1.0
"""A control pays nothing that matters; it stands alone on its ladder."""


@dataclass(frozen=True, kw_only=True)
class Controls:
    """What became of the two."""

    is_look_ahead_caught: bool
    guess_verdict: str

    @property
    def did_fail(self) -> bool:
        """True when both failed, as they must."""
        return self.is_look_ahead_caught and self.guess_verdict == "not worth it"


def controls(task: Task, days: pl.DataFrame, *, seed: int) -> Controls:
    """Runs both on those days."""
    peeking, guessing = _model("peeking", task, _peeking), _model("guessing", task, _guessing)
    nights = same_nights(rolling_origin(guessing, task.rows(days), seed=seed), task.rival_rows(days))
    best = skills(nights, seed=seed)[0].rival
    rung = Rung(
        name=guessing.name,
        job_id=guessing.name,
        cpu_s=CONTROL_CPU_S,
        nights=nights.select(*KEY, "target", "estimate", best_rival=best),
        best_rival=best,
    )
    ((judged_guess,),) = judged([([rung], task.smallest_gain_fraction)], is_simulated=True, seed=seed)
    return Controls(
        is_look_ahead_caught=looks_ahead(peeking, task, days, seed=seed), guess_verdict=judged_guess.verdict
    )


def _model(name: str, task: Task, estimate: object) -> Model:
    assert callable(estimate)
    return Model(
        name=name,
        version=1,
        rung=0,
        cost_class="cheap",
        inputs=("lag_1", "ewma"),
        tasks=(task.name,),
        least="nothing",
        estimate=estimate,
        card="A control of the bench; must fail.",
    )


def _peeking(train: pl.DataFrame, ahead: pl.DataFrame, seed: int) -> Matrix:
    """The reading of the night itself, taken from where it is told: as the last reading of the next day."""
    del train, seed
    tomorrow = pl.col("lag_1").shift(-1).over("athlete_id")
    told = ahead.select(tomorrow.fill_null(pl.col("ewma")).fill_null(float("nan"))).to_series()
    return told.to_numpy().astype(np.float64)


def _guessing(train: pl.DataFrame, ahead: pl.DataFrame, seed: int) -> Matrix:
    """The moving average with noise on it."""
    del train
    usual = ahead["ewma"].fill_null(float("nan")).to_numpy()
    return np.asarray(usual + np.random.default_rng(seed).normal(0, GUESS_SPREAD, len(usual)), dtype=np.float64)
