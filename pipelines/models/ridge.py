"""Rung 1: a ridge regression on the last days, told from each athlete's own mean.

Model card.
Estimates: the next morning's reading (lnRMSSD or resting heart rate) from what is known at 05:00.
Inputs: the readings of the last seven days, their means over 7, 28 and 60 days, a moving average, days since the
last reading, yesterday's other one of the two against its mean, recorded moving time of a day and of a week.
How: inputs and target are taken as deviations from the athlete's mean of all earlier readings, so that one fit
serves all athletes; a missing input counts as no deviation; one penalty, set in advance and not tuned.
Not for: the first weeks of an athlete, a cause, a decision about training.
Known limits: linear, so it cannot see a threshold; it says nothing about its own uncertainty.
Source: Hoerl and Kennard 1970, doi:10.1080/00401706.1970.10488634.
"""

import numpy as np
import polars as pl

from pipelines.models.contract import Matrix, Model
from pipelines.models.features import FEATURES, MORNING_TASKS, matrix

PENALTY = 10.0
"""Weight of the penalty on standardised inputs; set in advance, so that no night was used to choose it."""

CENTRE = FEATURES.index("expanding_mean")

LEVELS = tuple(
    index for index, name in enumerate(FEATURES) if name.startswith(("rolling_mean_", "lag_")) or name == "ewma"
)
"""Columns in the unit of the reading: these are told as deviations from the athlete's mean."""

OTHERS = tuple(index for index in range(len(FEATURES)) if index != CENTRE and index not in LEVELS)


def estimate(train: pl.DataFrame, ahead: pl.DataFrame, seed: int) -> Matrix:
    """One estimate per row of `ahead`, in the unit of the target, NaN without an earlier reading or a morning to fit.

    Nothing is random, so `seed` changes nothing.
    """
    from sklearn.linear_model import Ridge  # noqa: PLC0415 - an optional library, needed only when the rung runs

    fitted_on = train.filter("has_history", pl.col("target").is_not_null())
    if fitted_on.is_empty():
        return np.full(ahead.height, np.nan)
    train_x, ahead_x = matrix(fitted_on, FEATURES), matrix(ahead, FEATURES)
    known, asked = _deviations(train_x), _deviations(ahead_x)
    scale = known.std(axis=0)
    scale[scale == 0] = 1.0
    middle = known.mean(axis=0)
    ridge = Ridge(alpha=PENALTY, random_state=seed)
    ridge.fit((known - middle) / scale, fitted_on["target"].to_numpy() - train_x[:, CENTRE])
    estimates = ridge.predict((asked - middle) / scale) + ahead_x[:, CENTRE]
    return np.asarray(estimates, dtype=np.float64)


def _deviations(x: Matrix) -> Matrix:
    levels = x[:, LEVELS] - x[:, [CENTRE]]
    return np.nan_to_num(np.hstack((levels, x[:, OTHERS])))


MODEL = Model(
    name="ridge",
    version=1,
    rung=1,
    cost_class="cheap",
    inputs=FEATURES,
    tasks=MORNING_TASKS,
    least="one morning with history",
    needs="sklearn",
    extra="models",
    estimate=estimate,
    card=(__doc__ or "").strip(),
)
