"""The export in pieces of bounded size, each cut where an element that stands by itself begins."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.readers.apple.tags import SUBJECT_START, SUBJECTS

CHUNK_BYTES = 8 << 20
"""How much of the file is looked at together (bytes)."""

PART_BYTES = 64 << 10
"""A piece that is not of the usual shape all through is halved down to this size (bytes)."""

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
    buffer, start, is_preamble = bytearray(chunk_bytes), 0, True  # what is left over is read once more, not copied
    with path.open("rb") as file:
        while True:
            file.seek(start)
            size = file.readinto(buffer)
            is_end = size < len(buffer)
            at = _preamble_end(buffer, size) if is_preamble else None if is_end else _cut(buffer)
            if at is None and not is_end and size < max(LONGEST_BYTES, chunk_bytes):
                buffer = bytearray(size + chunk_bytes)
                continue
            is_last = is_end and not is_preamble
            body = bytes(memoryview(buffer)[: size if at is None else at])
            if body or is_preamble:
                yield _chunk(body, start, is_preamble=is_preamble, is_last=is_last)
            if is_last:
                return
            start, is_preamble = start + len(body), False
            if len(buffer) > chunk_bytes:
                buffer = bytearray(chunk_bytes)


def halves(body: bytes) -> tuple[bytes, bytes] | None:
    """A piece in two, cut in the same way: what is unusual in it is mostly in one of them. Null for a small one."""
    found = SUBJECT_START.search(body, len(body) // 2) if len(body) > PART_BYTES else None
    at = _line_start(body, found.start()) if found else 0
    return (body[:at], body[at:]) if at else None


def _preamble_end(body: bytearray, size: int) -> int | None:
    """Where the first element begins; null where there is none."""
    found = SUBJECT_START.search(body, 0, size)
    return _line_start(body, found.start()) if found else None


def _cut(body: bytearray) -> int | None:
    """Where an element near the end begins, of the most frequent kind; null where there is only the first one."""
    for name in SUBJECTS:
        for white in (b" ", b"\n"):
            last = body.rfind(b"<" + name + white)
            if last > 0 and (at := _line_start(body, last)):
                return at
    return None


def _line_start(body: bytes | bytearray, at: int) -> int:
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
    data, after_break = np.frombuffer(body, np.uint8), ord("\n") + 1
    if not body or (data.min() >= ord("\n") and (data - after_break).min() >= FIRST_PRINTABLE - after_break):
        return body  # what is left below, with line breaks, wraps around
    return body.translate(None, CONTROL)
