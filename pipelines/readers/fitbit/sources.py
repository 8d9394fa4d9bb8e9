"""Which tracker or app a row of Fitbit's tables came from."""

from pipelines.readers.csv_file import CsvRow
from pipelines.readers.stated import Stated

MIRRORS = ("health connect", "health kit", "healthkit")
"""Endings of sources that only pass on what other apps measured: those are read from their own exports."""


def device_of(row: CsvRow, found: Stated) -> str | None:
    """Key of the device a row names, the platform where it names none; null for what was mirrored from elsewhere."""
    source = row.cells.get("data source", "")
    if source.lower().endswith(MIRRORS):
        found.note("rows mirrored from another app")
        return None
    return found.device("fitbit", source) if source else found.app
