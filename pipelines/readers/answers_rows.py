"""Rows of a file of answers as they are written: by commands, by whoever keeps them, by the generator."""

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.readers.wattworth_answers import COLUMNS, FILE_NAME, SHIELDED


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """One row: what somebody said of which athlete, and when."""

    kind: str
    athlete: str
    """Name of the athlete's inbox folder."""
    author: str
    said_on: date
    id: str = ""
    about_date: date | None = None
    answer: str = ""
    text: str = ""

    def cells(self) -> tuple[str, ...]:
        """Its cells, in the order of the columns."""
        about = self.about_date.isoformat() if self.about_date else ""
        said = self.said_on.isoformat()
        return (self.kind, self.id, self.athlete, about, self.answer, self.text, self.author, said)


def answers_file(rows: Iterable[AnswerRow]) -> bytes:
    """The bytes of a file of answers."""
    return _text([COLUMNS, *(row.cells() for row in rows)]).encode()


def not_there_yet(folder: Path, rows: Iterable[AnswerRow]) -> list[AnswerRow]:
    """Those of the rows that the file of answers in an athlete's folder does not hold already."""
    path = folder / FILE_NAME
    held = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return [row for row in rows if _text([row.cells()]) not in held]


def append_answers(folder: Path, rows: Iterable[AnswerRow]) -> Path:
    """Adds rows to the file of answers in an athlete's folder, which it makes where there is none; gives its path.

    All of them go in one write, and a line that an earlier kill cut short is ended first, so that it costs itself only.
    """
    path = folder / FILE_NAME
    added = _text([row.cells() for row in rows])
    with path.open("a+b") as file:
        if file.seek(0, os.SEEK_END) == 0:
            added = _text([COLUMNS]) + added
        else:
            file.seek(-1, os.SEEK_END)
            added = added if file.read(1) == b"\n" else "\n" + added
        file.write(added.encode())
    return path


def _text(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([map(_shielded, row) for row in rows])
    return text.getvalue()


def _shielded(cell: str) -> str:
    """A spreadsheet runs what it takes for a formula; the reader takes the apostrophe off again."""
    return f"'{cell}" if SHIELDED.match(cell) else cell
