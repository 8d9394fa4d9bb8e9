"""Simulated RR intervals of a resting or sleeping heart, with the healthy irregularities that fool artifact rules.

The parameters are frozen: whoever tunes a check against this generator uses `SEED_TUNING`, figures are reported on
`SEED_REPORTING`. They are start values that look like trained people at rest, not a fit to any data set.
"""

import numpy as np

from pipelines.simulation.noise import Series, wander

SEED_TUNING = 999
"""Seed that thresholds may be tuned on."""

SEED_REPORTING = 20_261_122
"""Seed that figures are reported on."""

MEAN_RR_MS = (800.0, 1400.0)
"""Range that an unstated mean RR interval (ms) is drawn from, uniformly."""

RMSSD_MEDIAN_MS = 45.0
RMSSD_LOG_SPREAD = 0.5
RMSSD_RANGE_MS = (12.0, 160.0)
"""An unstated RMSSD (ms) is log-normal with this median and spread, clipped to this range."""

BREATHING_HZ = (0.18, 0.33)
"""Range of the breathing frequency (Hz)."""

SLOW_WAVE_HZ = 0.095
"""Frequency of the slow blood-pressure wave (Hz)."""

SDNN_OVER_RMSSD = (0.9, 2.2)
"""Range of the ratio of overall to beat-to-beat spread."""

ACCELERATION_EVERY = {"rest": 700.0, "night": 450.0}
"""Mean number of beats between two healthy accelerations."""

SIGH_EVERY = 600.0
"""Mean number of beats between two sighs."""

RR_LIMITS_MS = (380.0, 2200.0)
"""Range (ms) that a healthy interval is clipped to."""

TIMING_NOISE_MS = 2.0
"""Standard deviation (ms) of the timing of a strap."""

CYCLE_S = 5400.0
"""Length of a sleep cycle (s)."""


def rmssd_ms(rr_ms: Series) -> float:
    """Root mean square of the differences (ms) of intervals that all follow each other."""
    return float(np.sqrt(np.mean(np.diff(rr_ms) ** 2)))


def rr_series(
    rng: np.random.Generator,
    *,
    beat_count: int,
    mean_rr_ms: float | None = None,
    target_rmssd_ms: float | None = None,
    is_night: bool = False,
    with_hard_negatives: bool = True,
) -> Series:
    """RR intervals (ms, whole numbers), without any fault; properties not given are drawn.

    Fast part: breathing whose frequency and depth wander, and white noise. Slow part: a 0.1 Hz wave and two
    autoregressive drifts, at night also sleep cycles and a trend. With hard negatives also accelerations of
    8-22 % over 6-15 beats and sighs: healthy, and not to be flagged.
    """
    mean = float(rng.uniform(*MEAN_RR_MS)) if mean_rr_ms is None else mean_rr_ms
    drawn = float(np.clip(RMSSD_MEDIAN_MS * np.exp(RMSSD_LOG_SPREAD * rng.standard_normal()), *RMSSD_RANGE_MS))
    target = drawn if target_rmssd_ms is None else target_rmssd_ms
    fast = _fast(rng, beat_count, mean)
    slow = _slow(rng, beat_count, mean, is_night=is_night)
    ratio = float(rng.uniform(*SDNN_OVER_RMSSD))
    slow *= target * np.sqrt(max(ratio**2 - float(np.var(fast)), 0.04))
    left = target**2 - rmssd_ms(slow) ** 2 - 2.0 * TIMING_NOISE_MS**2
    fast *= np.sqrt(max(left, 0.25 * target**2))
    series = mean + fast + slow
    if with_hard_negatives:
        series *= _accelerations(rng, beat_count, ACCELERATION_EVERY["night" if is_night else "rest"])
        series *= _sighs(rng, beat_count)
    series += TIMING_NOISE_MS * np.diff(rng.standard_normal(beat_count + 1)) / np.sqrt(2.0)
    return np.asarray(np.rint(np.clip(series, *RR_LIMITS_MS)))


def _fast(rng: np.random.Generator, count: int, mean: float) -> Series:
    """Beat-to-beat part with an RMSSD of one."""
    frequency = rng.uniform(*BREATHING_HZ) * (1.0 + 0.08 * wander(rng, count, time_constant=20))
    phase = 2 * np.pi * np.cumsum(frequency) * mean / 1000.0 + rng.uniform(0, 2 * np.pi)
    wave = np.exp(0.35 * wander(rng, count, time_constant=40)) * np.sin(phase)
    white = rng.standard_normal(count)
    share = rng.uniform(0.1, 0.4)
    mixed = np.sqrt(1 - share) * wave / rmssd_ms(wave) + np.sqrt(share) * white / rmssd_ms(white)
    return np.asarray(mixed / rmssd_ms(mixed))


def _slow(rng: np.random.Generator, count: int, mean: float, *, is_night: bool) -> Series:
    """Slow part with a standard deviation of one."""
    time_s = np.arange(count) * mean / 1000.0
    depth = np.exp(0.35 * wander(rng, count, time_constant=40))
    phase = 2 * np.pi * SLOW_WAVE_HZ * time_s + rng.uniform(0, 2 * np.pi)
    mixed = 0.7 * depth * np.sin(phase)
    mixed += 0.6 * wander(rng, count, time_constant=60) + 0.6 * wander(rng, count, time_constant=300)
    if is_night:
        mixed += 0.6 * np.sin(2 * np.pi * time_s / CYCLE_S + rng.uniform(0, 2 * np.pi))
        mixed += np.linspace(-0.6, 0.6, count)
    mixed -= mixed.mean()
    return np.asarray(mixed / mixed.std())


def _accelerations(rng: np.random.Generator, count: int, every: float) -> Series:
    """Factor on the intervals: the heart quickens for some beats and comes back."""
    factor = np.ones(count)
    for start in rng.integers(0, max(count - 16, 1), rng.poisson(count / every)):
        length = int(rng.integers(6, 16))
        bump = np.sin(np.pi * np.arange(1, length + 1) / (length + 1)) ** 2
        factor[start : start + length] *= (1.0 - rng.uniform(0.08, 0.22) * bump)[: count - start]
    return factor


def _sighs(rng: np.random.Generator, count: int) -> Series:
    """Factor on the intervals: shorter while breathing in deeply, longer while breathing out."""
    factor = np.ones(count)
    for start in rng.integers(0, max(count - 12, 1), rng.poisson(count / SIGH_EVERY)):
        length = int(rng.integers(8, 13))
        swing = -np.sin(2 * np.pi * np.arange(1, length + 1) / (length + 1))
        factor[start : start + length] *= (1.0 + rng.uniform(0.05, 0.12) * swing)[: count - start]
    return factor
