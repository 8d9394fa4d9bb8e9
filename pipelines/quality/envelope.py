"""How fast a body can move for how long: the record envelope, against rolling means over many activities at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.quality.contract import Threshold
from pipelines.quality.sliding import Bools, Floats, Ints

LEEWAY = Threshold(
    name="above the record", number=1.05, unit="of the world-best mean speed", source="engineering start value"
)
RIDDEN_M_PER_S = Threshold(
    name="fastest ridden", number=36.0, unit="m/s", source="engineering start value: 130 km/h, a mountain descent"
)

RECORD_S = (5.0, 19.19, 43.0, 100.9, 206.0, 437.6, 755.0, 1571.0, 3402.0, 7235.0, 21_935.0, 86_400.0)
RECORD_M_PER_S = (12.0, 10.42, 9.30, 7.93, 7.28, 6.86, 6.62, 6.37, 6.20, 5.83, 4.56, 3.70)
"""World-best mean speeds of men from 200 m to 24 h, and a sprinter's best 5 s: the outermost of any runner."""

DURATIONS_S = (5.0, 10.0, 20.0, 60.0, 300.0, 1200.0, 3600.0)


def limit_m_per_s(duration_s: float) -> float:
    """Highest believable mean speed on foot over a duration (s): on a line in the logarithm of time."""
    return float(LEEWAY.number * np.interp(np.log(duration_s), np.log(RECORD_S), RECORD_M_PER_S))


@dataclass(frozen=True, kw_only=True)
class Tracks:
    """What speeds are measured over: columns of rows in order of subject and time."""

    step_s: Floats
    """Time each row's speed held (0 across gaps and pauses, so that nothing is invented there)."""
    clock_s: Floats
    subject: Ints
    is_ridden: Bools

    def only(self, keep: Bools) -> "Tracks":
        """The marked rows."""
        return Tracks(
            step_s=self.step_s[keep],
            clock_s=self.clock_s[keep],
            subject=self.subject[keep],
            is_ridden=self.is_ridden[keep],
        )


def beyond(speed: Floats, tracks: Tracks, *, durations_s: tuple[float, ...] = DURATIONS_S) -> Bools:
    """Marks rows that are faster than the record for some duration, inside a stretch whose mean is too.

    A ridden row has one limit for any duration. Unknown speeds come as 0.
    """
    marked = np.zeros(len(speed), dtype=np.bool_)
    fast = speed > np.where(tracks.is_ridden, RIDDEN_M_PER_S.number, limit_m_per_s(max(durations_s)))
    if fast.any():
        keep = np.isin(tracks.subject, np.unique(tracks.subject[fast]))
        marked[keep] = _beyond_any(speed[keep], tracks.only(keep), durations_s)
    return marked


def _beyond_any(speed: Floats, tracks: Tracks, durations_s: tuple[float, ...]) -> Bools:
    axis, begin = _one_axis(tracks.clock_s, tracks.subject)
    way = np.cumsum(speed * tracks.step_s)
    marked = np.zeros(len(speed), dtype=np.bool_)
    for duration in durations_s:
        limit = np.where(tracks.is_ridden, RIDDEN_M_PER_S.number, limit_m_per_s(duration))
        mean = (way - np.interp(axis - duration, axis, way)) / duration
        ends = (mean > limit) & (axis - duration >= begin)
        marked |= (speed > limit) & _covered(ends, axis, duration)
    return marked


def _one_axis(clock_s: Floats, subject: Ints) -> tuple[Floats, npt.NDArray[np.float64]]:
    """All subjects one after the other on one time axis, far apart, and where each row's subject begins."""
    starts = np.r_[True, subject[1:] != subject[:-1]]
    first = np.flatnonzero(starts)
    last = np.r_[first[1:] - 1, len(clock_s) - 1]
    spans = clock_s[last] - clock_s[first] + 2 * max(DURATIONS_S)
    offset = np.cumsum(spans) - spans
    number = np.cumsum(starts) - 1
    axis = clock_s - clock_s[first][number] + offset[number]
    return axis, offset[number]


def _covered(ends: Bools, axis: Floats, duration: float) -> Bools:
    """Rows less than `duration` before a row that ends a failing stretch."""
    following = np.minimum.accumulate(np.where(ends, axis, np.inf)[::-1])[::-1]
    return np.asarray(following - axis < duration, dtype=np.bool_)
