"""The short way through a file of stamped RR intervals in which every line is whole: columns instead of lines."""

from array import array
from pathlib import Path

import polars as pl

from pipelines.readers.beat_rows import BARE_MAXIMUM_BYTES, INTERVALS_MAXIMUM, Rows

NOT_PLAIN = b'"#\0'
"""Bytes of quotes, comments and damage: where one stands, lines must be looked at one by one."""

INTERVAL = r"^\d{1,6}(\.\d{1,9})?$"
"""An interval in ms, at most the hour that can be meant."""

ELAPSED = r"^\d{1,12}(\.\d{1,9})?$"
"""Milliseconds on an app's own clock."""

WALL = r"^(199\d|20\d\d)-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?$"
"""A local wall clock without offset."""


def plain_rows(path: Path, *, delimiter: str, columns: tuple[int, int, int | None]) -> tuple[Rows, str] | None:
    """The rows of a file whose every line is whole, and the wall clock of the first; null for any other file.

    `columns` are those of the interval (ms), the wall clock, and the app's own clock (ms) where it has one. Gives
    what going line by line would, without a step in Python for each line.
    """
    text = path.read_bytes() if path.stat().st_size <= BARE_MAXIMUM_BYTES else b""
    if not text or any(byte in text for byte in NOT_PLAIN):
        return None
    try:
        cells = pl.read_csv(text, separator=delimiter, quote_char=None, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None
    rr, wall, elapsed = columns
    if cells.width <= max(rr, wall, elapsed or 0) or not 0 < cells.height <= INTERVALS_MAXIMUM:
        return None
    stamp = _seconds_of_wall("wall") if elapsed is None else _number("elapsed", ELAPSED) / 1000.0
    rows = cells.select(
        rr=pl.nth(rr).str.strip_chars(),
        wall=pl.nth(wall).str.strip_chars(),
        elapsed=pl.nth(wall if elapsed is None else elapsed).str.strip_chars(),
    ).select("wall", rr_ms=_number("rr", INTERVAL), stamp_s=stamp, wall_s=_seconds_of_wall("wall"))
    if any(column.has_nulls() for column in rows):
        return None
    return Rows(
        rr=array("d", rows["rr_ms"].to_numpy().tobytes()),
        stamps=array("d", rows["stamp_s"].to_numpy().tobytes()),
        after_loss=array("b", bytes(rows.height)),
    ), str(rows["wall"][0])


def _number(column: str, form: str) -> pl.Expr:
    """The number in a cell of that form, else null."""
    cell = pl.col(column)
    return pl.when(cell.str.contains(form)).then(cell.cast(pl.Float64, strict=False))


def _seconds_of_wall(column: str) -> pl.Expr:
    """Seconds since 1970 on the wall's own clock, null for a cell that is no time."""
    cell = pl.col(column)
    iso = pl.when(cell.str.contains(WALL)).then(cell.str.replace(" ", "T", literal=True))
    return iso.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False).dt.epoch("us") / 1e6
