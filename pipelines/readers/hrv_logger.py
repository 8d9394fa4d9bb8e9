"""HRV Logger: the app's file of RR intervals, with local time and ms since the start; its events are passed over."""

from collections.abc import Iterator

from pipelines.readers.contract import Batch, Head, Reader, ReadReport, Source
from pipelines.readers.stamped_rr import Stamped, stamped_batches
from pipelines.readers.text_file import lines_of

RR_HEADER: tuple[str, ...] = ("date", "rr", "since start")
EVENTS_HEADER: tuple[str, ...] = ("date", "timestamp", "annotation", "manual")
LAYOUT = Stamped(delimiter=",", wall_column=0, rr_column=1, elapsed_ms_column=2)


def recognise(head: Head) -> bool:
    """By the header of either file."""
    titles = _titles((head.lines() or [""])[0])
    return titles in {RR_HEADER, EVENTS_HEADER}


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """One beat series and its beats; of the events file only a report."""
    header = next((line for _, line in lines_of(source.path)), "") or ""
    if _titles(header) == EVENTS_HEADER:
        yield ReadReport(passed_over=("events: the app's own marks in a recording",))
        return
    yield from stamped_batches(source, LAYOUT, app="HRV Logger")


def _titles(line: str) -> tuple[str, ...]:
    return tuple(title.strip().strip('"').lower() for title in line.split(","))


READER = Reader(
    name="hrv_logger",
    version="1",
    label="HRV Logger (…_RR_….csv)",
    tables=("devices", "beat_series", "beats"),
    recognise=recognise,
    read=read,
    reads="RR intervals with the app's clock, so that lost beats leave a gap; start in local time",
    passes_over="the events file (…_Events_….csv)",
    certainty="public parsers; no real file seen",
)
