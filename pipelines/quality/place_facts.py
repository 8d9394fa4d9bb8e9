"""Roughly where an activity took place: whole degrees, enough to tell a time zone and no more.

longitude_deg and latitude_deg: median of its positions, rounded to a degree (up to 111 km); null without positions.
"""

import polars as pl

from pipelines.quality.fact_frames import long_facts

UNITS = {"longitude_deg": "deg", "latitude_deg": "deg"}


def place_facts(rows: pl.DataFrame) -> pl.DataFrame:
    """Facts of every activity among the rows of records, in long form; positions of exactly 0, 0 are none."""
    fixed = (pl.col("latitude_deg") != 0) | (pl.col("longitude_deg") != 0)
    wide = rows.group_by("subject_id", maintain_order=True).agg(
        pl.col(name).filter(fixed).median().round(0).alias(name) for name in UNITS
    )
    return long_facts(wide, "activity", UNITS)
