"""Which two activities of an athlete could be one and the same, and what tells: figures of each pair. Pure.

Only pairs that times, durations and distances allow are looked at; their records are then held against each other.
What does not belong here: the decision (see `same_activity`) and what is done about it (see `merges`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pipelines.quality.contract import Threshold
from pipelines.quality.recordings import Recording, likeness

START = "engineering start value"

QUARTER_HOUR_S = 900
"""Local times differ by whole quarters of an hour all over the world."""
SHIFT_TOLERANCE = Threshold(
    name="off a whole quarter hour", number=60.0, unit="s", source=f"{START}: two devices are started a minute apart"
)
LARGEST_SHIFT = Threshold(
    name="largest shift of a clock", number=14.0 * 3600, unit="s", source="UTC+14, the largest offset there is"
)
SHIFTED_DURATION = Threshold(
    name="duration of a shifted copy", number=0.02, unit="fraction", source=f"{START}: the same stretch of time"
)
SHIFTED_DISTANCE = Threshold(
    name="distance of a shifted copy", number=0.03, unit="fraction", source=f"{START}: two devices on one way"
)
FIRST_YEAR = Threshold(
    name="earliest year", number=2003.0, unit="year", source="no watch stored positions before: its clock was not set"
)
EQUAL_CLOCK_LAGS_S = tuple(range(-20, 21, 5))
"""Lags (s) tried where the clocks agree: a phone's and a watch's clock may be seconds apart."""
SHIFTED_LAGS_S = tuple(range(-60, 61))
"""Lags (s) tried around a shift: the other device may have been started a minute earlier or later."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two activities and what is known of their likeness; the figures are those of the table activity_pairs."""

    athlete_id: int
    activity_id: str
    other_activity_id: str
    sport: str
    other_sport: str
    is_one_file: bool
    is_named: bool
    """One is a summary that names the file of the other."""
    is_identical: bool
    """Start, end, number of records and distance are equal to the last digit."""
    has_records: bool
    """Both have records."""
    overlap_fraction: float
    union_fraction: float
    start_difference_s: float
    clock_shift_s: int
    gap_s: float
    """From the end of the earlier to the start of the later (s), by their own clocks; below 0 where they overlap."""
    duration_difference_s: float
    duration_difference_fraction: float | None
    distance_difference_fraction: float | None
    lag_s: float = 0.0
    shape_distance_m: float | None = None
    shape_p90_m: float | None = None
    heart_rate_difference_bpm: float | None = None


def candidate_pairs(
    activities: pl.DataFrame, *, file_names: Mapping[str, str], least: frozenset[str] | None = None
) -> list[Pair]:
    """Every pair that time, duration and distance allow, without a look at records, in order of name.

    `file_names` gives the base name of each source file. With `least` only pairs with one of those activities.
    """
    near = activities if least is None else _near(activities, least)
    rows = [row for row in near.iter_rows(named=True) if _has_time(row)]
    found = []
    by_athlete: dict[int, list[dict[str, object]]] = {}
    for row in rows:
        by_athlete.setdefault(row["athlete_id"], []).append(row)
    for own in by_athlete.values():
        spans = [_Span.of(row, file_names) for row in own]
        for one, other in _close(spans):
            if least is None or one.activity_id in least or other.activity_id in least:
                found += [_pair(one, other, shift_s) for shift_s in _shifts(one, other)]
    return sorted(found, key=lambda pair: (pair.activity_id, pair.other_activity_id, abs(pair.clock_shift_s)))


def _near(activities: pl.DataFrame, touched: frozenset[str]) -> pl.DataFrame:
    """Activities that can make a pair with a touched one; all of them when a touched one's clock was not set."""
    own = activities.filter(pl.col("activity_id").is_in(list(touched)))
    is_lost = pl.col("start_at_utc").dt.year() < FIRST_YEAR.number
    if own.is_empty() or not own.filter(is_lost).is_empty():
        return activities if own.height else own
    reach = pl.duration(seconds=LARGEST_SHIFT.number + SHIFT_TOLERANCE.number)
    first, last = own["start_at_utc"].min(), own["end_at_utc"].max()
    return activities.filter(
        ((pl.col("start_at_utc") <= pl.lit(last) + reach) & (pl.col("end_at_utc") >= pl.lit(first) - reach)) | is_lost
    )


def _has_time(row: Mapping[str, Any]) -> bool:
    """Whether the activity says when it was; when its file was last written says nothing about that."""
    return bool(row["end_at_utc"] >= row["start_at_utc"]) and row["time_basis"] != "file_modified"


def compared(pair: Pair, held: Mapping[str, Recording]) -> Pair:
    """The pair with what its records say, where both have any."""
    one, other = held.get(pair.activity_id), held.get(pair.other_activity_id)
    if one is None or other is None:
        return pair
    lags = SHIFTED_LAGS_S if pair.clock_shift_s else EQUAL_CLOCK_LAGS_S
    found = likeness(one, other, shift_s=pair.clock_shift_s, lags_s=lags)
    return replace(
        pair,
        lag_s=found.lag_s,
        shape_distance_m=found.median_m,
        shape_p90_m=found.p90_m,
        heart_rate_difference_bpm=found.heart_rate_bpm,
    )


@dataclass(frozen=True, kw_only=True)
class _Span:
    activity_id: str
    athlete_id: int
    source_file_id: str
    sport: str
    start_s: float
    end_s: float
    distance_m: float | None
    record_count: int
    year: int
    file_name: str
    names_file: str

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    @staticmethod
    def of(row: Mapping[str, object], file_names: Mapping[str, str]) -> "_Span":
        start, end, distance = row["start_at_utc"], row["end_at_utc"], row["distance_m"]
        source_file_id = str(row["source_file_id"])
        return _Span(
            activity_id=str(row["activity_id"]),
            athlete_id=int(str(row["athlete_id"])),
            source_file_id=source_file_id,
            sport=str(row["sport"]),
            start_s=start.timestamp(),  # type: ignore[attr-defined] # a moment, by the contract of the table
            end_s=end.timestamp(),  # type: ignore[attr-defined]
            distance_m=float(str(distance)) if distance else None,
            record_count=int(str(row["record_count"])),
            year=start.year,  # type: ignore[attr-defined]
            file_name=plain_name(file_names.get(source_file_id, "")),
            names_file=plain_name(str(row["vendor_id"] or "")),
        )


def plain_name(path: str) -> str:
    """Name of a file without folders and without .gz, in lower case."""
    return path.replace("\\", "/").rsplit("/", 1)[-1].lower().removesuffix(".gz")


def _close(spans: list[_Span]) -> list[tuple[_Span, _Span]]:
    """Pairs that lie within the largest shift of each other, and those with a date that cannot be."""
    ordered = sorted(spans, key=lambda span: (span.start_s, span.activity_id))
    found = []
    for position, one in enumerate(ordered):
        for other in ordered[position + 1 :]:
            if other.start_s > max(one.end_s, one.start_s + LARGEST_SHIFT.number + SHIFT_TOLERANCE.number):
                break
            found.append((one, other))
    lost = [span for span in ordered if span.year < FIRST_YEAR.number]
    found += [(one, other) for one in lost for other in ordered if other.year >= FIRST_YEAR.number]
    return [(one, other) if one.activity_id < other.activity_id else (other, one) for one, other in found]


def _shifts(one: _Span, other: _Span) -> list[int]:
    """Shifts (s) of the other's clock that are worth a look: none, a whole number of quarter hours, a reset clock."""
    found = []
    if min(one.end_s, other.end_s) > max(one.start_s, other.start_s) or _is_named(one, other):
        found.append(0)
    apart_s = one.start_s - other.start_s
    if not _is_alike(one, other):
        return found
    if (one.year < FIRST_YEAR.number) != (other.year < FIRST_YEAR.number):
        return [*found, round(apart_s)]
    quarters_s = round(apart_s / QUARTER_HOUR_S) * QUARTER_HOUR_S
    is_whole = quarters_s != 0 and abs(apart_s - quarters_s) <= SHIFT_TOLERANCE.number
    return [*found, quarters_s] if is_whole and abs(quarters_s) <= LARGEST_SHIFT.number else found


def _is_alike(one: _Span, other: _Span) -> bool:
    if one.source_file_id == other.source_file_id:
        return False
    longest, apart_s = max(one.duration_s, other.duration_s), abs(one.duration_s - other.duration_s)
    if longest <= 0 or apart_s > max(SHIFTED_DURATION.number * longest, SHIFT_TOLERANCE.number):
        return False
    distance = _share(one.distance_m, other.distance_m)
    return distance is None or distance <= SHIFTED_DISTANCE.number + apart_s / longest


def _is_named(one: _Span, other: _Span) -> bool:
    return any(
        teller.record_count == 0 and teller.names_file != "" and teller.names_file == told.file_name
        for teller, told in ((one, other), (other, one))
    )


def _pair(one: _Span, other: _Span, shift_s: int) -> Pair:
    start, end = other.start_s + shift_s, other.end_s + shift_s
    common = max(0.0, min(one.end_s, end) - max(one.start_s, start))
    covered = one.duration_s + other.duration_s - common
    shorter, longer = sorted((one.duration_s, other.duration_s))
    equal = (one.start_s, one.end_s, one.record_count, one.distance_m)
    return Pair(
        athlete_id=one.athlete_id,
        activity_id=one.activity_id,
        other_activity_id=other.activity_id,
        sport=one.sport,
        other_sport=other.sport,
        is_one_file=one.source_file_id == other.source_file_id,
        is_named=_is_named(one, other),
        is_identical=equal == (other.start_s, other.end_s, other.record_count, other.distance_m),
        has_records=one.record_count > 0 and other.record_count > 0,
        overlap_fraction=common / shorter if shorter > 0 else 0.0,
        union_fraction=common / covered if covered > 0 else 0.0,
        start_difference_s=other.start_s - one.start_s,
        clock_shift_s=shift_s,
        gap_s=max(one.start_s, other.start_s) - min(one.end_s, other.end_s),
        duration_difference_s=longer - shorter,
        duration_difference_fraction=(longer - shorter) / longer if longer > 0 else None,
        distance_difference_fraction=_share(one.distance_m, other.distance_m),
    )


def _share(one: float | None, other: float | None) -> float | None:
    if not one or not other or one <= 0 or other <= 0:
        return None
    return abs(one - other) / max(one, other)
