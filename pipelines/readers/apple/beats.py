"""Lines of beats inside a record of heart rate variability: hardly two alike, and all of one shape."""

import numpy as np

from pipelines.readers.apple.stamps import Bytes, Flags, Integers

START, MIDDLE, END = b'   <InstantaneousBeatsPerMinute bpm="', b'" time="', b'"/>'

LONGEST = 120
"""Longest line that is looked at in columns (bytes)."""

_QUOTES = 4
_QUOTE, _AMPERSAND = ord('"'), ord("&")


def begin_as_beats(data: Bytes, starts: Integers, ends: Integers) -> Flags:
    """Lines that begin as beats do."""
    found = ends - starts >= len(START) + len(MIDDLE) + len(END)
    rows = np.flatnonzero(found)
    first = np.lib.stride_tricks.sliding_window_view(data, len(START))[starts[rows]]
    found[rows] = first.view(f"S{len(START)}").ravel() == START
    return found


def are_beats(data: Bytes, starts: Integers, ends: Integers) -> bool:
    """Whether every one of these lines, which begin as beats do, is one whole tag of two plain attributes.

    False is no proof of the contrary: a line that is unusually long, or at the very end, is not looked at.
    """
    lengths = ends - starts
    width = int(lengths.max(initial=0))
    if width > LONGEST or (len(starts) and int(starts.max()) + width > len(data)):
        return False
    if not len(starts):
        return True
    lines = np.lib.stride_tricks.sliding_window_view(data, width)[starts]
    inside = np.arange(width) < lengths[:, None]
    quotes = (lines == _QUOTE) & inside
    if ((lines == _AMPERSAND) & inside).any() or (quotes.sum(axis=1) != _QUOTES).any():
        return False
    at = np.nonzero(quotes)[1].reshape(-1, _QUOTES)
    columns = np.minimum(at[:, 1:2] + np.arange(len(MIDDLE)), width - 1)
    middle = np.take_along_axis(lines, columns, axis=1)
    end = np.take_along_axis(lines, lengths[:, None] - len(END) + np.arange(len(END)), axis=1)
    return bool(
        (at[:, 0] == len(START) - 1).all()
        and (at[:, 2] - at[:, 1] == len(MIDDLE) - 1).all()
        and (at[:, 3] == lengths - len(END)).all()
        and (middle == np.frombuffer(MIDDLE, np.uint8)).all()
        and (end == np.frombuffer(END, np.uint8)).all()
    )
