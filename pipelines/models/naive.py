"""Rung 0, the rivals: methods of one line each that a model has to beat before it is worth a watt.

None of them has anything to fit; the weight of the moving average is fixed in advance, so that no rival was tuned
on the nights it is scored on. What does not belong here: a method that learns.
"""

import numpy as np

from pipelines.models.contract import Matrix

EWMA_ALPHA = 0.2
"""Weight of the newest reading: fixed before any data was seen, about the weight a week has."""

WINDOWS_DAYS = (7, 28, 60)
"""A week, four weeks, and the sixty days of the usual range."""

RIVALS = ("persistence", *(f"rolling_mean_{days}" for days in WINDOWS_DAYS), "expanding_mean", "ewma")


def rival_estimates(daily: Matrix) -> dict[str, Matrix]:
    """Every rival's estimate for each calendar day from the days before it, by name of the rival.

    `daily`: one reading per calendar day, NaN where there is none. An estimate is NaN where the rival has nothing to
    go by, such as a week without a reading.
    """
    counts = np.concatenate(([0], np.cumsum(~np.isnan(daily))))
    sums = np.concatenate(([0.0], np.nancumsum(daily)))
    estimates = {f"rolling_mean_{days}": _mean_of_last(sums, counts, days) for days in WINDOWS_DAYS}
    estimates["expanding_mean"] = _mean_of_last(sums, counts, len(daily))
    estimates["persistence"], estimates["ewma"] = _carried(daily)
    return {name: estimates[name] for name in RIVALS}


def _mean_of_last(sums: Matrix, counts: Matrix, days: int) -> Matrix:
    day = np.arange(len(sums) - 1)
    first = np.maximum(day - days, 0)
    number = (counts[day] - counts[first]).astype(float)
    number[number == 0] = np.nan
    return np.asarray((sums[day] - sums[first]) / number, dtype=np.float64)


def _carried(daily: Matrix) -> tuple[Matrix, Matrix]:
    last = np.full(len(daily), np.nan)
    weighted = np.full(len(daily), np.nan)
    newest = average = np.nan
    for day, reading in enumerate(daily):
        last[day], weighted[day] = newest, average
        if not np.isnan(reading):
            newest = reading
            average = reading if np.isnan(average) else average + EWMA_ALPHA * (reading - average)
    return last, weighted
