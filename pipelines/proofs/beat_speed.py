"""How many beats a second of CPU time takes: ours on ten nights, the slower packages on a share of the same beats."""

import importlib
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipelines.proofs.beat_peers import Tool, peak_times
from pipelines.quality.artifacts import detect
from pipelines.quality.sliding import Floats
from pipelines.simulation.beats import rr_series

NIGHTS, NIGHT_BEATS = 10, 30_000
LOST_SHARE = 0.01
"""Share of intervals that are doubled, as by a beat that was not seen."""

SLOW_SHARE = 10
"""A package gets one in so many of the beats: what it takes for all is longer, as its corrections copy the series."""

REPEATS, QUICK_REPEATS = 5, 3
"""Times that each is measured, in turn, so that a busy machine is as busy for all."""


@dataclass(frozen=True, kw_only=True)
class SpeedScore:
    """Beats a second of CPU time, median over the repeats."""

    name: str
    beat_count: int
    beats_per_s: float
    times_slower: tuple[float, float, float]
    """How many times as many beats a second ours takes: median, least and most over the repeats."""

    def as_json(self) -> dict[str, object]:
        """Everything known."""
        return {
            "name": self.name,
            "beat_count": self.beat_count,
            "beats_per_cpu_s": self.beats_per_s,
            "ours_is_times_as_fast": dict(zip(("median", "least", "most"), self.times_slower, strict=True)),
        }


def speeds(tools: tuple[Tool, ...], *, seed: int, quick: bool) -> list[SpeedScore]:
    """Our detector, and of each package that is there the whole call and, of NeuroKit2, its detection alone."""
    rr = _nights(seed)
    few = rr[: len(rr) // SLOW_SHARE]
    run = np.zeros(len(rr), dtype=np.int64)
    measured: dict[str, tuple[int, Callable[[], object]]] = {"ours": (len(rr), lambda: detect(rr, run))}
    for tool in tools:
        if tool.kind == "package":
            measured[f"{tool.name}, whole call"] = (len(few), _call(tool.rmssd_ms, few))
        if tool.name == "NeuroKit2":
            measured["NeuroKit2, detection alone"] = (len(few), _detection(few))
    rates = _rates(measured, repeats=QUICK_REPEATS if quick else REPEATS)
    return [
        SpeedScore(
            name=name,
            beat_count=measured[name][0],
            beats_per_s=statistics.median(own),
            times_slower=_times(rates["ours"], own),
        )
        for name, own in rates.items()
    ]


def _rates(measured: dict[str, tuple[int, Callable[[], object]]], *, repeats: int) -> dict[str, list[float]]:
    """Beats a second, each repeat; a first call of each, which loads and compiles, is not counted."""
    rates: dict[str, list[float]] = {name: [] for name in measured}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for repeat in range(repeats + 1):
            for name, (count, call) in measured.items():
                started_s = time.process_time()
                call()
                taken_s = time.process_time() - started_s
                if repeat:
                    rates[name].append(count / max(taken_s, 1e-9))
    return rates


def _call(rmssd_ms: Callable[[Floats], float], rr_ms: Floats) -> Callable[[], float]:
    return lambda: rmssd_ms(rr_ms)


def _detection(rr_ms: Floats) -> Callable[[], object]:
    """The step of NeuroKit2 that only finds: it has no public name."""
    find = importlib.import_module("neurokit2.signal.signal_fixpeaks")._find_artifacts  # noqa: SLF001
    times = peak_times(rr_ms).astype(np.int64)
    return lambda: find(times, sampling_rate=1000)


def _times(own: list[float], others: list[float]) -> tuple[float, float, float]:
    ratios = [mine / theirs for mine, theirs in zip(own, others, strict=True)]
    return statistics.median(ratios), min(ratios), max(ratios)


def _nights(seed: int) -> Floats:
    """Nights of beats end to end, some of them lost."""
    rng = np.random.default_rng([seed, NIGHTS])
    rr = np.concatenate([rr_series(rng, beat_count=NIGHT_BEATS, is_night=True) for _ in range(NIGHTS)])
    places = np.arange(50, len(rr) - 50, 7)
    rr[rng.choice(places, size=round(LOST_SHARE * len(rr)), replace=False)] *= 2.0
    return rr
