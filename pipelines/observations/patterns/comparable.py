"""Heart rate at comparable pace: runs of one athlete that may be held against each other, and their difference.

Comparable are steady runs of nearly the same pace and length, read by the same sensor. Heat, wind and ground are not
in the figures, so that every use of this names them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from pipelines.observations.patterns import history
from pipelines.observations.patterns.history import Run

PACE_FRACTION = 0.03
"""Largest difference of pace (fraction): 9 s at 5 min per km, some 3 bpm. Engineering start value."""
LENGTH_RATIO = 1.35
"""Largest ratio of moving time: heart rate rises over a run. Engineering start value."""
STEADY_S = 1200.0
"""Shortest steady block (s) of a run that is compared: intervals are not. Engineering start value."""
LEAST_OTHERS = 3
"""Comparable runs before below which nothing is compared. Engineering start value."""
HISTORY_DAYS = 60
"""Days looked back on for comparable runs, as for usual ranges."""
ASCENT_M_PER_KM = 8.0
"""Difference of ascent (m per km) from which the ground is named as a doubt. Engineering start value."""
ERROR_OF_MEDIAN = 1.25
"""A median strays 1.25 times as far as a mean: sqrt(pi / 2)."""
NOT_KNOWN = "heat, wind and ground are not in the figures"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Heart rate of a run minus that of its comparable runs (bpm)."""

    run: Run
    others: tuple[Run, ...]
    difference_bpm: float

    @property
    def error_bpm(self) -> float:
        """Expected error of the difference (bpm); most rules never ask for it."""
        return error_of([self.run], self.others)


def difference(run: Run, earlier: Iterable[Run]) -> Difference | None:
    """How a run differs from the comparable ones among `earlier`; None with too few of them."""
    if run.steady_s < STEADY_S:
        return None
    others = tuple(other for other in earlier if is_comparable(run, other))
    if len(others) < LEAST_OTHERS:
        return None
    value = run.heart_rate_bpm - median(other.heart_rate_bpm for other in others)
    return Difference(run=run, others=others, difference_bpm=value)


def before(run: Run, runs: Sequence[Run]) -> Sequence[Run]:
    """Runs of the sixty days before a run."""
    return history.before(runs, run.on, days=HISTORY_DAYS)


def is_comparable(run: Run, other: Run) -> bool:
    """Whether two runs may be held against each other."""
    return (
        abs(run.pace_s_per_km / other.pace_s_per_km - 1.0) <= PACE_FRACTION
        and run.sensor == other.sensor
        and other.moving_s > 0
        and 1.0 / LENGTH_RATIO <= run.moving_s / other.moving_s <= LENGTH_RATIO
        and min(run.steady_s, other.steady_s) >= STEADY_S
    )


def error_of(runs: Sequence[Run], others: Sequence[Run]) -> float:
    """Expected error (bpm) of the difference of the medians of two groups of runs."""
    squares = [
        fmean(run.heart_rate_error_bpm**2 for run in group) / len(group) * (ERROR_OF_MEDIAN**2 if len(group) > 1 else 1)
        for group in (runs, others)
    ]
    return float(sum(squares) ** 0.5)


def ground(runs: Sequence[Run], others: Sequence[Run]) -> tuple[str, ...]:
    """A doubt where the runs climbed more or less than those they are held against."""
    climbs = [[run.ascent_m_per_km for run in group if run.ascent_m_per_km is not None] for group in (runs, others)]
    if not all(climbs) or abs(median(climbs[0]) - median(climbs[1])) <= ASCENT_M_PER_KM:
        return ()
    return (f"climb {median(climbs[0]):.0f} against {median(climbs[1]):.0f} m per km",)
