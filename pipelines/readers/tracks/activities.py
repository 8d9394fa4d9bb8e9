"""Activities, laps and pauses of a track file, from its outline and what its points span."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.readers.contract import Batch, Source
from pipelines.readers.local_times import Moment
from pipelines.readers.readings import as_zone
from pipelines.readers.tracks.gather import Gathered, Span
from pipelines.readers.tracks.outline import Activity, Lap, stated_moment
from pipelines.readers.tracks.sports import sport_of
from pipelines.tables import conform

STATED_START_S = 86_400.0
"""A stated start further from the first point (s) is taken for a wrong one: points are what was recorded."""

LAP_BORDER_S = 2.0
"""Time between the end of a lap and the start of the next (s) up to which the timer ran on: laps are whole seconds."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One activity with everything that its rows need."""

    activity_id: str
    activity: Activity
    spans: list[Span]
    start: Moment
    end_at_utc: datetime


def told_activities(activities: Sequence[Activity], gathered: Gathered) -> tuple[list[Told], int]:
    """The activities that have a place in time, and how many have none."""
    told = []
    timeless_count = 0
    for index, activity in enumerate(activities):
        spans = [gathered.spans[number] for number in activity.stretches if number in gathered.spans]
        if not spans and not activity.laps:
            continue
        start = _start(activity, spans, gathered.source)
        if start is None:
            timeless_count += 1
            continue
        told.append(
            Told(
                activity_id=f"{gathered.source.source_file_id}:{index}",
                activity=activity,
                spans=spans,
                start=start,
                end_at_utc=_end(activity, spans, start.at_utc, gathered.source.time_zone),
            )
        )
    return told, timeless_count


def activity_batches(told: Sequence[Told], gathered: Gathered) -> Iterator[Batch]:
    """Rows of devices, activities, laps and pauses."""
    devices = {each.activity.device.device_id: each.activity.device for each in told if each.activity.device}
    if devices:
        yield Batch(table="devices", frame=conform(pl.DataFrame([d.row() for d in devices.values()]), "devices"))
    tables = {
        "activities": [_activity(each, gathered.source) for each in told],
        "laps": [row for each in told for row in _laps(each, gathered.source.time_zone)],
        "pauses": [row for each in told for row in _pauses(each, gathered)],
    }
    keys = {"athlete_id": gathered.source.athlete_id, "source_file_id": gathered.source.source_file_id}
    for table, rows in tables.items():
        if rows:
            frame = pl.DataFrame([{**row, **keys} for row in rows], infer_schema_length=None)
            yield Batch(table=table, frame=conform(frame, table))


def _start(activity: Activity, spans: Sequence[Span], source: Source) -> Moment | None:
    """Stated start, else time of the first point; the earlier of the two when they belong together."""
    texts = [activity.laps[0].start_text if activity.laps else None, activity.start_text]
    stated = next((moment for text in texts if (moment := stated_moment(text, source.time_zone))), None)
    span = next((span for span in spans if span.first is not None), None)
    if span is None or span.first is None:
        return stated
    first = span.first
    if stated and 0 <= (first - stated.at_utc).total_seconds() <= STATED_START_S:
        first = stated.at_utc
    basis = "local_naive" if span.is_naive else "utc" if span.utc_offset_s is None else "local_with_offset"
    return Moment(at_utc=first, utc_offset_s=span.utc_offset_s, time_basis=basis)


def _end(activity: Activity, spans: Sequence[Span], start: datetime, zone: ZoneInfo) -> datetime:
    """Time of the last point, or the end of the last lap where there are no points."""
    last = next((span.last for span in reversed(spans) if span.last is not None), None)
    if last is not None:
        return max(start, last)
    ends = [start]
    for lap in activity.laps:
        begun = stated_moment(lap.start_text, zone)
        if begun and lap.timer_s:
            ends.append(begun.at_utc + timedelta(seconds=lap.timer_s))
    return max(ends)


def _activity(told: Told, source: Source) -> dict[str, object]:
    activity, start = told.activity, told.start
    sport, sub_sport = sport_of(activity.words)
    laps = [activity.summary] if activity.summary else activity.laps
    zone = source.time_zone if start.utc_offset_s is None else as_zone(start.utc_offset_s)
    return {
        "activity_id": told.activity_id,
        "start_at_utc": start.at_utc,
        "end_at_utc": told.end_at_utc,
        "utc_offset_s": start.utc_offset_s,
        "time_basis": start.time_basis,
        "local_date": start.at_utc.astimezone(zone).date(),
        "sport": sport,
        "sub_sport": sub_sport,
        "device_id": activity.device.device_id if activity.device else None,
        "firmware": activity.device.firmware if activity.device else None,
        "heart_rate_source": "unknown",
        "elapsed_s": (told.end_at_utc - start.at_utc).total_seconds(),
        "timer_s": _sum([lap.timer_s for lap in laps]),
        "distance_m": _sum([lap.distance_m for lap in laps]),
        "energy_kcal": _sum([lap.energy_kcal for lap in laps]),
        "average_heart_rate_bpm": _average_heart_rate(laps),
        "max_heart_rate_bpm": max((lap.max_heart_rate_bpm for lap in laps if lap.max_heart_rate_bpm), default=None),
        "record_count": sum(span.record_count for span in told.spans),
    }


def _sum(values: Sequence[float | None]) -> float | None:
    """Sum of what is stated; null when nothing is."""
    stated = [value for value in values if value is not None]
    return sum(stated) if stated else None


def _average_heart_rate(laps: Sequence[Lap]) -> float | None:
    """Average over laps by their time; null unless every lap with time states one."""
    pairs = [(lap.average_heart_rate_bpm, lap.timer_s) for lap in laps if lap.timer_s]
    if not pairs or any(rate is None for rate, _ in pairs):
        return None
    return sum((rate or 0.0) * time_s for rate, time_s in pairs) / sum(time_s for _, time_s in pairs)


def _laps(told: Told, zone: ZoneInfo) -> Iterator[dict[str, object]]:
    for index, lap in enumerate(told.activity.laps):
        begun = stated_moment(lap.start_text, zone)
        yield {
            "activity_id": told.activity_id,
            "lap_index": index,
            "start_at_utc": begun.at_utc if begun else None,
            "timer_s": lap.timer_s,
            "distance_m": lap.distance_m,
            "average_heart_rate_bpm": lap.average_heart_rate_bpm,
        }


def _pauses(told: Told, gathered: Gathered) -> Iterator[dict[str, object]]:
    """Times between one stretch and the next; at a lap's border only where the lap ended before the next began."""
    numbers = [number for number in told.activity.stretches if number in gathered.spans]
    laps = {number: lap for lap in told.activity.laps for number in lap.stretches}
    index = 0
    for number, following in pairwise(numbers):
        start, end = gathered.spans[number].last, gathered.spans[following].first
        if start is None or end is None or end <= start:
            continue
        lap, next_lap = laps.get(number), laps.get(following)
        if lap is not next_lap and not _stood_still(lap, next_lap, gathered):
            continue
        yield {"activity_id": told.activity_id, "pause_index": index, "start_at_utc": start, "end_at_utc": end}
        index += 1


def _stood_still(lap: Lap | None, following: Lap | None, gathered: Gathered) -> bool:
    """Whether time passed between two laps, pauses inside the first counted in."""
    if lap is None or following is None or lap.timer_s is None:
        return False
    zone = gathered.source.time_zone
    begun, next_begun = stated_moment(lap.start_text, zone), stated_moment(following.start_text, zone)
    if begun is None or next_begun is None:
        return False
    spans = [gathered.spans[number] for number in lap.stretches if number in gathered.spans]
    paused_s = sum(
        max(0.0, (later.first - earlier.last).total_seconds())
        for earlier, later in pairwise(spans)
        if earlier.last is not None and later.first is not None
    )
    ran_s = (next_begun.at_utc - begun.at_utc).total_seconds()
    return ran_s - lap.timer_s - paused_s > LAP_BORDER_S
