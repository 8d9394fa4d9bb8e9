"""What a device does not see of a night: the time to fall asleep, and waking. Told once for each device."""

from collections.abc import Mapping

import polars as pl

from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.in_use import nights_in_use
from pipelines.quality.night import night_rows
from pipelines.quality.night_window import NAP_S
from pipelines.quality.segments import whole_subjects
from pipelines.tables import empty

START = "engineering start value"

NIGHTS = Threshold(name="nights alike", number=14.0, unit="nights in a row", source=START)
AT_ONCE_S = Threshold(name="asleep at once", number=30.0, unit="s awake first", source=f"{START}: half a usual epoch")
UNBROKEN = Threshold(
    name="hardly awake",
    number=0.99,
    unit="fraction of the night asleep",
    source=f"{START}; of 321 generated nights one in eleven is above",
)
SERIES = ["athlete_id", "device_id"]


def unseen_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per night, naps left out, with latency_s: from its start to its first stage of sleep.

    Null where no stage is stated. By athlete, device and date.
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
    """Adds is_at_once (asleep the moment the night begins) and is_unbroken (hardly awake); null where not known."""
    measured_s = pl.col("period_s") - pl.col("unmeasured_s").fill_null(0.0).clip(0.0)
    share = pl.when(pl.col("awake_s").is_not_null() & (measured_s > 0)).then(pl.col("sleep_duration_s") / measured_s)
    return nights.with_columns(
        (pl.col("latency_s") < AT_ONCE_S.number).alias("is_at_once"), (share > UNBROKEN.number).alias("is_unbroken")
    )


FAMILY = Family(signal="night", subject_kind="night", table="sleep_stages", rows=unseen_rows, measure=measure)


def _find(nights: pl.DataFrame, mark: str, evidence: str) -> Finding:
    """The night with which fourteen in a row of one device have the mark; those without fourteen are not assessed."""
    known = nights.filter(pl.col(mark).is_not_null())
    marked = pl.col(mark)
    counted = known.with_columns(
        pl.int_range(1, pl.len() + 1).over(SERIES).alias("night_count"),
        pl.when(marked).then(marked.cum_sum().over(*SERIES, (~marked).cum_sum().over(SERIES))).alias("alike"),
    )
    return whole_subjects(
        counted.filter(pl.col("night_count") >= NIGHTS.number),
        (pl.col("alike") == NIGHTS.number).fill_null(value=False),
        severity="doubtful",
        worst=pl.col("alike"),
        evidence=evidence,
    )


def find_latency(nights: pl.DataFrame) -> Finding:
    """The fourteenth night in a row, of one device, on which sleep begins the moment the night does.

    Told once, on that night. With fewer than fourteen nights with stages up to it: not assessable.
    """
    return _find(nights, "is_at_once", "{} nights in a row without time to fall asleep")


def find_unbroken(nights: pl.DataFrame) -> Finding:
    """The fourteenth night in a row, of one device, of which more than 99 % was sleep: everybody wakes more than that.

    Told once, on that night: a single such night is common. Nights whose time awake is not stated do not count; with
    fewer than fourteen up to it: not assessable.
    """
    return _find(nights, "is_unbroken", "{} nights in a row without waking")


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
NIGHT_UNBROKEN = Check(
    name="night_unbroken",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=(),
    thresholds=(NIGHTS, UNBROKEN, NAP_S),
    consequence="Said once, and nothing is left out: this device does not see waking, and its sleep is too long by it.",
    remedy="Nothing to mend: time awake in the night cannot be had from this device.",
    why_not="a nap, no time awake stated, or fewer than fourteen nights of the device up to this one",
    find=find_unbroken,
)
