"""Writes runs as GPX 1.1 with the extensions of Garmin and Strava: one track a run, one segment between pauses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from pipelines.simulation.writers.track_rows import Row, elements, iso, stretches

Extensions = Literal["garmin", "cluetrust", "apple"]
"""Words an export uses for what GPX itself does not hold."""

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="{creator}"'
    ' xmlns="http://www.topografix.com/GPX/1/1"'
    ' xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1"'
    ' xmlns:gpxdata="http://www.cluetrust.com/XML/GPXDATA/1/0">\n'
)
GARMIN = {
    "temperature_c": ("gpxtpx:atemp", 1),
    "heart_rate_bpm": ("gpxtpx:hr", 0),
    "cadence_rpm": ("gpxtpx:cad", 0),
}
CLUETRUST = {
    "heart_rate_bpm": ("gpxdata:hr", 0),
    "cadence_rpm": ("gpxdata:cadence", 0),
    "temperature_c": ("gpxdata:temp", 1),
    "distance_m": ("gpxdata:distance", 2),
    "speed_m_per_s": ("gpxdata:speed", 3),
}
APPLE = {"speed_m_per_s": ("speed", 6), "gps_accuracy_m": ("hAcc", 6)}
POWER = {"power_w": ("power", 0)}


@dataclass(frozen=True, kw_only=True)
class GpxTrack:
    """One run: records in the columns of `records`, pauses in s since 1970 (UTC)."""

    records: pl.DataFrame
    pauses: tuple[tuple[int, int], ...] = ()
    sport: str = "running"
    name: str = "Run"


def gpx_file(tracks: Sequence[GpxTrack], *, creator: str = "Example", extensions: Extensions = "garmin") -> bytes:
    """The bytes of the file. Records without a position are left out: GPX has no place for them."""
    parts = [HEAD.format(creator=creator)]
    for track in tracks:
        parts.append(f" <trk><name>{track.name}</name><type>{track.sport}</type>\n")
        for rows in stretches(track.records, track.pauses):
            parts += ["  <trkseg>\n", *(_point(row, extensions) for row in rows if _has_position(row)), "  </trkseg>\n"]
        parts.append(" </trk>\n")
    return "".join([*parts, "</gpx>\n"]).encode()


def _has_position(row: Row) -> bool:
    return row["latitude_deg"] is not None and row["longitude_deg"] is not None


def _point(row: Row, extensions: Extensions) -> str:
    time = f"<time>{iso(row['recorded_at_utc'])}</time>" if row["recorded_at_utc"] is not None else ""
    own = "".join(elements(row, {"altitude_m": ("ele", 1)})) + time
    inside = "".join(_extensions(row, extensions))
    more = f"<extensions>{inside}</extensions>" if inside else ""
    return f'   <trkpt lat="{row["latitude_deg"]:.7f}" lon="{row["longitude_deg"]:.7f}">{own}{more}</trkpt>\n'


def _extensions(row: Row, extensions: Extensions) -> Iterator[str]:
    if extensions == "garmin":
        yield from elements(row, POWER)
        inside = "".join(elements(row, GARMIN))
        if inside:
            yield f"<gpxtpx:TrackPointExtension>{inside}</gpxtpx:TrackPointExtension>"
    else:
        yield from elements(row, CLUETRUST if extensions == "cluetrust" else APPLE)
