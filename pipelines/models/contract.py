"""What a model promises: no input or output, no meter, no orchestrator inside.

A module of this package that declares `MODEL = Model(...)` is a rung of the ladder; its docstring is the model card.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Model:
    """One rung.

    `estimate(train, ahead, seed)` gives one estimate per row of `ahead`, NaN where the model has none.

    `train`: the rows before the origin, in order of athlete and date: athlete_id, day_date, subject, era, has_history,
    target (null where nothing usable was read) and the features of the task, null where not known. `ahead`: the rows
    of the days after it in the same order and with the same columns, without target. A row of `train` with
    `has_history` and a target is one like those that are scored. Of a calendar task every day has its row: what was
    read on day t of `ahead` is told only as `lag_1` of day t + 1, so a filter can go on from there; an estimate must
    not use a later row than its own, and the bench checks that. Of an athlete held out of the fit, `ahead` begins with
    the athlete's first day and `train` has no row.
    """

    name: str
    version: int
    rung: int
    cost_class: Literal["cheap", "middle", "dear"]
    inputs: tuple[str, ...]
    """Features it reads, of whichever of its tasks."""
    tasks: tuple[str, ...]
    """Names of the tasks it can do."""
    least: str
    """What a fit needs, in words: with less there is no estimate."""
    needs: str | None = None
    """Name under which the library of an extra is imported; none when the product's own libraries are enough."""
    extra: str | None = None
    """Extra of the product that brings it."""
    estimate: Callable[[pl.DataFrame, pl.DataFrame, int], Matrix]
    card: str

    @property
    def is_installed(self) -> bool:
        """True when the library it needs is there; a folder that happens to have its name is not it."""
        if self.needs is None:
            return True
        found = importlib.util.find_spec(self.needs)
        return found is not None and found.origin is not None
