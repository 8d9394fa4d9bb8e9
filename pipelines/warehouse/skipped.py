"""Notes down what was set aside, so that nothing is dropped without a word."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from pipelines.readers.archive import SEPARATOR
from pipelines.readers.problem import Problem
from pipelines.tables import contract
from pipelines.warehouse.connect import Connection
from pipelines.warehouse.query import insert, run


def skipped_rows(
    problems: Iterable[tuple[Problem, str | None]], *, athlete_id: int | None, stop: str
) -> list[dict[str, object]]:
    """Rows of `skipped_items` for problems, each with the source file it belongs to (null when not hashed).

    `athlete_id` is null for what lies beside the athletes' folders.
    """
    return [
        {
            "athlete_id": athlete_id,
            "path": problem.path,
            "source_file_id": source_file_id,
            "stop": stop,
            "kind": problem.kind,
            "what": problem.what,
            "where_found": problem.where,
            "why": problem.why,
            "remedy": problem.remedy,
        }
        for problem, source_file_id in problems
    ]


def note_skipped(con: Connection, rows: list[dict[str, object]]) -> None:
    """Adds rows to `skipped_items`."""
    if rows:
        insert(con, "skipped_items", pl.DataFrame(rows, schema=contract("skipped_items")))


def set_aside(con: Connection, files: Iterable[tuple[dict[str, Any], Problem]], *, stop: str) -> None:
    """Gives source files (rows of `queries/files_at.sql`) the status set_aside, each with its problem.

    Their athletes are looked at anew: a file that failed may be why a day has no value.
    """
    listed = list(files)
    ids = [file["source_file_id"] for file, _ in listed]
    run(con, "queries/forget_skipped.sql", source_file_ids=ids, stop=stop)
    rows = [
        row
        for file, problem in listed
        for row in skipped_rows([(problem, file["source_file_id"])], athlete_id=file["athlete_id"], stop=stop)
    ]
    note_skipped(con, rows)
    query = "update source_files set status = 'set_aside' where source_file_id in (select unnest($1::varchar[]))"
    con.execute(query, [ids])
    athletes = sorted({file["athlete_id"] for file, _ in listed})
    queued = "insert or ignore into work_queue select 'judge', 'athlete', unnest($1)::varchar, unnest($1)"
    con.execute(queued, [athletes])


def shown_path(file: dict[str, Any]) -> str:
    """Path of a source file inside the athlete's folder, with the member path after ! for a member."""
    return str(file["path"]) + (SEPARATOR + file["member_path"] if file["member_path"] else "")
