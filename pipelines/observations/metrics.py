"""The metrics we observe: unit, purpose and version of each definition, and how an observation is named.

A metric's type, method, reading and device are part of its identity: RMSSD is not SDNN, a night is not a morning,
one vendor's number is not another's. Nothing is ever compared across them.
"""

import hashlib
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One quantity. `baseline_purpose` is the purpose a day must be usable for to enter the usual range."""

    name: str
    unit: str
    purpose: str
    version: int
    baseline_purpose: str | None = None


METRICS = {
    metric.name: metric
    for metric in (
        Metric(name="ln_rmssd", unit="ln_ms", purpose="hrv_day", version=1, baseline_purpose="hrv_baseline"),
        Metric(name="resting_heart_rate", unit="bpm", purpose="resting_hr", version=3, baseline_purpose="resting_hr"),
        Metric(name="sleep_duration", unit="s", purpose="sleep_duration", version=1, baseline_purpose="sleep_duration"),
        Metric(name="moving_time", unit="s", purpose="mean_pace", version=2),
        Metric(name="distance", unit="m", purpose="distance", version=2),
        Metric(name="mean_pace", unit="s_per_km", purpose="mean_pace", version=2),
        Metric(name="mean_heart_rate", unit="bpm", purpose="load", version=2),
        Metric(name="decoupling", unit="fraction", purpose="decoupling", version=3),
        Metric(name="best_1_km", unit="s_per_km", purpose="bests", version=2),
        Metric(name="best_5_km", unit="s_per_km", purpose="bests", version=2),
        Metric(name="best_10_km", unit="s_per_km", purpose="bests", version=2),
    )
}

VERSION = ";".join(f"{metric.name}={metric.version}" for metric in METRICS.values())
"""Version of all definitions: another one than stored queues every subject again."""

CANDIDATE = {
    "athlete_id": pl.Int32,
    "subject_kind": pl.String,
    "subject_id": pl.String,
    "observed_date": pl.Date,
    "metric": pl.String,
    "method": pl.String,
    "reading": pl.String,
    "device_id": pl.String,
    "firmware": pl.String,
    "observed_value": pl.Float64,
    "evidence": pl.String,
}
"""Columns of a value before it is weighed: one row per metric of one subject."""


def candidates(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in the columns and types of `CANDIDATE`; a device or firmware not stated becomes empty text."""
    return frame.select(
        pl.col(name).cast(kind).fill_null("") if name in {"device_id", "firmware"} else pl.col(name).cast(kind)
        for name, kind in CANDIDATE.items()
    )


def observation_id(athlete_id: int, subject_id: str, metric: str, method: str) -> str:
    """Twelve hexadecimal digits that stay the same as long as the observation is of the same thing."""
    name = "|".join((str(athlete_id), subject_id, metric, method))
    return hashlib.sha256(name.encode()).hexdigest()[:12]
