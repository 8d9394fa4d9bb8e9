"""Series of beats with known faults for the comparison with other tools: an equal mix of single ones, or bursts.

The generator of clean beats is the frozen one; the faults are those of its families, with the same sizes, mixed within
one series. A trial knows its beats without any fault, so that the error of RMSSD can be told.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipelines.simulation.beats import MEAN_RR_MS, rr_series
from pipelines.simulation.faults.beats import shaken
from pipelines.simulation.noise import Series

READING_S = 300.0
"""Length of a series (s)."""

BEATS_APART = 4
"""Least distance (beats) between two single faults, and to either end of the series."""

BURST_BEATS = (5, 31)
"""Range of the length of a burst (beats), upper end left out."""

COMPENSATED = 0.7
"""Share of ectopic beats whose pause makes up for them."""

BURST_APART = 12
"""Least distance (beats) between two bursts, and to either end of the series."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One fault that was put in."""

    kind: str
    rows: tuple[int, ...]
    """Intervals it spoiled."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One series."""

    clean_ms: Series
    """Its RR intervals (ms) before anything was put in."""
    rr_ms: Series
    """Its RR intervals (ms) as a detector is given them."""
    events: tuple[Event, ...]

    @property
    def bad(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which intervals are spoiled."""
        marked = np.zeros(len(self.rr_ms), dtype=np.bool_)
        for event in self.events:
            marked[list(event.rows)] = True
        return marked


def trials(*, seed: int, count: int, single: float = 0.0, burst: float = 0.0) -> Iterator[Trial]:
    """So many series of five minutes, of which these shares of beats get a single fault or lie in a burst."""
    for number in range(count):
        rng = np.random.default_rng([seed, round(1e4 * single), round(1e4 * burst), number])
        mean = float(rng.uniform(*MEAN_RR_MS))
        clean = rr_series(rng, beat_count=int(READING_S * 1000.0 / mean), mean_rr_ms=mean)
        yield struck(rng, clean, single=single, burst=burst)


def struck(rng: np.random.Generator, clean: Series, *, single: float = 0.0, burst: float = 0.0) -> Trial:
    """A clean series of which these shares of beats get a single fault or lie in a burst."""
    changes = _single(rng, clean, single) if single else []
    changes += _bursts(rng, clean, burst) if burst else []
    return _changed(clean, sorted(changes, key=lambda change: change[0]))


Change = tuple[int, int, str, list[float], tuple[int, ...]]
"""First interval, number of intervals that are replaced, kind, what they become, and which of that is spoiled."""


def _changed(clean: Series, changes: list[Change]) -> Trial:
    pieces: list[Series] = []
    events: list[Event] = []
    done, placed = 0, 0
    for first, length, kind, became, spoiled in changes:
        pieces += [clean[done:first], np.rint(np.asarray(became))]
        placed += first - done
        events.append(Event(kind=kind, rows=tuple(placed + place for place in spoiled)))
        placed, done = placed + len(became), first + length
    return Trial(clean_ms=clean, rr_ms=np.concatenate([*pieces, clean[done:]]), events=tuple(events))


def _single(rng: np.random.Generator, clean: Series, share: float) -> list[Change]:
    makers = (_missed, _extra, _ectopic, _long, _short, _misplaced)
    changes: list[Change] = []
    taken = np.zeros(len(clean), dtype=np.bool_)
    for place in rng.permutation(np.arange(BEATS_APART, len(clean) - BEATS_APART - 1)):
        if len(changes) >= max(1, round(share * len(clean))):
            break
        if not taken[place]:
            taken[place - BEATS_APART + 1 : place + BEATS_APART] = True
            changes.append(makers[int(rng.integers(len(makers)))](rng, int(place), clean))
    return changes


def _missed(_rng: np.random.Generator, place: int, rr: Series) -> Change:
    return place, 2, "missed", [rr[place] + rr[place + 1]], (0,)


def _extra(rng: np.random.Generator, place: int, rr: Series) -> Change:
    first = np.rint(rr[place] * rng.uniform(0.25, 0.75))
    return place, 1, "extra", [first, rr[place] - first], (0, 1)


def _ectopic(rng: np.random.Generator, place: int, rr: Series) -> Change:
    early = np.rint(rr[place] * rng.uniform(0.2, 0.4))
    is_compensated = rng.random() < COMPENSATED
    pause = early if is_compensated else 0.0
    return place, 2, "ectopic", [rr[place] - early, rr[place + 1] + pause], (0, 1) if is_compensated else (0,)


def _long(rng: np.random.Generator, place: int, rr: Series) -> Change:
    return place, 1, "long", [rr[place] * rng.uniform(1.3, 1.6)], (0,)


def _short(rng: np.random.Generator, place: int, rr: Series) -> Change:
    return place, 1, "short", [rr[place] * rng.uniform(0.55, 0.75)], (0,)


def _misplaced(rng: np.random.Generator, place: int, rr: Series) -> Change:
    shift = np.rint(rng.uniform(80.0, 200.0) * rng.choice([-1.0, 1.0]))
    return place, 2, "misplaced", [rr[place] + shift, rr[place + 1] - shift], (0, 1)


def _bursts(rng: np.random.Generator, clean: Series, share: float) -> list[Change]:
    changes: list[Change] = []
    taken = np.zeros(len(clean), dtype=np.bool_)
    left = share * len(clean)
    for start in rng.permutation(np.arange(BURST_APART, len(clean) - BURST_BEATS[1] - BURST_APART)):
        if left <= 0:
            break
        length = int(rng.integers(*BURST_BEATS))
        if taken[start : start + length].any():
            continue
        taken[max(start - BURST_APART, 0) : start + length + BURST_APART] = True
        noisy = shaken(rng, clean[start : start + length])
        changes.append((int(start), length, "burst", noisy, tuple(range(len(noisy)))))
        left -= length
    return changes
