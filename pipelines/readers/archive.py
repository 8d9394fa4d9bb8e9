"""Zip and gz: each member is a source file of its own; what would be unsafe to unpack is refused, the rest goes on."""

import gzip
import hashlib
import io
import os
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from pipelines.errors import CorruptExport, UnsafeExport
from pipelines.readers.contract import Head
from pipelines.readers.inbox import is_ignored
from pipelines.readers.problem import Problem, problem_of

MEMBER_MAXIMUM_BYTES = 2 << 30
"""A member may unpack to this much (bytes)."""

TOTAL_MAXIMUM_BYTES = 20 << 30
"""All members of one dropped archive together may unpack to this much (bytes)."""

RATIO_MAXIMUM = 200.0
"""A member larger than `RATIO_FROM_BYTES` may unpack to this many times its packed size."""

RATIO_FROM_BYTES = 10_000_000
"""Smaller members (bytes) may be packed as tightly as they like: they can do no harm."""

DEPTH_MAXIMUM = 2
"""An archive in an archive is opened (account exports need it), one in that is not."""

CHUNK_BYTES = 1 << 20
"""How much of a member is held in memory (bytes)."""

SEPARATOR = "!"
"""Stands between the path of an archive and a path inside it."""

_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_GZIP_START = b"\x1f\x8b"
_IS_ENCRYPTED = 0x1

_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, UnicodeError,
    OverflowError, ValueError,
)  # fmt: skip
"""What the standard library raises for a damaged archive, by trial with cut and flipped ones."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How far an archive may unfold; the defaults are for a coach's machine, tests use smaller ones."""

    member_bytes: int = MEMBER_MAXIMUM_BYTES
    total_bytes: int = TOTAL_MAXIMUM_BYTES
    ratio: float = RATIO_MAXIMUM
    ratio_from_bytes: int = RATIO_FROM_BYTES
    depth: int = DEPTH_MAXIMUM


LIMITS = Limits()

Extract = Callable[[str], AbstractContextManager[Path]]
"""From the path of a member to the member as a temporary file."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """A file inside an archive, hashed whole."""

    path: str
    """Path inside the archive; ! stands before a path inside an inner archive."""
    size_bytes: int
    sha256: str
    head: Head

    @property
    def source_file_id(self) -> str:
        """First 16 hexadecimal digits of the SHA-256."""
        return self.sha256[:16]


class _Sink(Protocol):
    def write(self, chunk: bytes, /) -> object: ...


@dataclass
class _Budget:
    limits: Limits
    spent_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """One member as its archive lists it; `problem` when it must not be opened."""

    path: str
    packed_bytes: int
    modified_s: float | None = None
    """Modification time (s since 1970) the archive states; a zip states local time, taken as UTC."""
    info: zipfile.ZipInfo | None = None
    problem: Problem | None = None


@dataclass
class _Heading:
    """Keeps the start and the digest of what passes."""

    start: bytes = b""
    size_bytes: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def write(self, chunk: bytes, /) -> None:
        self.start += chunk[: max(0, 8192 - len(self.start))]
        self.size_bytes += len(chunk)
        self.digest.update(chunk)


def is_archive(head: Head) -> bool:
    """Whether the content is a zip or a gz, whatever the file is called."""
    return head.start.startswith((*_ZIP_STARTS, _GZIP_START))


def members(path: Path, *, name: str | None = None, limits: Limits = LIMITS) -> Iterator[Member | Problem]:
    """Every member in order, those of inner archives too, hashed by streaming; one problem for each refused one.

    `name` is the archive's own name where it lies under another. An archive that cannot be listed is one problem.
    """
    yield from _members(path, name or path.name, prefix="", depth=1, budget=_Budget(limits))


@contextmanager
def opened(path: Path, *, name: str | None = None, limits: Limits = LIMITS) -> Iterator[Extract]:
    """The archive, opened once for any number of members: yields a function from `Member.path` to the member.

    The member is a temporary file, deleted afterwards, with the modification time the archive states (read as UTC).
    Both raise `CorruptExport` for what is damaged or no longer there, the member `UnsafeExport` when it is refused.
    """
    with (
        tempfile.TemporaryDirectory(prefix="wattworth-") as folder,
        _guarded(path, name or path.name) as archive,
        ExitStack() as inner_archives,
    ):
        inner: dict[str, Extract] = {}
        budget = _Budget(limits)

        @contextmanager
        def extract(member_path: str) -> Iterator[Path]:
            entry, rest = _split(archive, member_path)
            target = Path(folder) / f"member-{len(inner)}"
            if not rest:
                _unpack_to(archive, entry, target, budget)
                yield target
                target.unlink(missing_ok=True)
                return
            if entry.path not in inner:
                _unpack_to(archive, entry, target, budget)
                inner_name = PurePosixPath(entry.path).name
                inner[entry.path] = inner_archives.enter_context(opened(target, name=inner_name, limits=limits))
            with inner[entry.path](rest) as member:
                yield member

        yield extract


@contextmanager
def extracted(path: Path, member_path: str, *, name: str | None = None, limits: Limits = LIMITS) -> Iterator[Path]:
    """One member as a temporary file; for many members of one archive use `opened`."""
    with opened(path, name=name, limits=limits) as extract, extract(member_path) as member:
        yield member


def _members(path: Path, name: str, *, prefix: str, depth: int, budget: _Budget) -> Iterator[Member | Problem]:
    try:
        with _guarded(path, name) as archive:
            for entry in archive.entries:
                shown = prefix + entry.path
                if entry.problem is not None:
                    yield _placed(entry.problem, shown)
                    continue
                yield from _member(archive, entry, shown=shown, depth=depth, budget=budget)
    except (CorruptExport, UnsafeExport) as error:
        yield problem_of(error, path=prefix.rstrip(SEPARATOR), what="an archive")


def _member(
    archive: "_Archive", entry: _Entry, *, shown: str, depth: int, budget: _Budget
) -> Iterator[Member | Problem]:
    """One member, or what is inside it when it is an archive itself."""
    heading = _Heading()
    try:
        _unpack(archive, entry, heading, budget)
    except (CorruptExport, UnsafeExport) as error:
        yield problem_of(error, path=shown, what="a member")
        return
    head = Head(name=PurePosixPath(entry.path).name, size_bytes=heading.size_bytes, start=heading.start)
    if heading.size_bytes == 0:
        yield _refusal(shown, "empty", "it holds 0 bytes", "Export it once more")
    elif not is_archive(head):
        yield Member(path=shown, size_bytes=head.size_bytes, sha256=heading.digest.hexdigest(), head=head)
    elif depth >= budget.limits.depth:
        why = f"it is an archive {depth + 1} deep and only {budget.limits.depth} are opened"
        yield _refusal(shown, "unsafe", why, "Unpack the outer archive and drop what is inside")
    else:
        with tempfile.TemporaryDirectory(prefix="wattworth-") as folder:
            inner = Path(folder) / "member"
            _unpack_to(archive, entry, inner, _Budget(budget.limits))
            yield from _members(inner, head.name, prefix=shown + SEPARATOR, depth=depth + 1, budget=budget)


@dataclass(frozen=True, kw_only=True)
class _Archive:
    name: str
    path: Path
    entries: tuple[_Entry, ...]
    zip_file: zipfile.ZipFile | None
    """None for a gz."""

    def open(self, entry: _Entry) -> IO[bytes]:
        if self.zip_file is None:
            return io.BufferedReader(gzip.GzipFile(self.path, "rb"))
        assert entry.info is not None
        return self.zip_file.open(entry.info)


@contextmanager
def _guarded(path: Path, name: str) -> Iterator[_Archive]:
    """The archive with its list of members; raises `CorruptExport` when it cannot be listed."""
    try:
        with path.open("rb") as file:
            is_gzip = file.read(2) == _GZIP_START
        zip_file = None if is_gzip else zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise _corrupt(name, error, "Copy or download the archive once more: it is damaged or cut short") from error
    if zip_file is None:
        inner = PurePosixPath(name).name.removesuffix(".gz") if name.lower().endswith(".gz") else name
        entry = _Entry(path=inner, packed_bytes=path.stat().st_size, modified_s=path.stat().st_mtime)
        yield _Archive(name=name, path=path, entries=(entry,), zip_file=None)
        return
    with zip_file:
        infos = [info for info in zip_file.infolist() if not _is_passed_over(info)]
        if any(info.filename == "[Content_Types].xml" for info in infos):
            raise CorruptExport(
                doing="unpack",
                where=name,
                found="it is an office document, not an archive of exports",
                remedy="Save the sheet as CSV and drop that",
            )
        yield _Archive(name=name, path=path, entries=tuple(_listed(infos)), zip_file=zip_file)


def _listed(infos: list[zipfile.ZipInfo]) -> Iterator[_Entry]:
    seen: set[str] = set()
    for info in infos:
        problem = _member_problem(info)
        if problem is None and info.filename in seen:
            problem = _refusal(
                info.filename, "duplicate", "the archive holds its name twice", "Unpack it and drop both"
            )
        seen.add(info.filename)
        yield _Entry(
            path=info.filename,
            packed_bytes=info.compress_size,
            modified_s=_modified_s(info),
            info=info,
            problem=problem,
        )


def _modified_s(info: zipfile.ZipInfo) -> float | None:
    try:
        return datetime(*info.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _is_passed_over(info: zipfile.ZipInfo) -> bool:
    return info.is_dir() or any(is_ignored(part) for part in PurePosixPath(info.filename).parts if part != "..")


def _member_problem(info: zipfile.ZipInfo) -> Problem | None:
    """Why a member must not be opened, as far as its listing tells."""
    path = PurePosixPath(info.filename.replace("\\", "/"))
    why = ""
    if path.is_absolute() or info.filename[1:2] == ":":
        why = "its path starts at the root of a disk"
    elif ".." in path.parts:
        why = "its path leads out of the archive"
    elif stat.S_ISLNK(info.external_attr >> 16):
        why = "it is a link"
    elif info.flag_bits & _IS_ENCRYPTED:
        return _refusal(info.filename, "unreadable", "it is encrypted", "Unpack the archive and drop what is inside")
    return (
        _refusal(info.filename, "unsafe", why, "Unpack it by hand if you trust it, and drop the file") if why else None
    )


def _unpack_to(archive: _Archive, entry: _Entry, target: Path, budget: _Budget) -> None:
    if entry.problem is not None:
        raise UnsafeExport(doing="unpack", where=entry.path, found=entry.problem.why, remedy=entry.problem.remedy)
    with target.open("wb") as file:
        _unpack(archive, entry, file, budget)
    if entry.modified_s is not None:
        os.utime(target, (entry.modified_s, entry.modified_s))


def _unpack(archive: _Archive, entry: _Entry, sink: _Sink, budget: _Budget) -> None:
    """Streams a member into `sink`; raises `UnsafeExport` beyond the limits and `CorruptExport` for damage."""
    size_bytes = 0
    try:
        with archive.open(entry) as member:
            while chunk := member.read(CHUNK_BYTES):
                size_bytes += len(chunk)
                budget.spent_bytes += len(chunk)
                _hold_to_limits(entry, size_bytes, budget)
                sink.write(chunk)
    except _DAMAGE as error:
        raise _corrupt(entry.path, error, "Copy or download the archive once more") from error


def _hold_to_limits(entry: _Entry, size_bytes: int, budget: _Budget) -> None:
    limits = budget.limits
    found = ""
    if size_bytes > limits.member_bytes:
        found = f"it unpacks to more than {limits.member_bytes:,} bytes"
    elif budget.spent_bytes > limits.total_bytes:
        found = f"the archive unpacks to more than {limits.total_bytes:,} bytes"
    elif size_bytes > limits.ratio_from_bytes and size_bytes > limits.ratio * max(1, entry.packed_bytes):
        found = f"it unpacks to more than {limits.ratio:g} times its packed size"
    if found:
        raise UnsafeExport(
            doing="unpack", where=entry.path, found=found, remedy="Unpack it by hand if you trust it, and drop the file"
        )


def _split(archive: _Archive, member_path: str) -> tuple[_Entry, str]:
    """The member of this archive that `member_path` names, and the path inside it when it is an archive itself."""
    for entry in archive.entries:
        if member_path == entry.path:
            return entry, ""
        if member_path.startswith(entry.path + SEPARATOR):
            return entry, member_path[len(entry.path) + 1 :]
    raise CorruptExport(
        doing="unpack",
        where=f"{archive.name}{SEPARATOR}{member_path}",
        found="there is no such member any more",
        remedy="Run again: the archive has changed",
    )


def _corrupt(where: str, error: Exception, remedy: str) -> CorruptExport:
    why = " ".join(str(error).split()) or type(error).__name__
    return CorruptExport(doing="unpack", where=where, found=f"it is damaged ({why[:120]})", remedy=remedy)


def _refusal(path: str, kind: str, why: str, remedy: str) -> Problem:
    return Problem(kind=kind, path=path, what="a member", where="", why=why, remedy=remedy)


def _placed(problem: Problem, path: str) -> Problem:
    return _refusal(path, problem.kind, problem.why, problem.remedy)
