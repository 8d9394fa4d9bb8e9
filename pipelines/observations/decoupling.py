"""Decoupling of pace and heart rate, on a steady block only; without one there is no claim, and the reason is named.

The fraction by which speed per heartbeat fell from the first to the second half of the block. Source: the Pa:HR
convention (Friel); thresholds as Athlytics 1.0.5 documents them. It is a convention, not physiology.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

WARM_UP_S = 600.0
"""Moving time at the start that is left out (s)."""
STEADY_MINIMUM_S = 2400.0
"""Shortest steady block (s of moving time)."""
SPREAD_WINDOW_S = 300.0
"""Window over which the speed has to be steady (s)."""
SPEED_SPREAD_MAXIMUM = 0.08
"""Largest coefficient of variation of speed in that window (fraction)."""
HEART_RATE_COVERAGE_MINIMUM = 0.90
"""Least share of the block with a usable heart rate (fraction)."""
BIN_S = 10.0
"""Speed and heart rate are averaged over this much moving time (s) first."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Decoupling:
    """The fraction, or none with the reason; and the block it rests on."""

    fraction: float | None
    why: str
    steady_s: float
    heart_rate_coverage_fraction: float | None = None


def decoupling(timeline: pl.DataFrame) -> Decoupling:
    """Decoupling of one activity from its timeline (see `timeline.timelines`)."""
    speed, heart_rate = _binned(timeline)
    first, last = _longest_steady(speed)
    steady_s = (last - first) * BIN_S
    if steady_s < STEADY_MINIMUM_S:
        why = f"no steady block of {STEADY_MINIMUM_S / 60:.0f} min: the longest has {steady_s / 60:.0f} min"
        return Decoupling(fraction=None, why=why, steady_s=steady_s)
    block_speed, block_rate = speed[first:last], heart_rate[first:last]
    coverage = float(np.mean(~np.isnan(block_rate)))
    if coverage < HEART_RATE_COVERAGE_MINIMUM:
        why = f"heart rate usable for {coverage:.0%} of the steady block, {HEART_RATE_COVERAGE_MINIMUM:.0%} needed"
        return Decoupling(fraction=None, why=why, steady_s=steady_s, heart_rate_coverage_fraction=coverage)
    half = len(block_speed) // 2
    before = np.nanmean(block_speed[:half]) / np.nanmean(block_rate[:half])
    after = np.nanmean(block_speed[half:]) / np.nanmean(block_rate[half:])
    fraction = float((before - after) / before)
    return Decoupling(fraction=fraction, why="", steady_s=steady_s, heart_rate_coverage_fraction=coverage)


def _binned(timeline: pl.DataFrame) -> tuple[Floats, Floats]:
    """Mean speed (m/s) and heart rate (bpm) per bin of moving time after the warm-up; NaN where nothing is usable."""
    moving = timeline.filter((pl.col("step_s") > 0) & (pl.col("moving_at_s") >= WARM_UP_S))
    if moving.is_empty():
        return np.empty(0), np.empty(0)
    bins = (
        moving.with_columns(bin=((pl.col("moving_at_s") - WARM_UP_S) / BIN_S).floor().cast(pl.Int64))
        .group_by("bin")
        .agg(_weighted("speed_m_per_s"), _weighted("heart_rate_bpm"))
    )
    every = pl.DataFrame({"bin": np.arange(int(bins["bin"].max() or 0) + 1)})  # type: ignore[arg-type]
    filled = every.join(bins, on="bin", how="left").sort("bin")
    return filled["speed_m_per_s"].fill_null(np.nan).to_numpy(), filled["heart_rate_bpm"].fill_null(np.nan).to_numpy()


def _weighted(name: str) -> pl.Expr:
    stored = pl.col(name).is_not_null()
    weight = pl.col("step_s").filter(stored)
    return ((pl.col(name).filter(stored) * weight).sum() / weight.sum()).fill_nan(None).alias(name)


def _longest_steady(speed: Floats) -> tuple[int, int]:
    """First and last bin (exclusive) of the longest run in which every full window is steady."""
    width = round(SPREAD_WINDOW_S / BIN_S)
    if len(speed) < width:
        return 0, 0
    windows = np.lib.stride_tricks.sliding_window_view(speed, width)
    known = np.isnan(windows).sum(axis=1) == 0
    with np.errstate(invalid="ignore", divide="ignore"):
        steady = known & (windows.std(axis=1) <= SPEED_SPREAD_MAXIMUM * windows.mean(axis=1))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], steady.astype(np.int8), [0]))))
    if not len(edges):
        return 0, 0
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    return int(starts[longest]), int(ends[longest]) + width - 1
