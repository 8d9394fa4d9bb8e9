"""What a reader promises: one file per export format, found by its declaration.

A module of this package that declares `READER = Reader(...)` is a format. What does not belong in one:
a judgement (implausible values are kept and judged later), the warehouse, the clock.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

DAMAGED_BYTES_MAXIMUM = 3
"""Places in the first 8 KiB of a text that may be damaged before it counts as no text."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """What a file looks like from outside: enough to recognise its format."""

    name: str
    """Base name as dropped, or of the zip member."""
    size_bytes: int
    start: bytes
    """The first 8 KiB."""

    @property
    def suffix(self) -> str:
        """Ending of the name in lower case, with its dot."""
        return Path(self.name).suffix.lower()

    def lines(self) -> list[str] | None:
        """The whole lines of the start as text; null when it is not UTF-8 (a byte-order mark is dropped).

        A few damaged bytes show as U+FFFD: they cost their line, not the file.
        """
        last_end = max(self.start.rfind(b"\n"), self.start.rfind(b"\r"))
        start = self.start[: last_end + 1] if self.size_bytes > len(self.start) else self.start
        text = start.decode("utf-8-sig", errors="replace")
        damage_count = text.count("\N{REPLACEMENT CHARACTER}")
        if damage_count > DAMAGED_BYTES_MAXIMUM or (damage_count and b"\0" in start):
            return None
        return text.splitlines()


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file to read, with what the reader cannot know from its bytes."""

    path: Path
    """Where the bytes lie now."""
    name: str
    """Base name as dropped, or of the zip member: some formats state the time only there."""
    source_file_id: str
    athlete_id: int
    time_zone: ZoneInfo
    """Zone that local times without an offset are read in."""
    modified_at_utc: datetime | None = None
    """When the file was last changed: the last resort of formats that state no time at all."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Rows for one table, in exactly the columns and types of its contract."""

    table: str
    frame: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A part of a file that could not be read: what, where in the file, and why."""

    what: str
    where: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ReadReport:
    """Comes last: what was lost. An empty report says the file was read whole."""

    losses: tuple[Loss, ...] = ()
    passed_over: tuple[str, ...] = ()
    """What the file holds that we do not use: listed, not an error."""


Evidence = Literal["validated", "plausible", "black_box"]


@dataclass(frozen=True, kw_only=True)
class Method:
    """One number a vendor states for a day: what keeps it apart from every other number of that name.

    A series is never continued across two methods.
    """

    metric: str
    """Quantity, such as rmssd; another quantity has another name: RMSSD is not SDNN."""
    method: str
    """Vendor and way, such as oura_night_average: the second half of the key."""
    reading: Literal["night", "morning", "day", "spot"]
    unit: str
    window: str
    """What stretch it is taken over, in words, such as "the whole night" or "60 s, now and then"."""
    label: str
    """How a coach reads it, such as "stated by Oura, whole night"."""
    evidence: Evidence
    """validated against a reference, plausible, or the vendor's black box, which is stored and never used."""
    stored_only: str = ""
    """Why it is stored and not observed though its quantity is, such as a mean over days; empty where it may be."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One export format. `read` yields batches of bounded size, then one report.

    `read` raises `CorruptExport` only when nothing in the file can be read.
    """

    name: str
    version: str
    label: str
    """The export as its users call it."""
    tables: tuple[str, ...]
    recognise: Callable[[Head], bool]
    read: Callable[[Source], Iterator[Batch | ReadReport]]
    reads: str
    passes_over: str
    certainty: str
    """How sure we are of the layout: a real file, public parsers, or documentation only."""
    methods: tuple[Method, ...] = ()
    """Every number it may put into daily_values."""
