"""How sure the clock of every activity, beat series and night is: sure, doubtful or corrected, and by what. Pure.

Corrected only by a copy of the same activity whose clock is sure; everything else that contradicts itself is doubtful
and says so. Raw rows stay: the table clock_doubts is an overlay.
"""

from collections.abc import Mapping

import polars as pl

from pipelines.quality.activity_pairs import FIRST_YEAR
from pipelines.quality.clock_copies import corrections
from pipelines.quality.clock_evidence import START, evidence, fits, offset_words
from pipelines.quality.clock_habits import unusual_hours
from pipelines.quality.contract import Threshold
from pipelines.tables import conform, empty

VERSION = 1

LONE_DAYS = Threshold(
    name="days after all others", number=180.0, unit="d", source=f"{START}: half a year, then a single date"
)
NEAR_DAYS = Threshold(
    name="days around a journey", number=3.0, unit="d", source=f"{START}: another file of the same days says the same"
)
NO_DAY = ("time_not_stated", "clock_not_set", "date_after_all_others")
"""Rules whose subjects do not say which day it was."""


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
    stated, home, solar = pl.col("stated_s"), pl.col("home_s"), pl.col("solar_s")
    is_stated = stated.is_not_null()
    is_away = is_stated & (stated != home) & pl.col("is_home_known")
    is_utc = pl.col("time_basis") != "local_naive"
    by_sun_s = ((solar / 3600).round(0) * 3600).cast(pl.Int64)
    states = pl.format("The file states {}", offset_words(stated))
    at_home = pl.format("{} ({})", pl.col("time_zone"), offset_words(home))
    rules: tuple[tuple[str, str, pl.Expr, pl.Expr, pl.Expr], ...] = (
        (
            "time_not_stated",
            "doubtful",
            pl.col("time_basis") == "file_modified",
            pl.lit(None),
            pl.lit("Neither the file nor its name states a time; copying a file changes when it was last written."),
        ),
        (
            "clock_not_set",
            "doubtful",
            pl.col("start_at_utc").dt.year() < FIRST_YEAR.number,
            pl.lit(None),
            pl.format("The date is {}: the clock was not set.", pl.col("raw_date")),
        ),
        (
            "date_after_all_others",
            "doubtful",
            pl.col("is_lone"),
            pl.lit(None),
            pl.format("{} is a lone date, half a year or more after all others.", pl.col("raw_date")),
        ),
        (
            "offset_contradicts_position",
            "doubtful",
            is_stated & ~fits(stated, solar),
            home,
            pl.format("{}; by the sun it is {} there.", states, offset_words(by_sun_s)),
        ),
        (
            "clock_change_not_made",
            "doubtful",
            is_away & (stated == pl.col("earlier_home_s")),
            stated,
            pl.format("{}, which {} has left since; it is now {}.", states, pl.col("time_zone"), offset_words(home)),
        ),
        (
            "stated_offset",
            "sure",
            is_stated & ~is_away,
            stated,
            pl.format("{}.", states),
        ),
        (
            "travel_with_position",
            "sure",
            is_away & fits(stated, solar),
            stated,
            pl.format("{}, which fits its position; home is {}.", states, at_home),
        ),
        (
            "travel_with_company",
            "sure",
            is_away & pl.col("has_company"),
            stated,
            pl.format("{}, and so do other files of the same days; home is {}.", states, at_home),
        ),
        (
            "offset_alone",
            "doubtful",
            is_away,
            stated,
            pl.format("{}, home is {}, and no other file of the same days says so.", states, at_home),
        ),
        (
            "travel_by_position",
            "sure",
            is_utc & ~fits(home, solar),
            by_sun_s,
            pl.format("Its position has about {} by the sun; home is {}.", offset_words(by_sun_s), at_home),
        ),
        (
            "hour_that_comes_twice",
            "doubtful",
            ~is_utc & pl.col("is_repeated_hour"),
            home,
            pl.format("Written in local time, in the hour that comes twice in {}.", pl.col("time_zone")),
        ),
        (
            "position_fits_zone",
            "sure",
            is_utc & fits(home, solar),
            home,
            pl.format("Written in UTC, and its position fits {}.", at_home),
        ),
        ("written_in_utc", "sure", is_utc, home, pl.format("Written in UTC; home is {}.", at_home)),
        (
            "written_in_local_time",
            "sure",
            pl.lit(value=True),
            home,
            pl.format("Written in local time without an offset; home is {}.", at_home),
        ),
    )
    chosen = pl.coalesce(
        pl.when(condition.fill_null(value=False)).then(pl.lit(number))
        for number, (_, _, condition, _, _) in enumerate(rules)
    )
    rows = rows.with_columns(chosen.alias("chosen"))

    def by_rule(values: list[pl.Expr]) -> pl.Expr:
        return pl.coalesce(pl.when(pl.col("chosen") == number).then(value) for number, value in enumerate(values))

    return rows.with_columns(
        by_rule([pl.lit(label) for _, label, _, _, _ in rules]).alias("label"),
        by_rule([pl.lit(name) for name, _, _, _, _ in rules]).alias("rule"),
        by_rule([words for *_, words in rules]).alias("evidence"),
        by_rule([offset.cast(pl.Int64) for *_, offset, _ in rules]).alias("utc_offset_s"),
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
