"""Notes of coach and athlete, kept as words: shown, never interpreted."""

from collections.abc import Iterator

import polars as pl

from pipelines.readers.contract import Batch, Head, Loss, Reader, ReadReport, Source
from pipelines.readers.csv_file import csv_rows, header_of, key_of
from pipelines.readers.dated_rows import date_reading, is_date_title
from pipelines.readers.text_file import counted, line_ranges
from pipelines.tables import conform

NOTE_KEYS = frozenset({"note", "notes", "comment", "comments", "remark", "text", "notiz", "bemerkung", "kommentar"})
AUTHOR_KEYS = frozenset({"author", "by", "from", "who", "writer", "autor", "von"})
KIND_KEYS = frozenset({"kind", "type", "category", "tag", "art"})

KINDS = frozenset({"note", "ill", "travel", "injury", "device", "off", "other"})

KIND_WORDS = {
    "": "note",
    "comment": "note",
    "illness": "ill",
    "sick": "ill",
    "injured": "injury",
    "trip": "travel",
    "watch": "device",
    "strap": "device",
    "rest": "off",
    "holiday": "off",
}
"""Other words for the kinds."""

HEADER_LINES = 10
"""Lines a header may run over."""


def recognise(head: Head) -> bool:
    """By its header: a date, a note, and nothing but author and kind beside them."""
    lines = head.lines()
    keys = [key_of(title) for title in header_of(lines[:HEADER_LINES])] if lines else []
    others = [key for key in keys if key and not is_date_title(key)]
    return (
        any(is_date_title(key) for key in keys)
        and any(key in NOTE_KEYS for key in keys)
        and all(key in NOTE_KEYS | AUTHOR_KEYS | KIND_KEYS for key in others)
    )


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """One note per row."""
    rows = list(csv_rows(source.path))
    keys = list(rows[0].cells) if rows else []
    dates = date_reading([key for key in keys if key not in KIND_KEYS], rows)
    notes: list[dict[str, object]] = []
    undated: list[int] = []
    for row in rows:
        words = next((row.cells[key] for key in keys if key in NOTE_KEYS and row.cells.get(key)), "")
        when = dates.of(row, source)
        if when is None:
            undated.append(row.line)
        elif words:
            author = next((row.cells[key] for key in keys if key in AUTHOR_KEYS and row.cells.get(key)), "")
            kind = next((row.cells[key] for key in keys if key in KIND_KEYS and row.cells.get(key)), "").lower()
            notes.append(
                {
                    "athlete_id": source.athlete_id,
                    "source_file_id": source.source_file_id,
                    "note_index": len(notes),
                    "note_date": when.about_date,
                    "author": author or "not stated",
                    "kind": kind if kind in KINDS else KIND_WORDS.get(kind, "other"),
                    "note": words,
                }
            )
    if notes:
        yield Batch(table="notes", frame=conform(pl.DataFrame(notes), "notes"))
    losses = (
        (Loss(what=counted(len(undated), "note"), where=line_ranges(undated), why="no date, or not UTF-8 text"),)
        if undated
        else ()
    )
    yield ReadReport(losses=losses, passed_over=(dates.note,) if dates.note else ())


READER = Reader(
    name="notes_csv",
    version="1",
    label="Notes (CSV: date, author, kind, note)",
    tables=("notes",),
    recognise=recognise,
    read=read,
    reads="date, author, kind (note, ill, travel, injury, device, off, other) and the words themselves",
    passes_over="nothing; rows without words are left out",
    certainty="our own layout",
)
