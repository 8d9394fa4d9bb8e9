"""PWX: workouts as TrainingPeaks and programs beside it write them, each sample by its seconds since the start."""

from collections.abc import Iterator

from pipelines.readers.contract import Batch, Head, Reader, ReadReport, Source
from pipelines.readers.text_file import number_of
from pipelines.readers.tracks.cut import Mark, attribute_of
from pipelines.readers.tracks.makers import device_named
from pipelines.readers.tracks.outline import Activity, Lap, Outline
from pipelines.readers.tracks.read import read_tracks
from pipelines.readers.tracks.templates import Vocabulary
from pipelines.readers.tracks.text import root_name

SAMPLES = Vocabulary(
    point="sample",
    columns={
        "offset_s": ("timeoffset",),
        "latitude_deg": ("lat",),
        "longitude_deg": ("lon",),
        "altitude_m": ("alt",),
        "distance_m": ("dist",),
        "speed_m_per_s": ("spd",),
        "heart_rate_bpm": ("hr",),
        "cadence_rpm": ("cad",),
        "power_w": ("pwr",),
        "temperature_c": ("temp",),
    },
)


def recognise(head: Head) -> bool:
    """By its root element."""
    return root_name(head.start) == "pwx"


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Every workout of the file; its time is local time without an offset."""
    outline = Outline(enter=_enter, leave=_leave)
    return read_tracks(source, vocabulary=SAMPLES, outline=outline, routes="planned workout")


def _enter(outline: Outline, mark: Mark) -> None:
    name, current = mark.name, outline.current
    if name == "workout":
        outline.begin(Activity())
    elif current is None:
        return
    elif outline.parent() == "workout":
        if name == "sportType":
            current.words = mark.text
        elif name == "time":
            current.start_text = mark.text
        elif name == "summarydata":
            current.summary = Lap()
        elif name == "segment":
            outline.count("segment")
    elif outline.parent() == "device":
        outline.values.setdefault(name, mark.text)
    elif outline.parent() == "summarydata" and outline.parent(2) == "workout" and current.summary is not None:
        _take_sum(current.summary, mark)


def _take_sum(summary: Lap, mark: Mark) -> None:
    value = number_of(mark.text)
    if mark.name == "hr":
        summary.average_heart_rate_bpm = number_of(attribute_of(mark.attributes, "avg") or "") or None
        summary.max_heart_rate_bpm = number_of(attribute_of(mark.attributes, "max") or "") or None
    elif value is None or value < 0:
        return
    elif mark.name == "duration":
        summary.timer_s = value
    elif mark.name == "durationstopped" and summary.timer_s is not None:
        summary.timer_s = max(0.0, summary.timer_s - value)
    elif mark.name == "dist":
        summary.distance_m = value


def _leave(outline: Outline, name: str) -> None:
    if name == "device" and outline.current is not None:
        told, outline.values = outline.values, {}
        outline.current.device = device_named(f"{told.get('make', '')} {told.get('model', '')}")
    elif name == "workout":
        outline.current = outline.stretch = None


READER = Reader(
    name="pwx",
    version="1",
    label="PWX workout (TrainingPeaks)",
    tables=("devices", "activities", "records"),
    recognise=recognise,
    read=read,
    reads=(
        "workouts with samples: position, altitude, distance, speed, heart rate, cadence, power, temperature; sums as "
        "stated; the start as local time"
    ),
    passes_over="segments, events, pedalling sides and summaries beside time, distance and heart rate",
    certainty="three real files",
)
"""The PWX format."""
