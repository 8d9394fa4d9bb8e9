"""Apple Health: export.xml, alone or out of export.zip."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from pipelines.errors import CorruptExport
from pipelines.readers.apple.chunks import CHUNK_BYTES, Chunk, chunks
from pipelines.readers.apple.daily import METHODS, daily_values
from pipelines.readers.apple.frames import frame_of
from pipelines.readers.apple.makers import APPLE, device_rows
from pipelines.readers.apple.patient import patient_rows
from pipelines.readers.apple.plain import plain_rows
from pipelines.readers.apple.rows import BEAT, HEART_RATE, QUANTITY, SCHEMA, SDNN, SLEEP, STEPS, Found, Names
from pipelines.readers.apple.sleep import Nights, nights_of
from pipelines.readers.apple.streams import Streams
from pipelines.readers.apple.workouts import Workouts
from pipelines.readers.contract import Batch, Head, Loss, Reader, ReadReport, Source
from pipelines.readers.text_file import counted

ROOT = re.compile(rb"<HealthData[\s>]|<!DOCTYPE\s+HealthData\b")
FRAGMENT = re.compile(rb"\s*<(?:Record\s+type=\"HK|Workout\s+workoutActivityType=\"HKWorkoutActivityType)")
"""Elements cut out of an export, without its root."""

CLINICAL = b"<ClinicalDocument"
"""The same values a second time, as the export's other file states them."""

STREAMED = (HEART_RATE, STEPS)
"""Kinds handed on piece by piece; the others are few."""

PLACES_SHOWN = 8
"""How many places a loss names before it only counts the rest."""


@dataclass
class _Reading:
    """What is gathered while the file goes by."""

    source: Source
    names: Names = field(default_factory=Names)
    kept: list[pl.DataFrame] = field(default_factory=list)
    workouts: Workouts = field(default_factory=Workouts)
    counts: Counter[str] = field(default_factory=Counter)
    problems: dict[str, list[tuple[int, Chunk]]] = field(default_factory=dict)
    makers: set[int] = field(default_factory=set)
    """Numbers of the makers that rows came from."""
    has_root_start: bool = False
    has_root_end: bool = False
    whole_count: int = 0
    end: int = 0


def recognise(head: Head) -> bool:
    """Says yes to the root or its document type, and to elements cut out of an export; not to the clinical document."""
    start = head.start.removeprefix(b"\xef\xbb\xbf")
    return CLINICAL not in start and (ROOT.search(start) is not None or FRAGMENT.match(start) is not None)


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Reads one export in memory that does not grow with it. Raises `CorruptExport` when no element is whole."""
    yield from read_pieces(source, chunk_bytes=CHUNK_BYTES, is_patient=False)


def read_pieces(source: Source, *, chunk_bytes: int, is_patient: bool) -> Iterator[Batch | ReadReport]:
    """The same in pieces of that size; `is_patient` takes the patient way all through, which gives the same rows."""
    reading = _Reading(source=source)
    streams = Streams(source=source, makers=reading.names.makers)
    for chunk in chunks(source.path, chunk_bytes=chunk_bytes):
        records = _take(reading, chunk, is_patient=is_patient)
        for table, frame in (("heart_rates", streams.heart_rates(records)), ("interval_sums", streams.steps(records))):
            if frame.height:
                yield Batch(table=table, frame=frame)
    if not reading.whole_count and not reading.has_root_end:
        raise CorruptExport(
            doing="read the Apple Health export",
            where=source.name,
            found="no element in it is whole",
            remedy="Export it once more from the Health app",
        )
    records = pl.concat(reading.kept) if reading.kept else pl.DataFrame(schema=SCHEMA)
    nights = nights_of(records.filter(pl.col("kind") == SLEEP), reading.names, source)
    tables: dict[str, list[dict[str, object]] | pl.DataFrame] = {
        "activities": reading.workouts.activities,
        "pauses": reading.workouts.pauses,
        "nights": nights.nights,
        "sleep_stages": nights.stage_rows() if nights.stages else [],
        "daily_values": daily_values(records, reading.names),
    }
    for table, rows in tables.items():
        if len(rows):
            yield Batch(table=table, frame=frame_of(rows, table, source))
    if reading.makers | reading.workouts.makers:
        used = [reading.names.makers.known[number] for number in sorted(reading.makers | reading.workouts.makers)]
        yield Batch(table="devices", frame=device_rows(used))
    yield ReadReport(
        losses=tuple(_losses(reading, streams)), passed_over=tuple(_passed_over(reading, streams, nights, records))
    )


def _take(reading: _Reading, chunk: Chunk, *, is_patient: bool) -> pl.DataFrame:
    """The used records of a piece; what is kept until the end is put aside."""
    reading.has_root_start |= chunk.has_root_start
    reading.has_root_end |= chunk.has_root_end
    reading.end = chunk.end
    found: Found | None = None
    if not chunk.is_preamble:
        found = None if is_patient else plain_rows(chunk.body, reading.names)
        found = found or patient_rows(chunk.body, reading.names)
    if found is None:
        return pl.DataFrame(schema=SCHEMA)
    reading.counts.update(found.counts)
    reading.whole_count += found.records.height + len(found.workouts) + found.counts.total()
    for why, count in found.problems:
        reading.problems.setdefault(why, []).append((count, chunk))
    for workout in found.workouts:
        reading.workouts.add(workout, reading.names, reading.source)
    reading.makers.update(found.records["maker"].unique().to_list())
    is_kept = ~pl.col("kind").is_in(STREAMED)
    if (kept := found.records.filter(is_kept)).height:
        reading.kept.append(kept)
    return found.records


def _losses(reading: _Reading, streams: Streams) -> Iterator[Loss]:
    for why, places in reading.problems.items():
        shown = ", ".join(f"{chunk.start}-{chunk.end}" for _, chunk in places[:PLACES_SHOWN])
        rest = len(places) - PLACES_SHOWN
        where = f"between bytes {shown}" + (f" and {rest} more places" if rest > 0 else "")
        yield Loss(what=counted(sum(count for count, _ in places), "element"), where=where, why=why)
    if reading.workouts.undated_count:
        what = counted(reading.workouts.undated_count, "workout")
        yield Loss(what=what, where="", why="no start or end that can be read")
    if streams.unheld_count:
        yield Loss(what=counted(streams.unheld_count, "heart rate"), where="", why="no heart's number by far")
    if reading.has_root_start and not reading.has_root_end:
        yield Loss(what="the rest of the file", where=f"after byte {reading.end}", why="it is cut short: it has no end")


def _passed_over(reading: _Reading, streams: Streams, nights: Nights, records: pl.DataFrame) -> Iterator[str]:
    others = [number for number, maker in enumerate(reading.names.makers.known) if maker.manufacturer != APPLE]
    by_apps = records.filter(pl.col("maker").is_in(others) & (pl.col("kind") != SLEEP))
    notes = {
        "rows the export repeats": streams.repeated_count,
        "stretches in bed, which is not asleep": nights.in_bed_count,
        "nights told by several devices, of which one was taken": nights.other_source_count,
        "parts, laps and segments of workouts": reading.workouts.part_count,
        "variability by other apps, which may be another quantity": by_apps.filter(pl.col("kind") == SDNN).height,
        "numbers of a day by other apps": by_apps.filter(pl.col("kind") != SDNN).height,
        "beats of spot readings, whose times are rounded to 10 ms": reading.counts.pop(BEAT, 0),
    }
    for note, count in notes.items():
        if count:
            yield f"{note}: {count}"
    for name, count in sorted(reading.counts.items()):
        yield f"{name.removeprefix(QUANTITY).removeprefix('HKCategoryTypeIdentifier')}: {count}"


READER = Reader(
    name="apple_health",
    version="1",
    label="Apple Health export (XML)",
    tables=(
        "devices", "heart_rates", "interval_sums", "daily_values", "nights", "sleep_stages", "activities", "pauses",
    ),
    recognise=recognise,
    read=read,
    reads=(
        "Heart rates, steps by device, resting heart rate, SDNN of the moment, nights with stages (one device each), "
        "workouts with pauses and the name of their route; offsets by the stated time zone, else the phone's at export"
    ),
    passes_over=(
        "Beats of spot readings (times rounded to 10 ms and no expected error for that), motion context, energy, "
        "distances outside workouts, oxygen, breathing, body measures, daily summaries, numbers other apps wrote"
    ),
    certainty="real workouts and records of one phone, public parsers and bug reports",
    methods=METHODS,
)  # fmt: skip
