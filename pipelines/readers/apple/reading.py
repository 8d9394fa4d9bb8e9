"""One export, piece by piece: what can be handed on is, the few rows that need the whole wait for its end."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from pipelines.errors import CorruptExport
from pipelines.readers.apple.beat_lists import BeatLists
from pipelines.readers.apple.chunks import Chunk, chunks, halves
from pipelines.readers.apple.daily import daily_values
from pipelines.readers.apple.frames import frame_of
from pipelines.readers.apple.makers import APPLE, device_rows
from pipelines.readers.apple.patient import patient_rows
from pipelines.readers.apple.plain import plain_rows
from pipelines.readers.apple.rows import BEAT, CATEGORY, QUANTITY, SCHEMA, SDNN, SLEEP, STREAMED, Found, Names
from pipelines.readers.apple.sleep import IN_BED, nights_of
from pipelines.readers.apple.streams import Streams
from pipelines.readers.apple.workouts import Workouts
from pipelines.readers.contract import Batch, Loss, ReadReport, Source
from pipelines.readers.text_file import counted

ROWS_TOGETHER = 40_000
"""Rows that are handed on together, or somewhat more: a frame costs as much as some thousand rows."""

PLACES_SHOWN = 8
"""How many places a loss names before it only counts the rest."""


@dataclass(frozen=True, kw_only=True)
class _Problem:
    """Elements that are lost in one piece, which lies there in the file (bytes)."""

    count: int
    start: int
    end: int


@dataclass
class _Reading:
    """What is gathered while the file goes by."""

    source: Source
    names: Names = field(default_factory=Names)
    kept: list[pl.DataFrame] = field(default_factory=list)
    waiting: list[pl.DataFrame] = field(default_factory=list)
    """Records that came since some were handed on."""
    workouts: Workouts = field(default_factory=Workouts)
    counts: Counter[str] = field(default_factory=Counter)
    problems: dict[str, list[_Problem]] = field(default_factory=dict)
    makers: set[int] = field(default_factory=set)
    """Numbers of the makers that rows came from."""
    notes: Counter[str] = field(default_factory=Counter)
    has_root_start: bool = False
    has_root_end: bool = False
    whole_count: int = 0
    end: int = 0


def read_pieces(source: Source, *, chunk_bytes: int, is_patient: bool) -> Iterator[Batch | ReadReport]:
    """Reads an export in pieces of that size. Raises `CorruptExport` when no element in it is whole.

    `is_patient` takes the patient way all through, which gives the same rows.
    """
    reading = _Reading(source=source)
    streams = Streams(source=source, makers=reading.names.makers)
    lists = BeatLists(source=source, names=reading.names)
    for chunk in chunks(source.path, chunk_bytes=chunk_bytes):
        for found in _taken(reading, chunk, is_patient=is_patient):
            yield from lists.batches(found.records, found.beats)
        if sum(records.height for records in reading.waiting) >= ROWS_TOGETHER:
            yield from _handed_on(reading, streams)
    yield from _handed_on(reading, streams)
    if not reading.whole_count and not reading.has_root_end:
        raise CorruptExport(
            doing="read the Apple Health export",
            where=source.name,
            found="no element in it is whole",
            remedy="Export it once more from the Health app",
        )
    yield from _of_the_whole(reading)
    makers = reading.makers | reading.workouts.makers
    yield from _batch("devices", device_rows(reading.names.makers.known[number] for number in makers))
    reading.notes.update(
        {
            "rows the export repeats": streams.repeated_count + lists.repeated_count,
            "stretches between listed beats that are no interval": lists.gap_count,
            "lists of beats without an interval": lists.bare_count,
        }
    )
    losses = (*_losses(reading, streams), *_losses_of_beats(lists))
    yield ReadReport(losses=losses, passed_over=tuple(_passed_over(reading)))


def _batch(table: str, frame: pl.DataFrame) -> Iterator[Batch]:
    """A batch where there are rows."""
    if frame.height:
        yield Batch(table=table, frame=frame)


def _handed_on(reading: _Reading, streams: Streams) -> Iterator[Batch]:
    """The rows that wait."""
    if reading.waiting:
        records = pl.concat(reading.waiting)
        reading.waiting.clear()
        reading.makers.update(records["maker"].unique().to_list())
        reading.kept.append(records.filter(~pl.col("kind").is_in(STREAMED)))
        yield from _batch("heart_rates", streams.heart_rates(records))
        yield from _batch("interval_sums", streams.steps(records))
    for table, rows in reading.workouts.taken().items():
        yield from _batch(table, frame_of(rows, table, reading.source))


def _taken(reading: _Reading, chunk: Chunk, *, is_patient: bool) -> Iterator[Found]:
    """What a piece holds, put aside for later; in several parts where the piece is not of the usual shape."""
    reading.has_root_start |= chunk.has_root_start
    reading.has_root_end |= chunk.has_root_end
    reading.end = chunk.end
    if chunk.is_preamble:
        return
    bodies = [chunk.body]
    while bodies:
        body = bodies.pop()
        found = None if is_patient else plain_rows(body, reading.names)
        if found is None and not is_patient and (two := halves(body)):
            bodies += reversed(two)
            continue
        found = found or patient_rows(body, reading.names)
        _put_aside(reading, chunk, found)
        yield found


def _put_aside(reading: _Reading, chunk: Chunk, found: Found) -> None:
    reading.counts.update(found.counts)
    reading.whole_count += found.records.height + len(found.workouts) + found.counts.total()
    for why, count in found.problems:
        problem = _Problem(count=count, start=chunk.start, end=chunk.end)
        reading.problems.setdefault(why, []).append(problem)
    for workout in found.workouts:
        reading.workouts.add(workout, reading.names, reading.source)
    reading.waiting.append(found.records)


def _of_the_whole(reading: _Reading) -> Iterator[Batch]:
    """Nights and numbers of a day, which are made from all their records together."""
    records = pl.concat(reading.kept) if reading.kept else pl.DataFrame(schema=SCHEMA)
    reading.kept.clear()
    known = reading.names.makers.known
    others = [number for number, maker in enumerate(known) if maker.manufacturer != APPLE]
    sleep, rest = records.filter(pl.col("kind") == SLEEP), records.filter(pl.col("kind") != SLEEP)
    by_apps = rest.filter(pl.col("maker").is_in(others))
    told_twice = 0
    for nights in nights_of(sleep, reading.names, reading.source):
        told_twice += nights.other_source_count
        yield from _batch("nights", frame_of(nights.nights, "nights", reading.source))
        yield from _batch("sleep_stages", frame_of(nights.stage_rows(), "sleep_stages", reading.source))
    for rows in daily_values(rest, reading.names):
        yield from _batch("daily_values", frame_of(rows, "daily_values", reading.source))
    reading.notes.update(
        {
            "stretches in bed, which is not asleep": sleep.filter(pl.col("amount") == IN_BED).height,
            "nights told by several devices, of which one was taken": told_twice,
            "variability by other apps, which may be another quantity": by_apps.filter(pl.col("kind") == SDNN).height,
            "numbers of a day by other apps": by_apps.filter(pl.col("kind") != SDNN).height,
        }
    )


def _losses(reading: _Reading, streams: Streams) -> Iterator[Loss]:
    for why, places in reading.problems.items():
        shown = ", ".join(f"{place.start}-{place.end}" for place in places[:PLACES_SHOWN])
        rest = len(places) - PLACES_SHOWN
        where = f"between bytes {shown}" + (f" and {rest} more places" if rest > 0 else "")
        yield Loss(what=counted(sum(place.count for place in places), "element"), where=where, why=why)
    if reading.workouts.undated_count:
        what = counted(reading.workouts.undated_count, "workout")
        yield Loss(what=what, where="", why="no start or end that can be read")
    if streams.unheld_count:
        yield Loss(what=counted(streams.unheld_count, "heart rate"), where="", why="no heart's number by far")
    if reading.has_root_start and not reading.has_root_end:
        yield Loss(what="the rest of the file", where=f"after byte {reading.end}", why="it is cut short: it has no end")


def _losses_of_beats(lists: BeatLists) -> Iterator[Loss]:
    if lists.outside_count:
        what = counted(lists.outside_count, "beat")
        yield Loss(what=what, where="", why="its clock does not lie within its reading")


def _passed_over(reading: _Reading) -> Iterator[str]:
    notes = {
        **reading.notes,
        "parts, laps and segments of workouts": reading.workouts.part_count,
        "beats without a clock that can be read, or outside a reading of variability": reading.counts.pop(BEAT, 0),
    }
    yield from (f"{note}: {count}" for note, count in notes.items() if count)
    for name, count in sorted(reading.counts.items()):
        yield f"{name.removeprefix(QUANTITY).removeprefix(CATEGORY)}: {count}"
