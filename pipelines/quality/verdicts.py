"""Verdicts: usable, not usable or not assessable for each purpose, with the reasons that decided. Pure.

A hard violation (an unusable flag on the whole subject, or on half of its rows) or an expected error above the limit
makes a value not usable. It is not assessable when the rows the purpose needs are missing.
"""

from collections.abc import Mapping

import polars as pl

from pipelines.quality import conformal, error_sources, expected_error, limits
from pipelines.quality.catalogue import checks
from pipelines.quality.clock_overlay import DOUBTFUL, NOT_KNOWN, spoiled_by_clock
from pipelines.quality.contract import Threshold
from pipelines.quality.grades import grade
from pipelines.quality.purposes import NOTHING, assessed_purposes
from pipelines.quality.trailing import LEAST_DAYS
from pipelines.tables import conform, empty

VERSION = f"{limits.VERSION}.{error_sources.VERSION}.{conformal.VERSION}"
"""Version of limits, source errors and conformal factors together: another table, and everything is judged again."""

NEEDED = ("activities", "beat_series", "nights", "daily_values", "flags", "check_outcomes", "facts", "clock_doubts")
KEY = ["subject_kind", "subject_id", "purpose"]

HARD_SHARE = Threshold(
    name="hard violation",
    number=0.5,
    unit="fraction of the rows",
    source="engineering start value: half of the subject",
)
NAMED_SHARE = Threshold(
    name="named reason", number=0.05, unit="fraction of the squared error", source="engineering start value"
)


def verdicts(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The verdict of every subject of the athletes in the tables for every purpose it can serve (table verdicts).

    Looks only at the 60 days before a subject, so that a verdict does not depend on when it was made.
    """
    decided = decide(tables)
    return conform(decided.select(pl.lit(VERSION).alias("limits_version"), *_columns(decided)), "verdicts")


def _columns(decided: pl.DataFrame) -> list[str]:
    own = (
        "athlete_id",
        *KEY,
        "subject_date",
        "verdict",
        "expected_error",
        "error_limit",
        "unit",
        "reasons",
        "reason_shares",
        "grade",
    )
    return [name for name in decided.columns if name in own]


def decide(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The verdicts with what they rest on: source, conformal_factor, flag_share, without_flags, usual_* and others."""
    given = {name: tables[name] if name in tables else empty(name) for name in NEEDED}
    rows = _with_clock(assessed_purposes(given), given["clock_doubts"])
    parts = expected_error.budget(given["facts"], given["flags"])
    rows = rows.join(expected_error.totals(parts), on=KEY, how="left", maintain_order="left")
    rows = conformal.with_factor(rows, given["facts"]).with_columns(
        pl.col("expected_error", "without_flags") * pl.col("conformal_factor")
    )
    rows = rows.join(limits.limit_table(), on=["purpose", "source"], how="left", maintain_order="left")
    limit = limits.number_in_force(pl.col("usual_spread"), pl.col("usual_count"), least_days=LEAST_DAYS.number)
    rows = rows.with_columns(
        limit.alias("error_limit"),
        pl.col("purpose").replace_strict(expected_error.UNITS, return_dtype=pl.String).alias("unit"),
    )
    rows = _with_flags(rows, given["flags"])
    return _with_reasons(rows, parts).with_columns(grade().alias("grade"))


def _with_clock(rows: pl.DataFrame, clock_doubts: pl.DataFrame) -> pl.DataFrame:
    """Adds clock_reason where a clock is doubtful and the purpose rests on day and hour; no day at all is a rule."""
    rows = rows.join(spoiled_by_clock(clock_doubts), on=KEY, how="left", maintain_order="left")
    not_known = pl.when(pl.col("clock_reason") == NOT_KNOWN).then(pl.lit([NOT_KNOWN])).otherwise(NOTHING)
    return rows.with_columns(pl.concat_list("rules", not_known).alias("rules"))


def _with_flags(rows: pl.DataFrame, flags: pl.DataFrame) -> pl.DataFrame:
    """Adds hard (names of checks violated hard), is_hard, has_doubt and the verdict."""
    spoils = pl.DataFrame(
        [(check.family.subject_kind, check.name, purpose) for check in checks() for purpose in check.purposes],
        schema=["subject_kind", "check_name", "purpose"],
        orient="row",
    )
    whole = pl.col("row_indices").is_null()
    per_check = (
        flags.join(spoils, on=["subject_kind", "check_name"], how="inner")
        .group_by(*KEY, "check_name", maintain_order=True)
        .agg(
            ((pl.col("severity") == "unusable") & whole).any().alias("is_whole"),
            ((pl.col("severity") == "doubtful") & whole).any().alias("is_doubt"),
            pl.col("row_count").filter((pl.col("severity") == "unusable") & ~whole).sum().alias("unusable_rows"),
        )
        .join(rows.select(*KEY, "row_count"), on=KEY, how="inner")
    )
    hard = pl.col("is_whole") | (pl.col("unusable_rows") >= HARD_SHARE.number * pl.col("row_count")).fill_null(
        value=False
    )
    found = per_check.group_by(KEY, maintain_order=True).agg(
        pl.col("check_name").filter(hard).sort().alias("hard"),
        pl.col("check_name").filter("is_doubt").sort().alias("doubts"),
    )
    by_clock = pl.when(pl.col("clock_reason") == DOUBTFUL).then(pl.lit([DOUBTFUL])).otherwise(NOTHING)
    rows = rows.join(found, on=KEY, how="left", maintain_order="left").with_columns(
        pl.col("hard").fill_null(NOTHING), pl.concat_list(pl.col("doubts").fill_null(NOTHING), by_clock).alias("doubts")
    )
    rows = rows.with_columns(
        pl.concat_list("hard", "rules").alias("hard"),
        (pl.col("doubts").list.len() > 0).alias("has_doubt"),
    ).with_columns((pl.col("hard").list.len() > 0).alias("is_hard"))
    above = pl.col("expected_error").is_null() | (pl.col("expected_error") > pl.col("error_limit"))
    return rows.with_columns(
        pl.when(~pl.col("is_assessable"))
        .then(pl.lit("not_assessable"))
        .when(pl.col("is_hard") | above)
        .then(pl.lit("not_usable"))
        .otherwise(pl.lit("usable"))
        .alias("verdict")
    )


def _with_reasons(rows: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Adds reasons (hard violations, doubts, then what weighs in the error) and reason_shares beside them.

    A usable value names the flags that weigh; one above its limit also names sampling, missing data and source.
    """
    weighing = expected_error.shares(parts).filter(pl.col("share_fraction") >= NAMED_SHARE.number)
    above = (pl.col("expected_error") > pl.col("error_limit")).fill_null(value=False)
    by_error = (
        rows.filter("is_assessable")
        .select(*KEY, above.alias("is_above"))
        .join(weighing, on=KEY, how="inner")
        .filter(pl.col("is_above") | pl.col("is_flag"))
        .select(*KEY, "reason", pl.lit(2).alias("rank"))
    )
    named = [
        rows.filter("is_assessable").select(*KEY, pl.col(name).alias("reason")).explode("reason", empty_as_null=True)
        for name in ("hard", "doubts")
    ]
    not_assessed = rows.filter(~pl.col("is_assessable")).select(*KEY, pl.col("why_not").alias("reason"))
    ranked = pl.concat(
        [
            *(frame.with_columns(pl.lit(rank).alias("rank")) for rank, frame in enumerate(named)),
            by_error,
            not_assessed.with_columns(pl.lit(0).alias("rank")),
        ]
    ).drop_nulls("reason")
    # Rhythm before beats: where the rhythm leaves nothing to measure, a short reading only follows from it, and its
    # remedy would be the wrong one.
    rhythm = [check.name for check in checks() if check.signal == "rhythm"]
    shares = expected_error.shares(parts).group_by(*KEY, "reason").agg(pl.col("share_fraction").sum())
    listed = (
        ranked.join(shares, on=[*KEY, "reason"], how="left")
        .with_columns(pl.col("share_fraction").fill_null(0.0), (~pl.col("reason").is_in(rhythm)).alias("follows"))
        .sort(*KEY, "rank", "follows", "share_fraction", "reason", descending=[False] * 5 + [True, False])
        .unique([*KEY, "reason"], keep="first", maintain_order=True)
        .group_by(KEY, maintain_order=True)
        .agg(pl.col("reason").alias("reasons"), pl.col("share_fraction").alias("reason_shares"))
    )
    return rows.join(listed, on=KEY, how="left", maintain_order="left").with_columns(
        pl.col("reasons").fill_null(pl.lit([], dtype=pl.List(pl.String))),
        pl.col("reason_shares").fill_null(pl.lit([], dtype=pl.List(pl.Float64))),
    )
