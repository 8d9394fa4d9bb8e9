"""Records of a run as rows for writers of text: the stretches between pauses, and times as files state them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

Row = Mapping[str, object]


def stretches(records: pl.DataFrame, pauses: tuple[tuple[int, int], ...]) -> Iterator[Sequence[Row]]:
    """The records (columns of `records`) in runs without a pause inside; pauses are spans in s since 1970 (UTC)."""
    ends = sorted(end for _, end in pauses)
    seconds = records["recorded_at_utc"].dt.epoch("s")
    number = sum(((seconds >= end).cast(pl.Int64) for end in ends), pl.Series([0] * len(records)))
    for part in records.with_columns(number.alias("stretch")).partition_by("stretch", maintain_order=True):
        yield part.drop("stretch").to_dicts()


def iso(moment: object) -> str:
    """A time in UTC as track files write it, in ms."""
    assert isinstance(moment, datetime)
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def elements(row: Row, names: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    """One element per value that is there: name and decimals by column."""
    for column, (name, decimals) in names.items():
        value = row[column]
        if isinstance(value, int | float):
            yield f"<{name}>{value:.{decimals}f}</{name}>"
