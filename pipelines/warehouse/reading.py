"""Stop 3, read: every recognised file goes through its reader and lies staged, ready to be loaded."""

import shutil
from collections import Counter
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from pipelines.errors import ExportError
from pipelines.progress import Progress, StepSummary
from pipelines.readers.problem import PARTIAL_REMEDY, Problem, problem_of
from pipelines.warehouse.located import Place, places, vanished
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, run, transaction
from pipelines.warehouse.read_one import Order, already_read
from pipelines.warehouse.read_pool import FILE_S, MB_S, Outcome, outcomes, process_count_for
from pipelines.warehouse.skipped import note_skipped, set_aside, shown_path, skipped_rows
from pipelines.warehouse.staging import StagedReport, primary_keys

NOTED_COUNT = 200
"""Files read before they are noted down in one transaction; a kill costs none of them, they lie staged."""


@dataclass
class _Outcomes:
    """What is read and not noted down yet."""

    read: list[tuple[dict[str, Any], StagedReport]] = field(default_factory=list)
    failed: list[tuple[dict[str, Any], Problem]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.read) + len(self.failed)

    def add(self, file: dict[str, Any], outcome: Outcome) -> None:
        if isinstance(outcome, Problem):
            self.failed.append((file, outcome))
        else:
            self.read.append((file, outcome))


def read(warehouse: Warehouse, squad: str, progress: Progress, *, process_count: int | None = None) -> StepSummary:
    """Reads every recognised file of the squad into home.staged/<source_file_id>/, one file per table.

    A file of which nothing can be read is set aside, of one that is damaged the whole part is taken; what was lost
    goes to skipped_items. What a run that was killed since had read whole is not read again. Memory is bounded by
    the reader's batches, not by the file. `process_count` processes read; by default as many as pay.
    """
    files = frame(warehouse.con, "queries/files_at.sql", status="recognised", squad=squad)
    noted, counts = _Outcomes(), Counter(read=0, partial=0, set_aside=0)
    try:
        with closing(_outcomes(warehouse, files, process_count)) as found:
            shown = progress.over(
                found,
                label="Read",
                total=files.height,
                unit="files",
                size_of=lambda outcome: _weight(outcome[0]),
                whole=sum(_weight(file) for file in files.iter_rows(named=True)),
            )
            for file, outcome in shown:
                noted.add(file, outcome)
                if len(noted) == NOTED_COUNT:
                    _note(warehouse, noted, counts)
                    noted = _Outcomes()
            _note(warehouse, noted, counts)
    finally:
        shutil.rmtree(warehouse.home.unpacked, ignore_errors=True)
    return StepSummary(stop="read", subject_count=files.height, unit="files", counts=dict(counts))


def _outcomes(
    warehouse: Warehouse, files: pl.DataFrame, wanted: int | None
) -> Generator[tuple[dict[str, Any], Outcome], None, None]:
    """What reading each file comes to, in the order of the files; what is gone or was read before needs no reader."""
    found = places(warehouse, files["source_file_id"])
    known: dict[str, Outcome] = {}
    orders: list[Order] = []
    for file in files.iter_rows(named=True):
        outcome = _known_outcome(warehouse, file, found.get(file["source_file_id"]))
        if isinstance(outcome, Order):
            orders.append(outcome)
        else:
            known[file["source_file_id"]] = outcome
    count = process_count_for(orders, wanted)
    keys = primary_keys(warehouse.con)
    with closing(outcomes(orders, warehouse.home, keys, process_count=count)) as read_now:
        for file in files.iter_rows(named=True):
            source_file_id = file["source_file_id"]
            yield file, known.pop(source_file_id) if source_file_id in known else next(read_now)


def _known_outcome(warehouse: Warehouse, file: dict[str, Any], place: Place | None) -> Outcome | Order:
    """What can be said of a file without reading it, or the order to read it."""
    shown = shown_path(file)
    if place is None:
        return problem_of(vanished(shown), path=shown, what="a file")
    order = Order(
        source_file_id=file["source_file_id"],
        athlete_id=file["athlete_id"],
        time_zone=file["time_zone"],
        format=file["format"],
        size_bytes=file["size_bytes"],
        file=str(place.file),
        inside=place.inside,
        shown=shown,
    )
    try:
        return already_read(order, warehouse.home.staged) or order
    except ExportError as error:  # its reader is there no longer
        return problem_of(error, path=shown, what="a file")


def _weight(file: dict[str, Any]) -> float:
    """How much of the whole work one file is: s of CPU time."""
    return FILE_S + MB_S * float(file["size_bytes"]) / 1e6


def _note(warehouse: Warehouse, outcomes: _Outcomes, counts: Counter[str]) -> None:
    con = warehouse.con
    if not len(outcomes):
        return
    with transaction(con, "read"):
        run(
            con,
            "queries/forget_skipped.sql",
            stop="read",
            source_file_ids=[f["source_file_id"] for f, _ in outcomes.read],
        )
        note_skipped(con, [row for file, report in outcomes.read for row in _lost(file, report)])
        if outcomes.read:
            run(con, "queries/note_read.sql", reports=_noted(outcomes))
        set_aside(con, outcomes.failed, stop="read")
    is_partial = [bool(report.losses) for _, report in outcomes.read]
    counts.update(read=len(outcomes.read), partial=sum(is_partial), set_aside=len(outcomes.failed))


def _noted(outcomes: _Outcomes) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "source_file_id": [file["source_file_id"] for file, _ in outcomes.read],
            "reader_version": [report.reader_version for _, report in outcomes.read],
            "is_partial": [bool(report.losses) for _, report in outcomes.read],
        }
    )


def _lost(file: dict[str, Any], report: StagedReport) -> list[dict[str, object]]:
    problems = [
        Problem(
            kind="partial",
            path=shown_path(file),
            what=loss.what,
            where=loss.where,
            why=loss.why,
            remedy=PARTIAL_REMEDY,
        )
        for loss in report.losses
    ]
    listed = [(problem, file["source_file_id"]) for problem in problems]
    return skipped_rows(listed, athlete_id=file["athlete_id"], stop="read")
