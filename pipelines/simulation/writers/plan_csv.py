"""Writes a training plan as a coach keeps it: one row a planned session or rest day."""

import csv
import io
from dataclasses import dataclass
from datetime import date

HEADINGS = ("date", "sport", "duration", "distance (km)", "description")
REST = "Rest day"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What is planned for one day; a rest day has no sport."""

    day: date
    sport: str | None
    duration_s: float | None = None
    distance_m: float | None = None
    words: str = ""


def plan_file(planned: list[Planned]) -> bytes:
    """The bytes of the file, in order of date; durations as h:mm, distances in km with one decimal."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADINGS)
    for row in sorted(planned, key=lambda row: (row.day, row.sport or "")):
        writer.writerow(
            (
                row.day.isoformat(),
                "" if row.sport is None else row.sport,
                "" if row.duration_s is None else _clock(row.duration_s),
                "" if row.distance_m is None else f"{row.distance_m / 1000:.1f}",
                row.words or (REST if row.sport is None else ""),
            )
        )
    return text.getvalue().encode()


def _clock(length_s: float) -> str:
    minutes = round(length_s / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
