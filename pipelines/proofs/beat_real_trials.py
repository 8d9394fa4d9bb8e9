"""Clean stretches of real beats with faults put in: how wrong RMSSD is there, tool by tool.

Clean is a stretch of at least 100 beats that experts labelled normal, or at rest one in which no detector at hand marks
anything, ours and every package alike, so that none of them is favoured. What such a stretch hides is not known.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.progress import Progress
from pipelines.proofs.beat_peers import Tool
from pipelines.proofs.beat_trials import Trial, struck
from pipelines.proofs.labelled_beats import FOLDER, Window
from pipelines.proofs.real_files import RESTING_MS, real_beats
from pipelines.quality.sliding import Bools, Floats

APART_S = 0.05
"""Most that an interval may begin after the last one ended (s): what is longer is a hole in the recording."""

FEWEST_BEATS = 100
"""Fewest intervals of a stretch: with fewer, one fault in a hundred would be none."""

FEWEST_READINGS = 10
"""Fewer clean stretches than that carry no median."""


def clean_readings(
    folder: Path, windows: Sequence[Window], tools: Sequence[Tool], progress: Progress
) -> tuple[Floats, ...]:
    """RR intervals (ms) of each clean stretch: of labelled windows, then of the files below a folder."""
    found: list[Floats] = []
    for window in windows:
        if not window.other_rhythm_share:
            found += _stretches(window.rr_ms, window.bad)
    quiet = [tool for tool in tools if tool.kind in {"ours", "package"}]
    for rr in _unbroken(real_beats(folder, progress, without=FOLDER).tables["beats"]):
        if np.median(rr) > RESTING_MS:
            found += _stretches(rr, np.logical_or.reduce([tool.marks(rr) for tool in quiet]))
    return tuple(found)


def _stretches(rr: Floats, bad: Bools) -> Iterator[Floats]:
    """What lies between bad intervals, where it is long enough."""
    edges = np.flatnonzero(np.concatenate([[True], bad, [True]]))
    for start, end in pairwise(edges.tolist()):
        if end - start - 1 >= FEWEST_BEATS:
            yield rr[start : end - 1]


def real_trials(readings: Iterable[Floats], *, seed: int, single: float, burst: float) -> Iterator[Trial]:
    """Each reading with these shares of its beats struck."""
    for number, clean in enumerate(readings):
        rng = np.random.default_rng([seed, round(1e4 * single), round(1e4 * burst), number, 1])
        yield struck(rng, clean, single=single, burst=burst)


def _unbroken(beats: pl.DataFrame) -> Iterator[Floats]:
    """Intervals of each cut that has no hole."""
    for (_,), rows in beats.sort("series_id", "beat_index").group_by("series_id", maintain_order=True):
        rr, start_s = rows["rr_ms"].to_numpy().astype(np.float64), rows["start_s"].to_numpy()
        if np.all(np.abs(start_s[1:] - start_s[:-1] - rr[:-1] / 1000.0) < APART_S):
            yield rr
