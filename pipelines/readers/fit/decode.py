"""From bytes to messages: split into FIT files, walk, find the times, fit developer fields."""

from dataclasses import dataclass, replace

import numpy as np

from pipelines.readers.contract import Loss
from pipelines.readers.fit import fields
from pipelines.readers.fit.integrity import split
from pipelines.readers.fit.layout import Layout
from pipelines.readers.fit.messages import Field, Messages
from pipelines.readers.fit.timestamps import FIRST_DATE, UNKNOWN, with_compressed
from pipelines.readers.fit.values import Integers
from pipelines.readers.fit.walk import COMPRESSED_FLAG

SYSTEM_TIMESTAMP = Field(1)
"""Seconds since power-up at the moment the correlation's own time stamp states."""

TIME_OFFSET_MASK = 0x1F
"""Bits of a compressed header byte that hold the time (s modulo 32)."""


@dataclass(frozen=True)
class Decoded:
    """Every whole data message of a dropped file, and what was lost."""

    messages: Messages
    losses: tuple[Loss, ...]
    passed_over: tuple[str, ...]


def decode(data: bytes) -> Decoded:
    """Decodes all FIT files in the bytes; raises nothing: damage is named in `losses`."""
    found = split(data)
    layouts: list[Layout] = []
    parts: list[int] = []
    offsets: list[Integers] = []
    kinds: list[Integers] = []
    for number, part in enumerate(found.parts):
        walked = part.walked
        counts = np.array(walked.counts, np.int64)
        run_kinds = np.array(walked.kinds, np.int64)
        sizes = np.array([layout.size for layout in walked.layouts], np.int64)
        if len(counts):
            kinds.append(np.repeat(run_kinds + len(layouts), counts))
            offsets.append(_run_offsets(np.array(walked.starts, np.int64), counts, sizes[run_kinds]))
        layouts.extend(walked.layouts)
        parts.extend([number] * len(walked.layouts))
    none = np.zeros(0, np.int64)
    messages = Messages(
        data,
        np.concatenate([none, *offsets]),
        np.concatenate([none, *kinds]),
        none,
        tuple(layouts),
        np.array(parts, np.int64),
    )
    return Decoded(replace(messages, times=_times(messages)), found.losses, found.passed_over)


def _run_offsets(starts: Integers, counts: Integers, sizes: Integers) -> Integers:
    """Byte offset of every message from the runs they form."""
    if len(counts) == 1:
        only: Integers = np.arange(int(counts[0]), dtype=np.int64) * sizes[0] + starts[0]
        return only
    before = np.cumsum(counts) - counts
    within = np.arange(int(counts.sum())) - np.repeat(before, counts)
    offsets: Integers = np.repeat(starts, counts) + within * np.repeat(sizes, counts)
    return offsets


def _times(messages: Messages) -> Integers:
    """FIT seconds of every message; the state starts afresh in each chained FIT file."""
    timeless = replace(messages, times=messages.offsets)
    times = _from_headers(timeless, timeless.integers(fields.TIMESTAMP))
    correlations = timeless.of(fields.TIMESTAMP_CORRELATION)
    stamps = correlations.integers(fields.TIMESTAMP)
    since_power_up = correlations.integers(SYSTEM_TIMESTAMP)
    for row in np.flatnonzero((stamps >= FIRST_DATE) & (since_power_up != UNKNOWN)):
        undated = (times != UNKNOWN) & (times < FIRST_DATE) & (timeless.part == correlations.part[row])
        times[undated] += stamps[row] - since_power_up[row]
    return times


def _from_headers(messages: Messages, full: Integers) -> Integers:
    """The full stamps, and those of messages that hold five bits of it in their header byte."""
    heads = np.frombuffer(messages.data, np.uint8)[messages.offsets].astype(np.int64)
    is_compressed = (heads & COMPRESSED_FLAG) > 0
    if not is_compressed.any():
        return full
    low = np.where(is_compressed, heads & TIME_OFFSET_MASK, UNKNOWN)
    times = np.full(len(messages), UNKNOWN)
    part = messages.part
    for number in np.unique(part):
        rows = part == number
        times[rows] = with_compressed(full[rows], low[rows])
    return times
