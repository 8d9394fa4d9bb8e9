"""The time of a race or hard run over 1, 5 or 10 km, as known at 05:00 of its day.

Rows: hard runs of an athlete who has at least three earlier ones within a year. No export says which run was a race,
so a hard run is one whose mean heart rate is among the highest tenth of the athlete's runs of the year before; its
distance is the longest of the three that it holds, if it makes up half of the run. The time is that of the fastest
clean stretch over the distance.
Rivals: Riegel's law with exponent 1.06 from the last effort and from the best one, and critical speed.
Primary metric: mean absolute error of the logarithm of the time, on the runs that every rival estimated too.
Smallest gain worth having: 2 % of that error.
Not for: a marathon, a hilly race, an athlete who was ill.
"""

import numpy as np

from pipelines.models.contract import Matrix
from pipelines.models.efforts import (
    FEATURES,
    LEAST_PAST_EFFORTS,
    RIVALS,
    effort_rows,
    perturbed,
    rival_efforts,
    runs,
    ungated,
)
from pipelines.models.task import CoachUnit, Task


def error_s(estimate: Matrix, target: Matrix) -> Matrix:
    """How far the estimated time is off (s)."""
    return np.asarray(np.abs(np.exp(estimate) - np.exp(target)), dtype=np.float64)


TASK = Task(
    name="race_time",
    title="Time of a race or hard run",
    counted=("hard run", "hard runs"),
    history=f"{LEAST_PAST_EFFORTS} earlier ones within a year",
    unit="log_s",
    primary_metric="mean absolute error of the logarithm of the time",
    rivals=RIVALS,
    features=FEATURES,
    query="queries/estimate_runs.sql",
    parameters={},
    prepared=runs,
    ungated=ungated,
    perturbed=perturbed,
    rows=effort_rows,
    rival_rows=rival_efforts,
    coach_unit=CoachUnit(unit="s", error=error_s),
    smallest_gain_source="our own choice, declared before anything was scored",
    card=(__doc__ or "").strip(),
)
