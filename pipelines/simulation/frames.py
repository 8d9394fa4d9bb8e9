"""Simulated rows in the shape of the table contracts, for faults and checks that work on frames."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from pipelines.simulation.noise import Series
from pipelines.simulation.running import Run
from pipelines.tables import conform, contract

STRAP_ID, WATCH_ID = "generator:strap:1", "generator:watch:1"
"""Devices of rows that no file was written for."""

RESOLUTION_MS = 1.0
"""Step (ms) in which the invented strap stores beats."""


def beat_rows(rr_ms: Series, *, athlete_id: int, source_file_id: str) -> pl.DataFrame:
    """One unbroken series of beats in the columns of `beats`."""
    starts = np.round(np.concatenate([[0.0], np.cumsum(rr_ms[:-1]) / 1000.0]), 3)
    rows = pl.DataFrame({"beat_index": np.arange(len(rr_ms)), "start_s": starts, "rr_ms": rr_ms})
    return conform(
        rows.with_columns(
            athlete_id=pl.lit(athlete_id),
            source_file_id=pl.lit(source_file_id),
            series_id=pl.lit(f"{source_file_id}:b0"),
        ),
        "beats",
    )


def series_row(beats: pl.DataFrame, *, start_at_utc: datetime, reading: str) -> pl.DataFrame:
    """The row of `beat_series` that belongs to one series of beats, made by an invented strap."""
    end_s = float(beats["start_s"][-1]) + float(beats["rr_ms"][-1]) / 1000.0
    end = start_at_utc + timedelta(seconds=end_s)
    row = beats.select(pl.col("series_id", "athlete_id", "source_file_id").first()).with_columns(
        start_at_utc=pl.lit(start_at_utc),
        end_at_utc=pl.lit(end),
        time_basis=pl.lit("utc"),
        local_date=pl.lit((end if reading == "night" else start_at_utc).date()),
        reading=pl.lit(reading),
        device_id=pl.lit(STRAP_ID),
        interval_count=pl.lit(beats.height),
        resolution_ms=pl.lit(RESOLUTION_MS),
    )
    return conform(row, "beat_series")


def activity_row(records: pl.DataFrame, run: Run, *, heart_rate_source: str, sub_sport: str | None) -> pl.DataFrame:
    """The row of `activities` that belongs to the records of one run, made by an invented watch."""
    start, end = (datetime.fromtimestamp(moment, UTC) for moment in (run.start_s, run.end_s))
    paused_s = sum(stop - begin for begin, stop in run.pauses)
    row = records.select(
        pl.col("activity_id", "athlete_id", "source_file_id").first(),
        average_heart_rate_bpm=pl.col("heart_rate_bpm").mean(),
        max_heart_rate_bpm=pl.col("heart_rate_bpm").max().cast(pl.Float64),
        distance_m=pl.col("distance_m").max(),
    ).with_columns(
        start_at_utc=pl.lit(start),
        end_at_utc=pl.lit(end),
        utc_offset_s=pl.lit(0),
        time_basis=pl.lit("utc"),
        local_date=pl.lit(start.date()),
        sport=pl.lit("running"),
        sub_sport=pl.lit(sub_sport, dtype=pl.String),
        device_id=pl.lit(WATCH_ID),
        firmware=pl.lit("1.00"),
        heart_rate_source=pl.lit(heart_rate_source),
        elapsed_s=pl.lit(float(run.end_s - run.start_s)),
        timer_s=pl.lit(float(run.end_s - run.start_s - paused_s)),
        record_count=pl.lit(records.height),
    )
    return conform(row, "activities")


def pause_rows(records: pl.DataFrame, run: Run) -> pl.DataFrame:
    """The rows of `pauses` that belong to the records of one run."""
    moments = [[datetime.fromtimestamp(moment, UTC) for moment in pause] for pause in run.pauses]
    rows = pl.DataFrame(
        {
            "activity_id": records["activity_id"][0],
            "pause_index": list(range(len(moments))),
            "athlete_id": records["athlete_id"][0],
            "source_file_id": records["source_file_id"][0],
            "start_at_utc": [start for start, _ in moments],
            "end_at_utc": [end for _, end in moments],
        },
        schema=contract("pauses"),
    )
    return conform(rows, "pauses")


def record_rows(records: pl.DataFrame, *, athlete_id: int, source_file_id: str) -> pl.DataFrame:
    """The records of one run in the columns of `records`."""
    return conform(
        records.with_columns(
            athlete_id=pl.lit(athlete_id),
            source_file_id=pl.lit(source_file_id),
            activity_id=pl.lit(f"{source_file_id}:0"),
            record_index=pl.int_range(pl.len()),
        ),
        "records",
    )


def value_rows(
    dates: list[date],
    *,
    rmssd_ms: Series,
    resting_bpm: Series,
    athlete_id: int,
    device_ids: list[str],
) -> pl.DataFrame:
    """What a watch states for each night, in the columns of `daily_values`: RMSSD, then resting heart rate."""
    parts = [
        pl.DataFrame(
            {
                "athlete_id": athlete_id,
                "source_file_id": [f"{metric}{day:%Y%m%d}".ljust(16, "0")[:16] for day in dates],
                "value_date": dates,
                "metric": metric,
                "method": method,
                "reading": reading,
                "device_id": device_ids,
                "measured_at_utc": [datetime.combine(day, datetime.min.time(), UTC) for day in dates],
                "measured_value": np.round(values, 1),
                "unit": unit,
            }
        )
        for metric, method, reading, values, unit in (
            ("rmssd", "garmin_last_night_average", "night", rmssd_ms, "ms"),
            ("resting_heart_rate", "garmin_daily", "day", np.rint(resting_bpm), "bpm"),
        )
    ]
    return conform(pl.concat(parts), "daily_values")


def night_rows(
    dates: list[date], *, sleep_s: Series, ends_s: Series, athlete_id: int, device_ids: list[str]
) -> pl.DataFrame:
    """One row a night in the columns of `nights`; ends in s since 1970 (UTC), stages in usual shares."""
    awake_s = np.rint(0.05 * sleep_s)
    ends = [datetime.fromtimestamp(end, UTC) for end in np.rint(ends_s).tolist()]
    whole = np.rint(sleep_s)
    starts = [
        end - timedelta(seconds=float(length)) for end, length in zip(ends, (whole + awake_s).tolist(), strict=True)
    ]
    deep_s, rem_s = np.rint(0.18 * whole), np.rint(0.22 * whole)
    rows = pl.DataFrame(
        {
            "night_id": [f"night{day:%Y%m%d}000:n0" for day in dates],
            "athlete_id": athlete_id,
            "source_file_id": [f"night{day:%Y%m%d}000" for day in dates],
            "night_date": dates,
            "start_at_utc": starts,
            "end_at_utc": ends,
            "utc_offset_s": 0,
            "time_basis": "utc",
            "device_id": device_ids,
            "sleep_duration_s": whole,
            "awake_s": awake_s,
            "light_s": whole - deep_s - rem_s,
            "deep_s": deep_s,
            "rem_s": rem_s,
            "unmeasured_s": 0.0,
        }
    )
    return conform(rows, "nights")
