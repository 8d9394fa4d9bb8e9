"""Heart rate above what this athlete's heart can do, by their stated maximum or their age."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.heart_rate import LEFT_OUT, PURPOSES, SENSOR
from pipelines.quality.segments import row_segments
from pipelines.tables import empty

START = "engineering start value"
TANAKA = "Tanaka 2001: 208 - 0.7 x age, standard deviation 10 bpm"

OVER_STATED = Threshold(
    name="above the stated maximum", number=10.0, unit="bpm", source=f"{START}: a maximum is seldom met in a test"
)
OVER_AGE = Threshold(name="above the maximum by age", number=30.0, unit="bpm", source=f"{TANAKA}: three of them")
HELD_S = Threshold(name="held", number=5.0, unit="s", source=f"{START}: shorter is a spike")
NEW_S = Threshold(name="new maximum, held", number=10.0, unit="s", source=START)
NEW_SLOPE = Threshold(
    name="new maximum, reached by", number=3.0, unit="bpm/s", source="first-order kinetics: no heart rises faster"
)
AT_BIRTH_BPM, A_YEAR_BPM = 208.0, 0.7  # Tanaka 2001


def ceiling_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Records with a heart rate and limit_bpm, above which it is no heart's: of activities that ever reach it.

    Of every other activity with a heart rate its highest one alone, so that it is known to have been looked at.
    Columns: subject_id, row_index, at_s, bpm, limit_bpm, heart_rate_source.
    """
    values = tables["records"].select(
        pl.col("activity_id").alias("subject_id"),
        pl.col("record_index").alias("row_index"),
        "recorded_at_utc",
        pl.coalesce("heart_rate_bpm", "other_heart_rate_bpm").alias("bpm"),
    )
    context = _limits(tables).join(_highest(values), on="subject_id", how="inner")
    reaching = pl.col("highest_bpm") > pl.col("limit_bpm")
    above = values.filter(pl.col("bpm") > 0).join(context.filter(reaching), on="subject_id", how="inner")
    at_s = (pl.col("recorded_at_utc") - pl.col("start_at_utc")).dt.total_microseconds() / 1e6
    below = context.filter(~reaching).select(
        "subject_id",
        pl.lit(0, dtype=values.schema["row_index"]).alias("row_index"),
        pl.lit(0.0).alias("at_s"),
        pl.col("highest_bpm").alias("bpm"),
        *("limit_bpm", "heart_rate_source"),
    )
    return pl.concat([above.with_columns(at_s.alias("at_s")).select(below.columns), below]).sort(
        "subject_id", "row_index"
    )


def _highest(values: pl.DataFrame) -> pl.DataFrame:
    """One row per activity with a heart rate: subject_id and highest_bpm. Records of one lie together, mostly."""
    stretches = values["subject_id"].rle().struct.unnest()
    starts = np.r_[0, stretches["len"].cum_sum().to_numpy()[:-1]] if stretches.height else np.zeros(0)
    bpm = values["bpm"].fill_null(0).to_numpy()
    highest = np.maximum.reduceat(bpm, starts.astype(np.int64)) if stretches.height else bpm
    found = pl.DataFrame({"subject_id": stretches["value"], "highest_bpm": highest})
    return found.group_by("subject_id").agg(pl.col("highest_bpm").max()).filter(pl.col("highest_bpm") > 0)


def _limits(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per activity of an athlete of known maximum or age: subject_id, start_at_utc, limit_bpm, source."""
    athletes = tables.get("athletes", empty("athletes")).select("athlete_id", "birth_year", "heart_rate_max_bpm")
    age = pl.col("local_date").dt.year() - pl.col("birth_year")
    by_age = AT_BIRTH_BPM - A_YEAR_BPM * age + OVER_AGE.number
    return (
        tables["activities"]
        .join(athletes, on="athlete_id", how="inner", maintain_order="left")
        .select(
            pl.col("activity_id").alias("subject_id"),
            *("start_at_utc", "heart_rate_source"),
            pl.coalesce(pl.col("heart_rate_max_bpm") + OVER_STATED.number, by_age).alias("limit_bpm"),
        )
        .filter(pl.col("limit_bpm").is_not_null())
    )


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds length_s, held_s (how long in a row this value and those beside it are above the limit) and rise.

    rise is how fast (bpm/s) the stretch was reached, null outside of one.
    """
    same = pl.col("subject_id") == pl.col("subject_id").shift()
    step_s = pl.when(same).then(pl.col("at_s") - pl.col("at_s").shift())
    above = pl.col("bpm") > pl.col("limit_bpm")
    rows = rows.with_columns(
        pl.when(pl.col("subject_id") == pl.col("subject_id").shift(-1))
        .then(pl.col("at_s").shift(-1) - pl.col("at_s"))
        .otherwise(1.0)
        .clip(0.0, HELD_S.number)
        .fill_null(1.0)
        .alias("length_s"),
        ((pl.col("bpm").cast(pl.Float64) - pl.col("bpm").shift()) / step_s).alias("slope"),
        pl.struct("subject_id", above.alias("above")).rle_id().alias("stretch"),
        above.alias("is_above"),
    )
    steepest = pl.max_horizontal("slope", pl.col("slope").shift(1), pl.col("slope").shift(2))
    return rows.with_columns(steepest.alias("steepest")).with_columns(
        pl.when("is_above").then(pl.col("length_s").sum().over("stretch")).otherwise(0.0).alias("held_s"),
        pl.when("is_above").then(pl.col("steepest").first().over("stretch")).alias("rise"),
    )


FAMILY = Family(signal="heart_rate", subject_kind="activity", table="records", rows=ceiling_rows, measure=measure)


def find_ceiling(rows: pl.DataFrame) -> Finding:
    """For 5 s heart rate is 10 bpm above the athlete's stated maximum, or 30 above 208 - 0.7 x age.

    On a strap it passes as a new maximum when it is held for 10 s and was reached no faster than 3 bpm/s. Athletes of
    whom neither maximum nor birth year is known are not assessable.
    """
    new = (
        (pl.col("heart_rate_source") == "strap")
        & (pl.col("held_s") >= NEW_S.number)
        & (pl.col("rise") <= NEW_SLOPE.number)
    )
    return row_segments(
        rows,
        (pl.col("held_s") >= HELD_S.number) & ~new.fill_null(value=False),
        assessable=pl.col("limit_bpm").is_not_null(),
        severity="doubtful",
        worst=pl.col("bpm"),
        evidence="{} bpm, above what this athlete's heart does",
    )


HR_CEILING = Check(
    name="hr_ceiling",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=PURPOSES,
    thresholds=(OVER_STATED, OVER_AGE, HELD_S, NEW_S, NEW_SLOPE),
    consequence=LEFT_OUT,
    remedy=f"{SENSOR} If it was you, raise heart_rate_max_bpm in athlete.toml.",
    why_not="no heart rate in the records, or neither maximum nor birth year in athlete.toml",
    find=find_ceiling,
)
