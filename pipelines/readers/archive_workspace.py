"""Where members of archives are unpacked to: files of a folder that is emptied after the run, and after a kill."""

import errno
import gzip
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipelines.errors import ExportError
from pipelines.readers.archive_entries import GZIP_START, Archive, Entry
from pipelines.readers.archive_limits import Budget, disk_full, hold_to_disk, let_through

_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


@contextmanager
def work_folder(given: Path | None) -> Iterator[Path]:
    """The folder given, made where it is not there; else one of the system that goes again."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="wattworth-") as folder:
        yield Path(folder)


@contextmanager
def gunzipped(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """What a packed stream unpacks to, as it comes."""
    with gzip.GzipFile(fileobj=stream, mode="rb") as inner:
        yield inner  # type: ignore[misc] # it has all of its methods we use


def new_file(folder: Path) -> Path:
    """A new empty file for one member."""
    handle, name = tempfile.mkstemp(prefix=f"{os.getpid()}-", suffix=".tmp", dir=folder)
    os.close(handle)
    return Path(name)


def kept(folder: Path, archive: Archive, entry: Entry, stream: IO[bytes], budget: Budget) -> Path:
    """An inner archive as a file of the workspace; unpacked once, also when several processes share the folder."""
    status = archive.path.stat()
    key = f"{archive.path}\0{status.st_size}\0{status.st_mtime_ns}\0{entry.path}"
    place = folder / f"{hashlib.sha256(os.fsencode(key)).hexdigest()[:24]}.zip"
    if not place.exists():
        hold_to_disk(folder, entry.unpacked_bytes or 0, where=entry.path)
        temporary = new_file(folder)
        unpack(stream, temporary, where=entry.path, packed_bytes=packed(entry), budget=budget)
        temporary.replace(place)
    return place


def unpack(stream: IO[bytes], target: Path, *, where: str, packed_bytes: Callable[[], int], budget: Budget) -> None:
    """Writes a member to a file; whatever goes wrong, nothing is left of it."""
    try:
        with target.open("wb") as file:
            for chunk in let_through(stream, where=where, packed_bytes=packed_bytes, budget=budget):
                file.write(chunk)
    except (ExportError, OSError) as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise disk_full(where) from error
        raise


def packed(entry: Entry) -> Callable[[], int]:
    """Says from how many packed bytes a member comes, as its archive states."""
    return lambda: entry.packed_bytes


def is_packed(start: bytes) -> bool:
    """Whether bytes that start so are a zip or a gz."""
    return start.startswith((*_ZIP_STARTS, GZIP_START))
