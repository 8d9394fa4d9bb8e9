"""Apple Health: export.xml, alone or out of export.zip."""

import re
from collections.abc import Iterator

from pipelines.readers.apple.chunks import CHUNK_BYTES
from pipelines.readers.apple.daily import METHODS
from pipelines.readers.apple.reading import read_pieces
from pipelines.readers.contract import Batch, Head, Reader, ReadReport, Source

ROOT = re.compile(rb"<HealthData[\s>]|<!DOCTYPE\s+HealthData\b")
FRAGMENT = re.compile(rb"\s*<(?:Record\s+type=\"HK|Workout\s+workoutActivityType=\"HKWorkoutActivityType)")
"""Elements cut out of an export, without its root."""

CLINICAL = b"<ClinicalDocument"
"""The same values a second time, as the export's other file states them."""


def recognise(head: Head) -> bool:
    """Says yes to the root or its document type, and to elements cut out of an export; not to the clinical document."""
    start = head.start.removeprefix(b"\xef\xbb\xbf")
    return CLINICAL not in start and (ROOT.search(start) is not None or FRAGMENT.match(start) is not None)


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """Reads one export in memory that hardly grows with it. Raises `CorruptExport` when no element is whole."""
    yield from read_pieces(source, chunk_bytes=CHUNK_BYTES, is_patient=False)


READER = Reader(
    name="apple_health",
    version="1",
    label="Apple Health export (XML)",
    tables=(
        "devices", "heart_rates", "interval_sums", "daily_values", "nights", "sleep_stages", "activities", "pauses",
        "beat_series", "beats",
    ),
    recognise=recognise,
    read=read,
    reads=(
        "Heart rates, steps by device, resting heart rate, SDNN of the moment and its beats (10 ms, gaps kept), nights "
        "with stages (one device each), workouts with pauses and the name of their route; offsets by the stated time "
        "zone, else the phone's at export"
    ),
    passes_over=(
        "Rates beside beats (whole beats a minute: they only tell gaps), motion context, energy, "
        "distances outside workouts, oxygen, breathing, body measures, daily summaries, numbers other apps wrote"
    ),
    certainty="real workouts and records of one phone, public parsers and bug reports",
    methods=METHODS,
)  # fmt: skip
