"""Activities of a file and what belongs to them: records, laps and pauses."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from pipelines.readers.contract import Batch
from pipelines.readers.fit import fields
from pipelines.readers.fit.components import RECORD_COLUMNS, compressed_speed_distance
from pipelines.readers.fit.context import Context, moments, nullable, number
from pipelines.readers.fit.messages import Messages
from pipelines.readers.fit.sessions import Session, assign, local_date, moment
from pipelines.readers.fit.timestamps import UNKNOWN
from pipelines.readers.fit.values import Floats, Integers

BATCH_ROWS = 100_000
"""Records in one batch: keeps memory bounded however long the activity."""

TIMER = 0
"""Event: the timer."""

TIMER_START = 0
TIMER_STOPS = (1, 4, 8, 9)
"""Event types that stop the timer: stop, stop all, stop and disable, stop and disable all."""

SMALLEST_NUMBER, LARGEST_NUMBER = -(2**15), 2**15 - 1
"""What the heart-rate column can represent; no device writes beyond it, damaged bytes may."""


def activity_id(context: Context, index: int) -> str:
    """source_file_id, a colon, and the number of the session in the file."""
    return f"{context.source.source_file_id}:{index}"


def activities(
    context: Context, *, found: list[Session], record_counts: list[int], heart_rate_sources: list[str]
) -> pl.DataFrame:
    """One row per activity."""
    rows: list[dict[str, object]] = []
    for index, session in enumerate(found):
        rows.append(
            {
                "activity_id": activity_id(context, index),
                "start_at_utc": moment(session.start),
                "end_at_utc": moment(session.end),
                "utc_offset_s": context.utc_offset_s,
                "time_basis": "utc",
                "local_date": local_date(
                    session.start, utc_offset_s=context.utc_offset_s, zone=context.source.time_zone
                ),
                "sport": session.sport,
                "sub_sport": session.sub_sport,
                "device_id": context.device_id,
                "firmware": context.firmware,
                "heart_rate_source": heart_rate_sources[index],
                "elapsed_s": number(session.elapsed_s),
                "timer_s": number(session.timer_s),
                "distance_m": number(session.distance_m),
                "ascent_m": number(session.ascent_m),
                "energy_kcal": number(session.energy_kcal),
                "average_heart_rate_bpm": number(session.average_heart_rate_bpm),
                "max_heart_rate_bpm": number(session.max_heart_rate_bpm),
                "record_count": record_counts[index],
            }
        )
    return context.rows("activities", rows)


def records(context: Context, rows: Messages, *, belongs_to: Integers, stand_ins: dict[str, Floats]) -> Iterator[Batch]:
    """One row per record message, in file order. `stand_ins` fill what the records' own fields leave out.

    A heart rate that stands in has a column of its own, so that what the records themselves store stays as stored.
    """
    speed, distance = compressed_speed_distance(rows)
    fallbacks = {"speed_m_per_s": speed, "distance_m": distance, **stand_ins}
    other_rate = fallbacks.pop("heart_rate_bpm", np.full(len(rows), np.nan))
    for start in range(0, len(rows), BATCH_ROWS):
        part = slice(start, start + BATCH_ROWS)
        some = rows.take(part)
        columns = {"record_index": pl.Series(np.arange(start, start + len(some)), dtype=pl.Int32)}
        columns["activity_id"] = _ids(context, belongs_to[part])
        columns["recorded_at_utc"] = moments(some.times)
        for name, of in RECORD_COLUMNS.items():
            values = of(some)
            if name in fallbacks:
                values = np.where(np.isnan(values), fallbacks[name][part], values)
            columns[name] = nullable(_storable(values) if name == "heart_rate_bpm" else values)
        columns["other_heart_rate_bpm"] = nullable(_storable(other_rate[part]))
        yield Batch(table="records", frame=context.columns("records", columns))


def _storable(values: Floats) -> Floats:
    return np.where((values < SMALLEST_NUMBER) | (values > LARGEST_NUMBER), np.nan, values)


def laps(context: Context, messages: Messages, found: list[Session]) -> pl.DataFrame:
    """One row per lap, numbered within its activity."""
    rows = messages.of(fields.LAP)
    starts = rows.integers(fields.START_TIME)
    starts = np.where(starts == UNKNOWN, rows.times, starts)
    belongs_to = assign(starts, rows.part, found) if found else np.zeros(0, np.int64)
    columns = {
        "elapsed_s": rows.numbers(fields.ELAPSED_S),
        "timer_s": rows.numbers(fields.TIMER_S),
        "distance_m": rows.numbers(fields.DISTANCE_M),
        "average_heart_rate_bpm": rows.numbers(fields.LAP_AVERAGE_HEART_RATE),
    }
    stated = rows.integers(fields.START_TIME)
    counts: dict[int, int] = {}
    out: list[dict[str, object]] = []
    for row, index in enumerate(belongs_to.tolist()):
        out.append(
            {
                "activity_id": activity_id(context, index),
                "lap_index": counts.get(index, 0),
                "start_at_utc": moment(float(stated[row])) if stated[row] != UNKNOWN else None,
                **{name: number(column[row]) for name, column in columns.items()},
            }
        )
        counts[index] = counts.get(index, 0) + 1
    return context.rows("laps", out)


def pauses(context: Context, messages: Messages, found: list[Session]) -> pl.DataFrame:
    """One row per time between the timer's stop and its next start, inside an activity."""
    events = messages.of(fields.EVENT)
    events = events.take((events.integers(fields.EVENT_EVENT) == TIMER) & (events.times != UNKNOWN))
    kinds = events.integers(fields.EVENT_TYPE).tolist()
    stopped: dict[int, int] = {}
    spans: list[tuple[int, int, int]] = []
    for part, at, kind in zip(events.part.tolist(), events.times.tolist(), kinds, strict=True):
        if kind in TIMER_STOPS:
            stopped.setdefault(part, at)
        elif kind == TIMER_START and part in stopped:
            spans.append((part, stopped.pop(part), at))
    out: list[dict[str, object]] = []
    counts: dict[int, int] = {}
    for part, start, end in spans:
        index = next((i for i, s in enumerate(found) if s.part == part and s.start <= start < s.end), None)
        if index is None or min(end, found[index].end) <= start:
            continue
        out.append(
            {
                "activity_id": activity_id(context, index),
                "pause_index": counts.get(index, 0),
                "start_at_utc": moment(start),
                "end_at_utc": moment(min(end, found[index].end)),
            }
        )
        counts[index] = counts.get(index, 0) + 1
    return context.rows("pauses", out)


def _ids(context: Context, belongs_to: Integers) -> pl.Series:
    count = int(belongs_to.max()) + 1
    ids = pl.Series([activity_id(context, index) for index in range(count)])
    return ids.gather(pl.Series(belongs_to))
