"""The date of a row in tables people keep: a date column, or the time a form was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipelines.readers.contract import Source
from pipelines.readers.csv_file import CsvRow
from pipelines.readers.local_times import is_day_first, moment_of, parsed_time

DATE_TITLES = frozenset(
    {"date", "day", "datum", "tag", "dato", "fecha", "data", "about date", "session date", "training date"}
)
"""Titles of the column with the day a row is about."""

STAMP_TITLES = frozenset(
    {
        "timestamp", "time stamp", "datetime", "date time", "date/time", "zeitstempel", "horodateur",
        "marca temporal", "tijdstempel", "tidsstempel", "informazioni cronologiche", "submitted at",
    }
)  # fmt: skip
"""Titles of the column with the time a row was written, as forms name it in several languages."""


@dataclass(frozen=True, kw_only=True)
class Dated:
    """The day a row is about, and when it was written where that is stated."""

    about_date: date
    written_at_utc: datetime | None


@dataclass(frozen=True, kw_only=True)
class DateReading:
    """How the dates of one file are read."""

    date_key: str | None
    stamp_key: str | None
    day_first: bool | None
    """Null when dates such as 01/02/2026 leave it open."""

    @property
    def note(self) -> str:
        """A note when a choice had to be made; empty when not."""
        if self.day_first is None:
            return "dates such as 01/02/2026 are read with the month first: no row shows which it is"
        return ""

    def of(self, row: CsvRow, source: Source) -> Dated | None:
        """The dates of a row; null when neither column holds one."""
        about = self._parsed(row, self.date_key)
        written = self._parsed(row, self.stamp_key)
        written_at_utc = None
        if isinstance(written, datetime):
            written_at_utc = moment_of(written, source.time_zone).at_utc
        stated = about if about is not None else written
        if stated is None:
            return None
        return Dated(
            about_date=stated.date() if isinstance(stated, datetime) else stated, written_at_utc=written_at_utc
        )

    def _parsed(self, row: CsvRow, key: str | None) -> datetime | date | None:
        return None if key is None else parsed_time(row.cells.get(key, ""), day_first=bool(self.day_first))


def is_date_title(key: str) -> bool:
    """Whether a column of that title (lower case) holds the date or time of a row."""
    return key in DATE_TITLES or key in STAMP_TITLES


def date_reading(keys: Sequence[str], rows: Sequence[CsvRow]) -> DateReading:
    """How to read the dates of a file with these columns (lower case) and rows."""
    date_key = next((key for key in keys if key in DATE_TITLES), None)
    stamp_key = next((key for key in keys if key in STAMP_TITLES), None)
    cells = [row.cells.get(key, "") for row in rows for key in (date_key, stamp_key) if key is not None]
    is_slashed = any("/" in cell and not cell[:4].isdigit() for cell in cells)
    return DateReading(date_key=date_key, stamp_key=stamp_key, day_first=is_day_first(cells) if is_slashed else False)
