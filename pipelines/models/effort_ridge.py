"""Rung 1 for race times: a ridge regression on past efforts, told from the best of them.

Model card.
Estimates: the time of a race or hard run over a known distance, from what is known at 05:00 of its day.
Inputs: the distance; the time by Riegel's law from the last effort and from the mean of all, and by critical speed,
each against that from the best effort; the trend of past efforts, their number, days since the last, recorded running
of a week and of four weeks.
How: the time by Riegel's law from the best effort is the start, and what the runs of the squad took beyond it is
fitted; so one fit serves all athletes and distances; one penalty, set in advance and not tuned.
Gaps: a missing input counts as the usual one of the squad.
Short histories: no estimate without a past effort, nor before the squad has enough efforts to fit: with few athletes
and one season that is often never, and the rivals' estimate is then all there is.
Refitted: at every origin of the backtest. Cost: thousandths of a CPU-second a refit, a second once for the library.
Not for: a marathon, a hilly race, an athlete who was ill, a decision about training.
Known limits: which run was a race is told from heart rate alone; heat, wind and terrain are not known.
Source: Hoerl and Kennard 1970, doi:10.1080/00401706.1970.10488634; Riegel 1981, American Scientist 69(3), 285-290.
"""

import numpy as np
import polars as pl

from pipelines.models.contract import Matrix, Model
from pipelines.models.efforts import FEATURES, REFERENCE_KM, RIEGEL_EXPONENT
from pipelines.models.features import matrix

CENTRE = "log_riegel_best_s"
TIMES = ("log_riegel_last_s", "log_critical_speed_s")
OTHERS = (
    "log_distance_km",
    "reference_slope_per_year",
    "effort_count",
    "days_since_effort",
    "run_7_h",
    "run_28_h",
)

PENALTY = 10.0
"""Weight of the penalty on standardised inputs: that of the ridge of the mornings, set before any run was seen."""

LEAST_EFFORT_COUNT = 30
"""Efforts a fit needs: about three for each input. Our own choice."""


def estimate(train: pl.DataFrame, ahead: pl.DataFrame, seed: int) -> Matrix:
    """One estimate per row of `ahead` (log s), NaN without a past effort or with too few to fit.

    Nothing is random, so `seed` changes nothing.
    """
    from sklearn.linear_model import Ridge  # noqa: PLC0415 - an optional library, needed only when the rung runs

    fitted_on = train.filter("has_history", pl.col("target").is_not_null(), pl.col(CENTRE).is_not_null())
    if fitted_on.height < LEAST_EFFORT_COUNT:
        return np.full(ahead.height, np.nan)
    known, asked = _inputs(fitted_on), _inputs(ahead)
    count = np.maximum((~np.isnan(known)).sum(axis=0), 1)
    middle = np.nansum(known, axis=0) / count
    scale = np.sqrt(np.nansum((known - middle) ** 2, axis=0) / count)
    scale[scale == 0] = 1.0
    ridge = Ridge(alpha=PENALTY, random_state=seed)
    beyond = matrix(fitted_on, ("target",))[:, 0] - matrix(fitted_on, (CENTRE,))[:, 0]
    ridge.fit(np.nan_to_num((known - middle) / scale), beyond)
    told = ridge.predict(np.nan_to_num((asked - middle) / scale)) + matrix(ahead, (CENTRE,))[:, 0]
    return np.asarray(told, dtype=np.float64)


def _inputs(rows: pl.DataFrame) -> Matrix:
    """Times as differences from that of the best effort (log s), then the other inputs as they are."""
    centre, distance = matrix(rows, (CENTRE,)), matrix(rows, ("log_distance_km",))
    mean = matrix(rows, ("log_reference_mean_s",)) + RIEGEL_EXPONENT * (distance - np.log(REFERENCE_KM))
    return np.hstack((matrix(rows, TIMES) - centre, mean - centre, matrix(rows, OTHERS)))


MODEL = Model(
    name="effort_ridge",
    version=1,
    rung=1,
    cost_class="cheap",
    inputs=FEATURES,
    tasks=("race_time",),
    least=f"{LEAST_EFFORT_COUNT} hard runs with history, of the squad together",
    needs="sklearn",
    extra="models",
    estimate=estimate,
    card=(__doc__ or "").strip(),
)
