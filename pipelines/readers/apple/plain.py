"""The fast way: a piece of the export in which every line is shown to have the usual shape, read in columns.

Usual is what the phone writes: one element a line, attributes in one order, children indented by one more space.
What is shown: each line is one whole tag of a known shape, and the tags open and close in each other. Anything else
is no business of this module, which then says so and leaves the piece to the patient way.
"""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.readers.apple.alike import alike
from pipelines.readers.apple.beats import NO_CLOCK, Beats, beats_in, beats_of, begin_as_beats
from pipelines.readers.apple.rows import (
    BEAT,
    BEATS,
    SCHEMA,
    SDNN,
    SLEEP,
    STREAMED,
    UNUSED,
    Found,
    Header,
    Names,
    amount_of,
    stage_of,
)
from pipelines.readers.apple.stamps import LENGTH, Bytes, Flags, Floats, Integers, stamps_of
from pipelines.readers.apple.tags import attributes, plain_text

_TEXT = rb"(?:[^\"<>&]|&(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)*+"
_VALUE = rb"\"" + _TEXT + rb"\""
_HEADER = re.compile(
    rb" <Record type=\"([A-Za-z0-9]+)\"( sourceName=" + _VALUE + rb"(?: sourceVersion=" + _VALUE + rb")?)"
    rb"(?: device=\"(?:&lt;&lt;HKDevice: 0x&gt;)?(" + _TEXT + rb")\")?"
    rb"(?: unit=\"([^\"<>&]*+)\")?"
)
"""A record up to its times, the changing address of its device cut out: type, source, device, unit."""

_CHILD = re.compile(
    rb"(?P<close> </Record>)"
    rb"|(?P<metadata>  <MetadataEntry key=" + _VALUE + rb" value=" + _VALUE + rb"/>)"
    rb"|(?P<beats>  <HeartRateVariabilityMetadataList>)"
    rb"|(?P<beats_close>  </HeartRateVariabilityMetadataList>)"
    rb"|(?P<beat>   <InstantaneousBeatsPerMinute bpm=" + _VALUE + rb" time=" + _VALUE + rb"/>)"
)
_DEPTH = {"close": 1, "metadata": 1, "beats": 1, "beats_close": 2, "beat": 2}
_STEP = {"close": -1, "metadata": 0, "beats": 1, "beats_close": -1, "beat": 0}
"""How many elements are open before such a line, and what it changes."""

_ZONE = re.compile(rb"  <MetadataEntry key=\"HKTimeZone\" value=\"([^\"]*)\"/>")

_RECORD_AT, _RECORD = 2, ord("R")
"""Only lines of records have this letter there; that the rest of the name stands there, too, `_HEADER` shows."""
_USUAL_LETTERS: npt.NDArray[np.bool_] = np.isin(np.arange(256), list(b"R/< "))
"""What else stands there: the end of a record, or a line further in; another element has another letter."""

_TIMES = b' creationDate="%b" startDate="%b" endDate="%b" value="' % ((b"0" * LENGTH,) * 3)
"""What stands between header and value: always as long, so that times are found by counting back."""

_LITERAL = np.frombuffer(_TIMES, np.uint8) != ord("0")
_MASK, _EXPECTED = (
    np.where(_LITERAL, 0xFF, 0).astype(np.uint8),
    np.where(_LITERAL, bytearray(_TIMES), 0).astype(np.uint8),
)
_CREATED, _STARTED, _ENDED = (
    _TIMES.index(name) + len(name) for name in (b' creationDate="', b' startDate="', b' endDate="')
)

LONGEST_VALUE = 80
"""Longest value of a record (characters); no category's name is as long."""

USUAL_VALUE = 12
"""Hardly a quantity is longer (characters)."""

_NUMERALS = b"0123456789."
_WHOLE_DIGITS = 7
"""Quantities of no more digits, and nothing else, are read together."""
_POWERS = 10 ** np.arange(_WHOLE_DIGITS - 1, -1, -1)
_NO_ZONE = -1
_QUOTE, _MORE, _SLASH, _ZERO = ord('"'), ord(">"), ord("/"), ord("0")
_LESS_TO_MORE, _BREAK = ord("<") ^ ord(">"), ord("\n")


Kinds = npt.NDArray[np.int8]


@dataclass(frozen=True, kw_only=True)
class _Lines:
    """The lines of a piece and the records among them."""

    starts: Integers
    ends: Integers
    is_record: Flags
    has_others: bool
    """Whether some line can be none of a record nor of what stands in one."""


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """Where the parts of each record line lie, and its times as characters."""

    heads_end: Integers
    values_start: Integers
    values_end: Integers
    times: Bytes
    is_alone: Flags


@dataclass(frozen=True, kw_only=True)
class _Headers:
    """The distinct headers, and for each record the number of its own among them."""

    numbers: Integers
    distinct: list[Header]


@dataclass(frozen=True, kw_only=True)
class _Children:
    """Zone of the records that state one, by number of the record in the piece, and the beats that are listed."""

    zones: dict[int, int]
    beats: Beats
    beat_records: Integers
    """Number of the record each beat stands in."""


@dataclass(frozen=True, kw_only=True)
class _Times:
    """Times of the used records, as `SCHEMA` has them."""

    start_s: Integers
    end_s: Integers
    created_s: Integers
    offset_s: Integers


def plain_rows(body: bytes, names: Names) -> Found | None:
    """What a piece holds; null when not every line of it is shown to have the usual shape."""
    data = np.frombuffer(body, np.uint8, count=_end_of_lines(body))
    if len(data) < len(_TIMES):
        return None
    lines = _lines(data)
    if not lines.is_record[0] or lines.has_others or _bracket_count(data) != 2 * len(lines.starts):
        return None
    shape = _shape(data, lines)
    headers = None if shape is None else _headers(body, data, lines.starts[lines.is_record], shape.heads_end, names)
    if shape is None or headers is None:
        return None
    children = _children(body, data, lines, shape.is_alone, names)
    kinds = np.array([header.kind for header in headers.distinct], np.int8)[headers.numbers]
    records = None if children is None else _records(body, data, shape, headers, kinds=kinds, zones=children.zones)
    if children is None or records is None:
        return None
    beats = _beats(children, kinds)
    counts = +Counter({BEAT: len(children.beat_records) - beats.height})
    numbers = np.bincount(headers.numbers, minlength=len(headers.distinct)).tolist()
    for header, count in zip(headers.distinct, numbers, strict=True):
        if header.kind == UNUSED:
            counts[header.type] += count
    return Found(records=records, beats=beats, counts=counts)


def _lines(data: Bytes) -> _Lines:
    breaks = np.flatnonzero(data == ord("\n"))
    starts = np.concatenate(([0], breaks + 1))
    ends = np.append(breaks, len(data))
    letters = data[np.minimum(starts + _RECORD_AT, ends[-1] - 1)]
    return _Lines(starts=starts, ends=ends, is_record=letters == _RECORD, has_others=not _USUAL_LETTERS[letters].all())


def _end_of_lines(body: bytes) -> int:
    """Where the last line ends that holds anything."""
    end = len(body)
    while end and body[end - 1] == _BREAK:
        end -= 1
    return end


def _bracket_count(data: Bytes) -> int:
    """How many < and > there are: two a line, when each has one of both, which its shape shows, and none besides."""
    brackets = data | _LESS_TO_MORE
    return int(np.count_nonzero(np.equal(brackets, _MORE, out=brackets.view(np.bool_))))


def _shape(data: Bytes, lines: _Lines) -> _Shape | None:
    """Counts back from the end of each record line: value, then times at fixed places; null for any other shape."""
    starts, ends = lines.starts[lines.is_record], lines.ends[lines.is_record]
    is_alone = data[ends - 2] == _SLASH
    quote = ends - 2 - is_alone
    if (quote - starts < len(_TIMES)).any() or (data[ends - 1] != _MORE).any() or (data[quote] != _QUOTE).any():
        return None
    values = _value_starts(data, quote)
    heads_end = values - len(_TIMES)
    if (heads_end <= starts).any():
        return None
    times = np.lib.stride_tricks.sliding_window_view(data, len(_TIMES))[heads_end]
    if ((times & _MASK) != _EXPECTED).any():
        return None
    return _Shape(heads_end=heads_end, values_start=values, values_end=quote, times=times, is_alone=is_alone)


def _value_starts(data: Bytes, ends: Integers) -> Integers:
    """Behind the quotation mark before each value; where none stands near enough, a place that is no value's."""
    starts = np.zeros(len(ends), np.int64)
    rows = np.arange(len(ends))
    for width in (USUAL_VALUE, LONGEST_VALUE):
        before = np.lib.stride_tricks.sliding_window_view(data, width)[ends[rows] - width] == _QUOTE
        back = np.argmax(before[:, ::-1], axis=1)
        is_found = before[np.arange(len(rows)), width - 1 - back]
        starts[rows[is_found]] = (ends[rows] - back)[is_found]
        rows = rows[~is_found]
    return starts


def _headers(body: bytes, data: Bytes, starts: Integers, ends: Integers, names: Names) -> _Headers | None:
    """The header of each record; null when one has another shape."""
    found = alike(body, data, starts, ends)
    numbers: dict[Header, int] = {}
    of_text = []
    for text in found.texts:
        match = _HEADER.fullmatch(text)
        if match is None:
            return None
        of_text.append(numbers.setdefault(names.header_of_parts(match.groups(b"")), len(numbers)))
    return _Headers(numbers=np.array(of_text)[found.numbers], distinct=list(numbers))


def _children(body: bytes, data: Bytes, lines: _Lines, is_alone: Flags, names: Names) -> _Children | None:
    """What stands inside records; null when a line has another shape, or tags do not close in each other."""
    depth = np.zeros(len(lines.starts), np.int64)
    step = np.zeros(len(lines.starts), np.int64)
    step[lines.is_record] = ~is_alone
    at = np.flatnonzero(~lines.is_record)
    is_beat = begin_as_beats(data, lines.starts[at], lines.ends[at])
    beats = beats_in(data, lines.starts[at[is_beat]], lines.ends[at[is_beat]])
    beats_at = at[is_beat]
    if beats is not None:
        depth[beats_at], at = _DEPTH["beat"], at[~is_beat]
    inside = alike(body, data, lines.starts[at], lines.ends[at])
    matches = [_CHILD.fullmatch(line) for line in inside.texts]
    shapes = [match.lastgroup for match in matches if match is not None and match.lastgroup is not None]
    if len(shapes) < len(matches):
        return None
    if shapes:
        depth[at] = np.array([_DEPTH[shape] for shape in shapes])[inside.numbers]
        step[at] = np.array([_STEP[shape] for shape in shapes])[inside.numbers]
    if (np.cumsum(step) - step != depth).any() or step.sum() != 0:
        return None
    stated = {
        number: names.zone_number(plain_text(zone[1]))
        for number, (line, shape) in enumerate(zip(inside.texts, shapes, strict=True))
        if shape == "metadata" and (zone := _ZONE.fullmatch(line))
    }
    where = np.flatnonzero(np.isin(inside.numbers, list(stated)))
    record_lines = np.flatnonzero(lines.is_record)
    records = np.searchsorted(record_lines, at[where]) - 1
    zones: dict[int, int] = {}
    for record, number in zip(records.tolist(), inside.numbers[where].tolist(), strict=True):
        zones.setdefault(record, stated[number])
    lists = np.searchsorted(record_lines, at[_are(inside.numbers, shapes, "beats")])
    if (lists[1:] == lists[:-1]).any():
        return None
    if beats is None:
        is_beat = _are(inside.numbers, shapes, "beat")
        beats_at = at[is_beat]
        texts = [attributes(inside.texts[number]) for number in inside.numbers[is_beat].tolist()]
        beats = beats_of([(text["bpm"], text["time"]) for text in texts])
    return _Children(zones=zones, beats=beats, beat_records=np.searchsorted(record_lines, beats_at) - 1)


def _are(numbers: Integers, shapes: list[str], shape: str) -> Flags:
    """Which of the lines, by the numbers of what they say, have that shape."""
    return np.isin(numbers, [number for number, one in enumerate(shapes) if one == shape])


def _beats(children: _Children, kinds: Kinds) -> pl.DataFrame:
    """Beats whose clock can be read, of readings of variability; `kinds` has one value a record."""
    beats, row_of = children.beats, np.cumsum(kinds != UNUSED) - 1
    is_row = (kinds[children.beat_records] == SDNN) & (beats.clock_ms != NO_CLOCK)
    columns = (row_of[children.beat_records], beats.clock_ms, beats.step_ms, beats.rate_bpm)
    return pl.DataFrame({name: column[is_row] for name, column in zip(BEATS, columns, strict=True)}, schema=BEATS)


def _records(
    body: bytes, data: Bytes, shape: _Shape, headers: _Headers, *, kinds: Kinds, zones: dict[int, int]
) -> pl.DataFrame | None:
    """The used records; null when a time or a value cannot be read as usual."""
    makers = np.array([header.maker for header in headers.distinct], np.int32)[headers.numbers]
    used = np.flatnonzero(kinds != UNUSED)
    times = _times(shape.times[used], is_dated=~np.isin(kinds[used], STREAMED))
    if times is None:
        return None
    amounts = _amounts(body, data, shape.values_start[used], shape.values_end[used], kinds[used] == SLEEP)
    if amounts is None:
        return None
    zone = np.full(len(kinds), _NO_ZONE, np.int32)
    zone[list(zones)] = list(zones.values())
    return pl.DataFrame(
        {
            "kind": kinds[used],
            "maker": makers[used],
            "start_s": times.start_s,
            "end_s": times.end_s,
            "created_s": times.created_s,
            "offset_s": times.offset_s,
            "amount": amounts,
            "zone": pl.Series(zone[used]).replace(_NO_ZONE, None),
        },
        schema=SCHEMA,
    )


def _times(rows: Bytes, *, is_dated: Flags) -> _Times | None:
    """The times of records; null when one is none.

    An end is mostly the start, and read where it is another; a creation is read where it says something.
    """
    created, started, ended = (rows[:, first : first + LENGTH] for first in (_CREATED, _STARTED, _ENDED))
    start = stamps_of(started)
    differs = np.flatnonzero(_texts(started) != _texts(ended))
    end, creation = stamps_of(ended[differs]), stamps_of(created[is_dated])
    if (created == _QUOTE).any() or not (start.is_time.all() and end.is_time.all() and creation.is_time.all()):
        return None
    end_s = start.utc_s.copy()
    end_s[differs] = end.utc_s
    created_s = end_s.copy()
    created_s[is_dated] = creation.utc_s
    return _Times(start_s=start.utc_s, end_s=end_s, created_s=created_s, offset_s=start.offset_s)


def _texts(rows: Bytes) -> npt.NDArray[np.bytes_]:
    return np.ascontiguousarray(rows).view(f"S{LENGTH}").ravel()


def _amounts(body: bytes, data: Bytes, starts: Integers, ends: Integers, is_sleep: Flags) -> Floats | None:
    """Quantities, and places of sleep stages; null unless all are plain."""
    amounts = np.zeros(len(starts))
    digits = (
        np.lib.stride_tricks.sliding_window_view(data, _WHOLE_DIGITS)[ends - _WHOLE_DIGITS].astype(np.int64) - _ZERO
    )
    is_digit = (digits >= 0) & (digits <= 9)  # noqa: PLR2004 - a decimal digit
    is_before = np.arange(_WHOLE_DIGITS) < _WHOLE_DIGITS - (ends - starts)[:, None]
    is_whole = (is_digit | is_before).all(axis=1) & (ends - starts <= _WHOLE_DIGITS) & (ends > starts) & ~is_sleep
    amounts[is_whole] = (np.where(is_before, 0, digits) @ _POWERS)[is_whole]
    stages: dict[bytes, float | None] = {}
    for row in np.flatnonzero(~is_whole).tolist():
        value = body[starts[row] : ends[row]]
        if is_sleep[row]:
            if value not in stages:
                stages[value] = stage_of(value.decode("ascii", "replace"))
            amount = stages[value]
        else:
            amount = None if value.translate(None, _NUMERALS) else amount_of(value.decode("ascii"))
        if amount is None:
            return None
        amounts[row] = amount
    return amounts
