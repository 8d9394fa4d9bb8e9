"""Positions that walk about and get nowhere, where a file holds neither step rate nor speed to tell that nobody moved.

Who moves goes on the way they went a second ago, also on a pitch with a turn every few seconds; positions that wander
while somebody stands turn at every step. And who moves gets somewhere in half a minute, in one or in two: not on a
track or between two cones, but there they still go straight between the turns. Both have to hold.
"""

import numpy as np

from pipelines.quality.contract import Threshold
from pipelines.quality.sliding import Bools, Floats

START = "engineering start value"

ONWARDS = Threshold(
    name="goes on the way it went",
    number=0.25,
    unit="cosine between steps of a second, weighted by their lengths",
    source=f"{START}: shuttles of 20 m have 0.6, positions that wander with nobody moving have none",
)
USUAL_SHARE = Threshold(
    name="gets nowhere, by the usual speed",
    number=0.40,
    unit="fraction of the way at the usual speed",
    source=f"{START}: a round of 200 m at 3 m/s gets 0.7 of it in half a minute",
)
USUAL_MOST = Threshold(
    name="usual speed taken", number=3.0, unit="m/s", source=f"{START}: wandering alone may be faster than the run"
)
AT_LEAST_M = Threshold(
    name="way that is looked at", number=0.5, unit="m/s", source=f"{START}: slower than that is standing in any case"
)

SPANS_S = (30.0, 60.0, 120.0)
"""Lengths (s) of the stretches that are looked at: large errors get further in half a minute than a walker."""
WHOLE = 0.9  # of a span: the last record in it lies so far from its first, or later
NEAR_ROWS, NEAR_ONWARDS = 3, 0.6  # at the ends, steps are left out that go on their way with so many on either side


def walks_nowhere(east: Floats, north: Floats, *, at_s: Floats, linked: Bools, usual: Floats) -> Bools:
    """Marks the records of stretches without any way onwards and without any way at all.

    Metres east and north, time (s) rising over all records; `linked` says that the step before a record is one to be
    looked at, `usual` is the speed (m/s) its activity usually has.
    """
    step_east = np.where(linked, np.diff(east, prepend=0.0), 0.0)
    step_north = np.where(linked, np.diff(north, prepend=0.0), 0.0)
    length = np.hypot(step_east, step_north)
    along = step_east * np.roll(step_east, 1) + step_north * np.roll(step_north, 1)
    both = length * np.roll(length, 1)
    way, onwards, most = (np.concatenate([[0.0], np.cumsum(values)]) for values in (length, along, both))
    broken = np.concatenate([[0], np.cumsum(~linked)])
    first = np.arange(len(east))
    marks = np.zeros(len(east) + 1, dtype=np.int64)
    for span_s in SPANS_S:
        last = np.searchsorted(at_s, at_s + span_s, side="right") - 1
        whole = (at_s[last] - at_s >= WHOLE * span_s) & (broken[last + 1] == broken[first + 1])
        net = np.hypot(east[last] - east, north[last] - north)
        turns = onwards[last + 1] - onwards[np.minimum(first + 2, last + 1)]
        possible = most[last + 1] - most[np.minimum(first + 2, last + 1)]
        found = whole & (net <= USUAL_SHARE.number * np.minimum(usual, USUAL_MOST.number) * span_s)
        found &= turns <= ONWARDS.number * possible
        found &= way[last + 1] - way[first + 1] >= AT_LEAST_M.number * span_s
        np.add.at(marks, first[found], 1)
        np.add.at(marks, last[found] + 1, -1)
    return _without_ends(np.cumsum(marks)[:-1] > 0, along, both)


def _without_ends(marked: Bools, along: Floats, both: Floats) -> Bools:
    """The stretches without what lies before the first and after the last step that leaves its way."""
    leaves = _around(along) < NEAR_ONWARDS * _around(both)
    row = np.arange(len(marked))
    stretch = np.cumsum(np.diff(marked, prepend=False))
    core = marked & leaves
    low = np.full(int(stretch.max(initial=0)) + 1, len(marked))
    high = np.full(len(low), -1)
    np.minimum.at(low, stretch[core], row[core])
    np.maximum.at(high, stretch[core], row[core])
    return np.asarray(marked & (row >= low[stretch]) & (row <= high[stretch]), dtype=np.bool_)


def _around(values: Floats) -> Floats:
    """Sum of each row and of those near it, of fewer rows than that as well."""
    return np.convolve(values, np.ones(2 * NEAR_ROWS + 1))[NEAR_ROWS : NEAR_ROWS + len(values)]
