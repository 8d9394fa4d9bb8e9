"""What the athletes' folders add: contents, where they lie, and problems, stored step by step.

Folders share a transaction until some hundreds of files have come together. The members of an archive are stored some
hundreds at a time, too, and the archive itself last: a kill costs what was hashed since, and the next run goes on
behind it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import polars as pl

from pipelines.readers.archive import SEPARATOR, Member, is_archive, members
from pipelines.readers.archive_limits import ROOM_REMEDY
from pipelines.readers.catalogue import head_of
from pipelines.readers.inbox import FoundFile, KnownFile, Look, hashed
from pipelines.readers.problem import Problem
from pipelines.tables import contract
from pipelines.warehouse.athletes import InboxAthlete
from pipelines.warehouse.connect import Connection
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, insert, run, transaction
from pipelines.warehouse.skipped import note_skipped, skipped_rows

ARCHIVE = "archive"
"""Format of a zip or gz in `source_files`: its members are source files of their own."""

STORED_COUNT = 500
"""Files or members hashed before they are stored in one transaction: what a kill may cost in hashing again."""

PACKED_NAMES = (".zip", ".gz")
"""Endings of what is gone through twice, once whole and once by member: for the time left only."""

Tick = Callable[[float], None]


@dataclass
class _Batch:
    """What is found and not stored yet, and what goes for it; some athletes together."""

    files: list[dict[str, Any]] = field(default_factory=list)
    paths: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, object]] = field(default_factory=list)
    gone_paths: list[tuple[int, str]] = field(default_factory=list)
    gone_problems: list[tuple[int, str | None]] = field(default_factory=list)
    """Athlete and source file of which the problems told before go; null for what was never hashed."""
    counts: Counter[str] = field(default_factory=lambda: Counter(new=0, unchanged=0, set_aside=0))


@dataclass
class _Intake:
    """One athlete's folder being gone through; `owners` says whose each content known so far is."""

    warehouse: Warehouse
    athlete: InboxAthlete
    owners: dict[str, int]
    batch: _Batch


@dataclass
class _Found:
    """An archive whose members are being taken."""

    file: FoundFile
    is_set_aside: bool = False
    is_for_later: bool = False
    """Something in it is taken by a later run, when the disk has room: it is looked into again."""


def bytes_to_go_through(looked: Look) -> int:
    """How much `take_in` has to go through (bytes)."""
    sizes = [(status.st_size, path.lower().endswith(PACKED_NAMES)) for path, status in looked.to_hash]
    return sum(size * (2 if is_packed else 1) for size, is_packed in sizes)


def take_in(
    warehouse: Warehouse,
    looks: Sequence[tuple[InboxAthlete, Look]],
    *,
    owners: dict[str, int],
    now: datetime | None,
    tick: Tick,
) -> Counter[str]:
    """Brings source_files, inbox_files and skipped_items up to date with the athletes' folders.

    Gives how many contents are new, how many files unchanged, and how many things were set aside.
    """
    con, batch = warehouse.con, _Batch()
    told = _told(con)
    for athlete, looked in looks:
        intake = _Intake(warehouse=warehouse, athlete=athlete, owners=owners, batch=batch)
        _take_folder(intake, looked, told.get(athlete.athlete_id, set()), now=now, tick=tick)
        if len(batch.files) >= STORED_COUNT:
            _store_now(con, batch)
    with transaction(con, "drop"):
        _store(con, batch)
        _end(con, [athlete.athlete_id for athlete, _ in looks])
    return batch.counts


def _take_folder(intake: _Intake, looked: Look, told: set[str | None], *, now: datetime | None, tick: Tick) -> None:
    """Registers what one folder adds; of an archive everything is stored when this returns."""
    scanned = hashed(looked, now=now, tick=tick)
    for problem in (*intake.athlete.problems, *scanned.problems):
        _tell(intake, problem, None)
    archives = [file for file in scanned.found if _take(intake, file)]
    kept, begun = _kept(looked.known, scanned.unchanged), _begun(looked.known, archives)
    _let_go(intake, looked.known, [*kept, *begun], told)
    intake.batch.counts.update(unchanged=len(scanned.unchanged))
    if archives:
        _store_now(intake.warehouse.con, intake.batch)
    for file in archives:
        _take_archive(intake, file, begun, tick)


def _take(intake: _Intake, file: FoundFile) -> bool:
    """Registers one new or changed file of the inbox; true for an archive, to be gone through afterwards."""
    try:
        head = head_of(intake.athlete.folder / file.path)
    except OSError as error:
        why = (error.strerror or "it cannot be opened").lower()
        remedy = "Check that it is still there: the next run takes it"
        problem = Problem(kind="unreadable", path=file.path, what="a file", where="", why=why, remedy=remedy)
        _tell(intake, problem, None)
        return False
    if is_archive(head):
        return _is_own(intake, file.source_file_id, file.path, file.source_file_id)
    columns = {"path": file.path, "sha256": file.sha256, "size_bytes": file.size_bytes}
    _register(intake, file, file.path, columns | {"status": "dropped"})
    return False


def _take_archive(intake: _Intake, file: FoundFile, begun: list[str], tick: Tick) -> None:
    """Registers the members of an archive in steps, and then the archive itself."""
    start = file.path + SEPARATOR
    known = frozenset(path.removeprefix(start) for path in begun if path.startswith(start))
    archive = _Found(file=file)
    workspace = intake.warehouse.home.unpacked
    for item in members(intake.athlete.folder / file.path, workspace=workspace, known=known, tick=tick):
        if isinstance(item, Problem):
            _note_problem(intake, archive, item)
        else:
            _take_member(intake, file, item)
        if len(intake.batch.files) >= STORED_COUNT:
            _store_now(intake.warehouse.con, intake.batch)
    columns = {"path": file.path, "sha256": file.sha256, "size_bytes": file.size_bytes, "format": ARCHIVE}
    status = "set_aside" if archive.is_set_aside else "loaded"
    _register(intake, file, None if archive.is_for_later else file.path, columns | {"status": status})
    _store_now(intake.warehouse.con, intake.batch)


def _take_member(intake: _Intake, archive: FoundFile, member: Member) -> None:
    place = replace(archive, path=f"{archive.path}{SEPARATOR}{member.path}", sha256=member.sha256)
    parent = {"parent_source_file_id": archive.source_file_id, "member_path": member.path}
    columns = {"path": archive.path, "sha256": member.sha256, "size_bytes": member.size_bytes, "status": "dropped"}
    _register(intake, place, place.path, columns | parent, belongs_to=archive.source_file_id)


def _note_problem(intake: _Intake, archive: _Found, problem: Problem) -> None:
    """A member that is refused; an empty path means the archive: what is lost of it, or all, which sets it aside."""
    path = f"{archive.file.path}{SEPARATOR}{problem.path}" if problem.path else archive.file.path
    _tell(intake, replace(problem, path=path), archive.file.source_file_id)
    archive.is_set_aside |= not problem.path and problem.kind != "partial"
    archive.is_for_later |= problem.remedy == ROOM_REMEDY


def _register(
    intake: _Intake, file: FoundFile, path: str | None, columns: dict[str, Any], *, belongs_to: str | None = None
) -> None:
    """Notes a content down once, and where it lies if `path` says so."""
    if not _is_own(intake, file.source_file_id, path or file.path, belongs_to or file.source_file_id):
        return
    athlete_id = intake.athlete.athlete_id
    if path is not None:
        intake.batch.paths.append(
            {
                "athlete_id": athlete_id,
                "path": path,
                "size_bytes": file.size_bytes,
                "modified_ns": file.modified_ns,
                "source_file_id": file.source_file_id,
            }
        )
    intake.batch.files.append(
        {"source_file_id": file.source_file_id, "athlete_id": athlete_id, "is_partial": False, **columns}
    )


def _is_own(intake: _Intake, source_file_id: str, path: str, belongs_to: str) -> bool:
    """Whether a content is this athlete's; one that is another's already is set aside as a duplicate."""
    is_own = intake.owners.setdefault(source_file_id, intake.athlete.athlete_id) == intake.athlete.athlete_id
    if not is_own:
        _tell(intake, _duplicate(path), belongs_to)
    return is_own


def _duplicate(path: str) -> Problem:
    return Problem(
        kind="duplicate",
        path=path,
        what="a file",
        where="",
        why="the same content lies in another athlete's folder and was taken as that athlete's",
        remedy="Take it out of the folder it does not belong in; or forget the athlete it was taken for",
    )


def _tell(intake: _Intake, problem: Problem, source_file_id: str | None) -> None:
    rows = skipped_rows([(problem, source_file_id)], athlete_id=intake.athlete.athlete_id, stop="drop")
    intake.batch.skipped.extend(rows)


def _told(con: Connection) -> dict[int, set[str | None]]:
    """By athlete, the source files about which an earlier drop told a problem; null for what was never hashed."""
    told: dict[int, set[str | None]] = {}
    for athlete_id, source_file_id in frame(con, "queries/files_with_drop_problems.sql").iter_rows():
        told.setdefault(athlete_id, set()).add(source_file_id)
    return told


def _let_go(intake: _Intake, known: dict[str, KnownFile], kept: list[str], told: set[str | None]) -> None:
    """The paths of today take the place of those before, and so do the problems.

    Both are told by what goes: mostly that is nothing, where what stays may be very many files.
    """
    athlete_id = intake.athlete.athlete_id
    intake.batch.gone_paths += [(athlete_id, path) for path in known.keys() - set(kept)]
    if told:
        staying = {known[path].source_file_id for path in kept} - {None}
        intake.batch.gone_problems += [(athlete_id, source_file_id) for source_file_id in told - staying]


def _store_now(con: Connection, batch: _Batch) -> None:
    with transaction(con, "drop"):
        _store(con, batch)


def _store(con: Connection, batch: _Batch) -> None:
    """Stores what was found since the last time, in the transaction under way."""
    if batch.gone_paths:
        run(con, "queries/forget_gone_paths.sql", gone=_frame(batch.gone_paths, "path"))
    if batch.gone_problems:
        run(con, "queries/forget_drop_problems.sql", gone=_frame(batch.gone_problems, "source_file_id"))
    files = pl.DataFrame(batch.files, schema=contract("source_files")).unique("source_file_id", maintain_order=True)
    insert(con, "inbox_files", pl.DataFrame(batch.paths, schema=contract("inbox_files")))
    insert(con, "source_files", files, or_ignore=True)
    note_skipped(con, batch.skipped)
    batch.counts.update(new=len(batch.files), set_aside=len(batch.skipped))
    for stored in (batch.files, batch.paths, batch.skipped, batch.gone_paths, batch.gone_problems):
        stored.clear()


def _frame(rows: Sequence[tuple[int, str | None]], column: str) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"athlete_id": pl.Int32(), column: pl.String()}, orient="row")


def _end(con: Connection, athlete_ids: list[int]) -> None:
    """What was set aside for being away is taken up when it is back, and forgotten when it is gone."""
    for statement in ("take_up_returned", "forget_returned", "forget_gone_items", "forget_gone_files"):
        run(con, f"queries/{statement}.sql", athlete_ids=athlete_ids)


def _kept(known: dict[str, KnownFile], unchanged: tuple[str, ...]) -> list[str]:
    """Known paths that are as they were, and the members of archives that are."""
    same = set(unchanged)
    return [path for path in known if path in same or any(outer in same for outer in _outer_paths(path))]


def _begun(known: dict[str, KnownFile], archives: list[FoundFile]) -> list[str]:
    """Members of these archives that an earlier run, killed since, had hashed: their archive itself is not known."""
    found = {(file.path, file.size_bytes, file.modified_ns) for file in archives if file.path not in known}
    if not found:
        return []
    return [
        path
        for path, file in known.items()
        if any((outer, file.size_bytes, file.modified_ns) in found for outer in _outer_paths(path))
    ]


def _outer_paths(path: str) -> Iterator[str]:
    parts = path.split(SEPARATOR)
    return (SEPARATOR.join(parts[:used]) for used in range(1, len(parts)))
