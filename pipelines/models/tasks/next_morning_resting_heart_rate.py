"""The next day's resting heart rate, as known at 05:00.

Rows: every calendar day of an athlete between the first and the last reading of the series that has most usable ones:
one method, one kind of reading, one device. A change of firmware starts a new era, and history starts anew with it.
Many makers smooth this number over days before they state it, so that the last one is hard to beat: among the rivals
it has to be. Skill on it says as much of the maker's smoothing as of the athlete.
Primary metric: mean absolute error in bpm, on the days that every rival estimated too.
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


def error_bpm(estimate: Matrix, target: Matrix) -> Matrix:
    """How far the estimate is off (bpm)."""
    return np.asarray(np.abs(estimate - target), dtype=np.float64)


TASK = Task(
    name="next_morning_resting_heart_rate",
    title="Next morning's resting heart rate",
    counted=("morning", "mornings"),
    history=f"{LEAST_READING_COUNT} earlier readings of the same device",
    unit="bpm",
    primary_metric="mean absolute error (bpm)",
    rivals=RIVALS,
    features=FEATURES,
    query="queries/estimate_days.sql",
    parameters={
        "metric": "resting_heart_rate",
        "purpose": "resting_hr",
        "readings": ["night", "morning", "day"],
        "companion": "ln_rmssd",
    },
    prepared=calendar,
    ungated=ungated,
    perturbed=perturbed,
    rows=mornings,
    rival_rows=rival_mornings,
    coach_unit=CoachUnit(unit="bpm", error=error_bpm),
    smallest_gain_source="our own choice, declared before anything was scored",
    card=(__doc__ or "").strip(),
)
