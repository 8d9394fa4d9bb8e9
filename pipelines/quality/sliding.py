"""Sliding windows over many runs of rows at once: NumPy only, and never across the boundary of a run.

Every run is laid out on whole blocks and padded with its own mirror image, so that a window at an end sees
nothing else's rows, and a run's figures do not depend on what it was computed together with.
Order statistics are taken on a grid of every few rows: thresholds move slowly, and it costs a tenth.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

BLOCK = 64
"""Rows of a block: every run starts on one, every stride divides it."""

MARGIN = 72
"""Rows of mirror image before each run, and at least as many after it: half the widest window of what half of the
next widest was taken from (45 + 15), and the neighbours that predict a row."""


ROWS_AT_ONCE = 2048
"""Windows that are sorted together: as many as a processor's cache holds."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where the rows of many runs lie once each is padded to whole blocks with its mirror image."""

    source: Ints
    """For each padded row the row it shows."""
    home: Ints
    """For each row its place among the padded rows."""
    first: Ints
    """For each block the number of the first block of its run."""
    last: Ints
    """For each block the number of the last block of its run."""
    ends: Bools
    """For each padded row: does it show the first or the last row of its run?"""


def layout(run: Ints) -> Layout:
    """The layout of rows whose run numbers are `run` (equal and adjacent within a run)."""
    if not len(run):
        nothing = np.empty(0, dtype=np.int64)
        return Layout(source=nothing, home=nothing, first=nothing, last=nothing, ends=nothing.astype(np.bool_))
    starts = np.flatnonzero(np.r_[True, run[1:] != run[:-1]])
    lengths = np.diff(np.r_[starts, len(run)])
    blocks = -(-(lengths + 2 * MARGIN) // BLOCK)
    wide = blocks * BLOCK
    offsets = np.cumsum(wide) - wide
    local = np.arange(int(wide.sum())) - np.repeat(offsets, wide) - MARGIN
    period = np.repeat(np.maximum(2 * (lengths - 1), 1), wide)
    folded = np.mod(local, period)
    within = np.minimum(folded, period - folded) * np.repeat(lengths > 1, wide)
    home = np.arange(len(run)) + np.repeat(MARGIN + offsets - starts, lengths)
    first = np.repeat(np.cumsum(blocks) - blocks, blocks)
    last = np.repeat(np.cumsum(blocks) - 1, blocks)
    ends = np.zeros(len(run), dtype=np.bool_)
    ends[starts] = ends[starts + lengths - 1] = True
    source = np.repeat(starts, wide) + within
    return Layout(source=source, home=home, first=first, last=last, ends=ends[source])


def shifted(values: npt.NDArray[np.float64], rows: int) -> Floats:
    """The values `rows` later (or earlier, when negative); zero where there is none."""
    out = np.zeros_like(values)
    if rows > 0:
        out[rows:] = values[:-rows]
    else:
        out[:rows] = values[-rows:]
    return out


def before(mask: Bools) -> Bools:
    """For each row: is the next one marked?"""
    return np.concatenate([mask[1:], [False]])


def after(mask: Bools) -> Bools:
    """For each row: is the one before marked?"""
    return np.concatenate([[False], mask[:-1]])


def middle(values: Floats, window: int, stride: int) -> Floats:
    """Median of the `window` (odd) rows around each row, NaN left out, on a grid of `stride` rows.

    NaN where a window holds no value. Rows nearer to an end than half a window repeat the end.
    """
    half = window // 2
    if len(values) < window:
        return np.full(len(values), np.nan)
    known = ~np.isnan(values)
    seen = np.concatenate([[0], np.cumsum(known)])
    count = (seen[window:] - seen[:-window])[::stride]
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, window - 1)
    windows = np.lib.stride_tricks.sliding_window_view(np.where(known, values, np.inf).astype(np.float32), window)
    windows = windows[::stride]
    grid = np.empty(len(windows))
    row = np.arange(ROWS_AT_ONCE)
    for start in range(0, len(windows), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        ordered = np.sort(windows[part], axis=1)
        own = row[: len(ordered)]
        grid[part] = (ordered[own, low[part]].astype(np.float64) + ordered[own, high[part]]) / 2
    grid[count == 0] = np.nan
    spread = np.repeat(grid, stride)
    ahead = np.full(half - stride // 2, grid[0])
    behind = np.full(max(len(values) - len(ahead) - len(spread), 0), grid[-1])
    return np.concatenate([ahead, spread, behind])[: len(values)]


def filled(values: Floats, bad: Bools, plan: Layout) -> Floats:
    """The values with bad rows on the straight line between the good rows around them, within their run.

    At an end the nearest good row stands in; a run without a good row keeps its values.
    """
    if not bad.any():
        return values
    row, good = np.flatnonzero(bad), np.flatnonzero(~bad)
    place = np.searchsorted(good, row)
    left = np.concatenate([[-1], good])[place]
    right = np.concatenate([good, [len(values)]])[place]
    has_left = left >= plan.first[row // BLOCK] * BLOCK
    has_right = right < (plan.last[row // BLOCK] + 1) * BLOCK
    low = np.where(has_left, left, np.where(has_right, right, row))
    high = np.where(has_right, right, low)
    weight = np.clip((row - low) / np.maximum(high - low, 1), 0.0, 1.0)
    whole = values.copy()
    whole[row] = values[low] + (values[high] - values[low]) * weight
    return whole


def over_blocks(per_block: Floats, plan: Layout, reach: int) -> Floats:
    """Sum over each block and its `reach` neighbours on both sides, within the run."""
    number = np.arange(len(per_block))
    total = np.zeros_like(per_block)
    # Added one by one: a running total would carry the rounding of other runs into this one.
    for offset in range(-reach, reach + 1):
        inside = (number + offset >= plan.first) & (number + offset <= plan.last)
        places = np.clip(number + offset, 0, len(per_block) - 1)
        total += per_block[places] * inside.reshape(-1, *([1] * (per_block.ndim - 1)))
    return total


def interior(plan: Layout, rows: int) -> Bools:
    """Padded rows at least so many rows away from either end of their run."""
    place = np.arange(len(plan.source))
    start, end = np.repeat(plan.first * BLOCK, BLOCK), np.repeat((plan.last + 1) * BLOCK, BLOCK)
    return np.asarray((place >= start + rows) & (place < end - rows), dtype=np.bool_)
