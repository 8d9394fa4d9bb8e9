"""Durability of a long run: how speed per heartbeat late in it compares with that of its kilometres 5 to 10.

Told only of long runs at a steady speed with heart rate nearly throughout; otherwise nothing is claimed. Onset is the
distance from which the ratio stays below 95 % of that of kilometres 5 to 10. Smyth et al. 2022
(doi:10.1007/s40279-022-01680-5) hold marathons against the same kilometres, with percentages of the highest heart rate
and of critical speed, and call it an onset from 2.5 % on. Hills and heat move it as much as anything else.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

FIRST_KM, LAST_KM = 5, 10
"""Kilometres between which the run is held for settled."""
LEAST_KM = 14
"""Shortest run (km) that has a late part: as long again as the settled one is, less one. Engineering start value."""
LATE_KM = 3
"""Last whole kilometres that are the late part. Engineering start value."""
FALLEN_FRACTION = 0.95
"""Share of the settled ratio below which it has fallen, twice as far as the onset of Smyth et al. 2022. Engineering
start value."""
FOR_GOOD_KM = 2
"""Whole kilometres at the end for which it has to stay below, at least. Engineering start value."""
COVERAGE_MINIMUM = 0.90
"""Least share of each kilometre with a usable heart rate (fraction): a flagged tenth says nothing."""
SPEED_SPREAD_MAXIMUM = 0.08
"""Largest coefficient of variation of the speeds of the kilometres compared (fraction): as for decoupling."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Durability:
    """Fall of speed per heartbeat late in a run (fraction), and the distance (m) after which it stayed fallen.

    The second is null where it did not fall for good.
    """

    late_fraction: float
    fell_after_m: float | None


def durability(timeline: pl.DataFrame) -> Durability | None:
    """Durability of one activity from its timeline (see `timeline.timelines`); None where nothing is claimed."""
    step, speed, rate = (timeline[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in _COLUMNS)
    moved = np.where(np.isnan(speed), 0.0, speed) * step
    kilometre = (np.cumsum(moved) // 1000.0).astype(np.int64)
    count = int(kilometre[-1]) if len(kilometre) else 0
    if count < LEAST_KM:
        return None
    known = ~np.isnan(rate) & ~np.isnan(speed)
    whole_s, known_s, metres, beats = (
        np.bincount(kilometre, weights=weights)[FIRST_KM:count]
        for weights in (step, step * known, moved * known, np.where(known, rate, 0.0) * step)
    )
    if (known_s < COVERAGE_MINIMUM * whole_s).any():
        return None
    speeds = metres / known_s
    if speeds.std() > SPEED_SPREAD_MAXIMUM * speeds.mean():
        return None
    settled = metres[: LAST_KM - FIRST_KM].sum() / beats[: LAST_KM - FIRST_KM].sum()
    late = metres[-LATE_KM:].sum() / beats[-LATE_KM:].sum()
    return Durability(late_fraction=float(1.0 - late / settled), fell_after_m=_fallen(metres / beats, settled))


_COLUMNS = ("step_s", "speed_m_per_s", "heart_rate_bpm")


def _fallen(ratio: Floats, settled: float) -> float | None:
    """Distance (m) after which the ratio of every further kilometre stays fallen."""
    held = np.flatnonzero(ratio >= FALLEN_FRACTION * settled)
    first = int(held[-1]) + 1 if len(held) else 0
    return None if len(ratio) - first < FOR_GOOD_KM else 1000.0 * (FIRST_KM + first)
