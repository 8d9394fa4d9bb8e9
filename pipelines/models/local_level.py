"""Rung 2: a level that drifts, a deviation that fades from day to day, and the effect of yesterday's load.

Model card.
Estimates: the next morning's reading (lnRMSSD or resting heart rate) from what is known at 05:00, one day ahead.
Inputs: the readings so far of the same device and firmware, and the recorded moving time of the day before.
How: a state space model of each series alone: a random walk (the level), an autoregression of one day (what is left of
the last deviation) and an effect of load that the filter learns as it goes. How fast the level drifts, how large the
deviations are and how long they last is found by maximum likelihood on the last year.
Gaps: a morning without a reading is one the filter passes without learning; nothing is filled in.
Short histories: with too few readings for a fit, the settings are the middle ones of the athlete's earlier series, or
else of the squad. Without those, and before the first reading, there is no estimate.
Refitted: at every origin of the backtest; between origins the filter goes on with each reading, the settings stay.
Cost: about 0.02 CPU-seconds a series and refit, and 1.5 once for loading the library.
Not for: a cause, a decision about training, what comes after tomorrow.
Known limits: load is told in hours and not in effort, and its effect is the same the year round.
Source: Harvey 1990, doi:10.1017/CBO9781107049994; Durbin and Koopman 2012,
doi:10.1093/acprof:oso/9780199641178.001.0001.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pipelines.models.contract import Matrix, Model
from pipelines.models.features import MORNING_TASKS, matrix

LOAD = "recorded_moving_1_h"

WINDOW_DAYS = 365
"""Days before the origin that settings are fitted on and the filter starts from. Our own choice: a year has every
season once, and the time a fit takes grows with its length."""

LEAST_READING_COUNT = 28
"""Readings a series needs for settings of its own: four weeks, as three numbers are fitted. Our own choice."""

LEAST_SERIES_COUNT = 3
"""Fitted series of other athletes whose middle stands in for settings of one's own. Our own choice: the middle of two
is no middle."""

LEVEL_PRIOR_SD = 3.0
"""Standard deviation of the level on the first day about the first reading, in those of the readings: wide enough to
hold nothing back. Our own choice."""

LOAD_PRIOR_SD_PER_H = 0.3
"""Standard deviation of the effect of an hour, in those of the readings: without it, the first run after a week off
would explain whatever follows. Our own choice."""

START = (0.05, 0.5, 0.3)
"""Where the search for the settings begins, in the order of `Settings`: slow drift, most variance in deviations."""

MOST_ITERATIONS = 50
"""Steps of the search; fits of simulated series take about ten."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is fitted: variances a day in those of the readings, the share of a deviation that is left a day later."""

    drift_variance: float
    deviation_variance: float
    persistence_fraction: float
    scale: float
    """Standard deviation of the readings, in their unit."""


Series = tuple[int, int]
"""Athlete and era: history starts anew with a new firmware."""


def estimate(train: pl.DataFrame, ahead: pl.DataFrame, seed: int) -> Matrix:
    """One estimate per row of `ahead`, in the unit of the target, NaN where there is nothing to go by.

    Nothing is random, so `seed` changes nothing.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - an optional library

    del seed
    past = {series: rows.tail(WINDOW_DAYS) for series, rows in _by_series(train).items()}
    estimates = np.full(ahead.height, np.nan)
    with threadpool_limits(limits=1):  # on matrices of three by three, a second thread only waits
        fitted = {series: settings for series, rows in past.items() if (settings := _fit(rows)) is not None}
        for series, rows in _by_series(ahead.with_row_index("row")).items():
            settings = _settings_of(series, fitted)
            if settings is not None:
                estimates[rows["row"].to_numpy()] = _filtered(past.get(series), rows, settings)
    return estimates


def _by_series(rows: pl.DataFrame) -> dict[Series, pl.DataFrame]:
    parts = rows.partition_by("athlete_id", "era", maintain_order=True, as_dict=True)
    return {(int(athlete_id), int(era)): own for (athlete_id, era), own in parts.items()}


def _settings_of(series: Series, fitted: Mapping[Series, Settings]) -> Settings | None:
    """Its own settings, else the middle of the athlete's other series, else that of the squad."""
    if series in fitted:
        return fitted[series]
    own = [settings for (athlete_id, _), settings in fitted.items() if athlete_id == series[0]]
    if own:
        return _middle(own)
    return _middle(list(fitted.values())) if len(fitted) >= LEAST_SERIES_COUNT else None


def _middle(settings: list[Settings]) -> Settings:
    names = ("drift_variance", "deviation_variance", "persistence_fraction", "scale")
    return Settings(**{name: float(np.median([getattr(one, name) for one in settings])) for name in names})


def _fit(rows: pl.DataFrame) -> Settings | None:
    """The most likely settings; none with too few readings, readings that never differ, or a search that fails."""
    known = rows["target"].drop_nulls()
    scale = float(known.to_numpy().std()) if known.len() else 0.0
    if known.len() < LEAST_READING_COUNT or scale <= 0:
        return None
    readings, hours = matrix(rows, ("target", LOAD)).T
    model = _state_space((readings - known[0]) / scale, np.nan_to_num(hours))
    found = model.fit(
        start_params=START, maxiter=MOST_ITERATIONS, disp=False, warn_convergence=False, return_params=True
    )
    if not np.isfinite(found).all():
        return None
    drift, deviation, persistence = map(float, found)
    return Settings(drift_variance=drift, deviation_variance=deviation, persistence_fraction=persistence, scale=scale)


def _filtered(past: pl.DataFrame | None, rows: pl.DataFrame, settings: Settings) -> Matrix:
    """One estimate per row ahead, each from the readings before it: those of `past`, then yesterday's of the next row.

    Yesterday's recorded time counts as none where nothing was recorded, as in the features.
    """
    lags, hours = matrix(rows, ("lag_1", LOAD)).T
    readings = np.append(lags[1:], np.nan)
    if past is None:
        readings, hours = np.append(lags[:1], readings), np.append(np.nan, hours)
    else:
        past_readings, past_hours = matrix(past, ("target", LOAD)).T
        readings, hours = np.append(past_readings, readings), np.append(past_hours, hours)
    seen = np.flatnonzero(~np.isnan(readings))
    estimates = np.full(len(readings), np.nan)
    if len(seen):
        first = seen[0]
        model = _state_space((readings[first:] - readings[first]) / settings.scale, np.nan_to_num(hours[first:]))
        model.update((settings.drift_variance, settings.deviation_variance, settings.persistence_fraction))
        forecasts = model.ssm.filter().forecasts[0] * settings.scale + readings[first]
        estimates[first + 1 :] = forecasts[1:]
    return estimates[-rows.height :]


def _state_space(readings: Matrix, hours: Matrix) -> Any:  # noqa: ANN401 - the library has no types
    """Random walk, autoregression and effect of load; readings as differences from the first, in their spread."""
    from statsmodels.tsa.statespace.initialization import Initialization  # noqa: PLC0415 - an optional library
    from statsmodels.tsa.statespace.structural import UnobservedComponents  # noqa: PLC0415 - and a slow one

    model = UnobservedComponents(readings, level="rwalk", autoregressive=1, exog=hours, mle_regression=False)
    start = Initialization(model.k_states)
    start.set(0, "known", constant=[0.0], stationary_cov=[[LEVEL_PRIOR_SD**2]])
    start.set(1, "stationary")
    start.set(2, "known", constant=[0.0], stationary_cov=[[LOAD_PRIOR_SD_PER_H**2]])
    model.ssm.initialize(start)
    model.ssm.loglikelihood_burn = 0  # every prior is a proper one: the first day counts as well
    return model


MODEL = Model(
    name="local_level",
    version=1,
    rung=2,
    cost_class="middle",
    inputs=("lag_1", LOAD),
    tasks=MORNING_TASKS,
    least=f"{LEAST_READING_COUNT} readings of one device within a year",
    needs="statsmodels",
    extra="models",
    estimate=estimate,
    card=(__doc__ or "").strip(),
)
