"""What each rule on clocks asks of the evidence, in the order they are asked: the first that holds gives the label.

The columns are those of `clock_evidence`, with is_lone and has_company of `clock_labels`.
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from pipelines.quality.activity_pairs import FIRST_YEAR
from pipelines.quality.clock_evidence import fits, offset_words


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: when it holds, the label, the offset (s) that local dates then rest on, and the evidence in words."""

    name: str
    label: Literal["sure", "doubtful"]
    holds: pl.Expr
    """Null counts as no."""
    offset_s: pl.Expr
    evidence: pl.Expr


STATED_S, HOME_S, SOLAR_S = pl.col("stated_s"), pl.col("home_s"), pl.col("solar_s")
IS_STATED = STATED_S.is_not_null()
IS_AWAY = IS_STATED & (STATED_S != HOME_S) & pl.col("is_home_known")
IS_UTC = pl.col("time_basis") != "local_naive"
BY_SUN_S = ((SOLAR_S / 3600).round(0) * 3600).cast(pl.Int64)
STATES = pl.format("The file states {}", offset_words(STATED_S))
AT_HOME = pl.format("{} ({})", pl.col("time_zone"), offset_words(HOME_S))

RULES: tuple[Rule, ...] = (
    Rule(
        name="time_not_stated",
        label="doubtful",
        holds=pl.col("time_basis") == "file_modified",
        offset_s=pl.lit(None),
        evidence=pl.lit(
            "Neither the file nor its name states a time; copying a file changes when it was last written."
        ),
    ),
    Rule(
        name="clock_not_set",
        label="doubtful",
        holds=pl.col("start_at_utc").dt.year() < FIRST_YEAR.number,
        offset_s=pl.lit(None),
        evidence=pl.format("The date is {}: the clock was not set.", pl.col("raw_date")),
    ),
    Rule(
        name="date_after_all_others",
        label="doubtful",
        holds=pl.col("is_lone"),
        offset_s=pl.lit(None),
        evidence=pl.format("{} is a lone date, half a year or more after all others.", pl.col("raw_date")),
    ),
    Rule(
        name="offset_contradicts_position",
        label="doubtful",
        holds=IS_STATED & ~fits(STATED_S, SOLAR_S),
        offset_s=HOME_S,
        evidence=pl.format("{}; by the sun it is {} there.", STATES, offset_words(BY_SUN_S)),
    ),
    Rule(
        name="clock_change_not_made",
        label="doubtful",
        holds=IS_AWAY & (pl.col("earlier_home_s") == STATED_S),
        offset_s=STATED_S,
        evidence=pl.format(
            "{}, which {} has left since; it is now {}.", STATES, pl.col("time_zone"), offset_words(HOME_S)
        ),
    ),
    Rule(
        name="stated_offset",
        label="sure",
        holds=IS_STATED & ~IS_AWAY,
        offset_s=STATED_S,
        evidence=pl.format("{}.", STATES),
    ),
    Rule(
        name="travel_with_position",
        label="sure",
        holds=IS_AWAY & fits(STATED_S, SOLAR_S),
        offset_s=STATED_S,
        evidence=pl.format("{}, which fits its position; home is {}.", STATES, AT_HOME),
    ),
    Rule(
        name="travel_with_company",
        label="sure",
        holds=IS_AWAY & pl.col("has_company"),
        offset_s=STATED_S,
        evidence=pl.format("{}, and so do other files of the same days; home is {}.", STATES, AT_HOME),
    ),
    Rule(
        name="offset_alone",
        label="doubtful",
        holds=IS_AWAY,
        offset_s=STATED_S,
        evidence=pl.format("{}, home is {}, and no other file of the same days says so.", STATES, AT_HOME),
    ),
    Rule(
        name="travel_by_position",
        label="sure",
        holds=IS_UTC & ~fits(HOME_S, SOLAR_S),
        offset_s=BY_SUN_S,
        evidence=pl.format("Its position has about {} by the sun; home is {}.", offset_words(BY_SUN_S), AT_HOME),
    ),
    Rule(
        name="hour_that_comes_twice",
        label="doubtful",
        holds=~IS_UTC & pl.col("is_repeated_hour"),
        offset_s=HOME_S,
        evidence=pl.format("Written in local time, in the hour that comes twice in {}.", pl.col("time_zone")),
    ),
    Rule(
        name="position_fits_zone",
        label="sure",
        holds=IS_UTC & fits(HOME_S, SOLAR_S),
        offset_s=HOME_S,
        evidence=pl.format("Written in UTC, and its position fits {}.", AT_HOME),
    ),
    Rule(
        name="written_in_utc",
        label="sure",
        holds=IS_UTC,
        offset_s=HOME_S,
        evidence=pl.format("Written in UTC; home is {}.", AT_HOME),
    ),
    Rule(
        name="written_in_local_time",
        label="sure",
        holds=pl.lit(value=True),
        offset_s=HOME_S,
        evidence=pl.format("Written in local time without an offset; home is {}.", AT_HOME),
    ),
)

NO_DAY = ("time_not_stated", "clock_not_set", "date_after_all_others")
"""Rules whose subjects do not say which day it was."""
