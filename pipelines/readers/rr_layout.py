"""How a text of RR intervals is laid out: what parts its cells, which column holds intervals, which one times."""

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.readers.local_times import parsed_time
from pipelines.readers.text_file import number_of

RR_MS = (200.0, 3000.0)
"""What RR intervals of a person mostly lie between (ms): told apart from heart rates, counts and samples by it."""

HEADERLESS_MINIMUM = 3
"""Fewest numbers that make a text without a header RR intervals: one number in a file may be anything."""

SECONDS_BELOW = 10.0
"""Intervals with a median below this are in seconds: as ms they would be a hundred beats a second."""

PLAUSIBLE_FRACTION = 0.6
"""Share of numbers that must be plausible intervals before a text without a header is taken for them."""

RR_NAMES = frozenset(
    {
        "rr", "rrms", "rrs", "rri", "rrinterval", "rrintervals", "rrintervalms", "rrintervalsms",
        "nn", "nnms", "nninterval", "nnintervals", "ibi", "ibims", "interval", "intervalms", "intervals",
        "duration", "durationms",
    }
)  # fmt: skip
"""Headers of the column with the intervals, letters only."""

TIME_NAMES = frozenset(
    {
        "time", "timems", "times", "t", "ts", "tms", "timestamp", "timestamps", "timestampms",
        "seconds", "elapsed", "elapseds",
    }
)  # fmt: skip
"""Headers of the column with the time stamps, letters only."""

PASSED_OVER_NAMES = frozenset(
    {"", "hr", "bpm", "heartrate", "hrbpm", "index", "i", "n", "beat", "label", "annotation", "type", "quality"}
)
"""Headers of columns that may stand beside the intervals, letters only."""

WITH_OFFLINE_NAMES = frozenset({"duration", "durationms"})
"""Headers that mean intervals only beside an offline column."""

OFFLINE_NAMES = frozenset({"offline"})
"""Headers of a column that is 1 where the strap had lost contact, letters only."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where in a line to find what."""

    delimiter: str | None
    """None when each line holds one interval and nothing else; " " for any white space."""
    rr_column: int = 0
    time_column: int | None = None
    offline_column: int | None = None
    has_header: bool = False
    passed_over: tuple[str, ...] = field(default=())
    """Headers of the columns that are not read."""

    def cells(self, line: str) -> list[str]:
        """The cells of a line."""
        return cells_of(line, self.delimiter)


def cells_of(line: str, delimiter: str | None) -> list[str]:
    """The cells of a line, without quotes and white space around them."""
    if delimiter is None:
        return [line.strip().strip('"').strip()]
    if delimiter == " ":
        return line.split()
    return [cell.strip().strip('"').strip() for cell in line.split(delimiter)]


def is_content(line: str) -> bool:
    """Whether a line is neither empty nor a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def layout_of(lines: Sequence[str]) -> Layout | None:
    """The layout of a text that starts with these lines; null when it does not read like RR intervals."""
    content = [line for line in lines if is_content(line)]
    if not content:
        return None
    header = content[0] if any(character.isalpha() for character in content[0]) else None
    if header is not None and (_starts_with_time(content[0]) or len(content[0]) > 200):  # noqa: PLR2004 - characters
        header = None
    rows = content[1:] if header is not None else content
    delimiter = _delimiter(rows, header)
    if header is None:
        return _without_header(rows, delimiter)
    return _with_header(header, rows, delimiter)


def _starts_with_time(line: str) -> bool:
    return parsed_time(re.split(r"[;,\t]", line)[0]) is not None


def _delimiter(rows: Sequence[str], header: str | None) -> str | None:
    everything = "\n".join(rows if header is None else [header, *rows])
    for candidate in (";", "\t"):
        if candidate in everything:
            return candidate
    if "," in (header or "") or (header is None and _is_comma_delimited(rows)):
        return ","
    if rows and all(len(row.split()) == 2 for row in rows[:20]):  # noqa: PLR2004 - a time and an interval
        return " "
    return None


def _is_comma_delimited(rows: Sequence[str]) -> bool:
    """Whether the comma parts cells, in a text without a header, or is the decimal sign."""
    with_comma = [row for row in rows if "," in row]
    if not with_comma:
        return False
    if any(row.count(",") > 1 or "." in row for row in with_comma):
        return True
    pairs = [row.split(",") for row in with_comma]
    is_flagged = all(pair[1].strip() in ("0", "1") for pair in pairs) and len(pairs) > 1
    return is_flagged or not _is_plausible([number_of(row) for row in rows])


def _with_header(header: str, rows: Sequence[str], delimiter: str | None) -> Layout | None:
    titles = cells_of(header, delimiter)
    names = ["".join(re.findall("[a-z]", title.lower())) for title in titles]
    known = RR_NAMES | TIME_NAMES | PASSED_OVER_NAMES | OFFLINE_NAMES
    rr_columns = [index for index, name in enumerate(names) if name in RR_NAMES]
    if len(rr_columns) != 1 or not known.issuperset(names):
        return None
    if names[rr_columns[0]] in WITH_OFFLINE_NAMES and OFFLINE_NAMES.isdisjoint(names):
        return None
    rr_column = rr_columns[0]
    values = [number_of(cells[rr_column]) for row in rows if len(cells := cells_of(row, delimiter)) > rr_column]
    if values and not _is_plausible(values):
        return None
    return Layout(
        delimiter=delimiter,
        rr_column=rr_column,
        time_column=next((index for index, name in enumerate(names) if name in TIME_NAMES), None),
        offline_column=next((index for index, name in enumerate(names) if name in OFFLINE_NAMES), None),
        has_header=True,
        passed_over=tuple(
            title or f"column {index + 1}"
            for index, (title, name) in enumerate(zip(titles, names, strict=True))
            if name in PASSED_OVER_NAMES
        ),
    )


def _without_header(rows: Sequence[str], delimiter: str | None) -> Layout | None:
    if len(rows) < HEADERLESS_MINIMUM:
        return None
    if delimiter is None:
        return Layout(delimiter=None) if _is_plausible([number_of(row) for row in rows]) else None
    split = [cells_of(row, delimiter) for row in rows]
    if any(len(cells) > 2 and cells[2:] != [""] for cells in split):  # noqa: PLR2004 - a time and an interval
        return None
    pairs = [(cells[0], cells[1]) for cells in split if len(cells) > 1]
    if not pairs or len(pairs) * 2 < len(split):
        return None
    first, second = [number_of(pair[0]) for pair in pairs], [number_of(pair[1]) for pair in pairs]
    if all(pair[1] in ("0", "1") for pair in pairs) and _is_plausible(first):
        return Layout(delimiter=delimiter, offline_column=1)
    is_timed = all(parsed_time(pair[0]) is not None for pair in pairs) or _is_rising(first)
    return Layout(delimiter=delimiter, rr_column=1, time_column=0) if is_timed and _is_plausible(second) else None


def _is_rising(values: Sequence[float | None]) -> bool:
    numbers = [value for value in values if value is not None]
    if len(numbers) * 2 < len(values):
        return False
    falls = sum(later < earlier for earlier, later in pairwise(numbers))
    return falls <= len(numbers) // 100


def _is_plausible(values: Sequence[float | None]) -> bool:
    """Whether most of the values are RR intervals of a person, in ms or s."""
    numbers = [value for value in values if value is not None]
    if not numbers or len(numbers) < PLAUSIBLE_FRACTION * len(values):
        return False
    scale = 1000.0 if statistics.median(numbers) < SECONDS_BELOW else 1.0
    inside = sum(RR_MS[0] <= value * scale <= RR_MS[1] for value in numbers)
    return inside >= PLAUSIBLE_FRACTION * len(numbers)
