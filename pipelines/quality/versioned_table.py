"""Tables of numbers that lie beside the code as text: read strictly, and versioned by what they say.

A table that does not read as it should stops the program: a limit or a factor that is silently left out would change
verdicts and say nothing.
"""

import csv
import hashlib
import io
import math
from collections.abc import Iterable, Sequence
from importlib.resources import files

from pipelines.errors import ConfigurationError

PACKAGE = "pipelines.quality"


def text_of(name: str) -> str:
    """The text of a table of this package."""
    return files(PACKAGE).joinpath(name).read_text(encoding="utf-8")


def rows_of(text: str, name: str, columns: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    """Each row with where it stands, for the words of an error.

    Raises `ConfigurationError` for other columns than these, a row with more or fewer cells, or no row at all.
    """
    reader = csv.reader(io.StringIO(text), strict=True)
    lines = [(f"{name}, line {reader.line_num}", cells) for cells in reader]
    if not lines or lines[0][1] != list(columns):
        found = f"the columns are {', '.join(lines[0][1])}" if lines else "the file is empty"
        raise wrong(name, found, f"They have to be {', '.join(columns)}.")
    if len(lines) == 1:
        raise wrong(name, "there is no row", "Restore the file.")
    for where, cells in lines[1:]:
        if len(cells) != len(columns):
            raise wrong(where, f"{len(cells)} cells", f"Give {len(columns)}, as the first line has.")
    return [(where, dict(zip(columns, cells, strict=True))) for where, cells in lines[1:]]


def figure(text: str, where: str, *, least: float = 0.0) -> float:
    """A finite number of at least so much. Raises `ConfigurationError` for anything else."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= least):
        raise wrong(where, f"'{text}' is no number of at least {least:g}", "Give a plain number.")
    return number


def whole(text: str, where: str) -> int:
    """A whole number from nought. Raises `ConfigurationError` for anything else."""
    if not (text.isascii() and text.isdigit()):
        raise wrong(where, f"'{text}' is no whole number", "Give digits only.")
    return int(text)


def one_of(text: str, where: str, known: Iterable[str]) -> str:
    """The word itself. Raises `ConfigurationError` for one that is not known."""
    if text not in known:
        raise wrong(where, f"'{text}' is not known", f"Give one of {', '.join(sorted(known))}.")
    return text


def version_of(deciding: Iterable[Sequence[object]]) -> str:
    """First 8 hexadecimal digits of a hash over the cells that decide: another number, another version."""
    digest = hashlib.sha256()
    for cells in deciding:
        digest.update("\x1f".join(map(str, cells)).encode())
        digest.update(b"\x1e")
    return digest.hexdigest()[:8]


def wrong(where: str, found: str, remedy: str) -> ConfigurationError:
    """The error of a table that does not read as it should."""
    return ConfigurationError(doing="reading", where=where, found=found, remedy=remedy)
