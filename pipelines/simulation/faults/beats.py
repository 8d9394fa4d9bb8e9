"""Faults of single beats and short runs of them, as straps, watches and hearts make them."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected
from pipelines.simulation.faults.series import injected, intervals, spots

SHARE = {1: 0.005, 2: 0.02, 3: 0.06}
"""Share of beats that a single-beat fault spoils, by severity."""

BURST_BEATS = {1: (5, 10), 2: (10, 20), 3: (20, 31)}
"""Range of the length of a burst (beats), by severity, upper end left out."""

GAP_S = {1: 10.0, 2: 30.0, 3: 90.0}
"""Length of a gap (s), by severity."""

_BEAT_CHECKS = ("rr_missed", "rr_extra", "rr_ectopic", "rr_long", "rr_short", "rr_local", "rr_range", "rr_burst")


def missed(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """A beat was not seen: two intervals become one of their summed length."""
    rr = intervals(frame)
    at = spots(rng, len(rr), share=SHARE[severity])
    rr[at] += rr[np.add(at, 1)]
    kept = np.delete(rr, np.add(at, 1))
    return injected(frame, kept, [[spot - before] for before, spot in enumerate(at)])


def extra(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """A beat was seen that was none: one interval becomes two, cut at 25-75 %."""
    rr = intervals(frame)
    at = spots(rng, len(rr), share=SHARE[severity])
    first = np.rint(rr[at] * rng.uniform(0.25, 0.75, len(at)))
    second = rr[at] - first
    rr[at] = first
    longer = np.insert(rr, np.add(at, 1), second)
    return injected(frame, longer, [[spot + before, spot + before + 1] for before, spot in enumerate(at)])


def ectopic(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """A beat came 20-40 % early; in 70 % of cases the pause after it makes up for it."""
    rr = intervals(frame)
    events = []
    for spot in spots(rng, len(rr), share=SHARE[severity]):
        early = np.rint(rr[spot] * rng.uniform(0.2, 0.4))
        rr[spot] -= early
        is_compensated = rng.random() < 0.7
        rr[spot + 1] += early if is_compensated else 0.0
        events.append([spot, spot + 1] if is_compensated else [spot])
    return injected(frame, rr, events)


def long(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """One interval 1.3-1.6 times as long; the beats after it come later."""
    return _stretched(frame, rng, severity, (1.3, 1.6))


def short(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """One interval 0.55-0.75 times as long; the beats after it come earlier."""
    return _stretched(frame, rng, severity, (0.55, 0.75))


def misplaced(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """A beat was timed 80-200 ms early or late: one interval gains what the next one loses."""
    rr = intervals(frame)
    at = spots(rng, len(rr), share=SHARE[severity])
    shift = np.rint(rng.uniform(80.0, 200.0, len(at)) * rng.choice([-1.0, 1.0], len(at)))
    rr[at] += shift
    rr[np.add(at, 1)] -= shift
    return injected(frame, rr, [[spot, spot + 1] for spot in at])


def burst(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """A stretch of noise per 300 beats: beats dropped (25 %), added (25 %) and shaken by 80 ms."""
    rr = intervals(frame)
    count = max(1, round(len(rr) / 300))
    width = len(rr) // count
    pieces, events, done, placed = [], [], 0, 0
    for number in range(count):
        length = int(rng.integers(*BURST_BEATS[severity]))
        start = number * width + int(rng.integers(10, width - length - 10))
        noisy = shaken(rng, rr[start : start + length])
        pieces += [rr[done:start], noisy]
        placed += start - done
        events.append(list(range(placed, placed + len(noisy))))
        placed, done = placed + len(noisy), start + length
    return injected(frame, np.concatenate([*pieces, rr[done:]]), events)


def gap(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """The signal was lost for 10, 30 or 90 s; time goes on, intervals are missing."""
    rr = intervals(frame)
    ends = np.cumsum(rr) / 1000.0
    latest = float(ends[-1]) - GAP_S[severity] - 20.0
    start = int(np.searchsorted(ends, rng.uniform(20.0, latest)))
    end = int(np.searchsorted(ends, ends[start] + GAP_S[severity])) + 1
    kept = np.concatenate([rr[: start + 1], rr[end:]])
    lost = np.zeros(len(kept))
    lost[start + 1] = float(rr[start + 1 : end].sum()) / 1000.0
    return injected(frame, kept, [[start + 1]], gaps_s=lost)


def _stretched(frame: pl.DataFrame, rng: np.random.Generator, severity: int, factors: tuple[float, float]) -> Injected:
    rr = intervals(frame)
    at = spots(rng, len(rr), share=SHARE[severity])
    rr[at] *= rng.uniform(*factors, len(at))
    return injected(frame, rr, [[spot] for spot in at])


def shaken(rng: np.random.Generator, rr: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float]:
    """The same stretch of time with beats dropped, added and displaced; every interval of it is bad."""
    times = np.cumsum(rr)
    inner = times[:-1]
    kept = inner[rng.random(len(inner)) >= 0.25]
    added = (inner - 0.5 * rr[:-1])[rng.random(len(inner)) < 0.25]
    beats = np.concatenate([kept, added])
    beats = np.sort(beats + 80.0 * rng.standard_normal(len(beats)))
    beats = beats[(beats > 120.0) & (beats < times[-1] - 120.0)]
    lengths = np.rint(np.diff(np.concatenate([[0.0], beats, times[-1:]])))
    return [float(length) for length in lengths[lengths > 60.0]] or [float(times[-1])]


MISSED = Fault(name="missed_beat", table="beats", check_names=_BEAT_CHECKS, scoring="beats", inject=missed)
EXTRA = Fault(name="extra_beat", table="beats", check_names=_BEAT_CHECKS, scoring="beats", inject=extra)
ECTOPIC = Fault(name="ectopic_beat", table="beats", check_names=_BEAT_CHECKS, scoring="beats", inject=ectopic)
LONG = Fault(name="long_interval", table="beats", check_names=_BEAT_CHECKS, scoring="beats", inject=long)
SHORT = Fault(name="short_interval", table="beats", check_names=_BEAT_CHECKS, scoring="beats", inject=short)
MISPLACED = Fault(name="misplaced_beat", table="beats", check_names=_BEAT_CHECKS, scoring="beats", inject=misplaced)
BURST = Fault(name="burst", table="beats", check_names=_BEAT_CHECKS, scoring="beats", inject=burst)
GAP = Fault(name="beat_gap", table="beats", check_names=("rr_gap",), scoring="moment", inject=gap)
