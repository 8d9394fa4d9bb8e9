"""Keeps the number of stream files small: many small ones of one athlete and month become one."""

from pipelines.warehouse.merged import note_merged, write_merged
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, transaction
from pipelines.warehouse.removal import remove_files

MOST_FILES = 32
"""Files of one stream, athlete and month from which they are merged: opening a file costs about a millisecond, so
that a month stays below the time a person notices, and a nightly file is rewritten about once a month."""


def compact(warehouse: Warehouse, squad: str, *, most_files: int = MOST_FILES) -> int:
    """Merges the stream files of every athlete and month that lie in more than `most_files`; gives the number merged.

    The rows stay the same: the merged file appears by an atomic rename, the rows of `stream_files` are swapped in
    one transaction, and only then the old files go.
    """
    crowded = frame(warehouse.con, "queries/crowded_months.sql", squad=squad, most_files=most_files)
    merged_count = 0
    for held in crowded.partition_by("stream", "athlete_id", "month", maintain_order=True):
        path = write_merged(warehouse, held)
        with transaction(warehouse.con, "compact"):
            note_merged(warehouse, held, path)
        merged_count += remove_files(warehouse, set(held["path"]) - {path})
    return merged_count
