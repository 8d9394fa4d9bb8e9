"""TCX: activities as Garmin's Training Center and many apps write them, with laps and sensor values."""

from collections.abc import Iterator

from pipelines.readers.contract import Batch, Head, Reader, ReadReport, Source
from pipelines.readers.text_file import number_of
from pipelines.readers.tracks.cut import Mark, attribute_of
from pipelines.readers.tracks.makers import device_named
from pipelines.readers.tracks.outline import Activity, Lap, Outline
from pipelines.readers.tracks.read import read_tracks
from pipelines.readers.tracks.templates import Vocabulary
from pipelines.readers.tracks.text import root_name

ROOT = "TrainingCenterDatabase"

POINTS = Vocabulary(
    point="Trackpoint",
    columns={
        "time": ("time",),
        "latitude_deg": ("latitudedegrees",),
        "longitude_deg": ("longitudedegrees",),
        "altitude_m": ("altitudemeters",),
        "distance_m": ("distancemeters",),
        "speed_m_per_s": ("speed",),
        "heart_rate_bpm": ("heartratebpm",),
        "cadence_rpm": ("cadence", "runcadence"),
        "power_w": ("watts",),
        "temperature_c": ("temperature", "atemp", "temp"),
    },
)
"""Trackpoints: cadence of a run stands in RunCadence, of one leg, else in Cadence."""

LAP_NUMBERS = {
    "TotalTimeSeconds": "timer_s",
    "DistanceMeters": "distance_m",
    "Calories": "energy_kcal",
    "AverageHeartRateBpm": "average_heart_rate_bpm",
    "MaximumHeartRateBpm": "max_heart_rate_bpm",
}

ACTIVITIES = ("Activity", "Run", "Transition")
"""Elements of one activity each: of today's schema, of the first, and between two sports."""

PLANNED = ("Courses", "Workouts")


def recognise(head: Head) -> bool:
    """By its root element, whatever the prefix; by its points where the start is damaged."""
    return root_name(head.start) == ROOT or b"<Trackpoint>" in head.start


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Every activity of a TCX file with its laps, pauses and trackpoints."""
    outline = Outline(enter=_enter, leave=_leave)
    return read_tracks(source, vocabulary=POINTS, outline=outline, routes="course point")


def _enter(outline: Outline, mark: Mark) -> None:
    name, current = mark.name, outline.current
    if name in ACTIVITIES:
        words = attribute_of(mark.attributes, "Sport") or {"Run": outline.parent()}.get(name)
        outline.begin(Activity(words="transition" if name == "Transition" else words))
    elif name in PLANNED:
        outline.is_planned = True
    elif name == "CoursePoint":
        outline.count("course point")
    elif name == "Lap" and not outline.is_planned:
        if current is None:
            outline.begin(Activity())
        assert outline.current is not None
        outline.lap, outline.stretch = Lap(start_text=attribute_of(mark.attributes, "StartTime")), None
        outline.current.laps.append(outline.lap)
    elif name == "Track":
        outline.stretch = None
    elif name == "Id" and current is not None and outline.parent() in ACTIVITIES:
        current.start_text = mark.text
    elif outline.lap is not None:
        _take_number(outline.lap, mark, outline)
    if "Creator" in outline.open_names:
        outline.values.setdefault(name, mark.text)


def _take_number(lap: Lap, mark: Mark, outline: Outline) -> None:
    """A sum of the lap; heart rates stand in a value of their own, or directly as the first schema had them."""
    name, above = mark.name, outline.parent()
    if name == "Value":
        name, above = above, outline.parent(2)
    value = number_of(mark.text)
    if above == "Lap" and name in LAP_NUMBERS and value is not None and value >= 0:
        is_missing = value == 0 and name.endswith("HeartRateBpm")
        setattr(lap, LAP_NUMBERS[name], None if is_missing else value)


def _leave(outline: Outline, name: str) -> None:
    if name == "Lap":
        outline.lap, outline.stretch = None, None
    elif name == "Track":
        outline.stretch = None
    elif name in PLANNED:
        outline.is_planned = False
    elif name == "Creator":
        _take_creator(outline)
    elif name in ACTIVITIES:
        outline.current = outline.lap = outline.stretch = None


def _take_creator(outline: Outline) -> None:
    told, outline.values = outline.values, {}
    major, minor = told.get("VersionMajor", ""), told.get("VersionMinor", "")
    is_stated = major.isdigit() and minor.isdigit() and (int(major) or int(minor))
    device = device_named(
        told.get("Name", ""),
        product_number=told.get("ProductID", ""),
        serial=told.get("UnitId", ""),
        firmware=f"{int(major)}.{int(minor):02d}" if is_stated else None,
    )
    if outline.current is not None:
        outline.current.device = device


READER = Reader(
    name="tcx",
    version="1",
    label="TCX file (Garmin Training Center, Garmin Connect, Polar Flow, Strava and others)",
    tables=("devices", "activities", "laps", "pauses", "records"),
    recognise=recognise,
    read=read,
    reads=(
        "activities with laps, pauses and trackpoints: position, altitude, distance, speed, heart rate, cadence and "
        "power; times as the file states them, UTC; a file that calls local time UTC cannot be told from others"
    ),
    passes_over="courses and workouts, notes, lap averages beside heart rate; each read lists what it met",
    certainty="thirty-three real files of watches, bike computers and apps",
)
"""The TCX format."""
