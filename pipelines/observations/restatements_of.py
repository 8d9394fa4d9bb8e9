"""Everything of one athlete that was published and is another now, as the observing stop stores it."""

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from pipelines.observations.restated_beside import beside
from pipelines.observations.restated_patterns import restated_patterns
from pipelines.observations.restated_ranges import restated_ranges
from pipelines.observations.restatement import COMPARED, changes, restated
from pipelines.observations.restatement_causes import Inputs
from pipelines.tables import empty
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.subjects import athlete_tables

BEFORE = ("observed_subjects", "withdrawn_values", "baselines", "patterns", "excused_days", "restatements")
"""Tables that say what was published before and from what."""


def published_before(warehouse: Warehouse, athlete_ids: Iterable[int]) -> dict[str, pl.DataFrame]:
    """The tables of `BEFORE`, of those athletes."""
    return athlete_tables(warehouse, athlete_ids, tables=BEFORE)


def restatements_of(
    stored: Mapping[str, pl.DataFrame], tables: Mapping[str, pl.DataFrame], made: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Rows of `restatements` to be added for one athlete; none of an athlete who was never observed before.

    `stored` is what was `published_before`. `tables` are those of the athlete as the stop has them, with what is
    `touched`, the `fresh` values and the fresh `observed_subjects`; `made` has all `observations`, `baselines`,
    `patterns` and `excused_days` there are now.
    """
    if stored["observed_subjects"].is_empty():
        return empty("restatements")
    return compared(stored, tables, made)


def compared(
    stored: Mapping[str, pl.DataFrame], tables: Mapping[str, pl.DataFrame], made: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """The same, of what was `stored` before: pure. `tables["observations"]` are the values stored before."""
    withdrawn, published = stored["withdrawn_values"].select(COMPARED), stored["restatements"]
    replaced = pl.concat([_in_scope(tables).select(COMPARED), withdrawn])
    found = changes(replaced, tables["fresh"], published=published)
    columns = ("subject_kind", "subject_id", "inputs")
    taken_out = stored["withdrawn_values"].select(columns).unique(["subject_kind", "subject_id"])
    before = pl.concat([taken_out, stored["observed_subjects"].select(columns)])
    inputs = Inputs(
        before_rows=before, now_rows=tables["observed_subjects"], tables=tables, values=made["observations"]
    )
    old = pl.concat([tables["observations"].select(COMPARED), withdrawn])
    seen = beside(
        found, inputs, old=old, now=made["observations"], excused=(stored["excused_days"], made["excused_days"])
    )
    until = old["observed_date"].max()
    parts = (
        restated(found, published=published, inputs=inputs),
        restated_ranges(stored["baselines"], made["baselines"], published=published, beside=seen),
        restated_patterns(
            stored["patterns"],
            made["patterns"],
            published=published,
            beside=seen,
            until=until if isinstance(until, date) else None,
        ),
    )
    return pl.concat(parts)


def _in_scope(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Stored values that the fresh ones take the place of."""
    is_daily = pl.col("subject_kind") != "activity"
    is_touched = pl.col("subject_id").is_in(tables["touched"]["subject_id"].implode())
    return tables["observations"].filter(is_daily | is_touched)
