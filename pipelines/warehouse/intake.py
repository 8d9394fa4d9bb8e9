"""Stops 1 and 2: drop notes down by content what lies in the inbox, recognise finds the one reader for each."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.errors import ExportError, WattworthError
from pipelines.progress import Progress, StepSummary
from pipelines.readers.catalogue import head_of, readers
from pipelines.readers.catalogue import recognise as reader_for
from pipelines.readers.contract import Head
from pipelines.readers.inbox import KnownFile, look, strays
from pipelines.readers.problem import Problem, problem_of
from pipelines.warehouse.athletes import InboxAthlete, keep_athletes
from pipelines.warehouse.located import Place, Unpacker, base_name, places, vanished
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, run, transaction
from pipelines.warehouse.skipped import note_skipped, set_aside, shown_path, skipped_rows
from pipelines.warehouse.taking import ARCHIVE, bytes_to_go_through, take_in

RECOGNISE_STOP = "recognise"
"""Row of definition_versions that says which readers looked at the files last."""


def drop(
    warehouse: Warehouse,
    squad: str,
    progress: Progress,
    *,
    now: datetime | None = None,
    is_verified: bool = False,
) -> StepSummary:
    """Brings athletes, source_files, inbox_files and skipped_items up to date with the squad's inbox.

    A content new to the warehouse becomes a source file with status dropped; the members of an archive do, too.
    The same content twice in one folder is one source file; in another athlete's folder it is set aside as a
    duplicate. A file that is gone from the inbox changes nothing that was loaded; when it had been set aside, its
    reason goes with it. What lies beside the athletes' folders is told, with no athlete. With `now`, a file changed
    in the second before it is given time to change once more. With `is_verified` every known file is hashed again.
    """
    athletes = keep_athletes(warehouse, squad)
    _note_strays(warehouse)
    known = _known(warehouse, athletes)
    looks = [
        (athlete, look(athlete.folder, known.get(athlete.athlete_id, {}), is_verified=is_verified))
        for athlete in athletes
    ]
    has_more = any(looked.to_hash for _, looked in looks)
    owners = dict(frame(warehouse.con, "queries/known_contents.sql").iter_rows()) if has_more else {}
    whole_bytes = sum(bytes_to_go_through(looked) for _, looked in looks)
    with progress.passing(label="Drop", total=whole_bytes, unit="bytes") as tick:
        counts = take_in(warehouse, looks, owners=owners, now=now, tick=tick)
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


def readers_version() -> str:
    """Version of everything that decides how a file is recognised and read."""
    return " ".join(f"{reader.name}={reader.version}" for reader in readers())


def _note_strays(warehouse: Warehouse) -> None:
    """What lies beside the athletes' folders today, in the place of what lay there before."""
    inbox = warehouse.home.inbox
    found = [(problem, None) for problem in strays(inbox)] if inbox.is_dir() else []
    with transaction(warehouse.con, "drop"):
        warehouse.con.execute("delete from skipped_items where athlete_id is null")
        note_skipped(warehouse.con, skipped_rows(found, athlete_id=None, stop="drop"))


def _known(warehouse: Warehouse, athletes: tuple[InboxAthlete, ...]) -> dict[int, dict[str, KnownFile]]:
    """By athlete, every path of the folder as it was when last hashed."""
    athlete_ids = [athlete.athlete_id for athlete in athletes]
    rows = frame(warehouse.con, "queries/known_files.sql", athlete_ids=athlete_ids)
    known: dict[int, dict[str, KnownFile]] = {}
    for athlete_id, path, *file in rows.iter_rows():
        known.setdefault(athlete_id, {})[path] = KnownFile._make(file)
    return known


def _renew(warehouse: Warehouse) -> None:
    """Sends files back to be looked at or read again when the readers changed since the last run."""
    con = warehouse.con
    versions = pl.DataFrame([{"format": reader.name, "reader_version": reader.version} for reader in readers()])
    version = readers_version()
    stored = con.execute("select version from definition_versions where stop = ?", [RECOGNISE_STOP]).fetchone()
    if stored == (version,):
        return
    with transaction(con, "recognise"):
        run(con, "queries/look_again.sql")
        run(con, "queries/forget_looked_at.sql")
        run(con, "queries/read_with_new_reader.sql", versions=versions)
        con.execute("insert or replace into definition_versions values (?, ?)", [RECOGNISE_STOP, version])


def _heads(warehouse: Warehouse, files: pl.DataFrame) -> Iterator[tuple[dict[str, Any], Head | ExportError | None]]:
    """Every file with what it looks like; null when it lies nowhere any more. An archive is opened once."""
    found = places(warehouse, files["source_file_id"])
    packed: dict[Path, list[tuple[dict[str, Any], Place]]] = {}
    for file in files.iter_rows(named=True):
        place = found.get(file["source_file_id"])
        if place is not None and place.inside:
            packed.setdefault(place.file, []).append((file, place))
        else:
            yield file, _head(place)
    for wanted in packed.values():
        with Unpacker(warehouse.home.unpacked) as unpacker:
            for file, place in wanted:
                yield file, _head_inside(unpacker, place)


def _head(place: Place | None) -> Head | None:
    if place is None:
        return None
    try:
        return head_of(place.file, base_name(place))
    except OSError:
        return None  # gone or locked since it was hashed: told as vanished


def _head_inside(unpacker: Unpacker, place: Place) -> Head | ExportError:
    try:
        return unpacker.head(place)
    except ExportError as error:
        return error


def _recognised(file: dict[str, Any], head: Head | ExportError | None) -> str | Problem:
    """Name of the one reader, or why there is none."""
    try:
        if head is None:
            raise vanished(shown_path(file))
        if isinstance(head, ExportError):
            raise head
        return reader_for(head).name
    except WattworthError as error:
        return problem_of(error, path=shown_path(file), what="a file")


def _note_formats(warehouse: Warehouse, formats: list[dict[str, str]]) -> None:
    if formats:
        run(warehouse.con, "queries/note_formats.sql", formats=pl.DataFrame(formats))
