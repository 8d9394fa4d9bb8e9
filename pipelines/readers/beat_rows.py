"""Rows of intervals and stamps from a text, as they stand: what every text export of RR intervals shares."""

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from pipelines.errors import CorruptExport
from pipelines.readers.beat_times import Floats
from pipelines.readers.contract import Loss, Source
from pipelines.readers.local_times import NOON, YEARS, Moment, moment_of, parsed_time, time_in_name
from pipelines.readers.text_file import counted, line_ranges, lines_of, number_of

INTERVALS_MAXIMUM = 2_000_000
"""Most intervals of one file: two weeks of beats without a pause."""

NUMBER_MAXIMUM = {"rr": 3_600_000.0, "stamp": 1e13}
"""Largest interval (an hour in ms) and stamp (ms since 1970 in year 2286) that can be meant."""

LOSSES_KEPT = 100_000
"""Most line numbers kept of lines that were lost."""

BARE_MAXIMUM_BYTES = 16_000_000
"""Largest file that is held in memory whole (bytes): two million intervals and their line ends."""

BARE = re.compile(rb"(?:\d{1,6}\r?\n)*\d{1,6}(?:\r?\n)?")
"""Nothing but whole numbers, one a line: how most night-long recordings look."""

NAIVE_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Zero of the clock on which local wall times are counted."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a file; a null interval is a lost line, a null stamp a missing one."""

    rr: float | None
    stamp: float | None = None
    is_offline: bool = False


@dataclass(kw_only=True)
class Rows:
    """What a file holds, line by line, in its own units."""

    rr: "array[float]" = field(default_factory=lambda: array("d"))
    stamps: "array[float]" = field(default_factory=lambda: array("d"))
    after_loss: "array[int]" = field(default_factory=lambda: array("b"))
    offline_count: int = 0
    lost_lines: list[int] = field(default_factory=list)
    example: str = ""
    is_cut: bool = False

    def losses(self) -> tuple[Loss, ...]:
        """What was lost, grouped."""
        losses = []
        if self.lost_lines:
            what = counted(len(self.lost_lines), "line")
            why = f"not an interval: {self.example!r}"
            losses.append(Loss(what=what, where=line_ranges(self.lost_lines), why=why))
        if self.is_cut:
            why = f"more than {INTERVALS_MAXIMUM:,} intervals"
            losses.append(Loss(what="the rest of the file", where=f"after interval {INTERVALS_MAXIMUM}", why=why))
        return tuple(losses)

    def rr_array(self) -> Floats:
        """The intervals, in the unit of the file."""
        return np.array(self.rr, dtype=np.float64)

    def stamp_array(self) -> Floats:
        """The stamps, in the unit of the file."""
        return np.array(self.stamps, dtype=np.float64)


def rows_of(lines: Iterator[tuple[int, str]], parse: Callable[[str], Row | None], *, needs_stamp: bool) -> Rows:
    """Every line as a row; `parse` gives null for a line that is not meant to hold one."""
    rows, is_after_loss = Rows(), False
    for number, line in lines:
        row = parse(line)
        if row is None:
            continue
        if row.rr is None or not _is_whole(row.rr, row.stamp, needs_stamp=needs_stamp):
            is_after_loss = True
            if len(rows.lost_lines) < LOSSES_KEPT:
                rows.lost_lines.append(number)
            rows.example = rows.example or line.strip()[:40]
            continue
        if row.is_offline:
            rows.offline_count += 1
            is_after_loss = True
            continue
        if len(rows.rr) == INTERVALS_MAXIMUM:
            rows.is_cut = True
            break
        rows.rr.append(row.rr)
        rows.stamps.append(row.stamp or 0.0)
        rows.after_loss.append(is_after_loss)
        is_after_loss = False
    return rows


def bare_rows(path: Path) -> Rows | None:
    """The intervals of a file that is nothing but whole numbers, one a line, in one go; null for any other file.

    Gives what `rows_of` would, without a step in Python for each line.
    """
    if path.stat().st_size > BARE_MAXIMUM_BYTES:
        return None
    text = path.read_bytes()
    if BARE.fullmatch(text) is None:
        return None
    numbers = np.array(text.split(), dtype="S6").astype(np.float64)
    if len(numbers) > INTERVALS_MAXIMUM:
        return None
    return Rows(
        rr=array("d", numbers.tobytes()),
        stamps=array("d", bytes(8 * len(numbers))),
        after_loss=array("b", bytes(len(numbers))),
    )


def _is_whole(rr: float, stamp: float | None, *, needs_stamp: bool) -> bool:
    if not 0 <= rr <= NUMBER_MAXIMUM["rr"]:
        return False
    return not needs_stamp or (stamp is not None and abs(stamp) <= NUMBER_MAXIMUM["stamp"])


def content_lines(source: Source) -> Iterator[tuple[int, str]]:
    """Number and text of every line that is neither empty nor a comment; lines that are no text as �."""
    for number, line in lines_of(source.path):
        if line is None:
            yield number, "\N{REPLACEMENT CHARACTER}"
        elif line.strip() and not line.lstrip().startswith("#"):
            yield number, line


def wall_clock_s(cell: str) -> float | None:
    """A stamp in a cell as seconds: of a local or UTC time since 1970 on its own clock, else the number it is."""
    stated = parsed_time(cell)
    if isinstance(stated, datetime):
        return (stated.replace(tzinfo=None) - NAIVE_EPOCH).total_seconds()
    return number_of(cell)


def stated_start(stated: datetime, origin_s: float, source: Source) -> Moment:
    """Start of the recording from the wall clock of its first interval and the offset its stamps state, if any."""
    local = NAIVE_EPOCH + timedelta(seconds=origin_s)
    return moment_of(local.replace(tzinfo=stated.tzinfo), source.time_zone)


def start_by_name(source: Source, duration_s: float, *, doing: str) -> tuple[Moment, str]:
    """Start of a recording that states none inside, and a note on where it is from; no note when the name states it.

    By the time in the file's name; else, when only a date stands there, noon of it; else the file's own
    modification time is taken as the end of the recording.
    Raises `CorruptExport` when there is none of the three.
    """
    stated = time_in_name(source.name)
    if isinstance(stated, datetime):
        return moment_of(stated, source.time_zone), ""
    modified = source.modified_at_utc
    if modified is not None and modified.year not in YEARS:
        modified = None
    if isinstance(stated, date):
        if modified is not None and modified.astimezone(source.time_zone).date() == stated:
            ended = _ended(modified, duration_s, time_basis="local_naive")
            return ended, "time of day from the file's own modification time: its name has none"
        moment = moment_of(datetime.combine(stated, NOON), source.time_zone)
        return moment, "time of day: the file and its name state only the date, so noon stands in"
    if modified is not None:
        ended = _ended(modified, duration_s, time_basis="file_modified")
        return ended, "start time: none is stated, so the file's own modification time is its end"
    raise CorruptExport(
        doing=doing,
        where=source.name,
        found="neither the file nor its name says when it was recorded",
        remedy='Put the local start time in the name, such as "2026-03-01 06-55-00.txt"',
    )


def _ended(modified_at_utc: datetime, duration_s: float, *, time_basis: str) -> Moment:
    start = modified_at_utc - timedelta(seconds=duration_s)
    return Moment(at_utc=start, utc_offset_s=None, time_basis=time_basis)
