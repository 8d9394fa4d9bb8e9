"""Fastest clean kilometres of an activity: unbroken stretches of records whose speed carries no flag.

A pause, a standing record, a flagged speed or a hole in the recording ends a stretch: what was bridged is no best.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.observations.timeline import LONGEST_STEP_S

BEST_DISTANCES = {"best_1_km": 1000.0, "best_5_km": 5000.0, "best_10_km": 10_000.0}
"""Metric and distance (m) of each best effort."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Effort:
    """The fastest clean stretch of one distance; `start_s` in moving time."""

    metric: str
    pace_s_per_km: float
    duration_s: float
    start_s: float


def best_efforts(timeline: pl.DataFrame) -> Iterator[Effort]:
    """The fastest clean stretch of each distance the activity holds; `timeline` as `timeline.timelines` gives it."""
    speed = timeline["speed_m_per_s"].fill_null(np.nan).to_numpy()
    step_s = timeline["step_s"].to_numpy()
    start_s = timeline["moving_at_s"].to_numpy()
    is_clean = ~np.isnan(speed) & (step_s > 0) & (step_s < LONGEST_STEP_S)
    for metric, distance_m in BEST_DISTANCES.items():
        found = [_fastest(speed[a:b], step_s[a:b], distance_m) for a, b in _stretches(is_clean)]
        starts = [float(start_s[a]) for a, _ in _stretches(is_clean)]
        held = [(one[0], start + one[1]) for one, start in zip(found, starts, strict=True) if one is not None]
        if held:
            duration_s, at_s = min(held)
            pace = 1000.0 * duration_s / distance_m
            yield Effort(metric=metric, pace_s_per_km=pace, duration_s=duration_s, start_s=at_s)


def _stretches(is_clean: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_clean.astype(np.int8), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _fastest(speed: Floats, step_s: Floats, distance_m: float) -> tuple[float, float] | None:
    """Shortest time (s) over the distance and where it starts (s); None where the stretch is shorter."""
    gone_m = np.concatenate(([0.0], np.cumsum(speed * step_s)))
    gone_s = np.concatenate(([0.0], np.cumsum(step_s)))
    if gone_m[-1] < distance_m:
        return None
    starts = np.flatnonzero(gone_m <= gone_m[-1] - distance_m)
    durations = np.interp(gone_m[starts] + distance_m, gone_m, gone_s) - gone_s[starts]
    best = int(np.argmin(durations))
    return float(durations[best]), float(gone_s[starts[best]])
