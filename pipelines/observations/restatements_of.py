"""Everything of one athlete that was published and is another now, as the observing stop stores it."""

from collections.abc import Mapping

import polars as pl

from pipelines.observations.restatement import COMPARED, changes, restated
from pipelines.observations.restatement_causes import Inputs, inputs_of_athlete
from pipelines.tables import empty
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame
from pipelines.warehouse.subjects import athlete_tables

BEFORE = ("observed_subjects", "withdrawn_values")
"""Tables that say what was published before and from what: read only for an athlete of whom something was."""


def restatements_of(
    warehouse: Warehouse, athlete_id: int, tables: Mapping[str, pl.DataFrame], *, every: pl.DataFrame
) -> pl.DataFrame:
    """Rows of `restatements` to be added for one athlete.

    `tables` are those of the athlete as the stop has them, with what is `touched`, the `fresh` values and the fresh
    `observed_subjects`; `every` are all values the athlete has now.
    """
    if not _was_observed(warehouse, athlete_id):
        return empty("restatements")
    stored = athlete_tables(warehouse, [athlete_id], tables=BEFORE)
    old = pl.concat([_in_scope(tables).select(COMPARED), stored["withdrawn_values"].select(COMPARED)])
    published = frame(warehouse.con, "queries/restatements_of_athlete.sql", athlete_id=athlete_id)
    found = changes(old, tables["fresh"], published=published)
    if not found:
        return empty("restatements")
    return restated(found, published=published, inputs=_inputs(stored, tables, every))


def _was_observed(warehouse: Warehouse, athlete_id: int) -> bool:
    query = "select 1 from observed_subjects where athlete_id = ? limit 1"
    return warehouse.con.execute(query, [athlete_id]).fetchone() is not None


def _in_scope(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Stored values that the fresh ones take the place of."""
    is_daily = pl.col("subject_kind") != "activity"
    return tables["observations"].filter(
        is_daily | pl.col("subject_id").is_in(tables["touched"]["subject_id"].implode())
    )


def _inputs(stored: Mapping[str, pl.DataFrame], tables: Mapping[str, pl.DataFrame], every: pl.DataFrame) -> Inputs:
    columns = ("subject_kind", "subject_id", "inputs")
    taken_out = stored["withdrawn_values"].select(columns).unique(["subject_kind", "subject_id"])
    before = pl.concat([taken_out, stored["observed_subjects"].select(columns)])
    return inputs_of_athlete(before, tables["observed_subjects"], tables, every)
