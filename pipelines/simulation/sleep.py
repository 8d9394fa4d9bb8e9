"""Simulated nights: stages in cycles, five-minute heart-rate variability, and heart rate round the clock."""

from dataclasses import dataclass

import numpy as np

from pipelines.simulation.noise import Series, wander

EPOCH_S = 300
"""Length of the epochs that watches average heart-rate variability over (s)."""

CYCLE_S = 5400.0
"""Length of a sleep cycle (s)."""


@dataclass(frozen=True, kw_only=True)
class Hypnogram:
    """One night in stages: starts (s since 1970, UTC), names, and the end of the last one."""

    starts_s: Series
    stages: tuple[str, ...]
    end_s: int

    def seconds_in(self, *stages: str) -> float:
        """Time (s) spent in those stages."""
        lengths = np.diff(np.append(self.starts_s, self.end_s))
        return float(sum(length for length, stage in zip(lengths, self.stages, strict=True) if stage in stages))


def hypnogram(rng: np.random.Generator, *, asleep_s: float, end_s: int) -> Hypnogram:
    """Stages of a night that ends at `end_s` with about `asleep_s` asleep: deep sleep early, REM late."""
    stages: list[str] = []
    minutes: list[int] = []
    cycles = max(2, round(asleep_s / CYCLE_S))
    for cycle in range(cycles):
        late = cycle / cycles
        shares = {"light": 0.30, "deep": 0.34 * (1 - late), "light again": 0.2 + 0.1 * late, "rem": 0.1 + 0.28 * late}
        scale = asleep_s / cycles / 60.0 / sum(shares.values())
        for name, share in shares.items():
            stages.append(name.split()[0])
            minutes.append(max(2, round(scale * share * float(np.exp(0.12 * rng.standard_normal())))))
        if rng.random() < 0.6:
            stages.append("awake")
            minutes.append(int(rng.integers(2, 9)))
    if stages[-1] == "awake":
        stages, minutes = stages[:-1], minutes[:-1]
    lengths = 60.0 * np.array(minutes, dtype=np.float64)
    starts = end_s - np.cumsum(lengths[::-1])[::-1]
    return Hypnogram(starts_s=starts, stages=tuple(stages), end_s=end_s)


def night_rmssd(rng: np.random.Generator, night: Hypnogram, *, ln_rmssd: float) -> tuple[Series, Series]:
    """Ends of the epochs (s since 1970, UTC) and their RMSSD (ms), around the level of the night (ln ms)."""
    times = np.arange(night.starts_s[0] + EPOCH_S, night.end_s, EPOCH_S)
    cycle = 0.10 * np.sin(2 * np.pi * (times - times[0]) / CYCLE_S + rng.uniform(0, 2 * np.pi))
    spread = 0.14 * wander(rng, len(times), time_constant=3.0)
    offset = ln_rmssd + cycle + spread
    return times, np.exp(offset - offset.mean() + ln_rmssd)


def round_the_clock(
    rng: np.random.Generator, *, midnight_s: int, asleep_from_s: float, wake_s: float, resting_bpm: float
) -> tuple[Series, Series]:
    """Times (s since 1970, UTC) and heart rates (bpm) every ten minutes or so from midnight to midnight."""
    times = midnight_s + np.arange(0.0, 86_400.0, 600.0) + rng.integers(0, 60, 144)
    is_asleep = (times < wake_s) | (times > asleep_from_s + 86_400.0)
    level = np.where(is_asleep, resting_bpm + 3.0, resting_bpm + 22.0)
    noisy = level + np.where(is_asleep, 2.0, 7.0) * np.abs(wander(rng, len(times), time_constant=4.0))
    return times, np.rint(noisy)
