"""When each message was: full time stamps, compressed 5-bit headers, and the 16-bit stamps of monitoring.

Times are FIT seconds: since 1989-12-31 00:00 UTC, or since power-up when below 0x10000000.
"""

import numpy as np
import numpy.typing as npt

FIT_EPOCH_UNIX_S = 631_065_600
"""1989-12-31T00:00:00Z in Unix seconds."""

FIRST_DATE = 0x10000000
"""Smallest FIT time that is a date; anything below counts seconds since the device was switched on."""

UNKNOWN = -1
"""In integer time columns: no time known."""

BACKWARD_TOLERANCE_S = 300
"""A 16-bit stamp that seems this close (s) to a whole turn ahead lies before the last one: rows out of order."""

Integers = npt.NDArray[np.int64]


def with_compressed(full: Integers, offsets_s: Integers) -> Integers:
    """Times of messages in file order from full stamps and 5-bit offsets; the state carries across message types.

    `full` is UNKNOWN where a message has no full stamp, `offsets_s` is UNKNOWN where its header is a normal one. An
    offset before any full stamp stays unknown. A full stamp inside a message with a compressed header wins.
    """
    return _rolling(full, offsets_s, bits=5, backward_tolerance=0)


def with_low_16_bits(full: Integers, low: Integers) -> Integers:
    """Times of messages in file order from full stamps and the low 16 bits that monitoring messages store instead."""
    return _rolling(full, low, bits=16, backward_tolerance=BACKWARD_TOLERANCE_S)


def with_low_bits(full: Integers, low: Integers, *, bits: int) -> Integers:
    """A counter in order, from its full values and the few low bits stored elsewhere; it never goes back."""
    return _rolling(full, low, bits=bits, backward_tolerance=0)


def _rolling(full: Integers, low: Integers, *, bits: int, backward_tolerance: int) -> Integers:
    turn = 1 << bits
    is_full = full != UNKNOWN
    stated = np.flatnonzero(is_full | (low != UNKNOWN))
    times = full.copy()
    if len(stated) == 0:
        return times
    phase = np.where(is_full, full, low)[stated] % turn
    step = np.zeros(len(stated), np.int64)
    step[1:] = (phase[1:] - phase[:-1]) % turn
    if backward_tolerance:
        step[step > turn - backward_tolerance] -= turn
    step[is_full[stated]] = 0
    since = np.cumsum(step)
    anchor = np.maximum.accumulate(np.where(is_full[stated], np.arange(len(stated)), -1))
    known = anchor >= 0
    at = anchor[known]
    times[stated[known]] = full[stated[at]] + since[known] - since[at]
    return times


def utc_microseconds(times: npt.NDArray[np.float64] | Integers) -> npt.NDArray[np.float64]:
    """Unix microseconds of FIT seconds, NaN where unknown."""
    seconds = times.astype(np.float64)
    return np.where(seconds >= 0, (seconds + FIT_EPOCH_UNIX_S) * 1e6, np.nan)
