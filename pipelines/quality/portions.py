"""How much is judged at a time: athletes in groups, their activities and beat series in chunks; bounds memory.

Every chunk costs a pass of every check and every group its own statements, whatever there is in them: so there are as
few of both as memory allows.
"""

from collections.abc import Iterator

import polars as pl

from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame

ROWS_AT_ONCE = 400_000
"""Records and beats that are held together: some 600 MB with what checks measure on them."""

ROWS_PER_GROUP = 2_500_000
"""Records and beats that are judged, chunk after chunk, before anything is stored: some 15 s that a kill may cost."""

SUBJECTS_AT_ONCE = 80_000
"""Subjects whose flags, outcomes, facts and verdicts are held together, old ones too: 25 athletes' three years."""


def groups(warehouse: Warehouse, queued: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The queued subjects in groups of whole athletes, with `row_count`: how many records or beats each has.

    An athlete with more than a group may hold stands alone.
    """
    sized = frame(warehouse.con, "queries/rows_of_subjects.sql", queued=queued)
    athletes = frame(warehouse.con, "queries/subjects_held.sql", queued=queued)
    rows_of = sized.group_by("athlete_id").agg(pl.col("row_count").sum())
    group: list[int] = []
    row_count = subject_count = 0
    for athlete_id, subjects, rows in athletes.join(rows_of, on="athlete_id", maintain_order="left").iter_rows():
        if group and (row_count + rows > ROWS_PER_GROUP or subject_count + subjects > SUBJECTS_AT_ONCE):
            yield sized.filter(pl.col("athlete_id").is_in(group))
            group, row_count, subject_count = [], 0, 0
        group.append(athlete_id)
        row_count += rows
        subject_count += subjects
    if group:
        yield sized.filter(pl.col("athlete_id").is_in(group))


def chunks(sized: pl.DataFrame) -> list[pl.DataFrame]:
    """Subjects with their `row_count` in as few parts as may be, all of about one size."""
    if sized.is_empty():
        return []
    rows = pl.col("row_count")
    whole = max(int(sized["row_count"].sum()), 1)
    part = (rows.cum_sum() - rows) * -(-whole // ROWS_AT_ONCE) // whole
    return sized.with_columns(part.alias("part")).partition_by("part", maintain_order=True, include_key=False)
