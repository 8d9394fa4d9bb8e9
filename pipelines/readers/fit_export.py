"""FIT files as watches, bike computers and training apps write them."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import polars as pl

from pipelines.errors import CorruptExport
from pipelines.readers.contract import Batch, Head, Reader, ReadReport, Source
from pipelines.readers.fit import beats, fields, names, wellness
from pipelines.readers.fit.activities import activities, laps, pauses, records
from pipelines.readers.fit.context import Context
from pipelines.readers.fit.decode import decode
from pipelines.readers.fit.developer import descriptions, native_stand_ins
from pipelines.readers.fit.devices import Maker, heart_rate_source, maker
from pipelines.readers.fit.integrity import SIGNATURE, SIGNATURE_OFFSET
from pipelines.readers.fit.messages import Messages
from pipelines.readers.fit.sessions import Session, assign, sessions, utc_offset_s
from pipelines.readers.fit.strap import merged_heart_rates, strap_beats
from pipelines.readers.fit.timestamps import FIRST_DATE, FIT_EPOCH_UNIX_S
from pipelines.readers.fit.values import Floats
from pipelines.tables import contract

PLANNED = frozenset({5, 6, 34, 35})
"""File types whose records were never recorded by the athlete: workout, course, segment, segment list."""

ACTIVITY_MESSAGES = (fields.SESSION, fields.RECORD, fields.LAP, fields.HRV)


def recognise(head: Head) -> bool:
    """Says yes to the signature in the header, whatever the name."""
    return head.start[SIGNATURE_OFFSET : SIGNATURE_OFFSET + len(SIGNATURE)] == SIGNATURE


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Reads one FIT file, chained files included. Raises `CorruptExport` when no message in it is whole."""
    decoded = decode(source.path.read_bytes())
    messages = decoded.messages
    if not len(messages):
        raise CorruptExport(
            doing="reading the FIT file",
            where=source.name,
            found="no whole message in it",
            remedy="Copy it from the device again",
        )
    passed_over = [*decoded.passed_over, *_passed_over(messages)]
    used = _recorded(messages)
    context = _context(source, used)
    if context.maker:
        yield Batch(table="devices", frame=_device(context.maker, context))
    yield from _activity_batches(context, used)
    yield from wellness.batches(context, used, created=_created(used))
    yield ReadReport(losses=decoded.losses, passed_over=tuple(passed_over))


def _activity_batches(context: Context, messages: Messages) -> Iterator[Batch]:
    rows = messages.of(fields.RECORD)
    otherwise = _last_resort(context.source, messages)
    found = sessions(messages, rows, otherwise=otherwise)
    every = beats.beats_of(messages, rows, found, otherwise=otherwise)
    if found:
        belongs_to = assign(rows.times, rows.part, found)
        stand_ins = native_stand_ins(rows, descriptions(messages))
        from_strap = _strap_heart_rates(messages, rows)
        if from_strap is not None:
            stand_ins["heart_rate_bpm"] = from_strap
        has_rate = np.isfinite(rows.numbers(fields.RECORD_HEART_RATE))
        has_rate |= np.isfinite(stand_ins.get("heart_rate_bpm", np.full(len(rows), np.nan)))
        with_rates = np.bincount(belongs_to, weights=has_rate, minlength=len(found)) > 0
        frame = activities(
            context,
            found=found,
            record_counts=np.bincount(belongs_to, minlength=len(found)).tolist(),
            heart_rate_sources=[
                _heart_rate_source(messages, session, has_rates=has_rates, is_from_strap=from_strap is not None)
                for session, has_rates in zip(found, with_rates.tolist(), strict=True)
            ],
        )
        yield Batch(table="activities", frame=frame)
        for table, belonging in (("laps", laps), ("pauses", pauses)):
            frame = belonging(context, messages, found)
            if len(frame):
                yield Batch(table=table, frame=frame)
        yield from records(context, rows, belongs_to=belongs_to, stand_ins=stand_ins)
    yield from beats.batches(context, every, found)


def _strap_heart_rates(messages: Messages, rows: Messages) -> Floats | None:
    """Heart rates of records from a strap's own memory; null where records have their own or no strap sent any."""
    if not len(rows) or np.isfinite(rows.numbers(fields.RECORD_HEART_RATE)).any():
        return None
    times, bpm = strap_beats(messages)
    return merged_heart_rates(rows, times, bpm) if len(times) else None


def _heart_rate_source(messages: Messages, session: Session, *, has_rates: bool, is_from_strap: bool) -> str:
    """Where the heart rates of one activity come from: only a strap keeps a memory of its own."""
    if not has_rates:
        return "unknown"
    return "strap" if is_from_strap else heart_rate_source(messages, start=session.start, end=session.end)


def _recorded(messages: Messages) -> Messages:
    """The messages without the sessions, laps and records of planned routes and workouts."""
    identity = messages.of(fields.FILE_ID)
    types = identity.integers(fields.FILE_TYPE)
    planned = np.unique(identity.part[np.isin(types, list(PLANNED))])
    if not len(planned):
        return messages
    of_activity = np.array([layout.number in ACTIVITY_MESSAGES for layout in messages.layouts])[messages.kinds]
    return messages.take(~(of_activity & np.isin(messages.part, planned)))


def _passed_over(messages: Messages) -> list[str]:
    """File types and messages that hold nothing we use, with their counts."""
    identity = messages.of(fields.FILE_ID)
    types = [int(number) for number in identity.integers(fields.FILE_TYPE)]
    counts: Counter[int] = Counter()
    for layout, count in zip(messages.layouts, np.bincount(messages.kinds).tolist(), strict=False):
        counts[layout.number] += count
    has_use = any(counts[number] for number in fields.USED - {fields.FILE_ID, fields.DEVICE_INFO, fields.FILE_CREATOR})
    notes = [f"file of type {names.file_type(number)}" for number in types if number in PLANNED or not has_use]
    for number, count in sorted((+counts).items()):
        is_planned = number in ACTIVITY_MESSAGES and bool(types) and set(types) <= PLANNED
        if number not in fields.USED or is_planned or (not has_use and number == fields.FILE_ID):
            notes.append(f"{names.message(number)}: {count}")
    return notes


def _context(source: Source, messages: Messages) -> Context:
    made_by = maker(messages)
    told = messages.of(fields.ACTIVITY)
    monitored = messages.of(fields.MONITORING_INFO)
    offset = utc_offset_s(
        np.concatenate([told.times, monitored.times]),
        np.concatenate(
            [
                told.integers(fields.ACTIVITY_LOCAL_TIMESTAMP),
                monitored.integers(fields.MONITORING_INFO_LOCAL_TIMESTAMP),
            ]
        ),
        manufacturer_number=made_by.manufacturer_number if made_by else -1,
    )
    return Context(source=source, maker=made_by, utc_offset_s=offset)


def _device(made_by: Maker, context: Context) -> pl.DataFrame:
    row = {
        "device_id": context.device_id,
        "manufacturer": made_by.manufacturer,
        "product": made_by.product,
        "serial": made_by.serial,
    }
    return pl.DataFrame([row], schema=contract("devices"))


def _created(messages: Messages) -> int:
    """When the file was made (FIT seconds); -1 when it states no date."""
    times = messages.of(fields.FILE_ID).integers(fields.TIME_CREATED)
    times = times[times >= FIRST_DATE]
    return int(times[0]) if len(times) else -1


def _last_resort(source: Source, messages: Messages) -> float:
    """A time (FIT seconds) for what has none: when the file was made, any time in it, when it was last changed."""
    created = _created(messages)
    if created >= 0:
        return float(created)
    known = messages.times[messages.times >= 0]
    if len(known):
        return float(known[0])
    return max(0.0, source.modified_at_utc.timestamp() - FIT_EPOCH_UNIX_S) if source.modified_at_utc else 0.0


READER = Reader(
    name="fit",
    version="1",
    label="FIT file from a watch, bike computer or training app",
    tables=(
        "devices", "activities", "laps", "pauses", "records", "beat_series", "beats", "heart_rates", "nights",
        "sleep_stages", "daily_values", "hrv_epochs",
    ),
    recognise=recognise,
    read=read,
    reads=(
        "Activities with records, laps and pauses, RR intervals, heart rates outside activities, resting heart rate, "
        "nights with stages, HRV status; vendor scores are stored and never used."
    ),
    passes_over="Settings, courses, workouts, segments, zones, and messages of one maker only; each read lists them.",
    certainty="Real files of fourteen makers, checked against an independent decoder.",
    methods=wellness.METHODS,
)  # fmt: skip
"""The FIT format."""
