"""Tables people and apps write as CSV: quoted cells may hold line breaks, and titles may be doubled or missing."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.readers.text_file import lines_of

DAMAGED = "\N{REPLACEMENT CHARACTER}"
"""Stands for a line that is no text: its row then has no date and is told as lost."""

DELIMITERS = (",", ";", "\t")

ROW_MAXIMUM_LINES = 1_000
"""Most lines one quoted cell may run over before its opening quotation mark is taken for a slip."""


@dataclass(frozen=True, kw_only=True)
class CsvRow:
    """One row: the line it starts on, and its cells by title (trimmed, lower case, the first of equal titles)."""

    line: int
    cells: dict[str, str]
    values: tuple[str, ...] = ()
    """The cells by position (trimmed): tables with equal titles are read by it."""


def delimiter_of(header: str) -> str:
    """What parts the cells of a header line."""
    return max(DELIMITERS, key=header.count)


def header_of(lines: Sequence[str]) -> list[str]:
    """Titles of the header as written, which may run over several lines; none without a line or a whole one."""
    content = [line for line in lines if line.strip()]
    if not content:
        return []
    try:
        titles = next(csv.reader((line + "\n" for line in content), delimiter=delimiter_of(content[0])), [])
    except csv.Error:
        return []
    return [] if any(DAMAGED in title for title in titles) else titles


def key_of(title: str) -> str:
    """A title in lower case with single spaces, as cells are looked up by."""
    return " ".join(title.split()).lower()


def csv_rows(path: Path) -> Iterator[CsvRow]:
    """The rows below the header. A line that is no text is a row of one cell; a row without any content is left out.

    Raises `csv.Error` for a cell that never ends.
    """
    numbers: list[int] = []
    content = _content(path, numbers)
    first = next(content, None)
    if first is None:
        return
    reader = csv.reader(_with_first(first, content), delimiter=delimiter_of(first))
    keys = [key_of(title) for title in next(reader, [])]
    while True:
        numbers.clear()
        cells = next(reader, None)
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            named: dict[str, str] = {}
            for key, cell in zip(keys, cells, strict=False):
                named.setdefault(key, cell.strip())
            values = tuple(cell.strip() for cell in cells)
            yield CsvRow(line=numbers[0] if numbers else 0, cells=named, values=values)


def _with_first(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _content(path: Path, numbers: list[int]) -> Iterator[str]:
    """Every line from the first that is not empty; its number is noted for whoever asks which line a row began on."""
    has_begun = False
    for number, line in lines_of(path):
        has_begun = has_begun or line is None or bool(line.strip())
        if not has_begun:
            continue
        numbers.append(number)
        if len(numbers) > ROW_MAXIMUM_LINES:
            raise csv.Error(f"a quotation mark opened on line {numbers[0]} never closes")
        yield (DAMAGED if line is None else line) + "\n"
