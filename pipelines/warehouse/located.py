"""Finds the bytes of a source file in the inbox of today: it may have been moved, or lie inside an archive."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Self

from pipelines.errors import ExportError
from pipelines.readers.archive import SEPARATOR, OpenArchive, opened
from pipelines.readers.contract import Head
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame


class VanishedExport(ExportError):
    """The file was dropped once but lies nowhere in the athlete's folder any more."""

    kind = "unreadable"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a content lies now: a file, and the path inside it when it is an archive (else empty)."""

    file: Path
    inside: str


def places(warehouse: Warehouse, source_file_ids: Iterable[str]) -> dict[str, Place]:
    """Where each of those contents lies now; one that lies nowhere any more is left out."""
    rows = frame(warehouse.con, "queries/paths_of_contents.sql", source_file_ids=list(source_file_ids))
    found: dict[str, Place] = {}
    for source_file_id, folder, path in rows.iter_rows():
        if source_file_id not in found and (place := _place(warehouse.home.inbox / folder, path)):
            found[source_file_id] = place
    return found


class Unpacker:
    """Hands out the bytes of places; an archive stays open until another one is asked for."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._stack = ExitStack()
        self._path: Path | None = None
        self._archive: OpenArchive | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    @contextmanager
    def bytes_at(self, place: Place, *, size_bytes: int | None = None) -> Iterator[Path]:
        """The bytes as a file to read: the file in the inbox itself, or a temporary one for an archive's member.

        `size_bytes` is what the member unpacks to, where that is known. Raises what is wrong with the archive.
        """
        if not place.inside:
            yield place.file
            return
        with self._opened(place.file).extracted(place.inside, size_bytes=size_bytes) as member:
            yield member

    def head(self, place: Place) -> Head:
        """The start of an archive's member; raises what is wrong with the archive."""
        return self._opened(place.file).head(place.inside)

    def _opened(self, path: Path) -> OpenArchive:
        if self._archive is None or path != self._path:
            self._archive = None
            self._stack.close()
            self._archive = self._stack.enter_context(opened(path, workspace=self._workspace))
            self._path = path
        return self._archive


def vanished(path: str) -> VanishedExport:
    """The error for a content that has no place any more; `path` is where it was first seen."""
    return VanishedExport(
        doing="read",
        where=path,
        found="it lies nowhere in the athlete's folder any more",
        remedy="Put it back: the next run takes it",
    )


def base_name(place: Place) -> str:
    """Name of a file as dropped, or of a member inside its archives: some formats state the time only there."""
    return PurePosixPath(place.inside.rsplit(SEPARATOR, 1)[-1]).name if place.inside else place.file.name


def _place(folder: Path, path: str) -> Place | None:
    """The longest part of the path that is a file; a file of its own may have the separator in its name."""
    parts = path.split(SEPARATOR)
    for used in range(len(parts), 0, -1):
        outer = folder / SEPARATOR.join(parts[:used])
        if outer.is_file():
            return Place(file=outer, inside=SEPARATOR.join(parts[used:]))
    return None
