"""The export in pieces of bounded size, each cut where an element that stands by itself begins."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.readers.apple.tags import SUBJECT_START, SUBJECTS

CHUNK_BYTES = 8 << 20
"""How much of the file is looked at together (bytes)."""

PART_BYTES = 512 << 10
"""Where a piece is not of the usual shape all through, parts of this size (bytes) are tried."""

LONGEST_BYTES = 64 << 20
"""Where nothing begins for this long (bytes) the piece is cut all the same: no element is as long."""

CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r")
"""Bytes that no XML may hold; notes typed on a phone bring them in."""

FIRST_PRINTABLE = 32
ROOT_END = b"</HealthData>"
_ROOT_START = re.compile(rb"<HealthData(?=[\s>])")


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A piece of the file that begins with an element, or the part before the first one."""

    body: bytes
    """Its bytes without control characters and without the end of the root."""
    start: int
    end: int
    """Where it lies in the file (bytes)."""
    is_preamble: bool = False
    """Before the first element: the root, the export's date, and in many exports a broken document type."""
    has_root_start: bool = False
    has_root_end: bool = False


def chunks(path: Path, *, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Chunk]:
    """The whole file in order: first the part before any element, then pieces of whole elements."""
    rest, start, is_preamble = b"", 0, True
    with path.open("rb") as file:
        while True:
            file.seek(start)  # rather than adding what was left over to what comes, which copies all of it
            wanted = chunk_bytes + len(rest)
            known, rest = len(rest), file.read(wanted)
            more = len(rest) > known
            found = SUBJECT_START.search(rest) if is_preamble else None
            if is_preamble and (found or not more or len(rest) >= LONGEST_BYTES):
                at = _line_start(rest, found.start()) if found else len(rest)
                yield _chunk(rest[:at], start, is_preamble=True)
                rest, start, is_preamble = rest[at:], start + at, False
            if not more:
                break
            at = _cut(rest)
            if at == 0 and len(rest) >= max(LONGEST_BYTES, chunk_bytes):
                at = len(rest)
            if at and not is_preamble:
                yield _chunk(rest[:at], start)
                rest, start = rest[at:], start + at
    if rest:
        yield _chunk(rest, start, is_last=True)


def parts(body: bytes) -> Iterator[bytes]:
    """A piece in smaller ones, cut in the same way: what is unusual in it is mostly in one of them."""
    start = 0
    while len(body) - start > PART_BYTES and (found := SUBJECT_START.search(body, start + PART_BYTES)):
        at = _line_start(body, found.start())
        yield body[start:at]
        start = at
    yield body[start:]


def _cut(body: bytes) -> int:
    """Where an element near the end begins, of the most frequent kind; 0 where there is only the first one."""
    for name in SUBJECTS:
        for white in (b" ", b"\n"):
            last = body.rfind(b"<" + name + white)
            if last > 0 and (at := _line_start(body, last)):
                return at
    return 0


def _line_start(body: bytes, at: int) -> int:
    """The begin of the line where nothing but white space stands before `at`, else `at` itself."""
    line = body.rfind(b"\n", 0, at) + 1
    return line if not body[line:at].strip() else at


def _chunk(body: bytes, start: int, *, is_preamble: bool = False, is_last: bool = False) -> Chunk:
    end = start + len(body)
    has_root_start = _ROOT_START.search(body) is not None if is_preamble else False
    has_root_end = ROOT_END in body if is_preamble or is_last else False
    if has_root_end:
        body = body.replace(ROOT_END, b"")
    return Chunk(
        body=_without_control(body),
        start=start,
        end=end,
        is_preamble=is_preamble,
        has_root_start=has_root_start,
        has_root_end=has_root_end,
    )


def _without_control(body: bytes) -> bytes:
    data = np.frombuffer(body, np.uint8)
    low = np.count_nonzero(data < FIRST_PRINTABLE)
    harmless = np.count_nonzero(data == ord("\n"))
    if low > harmless:
        harmless += body.count(b"\r") + body.count(b"\t")
    return body.translate(None, CONTROL) if low > harmless else body
