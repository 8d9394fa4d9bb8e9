"""Polar HRM (.hrm): heart rate, speed, cadence, altitude and power at a fixed interval, or RR intervals.

Source: Polar HRM file format, versions 1.02 to 1.07, as public parsers and real files agree on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from pipelines.errors import CorruptExport
from pipelines.readers.beat_frames import Recording, beat_batches, within_span
from pipelines.readers.beat_rows import start_by_name
from pipelines.readers.beat_times import added_up
from pipelines.readers.contract import Batch, Head, Loss, Reader, ReadReport, Source
from pipelines.readers.local_times import Moment, moment_of
from pipelines.readers.text_file import counted, line_ranges, lines_of, number_of
from pipelines.readers.tracks.makers import TrackDevice
from pipelines.tables import conform

DOING = "read the HRM file"

RR_INTERVAL = 238
"""Code in Interval for RR intervals in place of samples at a fixed time."""

INTERVALS_S = (1, 2, 5, 15, 30, 60, 120, 240, 480)
"""Times between samples (s) that devices offer."""

LONGEST_S = 1e7
"""A session is shorter than this (s), a third of a year: a longer one is damage."""

HEART_RATE_MAXIMUM_BPM = 250.0
"""No heart rate is higher (bpm); RR intervals in ms are."""

RR_RESOLUTION_MS = 1.0
"""RR intervals are whole milliseconds."""

MILE_M, FOOT_M = 1609.344, 0.3048

MONITORS = {
    1: "sporttester", 2: "vantagenv", 3: "accurexplus", 4: "xtrainerplus", 6: "s520", 7: "coach", 8: "s210", 9: "s410",
    10: "s510", 11: "s610", 12: "s710", 13: "s810", 15: "e600", 20: "axn500", 21: "axn700", 22: "s625x", 23: "s725",
    33: "cs400", 34: "cs600x", 35: "cs600", 36: "rs400", 37: "rs800", 38: "rs800x",
}  # fmt: skip
"""Devices by the number in Monitor."""

COLUMNS = ("speed_m_per_s", "cadence_rpm", "altitude_m", "power_w")
"""What the first four places of SMode switch on, in the order the samples hold them, after the heart rate."""

UNITS_PLACE, UNITS_PLACE_OF_MODE = 7, 2
"""Place in SMode, and in the older Mode, that says whether units are American."""


@dataclass(frozen=True, kw_only=True)
class _Sections:
    """The lines of the file by section; those of the samples with their numbers."""

    params: dict[str, str] = field(default_factory=dict)
    lap_lines: list[str] = field(default_factory=list)
    trip: list[str] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    samples: list[tuple[int, str | None]] = field(default_factory=list)


def recognise(head: Head) -> bool:
    """By its first section, or its samples where the start is damaged."""
    start = head.start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:8].lower() == b"[params]" or (b"[HRData]" in start and b"Mode=" in start)


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """One activity with laps and records; or one beat series where the file holds RR intervals."""
    sections = _sections(source)
    rows, lost_lines = _rows(sections)
    if not rows:
        found = "no sample is a number" if sections.samples else "there are no samples in it"
        remedy = "Transfer the session from the device once more"
        raise CorruptExport(doing=DOING, where=source.name, found=found, remedy=remedy)
    losses = []
    if lost_lines:
        what = counted(len(lost_lines), "sample")
        losses.append(Loss(what=what, where=line_ranges(lost_lines), why="no number in the line"))
    missing_count = _stated_count(sections) - len(rows)
    if missing_count > 0:
        why = f"the file states {counted(missing_count + len(rows), 'sample')}"
        losses.append(Loss(what=counted(missing_count, "sample"), where="end of the file", why=why))
    for item in _beats(source, sections, rows) if _is_rr(sections, rows) else _activity(source, sections, rows):
        if isinstance(item, Batch):
            yield item
        else:
            losses += item.losses
    yield ReadReport(losses=tuple(losses), passed_over=_passed_over(sections))


def _sections(source: Source) -> _Sections:
    found = _Sections()
    section = ""
    for number, line in lines_of(source.path):
        text = (line or "").strip()
        if text.startswith("[") and text.endswith("]"):
            section = text[1:-1].lower()
        elif "=" in text and section not in ("note", "hrdata"):
            key, _, value = text.partition("=")
            found.params.setdefault(key.strip().lower(), value.strip())
        elif section == "hrdata":
            if line is None or text:
                found.samples.append((number, line))
        elif text:
            lines = {"inttimes": found.lap_lines, "trip": found.trip, "summary-123": found.summary}.get(section)
            if lines is not None:
                lines.append(text)
    return found


def _rows(sections: _Sections) -> tuple[list[list[float] | None], list[int]]:
    """Numbers of each sample, null where the line holds none: its place in time stays. And the lost lines."""
    rows: list[list[float] | None] = []
    lost: list[int] = []
    for number, line in sections.samples:
        values = [number_of(cell) for cell in (line or "").split()]
        whole = [value for value in values if value is not None]
        if values and len(whole) == len(values):
            rows.append(whole)
        else:
            rows.append(None)
            lost.append(number)
    return (rows, lost) if len(lost) < len(rows) else ([], lost)


def _is_rr(sections: _Sections, rows: list[list[float] | None]) -> bool:
    """Whether the samples are RR intervals: stated, else told by numbers no heart rate reaches."""
    if "interval" in sections.params:
        return sections.params["interval"] == str(RR_INTERVAL)
    return float(np.median([row[0] for row in rows if row])) > HEART_RATE_MAXIMUM_BPM


def _start(source: Source, sections: _Sections, duration_s: float) -> Moment:
    """Local start as Params state it, else as the file's name or its last change tells."""
    stated = f"{sections.params.get('date', '')} {sections.params.get('starttime', '')}"
    for shape in ("%Y%m%d %H:%M:%S.%f", "%Y%m%d %H:%M:%S"):
        try:
            return moment_of(datetime.strptime(stated, shape), source.time_zone)  # noqa: DTZ007 - local by design
        except ValueError:
            continue
    return start_by_name(source, duration_s, doing=DOING)[0]


def _seconds(text: str) -> float | None:
    """Seconds of a length such as 01:24:18.8; null when it is none, or longer than any session."""
    numbers = [number_of(part) for part in text.split(":")]
    if len(numbers) != 3:  # noqa: PLR2004 - hours, minutes, seconds
        return None
    hours, minutes, seconds = numbers
    if hours is None or minutes is None or seconds is None:
        return None
    length_s = hours * 3600 + minutes * 60 + seconds
    return length_s if 0 <= length_s <= LONGEST_S else None


def _interval_s(sections: _Sections, count: int) -> float:
    stated = number_of(sections.params.get("interval", ""))
    if stated in INTERVALS_S:
        return float(stated or 1.0)
    length_s = _seconds(sections.params.get("length", "")) or 0.0
    return float(min(INTERVALS_S, key=lambda each: abs(each * count - length_s)))


def _stated_count(sections: _Sections) -> int:
    """Samples the summary says there are; 0 when it does not."""
    cells = sections.summary[-1].split() if sections.summary else []
    stated = number_of(cells[1]) if len(cells) == 2 else None  # noqa: PLR2004 - first and last sample
    return int(stated) if stated is not None and stated > 0 else 0


def _device(sections: _Sections) -> TrackDevice:
    number = sections.params.get("monitor", "")
    product = MONITORS.get(int(number), number) if number.isascii() and number.isdigit() else "unknown"
    return TrackDevice(manufacturer="polar_electro", product=product)


def _beats(source: Source, sections: _Sections, rows: list[list[float] | None]) -> Iterator[Batch | ReadReport]:
    is_after_loss = np.array([index > 0 and rows[index - 1] is None for index, row in enumerate(rows) if row])
    rr_ms = np.array([row[0] for row in rows if row], dtype=np.float64)
    start_s, rr_ms, outside = within_span(added_up(rr_ms, is_after_loss).start_s, rr_ms)
    device = _device(sections)
    duration_s = float(np.max(start_s + rr_ms / 1000.0))
    start = _start(source, sections, duration_s)
    yield _devices(device)
    recording = Recording(
        start=start, start_s=start_s, rr_ms=rr_ms, device_id=device.device_id, resolution_ms=RR_RESOLUTION_MS
    )
    yield from beat_batches(source, recording)
    yield ReadReport(losses=outside)


def _devices(device: TrackDevice) -> Batch:
    return Batch(table="devices", frame=conform(pl.DataFrame([device.row()]), "devices"))


def _activity(source: Source, sections: _Sections, rows: list[list[float] | None]) -> Iterator[Batch | ReadReport]:
    interval_s = _interval_s(sections, len(rows))
    length_s = _seconds(sections.params.get("length", ""))
    elapsed_s = length_s or len(rows) * interval_s
    device, start = _device(sections), _start(source, sections, elapsed_s)
    keys = {
        "activity_id": f"{source.source_file_id}:0",
        "athlete_id": source.athlete_id,
        "source_file_id": source.source_file_id,
    }
    yield _devices(device)
    records, losses = _records(sections, rows, start.at_utc, interval_s)
    rates = records["heart_rate_bpm"].drop_nulls()
    activity = {
        **keys,
        "start_at_utc": start.at_utc,
        "end_at_utc": start.at_utc + timedelta(seconds=elapsed_s),
        "time_basis": start.time_basis,
        "local_date": start.at_utc.astimezone(source.time_zone).date(),
        "sport": "generic",
        "device_id": device.device_id,
        "heart_rate_source": "strap" if len(rates) else "unknown",
        "elapsed_s": elapsed_s,
        "distance_m": _trip(sections, 0, needs="speed_m_per_s", tenth_of=(1000.0, MILE_M)),
        "ascent_m": _trip(sections, 1, needs="altitude_m", tenth_of=(10.0, 10.0 * FOOT_M)),
        "record_count": len(records),
    }
    yield Batch(table="activities", frame=conform(pl.DataFrame([activity]), "activities"))
    laps = [{**keys, **lap} for lap in _laps(sections, start.at_utc)]
    if laps:
        yield Batch(table="laps", frame=conform(pl.DataFrame(laps), "laps"))
    whole = records.with_columns(*(pl.lit(value).alias(name) for name, value in keys.items()))
    yield Batch(table="records", frame=conform(whole, "records"))
    yield ReadReport(losses=losses)


def _places(sections: _Sections) -> tuple[list[str], bool]:
    """Columns of the samples after the heart rate, and whether units are American."""
    smode, mode = sections.params.get("smode", ""), sections.params.get("mode", "")
    if smode:
        names = [name for name, bit in zip(COLUMNS, smode, strict=False) if bit == "1"]
        return names, smode[UNITS_PLACE : UNITS_PLACE + 1] == "1"
    is_american = mode[UNITS_PLACE_OF_MODE : UNITS_PLACE_OF_MODE + 1] == "1"
    if mode[1:2] != "1":
        return [], is_american
    return ["speed_m_per_s", *{"0": ["cadence_rpm"], "1": ["altitude_m"]}.get(mode[:1], [])], is_american


def _records(
    sections: _Sections, rows: list[list[float] | None], start_at_utc: datetime, interval_s: float
) -> tuple[pl.DataFrame, tuple[Loss, ...]]:
    """Samples as records; a lost one leaves its time empty. Heart rate 0 means that there was none."""
    names, is_american = _places(sections)
    factors = {
        "speed_m_per_s": (MILE_M if is_american else 1000.0) / 10.0 / 3600.0,
        "altitude_m": FOOT_M if is_american else 1.0,
    }
    short = 0
    columns: dict[str, list[float | None]] = {name: [] for name in ("heart_rate_bpm", *names)}
    for row in rows:
        values = row or []
        short += row is not None and len(row) < 1 + len(names)
        for place, (name, column) in enumerate(columns.items()):
            value = values[place] if place < len(values) else None
            is_missing = value is None or (name == "heart_rate_bpm" and not 0 < value < 2**15)
            column.append(None if is_missing or value is None else value * factors.get(name, 1.0))
    first = start_at_utc.astimezone(UTC)
    times = [first + timedelta(seconds=index * interval_s) for index in range(len(rows))]
    frame = pl.DataFrame(
        {"recorded_at_utc": times, **columns},
        schema_overrides={"recorded_at_utc": pl.Datetime("us", "UTC"), **dict.fromkeys(columns, pl.Float64)},
    ).with_row_index("record_index")
    keep = pl.Series([row is not None for row in rows])
    why = "the line has fewer values than SMode names"
    losses = (Loss(what=counted(short, "sample") + " in part", where="", why=why),) if short else ()
    return frame.filter(keep), losses


def _laps(sections: _Sections, start_at_utc: datetime) -> Iterator[dict[str, object]]:
    """Laps from the intermediate times: each first line has its time since the start and four heart rates."""
    before_s = 0.0
    index = 0
    for line in sections.lap_lines:
        cells = line.split()
        time_s = _seconds(cells[0]) if cells else None
        if time_s is None or time_s < before_s:
            continue
        average = number_of(cells[3]) if len(cells) > 3 else None  # noqa: PLR2004 - now, lowest, average, highest
        yield {
            "lap_index": index,
            "start_at_utc": start_at_utc + timedelta(seconds=before_s),
            "timer_s": time_s - before_s,
            "average_heart_rate_bpm": average or None,
        }
        before_s, index = time_s, index + 1


def _trip(sections: _Sections, line: int, *, needs: str, tenth_of: tuple[float, float]) -> float | None:
    """A sum the device states in tenths of a metric or American unit (m); null without its sensor, or where it is 0."""
    names, is_american = _places(sections)
    stated = number_of(sections.trip[line]) if len(sections.trip) > line else None
    return None if needs not in names or not stated else stated * tenth_of[is_american] / 10.0


def _passed_over(sections: _Sections) -> tuple[str, ...]:
    smode = sections.params.get("smode", "")
    notes = ["limits, zones, notes and summaries"]
    notes += [
        what for what, bit in zip(("pedalling balance", "pedalling index"), smode[4:6], strict=False) if bit == "1"
    ]
    return (*notes, *(["air pressure"] if smode[8:9] == "1" else []))


READER = Reader(
    name="polar_hrm",
    version="1",
    label="Polar HRM file (.hrm)",
    tables=("devices", "activities", "laps", "records", "beat_series", "beats"),
    recognise=recognise,
    read=read,
    reads=(
        "heart rate, speed, cadence, altitude and power at the device's interval, laps; or RR intervals; metric and "
        "American units; the start as local time"
    ),
    passes_over="limits, zones, notes, summaries, pedalling balance and index, air pressure",
    certainty="four real files, one of them with RR intervals; the oldest versions from public parsers",
)
"""The HRM format."""
