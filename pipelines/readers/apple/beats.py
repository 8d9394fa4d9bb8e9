"""Lines of beats inside a record of heart rate variability: hardly two alike, and all of one shape."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.readers.apple.beat_clock import HOUR, NO_RATE, clock_of, rate_of
from pipelines.readers.apple.stamps import Bytes, Flags, Floats, Integers

START, MIDDLE, END = b'   <InstantaneousBeatsPerMinute bpm="', b'" time="', b'"/>'

LONGEST = 120
"""Longest line that is looked at in columns (bytes)."""

USUAL_STEP_MS = 10
"""Step of the usual clock (ms): two places of a second."""

NO_CLOCK = -1
"""Stands for a clock that cannot be read."""

_QUOTES = 4
_QUOTE, _AMPERSAND, _ZERO = ord('"'), ord("&"), ord("0")
_CLOCK_WIDTH = 11
"""Characters of the usual clock, 07:14:48.94, where the hour may have only one digit."""

_DIGITS = np.array([1, 3, 4, 6, 7, 9, 10])
_WEIGHTS = np.array([3_600_000, 600_000, 60_000, 10_000, 1000, 100, 10])
_TEN_HOURS = 36_000_000
_LAST_TENS = np.array([9, 5, 9, 5, 9, 9, 9])
"""Largest digit in each of those places."""

_IS_HALF_OF_DAY: npt.NDArray[np.bool_] = np.zeros(256, np.bool_)
_IS_HALF_OF_DAY[np.frombuffer("APMapm. \N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}".encode(), np.uint8)] = True
"""Bytes of AM and PM as phones write them; none of them makes a digit."""

_RATE_DIGITS = 3
"""Rates of no more digits, and nothing else, are read together."""


@dataclass(frozen=True, kw_only=True)
class Beats:
    """Beats in order: clock (ms since its hour 0, `NO_CLOCK` for none), its step (ms) and the rate (bpm) beside it."""

    clock_ms: Integers
    step_ms: Integers
    rate_bpm: Floats


def begin_as_beats(data: Bytes, starts: Integers, ends: Integers) -> Flags:
    """Lines that begin as beats do."""
    found = ends - starts >= len(START) + len(MIDDLE) + len(END)
    rows = np.flatnonzero(found)
    first = np.lib.stride_tricks.sliding_window_view(data, len(START))[starts[rows]]
    found[rows] = first.view(f"S{len(START)}").ravel() == START
    return found


def beats_in(data: Bytes, starts: Integers, ends: Integers) -> Beats | None:
    """The beats of these lines, which begin as beats do, where each is one whole tag of two plain attributes.

    Null is no proof of the contrary: a line that is unusually long, or at the very end, is not looked at.
    """
    lengths = ends - starts
    width = int(lengths.max(initial=0))
    if width > LONGEST or (len(starts) and int(starts.max()) + width > len(data)):
        return None
    if not len(starts):
        return beats_of([])
    lines = np.lib.stride_tricks.sliding_window_view(data, width)[starts]
    inside = np.arange(width) < lengths[:, None]
    quotes = (lines == _QUOTE) & inside
    if ((lines == _AMPERSAND) & inside).any() or (quotes.sum(axis=1) != _QUOTES).any():
        return None
    at = np.nonzero(quotes)[1].reshape(-1, _QUOTES)
    columns = np.minimum(at[:, 1:2] + np.arange(len(MIDDLE)), width - 1)
    middle = np.take_along_axis(lines, columns, axis=1)
    end = np.take_along_axis(lines, lengths[:, None] - len(END) + np.arange(len(END)), axis=1)
    is_plain = (
        (at[:, 0] == len(START) - 1).all()
        and (at[:, 2] - at[:, 1] == len(MIDDLE) - 1).all()
        and (at[:, 3] == lengths - len(END)).all()
        and (middle == np.frombuffer(MIDDLE, np.uint8)).all()
        and (end == np.frombuffer(END, np.uint8)).all()
    )
    return _read(lines, at) if is_plain else None


def beats_of(stated: list[tuple[str, str]]) -> Beats:
    """The beats whose rate and clock are given as texts."""
    clocks = [clock_of(time) or (NO_CLOCK, 0) for _, time in stated]
    return Beats(
        clock_ms=np.array([clock for clock, _ in clocks], np.int64),
        step_ms=np.array([step for _, step in clocks], np.int64),
        rate_bpm=np.array([rate_of(rate) for rate, _ in stated], np.float64),
    )


def _read(lines: Bytes, at: Integers) -> Beats:
    """Rates and clocks of whole lines, whose quotation marks stand at `at`; unusual ones are read one by one."""
    rate_bpm, is_rate = _rates(lines, at[:, 0] + 1, at[:, 1])
    clock_ms, is_clock = _clocks(lines, at[:, 2] + 1, at[:, 3])
    step_ms = np.full(len(lines), USUAL_STEP_MS, np.int64)
    for row in np.flatnonzero(~(is_rate & is_clock)).tolist():
        line = lines[row].tobytes()
        rate, clock = (line[at[row, first] + 1 : at[row, first + 1]].decode("utf-8", "replace") for first in (0, 2))
        one = beats_of([(rate, clock)])
        clock_ms[row], step_ms[row], rate_bpm[row] = one.clock_ms[0], one.step_ms[0], one.rate_bpm[0]
    return Beats(clock_ms=clock_ms, step_ms=step_ms, rate_bpm=rate_bpm)


def _rates(lines: Bytes, starts: Integers, ends: Integers) -> tuple[Floats, Flags]:
    """Whole numbers of few digits, and which rows hold one."""
    places = ends[:, None] - 1 - np.arange(_RATE_DIGITS)
    digits = np.take_along_axis(lines, np.maximum(places, 0), axis=1).astype(np.int64) - _ZERO
    is_before = places < starts[:, None]
    is_digit = (digits >= 0) & (digits <= 9)  # noqa: PLR2004 - a decimal digit
    is_rate = (is_digit | is_before).all(axis=1) & (ends > starts) & (ends - starts <= _RATE_DIGITS)
    rates = (np.where(is_before, 0, digits) @ np.array([1, 10, 100])).astype(np.float64)
    return np.where(rates > 0, rates, NO_RATE), is_rate


def _clocks(lines: Bytes, starts: Integers, ends: Integers) -> tuple[Integers, Flags]:
    """Usual clocks (ms), and which rows hold one."""
    width = lines.shape[1]

    def byte(places: Integers) -> Bytes:
        return np.take_along_axis(lines, np.minimum(places, width - 1), axis=1)

    second = byte(starts[:, None] + 1)[:, 0]
    has_two = (second >= _ZERO) & (second <= _ZERO + 9)
    # From the last digit of the hour on, every usual clock is as long.
    clock = byte((starts + has_two - 1)[:, None] + np.arange(_CLOCK_WIDTH)).astype(np.int64)
    digits = clock[:, _DIGITS] - _ZERO
    tens = np.where(has_two, clock[:, 0] - _ZERO, 0)
    is_clock = ((digits >= 0) & (digits <= _LAST_TENS)).all(axis=1) & (tens >= 0) & (tens * 10 + digits[:, 0] < HOUR)
    is_clock &= (clock[:, 2] == ord(":")) & (clock[:, 5] == ord(":"))
    is_clock &= (clock[:, 8] == ord(".")) | (clock[:, 8] == ord(","))
    after = starts + has_two + _CLOCK_WIDTH - 1
    columns = np.arange(int(after.min()), int(ends.max()))
    is_half = (
        _IS_HALF_OF_DAY[lines[:, columns[0] : columns[-1] + 1]] if len(columns) else np.ones((len(lines), 0), bool)
    )
    is_clock &= (is_half | (columns < after[:, None]) | (columns >= ends[:, None])).all(axis=1)
    return digits @ _WEIGHTS + tens * _TEN_HOURS, is_clock
