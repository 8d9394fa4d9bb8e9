"""The walk over the messages of one FIT file: where each data message starts and which definition it follows.

Messages of one definition that follow each other have a constant stride, so their header bytes are compared in one
NumPy view and the whole run costs one step of Python.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipelines.readers.fit.layout import DEVELOPER_FLAG, Layout, definition_length, layout_of

COMPRESSED_FLAG = 0x80
"""Bit 7 of a header byte: a data message with a 5-bit time offset and a 2-bit local type."""

COMPRESSED_FIXED_BITS = 0xE0
"""Bits of a compressed header byte that stay the same within a run; the other five are the time."""

DEFINITION_BITS = 0xC0
"""Bits 7 and 6 of a header byte."""

DEFINITION = 0x40
"""What those two bits are for a definition message."""

FIRST_LOOK = 32
"""Header bytes compared at first; each further look is four times as long."""

LOCAL_TYPES = 16


@dataclass
class Walked:
    """What a walk found: runs of data messages, in file order."""

    starts: list[int] = field(default_factory=list)
    """Byte offset of the first message of each run."""
    counts: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    """Index into `layouts`, per run."""
    layouts: list[Layout] = field(default_factory=list)
    end: int = 0
    """Byte offset after the last whole message."""
    problem: str | None = None
    """Why the walk ended before `stop`; null when it did not."""


def walk(data: bytes, start: int, stop: int) -> Walked:
    """Finds every whole message between two offsets; stops at the first impossible or incomplete one."""
    found = Walked()
    octets = np.frombuffer(data, np.uint8)
    kind_of: dict[tuple[bool, bytes], int] = {}
    current: list[int | None] = [None] * LOCAL_TYPES
    sizes: list[int] = []
    position = start
    while position < stop:
        head = data[position]
        if head & DEFINITION_BITS == DEFINITION:
            length = definition_length(data, position, stop)
            if length is None:
                found.problem = "a definition is cut off"
                break
            key = (bool(head & DEVELOPER_FLAG), data[position + 1 : position + length])
            kind = kind_of.setdefault(key, len(sizes))
            if kind == len(sizes):
                found.layouts.append(layout_of(key[1], has_developer_fields=key[0]))
                sizes.append(found.layouts[-1].size)
            current[head & 0x0F] = kind
            position += length
            continue
        local = (head >> 5) & 3 if head & COMPRESSED_FLAG else head & 0x0F
        defined = current[local]
        if defined is None:
            found.problem = f"a message of local type {local}, which no definition describes"
            break
        size = sizes[defined]
        after = position + size
        if after > stop:
            found.problem = "a message is cut off"
            break
        mask = COMPRESSED_FIXED_BITS if head & COMPRESSED_FLAG else 0xFF
        count = 1
        if after < stop and data[after] & mask == head & mask:
            count = _run_length(octets[position:stop], size, head & mask, mask)
        found.starts.append(position)
        found.counts.append(count)
        found.kinds.append(defined)
        position += size * count
    found.end = position
    return found


def _run_length(octets: npt.NDArray[np.uint8], size: int, head: int, mask: int) -> int:
    """Number of whole messages in a row, `size` bytes each, whose header byte is the same."""
    count = len(octets) // size
    heads = octets[: count * size : size]
    done, look = 0, FIRST_LOOK
    while done < count:
        part = heads[done : done + look]
        differs = (part & mask) != head if mask != 0xFF else part != head  # noqa: PLR2004
        first = int(differs.argmax())
        if differs[first]:
            return done + first
        done += len(part)
        look *= 4
    return count
