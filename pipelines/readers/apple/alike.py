"""Stretches of bytes that say the same thing, told apart many at once: an export says little in many words."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipelines.readers.apple.stamps import Bytes, Flags, Integers

ADDRESS, ADDRESS_END = b'device="&lt;&lt;HKDevice: 0x', b"&gt;"
"""What stands around the address of a device, which changes from row to row and says nothing."""

TRIES = 12
"""How many different stretches of one length are looked for together; the rest is looked at one by one."""

_LONGEST_SORTED_FAST = 0xFFFF
"""Lengths up to this one (bytes) are sorted by their two bytes, several times as fast."""

_WORD = 8
"""Bytes that are compared at once."""

_IS_HEXADECIMAL: npt.NDArray[np.bool_] = np.zeros(256, np.bool_)
_IS_HEXADECIMAL[np.frombuffer(b"0123456789abcdef", np.uint8)] = True


def stands_at(data: Bytes, starts: Integers, text: bytes) -> Flags:
    """Where this text, which is not empty, stands at the start: word by word, of which the last two overlap."""
    count, last = len(text) // _WORD, len(text) - _WORD
    if not count:
        found = np.lib.stride_tricks.sliding_window_view(data, len(text))[starts]
        return np.asarray((found == np.frombuffer(text, np.uint8)).all(axis=1))
    places = len(data) - len(text) + 1
    words = np.ndarray((places, count), np.uint64, data, strides=(1, _WORD))[starts]
    ends = np.ndarray((places,), np.uint64, data, offset=last, strides=(1,))[starts]
    said = np.frombuffer(text, np.uint64, count)
    return np.asarray((words == said).all(axis=1) & (ends == np.frombuffer(text[last:], np.uint64)))


@dataclass(frozen=True, kw_only=True)
class Alike:
    """The distinct stretches, addresses cut out, and for each stretch the number of its own among them."""

    numbers: Integers
    texts: list[bytes]


def alike(body: bytes, data: Bytes, starts: Integers, ends: Integers) -> Alike:
    """Sorts the stretches of `body` (as numbers in `data`) from starts to ends by what they say."""
    numbers = np.full(len(starts), -1, np.int64)
    known: dict[bytes, int] = {}
    lengths = ends - starts
    if lengths.max(initial=0) <= _LONGEST_SORTED_FAST:
        lengths = lengths.astype(np.uint16)
    order = np.argsort(lengths, kind="stable")
    lengths = lengths[order]
    bounds = [0, *(np.flatnonzero(lengths[1:] != lengths[:-1]) + 1).tolist(), len(order)]
    for first, last in pairwise(bounds) if len(order) else ():
        rows = order[first:last]
        rest = _together(body, data, starts, rows, length=int(lengths[first]), numbers=numbers, known=known)
        for row in rest.tolist():
            text = body[starts[row] : ends[row]]
            numbers[row] = known.setdefault(_without_address(text)[0] if ADDRESS in text else text, len(known))
    return Alike(numbers=numbers, texts=list(known))


def _together(
    body: bytes,
    data: Bytes,
    starts: Integers,
    rows: Integers,
    *,
    length: int,
    numbers: Integers,
    known: dict[bytes, int],
) -> Integers:
    """Numbers the rows, all of one length, that are among the first few kinds of them; gives the others."""
    for _ in range(TRIES):
        if not len(rows) or length == 0:
            break
        at = starts[rows]
        whole = body[at[0] : at[0] + length]
        text, from_at, to_at = _without_address(whole)
        same = stands_at(data, at, whole[:from_at])
        if from_at < length:
            same &= stands_at(data, at + to_at, whole[to_at:])
            window = np.lib.stride_tricks.sliding_window_view(data, to_at - from_at)
            same &= _IS_HEXADECIMAL[window[at + from_at]].all(axis=1)
        numbers[rows[same]] = known.setdefault(text, len(known))
        rows = rows[~same]
    return rows


def _without_address(text: bytes) -> tuple[bytes, int, int]:
    """The text with the digits of its address cut out, and where they stood; nothing is cut where there is none."""
    at = text.find(ADDRESS)
    start = at + len(ADDRESS)
    end = text.find(ADDRESS_END, start) if at >= 0 else -1
    if end < 0 or text[start:end].translate(None, b"0123456789abcdef"):
        return text, len(text), len(text)
    return text[:start] + text[end:], start, end
