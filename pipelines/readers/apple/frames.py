"""Rows as frames of a table, with athlete and source file filled in."""

import polars as pl

from pipelines.readers.contract import Source
from pipelines.tables import conform, empty


def frame_of(rows: list[dict[str, object]] | pl.DataFrame, table: str, source: Source) -> pl.DataFrame:
    """A frame of that table in its contract."""
    if not len(rows):
        return empty(table)
    frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows, infer_schema_length=None)
    owner = {"athlete_id": source.athlete_id, "source_file_id": source.source_file_id}
    return conform(frame.with_columns(**{name: pl.lit(value) for name, value in owner.items()}), table)
