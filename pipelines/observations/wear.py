"""When a device was worn: on how many hours of each local date it read a heart rate."""

import polars as pl

NIGHT_HOURS = tuple(range(6))
"""Local hours 0 to 5: whoever wears a device at night has heart rates in them."""

WEAR_DAYS = {
    "device_id": pl.String,
    "source_file_id": pl.String,
    "local_date": pl.Date,
    "hour_count": pl.Int64,
    "night_hour_count": pl.Int64,
}
"""Columns of `wear_days`: one row per device, source file and local date that has a heart rate."""


def wear_days(heart_rates: pl.LazyFrame, *, time_zone: str) -> pl.DataFrame:
    """Hours with a heart rate (count) of each device, source file and local date in the athlete's zone."""
    local = pl.col("measured_at_utc").dt.convert_time_zone(time_zone)
    hours = heart_rates.select(
        "device_id", "source_file_id", local_date=local.dt.date(), hour=local.dt.hour().cast(pl.Int64)
    ).unique()
    counted = hours.group_by("device_id", "source_file_id", "local_date").agg(
        hour_count=pl.len().cast(pl.Int64),
        night_hour_count=pl.col("hour").is_in(NIGHT_HOURS).sum().cast(pl.Int64),
    )
    return counted.select(pl.col(name).cast(kind) for name, kind in WEAR_DAYS.items()).sort(pl.all()).collect()
