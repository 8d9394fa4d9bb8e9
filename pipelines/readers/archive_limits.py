"""How far an archive may unfold, and how its bytes are let through: in chunks, counted, within what the disk holds."""

import lzma
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipelines.errors import CorruptExport, ExportError, UnsafeExport

MEMBER_MAXIMUM_BYTES = 16 << 30
"""A member may unpack to this much (bytes): the largest health exports known unpack to 5 GB."""

TOTAL_MAXIMUM_BYTES = 128 << 30
"""All members of one dropped archive together may unpack to this much (bytes): years of media come with some."""

RATIO_MAXIMUM = 200.0
"""A member larger than `RATIO_FROM_BYTES` may unpack to this many times its packed size."""

RATIO_FROM_BYTES = 10_000_000
"""Smaller members (bytes) may be packed as tightly as they like: they can do no harm."""

DEPTH_MAXIMUM = 2
"""An archive in an archive is opened (account exports need it), one in that is not."""

CHUNK_BYTES = 1 << 20
"""How much of a member is held in memory (bytes)."""

SPARE_BYTES = 256 << 20
"""What unpacking leaves free on the disk (bytes), for everything else that writes there."""

ROOM_REMEDY = "Make room, or name another home with --home: the next run takes it"
"""What to do about a member that does not fit on the disk."""

DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, NotImplementedError, UnicodeError,
    OverflowError, ValueError,
)  # fmt: skip
"""What the standard library raises for a damaged archive, by trial with cut and flipped ones."""


class DiskFull(ExportError):
    """Unpacking would fill the disk; the file is taken when there is room."""

    kind = "unreadable"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How far an archive may unfold; the defaults are for a coach's machine, tests use smaller ones."""

    member_bytes: int = MEMBER_MAXIMUM_BYTES
    total_bytes: int = TOTAL_MAXIMUM_BYTES
    ratio: float = RATIO_MAXIMUM
    ratio_from_bytes: int = RATIO_FROM_BYTES
    depth: int = DEPTH_MAXIMUM


LIMITS = Limits()


@dataclass
class Budget:
    """What unpacking one dropped archive has come to."""

    limits: Limits
    spent_bytes: int = 0


@contextmanager
def damage_told(where: str) -> Iterator[None]:
    """Turns what the standard library raises for a damaged archive into `CorruptExport`."""
    try:
        yield
    except NotImplementedError as error:
        raise CorruptExport(
            doing="unpack",
            where=where,
            found=f"it is packed in a way that is not known here ({_words(error)})",
            remedy="Unpack the archive and drop what is inside",
        ) from error
    except DAMAGE as error:
        raise CorruptExport(
            doing="unpack",
            where=where,
            found=f"it is damaged ({_words(error)})",
            remedy="Copy or download the archive once more: it is damaged or cut short",
        ) from error


def let_through(stream: IO[bytes], *, where: str, packed_bytes: Callable[[], int], budget: Budget) -> Iterator[bytes]:
    """The chunks of a member, counted against the limits.

    `packed_bytes` says from how many packed bytes they came so far. Raises `UnsafeExport` beyond the limits and
    `CorruptExport` for damage.
    """
    size_bytes = 0
    while True:
        with damage_told(where):
            chunk = stream.read(CHUNK_BYTES)
        if not chunk:
            return
        size_bytes += len(chunk)
        budget.spent_bytes += len(chunk)
        _hold_to_limits(where, size_bytes, packed_bytes, budget)
        yield chunk


def hold_to_disk(folder: Path, needed_bytes: int, *, where: str) -> None:
    """Raises `DiskFull` when what is to be unpacked into `folder` would not leave `SPARE_BYTES` free."""
    free_bytes = shutil.disk_usage(folder).free
    if needed_bytes + SPARE_BYTES <= free_bytes:
        return
    found = f"it needs {needed_bytes / 1e9:.1f} GB of disk to unpack and {free_bytes / 1e9:.1f} GB are free"
    raise disk_full(where, found)


def disk_full(where: str, found: str = "the disk is full") -> DiskFull:
    """The error for a member that does not fit on the disk."""
    return DiskFull(doing="unpack", where=where, found=found, remedy=ROOM_REMEDY)


def _hold_to_limits(where: str, size_bytes: int, packed_bytes: Callable[[], int], budget: Budget) -> None:
    limits = budget.limits
    found = ""
    if size_bytes > limits.member_bytes:
        found = f"it unpacks to more than {limits.member_bytes:,} bytes"
    elif budget.spent_bytes > limits.total_bytes:
        found = f"the archive unpacks to more than {limits.total_bytes:,} bytes"
    elif size_bytes > limits.ratio_from_bytes and size_bytes > limits.ratio * max(1, packed_bytes()):
        found = f"it unpacks to more than {limits.ratio:g} times its packed size"
    if found:
        raise UnsafeExport(
            doing="unpack", where=where, found=found, remedy="Unpack it by hand if you trust it, and drop the file"
        )


def _words(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:120]
