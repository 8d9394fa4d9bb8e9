"""Turns rows of beats into numbers and back: faults change intervals, the times of all later ones follow."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Injected, truth
from pipelines.simulation.noise import Series

BEATS_APART = 6
"""Least distance (beats) between two faults of a series, so that each is one event."""


def spots(rng: np.random.Generator, count: int, *, share: float) -> list[int]:
    """Rising beat numbers, at least `BEATS_APART` apart and not at the ends; at least one."""
    grid = np.arange(BEATS_APART, count - BEATS_APART, BEATS_APART) + int(rng.integers(0, 3))
    wanted = max(1, round(share * count))
    chosen = rng.choice(grid, size=min(wanted, len(grid)), replace=False)
    return sorted(int(spot) for spot in chosen)


def intervals(frame: pl.DataFrame) -> Series:
    """RR intervals (ms) in order."""
    return frame["rr_ms"].to_numpy().astype(np.float64)


def injected(frame: pl.DataFrame, rr_ms: Series, events: list[list[int]], *, gaps_s: Series | None = None) -> Injected:
    """The frame with those intervals, and the truth; `gaps_s` is the time lost before each interval."""
    rr_ms = np.rint(rr_ms)
    lost = np.zeros(len(rr_ms)) if gaps_s is None else gaps_s
    starts = np.concatenate([[0.0], np.cumsum(rr_ms[:-1]) / 1000.0]) + np.cumsum(lost)
    starts = np.round(starts + float(frame["start_s"][0]), 3)
    rows = frame[np.zeros(len(rr_ms), dtype=np.int64)]
    out = rows.with_columns(
        pl.Series("beat_index", np.arange(len(rr_ms)), dtype=frame.schema["beat_index"]),
        pl.Series("start_s", starts),
        pl.Series("rr_ms", rr_ms),
    )
    ends = starts + rr_ms / 1000.0
    return out, truth([(float(starts[rows[0]] - lost[rows[0]]), float(ends[rows[-1]]), rows) for rows in events])
