"""GPX: tracks as watches, phones and apps write them, 1.0 and 1.1, with the extensions in use."""

from collections.abc import Iterator

from pipelines.readers.contract import Batch, Head, Reader, ReadReport, Source
from pipelines.readers.tracks.cut import Mark, attribute_of
from pipelines.readers.tracks.makers import creator_named
from pipelines.readers.tracks.outline import Activity, Outline
from pipelines.readers.tracks.read import read_tracks
from pipelines.readers.tracks.templates import Vocabulary
from pipelines.readers.tracks.text import root_name

POINTS = Vocabulary(
    point="trkpt",
    columns={
        "time": ("time",),
        "altitude_m": ("ele", "altitude"),
        "distance_m": ("distance",),
        "speed_m_per_s": ("speed",),
        "heart_rate_bpm": ("hr", "heartrate", "heart_rate", "heartratebpm"),
        "cadence_rpm": ("cad", "cadence", "runcadence"),
        "power_w": ("power", "watts", "powerinwatts", "pwr"),
        "temperature_c": ("atemp", "temp", "temperature"),
        "gps_accuracy_m": ("hacc",),
    },
    attributes={"latitude_deg": "lat", "longitude_deg": "lon"},
)
"""Points by local names, because prefixes and namespaces are wrong in many files: Garmin's, Cluetrust's, Strava's and
Apple's words, and the speed of GPX 1.0."""

PASSED_OVER = {"rtept": "route point", "wpt": "waypoint"}


def recognise(head: Head) -> bool:
    """By its root element, whatever the prefix; by its points where the start is damaged."""
    return root_name(head.start) == "gpx" or b"<trkpt " in head.start


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Every track of a GPX file is an activity; a new segment is a pause."""
    outline = Outline(enter=_enter, leave=_leave)
    return read_tracks(source, vocabulary=POINTS, outline=outline, routes="route point")


def _enter(outline: Outline, mark: Mark) -> None:
    name, current = mark.name, outline.current
    if name == "gpx":
        outline.device = creator_named(attribute_of(mark.attributes, "creator") or "")
    elif name == "trk":
        outline.begin(Activity(device=outline.device))
    elif name == "trkseg":
        outline.stretch = None
    elif name == "type" and current is not None and outline.parent() == "trk":
        current.words = mark.text
    elif name in PASSED_OVER:
        outline.count(PASSED_OVER[name])


def _leave(outline: Outline, name: str) -> None:
    if name == "trkseg":
        outline.stretch = None
    elif name == "trk":
        outline.current = outline.stretch = None


READER = Reader(
    name="gpx",
    version="1",
    label="GPX track (watches, phones, Strava, Garmin Connect, Suunto, Apple workout routes)",
    tables=("devices", "activities", "pauses", "records"),
    recognise=recognise,
    read=read,
    reads=(
        "each track as an activity, its segments apart by pauses: position, altitude, time, and heart rate, cadence, "
        "power, temperature, speed, distance and accuracy where extensions hold them; distance follows the positions "
        "where none is stated"
    ),
    passes_over="routes, waypoints and other extensions; a planned route has no times and is set aside",
    certainty="fifty real files of watches, phones and platforms",
)
"""The GPX format."""
