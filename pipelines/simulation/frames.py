"""Simulated rows in the shape of the table contracts, for faults and checks that work on frames."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from pipelines.simulation.noise import Series
from pipelines.tables import conform


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
