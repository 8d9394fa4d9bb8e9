"""Is there enough of a reading? Length of a morning or spot reading, valid epochs of a night."""

import polars as pl

from pipelines.quality.beat_rows import beat_rows
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.rmssd import ADJACENT_S, EPOCH_PAIRS, EPOCH_S, EPOCH_VALID, epochs
from pipelines.quality.segments import whole_subjects

START = "engineering start value"
ESCO = "Esco & Flatt 2014, J Sports Sci Med 13:535-541: 60 s of ln RMSSD in athletes"

LEAST_S = Threshold(name="shortest reading", number=60.0, unit="s", source=ESCO)
LEAST_PAIRS = Threshold(name="fewest pairs", number=50.0, unit="pairs", source=START)
PLAIN_S = Threshold(name="plain reading", number=120.0, unit="s", source=f"{START}, after Bourdillon 2017: 2 min")
LEAST_EPOCHS = Threshold(name="fewest epochs of a night", number=12.0, unit="epochs of 5 min", source=f"{START}: 1 h")
PLAIN_EPOCHS = Threshold(name="plain night", number=36.0, unit="epochs of 5 min", source=f"{START}: 3 h")


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per series: reading, valid_s, pair_count, epoch_count, duration_s, row_count."""
    totals = rows.group_by("subject_id", "reading", maintain_order=True).agg(
        pl.col("length_s").filter("is_good").sum().alias("valid_s"),
        pl.col("square_ms2").count().alias("pair_count"),
        (pl.col("at_s") + pl.col("length_s")).max().alias("duration_s"),
        pl.len().alias("row_count"),
    )
    is_night = pl.col("reading") == "night"
    valid = epochs(rows.filter(is_night)).filter("is_valid").group_by("subject_id").agg(pl.len().alias("epoch_count"))
    return totals.join(valid, on="subject_id", how="left", maintain_order="left").with_columns(
        pl.when(is_night).then(pl.col("epoch_count").fill_null(0)).alias("epoch_count")
    )


FAMILY = Family(signal="beats", subject_kind="beat_series", table="beats", rows=beat_rows, measure=measure)


def find_short(subjects: pl.DataFrame) -> Finding:
    """A morning or spot reading with less than 60 s or 50 pairs of good beats fails; less than 120 s is doubtful.

    Only good beats in windows whose rhythm can carry HRV count. Nights and exercise are not assessable.
    """
    too_little = (pl.col("valid_s") < LEAST_S.number) | (pl.col("pair_count") < LEAST_PAIRS.number)
    return whole_subjects(
        subjects.filter(pl.col("reading").is_in(["morning", "spot"])),
        too_little | (pl.col("valid_s") < PLAIN_S.number),
        severity=pl.when(too_little).then(pl.lit("unusable")).otherwise(pl.lit("doubtful")),
        worst=pl.col("valid_s"),
        evidence="{} s of good beats",
    )


def find_epochs(subjects: pl.DataFrame) -> Finding:
    """A night with fewer than 12 valid epochs of 5 minutes fails; fewer than 36 is doubtful.

    An epoch is valid when good beats cover 60 % of its time and make 100 pairs. Other readings are not assessable.
    """
    few = pl.col("epoch_count") < LEAST_EPOCHS.number
    return whole_subjects(
        subjects.filter(pl.col("reading") == "night"),
        pl.col("epoch_count") < PLAIN_EPOCHS.number,
        severity=pl.when(few).then(pl.lit("unusable")).otherwise(pl.lit("doubtful")),
        worst=pl.col("epoch_count"),
        evidence="{} valid epochs of 5 minutes",
    )


READING_LENGTH = Check(
    name="reading_length",
    version=1,
    family=FAMILY,
    severity="unusable",
    purposes=("hrv_day", "hrv_baseline"),
    thresholds=(LEAST_S, LEAST_PAIRS, PLAIN_S, ADJACENT_S),
    consequence="Below the limit no RMSSD is given; a short one is doubtful.",
    remedy="Keep still and record two minutes or more, after a minute to settle.",
    why_not="not a morning or spot reading",
    find=find_short,
)
NIGHT_EPOCHS = Check(
    name="night_epochs",
    version=1,
    family=FAMILY,
    severity="unusable",
    purposes=("hrv_day", "hrv_baseline"),
    thresholds=(LEAST_EPOCHS, PLAIN_EPOCHS, EPOCH_S, EPOCH_VALID, EPOCH_PAIRS),
    consequence="Below the limit no RMSSD is given for the night; with few epochs it is doubtful.",
    remedy="Wear the sensor the whole night and check its battery.",
    why_not="not a night",
    find=find_epochs,
)
