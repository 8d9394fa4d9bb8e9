"""Zip and gz: each member is a source file of its own; what would be unsafe to unpack is refused, the rest goes on.

An archive is opened once and gone through in order, however many members it has. A zip inside it is unpacked to the
workspace once and stays there as long as the workspace does; a gz inside it is read as it comes.
"""

import hashlib
import io
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from pipelines.errors import CorruptExport, ExportError, UnsafeExport
from pipelines.readers.archive_entries import GZIP_START, Archive, Entry, inner_name, listed, refusal
from pipelines.readers.archive_limits import LIMITS, Budget, Limits, damage_told, hold_to_disk, let_through
from pipelines.readers.archive_workspace import (
    gunzipped,
    is_packed,
    kept,
    new_file,
    packed,
    unpack,
    work_folder,
)
from pipelines.readers.contract import Head
from pipelines.readers.problem import Problem, problem_of

SEPARATOR = "!"
"""Stands between the path of an archive and a path inside it."""

HEAD_BYTES = 8192
"""How much of a member recognition may look at (bytes)."""

Tick = Callable[[float], None]
"""Takes how many more packed bytes of an archive were gone through."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """A file inside an archive, hashed whole."""

    path: str
    """Path inside the archive; ! stands before a path inside an inner archive."""
    size_bytes: int
    sha256: str
    head: Head
    modified_s: float | None = None
    """Modification time (s since 1970) the archive states; a zip states local time, taken as UTC."""
    file: Path | None = None
    """The member as a temporary file, until the next one is asked for; null when it was hashed only."""

    @property
    def source_file_id(self) -> str:
        """First 16 hexadecimal digits of the SHA-256."""
        return self.sha256[:16]


@dataclass
class _Share:
    """Tells how far one member has come, in packed bytes of the archive that was dropped."""

    tick: Tick
    whole: float
    told: float = 0.0

    def reach(self, fraction: float) -> None:
        so_far = self.whole * min(1.0, fraction)
        if so_far > self.told:
            self.tick(so_far - self.told)
            self.told = so_far


@dataclass
class _Walk:
    folder: Path
    budget: Budget
    known: Collection[str]
    is_unpacked: bool


@dataclass
class _Heading:
    """Keeps the start and the digest of what passes."""

    start: bytes = b""
    size_bytes: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def write(self, chunk: bytes, /) -> None:
        self.start += chunk[: max(0, HEAD_BYTES - len(self.start))]
        self.size_bytes += len(chunk)
        self.digest.update(chunk)


def is_archive(head: Head) -> bool:
    """Whether the content is a zip or a gz, whatever the file is called."""
    return is_packed(head.start)


def members(
    path: Path,
    *,
    name: str | None = None,
    limits: Limits = LIMITS,
    workspace: Path | None = None,
    known: Collection[str] = frozenset(),
    is_unpacked: bool = False,
    tick: Tick = lambda _bytes: None,
) -> Iterator[Member | Problem]:
    """Every member in order, those of inner archives too, hashed by streaming; one problem for each refused one.

    `name` is the archive's own name where it lies under another. An archive that cannot be listed is one problem with
    an empty path. Paths in `known` are passed by. With `is_unpacked` each member comes as a temporary file, too.
    `workspace` is a folder for what must be unpacked; inner archives are left there for `opened`.
    """
    with work_folder(workspace) as folder:
        walk = _Walk(folder=folder, budget=Budget(limits), known=known, is_unpacked=is_unpacked)
        yield from _members(walk, path, name or path.name, prefix="", depth=1, tick=tick)


@contextmanager
def opened(
    path: Path, *, name: str | None = None, limits: Limits = LIMITS, workspace: Path | None = None
) -> Iterator["OpenArchive"]:
    """The archive, opened once for any number of members; raises `CorruptExport` when it cannot be listed."""
    with work_folder(workspace) as folder, ExitStack() as stack:
        archive = stack.enter_context(listed(path, name or path.name, limits))
        yield OpenArchive(archive=archive, folder=folder, budget=Budget(limits), stack=stack)


@contextmanager
def extracted(path: Path, member_path: str, *, name: str | None = None, limits: Limits = LIMITS) -> Iterator[Path]:
    """One member as a temporary file; for many members of one archive use `opened`."""
    with opened(path, name=name, limits=limits) as archive, archive.extracted(member_path) as member:
        yield member


@dataclass(kw_only=True)
class OpenArchive:
    """Hands out members by their path.

    Raises `CorruptExport` for what is damaged or no longer there and `UnsafeExport` for what is refused.
    """

    archive: Archive
    folder: Path
    budget: Budget
    stack: ExitStack
    inner: dict[str, "OpenArchive"] = field(default_factory=dict)

    def head(self, member_path: str) -> Head:
        """The start of a member; its size is that which the archive states, or of what was looked at."""
        with self._stream(member_path) as (stream, entry):
            with damage_told(member_path):
                start = stream.read(HEAD_BYTES)
            size_bytes = max(len(start), entry.unpacked_bytes or 0)
        return Head(name=_base_name(member_path), size_bytes=size_bytes, start=start)

    @contextmanager
    def extracted(self, member_path: str, *, size_bytes: int | None = None) -> Iterator[Path]:
        """The member as a temporary file with the modification time the archive states (read as UTC).

        `size_bytes` is what it unpacks to, where that is known. Raises `DiskFull` when there is no room for it.
        """
        with self._stream(member_path) as (stream, entry):
            target = new_file(self.folder)
            hold_to_disk(self.folder, size_bytes or entry.unpacked_bytes or 0, where=member_path)
            unpack(stream, target, where=member_path, packed_bytes=packed(entry), budget=self.budget)
        try:
            if entry.modified_s is not None:
                os.utime(target, (entry.modified_s, entry.modified_s))
            yield target
        finally:
            target.unlink(missing_ok=True)

    @contextmanager
    def _stream(self, member_path: str) -> Iterator[tuple[IO[bytes], Entry]]:
        entry, rest = self._split(member_path)
        if entry.problem is not None:
            raise UnsafeExport(doing="unpack", where=entry.path, found=entry.problem.why, remedy=entry.problem.remedy)
        if rest and entry.path in self.inner:
            with self.inner[entry.path]._stream(rest) as found:  # noqa: SLF001 - another of this class
                yield found
            return
        with self.archive.open(entry) as stream:
            if not rest:
                yield stream, entry
                return
            with damage_told(entry.path):
                is_gzip = stream.peek(2)[:2] == GZIP_START
            if is_gzip:
                with gunzipped(stream) as inner_stream:
                    modified = Entry(path=rest, packed_bytes=entry.packed_bytes, modified_s=entry.modified_s)
                    yield inner_stream, modified
                return
            self.inner[entry.path] = self._opened(entry, stream)
        with self.inner[entry.path]._stream(rest) as found:  # noqa: SLF001 - another of this class
            yield found

    def _opened(self, entry: Entry, stream: io.BufferedReader) -> "OpenArchive":
        place = kept(self.folder, self.archive, entry, stream, self.budget)
        limits, name = self.budget.limits, _base_name(entry.path)
        return self.stack.enter_context(opened(place, name=name, limits=limits, workspace=self.folder))

    def _split(self, member_path: str) -> tuple[Entry, str]:
        """The member of this archive that `member_path` names, and the path inside it when it is an archive itself."""
        parts = member_path.split(SEPARATOR)
        for used in range(len(parts), 0, -1):
            if entry := self.archive.by_path.get(SEPARATOR.join(parts[:used])):
                return entry, SEPARATOR.join(parts[used:])
        raise CorruptExport(
            doing="unpack",
            where=f"{self.archive.name}{SEPARATOR}{member_path}",
            found="there is no such member any more",
            remedy="Run again: the archive has changed",
        )


def _members(walk: _Walk, path: Path, name: str, *, prefix: str, depth: int, tick: Tick) -> Iterator[Member | Problem]:
    try:
        with listed(path, name, walk.budget.limits) as archive:
            for entry in archive.entries:
                share = _Share(tick=tick, whole=entry.packed_bytes)
                shown = prefix + entry.path
                if entry.problem is not None:
                    yield refusal(shown, entry.problem.kind, entry.problem.why, entry.problem.remedy)
                elif shown not in walk.known:
                    yield from _entry(walk, archive, entry, shown=shown, depth=depth, share=share)
                share.reach(1.0)
            if archive.lost is not None:
                yield _placed(archive.lost, prefix)
    except ExportError as error:
        yield _placed(problem_of(error, path="", what="an archive"), prefix)


def _entry(
    walk: _Walk, archive: Archive, entry: Entry, *, shown: str, depth: int, share: _Share
) -> Iterator[Member | Problem]:
    """One member, or what is inside it when it is an archive itself."""
    inner: Path | None = None
    try:
        with archive.open(entry) as stream:
            with damage_told(entry.path):
                start = stream.peek(4)[:4]
            if not is_packed(start):
                yield from _leaf(walk, stream, entry, shown=shown, share=share)
                return
            if depth >= walk.budget.limits.depth:
                why = f"it is an archive {depth + 1} deep and only {walk.budget.limits.depth} are opened"
                yield refusal(shown, "unsafe", why, "Unpack the outer archive and drop what is inside")
                return
            if start.startswith(GZIP_START):
                inside = shown + SEPARATOR + inner_name(entry.path)
                if inside not in walk.known:
                    with gunzipped(stream) as inner_stream:
                        yield from _leaf(walk, inner_stream, entry, shown=inside, share=share, outer=stream)
                return
            inner = kept(walk.folder, archive, entry, stream, walk.budget)
    except ExportError as error:
        yield problem_of(error, path=shown, what="a member")
        return
    share.reach(0.5)  # unpacked; going through what is inside is the other half
    part = entry.packed_bytes / 2 / max(1, inner.stat().st_size)
    prefix = shown + SEPARATOR
    inside_tick = _scaled(share, part)
    yield from _members(walk, inner, _base_name(entry.path), prefix=prefix, depth=depth + 1, tick=inside_tick)


def _leaf(
    walk: _Walk,
    stream: IO[bytes],
    entry: Entry,
    *,
    shown: str,
    share: _Share,
    outer: io.BufferedReader | None = None,
) -> Iterator[Member | Problem]:
    """One file: hashed, and unpacked if that is asked for. `outer` is the packed stream it comes out of, if any."""
    heading = _Heading()
    position = (outer or stream).tell
    packed_bytes = outer.tell if outer else packed(entry)
    whole_bytes = (entry.unpacked_bytes or entry.packed_bytes) or 1
    target = new_file(walk.folder) if walk.is_unpacked else None
    if target is not None:
        hold_to_disk(walk.folder, entry.unpacked_bytes or 0, where=shown)
    try:
        with target.open("wb") if target else ExitStack() as file:
            for chunk in let_through(stream, where=shown, packed_bytes=packed_bytes, budget=walk.budget):
                heading.write(chunk)
                if not isinstance(file, ExitStack):
                    file.write(chunk)
                share.reach(position() / whole_bytes)
        if heading.size_bytes == 0:
            yield refusal(shown, "empty", "it holds 0 bytes", "Export it once more")
            return
        if outer is not None and is_packed(heading.start):
            why = "it is an archive inside a gz inside an archive"
            yield refusal(shown, "unsafe", why, "Unpack the outer archive and drop what is inside")
            return
        head = Head(name=_base_name(shown), size_bytes=heading.size_bytes, start=heading.start)
        yield Member(
            path=shown,
            size_bytes=head.size_bytes,
            sha256=heading.digest.hexdigest(),
            head=head,
            modified_s=entry.modified_s,
            file=target,
        )
    finally:
        if target is not None:
            target.unlink(missing_ok=True)


def _scaled(share: _Share, part: float) -> Tick:
    return lambda packed_bytes: share.reach((share.told + packed_bytes * part) / max(1.0, share.whole))


def _base_name(path: str) -> str:
    return PurePosixPath(path.rsplit(SEPARATOR, 1)[-1]).name


def _placed(problem: Problem, prefix: str) -> Problem:
    return Problem(**{**vars(problem), "path": prefix.rstrip(SEPARATOR)})
