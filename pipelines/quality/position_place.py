"""Positions that are no places: where latitude and longitude are both nought, and those the receiver itself doubts."""

from dataclasses import replace

import polars as pl

from pipelines.quality.activity_rows import activity_rows
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.segments import row_segments

START = "engineering start value"

NOUGHT_DEG = Threshold(
    name="near nought", number=0.02, unit="deg of latitude and longitude", source=f"{START}: 2 km of open sea"
)
ACCURACY_M = Threshold(
    name="accuracy stated", number=20.0, unit="m", source=f"{START}: wider than a road and its verge"
)
ACCURACY_S = Threshold(name="shortest stretch", number=30.0, unit="s", source=START)


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """The records that hold a position or its accuracy."""
    return rows.filter(pl.col("latitude_deg").is_not_null() | pl.col("gps_accuracy_m").is_not_null()).select(
        "subject_id", "row_index", "at_s", "length_s", "latitude_deg", "longitude_deg", "gps_accuracy_m"
    )


FAMILY = Family(signal="position", subject_kind="activity", table="records", rows=activity_rows, measure=measure)


def find_nought(rows: pl.DataFrame) -> Finding:
    """A position within 0.02 degrees of latitude 0 and longitude 0, or beyond any degree: stored, and never taken."""
    latitude, longitude = pl.col("latitude_deg").abs(), pl.col("longitude_deg").abs()
    nought = (latitude < NOUGHT_DEG.number) & (longitude < NOUGHT_DEG.number)
    return row_segments(
        rows,
        nought | (latitude > 90.0) | (longitude > 180.0),  # noqa: PLR2004 - a quarter and half of a circle
        assessable=latitude.is_not_null() & longitude.is_not_null(),
        severity="doubtful",
        worst=pl.col("latitude_deg"),
        evidence="a position at latitude {}, where nobody was",
    )


def find_accuracy(rows: pl.DataFrame) -> Finding:
    """For 30 s the device itself states that its positions are off by more than 20 m."""
    accuracy = pl.col("gps_accuracy_m")
    finding = row_segments(
        rows,
        accuracy > ACCURACY_M.number,
        assessable=accuracy >= 0,
        severity="doubtful",
        worst=accuracy,
        evidence="off by {} m, as the device says",
    )
    lasting = (pl.col("end_s") - pl.col("start_s")) >= ACCURACY_S.number
    return replace(finding, segments=finding.segments.filter(lasting))


SKY = "Let the watch find its satellites before you start."
POSITION_NOUGHT = Check(
    name="position_nought",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=(),
    thresholds=(NOUGHT_DEG,),
    consequence="Said; the way there and back is left out of distance and pace as a jump of the position.",
    remedy=SKY,
    why_not="no positions in the records",
    find=find_nought,
)
POSITION_ACCURACY = Check(
    name="position_accuracy",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=(),
    thresholds=(ACCURACY_M, ACCURACY_S),
    consequence="Said, and nothing is left out: other checks judge the positions by the way they make.",
    remedy=SKY,
    why_not="no accuracy of positions in the records",
    find=find_accuracy,
)
