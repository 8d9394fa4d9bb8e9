"""How sure the clock of every activity, beat series and night is: sure, doubtful or corrected, and by what. Pure.

Corrected only by a copy of the same activity whose clock is sure; everything else that contradicts itself is doubtful
and says so. Raw rows stay: the table clock_doubts is an overlay.
"""

from collections.abc import Iterable, Mapping

import polars as pl

from pipelines.quality.activity_pairs import FIRST_YEAR
from pipelines.quality.clock_copies import corrections
from pipelines.quality.clock_evidence import START, evidence, fits
from pipelines.quality.clock_habits import unusual_hours
from pipelines.quality.clock_rules import NO_DAY, RULES
from pipelines.quality.contract import Threshold
from pipelines.tables import conform, empty

VERSION = 1

LONE_DAYS = Threshold(
    name="days after all others", number=180.0, unit="d", source=f"{START}: half a year, then a single date"
)
NEAR_DAYS = Threshold(
    name="days around a journey", number=3.0, unit="d", source=f"{START}: another file of the same days says the same"
)


def clock_labels(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per activity, beat series and night of the athletes in the tables: table clock_doubts.

    `tables` holds athletes, activities, beat_series, nights, facts and activity_pairs.
    """
    rows = evidence(tables)
    if rows.is_empty():
        return empty("clock_doubts")
    rows = _with_rule(_with_company(_with_lone_dates(rows)))
    rows = _overridden(rows, unusual_hours(rows))
    rows = _overridden(rows, corrections(rows, tables["activity_pairs"]))
    rows = _inherited(rows)
    has_day = ~pl.col("rule").is_in(NO_DAY)
    moved = pl.col("at_utc") + pl.duration(seconds=pl.col("shift_s").fill_null(0) + pl.col("utc_offset_s"))
    is_told = pl.col("shift_s").is_not_null() | (pl.col("rule") == "travel_by_position")
    return conform(
        rows.select(
            *("athlete_id", "subject_kind", "subject_id", "label", "shift_s", "utc_offset_s"),
            pl.when(has_day).then(pl.when(is_told).then(moved.dt.date()).otherwise("raw_date")).alias("local_date"),
            *("rule", "evidence"),
            pl.lit(VERSION).alias("definition_version"),
        ),
        "clock_doubts",
    )


def _with_lone_dates(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds is_lone: the only date of its athlete, and half a year or more after all others."""
    dates = rows.select("athlete_id", "raw_date").unique().sort("athlete_id", "raw_date")
    since = (pl.col("raw_date") - pl.col("raw_date").shift().over("athlete_id")).dt.total_days()
    is_last = pl.col("raw_date") == pl.col("raw_date").max().over("athlete_id")
    after_set = pl.col("raw_date").shift().over("athlete_id").dt.year() >= FIRST_YEAR.number
    lone = dates.filter((since > LONE_DAYS.number) & is_last & after_set).with_columns(
        pl.lit(value=True).alias("is_lone")
    )
    return rows.join(lone, on=["athlete_id", "raw_date"], how="left", maintain_order="left").with_columns(
        pl.col("is_lone").fill_null(value=False)
    )


def _with_company(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds has_company: another file of the same days states the same offset, or lies where it is local time."""
    away = rows.filter(pl.col("stated_s") != pl.col("home_s")).select(
        "subject_id", "subject_kind", "athlete_id", "stated_s", "at_utc", "source_file_id"
    )
    others = rows.select(
        "athlete_id",
        pl.col("at_utc").alias("other_at"),
        pl.col("source_file_id").alias("other_file"),
        pl.col("stated_s").alias("other_s"),
        "solar_s",
    )
    near = (pl.col("at_utc") - pl.col("other_at")).abs() <= pl.duration(days=NEAR_DAYS.number)
    agrees = (pl.col("other_s") == pl.col("stated_s")) | (
        pl.col("other_s").is_null() & fits(pl.col("stated_s"), pl.col("solar_s"))
    )
    found = (
        away.join(others, on="athlete_id")
        .filter(near & (pl.col("other_file") != pl.col("source_file_id")) & agrees.fill_null(value=False))
        .select("subject_kind", "subject_id")
        .unique()
        .with_columns(pl.lit(value=True).alias("has_company"))
    )
    return rows.join(found, on=["subject_kind", "subject_id"], how="left", maintain_order="left").with_columns(
        pl.col("has_company").fill_null(value=False)
    )


def _with_rule(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds label, rule, evidence, utc_offset_s and shift_s by the first rule that holds."""
    holds = (pl.when(rule.holds.fill_null(value=False)).then(pl.lit(number)) for number, rule in enumerate(RULES))
    chosen = rows.with_columns(pl.coalesce(holds).alias("chosen"))

    def of_rule(values: Iterable[pl.Expr]) -> pl.Expr:
        return pl.coalesce(pl.when(pl.col("chosen") == number).then(value) for number, value in enumerate(values))

    return chosen.with_columns(
        of_rule(pl.lit(rule.label) for rule in RULES).alias("label"),
        of_rule(pl.lit(rule.name) for rule in RULES).alias("rule"),
        of_rule(rule.evidence for rule in RULES).alias("evidence"),
        of_rule(rule.offset_s.cast(pl.Int64) for rule in RULES).alias("utc_offset_s"),
        pl.lit(None, dtype=pl.Int64).alias("shift_s"),
    ).drop("chosen")


OVERRIDES = ("label", "rule", "evidence", "utc_offset_s", "shift_s")


def _overridden(rows: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The rows with the columns of `OVERRIDES` of those found instead."""
    is_found = pl.col("found").fill_null(value=False)
    joined = rows.join(
        found.with_columns(pl.lit(value=True).alias("found")),
        on=["subject_kind", "subject_id"],
        how="left",
        maintain_order="left",
        suffix="_found",
    )
    return joined.with_columns(
        pl.when(is_found).then(f"{name}_found").otherwise(name).alias(name) for name in OVERRIDES
    ).select(rows.columns)


def _inherited(rows: pl.DataFrame) -> pl.DataFrame:
    """Beats inside an activity have its clock."""
    of_activity = rows.filter(pl.col("subject_kind") == "activity").select(
        pl.col("subject_id").alias("activity_id"), *OVERRIDES
    )
    found = rows.filter(pl.col("activity_id").is_not_null()).select("subject_kind", "subject_id", "activity_id")
    return _overridden(rows, found.join(of_activity, on="activity_id").drop("activity_id"))
