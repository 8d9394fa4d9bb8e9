"""Where each RR interval lies in time: from exact stamps, from the arrival of radio packets, or by adding up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EXACT_S = 0.02
"""Stamps whose steps differ from the intervals by less (s, median) mark the beats themselves."""

ARRIVAL_WINDOW = 8
"""Intervals before and after a gap that must agree on it: packets of a strap carry up to four."""

ARRIVAL_GAP_S = 1.0
"""Arrival stamps jitter by a packet; only a lag that jumps by more (s) beyond all jitter is a gap."""


SPAN_MAXIMUM_S = 400 * 86_400.0
"""No recording lasts longer (s); what lies further from its start has a garbled stamp or interval."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Intervals in time: `start_s` (s after the start of the first), and the stamp that start corresponds to."""

    start_s: Floats
    origin_s: float
    """Time of the first start on the clock of the stamps (s); 0 where there are none."""


def added_up(rr_ms: Floats, is_after_loss: NDArray[np.bool_] | None = None) -> Placed:
    """Intervals end to end. A lost line before an interval leaves a gap as long as the interval before it.

    How long it really was nobody knows; the gap keeps its neighbours from being taken for adjacent.
    """
    steps_s = np.concatenate([[0.0], rr_ms[:-1] / 1000.0]) if rr_ms.size else np.zeros(0)
    if is_after_loss is not None:
        steps_s = steps_s * np.where(is_after_loss, 2.0, 1.0)
    return Placed(start_s=np.cumsum(steps_s), origin_s=0.0)


def placed(rr_ms: Floats, stamps_s: Floats) -> Placed:
    """Intervals by their stamps (s on any one clock), of whatever kind the stamps turn out to be.

    Stamps that step with the intervals mark beats: the end of their interval, or its start when that fits better.
    Other stamps are taken for the arrival of packets: intervals are added up, and a lasting jump of the lag
    between both is a gap. A single lost packet is within the jitter and cannot be seen.
    """
    rr_s = rr_ms / 1000.0
    if rr_s.size < 2:  # noqa: PLR2004 - one interval has no step
        return Placed(start_s=np.zeros(rr_s.size), origin_s=float(stamps_s[0] - rr_s[0]) if rr_s.size else 0.0)
    steps_s = np.diff(stamps_s)
    as_ends, as_starts = np.median(np.abs(steps_s - rr_s[1:])), np.median(np.abs(steps_s - rr_s[:-1]))
    if min(as_ends, as_starts) < EXACT_S:
        starts_s = stamps_s - rr_s if as_ends <= as_starts else stamps_s
        return Placed(start_s=_without_rounding(starts_s - starts_s[0], rr_s), origin_s=float(starts_s[0]))
    starts_s = np.cumsum(rr_s) - rr_s + np.cumsum(_arrival_gaps_s(stamps_s - np.cumsum(rr_s)))
    return Placed(start_s=starts_s, origin_s=float(stamps_s[0] - rr_s[0]))


def _without_rounding(start_s: Floats, rr_s: Floats) -> Floats:
    """Starts that only rounding keeps from touching are made to touch, in each unbroken run from its first stamp."""
    ends_s = start_s[:-1] + rr_s[:-1]
    breaks = np.concatenate([[True], np.abs(start_s[1:] - ends_s) >= EXACT_S])
    first = np.maximum.accumulate(np.where(breaks, np.arange(start_s.size), 0))
    before_s = np.cumsum(rr_s) - rr_s
    return np.asarray(start_s[first] + before_s - before_s[first], dtype=np.float64)


def _arrival_gaps_s(lag_s: Floats) -> Floats:
    """Gap (s) before each interval, 0 where there is none, from the lag of arrival behind the added-up intervals."""
    gaps_s = np.zeros(lag_s.size)
    window = ARRIVAL_WINDOW
    for index in np.flatnonzero(np.diff(lag_s) > ARRIVAL_GAP_S) + 1:
        before, after = lag_s[max(0, index - window) : index], lag_s[index : index + window]
        if after.min() - before.max() > ARRIVAL_GAP_S:
            gaps_s[index] = float(np.median(after) - np.median(before))
    return gaps_s
