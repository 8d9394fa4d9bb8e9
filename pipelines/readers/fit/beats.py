"""RR intervals of a file, set on the clock: `hrv` messages have no time of their own, the others one per message."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from pipelines.readers.beat_resolution import resolution_of
from pipelines.readers.contract import Batch
from pipelines.readers.fit import fields
from pipelines.readers.fit.activities import BATCH_ROWS, activity_id
from pipelines.readers.fit.context import Context, nullable
from pipelines.readers.fit.messages import Messages
from pipelines.readers.fit.sessions import Session, assign, moment
from pipelines.readers.fit.timestamps import UNKNOWN
from pipelines.readers.fit.values import Floats, Integers
from pipelines.readers.readings import local_date_of, reading_of

DRIFT_LIMIT_S = 5.0
"""Summed intervals this far (s) from the records' clock are set on it anew: beats were dropped."""

LOOK_AHEAD_S = 60.0
"""How long (s of intervals) a drift has to last to be one: longer than devices hold messages back."""

GAP_LIMIT_S = 60.0
"""A gap longer than this (s) ends a series: what follows is another unbroken recording."""

LONGEST_MS = 0xFFFF
"""Longest interval the fields can hold (ms); damaged bytes may declare more."""

RESOLUTION_MS = 1.0
"""Step (ms) of every kind: `hrv` is stored in 1/1000 s, the others in whole milliseconds."""

BBI_TIME_MASK = 0x3FFF
"""Packed beat interval: 14 bits of time (ms), one of quality, one that says gap."""

BBI_GAP_BIT = 15


@dataclass(frozen=True, kw_only=True)
class Beats:
    """RR intervals in file order: start of each (FIT seconds), length, and the session it lies in (-1: none)."""

    starts: Floats
    rr_ms: Floats
    session: Integers


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What the intervals of each message are set on: earliest and latest time (FIT seconds) its first may start."""

    earliest: Floats
    latest: Floats


def beats_of(messages: Messages, records: Messages, found: list[Session], *, otherwise: float) -> list[Beats]:
    """Every kind of RR interval the file holds, each kind by itself."""
    hrv = messages.of(fields.HRV)
    every = [_placed(hrv.table(fields.HRV_TIME_MS), None, _record_clock(hrv, records, otherwise), hrv, found)]
    for rows, times, gaps in (_beat_intervals(messages), _raw_intervals(messages)):
        every.append(_placed(times, gaps, _own_clock(rows, otherwise), rows, []))
    return [beats for beats in every if len(beats.starts)]


def batches(context: Context, every: list[Beats], found: list[Session]) -> Iterator[Batch]:
    """Rows of beat_series and of beats, split where an activity ends or a gap is too long."""
    series: list[dict[str, object]] = []
    frames: list[pl.DataFrame] = []
    for beats in every:
        ends = beats.starts + beats.rr_ms / 1000
        breaks = np.abs(beats.starts[1:] - ends[:-1]) > GAP_LIMIT_S
        breaks |= beats.session[1:] != beats.session[:-1]
        bounds = [0, *(np.flatnonzero(breaks) + 1).tolist(), len(ends)]
        for first, last in pairwise(bounds):
            part = slice(first, last)
            row = _series_row(context, beats, part, index=len(series), found=found)
            series.append(row)
            frames.append(_beat_rows(context, beats, part, series_id=str(row["series_id"])))
    if series:
        yield Batch(table="beat_series", frame=context.rows("beat_series", series))
        rows = pl.concat(frames)
        for start in range(0, len(rows), BATCH_ROWS):
            yield Batch(table="beats", frame=rows.slice(start, BATCH_ROWS))


def _series_row(context: Context, beats: Beats, part: slice, *, index: int, found: list[Session]) -> dict[str, object]:
    start = float(beats.starts[part][0])
    end = float((beats.starts[part] + beats.rr_ms[part] / 1000).max())
    session = int(beats.session[part][0])
    zone = context.utc_offset_s if context.utc_offset_s is not None else context.source.time_zone
    reading = "activity" if session >= 0 else reading_of(moment(start), end - start, zone)
    return {
        "series_id": f"{context.source.source_file_id}:b{index}",
        "activity_id": activity_id(context, session) if 0 <= session < len(found) else None,
        "start_at_utc": moment(start),
        "end_at_utc": moment(end),
        "utc_offset_s": context.utc_offset_s,
        "time_basis": "utc",
        "local_date": local_date_of(reading, start_at_utc=moment(start), end_at_utc=moment(end), zone=zone),
        "reading": reading,
        "device_id": context.device_id,
        "interval_count": part.stop - part.start,
        "resolution_ms": resolution_of(beats.rr_ms[part], RESOLUTION_MS),
    }


def _beat_rows(context: Context, beats: Beats, part: slice, *, series_id: str) -> pl.DataFrame:
    starts = beats.starts[part]
    return context.columns(
        "beats",
        {
            "series_id": pl.Series([series_id]).new_from_index(0, len(starts)),
            "beat_index": pl.Series(np.arange(len(starts)), dtype=pl.Int32),
            "start_s": nullable(np.round(starts - starts[0], 4)),
            "rr_ms": nullable(beats.rr_ms[part]),
        },
    )


def _placed(times: Floats, gaps: Floats | None, clock: Clock, rows: Messages, found: list[Session]) -> Beats:
    """Puts each interval after the one before; where the sum has left the clock, on the clock again."""
    valid = (times >= 0) & (times <= LONGEST_MS)
    lengths_s = np.where(valid, times, 0.0) / 1000
    within = np.cumsum(lengths_s, axis=1) - lengths_s
    starts = _message_starts(lengths_s.sum(axis=1), clock)
    is_beat = valid if gaps is None else valid & ~(gaps > 0)
    row_of = np.nonzero(is_beat)[0]
    beat_starts = (starts[:, None] + within)[is_beat]
    session = np.full(len(beat_starts), -1)
    if found and len(beat_starts):
        session = assign(beat_starts.astype(np.int64), rows.part[row_of], found)
    return Beats(starts=beat_starts, rr_ms=times[is_beat], session=session)


def _message_starts(totals_s: Floats, clock: Clock) -> Floats:
    """Start (FIT seconds) of the first interval of each message: the sum so far, set right where it has drifted.

    Some devices write many messages at once, long after their beats: only what is adrift in every message of the
    minute that follows counts as drift.
    """
    before = np.cumsum(totals_s) - totals_s
    ahead = np.searchsorted(before, before + LOOK_AHEAD_S, side="right")
    early, late = clock.earliest - before, clock.latest - before
    shift = early[0] if len(early) else 0.0
    starts = np.zeros(len(before))
    bounds = zip(early.tolist(), late.tolist(), ahead.tolist(), strict=True)
    for row, (lowest, highest, last) in enumerate(bounds):
        if lowest - shift > DRIFT_LIMIT_S:
            behind_s = float(early[row:last].min()) - shift
            shift += behind_s if behind_s > DRIFT_LIMIT_S else 0.0
        elif shift - highest > DRIFT_LIMIT_S:
            ahead_s = shift - float(late[row:last].max())
            shift -= ahead_s if ahead_s > DRIFT_LIMIT_S else 0.0
        starts[row] = shift
    result: Floats = starts + before
    return result


def _record_clock(hrv: Messages, records: Messages, otherwise: float) -> Clock:
    """Between the record before an `hrv` message and the one after it; `otherwise` where there is no record."""
    timed = records.take(records.times != UNKNOWN)
    earliest, latest = np.full(len(hrv), np.nan), np.full(len(hrv), np.inf)
    for part in np.unique(hrv.part):
        rows = hrv.part == part
        mine = timed.take(timed.part == part)
        if len(mine) == 0:
            earliest[rows] = -np.inf
            continue
        after = np.searchsorted(mine.offsets, hrv.offsets[rows])
        times = mine.times.astype(np.float64)
        earliest[rows] = times[np.maximum(after - 1, 0)]
        latest[rows] = np.where(after < len(mine), times[np.minimum(after, len(mine) - 1)], np.inf)
    if len(hrv) and np.isinf(earliest[0]):
        earliest[0] = otherwise
    return Clock(earliest=earliest, latest=np.maximum(latest, earliest))


def _own_clock(rows: Messages, otherwise: float) -> Clock:
    """The time each message states itself."""
    times = np.where(rows.times == UNKNOWN, -np.inf, rows.times.astype(np.float64))
    times = times + np.nan_to_num(rows.numbers(fields.BEAT_TIMESTAMP_MS), nan=0.0) / 1000
    if len(rows) and np.isinf(times[0]):
        times[0] = otherwise
    return Clock(earliest=times, latest=np.where(np.isinf(times), np.inf, times))


def _beat_intervals(messages: Messages) -> tuple[Messages, Floats, Floats | None]:
    rows = messages.of(fields.BEAT_INTERVALS)
    return rows, rows.table(fields.BEAT_INTERVALS_TIME_MS), None


def _raw_intervals(messages: Messages) -> tuple[Messages, Floats, Floats | None]:
    """Raw beat intervals, from their own fields or packed into one."""
    rows = messages.of(fields.RAW_BBI)
    times, gaps = rows.table(fields.BBI_TIME_MS), rows.table(fields.BBI_GAP)
    if np.isfinite(times).any():
        padded = np.zeros(times.shape)
        shared = min(times.shape[1], gaps.shape[1])
        padded[:, :shared] = gaps[:, :shared]
        return rows, times, padded
    packed = rows.table(fields.BBI_DATA)
    whole = np.where(np.isfinite(packed), packed, 0).astype(np.int64)
    return rows, np.where(np.isfinite(packed), whole & BBI_TIME_MASK, np.nan), (whole >> BBI_GAP_BIT).astype(float)
