"""Altitude that leaps as no ground does: a barometer in a gust, a door, or a fix that was put right."""

import numpy as np
import polars as pl

from pipelines.quality.activity_rows import INDOOR, ON_FOOT, RIDDEN, activity_rows
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.jumps import between
from pipelines.quality.segments import row_segments

START = "engineering start value"

LEAP = Threshold(name="leap", number=3.0, unit="m/s up or down", source=f"{START}: five times the fastest climbers")
LEAP_RIDDEN = Threshold(name="leap, ridden", number=5.0, unit="m/s up or down", source=f"{START}: 25 m/s down 20 %")
LEAP_M = Threshold(name="smallest leap", number=8.0, unit="m", source=f"{START}: a barometer's noise is below 2 m")
BACK_S = Threshold(name="leap back within", number=120.0, unit="s", source=START)
BACK_M = Threshold(name="leap back to within", number=15.0, unit="m of where it left", source=START)
COMPARED_S = Threshold(name="compared altitudes", number=10.0, unit="s apart", source=START)


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """The records that hold an altitude, with climb_m since the one before (null when not compared) and is_leap."""
    kept = rows.filter(
        pl.col("sport").is_in([*ON_FOOT, *RIDDEN])
        & ~pl.col("sub_sport").is_in(INDOOR).fill_null(value=False)
        & pl.col("altitude_m").is_not_null()
        & pl.col("clock_s").is_not_null()
    ).select(
        *("subject_id", "row_index", "at_s", "clock_s", "length_s", "altitude_m", "sport", "is_pause_step"),
        *("is_paused", "latitude_deg", "longitude_deg", "distance_m"),
    )
    same = pl.col("subject_id") == pl.col("subject_id").shift()
    step_s = pl.col("clock_s") - pl.col("clock_s").shift()
    compared = same & ~pl.col("is_pause_step") & ~pl.col("is_paused") & (step_s > 0) & (step_s <= COMPARED_S.number)
    climb = pl.when(compared).then(pl.col("altitude_m") - pl.col("altitude_m").shift())
    fastest = pl.when(pl.col("sport").is_in(RIDDEN)).then(LEAP_RIDDEN.number).otherwise(LEAP.number)
    kept = kept.with_columns(climb.alias("climb_m"), (fastest * step_s).alias("most_m"))
    leap = kept.select(
        (pl.col("climb_m").abs() > pl.max_horizontal("most_m", pl.lit(LEAP_M.number))).fill_null(value=False)
    )["climb_m"]
    marked = between(
        leap.to_numpy(),
        subject=kept["subject_id"].rle_id().to_numpy().astype(np.int64),
        at_s=kept["clock_s"].to_numpy(),
        value=kept["altitude_m"].to_numpy(),
        longest_s=BACK_S.number,
        back=BACK_M.number,
    )
    return kept.with_columns(pl.Series("is_leap", marked))


FAMILY = Family(signal="altitude", subject_kind="activity", table="records", rows=activity_rows, measure=measure)


def find_leap(rows: pl.DataFrame) -> Finding:
    """Altitude changes by 8 m and more, faster than 3 m/s (5 ridden); back within two minutes, all of it fails.

    Altitudes more than 10 s apart or across a pause are not compared.
    """
    return row_segments(
        rows,
        pl.col("is_leap"),
        assessable=pl.col("climb_m").is_not_null(),
        severity="doubtful",
        worst=pl.col("climb_m"),
        evidence="altitude leaps by {} m",
    )


ALTITUDE_LEAP = Check(
    name="altitude_leap",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=(),
    thresholds=(LEAP, LEAP_RIDDEN, LEAP_M, BACK_S, BACK_M, COMPARED_S),
    consequence="Said, and nothing is left out: no purpose uses altitude, and its sum of climbs is not to be trusted.",
    remedy="Keep the watch's small holes free of sweat and jacket, and let it set its altitude where you start.",
    why_not="no altitude every ten seconds, or neither on foot nor ridden outdoors",
    find=find_leap,
)
