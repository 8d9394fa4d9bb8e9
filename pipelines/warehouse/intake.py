"""Stops 1 and 2: drop notes down by content what lies in the inbox, recognise finds the one reader for each."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.errors import WattworthError
from pipelines.progress import Progress, StepSummary
from pipelines.readers.archive import SEPARATOR, is_archive, members
from pipelines.readers.catalogue import head_of, readers
from pipelines.readers.catalogue import recognise as reader_for
from pipelines.readers.contract import Head
from pipelines.readers.inbox import FoundFile, KnownFile, scan, strays
from pipelines.readers.problem import Problem, problem_of
from pipelines.tables import contract
from pipelines.warehouse.athletes import InboxAthlete, keep_athletes
from pipelines.warehouse.located import Place, base_name, places, vanished
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, insert, run, transaction
from pipelines.warehouse.skipped import note_skipped, set_aside, shown_path, skipped_rows

ARCHIVE = "archive"
"""Format of a zip or gz in `source_files`: its members are source files of their own."""

RECOGNISE_STOP = "recognise"
"""Row of definition_versions that says which readers looked at the files last."""


@dataclass
class _Intake:
    """What one athlete's folder adds; `owners` says whose each content known so far is."""

    athlete: InboxAthlete
    owners: dict[str, int]
    files: list[dict[str, Any]] = field(default_factory=list)
    paths: list[dict[str, Any]] = field(default_factory=list)
    problems: list[tuple[Problem, str | None]] = field(default_factory=list)


def drop(warehouse: Warehouse, squad: str, progress: Progress, *, now: datetime | None = None) -> StepSummary:
    """Brings athletes, source_files, inbox_files and skipped_items up to date with the squad's inbox.

    A content new to the warehouse becomes a source file with status dropped; the members of an archive do, too.
    The same content twice in one folder is one source file; in another athlete's folder it is set aside as a
    duplicate. A file that is gone from the inbox changes nothing that was loaded; when it had been set aside, its
    reason goes with it. What lies beside the athletes' folders is told, with no athlete. With `now`, a file changed
    in the second before it is given time to change once more.
    """
    athletes = keep_athletes(warehouse, squad)
    _note_strays(warehouse)
    owners = dict(frame(warehouse.con, "queries/known_contents.sql").iter_rows())
    counts = Counter(new=0, unchanged=0, set_aside=0)
    for athlete in progress.over(athletes, label="Drop", total=len(athletes), unit="athletes"):
        known = _known(warehouse, athlete)
        looked = scan(athlete.folder, known, now=now)
        intake = _Intake(athlete=athlete, owners=owners)
        intake.problems += [(problem, None) for problem in (*athlete.problems, *looked.problems)]
        for file in looked.found:
            _take(intake, file)
        _store(warehouse, intake, known, looked.unchanged)
        counts.update(new=len(intake.files), unchanged=len(looked.unchanged), set_aside=len(intake.problems))
    subject_count = counts["new"] + counts["unchanged"]
    return StepSummary(stop="drop", subject_count=subject_count, unit="files", counts=dict(counts))


def recognise(warehouse: Warehouse, squad: str, progress: Progress) -> StepSummary:
    """Finds the one reader for each dropped file; what none or several know is set aside, with the candidates named.

    When the readers themselves changed, what they had set aside is looked at again, and what an older version of a
    reader had read is read again, where the inbox still holds it.
    """
    _renew(warehouse)
    files = frame(warehouse.con, "queries/files_at.sql", status="dropped", squad=squad)
    formats: list[dict[str, str]] = []
    problems: list[tuple[dict[str, Any], Problem]] = []
    heads = _heads(warehouse, files)
    for file, head in progress.over(heads, label="Recognise", total=files.height, unit="files"):
        outcome = _recognised(file, head)
        if isinstance(outcome, str):
            formats.append({"source_file_id": file["source_file_id"], "format": outcome})
        else:
            problems.append((file, outcome))
    with transaction(warehouse.con, "recognise"):
        set_aside(warehouse.con, problems, stop="recognise")
        _note_formats(warehouse, formats)
    counts = {"recognised": len(formats), "set_aside": len(problems)}
    return StepSummary(stop="recognise", subject_count=files.height, unit="files", counts=counts)


def retry(warehouse: Warehouse, squad: str) -> int:
    """Takes up again every file of the squad that was set aside, as if dropped anew; gives their number."""
    con = warehouse.con
    again = frame(con, "queries/files_at.sql", status="set_aside", squad=squad)
    is_archive_file = pl.col("format") == ARCHIVE
    ids = again.filter(is_archive_file.not_() | pl.col("format").is_null())["source_file_id"].to_list()
    archive_ids = again.filter(is_archive_file)["source_file_id"].to_list()
    with transaction(con, "drop"):
        for stop in ("recognise", "read"):
            run(con, "queries/forget_skipped.sql", source_file_ids=ids, stop=stop)
        con.execute("update source_files set status = 'dropped' where source_file_id = any($1::varchar[])", [ids])
        for table in ("inbox_files", "source_files"):
            con.execute(f"delete from {table} where source_file_id = any($1::varchar[])", [archive_ids])  # noqa: S608
    return len(ids) + len(archive_ids)


def _note_strays(warehouse: Warehouse) -> None:
    """What lies beside the athletes' folders today, in the place of what lay there before."""
    inbox = warehouse.home.inbox
    found = [(problem, None) for problem in strays(inbox)] if inbox.is_dir() else []
    with transaction(warehouse.con, "drop"):
        warehouse.con.execute("delete from skipped_items where athlete_id is null")
        note_skipped(warehouse.con, skipped_rows(found, athlete_id=None, stop="drop"))


def _known(warehouse: Warehouse, athlete: InboxAthlete) -> dict[str, KnownFile]:
    rows = frame(warehouse.con, "queries/known_files.sql", athlete_id=athlete.athlete_id)
    return {
        path: KnownFile(size_bytes=size_bytes, modified_ns=modified_ns, source_file_id=source_file_id)
        for path, size_bytes, modified_ns, source_file_id in rows.iter_rows()
    }


def _take(intake: _Intake, file: FoundFile) -> None:
    """Registers one new or changed file of the inbox and, when it is an archive, what is inside."""
    try:
        head = head_of(intake.athlete.folder / file.path)
    except OSError as error:
        why = (error.strerror or "it cannot be opened").lower()
        remedy = "Check that it is still there: the next run takes it"
        problem = Problem(kind="unreadable", path=file.path, what="a file", where="", why=why, remedy=remedy)
        intake.problems.append((problem, None))
        return
    is_packed = is_archive(head)
    status = {"status": "loaded", "format": ARCHIVE} if is_packed else {"status": "dropped"}
    is_own = _register(intake, file, file.path, {"path": file.path, "sha256": file.sha256, **status})
    if is_own and is_packed:
        _take_members(intake, file)


def _take_members(intake: _Intake, archive: FoundFile) -> None:
    for member in members(intake.athlete.folder / archive.path):
        if isinstance(member, Problem):
            _note_member_problem(intake, archive, member)
            continue
        place = replace(archive, path=f"{archive.path}{SEPARATOR}{member.path}", sha256=member.sha256)
        parent = {"parent_source_file_id": archive.source_file_id, "member_path": member.path}
        columns = {"path": archive.path, "sha256": member.sha256, "status": "dropped", **parent}
        _register(intake, place, place.path, columns, size_bytes=member.size_bytes, belongs_to=archive.source_file_id)


def _note_member_problem(intake: _Intake, archive: FoundFile, problem: Problem) -> None:
    """A member that is refused; an empty path means the whole archive, which is set aside then."""
    path = f"{archive.path}{SEPARATOR}{problem.path}" if problem.path else archive.path
    intake.problems.append((replace(problem, path=path), archive.source_file_id))
    if not problem.path:
        for row in intake.files:
            if row["source_file_id"] == archive.source_file_id:
                row["status"] = "set_aside"


def _register(
    intake: _Intake,
    file: FoundFile,
    path: str,
    columns: dict[str, Any],
    *,
    size_bytes: int | None = None,
    belongs_to: str | None = None,
) -> bool:
    """Notes a content down once; false when it is another athlete's already, which is set aside as a duplicate."""
    athlete_id = intake.athlete.athlete_id
    owner = intake.owners.setdefault(file.source_file_id, athlete_id)
    if owner != athlete_id:
        intake.problems.append((_duplicate(path), belongs_to or file.source_file_id))
        return False
    intake.paths.append(
        {
            "athlete_id": athlete_id,
            "path": path,
            "size_bytes": file.size_bytes,
            "modified_ns": file.modified_ns,
            "source_file_id": file.source_file_id,
        }
    )
    intake.files.append(
        {
            "source_file_id": file.source_file_id,
            "athlete_id": athlete_id,
            "size_bytes": file.size_bytes if size_bytes is None else size_bytes,
            "is_partial": False,
            **columns,
        }
    )
    return True


def _duplicate(path: str) -> Problem:
    return Problem(
        kind="duplicate",
        path=path,
        what="a file",
        where="",
        why="the same content lies in another athlete's folder and was taken as that athlete's",
        remedy="Take it out of the folder it does not belong in; or forget the athlete it was taken for",
    )


def _store(warehouse: Warehouse, intake: _Intake, known: dict[str, KnownFile], unchanged: tuple[str, ...]) -> None:
    """One transaction: the paths of today, new contents, and the problems of today; others of this stop go."""
    con, athlete_id = warehouse.con, intake.athlete.athlete_id
    kept = _kept(known, unchanged)
    paths = pl.DataFrame(intake.paths, schema=contract("inbox_files"))
    files = pl.DataFrame(intake.files, schema=contract("source_files")).unique("source_file_id", maintain_order=True)
    kept_ids = sorted({str(known[path].source_file_id) for path in kept})
    with transaction(con, "drop"):
        con.execute("delete from inbox_files where athlete_id = ? and not path = any(?::varchar[])", [athlete_id, kept])
        insert(con, "inbox_files", paths)
        insert(con, "source_files", files, or_ignore=True)
        run(con, "queries/forget_drop_problems.sql", athlete_id=athlete_id, kept_ids=kept_ids)
        note_skipped(con, skipped_rows(intake.problems, athlete_id=athlete_id, stop="drop"))
        run(con, "queries/take_up_returned.sql", athlete_id=athlete_id)
        run(con, "queries/forget_returned.sql", athlete_id=athlete_id)
        run(con, "queries/forget_gone_items.sql", athlete_id=athlete_id)
        run(con, "queries/forget_gone_files.sql", athlete_id=athlete_id)


def _kept(known: dict[str, KnownFile], unchanged: tuple[str, ...]) -> list[str]:
    """Known paths that are as they were, and the members of archives that are."""
    same = set(unchanged)
    return [path for path in known if path in same or any(outer in same for outer in _outer_paths(path))]


def _outer_paths(path: str) -> Iterator[str]:
    parts = path.split(SEPARATOR)
    return (SEPARATOR.join(parts[:used]) for used in range(1, len(parts)))


def _renew(warehouse: Warehouse) -> None:
    """Sends files back to be looked at or read again when the readers changed since the last run."""
    con = warehouse.con
    versions = pl.DataFrame([{"format": reader.name, "reader_version": reader.version} for reader in readers()])
    version = " ".join(f"{reader.name}={reader.version}" for reader in readers())
    stored = con.execute("select version from definition_versions where stop = ?", [RECOGNISE_STOP]).fetchone()
    if stored == (version,):
        return
    with transaction(con, "recognise"):
        run(con, "queries/look_again.sql")
        run(con, "queries/forget_looked_at.sql")
        run(con, "queries/read_with_new_reader.sql", versions=versions)
        con.execute("insert or replace into definition_versions values (?, ?)", [RECOGNISE_STOP, version])


def _heads(warehouse: Warehouse, files: pl.DataFrame) -> Iterator[tuple[dict[str, Any], Head | None]]:
    """Every file with what it looks like; null when it lies nowhere any more. An archive is gone through once."""
    found = places(warehouse, files["source_file_id"])
    packed: dict[Path, dict[str, dict[str, Any]]] = {}
    for file in files.iter_rows(named=True):
        place = found.get(file["source_file_id"])
        if place is not None and place.inside:
            packed.setdefault(place.file, {})[place.inside] = file
        else:
            yield file, _head(place)
    for archive, wanted in packed.items():
        for member in members(archive):
            if not isinstance(member, Problem) and member.path in wanted:
                yield wanted.pop(member.path), member.head
        for file in wanted.values():
            yield file, None


def _head(place: Place | None) -> Head | None:
    if place is None:
        return None
    try:
        return head_of(place.file, base_name(place))
    except OSError:
        return None  # gone or locked since it was hashed: told as vanished


def _recognised(file: dict[str, Any], head: Head | None) -> str | Problem:
    """Name of the one reader, or why there is none."""
    try:
        if head is None:
            raise vanished(shown_path(file))
        return reader_for(head).name
    except WattworthError as error:
        return problem_of(error, path=shown_path(file), what="a file")


def _note_formats(warehouse: Warehouse, formats: list[dict[str, str]]) -> None:
    if formats:
        run(warehouse.con, "queries/note_formats.sql", formats=pl.DataFrame(formats))
