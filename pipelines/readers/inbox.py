"""Stop 1, drop: what lies in the inbox, told by content, and what cannot be taken with its reason."""

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pipelines.errors import ConfigurationError
from pipelines.readers.athlete_card import CARD_NAME, look_at_card
from pipelines.readers.problem import Problem

IGNORED_NAMES = frozenset({"__macosx", "thumbs.db", "desktop.ini", CARD_NAME})
"""What computers and we ourselves leave beside exports, in lower case; names with a leading dot are ignored too."""

UNFINISHED_ENDINGS = (".part", ".partial", ".crdownload", ".tmp", ".download")
"""Endings that browsers and copy tools give a file they are still writing."""

FRESH_S = 1.0
"""A file changed less than this long ago (s) may still be being written."""

PAUSE_S = 0.5
"""How long all fresh files of a scan are given to change once more (s)."""

CHUNK_BYTES = 1 << 20
"""How much of a file is held in memory while hashing (bytes)."""


class KnownFile(NamedTuple):
    """A path as it was when last hashed: the row of `inbox_files`. A tuple, since there is one for every known file."""

    size_bytes: int
    modified_ns: int
    source_file_id: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundFile:
    """A new or changed file, hashed whole."""

    path: str
    """Path inside the athlete's folder, with / between its parts."""
    size_bytes: int
    modified_ns: int
    """Modification time (ns since 1970-01-01 UTC)."""
    sha256: str

    @property
    def source_file_id(self) -> str:
        """First 16 hexadecimal digits of the SHA-256."""
        return self.sha256[:16]


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One athlete's folder: what is new or changed, what is as it was, and what was set aside. Sorted by path."""

    found: tuple[FoundFile, ...] = ()
    unchanged: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass
class Look:
    """What a walk through an athlete's folder has come upon; nothing is opened yet."""

    root: str
    known: dict[str, KnownFile]
    is_verified: bool = False
    unchanged: list[str] = field(default_factory=list)
    to_hash: list[tuple[str, os.stat_result]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def squads(inbox: Path) -> tuple[str, ...]:
    """The squads the athletes' cards name, sorted; none when there is no inbox yet."""
    if not inbox.is_dir():
        return ()
    return tuple(sorted({look_at_card(folder).card.squad for folder in athlete_folders(inbox)}))


def athlete_folders(inbox: Path) -> tuple[Path, ...]:
    """The athletes' folders, sorted by name. What lies beside them is told by `strays`.

    Raises `ConfigurationError` when the inbox is not a folder that can be listed.
    """
    return tuple(Path(entry.path) for entry in _listed(inbox) if _is_athlete(entry))


def strays(inbox: Path) -> tuple[Problem, ...]:
    """What lies directly in the inbox and belongs to no athlete."""
    return tuple(_stray(entry) for entry in _listed(inbox) if not _is_athlete(entry))


def is_ignored(name: str) -> bool:
    """Whether a file or folder of that name is never an export."""
    return name[:1] == "." or name.lower() in IGNORED_NAMES


def scan(
    folder: Path,
    known: dict[str, KnownFile],
    *,
    now: datetime | None = None,
    wait: Callable[[float], None] = time.sleep,
    is_verified: bool = False,
) -> Scan:
    """What lies in an athlete's folder: `look`, then `hashed`."""
    return hashed(look(folder, known, is_verified=is_verified), now=now, wait=wait)


def look(folder: Path, known: dict[str, KnownFile], *, is_verified: bool = False) -> Look:
    """Walks through an athlete's folder. Files of known size and modification time will not be opened.

    With `is_verified` they will: a content that changed under the same size and time is found.
    """
    looked = Look(root=str(folder), known=known, is_verified=is_verified)
    _walk(looked, looked.root, "")
    return looked


def hashed(
    looked: Look,
    *,
    now: datetime | None = None,
    wait: Callable[[float], None] = time.sleep,
    tick: Callable[[float], None] = lambda _bytes: None,
) -> Scan:
    """Hashes what is new or changed; `tick` takes how many more bytes were gone through.

    With `now` given, files changed in the second before it get one shared pause (`wait`) to change once more.
    A file that changes while it is looked at is `unfinished`: the next run takes it.
    """
    _pause_for_fresh(looked, now, wait)
    found, unchanged, problems = [], list(looked.unchanged), list(looked.problems)
    for path, before in looked.to_hash:
        outcome = _hashed(looked.root, path, before, tick)
        if isinstance(outcome, Problem):
            problems.append(outcome)
        elif _is_as_known(looked.known.get(path), before, outcome.source_file_id):
            unchanged.append(path)
        else:
            found.append(outcome)
    return Scan(
        found=tuple(sorted(found, key=lambda file: file.path)),
        unchanged=tuple(sorted(unchanged)),
        problems=tuple(sorted(problems, key=lambda problem: problem.path)),
    )


def _listed(inbox: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(inbox) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise ConfigurationError(
            doing="list the inbox",
            where=str(inbox),
            found=error.strerror or "it cannot be listed",
            remedy="Make it a folder, with one folder per athlete in it, or name another with --inbox",
        ) from error
    return (entry for entry in listed if not is_ignored(entry.name))


def _is_athlete(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and _shown(entry.name) == entry.name


def _stray(entry: os.DirEntry[str]) -> Problem:
    kind, what = "unknown", "a file"
    why = "it lies beside the athletes' folders, so it belongs to nobody"
    remedy = "Move it into the folder of its athlete"
    if entry.is_symlink():
        kind, what, why = "unsafe", "a link", "links beside the athletes' folders are not followed"
        remedy = "Put the folder itself in its place, or name its place with --inbox"
    elif entry.is_dir(follow_symlinks=False):
        kind, what, why, remedy = "unreadable", "a folder", "its name is not UTF-8", "Rename it"
    return Problem(kind=kind, path=_shown(entry.name), what=what, where="", why=why, remedy=remedy)


def _walk(walk: Look, folder: str, prefix: str) -> None:
    """Sorts everything below `folder`; a file that is no link and as it was costs one stat and one look-up, here."""
    known, unchanged = {} if walk.is_verified else walk.known, walk.unchanged
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if is_ignored(name):
                    continue
                path = prefix + name
                file = known.get(path)
                if file is not None and entry.is_file(follow_symlinks=False) and _is_unchanged(entry, file):
                    unchanged.append(path)
                elif entry.is_dir(follow_symlinks=False):
                    _walk(walk, entry.path, f"{path}/")
                else:
                    _sort(walk, entry, path)
    except OSError as error:
        walk.problems.append(_unreadable(prefix.rstrip("/") or ".", "a folder", error))


def _is_unchanged(entry: os.DirEntry[str], known: KnownFile) -> bool:
    try:
        return _is_as_known(known, entry.stat())
    except OSError:
        return False  # told by `_sort`


def _sort(walk: Look, entry: os.DirEntry[str], path: str) -> None:
    """Puts one thing that is not a folder where it belongs."""
    try:
        if entry.is_symlink() and (problem := _link_problem(walk, entry, path)):
            walk.problems.append(problem)
            return
        status = entry.stat()
    except OSError as error:
        walk.problems.append(_unreadable(path, "a file", error))
        return
    if not walk.is_verified and _is_as_known(walk.known.get(path), status):
        walk.unchanged.append(path)
    elif problem := _outside_problem(path, status):
        walk.problems.append(problem)
    else:
        walk.to_hash.append((path, status))


def _is_as_known(known: KnownFile | None, status: os.stat_result, source_file_id: str | None = None) -> bool:
    return (
        known is not None
        and known.modified_ns == status.st_mtime_ns
        and known.size_bytes == status.st_size
        and known.source_file_id is not None
        and source_file_id in (None, known.source_file_id)
    )


def _outside_problem(path: str, status: os.stat_result) -> Problem | None:
    """What is wrong with a file that can be told without opening it."""
    if _shown(path) != path:
        return Problem(
            kind="unreadable",
            path=_shown(path),
            what="a file",
            where="",
            why="its name is not UTF-8",
            remedy="Rename it",
        )
    if not stat.S_ISREG(status.st_mode):
        return Problem(
            kind="unsafe",
            path=path,
            what="a thing that is no file",
            where="",
            why="it is a socket, a pipe or a device, and opening one may never end",
            remedy="Take it out of the inbox",
        )
    if path.lower().endswith(UNFINISHED_ENDINGS):
        return _unfinished(path, "its name says that it is still being written")
    if status.st_size == 0:
        return Problem(
            kind="empty",
            path=path,
            what="a file",
            where="",
            why="it holds 0 bytes",
            remedy="Export it once more, or take it out",
        )
    return None


def _link_problem(walk: Look, entry: os.DirEntry[str], path: str) -> Problem | None:
    """Why a link is not followed; null for one to a file that lies inside the athlete's own folder."""
    root, target = os.path.realpath(walk.root), os.path.realpath(entry.path)
    kind = "unsafe"
    if entry.is_dir():
        why = "it is a link to a folder, and following one may never end"
    elif not os.path.exists(target):  # noqa: PTH110 - a Path per file costs more than the rest
        kind, why = "unreadable", "it is a link that leads nowhere"
    elif os.path.commonpath([root, target]) != root:
        why = "it is a link to a place outside the athlete's folder"
    else:
        return None
    return Problem(
        kind=kind,
        path=_shown(path),
        what="a link",
        where="",
        why=why,
        remedy="Put a copy of the file itself in its place",
    )


def _pause_for_fresh(walk: Look, now: datetime | None, wait: Callable[[float], None]) -> None:
    """Waits once when any file is fresh; `_hashed` then sees whether it changed since it was first looked at."""
    if now is None:
        return
    fresh_from_ns = int((now.timestamp() - FRESH_S) * 1e9)
    if any(status.st_mtime_ns >= fresh_from_ns for _, status in walk.to_hash):
        wait(PAUSE_S)


def _hashed(root: str, path: str, before: os.stat_result, tick: Callable[[float], None]) -> FoundFile | Problem:
    """The file with its SHA-256, or why it cannot be taken."""
    digest = hashlib.sha256()
    try:
        with open(f"{root}/{path}", "rb") as file:  # noqa: PTH123 - a Path per file costs more than the rest
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                tick(len(chunk))
            after = os.fstat(file.fileno())
    except OSError as error:
        return _unreadable(path, "a file", error)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        return _unfinished(path, "it changed while it was looked at")
    return FoundFile(path=path, size_bytes=after.st_size, modified_ns=after.st_mtime_ns, sha256=digest.hexdigest())


def _unfinished(path: str, why: str) -> Problem:
    return Problem(
        kind="unfinished",
        path=path,
        what="a file",
        where="",
        why=why,
        remedy="Let the copy or download end: the next run takes it",
    )


def _unreadable(path: str, what: str, error: OSError) -> Problem:
    return Problem(
        kind="unreadable",
        path=_shown(path),
        what=what,
        where="",
        why=(error.strerror or "it cannot be opened").lower(),
        remedy="Check its permissions and that its disk is there",
    )


def _shown(path: str) -> str:
    """The path in characters that can be stored and printed."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
