"""What an archive lists: each member with its size and why it must not be opened, if so."""

import gzip
import io
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, cast

from pipelines.errors import CorruptExport
from pipelines.readers.archive_limits import DAMAGE, Limits, damage_told
from pipelines.readers.archive_recovery import whole_members
from pipelines.readers.inbox import is_ignored
from pipelines.readers.problem import Problem

GZIP_START = b"\x1f\x8b"

PEEKED_BYTES = 16 << 10
"""How much of a member is unpacked to look at its start (bytes)."""

_IS_ENCRYPTED = 0x1
_IS_UTF8 = 0x800


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One member as its archive lists it; `problem` when it must not be opened."""

    path: str
    packed_bytes: int
    unpacked_bytes: int | None = None
    """As the archive states it; null for a gz, which does not."""
    modified_s: float | None = None
    """Modification time (s since 1970) the archive states; a zip states local time, taken as UTC."""
    info: zipfile.ZipInfo | None = None
    problem: Problem | None = None


@dataclass(frozen=True, kw_only=True)
class Archive:
    """An archive that was listed and can be opened member by member."""

    name: str
    path: Path
    entries: tuple[Entry, ...]
    zip_file: zipfile.ZipFile | None = None
    """None for a gz, and for a zip whose list of members was damaged."""
    starts: dict[str, int] = field(default_factory=dict)
    """Where the data of each member begins (bytes), of a zip whose list of members was damaged."""
    lost: Problem | None = None
    """What is missing of a zip whose list of members was damaged."""

    @cached_property
    def by_path(self) -> dict[str, Entry]:
        """The members by path, the first of each."""
        return {entry.path: entry for entry in reversed(self.entries)}

    @contextmanager
    def open(self, entry: Entry) -> Iterator["io.BufferedReader[Any]"]:
        """The bytes of a member, which can be peeked into; raises `CorruptExport` when its header is damaged."""
        with damage_told(entry.path):
            raw = self._raw(entry)
        with raw, io.BufferedReader(cast("io.RawIOBase", raw), PEEKED_BYTES) as stream:
            yield stream

    def _raw(self, entry: Entry) -> io.BufferedIOBase:
        if entry.info is None:
            return gzip.GzipFile(self.path, "rb")
        if self.zip_file is not None:
            return cast("io.BufferedIOBase", self.zip_file.open(entry.info))
        file = self.path.open("rb")
        file.seek(self.starts[entry.path])
        return zipfile.ZipExtFile(file, "r", entry.info, close_fileobj=True)


@contextmanager
def listed(path: Path, name: str, limits: Limits) -> Iterator[Archive]:
    """The archive with its list of members; raises `CorruptExport` when none can be had.

    Of a zip whose list is damaged, the members that are whole are found by their own headers.
    """
    try:
        with path.open("rb") as file:
            is_gzip = file.read(2) == GZIP_START
        zip_file = None if is_gzip else zipfile.ZipFile(path)
    except DAMAGE as error:
        yield _recovered(path, name, limits, error)
        return
    if zip_file is None:
        yield Archive(name=name, path=path, entries=(_of_gzip(path, name),))
        return
    with zip_file:
        yield Archive(name=name, path=path, entries=_entries(name, zip_file.infolist()), zip_file=zip_file)


def inner_name(name: str) -> str:
    """What the one member of a gz is called."""
    base = PurePosixPath(name).name
    return base[: -len(".gz")] if base.lower().endswith(".gz") else base


def refusal(path: str, kind: str, why: str, remedy: str) -> Problem:
    """A member that is not opened."""
    return Problem(kind=kind, path=path, what="a member", where="", why=why, remedy=remedy)


def _of_gzip(path: Path, name: str) -> Entry:
    status = path.stat()
    return Entry(path=inner_name(name), packed_bytes=status.st_size, modified_s=status.st_mtime)


def _recovered(path: Path, name: str, limits: Limits, error: Exception) -> Archive:
    """What is whole of a zip that cannot be listed; raises `CorruptExport` when that is nothing."""
    with damage_told(name):
        with path.open("rb") as file:
            found = list(whole_members(file, limits))
        if not found:
            raise error
    lost = Problem(
        kind="partial",
        path="",
        what="the rest of an archive",
        where=f"after {len(found)} members",
        why="it is cut short or its list of members is damaged; the members before that are whole and were taken",
        remedy="Copy or download the archive once more",
    )
    entries = _entries(name, [info for info, _ in found])
    starts = {_shown_name(info): start for info, start in reversed(found)}
    return Archive(name=name, path=path, entries=entries, starts=starts, lost=lost)


def _entries(name: str, infos: list[zipfile.ZipInfo]) -> tuple[Entry, ...]:
    kept = [info for info in infos if not _is_passed_over(info)]
    if any(info.filename == "[Content_Types].xml" for info in kept):
        raise CorruptExport(
            doing="unpack",
            where=name,
            found="it is an office document, not an archive of exports",
            remedy="Save the sheet as CSV and drop that",
        )
    return tuple(_listed(kept))


def _listed(infos: list[zipfile.ZipInfo]) -> Iterator[Entry]:
    seen: set[str] = set()
    for info in infos:
        path = _shown_name(info)
        problem = _member_problem(info, path)
        if problem is None and path in seen:
            problem = refusal(path, "duplicate", "the archive holds its name twice", "Unpack it and drop both")
        seen.add(path)
        yield Entry(
            path=path,
            packed_bytes=info.compress_size,
            unpacked_bytes=info.file_size,
            modified_s=_modified_s(info),
            info=info,
            problem=problem,
        )


def _shown_name(info: zipfile.ZipInfo) -> str:
    """The name; what was written in UTF-8 without saying so is read as that, too."""
    if info.flag_bits & _IS_UTF8 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _modified_s(info: zipfile.ZipInfo) -> float | None:
    try:
        return datetime(*info.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _is_passed_over(info: zipfile.ZipInfo) -> bool:
    if not info.filename or info.is_dir():
        return True
    return any(is_ignored(part) for part in PurePosixPath(info.filename).parts if part != "..")


def _member_problem(info: zipfile.ZipInfo, name: str) -> Problem | None:
    """Why a member must not be opened, as far as its listing tells."""
    path = PurePosixPath(name.replace("\\", "/"))
    why = ""
    if path.is_absolute() or name[1:2] == ":":
        why = "its path starts at the root of a disk"
    elif ".." in path.parts:
        why = "its path leads out of the archive"
    elif stat.S_ISLNK(info.external_attr >> 16):
        why = "it is a link"
    elif info.flag_bits & _IS_ENCRYPTED:
        return refusal(name, "unreadable", "it is encrypted", "Unpack the archive and drop what is inside")
    return refusal(name, "unsafe", why, "Unpack it by hand if you trust it, and drop the file") if why else None
