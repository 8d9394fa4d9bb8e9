"""Plain tables and JSON on stdout.

What does not belong here: where a figure comes from.
"""

import json
import math
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.errors import one_line

NARROWEST_PIPE = 200
"""Columns of text when stdout is no terminal: nothing is cut for a program that reads it."""


LARGE, LARGEST_WHOLE = 1e4, 1e15
"""Between them a number is written out whole: 21960 s, not 2.196e+04 s."""


def console() -> Console:
    """The terminal; wide when the output goes to a file or a program. Keys such as oura:ring: stay as they are."""
    return Console(highlight=False, emoji=False, width=None if sys.stdout.isatty() else NARROWEST_PIPE)


def print_json(value: object, *, is_one_line: bool = False) -> None:
    """The value as JSON; times as ISO 8601, dates as YYYY-MM-DD, what is no number as null."""
    print(json_text(value, is_one_line=is_one_line))


def json_text(value: object, *, is_one_line: bool = False) -> str:
    """What `print_json` prints, for a file."""
    return json.dumps(_plain(value), indent=None if is_one_line else 2, ensure_ascii=False, allow_nan=False)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """The rows under their column names; null as an empty cell."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*[escape(shown(value)) for value in row])
    console().print(table)


def print_line(text: str = "") -> None:
    """One line of words, whatever a file calls itself."""
    console().print(escape(one_line(text)), soft_wrap=True)


def complain(text: str) -> None:
    """One line on stderr, for what the user can mend."""
    sys.stderr.write(f"wattworth: {one_line(text)}\n")


def shown(value: object) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.0f}" if LARGE <= abs(value) < LARGEST_WHOLE else f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(shown(item) for item in value)
    return one_line(str(value))


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a frame holds
    """The value in the words of JSON."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()  # a path may hold bytes that are no UTF-8
    if value is None or isinstance(value, int):
        return value
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)
