"""A zip whose list of members is damaged or was never written: each member stands behind a header of its own, too.

What is whole is found by going from header to header; the first that is not ends it. Source of the layout: PKWARE
APPNOTE.TXT 6.3.10, sections 4.3.7 (local file header), 4.3.9 (data descriptor) and 4.5.3 (zip64).
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from pipelines.readers.archive_limits import CHUNK_BYTES, Limits

LOCAL_HEADER = struct.Struct("<4s5H3L2H")
LOCAL_START = b"PK\x03\x04"
DESCRIPTOR_START = b"PK\x07\x08"

_SIZES_FOLLOW = 0x8
_IS_UTF8 = 0x800
_ZIP64 = 1
_UNKNOWN_SIZE = 0xFFFFFFFF


@dataclass(frozen=True, kw_only=True)
class _Measured:
    """Where a member that does not state its size ends."""

    packed_bytes: int
    unpacked_bytes: int
    checksum: int


def whole_members(file: IO[bytes], limits: Limits) -> Iterator[tuple[zipfile.ZipInfo, int]]:
    """Every member from the start of the file up to the first that is cut short, with the offset of its data."""
    size_bytes = file.seek(0, 2)
    offset = 0
    while True:
        file.seek(offset)
        head = file.read(LOCAL_HEADER.size)
        if len(head) < LOCAL_HEADER.size or not head.startswith(LOCAL_START):
            return
        info, name_length, extra_length = _stated(head)
        info.filename = _name(file.read(name_length), info.flag_bits)
        _widen(info, file.read(extra_length))
        if not info.filename:
            return
        start = offset + LOCAL_HEADER.size + name_length + extra_length
        end = start + info.compress_size
        if info.flag_bits & _SIZES_FOLLOW and not info.compress_size:
            measured = _measured(file, start, limits) if info.compress_type == zipfile.ZIP_DEFLATED else None
            if measured is None:
                return
            info.compress_size, info.file_size, info.CRC = (
                measured.packed_bytes,
                measured.unpacked_bytes,
                measured.checksum,
            )
            end = _after_descriptor(file, start + measured.packed_bytes)
        if end > size_bytes:
            return
        info.header_offset = offset
        yield info, start
        offset = end


def _stated(head: bytes) -> tuple[zipfile.ZipInfo, int, int]:
    _, _, flags, method, clock, day, checksum, packed, unpacked, name_length, extra_length = LOCAL_HEADER.unpack(head)
    info = zipfile.ZipInfo()
    info.date_time = (
        (day >> 9) + 1980, (day >> 5) & 0xF, day & 0x1F, clock >> 11, (clock >> 5) & 0x3F, (clock & 0x1F) * 2,
    )  # fmt: skip
    info.flag_bits, info.compress_type, info.CRC = flags, method, checksum
    info.compress_size, info.file_size = packed, unpacked
    return info, name_length, extra_length


def _name(raw: bytes, flags: int) -> str:
    return raw.decode("utf-8", "replace") if flags & _IS_UTF8 else raw.decode("cp437")


def _widen(info: zipfile.ZipInfo, extra: bytes) -> None:
    """Takes sizes beyond 4 GiB from where zip64 states them."""
    while len(extra) >= 4:  # noqa: PLR2004 - two numbers of two bytes: which field, how long
        kind, length = struct.unpack_from("<2H", extra)
        if kind == _ZIP64 and length >= 16 and _UNKNOWN_SIZE in (info.file_size, info.compress_size):  # noqa: PLR2004
            info.file_size, info.compress_size = struct.unpack_from("<2Q", extra, 4)
        extra = extra[4 + length :]


def _measured(file: IO[bytes], start: int, limits: Limits) -> _Measured | None:
    """Unpacks a member to find its end; null when it is cut short, damaged, or larger than a member may be."""
    file.seek(start)
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    packed_bytes = unpacked_bytes = checksum = 0
    try:
        while not unpacking.eof and unpacked_bytes <= limits.member_bytes:
            pending = unpacking.unconsumed_tail or file.read(CHUNK_BYTES)
            if not pending:
                return None
            chunk = unpacking.decompress(pending, CHUNK_BYTES)
            packed_bytes += len(pending) - len(unpacking.unconsumed_tail) - len(unpacking.unused_data)
            unpacked_bytes += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
    except zlib.error:
        return None
    if not unpacking.eof:
        return None
    return _Measured(packed_bytes=packed_bytes, unpacked_bytes=unpacked_bytes, checksum=checksum)


def _after_descriptor(file: IO[bytes], offset: int) -> int:
    """Where the next header starts: behind the sizes, which stand in four or eight bytes, with or without a mark."""
    file.seek(offset)
    following = file.read(24 + len(LOCAL_START))
    lengths = (16, 24) if following.startswith(DESCRIPTOR_START) else (12, 20)
    for length in lengths:
        if following[length : length + 2] == LOCAL_START[:2]:
            return offset + length
    return offset + lengths[0]
