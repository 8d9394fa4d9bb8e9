"""What both ways through the export hand on: the records that are used, as columns, and counts of the rest."""

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from pipelines.readers.apple.makers import Makers
from pipelines.readers.apple.tags import attributes

QUANTITY = "HKQuantityTypeIdentifier"
CATEGORY = "HKCategoryTypeIdentifier"
STAGE = "HKCategoryValueSleepAnalysis"

HEART_RATE, RESTING, WALKING, SDNN, STEPS, VO2MAX, SLEEP = range(7)
UNUSED = -1

STREAMED = (HEART_RATE, STEPS)
"""Kinds handed on piece by piece; the others are few."""

BEAT = "InstantaneousBeatsPerMinute"
"""Element of a beat inside a record of heart rate variability."""

UNITS = {
    f"{QUANTITY}HeartRate": (HEART_RATE, ("count/min",)),
    f"{QUANTITY}RestingHeartRate": (RESTING, ("count/min",)),
    f"{QUANTITY}WalkingHeartRateAverage": (WALKING, ("count/min",)),
    f"{QUANTITY}HeartRateVariabilitySDNN": (SDNN, ("ms",)),
    f"{QUANTITY}StepCount": (STEPS, ("count",)),
    f"{QUANTITY}VO2Max": (VO2MAX, ("mL/min·kg", "mL/kg·min", "mL/min*kg")),
    f"{CATEGORY}SleepAnalysis": (SLEEP, (None,)),
}
"""Kinds of record that are read, by type, with the units they are known in."""

STAGES = ("InBed", "Awake", "AsleepCore", "AsleepDeep", "AsleepREM", "AsleepUnspecified", "Asleep")
"""Values of a sleep record after their common beginning; a row carries the place in this list."""

SCHEMA = pl.Schema(
    {
        "kind": pl.Int8,
        "maker": pl.Int32,
        "start_s": pl.Int64,
        "end_s": pl.Int64,
        "created_s": pl.Int64,
        "offset_s": pl.Int32,
        "amount": pl.Float64,
        "zone": pl.Int32,
    }
)
"""Used records: times in seconds since 1970 (UTC), offset of the start (s), place in `Names.zones` or null.

A creation that is not stated, or that says nothing of a kind that is streamed, counts as the end.
"""


BEATS = pl.Schema({"record": pl.Int64, "clock_ms": pl.Int64, "step_ms": pl.Int64, "rate_bpm": pl.Float64})
"""Listed beats: row of the record they stand in, clock without date (ms since its hour 0), its step (ms), and the rate
beside it (bpm, not a number for none)."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the attributes in front of the times say of a record."""

    type: str
    kind: int
    maker: int
    """Place in `Names.makers`; -1 for a record that is not used."""


@dataclass
class Names:
    """Names that rows carry as numbers, and headers already read."""

    makers: Makers = field(default_factory=Makers)
    zones: list[str] = field(default_factory=list)
    zone_numbers: dict[str, int] = field(default_factory=dict)
    headers: dict[tuple[bytes, ...], Header] = field(default_factory=dict)

    def zone_number(self, name: str) -> int:
        """Place of a time zone in the list."""
        if name not in self.zone_numbers:
            self.zone_numbers[name] = len(self.zones)
            self.zones.append(name)
        return self.zone_numbers[name]

    def header(self, stated: dict[str, str]) -> Header:
        """Type and maker of a record from its attributes."""
        kind, units = UNITS.get(stated["type"], (UNUSED, ()))
        if kind == UNUSED or stated.get("unit") not in units:
            return Header(type=stated["type"], kind=UNUSED, maker=-1)
        maker = self.makers.number_of(
            source=stated.get("sourceName", ""), version=stated.get("sourceVersion"), device=stated.get("device")
        )
        return Header(type=stated["type"], kind=kind, maker=maker)

    def header_of_parts(self, parts: tuple[bytes, ...]) -> Header:
        """The same from type, source, device and unit as they stand in the tag."""
        if parts not in self.headers:
            kind, source, device, unit = parts
            self.headers[parts] = self.header(
                attributes(
                    b'type="%b" %b device="%b"' % (kind, source, device) + (b' unit="%b"' % unit if unit else b"")
                )
            )
        return self.headers[parts]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one piece of the export holds."""

    records: pl.DataFrame
    """Used records in order, in `SCHEMA`."""
    beats: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=BEATS))
    """Beats that readings of variability list, in order, in `BEATS`."""
    counts: Counter[str] = field(default_factory=Counter)
    """Elements that are not used: types of records, names of others, beats that no row stands for."""
    workouts: tuple["Element", ...] = ()
    problems: tuple[tuple[str, int], ...] = ()
    """Why something is lost, and how many elements."""


@dataclass(kw_only=True)
class Element:
    """One element with what stands directly in it."""

    name: str
    stated: dict[str, str]
    metadata: dict[str, str] = field(default_factory=dict)
    children: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    beats: list[tuple[str, str]] = field(default_factory=list)
    """Rate and clock of each beat in its list."""


def amount_of(value: str) -> float | None:
    """A quantity as the export writes it; null when it is no finite number."""
    try:
        number = float(value)
    except ValueError:
        return None
    return number if value.isascii() and "_" not in value and abs(number) < float("inf") else None


def stage_of(value: str) -> float | None:
    """Place of a sleep record's value in `STAGES`; null for one we do not know."""
    stage = value.removeprefix(STAGE)
    return float(STAGES.index(stage)) if stage in STAGES else None
