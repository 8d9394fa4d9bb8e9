"""What a model promises: no input or output, no meter, no orchestrator inside.

A module of this package that declares `MODEL = Model(...)` is a rung of the ladder; its docstring is the model card.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Model:
    """One rung. `fit_predict(train_x, train_y, test_x, seed)` gives one estimate per row of `test_x`.

    Rows are athlete-mornings, columns the named `inputs` as known at 05:00; null inputs are NaN.
    """

    name: str
    version: int
    rung: int
    cost_class: Literal["cheap", "middle", "dear"]
    inputs: tuple[str, ...]
    fit_predict: Callable[[Matrix, Matrix, Matrix, int], Matrix]
    card: str
