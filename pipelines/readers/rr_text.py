"""RR intervals as plain text: one a line, with or without a header, a time or an index beside it. Elite HRV too."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from pipelines.errors import CorruptExport
from pipelines.readers.beat_frames import Recording, beat_batches, within_span
from pipelines.readers.beat_resolution import decimal_step
from pipelines.readers.beat_rows import (
    Row,
    Rows,
    bare_rows,
    content_lines,
    rows_of,
    start_by_name,
    stated_start,
    wall_clock_s,
)
from pipelines.readers.beat_times import Floats, Placed, added_up, placed
from pipelines.readers.contract import Batch, Head, Reader, ReadReport, Source
from pipelines.readers.local_times import Moment, parsed_time
from pipelines.readers.rr_layout import SECONDS_BELOW, Layout, layout_of
from pipelines.readers.text_file import lines_of, number_of

DOING = "read RR intervals"

LAYOUT_LINES = 500
"""Lines the layout is told by."""

EPOCH_S = (631_152_000.0, 4_133_980_800.0)
"""Seconds since 1970 of the years a file may state (1990 to 2101): such a stamp is a time of day."""

EPOCH_MS = (EPOCH_S[0] * 1000, EPOCH_S[1] * 1000)
"""The same in ms."""


def recognise(head: Head) -> bool:
    """By content: numbers that are RR intervals of a person, one a line."""
    lines = head.lines()
    return lines is not None and layout_of(lines[:LAYOUT_LINES]) is not None


def read(source: Source) -> Iterator[Batch | ReadReport]:
    """One beat series and its beats.

    Starts at the time its stamps state, else at the time in the file's name; see `start_by_name`.
    """
    layout = _layout(source)
    rows = bare_rows(source.path) or _rows(source, layout)
    if not rows.rr:
        raise CorruptExport(
            doing=DOING,
            where=source.name,
            found="no line holds an interval",
            remedy="Export it once more; one interval in ms a line is what is read",
        )
    rr_ms = rows.rr_array()
    resolution_ms = decimal_step(rr_ms)
    if float(np.median(rr_ms)) < SECONDS_BELOW:
        rr_ms, resolution_ms = rr_ms * 1000.0, resolution_ms * 1000.0
    position, clock_starts_at = _placed(rr_ms, rows, layout)
    start_s, rr_ms, outside = within_span(position.start_s, rr_ms)
    duration_s = float(np.max(start_s + rr_ms / 1000.0))
    start, note = _start(source, layout, position, clock_starts_at, duration_s)
    recording = Recording(start=start, start_s=start_s, rr_ms=rr_ms, resolution_ms=resolution_ms)
    yield from beat_batches(source, recording)
    yield ReadReport(losses=(*rows.losses(), *outside), passed_over=_passed_over(layout, rows, note))


def _layout(source: Source) -> Layout:
    lines = []
    for _, line in lines_of(source.path):
        lines.append(line or "")
        if len(lines) == LAYOUT_LINES:
            break
    layout = layout_of(lines)
    if layout is None:
        raise CorruptExport(
            doing=DOING,
            where=source.name,
            found="its lines do not read like RR intervals",
            remedy="Export it once more; one interval in ms a line is what is read",
        )
    return layout


def _rows(source: Source, layout: Layout) -> Rows:
    return rows_of(_body(source, layout), lambda line: _row(line, layout), needs_stamp=layout.time_column is not None)


def _body(source: Source, layout: Layout) -> Iterator[tuple[int, str]]:
    lines = content_lines(source)
    if layout.has_header:
        next(lines, None)
    return lines


def _row(line: str, layout: Layout) -> Row:
    cells = layout.cells(line)
    if len(cells) <= max(layout.rr_column, layout.time_column or 0, layout.offline_column or 0):
        return Row(rr=None)
    return Row(
        rr=number_of(cells[layout.rr_column]),
        stamp=None if layout.time_column is None else wall_clock_s(cells[layout.time_column]),
        is_offline=layout.offline_column is not None and cells[layout.offline_column] == "1",
    )


def _placed(rr_ms: Floats, rows: Rows, layout: Layout) -> tuple[Placed, str]:
    """Intervals in time, and the kind of clock their stamps are on: `wall`, `elapsed` or empty when none."""
    after_loss = np.array(rows.after_loss, dtype=np.bool_)
    if layout.time_column is None:
        return added_up(rr_ms, after_loss), ""
    stamps = rows.stamp_array()
    if _is_index(stamps):
        return added_up(rr_ms, after_loss), ""
    first = float(stamps[0])
    if EPOCH_MS[0] <= first <= EPOCH_MS[1]:
        return placed(rr_ms, stamps / 1000.0), "wall"
    if EPOCH_S[0] <= first <= EPOCH_S[1]:
        return placed(rr_ms, stamps), "wall"
    is_ms = stamps.size > 1 and float(np.median(np.diff(stamps))) > SECONDS_BELOW
    return placed(rr_ms, stamps / 1000.0 if is_ms else stamps), "elapsed"


def _is_index(stamps: Floats) -> bool:
    """Whether the column only counts the lines."""
    return stamps.size > 1 and stamps[0] in (0.0, 1.0) and bool(np.all(np.diff(stamps) == 1.0))


def _start(source: Source, layout: Layout, position: Placed, clock: str, duration_s: float) -> tuple[Moment, str]:
    if clock != "wall" or layout.time_column is None:
        return start_by_name(source, duration_s, doing=DOING)
    for _, line in _body(source, layout):
        cells = layout.cells(line)
        stated = parsed_time(cells[layout.time_column]) if len(cells) > layout.time_column else None
        if isinstance(stated, datetime):
            return stated_start(stated, position.origin_s, source), ""
        break
    at_utc = datetime.fromtimestamp(0, UTC) + timedelta(seconds=position.origin_s)
    return Moment(at_utc=at_utc, utc_offset_s=None, time_basis="utc"), ""


def _passed_over(layout: Layout, rows: Rows, note: str) -> tuple[str, ...]:
    offline = f"{rows.offline_count} intervals without contact (offline)" if rows.offline_count else ""
    columns = f"columns {', '.join(layout.passed_over)}" if layout.passed_over else ""
    return tuple(item for item in (columns, offline, note) if item)


READER = Reader(
    name="rr_text",
    version="1",
    label="RR intervals as text (Elite HRV, Polar, Kubios input and others)",
    tables=("beat_series", "beats"),
    recognise=recognise,
    read=read,
    reads="RR intervals in ms or s, one a line; stamps beside them; the start from the stamps or the file's name",
    passes_over="heart rates, labels and counts beside the intervals; intervals marked offline become a gap",
    certainty="real files of five layouts; Elite HRV and Polar Flow RR layouts from public parsers",
)
