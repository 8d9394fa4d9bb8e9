"""Lines of beats inside a record of heart rate variability: hardly two alike, though few differ in more than digits."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.readers.apple.alike import TRIES, stands_at
from pipelines.readers.apple.beat_clock import HOUR, MINUTE, NO_RATE, clock_of, rate_of
from pipelines.readers.apple.stamps import Bytes, Flags, Floats, Integers

START, MIDDLE, END = b'   <InstantaneousBeatsPerMinute bpm="', b'" time="', b'"/>'

LONGEST = 120
"""Longest line that is looked at in columns (bytes, behind its begin)."""

USUAL_STEP_MS = 10
"""Step of the usual clock (ms): two places of a second."""

NO_CLOCK = -1
"""Stands for a clock that cannot be read."""

_INDENT = 2
"""Most lines that are no beats have no space left here."""

_PLAIN = re.compile(rb"(?P<rate>[^\"&<>]*+)" + MIDDLE + rb"(?P<clock>[^\"&<>]*+)" + END)
_HALF_OF_DAY = "APMapm. \N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}".encode()
"""Bytes of AM and PM as phones write them; none of them makes a digit."""
_USUAL = re.compile(
    rb"(?P<rate>0{1,3})" + MIDDLE + rb"(?P<hour>00?):(?P<minute>00):(?P<second>00)[.,](?P<part>00)"
    rb"[" + _HALF_OF_DAY + rb"]*+" + END
)
"""A form, behind its begin, whose rate and clock are read for all lines of it together."""

_ZERO = ord("0")
_FORM: npt.NDArray[np.uint8] = np.arange(256, dtype=np.uint8)
_FORM[_ZERO : _ZERO + 10] = _ZERO
"""What a line's bytes are in its form: every digit is a zero."""


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
    found[rows] = data[starts[rows] + _INDENT] == START[_INDENT]
    rows = np.flatnonzero(found)
    found[rows] = stands_at(data, starts[rows], START)
    return found


def beats_in(data: Bytes, starts: Integers, ends: Integers) -> Beats | None:
    """The beats of these lines, which begin as beats do, where each is one whole tag of two plain attributes.

    Null is no proof of the contrary: a line that is unusually long, or at the very end, is not looked at.
    """
    starts = starts + len(START)
    lengths = ends - starts
    width = int(lengths.max(initial=1))
    if width > LONGEST or (len(starts) and int(starts.max()) + width > len(data)):
        return None
    lines = np.lib.stride_tricks.sliding_window_view(data, width)[starts]
    forms = np.where(np.arange(width) < lengths[:, None], _FORM[lines], 0)
    beats = Beats(
        clock_ms=np.full(len(lines), NO_CLOCK, np.int64),
        step_ms=np.zeros(len(lines), np.int64),
        rate_bpm=np.full(len(lines), NO_RATE),
    )
    rest = np.arange(len(lines))
    for _ in range(TRIES):
        if not len(rest):
            break
        form = forms[rest[0]]
        is_of_form = (forms[rest] == form).all(axis=1)
        usual = _USUAL.fullmatch(form[: lengths[rest[0]]].tobytes())
        rows = rest[is_of_form]
        if usual is not None:
            _read_together(lines, rows, usual, beats)
        elif not _read_singly(lines, lengths, rows, beats):
            return None
        rest = rest[~is_of_form]
    return beats if _read_singly(lines, lengths, rest, beats) else None


def beats_of(stated: list[tuple[str, str]]) -> Beats:
    """The beats whose rate and clock are given as texts."""
    clocks = [clock_of(time) or (NO_CLOCK, 0) for _, time in stated]
    return Beats(
        clock_ms=np.array([clock for clock, _ in clocks], np.int64),
        step_ms=np.array([step for _, step in clocks], np.int64),
        rate_bpm=np.array([rate_of(rate) for rate, _ in stated], np.float64),
    )


def _read_together(lines: Bytes, rows: Integers, form: re.Match[bytes], beats: Beats) -> None:
    """Reads lines of one usual form."""
    digits = lines[rows]
    rate, hour, minute, second, part = (
        _number(digits[:, slice(*form.span(name))]) for name in ("rate", "hour", "minute", "second", "part")
    )
    is_clock = (hour < HOUR) & (minute < MINUTE) & (second < MINUTE)
    clock_ms = ((hour * 60 + minute) * 60 + second) * 1000 + part * USUAL_STEP_MS
    beats.clock_ms[rows] = np.where(is_clock, clock_ms, NO_CLOCK)
    beats.step_ms[rows] = np.where(is_clock, USUAL_STEP_MS, 0)
    beats.rate_bpm[rows] = np.where(rate > 0, rate, NO_RATE)


def _number(digits: Bytes) -> Integers:
    """The number that each row of digits is."""
    number = np.zeros(len(digits), np.int64)
    for column in digits.T:
        number = number * 10 + column - _ZERO
    return number


def _read_singly(lines: Bytes, lengths: Integers, rows: Integers, beats: Beats) -> bool:
    """Reads lines one by one; whether each of them is plain."""
    matches = [_PLAIN.fullmatch(lines[row, : lengths[row]].tobytes()) for row in rows.tolist()]
    plain = [match for match in matches if match is not None]
    texts = [(match["rate"].decode("utf-8", "replace"), match["clock"].decode("utf-8", "replace")) for match in plain]
    if len(plain) == len(matches):
        one_by_one = beats_of(texts)
        beats.clock_ms[rows], beats.step_ms[rows] = one_by_one.clock_ms, one_by_one.step_ms
        beats.rate_bpm[rows] = one_by_one.rate_bpm
    return len(plain) == len(matches)
