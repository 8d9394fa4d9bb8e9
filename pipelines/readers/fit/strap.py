"""Heart rates that a swim strap kept in itself and sent after the swim, merged into the records they belong to."""

import numpy as np

from pipelines.readers.fit import fields
from pipelines.readers.fit.components import packed_12_bits
from pipelines.readers.fit.messages import Messages
from pipelines.readers.fit.timestamps import UNKNOWN, with_low_bits
from pipelines.readers.fit.values import Floats

TICKS_PER_S = 1024
MERGE_WINDOW_S = 5.0
"""A record takes the beats since the record before it, at most this far back (s): older ones are not its own."""


def strap_beats(messages: Messages) -> tuple[Floats, Floats]:
    """Times (FIT seconds) and heart rates (bpm) of the beats in `hr` messages, in time order.

    The first message pairs a date with the strap's own 1/1024 s clock; later ones give 12 bits of that clock.
    """
    rows = messages.of(fields.HR)
    found: list[Floats] = []
    rates: list[Floats] = []
    for part in np.unique(rows.part):
        times, bpm = _of_part(rows.take(rows.part == part))
        found.append(times)
        rates.append(bpm)
    times, bpm = np.concatenate([np.zeros(0), *found]), np.concatenate([np.zeros(0), *rates])
    order = np.argsort(times, kind="stable")
    return times[order], bpm[order]


def merged_heart_rates(records: Messages, times: Floats, bpm: Floats) -> Floats:
    """Mean heart rate (bpm, whole) of the beats that came since the record before, per record; NaN where none did."""
    at = records.times.astype(np.float64)
    at[records.times == UNKNOWN] = np.nan
    known = np.unique(at[np.isfinite(at)])
    before = np.searchsorted(known, at) - 1
    previous = np.where(before >= 0, known[np.maximum(before, 0)] if len(known) else np.nan, -np.inf)
    first = np.searchsorted(times, np.maximum(previous, at - MERGE_WINDOW_S), side="right")
    last = np.searchsorted(times, at, side="right")
    sums = np.concatenate([[0.0], np.cumsum(bpm)])
    count = np.where(np.isfinite(at), last - first, 0)
    means = (sums[last] - sums[first]) / np.maximum(count, 1)
    return np.where(count > 0, np.floor(means + 0.5), np.nan)


def _of_part(rows: Messages) -> tuple[Floats, Floats]:
    full = rows.table(fields.HR_EVENT_TIMESTAMP)
    low = packed_12_bits(rows.octets(fields.HR_EVENT_TIMESTAMP_12))
    rates = rows.table(fields.HR_FILTERED_BPM)
    width = max(full.shape[1], low.shape[1])
    shape = (len(rows), width)
    ticks_full = np.full(shape, UNKNOWN)
    ticks_full[:, : full.shape[1]] = np.where(np.isfinite(full), full, UNKNOWN)
    ticks_low = np.full(shape, UNKNOWN)
    ticks_low[:, : low.shape[1]] = low
    bpm = np.full(shape, np.nan)
    shared = min(width, rates.shape[1])
    bpm[:, :shared] = rates[:, :shared]
    ticks_low[np.isnan(bpm) | (ticks_full != UNKNOWN)] = UNKNOWN
    ticks = with_low_bits(ticks_full.ravel(), ticks_low.ravel(), bits=12)
    base = np.flatnonzero((rows.times != UNKNOWN) & (ticks_full[:, :1] != UNKNOWN).any(axis=1))
    if len(base) == 0:
        return np.zeros(0), np.zeros(0)
    fraction = np.nan_to_num(rows.numbers(fields.HR_FRACTIONAL_TIMESTAMP), nan=0.0)
    row_of = np.repeat(np.arange(len(rows)), width)
    anchor = base[np.maximum(np.searchsorted(base, row_of, side="right") - 1, 0)]
    times = rows.times[anchor] + fraction[anchor] + (ticks - ticks_full[anchor, 0]) / TICKS_PER_S
    kept = (ticks != UNKNOWN) & np.isfinite(bpm.ravel())
    return times[kept], bpm.ravel()[kept]
