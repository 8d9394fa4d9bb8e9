"""Takes what came from some source files out of the warehouse: before they are loaded again, or for good."""

from collections.abc import Iterable

import polars as pl

from pipelines.warehouse.merged import note_merged, write_merged
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, run

RAW_TABLES = (
    "activities", "laps", "pauses", "beat_series", "nights", "sleep_stages", "daily_values", "hrv_epochs",
    "wellness_answers", "notes", "plans", "interval_sums", "answers", "experiment_plans",
    "experiment_plan_days", "experiment_reports", "stream_files",
)  # fmt: skip
"""Tables whose rows carry the source file they came from."""

DERIVED_TABLES = (
    "flags", "check_outcomes", "facts", "verdicts", "clock_doubts", "observations", "observed_subjects", "work_queue",
)  # fmt: skip
"""Tables whose rows carry the subject they are about."""


def remove_rows(warehouse: Warehouse, source_file_ids: list[str]) -> set[str]:
    """Deletes every raw row that came from those files, inside the transaction under way.

    Gives the stream files that nothing names any more, to be deleted after the commit (`remove_files`). A merged
    stream file that holds rows of other files, too, is written anew without theirs.
    """
    con = warehouse.con
    held = frame(con, "queries/stream_files_beside.sql", source_file_ids=source_file_ids)
    for table in RAW_TABLES:
        con.execute(f"delete from {table} where source_file_id in (select unnest($1::varchar[]))", [source_file_ids])  # noqa: S608
    staying = held.filter(~pl.col("source_file_id").is_in(source_file_ids))
    for others in staying.partition_by("stream", "athlete_id", "month", "path", maintain_order=True):
        note_merged(warehouse, others, write_merged(warehouse, others))
    return set(held["path"])


def remove_derived(warehouse: Warehouse, source_file_ids: list[str]) -> None:
    """Deletes what was derived from subjects of those files that are there no longer, in the transaction under way.

    A subject that was loaded again keeps what was derived from it until it is judged anew, so that a changed value
    can be told from a new one; what was published of a subject that is gone is noted in `withdrawn_values`.
    """
    con = warehouse.con
    living = frame(con, "queries/subjects_of_files.sql", source_file_ids=source_file_ids)["subject_id"].to_list()
    ids = "(select unnest($1::varchar[]))"  # hashed once; a list would be gone through for every row of a large table
    gone = f"split_part(subject_id, ':', 1) in {ids} and subject_id not in (select unnest($2::varchar[]))"
    run(con, "queries/note_withdrawn.sql", source_file_ids=source_file_ids, living=living)
    for table in DERIVED_TABLES:
        con.execute(f"delete from {table} where {gone}", [source_file_ids, living])  # noqa: S608


def remove_files(warehouse: Warehouse, paths: Iterable[str]) -> int:
    """Deletes stream files that no row names any more; gives their number."""
    gone = sorted(paths)
    for path in gone:
        (warehouse.home.streams / path).unlink(missing_ok=True)
    return len(gone)
