"""Writes notes of coach and athlete as a table: date, author, kind, note."""

import csv
import io
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Note:
    """One note, in its writer's own words."""

    day: date
    author: str
    kind: str
    words: str


def notes_file(notes: list[Note]) -> bytes:
    """The bytes of the file, in order of date."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("date", "author", "kind", "note"))
    for note in sorted(notes, key=lambda note: (note.day, note.kind)):
        writer.writerow((note.day.isoformat(), note.author, note.kind, note.words))
    return text.getvalue().encode()
