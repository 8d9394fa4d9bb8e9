"""All-day monitoring: its own short time stamps, heart rates and steps."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from pipelines.readers.contract import Batch
from pipelines.readers.fit import fields
from pipelines.readers.fit.activities import BATCH_ROWS, LARGEST_NUMBER
from pipelines.readers.fit.context import Context, moments, nullable
from pipelines.readers.fit.messages import Messages
from pipelines.readers.fit.sessions import local_date
from pipelines.readers.fit.timestamps import FIRST_DATE, UNKNOWN, with_low_16_bits
from pipelines.readers.fit.values import Integers

WALKING_OR_RUNNING = (1, 6)
"""Activity types whose cycles are steps: running, walking."""

ACTIVITY_TYPE_BITS = 0x1F
"""Bits of the packed type and intensity that hold the type."""


def monitoring_times(messages: Messages) -> tuple[Messages, Integers]:
    """Monitoring messages and their times: from the full stamps of any message, and their own 16-bit ones."""
    rows = messages.of(fields.MONITORING)
    times = rows.times.copy()
    if not len(rows):
        return rows, times
    for part in np.unique(rows.part):
        every = messages.take(messages.part == part)
        is_monitoring = np.array([layout.number == fields.MONITORING for layout in every.layouts])[every.kinds]
        low = np.full(len(every), UNKNOWN)
        low[is_monitoring] = every.take(is_monitoring).integers(fields.MONITORING_TIMESTAMP_16)
        full = np.where(every.times >= FIRST_DATE, every.times, UNKNOWN)
        times[rows.part == part] = with_low_16_bits(full, low)[is_monitoring]
    return rows, times


def heart_rates(context: Context, messages: Messages) -> Iterator[Batch]:
    """One row per heart rate outside activities."""
    rows, times = monitoring_times(messages)
    rates = rows.numbers(fields.MONITORING_HEART_RATE)
    kept = np.flatnonzero(np.isfinite(rates) & (times != UNKNOWN) & (np.abs(rates) <= LARGEST_NUMBER))
    for start in range(0, len(kept), BATCH_ROWS):
        some = kept[start : start + BATCH_ROWS]
        columns = {
            "device_id": pl.Series([context.device_id or ""]).new_from_index(0, len(some)),
            "measured_at_utc": moments(times[some]),
            "heart_rate_bpm": nullable(rates[some]),
        }
        yield Batch(table="heart_rates", frame=context.columns("heart_rates", columns))


def daily_steps(context: Context, messages: Messages) -> list[tuple[int, float]]:
    """Last time (FIT seconds) and steps of each local date: counted up from midnight, each type by itself."""
    rows, times = monitoring_times(messages)
    steps = rows.numbers(fields.MONITORING_STEPS)
    kinds = rows.integers(fields.MONITORING_ACTIVITY_TYPE)
    packed = rows.integers(fields.MONITORING_ACTIVITY_TYPE_INTENSITY)
    kinds = np.where((kinds == UNKNOWN) & (packed != UNKNOWN), packed & ACTIVITY_TYPE_BITS, kinds)
    kept = np.isfinite(steps) & (times != UNKNOWN) & np.isin(kinds, WALKING_OR_RUNNING)
    most: dict[date, dict[int, float]] = {}
    latest: dict[date, int] = {}
    for at, kind, count in zip(times[kept].tolist(), kinds[kept].tolist(), steps[kept].tolist(), strict=True):
        # A count stamped at midnight closes the day before it.
        day = local_date(at - 1, utc_offset_s=context.utc_offset_s, zone=context.source.time_zone)
        most.setdefault(day, {})[kind] = max(most.get(day, {}).get(kind, 0.0), count)
        latest[day] = max(latest.get(day, at - 1), at - 1)
    return [(latest[day], sum(counts.values())) for day, counts in most.items()]
