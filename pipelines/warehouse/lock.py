"""One writer: a lock across command line and UI, with its holder named beside it."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from pipelines.errors import WarehouseBusy

POLL_S = 0.2
"""Time between two looks at a lock that another run holds (s)."""


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who holds the lock; `since_at_utc` is when it was taken."""

    owner: str
    pid: int
    since_at_utc: datetime

    def __str__(self) -> str:
        return f"{self.owner} (process {self.pid}, since {self.since_at_utc:%Y-%m-%d %H:%M:%S} UTC)"


@contextmanager
def run_lock(path: Path, *, owner: str, wait_s: float, say: Callable[[str], None]) -> Iterator[None]:
    """Holds the run lock at `path` as `owner`.

    When another run holds it, waits up to `wait_s` seconds after one line through `say` that names the holder.
    Raises `WarehouseBusy` when it is still held then. A killed holder's lock is free at once: the operating
    system lets go of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, thread_local=False, poll_interval=POLL_S)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if wait_s > 0:
            say(f"Waiting for {_whom(path)} to finish.")
        _acquire_later(lock, path, wait_s)
    side = _side_file(path)
    try:
        side.write_text(json.dumps({"owner": owner, "pid": os.getpid()}), encoding="utf-8")
        yield
    finally:
        side.unlink(missing_ok=True)
        lock.release()


def holder(path: Path) -> Holder | None:
    """Who holds the lock at `path`; null when nobody alive says so. The time is that of the file the holder wrote."""
    side = _side_file(path)
    try:
        stated = json.loads(side.read_text(encoding="utf-8"))
        since = datetime.fromtimestamp(side.stat().st_mtime, tz=UTC)
        found = Holder(owner=str(stated["owner"]), pid=int(stated["pid"]), since_at_utc=since)
        return found if psutil.pid_exists(found.pid) else None
    except (OSError, ValueError, KeyError):
        return None  # taken or left at this very moment: the lock itself decides, this only words the line


def _acquire_later(lock: FileLock, path: Path, wait_s: float) -> None:
    try:
        lock.acquire(timeout=wait_s)
    except Timeout as problem:
        raise WarehouseBusy(
            doing="opening the warehouse",
            where=str(path.parent),
            found=f"{_whom(path)} is working on it",
            remedy="Run again when it has finished, or allow a longer wait.",
        ) from problem


def _whom(path: Path) -> str:
    found = holder(path)
    return "another run" if found is None else str(found)


def _side_file(path: Path) -> Path:
    return path.with_suffix(".holder.json")
