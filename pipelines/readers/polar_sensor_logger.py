"""Polar Sensor Logger: the phone app's file of RR intervals, with the phone's local time of arrival."""

from collections.abc import Iterator

from pipelines.readers.contract import Batch, Head, Reader, ReadReport, Source
from pipelines.readers.stamped_rr import Stamped, stamped_batches

HEADER = ("phone timestamp", "rr-interval [ms]")
LAYOUT = Stamped(delimiter=";", wall_column=0, rr_column=1)


def recognise(head: Head) -> bool:
    """By its header."""
    lines = head.lines()
    if not lines:
        return False
    titles = tuple(title.strip().strip('"').lower() for title in lines[0].rstrip("; ").split(";"))
    return titles == HEADER


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """One beat series and its beats."""
    yield from stamped_batches(source, LAYOUT, app="Polar Sensor Logger")


READER = Reader(
    name="polar_sensor_logger",
    version="1",
    label="Polar Sensor Logger (phone app)",
    tables=("devices", "beat_series", "beats"),
    recognise=recognise,
    read=read,
    reads="RR intervals with the phone's time of arrival; start in local time",
    passes_over="nothing",
    certainty="public parsers; no real file seen",
)
