"""The next morning's heart rate variability: lnRMSSD of the coming night or morning, as known at 05:00.

Rows: every calendar day of an athlete between the first and the last reading of the series that has most usable ones:
one method, one kind of reading, one device. A change of firmware starts a new era, and history starts anew with it.
A night that is not usable for the usual range has no target and is no lag.
Primary metric: mean absolute error in ln ms, on the nights that every rival estimated too.
Smallest gain worth having: 2 % of that error.
"""

import numpy as np

from pipelines.models.contract import Matrix
from pipelines.models.features import (
    FEATURES,
    LEAST_READING_COUNT,
    calendar,
    mornings,
    perturbed,
    rival_mornings,
    ungated,
)
from pipelines.models.naive import RIVALS
from pipelines.models.task import CoachUnit, Task


def error_percent(estimate: Matrix, target: Matrix) -> Matrix:
    """How far the estimated RMSSD is from the observed one (% of the observed one)."""
    return np.asarray(100 * np.abs(np.expm1(estimate - target)), dtype=np.float64)


TASK = Task(
    name="next_morning_ln_rmssd",
    title="Next morning's lnRMSSD",
    counted=("morning", "mornings"),
    history=f"{LEAST_READING_COUNT} earlier readings of the same device",
    unit="ln_ms",
    primary_metric="mean absolute error (ln ms)",
    rivals=RIVALS,
    features=FEATURES,
    query="queries/estimate_days.sql",
    parameters={
        "metric": "ln_rmssd",
        "purpose": "hrv_baseline",
        "readings": ["night", "morning"],
        "companion": "resting_heart_rate",
    },
    prepared=calendar,
    ungated=ungated,
    perturbed=perturbed,
    rows=mornings,
    rival_rows=rival_mornings,
    coach_unit=CoachUnit(unit="% of RMSSD", error=error_percent),
    smallest_gain_source="our own choice, declared before anything was scored",
    card=(__doc__ or "").strip(),
)
