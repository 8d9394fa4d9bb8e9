"""Streams of one activity as tools save them from Strava's service: one list a signal, all of equal length."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from pipelines.errors import CorruptExport
from pipelines.readers.apps import app_device, app_device_id
from pipelines.readers.contract import Batch, Head, Loss, Reader, ReadReport, Source
from pipelines.readers.json_records import mended
from pipelines.readers.json_values import number_in
from pipelines.readers.local_times import NOON, Moment, moment_of, parsed_time, time_in_name
from pipelines.readers.sport_words import sport_of
from pipelines.tables import conform

APP = "Strava"

COLUMNS = {
    "distance": "distance_m",
    "altitude": "altitude_m",
    "velocity_smooth": "speed_m_per_s",
    "heartrate": "heart_rate_bpm",
    "cadence": "cadence_rpm",
    "watts": "power_w",
    "temp": "temperature_c",
}
"""Stream and the column of `records` it fills; cadence counts one leg, as ours does."""

UNUSED = frozenset({"grade_smooth", "watts_calc", "moving", "resting", "outlier", "grade_adjusted_distance"})
"""Streams that Strava computes itself."""

STREAMS = frozenset({*COLUMNS, *UNUSED, "time", "latlng"})
DETAILS = frozenset(
    {
        "data", "type", "series_type", "original_size", "resolution", "start_date", "start_date_local", "id", "name",
        "sport_type", "activity_id", "streams", "activity", "elapsed_time", "utc_offset", "timezone",
    }
)  # fmt: skip
"""Names that may stand beside the streams or inside them."""

SIZE_MAXIMUM_BYTES = 64 << 20
"""Largest file that can be the streams of one activity (bytes)."""

LONGEST_S = 30 * 86_400.0
"""A time after the start beyond this (s) is damage."""

BATCH_ROWS = 50_000

_NAME = re.compile(rb'"([A-Za-z_]{1,40})"\s*:')
_START = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*[\[{]")
_STREAM = re.compile(rf'"({"|".join(sorted(STREAMS))})"\s*:\s*(?:\{{[^\[\]{{}}]*?"data"\s*:\s*)?(?=\[)')
_TYPED = re.compile(rf'"type"\s*:\s*"({"|".join(sorted(STREAMS))})"')
_DATA = re.compile(r'"data"\s*:\s*(?=\[)')
_STATED = re.compile(r'"(start_date|start_date_local|sport_type|type|id|activity_id)"\s*:\s*"?([^",{}\[\]]{1,40})"?')
_VENDOR_ID = re.compile(r"(?<!\d)\d{6,12}(?!\d)")
_DECODER = json.JSONDecoder()


@dataclass(kw_only=True)
class _Told:
    """What one file holds."""

    streams: dict[str, list[object]] = field(default_factory=dict)
    stated: dict[str, str] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)


def recognise(head: Head) -> bool:
    """By the names of its lists, and that it holds nothing else."""
    if not _START.match(head.start):
        return False
    names = {name.decode() for name in _NAME.findall(head.start)}
    typed = {found.decode() for found in re.findall(rb'"type"\s*:\s*"([a-z_]+)"', head.start)}
    known = names & STREAMS or (typed & STREAMS if {"type", "data"} <= names or "series_type" in names else set())
    return bool(known) and names <= STREAMS | DETAILS


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """One activity with its records.

    Raises `CorruptExport` where there is no time stream, or nothing says when it started.
    """
    told = _told(source)
    times = _numbers(told.streams.get("time", []))
    times[~((times >= 0) & (times <= LONGEST_S))] = np.nan
    if not np.isfinite(times).any():
        raise _refusal(source, "no stream of times, so nothing in it can be placed", "Save the streams with time")
    length_s = float(np.nanmax(times))
    start, how = _start(told, length_s, source)
    frame = _records(told, times, start.at_utc, source)
    yield app_device(APP)
    activity = _activity(told, frame, start, length_s, source)
    yield Batch(table="activities", frame=conform(pl.DataFrame([activity]), "activities"))
    for rows in frame.iter_slices(BATCH_ROWS):
        yield Batch(table="records", frame=rows)
    unused = sorted(told.streams.keys() & UNUSED)
    notes = ([f"streams {', '.join(unused)}"] if unused else []) + ([how] if how else [])
    yield ReadReport(losses=tuple(told.losses), passed_over=tuple(notes))


def _refusal(source: Source, found: str, remedy: str) -> CorruptExport:
    return CorruptExport(doing="read Strava streams", where=source.name, found=found, remedy=remedy)


def _told(source: Source) -> _Told:
    if source.path.stat().st_size > SIZE_MAXIMUM_BYTES:
        raise _refusal(source, "more than one activity can hold", "Save the streams of each activity by themselves")
    text = source.path.read_bytes().decode("utf-8-sig", errors="replace")
    told = _Told(stated={key: value.strip() for key, value in _STATED.findall(text)})
    for name, at in _places(text):
        values, why = _list_at(text, at)
        if why:
            told.losses.append(Loss(what=f"part of stream {name}", where=f"after {len(values)} values", why=why))
        if values and name not in told.streams:
            told.streams[name] = values
    return told


def _places(text: str) -> Iterator[tuple[str, int]]:
    """Each stream by name with the place of its list: lists by name, objects by name, or a list of typed objects."""
    yield from ((match[1], match.end()) for match in _STREAM.finditer(text))
    data = [match.end() for match in _DATA.finditer(text)]
    typed = [(match.start(), match[1]) for match in _TYPED.finditer(text)]
    if len(typed) == len(data):
        yield from ((name, at) for (_, name), at in zip(typed, data, strict=True))


def _list_at(text: str, at: int) -> tuple[list[object], str]:
    """The list that starts there, and why it is not whole; of a damaged one the values before the damage."""
    try:
        values, _ = _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        part = mended('{"part":' + text[at : error.pos])
        kept = part.get("part") if part else None
        return (kept if isinstance(kept, list) else []), "it is damaged, or the file ends too early"
    except RecursionError:
        return [], "it is damaged"
    return (values if isinstance(values, list) else []), ""


def _start(told: _Told, length_s: float, source: Source) -> tuple[Moment, str]:
    """When it started, and a note where that is not stated inside."""
    for key in ("start_date", "start_date_local"):
        stated = parsed_time(told.stated.get(key, ""))
        if isinstance(stated, datetime):
            is_local = key == "start_date_local"  # local time, though it ends in Z
            return moment_of(stated.replace(tzinfo=None) if is_local else stated, source.time_zone), ""
    named = time_in_name(source.name)
    if isinstance(named, datetime):
        return moment_of(named, source.time_zone), "start taken from the file's name, as local time"
    if isinstance(named, date):
        noon = datetime.combine(named, NOON)
        return moment_of(noon, source.time_zone), "start taken from the date in the file's name, at noon"
    if source.modified_at_utc is None:
        raise _refusal(
            source, "nothing says when it started", "Put the local start time into its name, YYYY-MM-DD HH-MM-SS"
        )
    note = "start time: none is stated, so the file's own modification time is its end"
    start_at_utc = source.modified_at_utc - timedelta(seconds=length_s)
    return Moment(at_utc=start_at_utc, utc_offset_s=None, time_basis="file_modified"), note


def _numbers(values: list[object]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    found = (number_in(value) for value in values)
    return np.array([np.nan if value is None else value for value in found], dtype=np.float64)


def _records(
    told: _Told, times: np.ndarray[tuple[int], np.dtype[np.float64]], start_at_utc: datetime, source: Source
) -> pl.DataFrame:
    count = len(times)
    columns: dict[str, pl.Series] = {}
    for name, values in told.streams.items():
        if name in COLUMNS:
            columns[COLUMNS[name]] = _column(_numbers(values), count)
        elif name == "latlng":
            pairs = [value if isinstance(value, list) and len(value) == 2 else (None, None) for value in values]  # noqa: PLR2004
            columns["latitude_deg"] = _column(_numbers([pair[0] for pair in pairs]), count)
            columns["longitude_deg"] = _column(_numbers([pair[1] for pair in pairs]), count)
        if name in COLUMNS.keys() | {"latlng"} and len(values) != count:
            where = f"{len(values)} values for {count} times"
            told.losses.append(
                Loss(what=f"part of stream {name}", where=where, why="its length differs from the times")
            )
    if (rates := columns.get("heart_rate_bpm")) is not None:
        columns["heart_rate_bpm"] = rates.set((rates <= 0) | (rates > np.iinfo(np.int16).max), None).round()
    at_us = np.where(np.isfinite(times), times * 1e6, 0).astype(np.int64)
    offsets = pl.Series(at_us).set(pl.Series(~np.isfinite(times)), None).cast(pl.Duration("us"))
    frame = pl.DataFrame({"recorded_at_utc": offsets, **columns}).with_columns(
        pl.col("recorded_at_utc") + pl.lit(start_at_utc),
        record_index=pl.int_range(pl.len()),
        athlete_id=pl.lit(source.athlete_id),
        source_file_id=pl.lit(source.source_file_id),
        activity_id=pl.lit(f"{source.source_file_id}:0"),
    )
    return conform(frame, "records")


def _column(values: np.ndarray[tuple[int], np.dtype[np.float64]], count: int) -> pl.Series:
    """As long as the times: what is missing is null, what is beyond them is left out."""
    padded = np.full(count, np.nan)
    padded[: min(count, len(values))] = values[:count]
    return pl.Series(padded).fill_nan(None)


def _activity(told: _Told, frame: pl.DataFrame, start: Moment, length_s: float, source: Source) -> dict[str, object]:
    sport, sub_sport = sport_of(told.stated.get("sport_type") or _type(told))
    in_name = _VENDOR_ID.search(source.name)
    distances = frame["distance_m"].drop_nulls()
    return {
        "activity_id": f"{source.source_file_id}:0",
        "athlete_id": source.athlete_id,
        "source_file_id": source.source_file_id,
        "start_at_utc": start.at_utc,
        "end_at_utc": start.at_utc + timedelta(seconds=length_s),
        "utc_offset_s": start.utc_offset_s,
        "time_basis": start.time_basis,
        "local_date": start.at_utc.astimezone(source.time_zone).date(),
        "sport": sport or "generic",
        "sub_sport": sub_sport,
        "device_id": app_device_id(APP),
        "heart_rate_source": "unknown",
        "elapsed_s": length_s,
        "distance_m": float(distances[-1]) if distances.len() else None,
        "record_count": frame.height,
        "vendor_id": told.stated.get("activity_id") or told.stated.get("id") or (in_name[0] if in_name else None),
    }


def _type(told: _Told) -> str:
    stated = told.stated.get("type", "")
    return "" if stated in STREAMS else stated


READER = Reader(
    name="strava_streams",
    version="1",
    label="Strava streams (JSON), as tools save them",
    tables=("devices", "activities", "records"),
    recognise=recognise,
    read=read,
    reads=(
        "time, position, distance, altitude, speed, heart rate, cadence, watts and temperature as the records of one "
        "activity; without a start inside, the file's name says it, else the file's last change is its end"
    ),
    passes_over="grade, estimated watts, moving and resting: computed by Strava",
    certainty="seven real files with times; two real files without times are refused",
)
