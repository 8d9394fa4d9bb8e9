"""Text exports line by line: a byte that is no text costs its line, and no line can fill the memory."""

from collections.abc import Iterable, Iterator
from pathlib import Path

LINE_MAXIMUM_BYTES = 65_536
"""Longest line that is read (bytes); longer ones are no lines of any export we read."""

RANGES_SHOWN = 8
"""How many groups of lines a loss names before it only counts the rest."""


def lines_of(path: Path) -> Iterator[tuple[int, str | None]]:
    """Number from 1 and text of each line; no text where it is not UTF-8 or too long. A byte-order mark is dropped.

    Lines end with LF, CRLF or, as old spreadsheets write, CR alone.
    """
    number = 0
    with path.open("rb") as file:
        while chunk := file.readline(LINE_MAXIMUM_BYTES):
            if len(chunk) == LINE_MAXIMUM_BYTES and not chunk.endswith(b"\n"):
                number += 1
                yield number, None
                while chunk and not chunk.endswith(b"\n"):
                    chunk = file.readline(LINE_MAXIMUM_BYTES)
                continue
            for piece in chunk.rstrip(b"\r\n").split(b"\r"):
                number += 1
                yield number, _text(piece)


def _text(piece: bytes) -> str | None:
    try:
        text = piece.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def counted(count: int, thing: str) -> str:
    """A number of things in words, such as `1 row` or `12 rows`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def line_ranges(numbers: Iterable[int]) -> str:
    """Line numbers in words, such as `lines 3, 7-9`."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = [str(first) if first == last else f"{first}-{last}" for first, last in ranges[:RANGES_SHOWN]]
    rest = len(ranges) - len(shown)
    single = len(ranges) == 1 and ranges[0][0] == ranges[0][1]
    return f"{'line' if single else 'lines'} {', '.join(shown)}" + (f" and {rest} more places" if rest else "")


def number_of(cell: str) -> float | None:
    """A number as spreadsheets write it, with decimal point or comma; null when it is none or not finite."""
    text = cell.strip().strip('"').strip()
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    if not text or not text.isascii() or text[-1:] not in "0123456789." or "_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
