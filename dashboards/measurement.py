"""What is a matter of measurement, not of the athlete: values that fell short, and devices that changed."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from dashboards import words
from pipelines.observations.outside import METRICS, WINDOW_DAYS

DEVICE_DAYS = 28
"""Days for which a device change stays on the page."""
DAYS_FOR_RANGE = 14
"""Usable days below which there is no usual range; the same number as in `pipelines.observations.baseline`."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Values of one athlete that fell short for one reason."""

    athlete_id: int
    grade: str
    reason: str
    remedy: str
    metrics: tuple[str, ...]
    dates: tuple[date, ...]
    sport: str | None
    value_count: int


@dataclass(frozen=True, kw_only=True)
class DeviceChange:
    """A new device, firmware or method: comparisons are paused until there are enough usable days."""

    athlete_id: int
    metrics: tuple[str, ...]
    change_date: date
    device_name: str | None
    usable_day_count: int


def problems(observations: pl.DataFrame, today: date) -> tuple[Problem, ...]:
    """Values of the last days with a lowered grade, one row per athlete, leading reason and sport, the worst first."""
    # What could not be assessed or computed is not a fault of its measurement: there is nothing to mend. Nor is there
    # in a spot reading, which a watch takes by itself and makes as short as it likes.
    recent = observations.filter(
        pl.col("observed_date") > today - timedelta(days=WINDOW_DAYS),
        pl.col("grade").is_in(["doubtful", "unusable"]),
        pl.col("verdict") != "not_assessable",
        pl.col("reading") != "spot",
    ).with_columns(
        reason=pl.col("reasons").list.first().struct.field("check_name").fill_null(""),
        severity=(pl.col("grade") == "unusable").cast(pl.Int8),
    )
    recent = recent.filter(~pl.col("reason").is_in(list(words.WITHHELD)))
    grouped = (
        recent.group_by("athlete_id", "reason", "sport")
        .agg(
            pl.col("severity").max(),
            pl.col("remedy").filter(pl.col("remedy") != "").min(),
            pl.col("metric").unique().sort(),
            pl.col("observed_date").unique().sort(),
            pl.len().alias("value_count"),
        )
        .sort("severity", "value_count", "athlete_id", "reason", descending=[True, True, False, False])
    )
    return tuple(
        Problem(
            athlete_id=row["athlete_id"],
            grade="unusable" if row["severity"] else "doubtful",
            reason=row["reason"],
            remedy=row["remedy"] or "",
            metrics=tuple(row["metric"]),
            dates=tuple(row["observed_date"]),
            sport=row["sport"],
            value_count=row["value_count"],
        )
        for row in grouped.to_dicts()
    )


def device_changes(changes: pl.DataFrame, today: date) -> tuple[DeviceChange, ...]:
    """Changes of the last four weeks after which there is no usual range yet, from rows of mart_device_changes."""
    recent = changes.filter(
        pl.col("change_date") <= today,
        pl.col("change_date") > today - timedelta(days=DEVICE_DAYS),
        pl.col("usable_day_count") < DAYS_FOR_RANGE,
        pl.col("metric").is_in(METRICS),
    )
    grouped = (
        recent.group_by("athlete_id", "change_date", "device_id", "device_name")
        .agg(pl.col("metric").unique().sort(), pl.col("usable_day_count").max())
        .sort("athlete_id", "change_date", "device_id")
    )
    return tuple(
        DeviceChange(
            athlete_id=row["athlete_id"],
            metrics=tuple(row["metric"]),
            change_date=row["change_date"],
            device_name=row["device_name"],
            usable_day_count=row["usable_day_count"],
        )
        for row in grouped.to_dicts()
    )
