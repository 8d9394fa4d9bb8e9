"""RR intervals with a wall clock beside each, as phone apps write them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pipelines.errors import CorruptExport
from pipelines.readers.apps import app_device, app_device_id
from pipelines.readers.beat_frames import Recording, beat_batches, within_span
from pipelines.readers.beat_resolution import decimal_step
from pipelines.readers.beat_rows import (
    NUMBER_MAXIMUM,
    Row,
    Rows,
    content_lines,
    rows_of,
    start_by_name,
    stated_start,
    wall_clock_s,
)
from pipelines.readers.beat_times import placed
from pipelines.readers.contract import Batch, ReadReport, Source
from pipelines.readers.local_times import parsed_time
from pipelines.readers.plain_stamps import plain_rows
from pipelines.readers.rr_layout import cells_of
from pipelines.readers.text_file import number_of


@dataclass(frozen=True, kw_only=True)
class Stamped:
    """Where in a line to find the interval (ms), the wall clock, and the app's own clock (ms) where it has one."""

    delimiter: str
    rr_column: int
    wall_column: int
    elapsed_ms_column: int | None = None

    @property
    def width(self) -> int:
        """Cells a line needs."""
        return 1 + max(self.rr_column, self.wall_column, self.elapsed_ms_column or 0)


def stamped_batches(source: Source, layout: Stamped, *, app: str) -> Iterator[Batch | ReadReport]:
    """One beat series and its beats, placed by their stamps; the first line is a header.

    Raises `CorruptExport` when no line holds an interval with a stamp.
    """
    rows, walls = _rows(source, layout)
    if not rows.rr:
        raise CorruptExport(
            doing=f"read {app}",
            where=source.name,
            found="no line holds an interval with its time",
            remedy="Export it once more from the app",
        )
    rr_ms, stamps_s = rows.rr_array(), rows.stamp_array()
    position = placed(rr_ms, stamps_s)
    start_s, rr_ms, outside = within_span(position.start_s, rr_ms)
    note = ""
    if walls:
        stated, clock_s = walls[0]
        wall_s = wall_clock_s(stated.isoformat()) or 0.0
        start = stated_start(stated, wall_s + position.origin_s - clock_s, source)
    else:
        duration_s = float(start_s[-1] + rr_ms[-1] / 1000.0)
        start, note = start_by_name(source, duration_s, doing=f"read {app}")
    yield app_device(app)
    recording = Recording(
        start=start,
        start_s=start_s,
        rr_ms=rr_ms,
        device_id=app_device_id(app),
        resolution_ms=decimal_step(rr_ms),
    )
    yield from beat_batches(source, recording)
    yield ReadReport(losses=(*rows.losses(), *outside), passed_over=(note,) if note else ())


def _rows(source: Source, layout: Stamped) -> tuple[Rows, list[tuple[datetime, float]]]:
    """The rows, and the first wall clock with the stamp it stands for, where there is one."""
    columns = (layout.rr_column, layout.wall_column, layout.elapsed_ms_column)
    plain = plain_rows(source.path, delimiter=layout.delimiter, columns=columns)
    if plain is not None:
        rows, wall = plain
        return rows, [(datetime.fromisoformat(wall), rows.stamps[0])]
    walls: list[tuple[datetime, float]] = []
    lines = content_lines(source)
    next(lines, None)
    return rows_of(lines, lambda line: _row(line, layout, walls), needs_stamp=True), walls


def _row(line: str, layout: Stamped, walls: list[tuple[datetime, float]]) -> Row:
    """The line as a row; the first wall clock is noted with the stamp it stands for."""
    cells = cells_of(line, layout.delimiter)
    if len(cells) < layout.width:
        return Row(rr=None)
    if layout.elapsed_ms_column is None:
        stamp = wall_clock_s(cells[layout.wall_column])
    else:
        elapsed_ms = number_of(cells[layout.elapsed_ms_column])
        stamp = None if elapsed_ms is None else elapsed_ms / 1000.0
    if not walls and stamp is not None and abs(stamp) <= NUMBER_MAXIMUM["stamp"]:
        stated = parsed_time(cells[layout.wall_column])
        if isinstance(stated, datetime):
            walls.append((stated, stamp))
    return Row(rr=number_of(cells[layout.rr_column]), stamp=stamp)
