"""Falling asleep that takes no time, night after night: the device does not measure it."""

from collections.abc import Mapping

import polars as pl

from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.in_use import nights_in_use
from pipelines.quality.night import night_rows
from pipelines.quality.night_window import NAP_S
from pipelines.quality.segments import whole_subjects
from pipelines.tables import empty

START = "engineering start value"

NIGHTS = Threshold(name="nights at once", number=14.0, unit="nights in a row", source=START)
AT_ONCE_S = Threshold(name="asleep at once", number=30.0, unit="s awake first", source=f"{START}: half a usual epoch")
SERIES = ["athlete_id", "device_id"]


def latency_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per night, naps left out, with latency_s: from its start to its first stage of sleep.

    Null where no stage is stated.
    """
    asleep = (
        tables.get("sleep_stages", empty("sleep_stages"))
        .filter(pl.col("stage").is_in(["light", "deep", "rem"]))
        .group_by("night_id")
        .agg(pl.col("start_at_utc").min().alias("asleep_at_utc"))
    )
    nights = nights_in_use(night_rows(tables)).filter(
        ~pl.col("is_nap").fill_null(value=False) & (pl.col("sleep_duration_s") >= NAP_S.number)
    )
    latency = (pl.col("asleep_at_utc") - pl.col("start_at_utc")).dt.total_microseconds() / 1e6
    return (
        nights.join(asleep, on="night_id", how="left", maintain_order="left")
        .with_columns(latency.alias("latency_s"), pl.col("device_id").fill_null(""))
        .sort(*SERIES, "night_date", "start_at_utc", "subject_id")
    )


def measure(nights: pl.DataFrame) -> pl.DataFrame:
    """The nights with a latency, with at_once_count: how many in a row up to this one had none."""
    known = nights.filter(pl.col("latency_s").is_not_null())
    at_once = pl.col("latency_s") < AT_ONCE_S.number
    return known.with_columns(at_once.alias("is_at_once")).with_columns(
        pl.when("is_at_once")
        .then(pl.col("is_at_once").cum_sum().over(*SERIES, (~pl.col("is_at_once")).cum_sum().over(SERIES)))
        .otherwise(0)
        .alias("at_once_count"),
        pl.int_range(1, pl.len() + 1).over(SERIES).alias("night_count"),
    )


FAMILY = Family(signal="night", subject_kind="night", table="sleep_stages", rows=latency_rows, measure=measure)


def find_latency(nights: pl.DataFrame) -> Finding:
    """The fourteenth night in a row, of one device, on which sleep begins the moment the night does.

    Told once, on that night. With fewer than fourteen nights with stages up to it: not assessable.
    """
    return whole_subjects(
        nights.filter(pl.col("night_count") >= NIGHTS.number),
        pl.col("at_once_count") == NIGHTS.number,
        severity="doubtful",
        worst=pl.col("at_once_count"),
        evidence="{} nights in a row without time to fall asleep",
    )


NIGHT_LATENCY = Check(
    name="night_latency",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=(),
    thresholds=(NIGHTS, AT_ONCE_S, NAP_S),
    consequence="Said once, and nothing is left out: this device does not measure how long falling asleep takes.",
    remedy="Nothing to mend: time to fall asleep cannot be had from this device.",
    why_not="a nap, no stages stated, or fewer than fourteen nights of the device up to this one",
    find=find_latency,
)
