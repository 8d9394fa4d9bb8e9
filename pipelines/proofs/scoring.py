"""Scores flags against known truth: was each event found, and was what is flagged a fault. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Scoring = Literal["beats", "segment", "moment", "rows"]

FOUND_SHARE = 0.5
"""Share of an event's rows or time that has to be flagged before the event counts as found."""

ROW_TOLERANCE = {"beats": 1, "segment": 5, "moment": 5, "rows": 0}
"""Rows beside a fault that may be flagged with it: the neighbour of a beat, some seconds of a record."""

MOMENT_S = 5.0
"""A flag this near (s) to a moment is at it."""

Z95 = 1.959964
"""Two-sided 95 % quantile of the normal distribution."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Event:
    """One injected fault: its rows, and its time (s after the start of the subject) where time has a meaning."""

    rows: frozenset[int]
    start_s: float | None
    end_s: float | None


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One flag: its rows (None for the whole subject) and its time."""

    rows: frozenset[int] | None
    start_s: float | None
    end_s: float | None


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Counts that add up over subjects."""

    event_count: int = 0
    found_count: int = 0
    flagged_count: int = 0
    right_count: int = 0
    """Of the flagged rows (moments: segments), those at a fault."""
    bad_count: int = 0
    row_count: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            event_count=self.event_count + other.event_count,
            found_count=self.found_count + other.found_count,
            flagged_count=self.flagged_count + other.flagged_count,
            right_count=self.right_count + other.right_count,
            bad_count=self.bad_count + other.bad_count,
            row_count=self.row_count + other.row_count,
        )

    @property
    def recall(self) -> float | None:
        """Share of events found; None without events."""
        return self.found_count / self.event_count if self.event_count else None

    @property
    def precision(self) -> float | None:
        """Share of what is flagged that is at a fault; None when nothing is flagged."""
        return self.right_count / self.flagged_count if self.flagged_count else None

    @property
    def prevalence(self) -> float | None:
        """Share of rows that are faulty: the precision of flagging everything."""
        return self.bad_count / self.row_count if self.row_count else None


def score(events: Sequence[Event], segments: Sequence[Segment], *, scoring: Scoring, row_count: int) -> Tally:
    """Counts for one subject."""
    flagged = _rows(segments, row_count)
    tolerance = ROW_TOLERANCE[scoring]
    bad = frozenset[int]().union(*(event.rows for event in events))
    found = sum(_is_found(event, segments, flagged, scoring) for event in events)
    if scoring == "moment":
        right = sum(any(_is_at(event, segment) for event in events) for segment in segments)
        flagged_count = len(segments)
    else:
        right = len(flagged & _widened(bad, tolerance))
        flagged_count = len(flagged)
    return Tally(
        event_count=len(events),
        found_count=found,
        flagged_count=flagged_count,
        right_count=right,
        bad_count=len(bad),
        row_count=row_count,
    )


def wilson(hits: int, count: int) -> tuple[float, float] | None:
    """95 % interval of a share; None without cases. Source: Wilson 1927, doi:10.1080/01621459.1927.10502953."""
    if count == 0:
        return None
    share, square = hits / count, Z95**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = Z95 * math.sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def _is_found(event: Event, segments: Sequence[Segment], flagged: frozenset[int], scoring: Scoring) -> bool:
    if scoring == "moment":
        return any(_is_at(event, segment) for segment in segments)
    hit = len(event.rows & flagged) / len(event.rows)
    if scoring == "beats" and len(event.rows) <= 2:  # noqa: PLR2004 - a single beat spoils at most two intervals
        return bool(_widened(event.rows, 1) & flagged)
    return hit >= FOUND_SHARE or (scoring == "segment" and _time_share(event, segments) >= FOUND_SHARE)


def _time_share(event: Event, segments: Sequence[Segment]) -> float:
    """Share of the event's time that segments cover; overlaps of segments count once."""
    if event.start_s is None or event.end_s is None or event.end_s <= event.start_s:
        return 0.0
    covered, reached = 0.0, event.start_s
    spans = sorted((s.start_s, s.end_s) for s in segments if s.start_s is not None and s.end_s is not None)
    for start, end in spans:
        covered += max(0.0, min(end, event.end_s) - max(start, reached))
        reached = max(reached, end)
    return covered / (event.end_s - event.start_s)


def _is_at(event: Event, segment: Segment) -> bool:
    if segment.rows is not None and _widened(event.rows, 1) & segment.rows:
        return True
    if None in {event.start_s, event.end_s, segment.start_s, segment.end_s}:
        return segment.rows is None
    assert event.start_s is not None
    assert event.end_s is not None
    assert segment.start_s is not None
    assert segment.end_s is not None
    return segment.start_s <= event.end_s + MOMENT_S and segment.end_s >= event.start_s - MOMENT_S


def _rows(segments: Sequence[Segment], row_count: int) -> frozenset[int]:
    if any(segment.rows is None for segment in segments):
        return frozenset(range(row_count))
    return frozenset[int]().union(*(segment.rows or () for segment in segments))


def _widened(rows: frozenset[int], by: int) -> frozenset[int]:
    return frozenset(row + offset for row in rows for offset in range(-by, by + 1))
