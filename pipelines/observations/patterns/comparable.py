"""Runs of one athlete that may be held against each other, for all pairs at once, and how heart rate differs at a pace.

Comparable are runs of nearly the same pace, length, climb and temperature, read by the same sensor. What a recording
does not state parts no two runs: every use of this names it instead. Wind is in no figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

import numpy as np

from pipelines.observations.patterns.grid import Booleans, Floats
from pipelines.observations.patterns.history import History, Run

PACE_FRACTION = 0.03
"""Largest difference of pace (fraction): 9 s at 5 min per km, some 3 bpm. Engineering start value."""
LENGTH_RATIO = 1.35
"""Largest ratio of moving time: heart rate rises over a run. Engineering start value."""
ASCENT_M_PER_KM = 8.0
"""Largest difference of ascent (m per km). Engineering start value."""
TEMPERATURE_C = 6.0
"""Largest difference of temperature (deg C). Engineering start value: a watch is warmed by its wrist as well."""
STEADY_S = 1200.0
"""Shortest steady block (s) of a run whose heart rate is compared: intervals are not. Engineering start value."""
LEAST_OTHERS = 3
"""Comparable runs before below which nothing is compared. Engineering start value."""
HISTORY_DAYS = 60
"""Days looked back on for comparable runs, as for usual ranges."""
ERROR_OF_MEDIAN = 1.25
"""A median strays 1.25 times as far as a mean: sqrt(pi / 2)."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Heart rate of a run minus the median of comparable ones before (bpm)."""

    run: Run
    others: tuple[Run, ...]
    difference_bpm: float

    @property
    def error_bpm(self) -> float:
        """Expected error of the difference (bpm); most rules never ask for it."""
        return error_of([self.run], self.others)


def unlike(runs: Sequence[Run], others: Sequence[Run], *, pace_fraction: float) -> dict[str, Booleans]:
    """By reason, one row a run and one column another one: whether they may not be held against each other for it."""
    pace, other_pace = _column([run.pace_s_per_km for run in runs]), _column([run.pace_s_per_km for run in others])
    moving, other_moving = _column([run.moving_s for run in runs]), _column([run.moving_s for run in others])
    climb, other_climb = (
        _column([run.ascent_m_per_km for run in runs]),
        _column([run.ascent_m_per_km for run in others]),
    )
    heat, other_heat = _column([run.temperature_c for run in runs]), _column([run.temperature_c for run in others])
    sensor, other_sensor = np.array([run.sensor for run in runs]), np.array([run.sensor for run in others])
    longer, shorter = moving[:, None], other_moving[None, :]
    return {
        "pace": np.abs(pace[:, None] - other_pace) > pace_fraction * other_pace,
        "length": np.maximum(longer, shorter) > LENGTH_RATIO * np.minimum(longer, shorter),
        "climb": np.abs(climb[:, None] - other_climb) > ASCENT_M_PER_KM,
        "temperature": np.abs(heat[:, None] - other_heat) > TEMPERATURE_C,
        "sensor": sensor[:, None] != other_sensor[None, :],
    }


def _column(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def comparable(runs: Sequence[Run], others: Sequence[Run]) -> Booleans:
    """Whether heart rate of each run (rows) may be held against that of each other one (columns)."""
    parted = np.logical_or.reduce(list(unlike(runs, others, pace_fraction=PACE_FRACTION).values()))
    steady, other_steady = (np.array([run.steady_s >= STEADY_S for run in some]) for some in (runs, others))
    return np.asarray(~parted & steady[:, None] & other_steady[None, :], dtype=np.bool_)


def differences(known: History, *, first: int, end: int, since: int, until: int) -> list[Difference]:
    """How the runs with numbers from `first` to `end` differ from comparable ones of ordinal dates in a time.

    That is from `since` on and before `until`; excused dates are not held against. Runs with too few are left out.
    """
    pairs, days = known.once("comparable runs", lambda: _pairs(known))
    start, stop = int(np.searchsorted(days, since)), int(np.searchsorted(days, until))
    found = []
    for number in range(first, end):
        others = tuple(known.runs[start + place] for place in np.flatnonzero(pairs[number, start:stop]).tolist())
        if (one := difference(known.runs[number], others)) is not None:
            found.append(one)
    return found


def _pairs(known: History) -> tuple[Booleans, np.ndarray]:
    days = np.array([run.on.toordinal() for run in known.runs], dtype=np.int64)
    if not known.runs:
        return np.zeros((0, 0), dtype=np.bool_), days
    is_usual = np.array([run.on not in known.excused for run in known.runs])
    return comparable(known.runs, known.runs) & is_usual[None, :], days


def difference(run: Run, others: Sequence[Run]) -> Difference | None:
    """How a run differs from comparable ones; None with too few of them."""
    if len(others) < LEAST_OTHERS:
        return None
    value = run.heart_rate_bpm - median(other.heart_rate_bpm for other in others)
    return Difference(run=run, others=tuple(others), difference_bpm=value)


def error_of(runs: Sequence[Run], others: Sequence[Run]) -> float:
    """Expected error (bpm) of the difference of the medians of two groups of runs."""
    squares = [
        fmean(run.heart_rate_error_bpm**2 for run in group) / len(group) * (ERROR_OF_MEDIAN**2 if len(group) > 1 else 1)
        for group in (runs, others)
    ]
    return float(sum(squares) ** 0.5)


def not_known(runs: Sequence[Run]) -> str:
    """What the figures of these runs do not hold, in words."""
    lacking = [
        name
        for name, values in (
            ("heat", [run.temperature_c for run in runs]),
            ("climb", [run.ascent_m_per_km for run in runs]),
        )
        if any(value is None for value in values)
    ]
    named = [*lacking, "wind"]
    shown = f"{', '.join(named[:-1])} and {named[-1]} are" if lacking else "wind is"
    return f"{shown} not in the figures"
