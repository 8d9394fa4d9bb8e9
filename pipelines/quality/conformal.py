"""The factor that brings an expected error to what it promises: smaller in 80 % of cases, by purpose, source and flags.

`wattworth calibrate` measures it on simulated subjects of known truth and writes conformal.csv beside this module: of
each stratum (purpose, source, share of flagged rows) the quantile of error over expected error. A stratum of too few
subjects has the factor of its source, then of its purpose. Where the generator knows no truth the factor is one and the
row says `not calibrated`.

Source: Vovk, Gammerman & Shafer 2005, Algorithmic Learning in a Random World, for split conformal prediction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.quality.expected_error import UNITS
from pipelines.quality.fact_frames import wide_facts
from pipelines.quality.limits import LIMITS
from pipelines.quality.versioned_table import figure, one_of, rows_of, text_of, version_of, whole, wrong

FILE = "conformal.csv"
COLUMNS = (
    *("purpose", "source", "flagged_from", "flagged_to", "basis", "n", "factor", "coverage"),
    *("seed", "generator_version", "date"),
)
NOT_CALIBRATED = "not calibrated"
BASES = ("stratum", "source", "purpose", NOT_CALIBRATED)
"""Whose subjects a factor is from: of the stratum, of its source, of its purpose, or nobody's."""

FLAGGED_SHARES = (
    ("beat_series", "flagged_fraction", ("hrv_day", "hrv_baseline", "resting_hr")),
    ("activity", "flagged_movement_fraction", ("distance", "mean_pace", "splits", "bests")),
    ("activity", "flagged_heart_rate_fraction", ("load", "hr_zones")),
)
"""The fact that holds the share of flagged rows, by kind of subject and purpose; other purposes have one stratum."""

WHOLE = (0.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """One row of the table: the factor for flagged shares from `flagged_from` up to, not with, `flagged_to`."""

    purpose: str
    source: str
    flagged_from: float
    flagged_to: float
    """1 holds subjects that are flagged throughout as well."""
    basis: str
    subject_count: int
    """Subjects the factor is from (n)."""
    factor: float
    coverage: float | None
    """Share of these subjects whose error is within expected error times factor, each by the factor of the others."""
    seed: int
    generator_version: int
    made_on: date


def strata_in(text: str) -> tuple[Stratum, ...]:
    """The rows of a table, in its order.

    Raises `ConfigurationError` for an unknown purpose, a factor that is not above nought, a row that is not calibrated
    and still has a factor, shares that leave a hole or overlap, or a pair of the limits without a row.
    """
    found = tuple(_stratum(row, where) for where, row in rows_of(text, FILE, COLUMNS))
    by_pair: dict[tuple[str, str], list[Stratum]] = {}
    for one in found:
        by_pair.setdefault((one.purpose, one.source), []).append(one)
    for purpose, source in ((limit.purpose, limit.source) for limit in LIMITS):
        _hold_whole(by_pair.pop((purpose, source), []), f"{FILE}, {purpose} from {source}")
    if by_pair:
        raise wrong(FILE, f"{' from '.join(next(iter(by_pair)))} has no limit", "Write the table with calibrate.")
    return found


def _stratum(row: dict[str, str], where: str) -> Stratum:
    one = Stratum(
        purpose=one_of(row["purpose"], where, UNITS),
        source=row["source"],
        flagged_from=figure(row["flagged_from"], where),
        flagged_to=figure(row["flagged_to"], where),
        basis=one_of(row["basis"], where, BASES),
        subject_count=whole(row["n"], where),
        factor=figure(row["factor"], where),
        coverage=figure(row["coverage"], where) if row["coverage"] else None,
        seed=whole(row["seed"], where),
        generator_version=whole(row["generator_version"], where),
        made_on=_day(row["date"], where),
    )
    is_bare = one.subject_count == 0 and one.factor == 1.0 and one.coverage is None
    if one.factor <= 0 or (one.basis == NOT_CALIBRATED) != is_bare:
        raise wrong(where, f"factor {one.factor:g} of {one.subject_count} is {one.basis}", "Run calibrate again.")
    if one.coverage is not None and one.coverage > 1:
        raise wrong(where, f"coverage {one.coverage:g} is more than all", "Run calibrate again.")
    return one


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong(where, f"'{text}' is no date", "Give it as YYYY-MM-DD.") from None


def _hold_whole(rows: Sequence[Stratum], where: str) -> None:
    """Raises `ConfigurationError` unless the shares of the rows lie end to end from nought to one."""
    ends = [WHOLE[0], *(row.flagged_to for row in rows)]
    starts = [*(row.flagged_from for row in rows), WHOLE[1]]
    if ends != starts or any(row.flagged_from >= row.flagged_to for row in rows):
        raise wrong(where, "flagged shares do not lie end to end from 0 to 1", "Write the table with calibrate.")


def version(strata: Sequence[Stratum]) -> str:
    """Version of a table, by what decides: the same factors made on another day are the same."""
    return version_of((x.purpose, x.source, x.flagged_from, x.flagged_to, x.factor) for x in strata)


TABLE = strata_in(text_of(FILE))
VERSION = version(TABLE)


def uncalibrated() -> tuple[Stratum, ...]:
    """A table in which every factor is one, to measure against."""
    return tuple(
        Stratum(
            purpose=limit.purpose,
            source=limit.source,
            flagged_from=WHOLE[0],
            flagged_to=WHOLE[1],
            basis=NOT_CALIBRATED,
            subject_count=0,
            factor=1.0,
            coverage=None,
            seed=0,
            generator_version=0,
            made_on=date.min,
        )
        for limit in LIMITS
    )


def flagged_shares(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per subject and purpose: flagged_share (fraction of the rows), null where it is not known."""
    parts = []
    for kind, fact, purposes in FLAGGED_SHARES:
        shares = wide_facts(facts, kind, (fact,)).select(
            pl.lit(kind).alias("subject_kind"), "subject_id", pl.col(fact).alias("flagged_share")
        )
        parts.append(shares.join(pl.DataFrame({"purpose": list(purposes)}), how="cross"))
    return pl.concat(parts)


def with_factor(rows: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Adds flagged_share and conformal_factor to rows of subject_kind, subject_id, purpose and source.

    Where the share is not known the largest factor of the source stands: not known is not clean. A source that has no
    limit has no factor either, and one stands for it.
    """
    key = ["subject_kind", "subject_id", "purpose"]
    table = pl.DataFrame(
        [(one.purpose, one.source, one.flagged_from, one.flagged_to, one.factor) for one in TABLE],
        schema=["purpose", "source", "flagged_from", "flagged_to", "factor"],
        orient="row",
    )
    rows = rows.join(flagged_shares(facts), on=key, how="left", maintain_order="left")
    share = pl.col("flagged_share")
    inside = (share >= pl.col("flagged_from")) & ((share < pl.col("flagged_to")) | (pl.col("flagged_to") == WHOLE[1]))
    factors = (
        rows.select(*key, "source", "flagged_share")
        .join(table, on=["purpose", "source"], how="inner")
        .filter(inside.fill_null(value=True))
        .group_by(key)
        .agg(pl.col("factor").max().alias("conformal_factor"))
    )
    return rows.join(factors, on=key, how="left", maintain_order="left").with_columns(
        pl.col("conformal_factor").fill_null(1.0)
    )
