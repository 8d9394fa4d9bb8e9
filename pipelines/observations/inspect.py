"""Recognises, reads, judges and observes files where they lie, without touching a warehouse.

The answer is one plain object per file (or per member of an archive), ready for JSON.
What does not belong here: printing, exit codes (see `wattworth`).
"""

import hashlib
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from pipelines import tables
from pipelines.errors import ExportError
from pipelines.observations.inspected import activity_objects, beat_objects, night_objects, stream_sums
from pipelines.observations.observe import observe_tables
from pipelines.quality.judge import judge_alone
from pipelines.quality.verdicts import verdicts
from pipelines.readers.archive import SEPARATOR, is_archive, members
from pipelines.readers.catalogue import head_of, recognise
from pipelines.readers.contract import Batch, Loss, Source
from pipelines.readers.problem import PARTIAL_REMEDY, Problem
from pipelines.readers.read_file import read_source

NO_ATHLETE = 0
"""An inspected file belongs to nobody."""

SHOWN_KINDS = frozenset({"unknown", "ambiguous", "unsupported"})
"""Kinds of refusal that are shown as they are; every other is corrupt."""

NO_FILE = "it is a folder, a socket, a pipe or a device, and opening one may never end"

Inspected = dict[str, object]


def inspect_file(path: Path, *, time_zone: str = "UTC") -> Iterator[Inspected]:
    """One object for a file, or one per member for an archive (`member` says which).

    `status` is read, partial, unknown, ambiguous, unsupported or corrupt. What is wrong with the file is never raised.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield _set_aside(path, None, kind="corrupt", why=NO_FILE, remedy="Name an export")
            return
        head = head_of(path)
    except OSError as error:
        remedy = "Check its name and its permissions"
        yield _set_aside(path, None, kind="corrupt", why=f"it cannot be opened: {error.strerror}", remedy=remedy)
        return
    if head.size_bytes == 0:
        yield _set_aside(path, None, kind="corrupt", why="it holds 0 bytes", remedy="Export it once more")
    elif is_archive(head):
        yield from _inspect_archive(path, time_zone)
    else:
        yield _inspect_one(path, path.name, member=None, shown=path, time_zone=time_zone)


def _inspect_archive(path: Path, time_zone: str) -> Iterator[Inspected]:
    """One object per member, one after the other: each is unpacked once, and gone again before the next."""
    for member in members(path, is_unpacked=True):
        if isinstance(member, Problem):
            kind = member.kind if member.kind in {*SHOWN_KINDS, "partial"} else "corrupt"
            yield _set_aside(path, member.path or None, kind=kind, why=member.why, remedy=member.remedy)
            continue
        assert member.file is not None
        yield _inspect_one(
            member.file,
            member.head.name,
            member=member.path,
            shown=path,
            time_zone=time_zone,
            sha256=member.sha256,
        )


def _inspect_one(
    path: Path, name: str, *, member: str | None, shown: Path, time_zone: str, sha256: str | None = None
) -> Inspected:
    sha256 = sha256 or _sha256(path) or ""
    source = Source(
        path=path,
        name=name,
        source_file_id=sha256[:16],
        athlete_id=NO_ATHLETE,
        time_zone=ZoneInfo(time_zone),
        modified_at_utc=datetime.fromtimestamp(shown.stat().st_mtime, tz=UTC),
    )
    try:
        reader = recognise(head_of(path, name))
        frames, losses, passed_over = _read(source)
    except ExportError as error:
        kind = error.kind if error.kind in SHOWN_KINDS else "corrupt"
        return _set_aside(shown, member, kind=kind, why=error.found, remedy=error.remedy, sha256=sha256)
    judged = judge_alone(frames)
    frames |= {"flags": judged.flags, "check_outcomes": judged.check_outcomes, "facts": judged.facts}
    frames["verdicts"] = verdicts(frames)
    frames["observations"] = observe_tables(frames)
    return {
        **_named(shown, member),
        "sha256": sha256,
        "format": reader.name,
        "reader_version": reader.version,
        "status": "partial" if losses else "read",
        "lost": [{"what": loss.what, "where": loss.where, "why": loss.why} for loss in losses],
        "remedy": PARTIAL_REMEDY if losses else "",
        "passed_over": list(passed_over),
        "devices": frames["devices"].to_dicts(),
        "counts": {table: frames[table].height for table in reader.tables},
        "sums": stream_sums(frames["records"]),
        "activities": activity_objects(frames),
        "beats": beat_objects(frames),
        "nights": night_objects(frames),
    }


def _read(source: Source) -> tuple[dict[str, pl.DataFrame], tuple[Loss, ...], tuple[str, ...]]:
    """Every table of the contract, empty where the file fills none, and the report."""
    parts: dict[str, list[pl.DataFrame]] = {}
    losses: tuple[Loss, ...] = ()
    passed_over: tuple[str, ...] = ()
    for item in read_source(source, recognise(head_of(source.path, source.name))):
        if isinstance(item, Batch):
            parts.setdefault(item.table, []).append(item.frame)
        else:
            losses, passed_over = item.losses, item.passed_over
    frames = {table: tables.empty(table) for table in tables.contracts()}
    return frames | {table: pl.concat(some) for table, some in parts.items()}, losses, passed_over


def _set_aside(
    path: Path, member: str | None, *, kind: str, why: str, remedy: str, sha256: str | None = None
) -> Inspected:
    return {
        **_named(path, member),
        "sha256": sha256 or (_sha256(path) if path.is_file() and member is None else None),
        "format": None,
        "reader_version": None,
        "status": kind,
        "lost": [{"what": "the whole file", "where": "", "why": why}],
        "remedy": remedy,
        "passed_over": [],
        "devices": [],
        "counts": {},
        "sums": stream_sums(tables.empty("records")),
        "activities": [],
        "beats": [],
        "nights": [],
    }


def _named(path: Path, member: str | None) -> Inspected:
    return {"file": str(path)} if member is None else {"file": f"{path}{SEPARATOR}{member}", "member": member}


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
