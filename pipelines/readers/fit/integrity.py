"""Where the FIT files in a dropped file begin and end, and what is damaged about them.

A dropped file may hold several FIT files in a row, bytes between them, a header that was never finished, or an end
that is missing. Everything whole is kept; what is lost is named with its byte offset.
"""

from dataclasses import dataclass

from fastcrc import crc16

from pipelines.readers.contract import Loss
from pipelines.readers.fit.walk import Walked, walk

SIGNATURE = b".FIT"
SIGNATURE_OFFSET = 8
SHORT_HEADER_BYTES = 12
LONG_HEADER_BYTES = 14
"""Header with its own check sum at the end."""

CRC_BYTES = 2
ALIKE_MINIMUM = 2
"""Bytes of the signature that make trailing bytes a damaged FIT file rather than padding."""

MOST_DAMAGED_PARTS = 100
"""Damaged FIT files in one dropped file after which the rest is given up: each may cost a look at all bytes."""

MAXIMUM_PROTOCOL = 0x3F
"""Highest protocol version byte taken for real when looking for a header in damaged data (major 3)."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """The header of one FIT file."""

    start: int
    size: int
    data_size: int

    @property
    def body(self) -> int:
        """Byte offset of the first message."""
        return self.start + self.size

    @property
    def stated_end(self) -> int:
        """Byte offset after the last message, as the header says."""
        return self.body + self.data_size


@dataclass(frozen=True, kw_only=True)
class Part:
    """One FIT file: its header, the messages found, and the byte offset after it."""

    header: Header
    walked: Walked
    end: int


@dataclass(frozen=True)
class Split:
    """Every FIT file in a dropped file, what was lost, and what was passed over."""

    parts: tuple[Part, ...]
    losses: tuple[Loss, ...]
    passed_over: tuple[str, ...]


def split(data: bytes) -> Split:
    """Finds every FIT file in the bytes and walks its messages. Raises nothing: no part says nothing was found."""
    parts: list[Part] = []
    losses: list[Loss] = []
    passed_over: list[str] = []
    position = damaged = 0
    while position < len(data):
        if damaged > MOST_DAMAGED_PARTS:
            losses.append(_loss(f"{len(data) - position} bytes", position, "too many damaged headers before it"))
            break
        header = header_at(data, position)
        if header is None:
            found = next_header(data, position)
            if found is None:
                _name_trailing(data, position, has_parts=bool(parts), losses=losses, passed_over=passed_over)
                break
            losses.append(_loss(f"{found - position} bytes", position, "they are not part of a FIT file"))
            position = found
            continue
        part, part_losses = _read_part(data, header)
        parts.append(part)
        losses.extend(part_losses)
        damaged += bool(part_losses)
        position = part.end
    return Split(tuple(parts), tuple(losses), tuple(passed_over))


def header_at(data: bytes, start: int) -> Header | None:
    """Header at that offset; null when there is none."""
    signature = start + SIGNATURE_OFFSET
    if data[signature : signature + len(SIGNATURE)] != SIGNATURE:
        return None
    size = data[start]
    if size < SHORT_HEADER_BYTES or start + size > len(data):
        return None
    return Header(start=start, size=size, data_size=int.from_bytes(data[start + 4 : start + 8], "little"))


def next_header(data: bytes, start: int) -> int | None:
    """Offset of the next believable header at or after `start`; null when there is none."""
    signature = data.find(SIGNATURE, start + SIGNATURE_OFFSET)
    while signature >= 0:
        first = signature - SIGNATURE_OFFSET
        is_header_size = data[first] in (SHORT_HEADER_BYTES, LONG_HEADER_BYTES)
        if is_header_size and data[first + 1] <= MAXIMUM_PROTOCOL and header_at(data, first):
            return first
        signature = data.find(SIGNATURE, signature + 1)
    return None


def _read_part(data: bytes, header: Header) -> tuple[Part, list[Loss]]:
    """Walks one FIT file; decides where it ends when its header does not say so truly."""
    losses = _header_losses(data, header)
    stated = header.stated_end
    if stated + CRC_BYTES <= len(data) and _crc_at(data, header.start, stated):
        walked = walk(data, header.body, stated)
        if walked.problem:
            losses.append(_cut(walked, stated))
        return Part(header=header, walked=walked, end=stated + CRC_BYTES), losses
    proven = _proven_end(data, header)
    if proven is not None:
        walked = walk(data, header.body, proven)
        losses.append(_loss("data size", header.start + 4, f"{_size_words(header)}, the messages end at byte {proven}"))
        if walked.problem:
            losses.append(_cut(walked, proven))
        return Part(header=header, walked=walked, end=proven + CRC_BYTES), losses
    if header.data_size == 0 or stated > len(data):
        return _read_open_end(data, header, losses)
    return _read_without_proof(data, header, losses)


def _read_open_end(data: bytes, header: Header, losses: list[Loss]) -> tuple[Part, list[Loss]]:
    """A file whose header was never finished or whose end is missing: read to the first impossible byte."""
    limit = next_header(data, header.body)
    limit = len(data) if limit is None else limit
    walked = walk(data, header.body, limit)
    if header.data_size == 0:
        losses.append(_loss("data size", header.start + 4, "the header says 0: recording was interrupted"))
    else:
        early = header.stated_end + CRC_BYTES - limit
        losses.append(_loss("end of the file", limit, f"the file ends {early} bytes early"))
    if walked.problem and limit - walked.end > (CRC_BYTES if header.data_size == 0 else 0):
        losses.append(_cut(walked, limit))
    return Part(header=header, walked=walked, end=limit), losses


def _read_without_proof(data: bytes, header: Header, losses: list[Loss]) -> tuple[Part, list[Loss]]:
    """A file whose check sum is missing or wrong: the stated end holds unless the messages plainly go on."""
    stated = header.stated_end
    if stated + CRC_BYTES > len(data):
        losses.append(_loss("check sum", stated, "the file ends before it"))
        end = len(data)
    else:
        losses.append(_loss("check sum", stated, "it does not match the bytes; the data are kept"))
        end = stated + CRC_BYTES
    limit = next_header(data, header.body)
    limit = len(data) if limit is None else limit
    longer = walk(data, header.body, limit - CRC_BYTES)
    if limit > end and longer.problem is None and longer.end == limit - CRC_BYTES:
        losses[-1] = _loss("data size", header.start + 4, f"{_size_words(header)}, the messages go on")
        return Part(header=header, walked=longer, end=limit), losses
    walked = walk(data, header.body, min(stated, limit))
    if walked.problem:
        losses.append(_cut(walked, min(stated, limit)))
        end = min(end, limit)
    return Part(header=header, walked=walked, end=end), losses


def _proven_end(data: bytes, header: Header) -> int | None:
    """End of the messages where a matching check sum proves the stated one wrong; else null."""
    following = next_header(data, header.body)
    end = (len(data) if following is None else following) - CRC_BYTES
    if end <= header.body:
        return None
    mended = bytearray(data[header.start : end])
    mended[4:8] = (end - header.body).to_bytes(4, "little")
    stored = int.from_bytes(data[end : end + CRC_BYTES], "little")
    return end if _crc_at(data, header.start, end) or crc16.arc(bytes(mended)) == stored else None


def _crc_at(data: bytes, start: int, end: int) -> bool:
    """Whether the two bytes at `end` are the CRC-16 (ARC) of the bytes before."""
    return bool(crc16.arc(data[start:end]) == int.from_bytes(data[end : end + CRC_BYTES], "little"))


def _header_losses(data: bytes, header: Header) -> list[Loss]:
    """A loss when the header's own check sum is there (0 means not computed) and wrong."""
    if header.size != LONG_HEADER_BYTES:
        return []
    at = header.start + SHORT_HEADER_BYTES
    stored = int.from_bytes(data[at : at + CRC_BYTES], "little")
    if stored in (0, crc16.arc(data[header.start : at])):
        return []
    return [_loss("header check sum", at, "it does not match the bytes; the data are kept")]


def _name_trailing(data: bytes, position: int, *, has_parts: bool, losses: list[Loss], passed_over: list[str]) -> None:
    """Trailing bytes are the end of the file on real devices, unless they still look like a FIT file."""
    count = len(data) - position
    signature = data[position + SIGNATURE_OFFSET : position + SIGNATURE_OFFSET + len(SIGNATURE)]
    alike = sum(found == expected for found, expected in zip(signature, SIGNATURE, strict=False))
    if has_parts and alike < ALIKE_MINIMUM:
        passed_over.append(f"{count} bytes after the end of the file")
    else:
        losses.append(_loss(f"{count} bytes", position, "they are not a FIT file that can be read"))


def _cut(walked: Walked, stop: int) -> Loss:
    return _loss(f"{stop - walked.end} bytes of messages", walked.end, walked.problem or "")


def _loss(what: str, at: int, why: str) -> Loss:
    return Loss(what=what, where=f"byte {at}", why=why)


def _size_words(header: Header) -> str:
    return f"the header says {header.data_size} bytes"
