"""The short way through heart rates and steps in which every record is whole: columns instead of records."""

from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.readers.fitbit.sources import MIRRORS
from pipelines.readers.fitbit.stamps import Clock
from pipelines.readers.stated import HEART_RATES

PLAIN_MAXIMUM_BYTES = 64 << 20
"""Larger files go record by record, in little memory; a day has about two million bytes."""

NOT_PLAIN = b'"\0'
"""Bytes of quotes and damage in a table: where one stands, rows must be looked at one by one."""

_RECORD = pl.Schema({"dateTime": pl.String(), "value": pl.Struct({"bpm": pl.Float64, "confidence": pl.Float64})})
_STAMP = r"^\d\d/\d\d/\d\d \d\d:\d\d:\d\d$"
_UTC_STAMP = r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
_NUMBER = r"^\d{1,4}(\.\d{1,6})?$"


def plain_entries(path: Path) -> pl.DataFrame | None:
    """`stamp` (without offset), `bpm` and `confidence` of each record of a JSON file; null for any other file."""
    if path.stat().st_size > PLAIN_MAXIMUM_BYTES:
        return None
    try:
        told = pl.read_json(path, schema=_RECORD)
    except pl.exceptions.PolarsError:
        return None
    if set(told.columns) != set(_RECORD.names()):
        return None
    stamp = pl.when(pl.col("dateTime").str.contains(_STAMP)).then(pl.col("dateTime"))
    rows = told.unnest("value").select(
        stamp.str.to_datetime("%m/%d/%y %H:%M:%S", strict=False, time_unit="us").alias("stamp"),
        _rate("bpm"),
        "confidence",
    )
    return None if rows.is_empty() or any(column.has_nulls() for column in rows) else rows


def plain_rows(path: Path, title: str, values: range) -> pl.DataFrame | None:
    """`at_utc`, `told` and `source` of each row of a table, as its column `title` tells it; null for any other file.

    `values` are those that can be: any other needs a look of its own, and so does the file.
    """
    text = path.read_bytes() if path.stat().st_size <= PLAIN_MAXIMUM_BYTES else b""
    if not text or any(byte in text for byte in NOT_PLAIN):
        return None
    try:
        cells = pl.read_csv(text.removeprefix(b"\xef\xbb\xbf"), quote_char=None, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None
    if cells.columns not in (["timestamp", title], ["timestamp", title, "data source"]):
        return None
    source = pl.col("data source").fill_null("") if cells.width == 3 else pl.lit("")  # noqa: PLR2004 - with a source
    stamp = pl.when(pl.col("timestamp").str.contains(_UTC_STAMP)).then(pl.col("timestamp"))
    number = pl.when(pl.col(title).str.contains(_NUMBER)).then(pl.col(title)).cast(pl.Float64, strict=False)
    rows = cells.select(
        stamp.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False, time_unit="us").alias("at_utc"),
        pl.when((number >= values.start) & (number < values.stop)).then(number).alias("told"),
        source.str.strip_chars().alias("source"),
    )
    is_mirrored = pl.any_horizontal(pl.col("source").str.to_lowercase().str.ends_with(end) for end in MIRRORS)
    has_mirrors = bool(rows.select(is_mirrored.any()).item())
    return None if rows.is_empty() or has_mirrors or any(column.has_nulls() for column in rows) else rows


def in_utc(stamps: pl.Series, clock: Clock, zone: ZoneInfo) -> pl.Series | None:
    """The stamps in UTC by the clock of their file; null where a local one does not exist."""
    if clock.is_utc:
        return stamps
    local = stamps.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    return None if local.has_nulls() else local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _rate(name: str) -> pl.Expr:
    """A heart rate that can be one; null else."""
    rate = pl.col(name)
    return pl.when((rate >= HEART_RATES.start) & (rate < HEART_RATES.stop)).then(rate).alias(name)
