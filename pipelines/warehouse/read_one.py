"""Reads one source file into its staged folder: the work that a process of its own can do.

What does not belong here: the database. Whoever asks for the work notes down what comes of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.errors import ExportError
from pipelines.readers.catalogue import reader_named
from pipelines.readers.contract import Source
from pipelines.readers.problem import Problem, problem_of
from pipelines.readers.read_file import read_source
from pipelines.warehouse.located import Place, Unpacker, base_name
from pipelines.warehouse.staging import StagedReport, is_staged, stage, staged_report

Keys = Mapping[str, tuple[str, ...]]
"""Columns of the primary key of every table that has one."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """One source file to read; everything a process that knows no database needs."""

    source_file_id: str
    athlete_id: int
    time_zone: str
    """IANA zone that local times without an offset are read in."""
    format: str
    size_bytes: int
    file: str
    """Where it lies now: a file of the inbox."""
    inside: str
    """Path inside that file when it is an archive; else empty."""
    shown: str
    """Path inside the athlete's folder, for what is told of it."""

    @property
    def place(self) -> Place:
        """Where the bytes are."""
        return Place(file=Path(self.file), inside=self.inside)

    @property
    def read_as(self) -> str:
        """What beside its bytes makes the rows of the file: another answer asks for another reading."""
        return f"{self.athlete_id} {self.time_zone} {base_name(self.place)}"


def already_read(order: Order, staged: Path) -> StagedReport | None:
    """What a run that was killed since had read of this file, whole and in just this way; null when nothing."""
    folder = staged / order.source_file_id
    if not is_staged(folder):
        return None
    report = staged_report(folder)
    reader = reader_named(order.format)
    is_same = (report.reader, report.reader_version, report.read_as) == (reader.name, reader.version, order.read_as)
    return report if is_same else None


def read_one(order: Order, unpacker: Unpacker, staged: Path, keys: Keys) -> StagedReport | Problem:
    """Reads one file; what is wrong with it is an outcome, not an error of the run."""
    try:
        reader = reader_named(order.format)
        with unpacker.bytes_at(order.place, size_bytes=order.size_bytes) as path:
            source = Source(
                path=path,
                name=base_name(order.place),
                source_file_id=order.source_file_id,
                athlete_id=order.athlete_id,
                time_zone=ZoneInfo(order.time_zone),
                modified_at_utc=datetime.fromtimestamp(path.stat().st_mtime, tz=UTC),
            )
            items = read_source(source, reader)
            return stage(staged / order.source_file_id, items, reader, keys, read_as=order.read_as)
    except ExportError as error:
        return problem_of(error, path=order.shown, what="a file")
