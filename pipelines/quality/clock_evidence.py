"""What speaks for and against the clock of every activity, beat series and night, side by side. Pure.

The offset a file states, the athlete's zone, roughly where it was, the hour of the day: one row per subject.
What does not belong here: the label that follows (see `clock_labels`).
"""

from collections.abc import Mapping

import polars as pl

from pipelines.quality.contract import Threshold
from pipelines.quality.fact_frames import wide_facts

START = "engineering start value"

SECONDS_PER_DEGREE = 240.0
"""The sun passes a degree of longitude in four minutes."""
ZONE_WIDTH = Threshold(
    name="offset and position", number=3 * 3600.0, unit="s", source="no inhabited zone is further from the sun's time"
)
CHANGE_DAYS = Threshold(
    name="days since the clocks changed", number=21.0, unit="d", source=f"{START}: a device not set since"
)
DAY_S = 86_400

SUBJECT = ("athlete_id", "subject_kind", "subject_id", "source_file_id", "start_at_utc", "end_at_utc")


def evidence(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per activity, beat series and night of the athletes in the tables.

    Columns: `SUBJECT`, activity_id (of beats inside an activity), stated_s (offset the file states, s), time_basis,
    raw_date, at_utc (the moment its date is told by), habit (night, activity or null), time_zone, home_s (offset of
    the athlete's zone then), earlier_home_s (three weeks before), is_home_known, solar_s (the sun's time at its
    position minus UTC, s; null without one), is_repeated_hour (local time in the hour that comes twice in autumn).
    """
    places = wide_facts(tables["facts"], "activity", ("longitude_deg",))
    rows = pl.concat(
        [
            _activities(tables["activities"]).join(places, on="subject_id", how="left", maintain_order="left"),
            _beat_series(tables["beat_series"]).with_columns(pl.lit(None, dtype=pl.Float64).alias("longitude_deg")),
            _nights(tables["nights"]).with_columns(pl.lit(None, dtype=pl.Float64).alias("longitude_deg")),
        ],
        how="diagonal",
    )
    rows = rows.join(tables["athletes"].select("athlete_id", "time_zone"), on="athlete_id", how="left")
    rows = rows.with_columns(
        (pl.col("longitude_deg") * SECONDS_PER_DEGREE).alias("solar_s"),
        (pl.col("time_zone") != "UTC").alias("is_home_known"),
    )
    week = pl.duration(days=CHANGE_DAYS.number)
    moments = {
        "home_s": pl.col("at_utc"),
        "earlier_home_s": pl.col("at_utc") - week,
        "next_hour_s": pl.col("at_utc") + pl.duration(hours=1),
    }
    parts = [
        part.with_columns(_offset(moment, str(zone)).alias(name) for name, moment in moments.items())
        for (zone,), part in rows.partition_by("time_zone", as_dict=True, maintain_order=True).items()
    ]
    known = pl.concat(parts) if parts else rows.with_columns(pl.lit(0).alias(name) for name in moments)
    return known.with_columns((pl.col("next_hour_s") < pl.col("home_s")).alias("is_repeated_hour")).sort(
        "subject_kind", "subject_id"
    )


def fits(offset_s: pl.Expr, solar_s: pl.Expr) -> pl.Expr:
    """Whether an offset can be the local time at a position; null without one. Dates beyond the date line fit too."""
    apart = (offset_s - solar_s) % DAY_S
    return pl.min_horizontal(apart, DAY_S - apart) <= ZONE_WIDTH.number


def offset_words(offset_s: pl.Expr) -> pl.Expr:
    """An offset (s) as UTC+05:30."""
    minutes = (offset_s.abs() // 60).cast(pl.Int64)
    sign = pl.when(offset_s < 0).then(pl.lit("-")).otherwise(pl.lit("+"))
    two = (part.cast(pl.String).str.zfill(2) for part in (minutes // 60, minutes % 60))
    return pl.format("UTC{}{}:{}", sign, *two)


def _offset(moment: pl.Expr, zone: str) -> pl.Expr:
    local = moment.dt.convert_time_zone(zone)
    return (local.dt.base_utc_offset() + local.dt.dst_offset()).dt.total_seconds()


def _activities(activities: pl.DataFrame) -> pl.DataFrame:
    return _common(activities, "activity", key="activity_id", date="local_date").with_columns(
        pl.col("start_at_utc").alias("at_utc"), pl.lit("activity").alias("habit")
    )


def _beat_series(series: pl.DataFrame) -> pl.DataFrame:
    is_night = series["reading"] == "night"
    rows = _common(series, "beat_series", key="series_id", date="local_date").with_columns(
        series["activity_id"], is_night.alias("is_night")
    )
    return rows.with_columns(
        pl.when("is_night").then("end_at_utc").otherwise("start_at_utc").alias("at_utc"),
        pl.when("is_night").then(pl.lit("night")).alias("habit"),
    ).drop("is_night")


def _nights(nights: pl.DataFrame) -> pl.DataFrame:
    rows = _common(nights, "night", key="night_id", date="night_date").with_columns(nights["is_nap"])
    return rows.with_columns(
        pl.col("end_at_utc").alias("at_utc"),
        pl.when(~pl.col("is_nap").fill_null(value=False)).then(pl.lit("night")).alias("habit"),
    ).drop("is_nap")


def _common(rows: pl.DataFrame, kind: str, *, key: str, date: str) -> pl.DataFrame:
    return rows.select(
        "athlete_id",
        pl.lit(kind).alias("subject_kind"),
        pl.col(key).alias("subject_id"),
        "source_file_id",
        "start_at_utc",
        "end_at_utc",
        pl.col("utc_offset_s").cast(pl.Int64).alias("stated_s"),
        "time_basis",
        pl.col(date).alias("raw_date"),
    )
