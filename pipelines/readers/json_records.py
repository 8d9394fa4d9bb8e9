"""JSON record by record: an export of hundreds of megabytes fits in a little memory, and damage costs its record."""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path

from pipelines.readers.contract import Loss
from pipelines.readers.text_file import counted

CHUNK_BYTES = 1 << 20
"""How much of the file is read at a time (bytes)."""

RECORD_MAXIMUM = 64 << 20
"""Longest single record that is read (characters); every list of records is taken apart before it counts."""

CUT_MARGIN = 64
"""An error so close to the end of what was read (characters) may only be the cut: more is read first."""

_DECODER = json.JSONDecoder()
_BETWEEN = re.compile(r"[\s,]*")
_NEXT_RECORD = re.compile(r"\}\s*,\s*(?=\{)|\[\s*(?=\{)")
_OPENING = re.compile(r'\{\s*"([^"\\]{1,64})"\s*:\s*\[')
_SIGN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]', re.DOTALL)
_NO_TEXT = re.compile(r"[\udc80-\udcff]")
"""Bytes that are no UTF-8 stand as these while a record is decoded."""

_CLOSING = {"{": "}", "[": "]"}


class JsonRecords:
    """The records of one file, and after they were walked through, what of it was lost.

    A record is each object of the list at the top, or a single object at the top; lists under a name in `wrappers` are
    taken apart too. `marks` are names of which each record has at least one: after damage the next record is known
    by them. With `is_mended` the whole lists of measurements in a damaged record are kept.
    """

    def __init__(
        self, path: Path, *, marks: frozenset[str], wrappers: frozenset[str] = frozenset(), is_mended: bool = False
    ) -> None:
        self._path = path
        self._marks = marks
        self._wrappers = wrappers
        self._is_mended = is_mended
        self._text = ""
        self._at = 0
        self._is_whole = False
        self._count = 0
        self._damaged: list[str] = []
        self._is_cut = False

    def __iter__(self) -> Iterator[dict[str, object]]:
        decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="surrogateescape")
        with self._path.open("rb") as file:
            self._chunks = (decoder.decode(chunk, final=False) for chunk in iter(lambda: file.read(CHUNK_BYTES), b""))
            yield from self._walk()

    def losses(self) -> tuple[Loss, ...]:
        """What could not be read, once every record was asked for."""
        found = []
        if self._damaged:
            where = self._damaged[0] + (f" and {len(self._damaged) - 1} more" if len(self._damaged) > 1 else "")
            found.append(Loss(what=counted(len(self._damaged), "record"), where=where, why="it is damaged"))
        if self._is_cut:
            where = f"after {counted(self._count, 'record')}"
            found.append(
                Loss(what="the rest of the file", where=where, why="it is damaged, or the file ends too early")
            )
        return tuple(found)

    def _walk(self) -> Iterator[dict[str, object]]:
        inside: list[str] = []
        while self._seek():
            character = self._text[self._at]
            if character in "[]}:":
                self._at += 1
                if character == "[":
                    inside.append(character)
                elif character != ":" and inside and _CLOSING[inside[-1]] == character:
                    inside.pop()
            elif self._is_wrapper():
                inside += ["{", "["]
            elif character in '{"-0123456789tfn':
                yield from self._value()
            else:
                self._damage()
        self._is_cut |= bool(inside)

    def _seek(self) -> bool:
        """Stands on the next character that is neither space nor comma; false at the end of the file."""
        while True:
            match = _BETWEEN.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return True
            if not self._read_on():
                return False

    def _is_wrapper(self) -> bool:
        """Steps into a list of records under a name of its own."""
        if not self._wrappers or self._text[self._at] != "{":
            return False
        while len(self._text) - self._at < 2 * CUT_MARGIN and self._read_on():
            pass
        match = _OPENING.match(self._text, self._at)
        if match is None or match[1] not in self._wrappers:
            return False
        self._at = match.end()
        return True

    def _value(self) -> Iterator[dict[str, object]]:
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
                break
            except (ValueError, RecursionError) as error:
                if self._may_be_cut(error) and self._read_twice_as_much():
                    continue
                yield from self._mended(error)
                self._damage()
                return
        is_text = not _NO_TEXT.search(self._text, self._at, end)
        self._at = end
        if not is_text:
            self._note_damage()
        elif isinstance(value, dict):
            self._count += 1
            yield value

    def _mended(self, error: Exception) -> Iterator[dict[str, object]]:
        """What stands whole before the damage: objects whose lists of measurements were broken off."""
        if not self._is_mended or not isinstance(error, json.JSONDecodeError):
            return
        value = mended(self._text[self._at : error.pos])
        if value is not None and not _NO_TEXT.search(self._text, self._at, error.pos):
            yield value

    def _damage(self) -> None:
        """Stands on the next whole record, or on the end, and notes what was lost."""
        self._at += 1
        while True:
            for match in _NEXT_RECORD.finditer(self._text, self._at):
                if self._is_record(match.end()):
                    self._at = match.end()
                    self._note_damage()
                    return
            self._at = max(self._at, len(self._text) - CHUNK_BYTES)
            if not self._read_on():
                self._at = len(self._text)
                self._is_cut = True
                return

    def _note_damage(self) -> None:
        self._damaged.append(f"record {self._count + len(self._damaged) + 1}")

    def _is_record(self, at: int) -> bool:
        try:
            value, _ = _DECODER.raw_decode(self._text, at)
        except (ValueError, RecursionError):
            return False
        return isinstance(value, dict) and not self._marks.isdisjoint(value)

    def _may_be_cut(self, error: Exception) -> bool:
        """Whether more of the file may mend the error: it lies at the end of what was read."""
        if not isinstance(error, json.JSONDecodeError) or len(self._text) - self._at > RECORD_MAXIMUM:
            return False
        is_string = error.msg.startswith("Unterminated string")
        return error.pos >= len(self._text) - (CHUNK_BYTES if is_string else CUT_MARGIN)

    def _read_twice_as_much(self) -> bool:
        chunk_count = max(1, (len(self._text) - self._at) // CHUNK_BYTES)
        return sum(self._read_on() for _ in range(chunk_count)) > 0

    def _read_on(self) -> bool:
        """Reads a chunk more and lets go of what was used; false at the end of the file."""
        if self._is_whole:
            return False
        chunk = next(self._chunks, None)
        if chunk is None:
            self._is_whole = True
            return False
        self._text = self._text[self._at :] + chunk
        self._at = 0
        return True


def mended(text: str) -> dict[str, object] | None:
    """The object that `text` begins, without what was broken off; null when only an object's own members were.

    A list keeps its whole items; an object that was broken off is left out, as half its numbers would mislead.
    """
    open_now: list[str] = []
    best: tuple[int, str] | None = None
    for match in _SIGN.finditer(text):
        sign = match[0]
        if sign in "{[":
            open_now.append(sign)
        elif sign in "}]" and (not open_now or _CLOSING[open_now.pop()] != sign):
            break
        if sign in "[," and open_now[-1:] == ["["]:
            closers = "".join(_CLOSING[bracket] for bracket in reversed(open_now))
            best = (match.end() if sign == "[" else match.start(), closers)
    if best is None:
        return None
    try:
        value = json.loads(text[: best[0]] + best[1])
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
