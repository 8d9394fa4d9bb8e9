"""Stretches of marked intervals in which a heart slows at once and comes back over several beats: no fault at all.

The vagus slows a heart within one or two beats and lets go of it over more: after a deep breath, a turn in bed, a
moment of calm. Nothing that goes wrong with the detection of a beat looks so: a missed, an extra, an early or a
misplaced beat is over with the next interval or the one after, and begins below the level or returns below it.
"""

import numpy as np

from pipelines.quality.contract import Threshold
from pipelines.quality.sliding import Bools, Floats, Ints

TUNED = "engineering start value, tuned on simulated beats (seeds 999, 1001, 1002) and seen in real ones at rest"

MOST = Threshold(name="slows by at most", number=0.60, unit="fraction of the interval before", source=TUNED)
TO_AND_FRO = Threshold(name="to and fro on the way", number=0.20, unit="fraction of the rise", source=TUNED)
ONE_STEP = Threshold(name="largest step of a rise of two", number=0.70, unit="fraction of the rise", source=TUNED)
STILL_UP = Threshold(name="one beat after such a peak", number=0.30, unit="fraction of the rise", source=TUNED)
STAYS = Threshold(
    name="one beat after the peak of a single step", number=0.85, unit="fraction of the rise", source=TUNED
)
STAYS_ON = Threshold(name="and two beats after", number=0.40, unit="fraction of the rise", source=TUNED)

LONGEST = 8  # intervals of such a stretch
AROUND = 3  # intervals looked at before it, and after its peak


def slowed(rr: Floats, bad: Bools) -> Bools:
    """Which marked intervals belong to a stretch that goes up once and down slowly, from a calm level.

    Up in two steps, or in one after which two beats stay up: a single beat in the wrong place does neither.
    """
    edges = np.diff(np.concatenate([[0], bad.astype(np.int8), [0]]))
    starts, ends = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
    near = (ends - starts <= LONGEST) & (starts >= AROUND) & (ends + AROUND <= len(rr))
    starts, ends = starts[near], ends[near]
    found = _rises_once(rr, starts, ends) if len(starts) else near[:0]
    marks = np.zeros(len(rr) + 1, dtype=np.int64)
    np.add.at(marks, starts[found], 1)
    np.add.at(marks, ends[found], -1)
    return np.asarray(np.cumsum(marks)[:-1] > 0, dtype=np.bool_)


def _rises_once(rr: Floats, starts: Ints, ends: Ints) -> Bools:
    """For each stretch, from the interval before it to the one after: one rise, and a slow way back."""
    place = np.arange(LONGEST + 2)
    inside = place <= (ends - starts + 1)[:, None]
    way = rr[np.minimum(starts[:, None] - 1 + place, len(rr) - 1)]
    peak = np.where(inside, way, -np.inf).argmax(axis=1)[:, None]
    rising = place <= peak
    base = np.where(rising, way, np.inf).min(axis=1, keepdims=True)
    rise = np.take_along_axis(way, peak, axis=1) - base
    leeway = TO_AND_FRO.number * rise
    step = np.diff(way, axis=1)
    smooth = np.where(rising[:, 1:], step >= -leeway, (step <= leeway) | ~inside[:, 1:]).all(axis=1)
    calm = (np.abs(rr[starts - 2] - base[:, 0]) <= leeway[:, 0]) & (rr[starts - 3] - base[:, 0] <= leeway[:, 0])
    at = (starts - 1)[:, None] + peak
    next_up, later_up = rr[at + 1] - base, rr[at + 2] - base
    largest = np.where(rising[:, 1:], step, 0.0).max(axis=1, keepdims=True)
    in_two = (largest <= ONE_STEP.number * rise) & (next_up >= STILL_UP.number * rise)
    stays = (next_up >= STAYS.number * rise) & (later_up >= STAYS_ON.number * rise)
    is_slowing = (in_two | stays) & (rise > 0) & (rise <= MOST.number * base)
    return np.asarray(smooth & calm & is_slowing[:, 0], dtype=np.bool_)
