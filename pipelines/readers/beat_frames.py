"""RR intervals as rows: one beat series and its beats."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from pipelines.readers.beat_resolution import resolution_of
from pipelines.readers.beat_times import SPAN_MAXIMUM_S, Floats
from pipelines.readers.contract import Batch, Loss, Source
from pipelines.readers.local_times import Moment
from pipelines.readers.readings import local_date_of, reading_of
from pipelines.readers.text_file import counted
from pipelines.tables import conform

BATCH_ROWS = 100_000
"""Rows of one batch: about a day of beats."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One unbroken recording as a file states it; `start_s` and `rr_ms` have one value an interval."""

    start: Moment
    start_s: Floats
    rr_ms: Floats
    device_id: str | None = None
    resolution_ms: float | None = None
    """Step (ms) in which the format stores beats; null where it does not say."""


def within_span(start_s: Floats, rr_ms: Floats) -> tuple[Floats, Floats, tuple[Loss, ...]]:
    """The intervals that lie in one recording, and those too far from its start as a loss."""
    is_inside = (np.abs(start_s) <= SPAN_MAXIMUM_S) & (rr_ms <= SPAN_MAXIMUM_S * 1000.0)
    if bool(is_inside.all()):
        return start_s, rr_ms, ()
    count = int(np.count_nonzero(~is_inside))
    why = f"more than {SPAN_MAXIMUM_S / 86_400:.0f} days from the start"
    where = f"from interval {int(np.argmin(is_inside))}"
    return start_s[is_inside], rr_ms[is_inside], (Loss(what=counted(count, "interval"), where=where, why=why),)


def beat_batches(source: Source, recording: Recording) -> Iterator[Batch]:
    """The row of `beat_series`, then the rows of `beats` in batches. The recording has at least one interval."""
    series_id = f"{source.source_file_id}:b0"
    start = recording.start
    duration_s = float(np.max(recording.start_s + recording.rr_ms / 1000.0))
    end_at_utc = start.at_utc + timedelta(seconds=duration_s)
    zone = source.time_zone if start.utc_offset_s is None else start.utc_offset_s
    reading = reading_of(start.at_utc, duration_s, zone)
    series = pl.DataFrame(
        {
            "series_id": [series_id],
            "athlete_id": [source.athlete_id],
            "source_file_id": [source.source_file_id],
            "start_at_utc": [start.at_utc],
            "end_at_utc": [end_at_utc],
            "utc_offset_s": [start.utc_offset_s],
            "time_basis": [start.time_basis],
            "local_date": [local_date_of(reading, start_at_utc=start.at_utc, end_at_utc=end_at_utc, zone=zone)],
            "reading": [reading],
            "device_id": [recording.device_id],
            "interval_count": [recording.rr_ms.size],
            "resolution_ms": [resolution_of(recording.rr_ms, recording.resolution_ms)],
        }
    )
    yield Batch(table="beat_series", frame=conform(series, "beat_series"))
    for first in range(0, recording.rr_ms.size, BATCH_ROWS):
        last = min(first + BATCH_ROWS, recording.rr_ms.size)
        beats = pl.DataFrame(
            {
                "beat_index": np.arange(first, last),
                "start_s": recording.start_s[first:last],
                "rr_ms": recording.rr_ms[first:last],
            }
        ).with_columns(
            pl.lit(source.athlete_id).alias("athlete_id"),
            pl.lit(source.source_file_id).alias("source_file_id"),
            pl.lit(series_id).alias("series_id"),
        )
        yield Batch(table="beats", frame=conform(beats, "beats"))
