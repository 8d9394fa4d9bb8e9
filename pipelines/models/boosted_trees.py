"""Rung 3: many small regression trees, each fitted to what those before it left over.

Model card.
Estimates: the next morning's reading (lnRMSSD or resting heart rate) from what is known at 05:00.
Inputs: those of the ridge: the readings of the last seven days, their means, a moving average, days since the last
reading, yesterday's other one of the two against its mean, recorded moving time of a day and of a week.
How: inputs and target are taken as deviations from the athlete's mean of all earlier readings, so that one fit serves
all athletes; it can see thresholds and that two inputs together mean something else than each alone.
Gaps: a missing input goes the way down each tree that fitted best for missing ones; nothing is filled in.
Short histories: an estimate from the first morning with an earlier reading on, once the squad has enough mornings.
Refitted: at every origin of the backtest. Cost: about 0.1 CPU-seconds a refit, on one thread.
Not for: a cause, a decision about training, an athlete alone.
Known limits: it cannot go beyond what it was shown, so a new extreme is estimated too close to the usual; nothing
about its own uncertainty. Its size was set on simulated series, and no night of anyone was used to choose it.
Source: Friedman 2001, doi:10.1214/aos/1013203451; histograms as in scikit-learn's HistGradientBoostingRegressor.
"""

import numpy as np
import polars as pl

from pipelines.models.contract import Matrix, Model
from pipelines.models.features import FEATURES, MORNING_TASKS, matrix
from pipelines.models.ridge import CENTRE, LEVELS, OTHERS

TREE_COUNT = 60
LEARNING_RATE = 0.05
LEAF_COUNT = 7
LEAF_PENALTY = 1.0
"""Set in advance on simulated series (20 athletes, 300 days): 100 trees of 15 leaves lost 2 % on noise and won 1 % on a
drifting level."""

LEAST_LEAF_MORNING_COUNT = 20
"""Mornings in a leaf; the library's own default."""

LEAST_MORNING_COUNT = 2 * LEAST_LEAF_MORNING_COUNT
"""Mornings a fit needs: with fewer no tree can branch, and there is no estimate."""


def estimate(train: pl.DataFrame, ahead: pl.DataFrame, seed: int) -> Matrix:
    """One estimate per row of `ahead`, in the unit of the target, NaN without an earlier reading or with too few.

    Nothing is random with fewer mornings than the library samples for its bins (200,000); `seed` rules that.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: PLC0415 - an optional library
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - it comes with it

    fitted_on = train.filter("has_history", pl.col("target").is_not_null())
    if fitted_on.height < LEAST_MORNING_COUNT:
        return np.full(ahead.height, np.nan)
    train_x, ahead_x = matrix(fitted_on, FEATURES), matrix(ahead, FEATURES)
    known, asked = _deviations(train_x), _deviations(ahead_x)
    is_known = ~np.isnan(known).all(axis=0)  # the library cannot sort a column of which nothing is known
    trees = HistGradientBoostingRegressor(
        max_iter=TREE_COUNT,
        learning_rate=LEARNING_RATE,
        max_leaf_nodes=LEAF_COUNT,
        min_samples_leaf=LEAST_LEAF_MORNING_COUNT,
        l2_regularization=LEAF_PENALTY,
        early_stopping=False,
        random_state=seed,
    )
    with threadpool_limits(limits=1, user_api="openmp"):  # threads that wait for each other burn more than they save
        trees.fit(known[:, is_known], fitted_on["target"].to_numpy() - train_x[:, CENTRE])
        estimates = trees.predict(asked[:, is_known]) + ahead_x[:, CENTRE]
    return np.asarray(estimates, dtype=np.float64)


def _deviations(x: Matrix) -> Matrix:
    return np.hstack((x[:, LEVELS] - x[:, [CENTRE]], x[:, OTHERS]))


MODEL = Model(
    name="boosted_trees",
    version=1,
    rung=3,
    cost_class="middle",
    inputs=FEATURES,
    tasks=MORNING_TASKS,
    least=f"{LEAST_MORNING_COUNT} mornings with history",
    needs="sklearn",
    extra="models",
    estimate=estimate,
    card=(__doc__ or "").strip(),
)
