"""What every table of one file shares: whose it is, what made it, and its clock."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.readers.contract import Source
from pipelines.readers.fit.devices import Maker
from pipelines.readers.fit.timestamps import utc_microseconds
from pipelines.readers.fit.values import Floats, Integers
from pipelines.tables import contract


@dataclass(frozen=True, kw_only=True)
class Context:
    """The file a reader is at work on."""

    source: Source
    maker: Maker | None
    utc_offset_s: int | None

    @property
    def device_id(self) -> str | None:
        """Device that made the file; null when not stated."""
        return self.maker.device_id if self.maker else None

    @property
    def firmware(self) -> str | None:
        """Its firmware; null when not stated."""
        return self.maker.firmware if self.maker else None

    def rows(self, table: str, rows: list[dict[str, object]]) -> pl.DataFrame:
        """A frame of that table from rows, with the keys of athlete and source file filled in."""
        keys = {"athlete_id": self.source.athlete_id, "source_file_id": self.source.source_file_id}
        return pl.DataFrame([{**row, **keys} for row in rows], schema=contract(table))

    def columns(self, table: str, columns: dict[str, pl.Series]) -> pl.DataFrame:
        """A frame of that table from columns of one length, with the keys of athlete and source file filled in.

        Built column by column: a query plan per batch would cost more than the decoding.
        """
        schema = contract(table)
        count = len(next(iter(columns.values())))
        keys = {
            "athlete_id": pl.Series([self.source.athlete_id]).new_from_index(0, count),
            "source_file_id": pl.Series([self.source.source_file_id]).new_from_index(0, count),
        }
        every = {**columns, **keys}
        assert set(every) <= set(schema.names())
        nothing = pl.Series([None]).new_from_index(0, count)
        return pl.DataFrame([every.get(name, nothing).cast(dtype).alias(name) for name, dtype in schema.items()])


def nullable(values: Floats) -> pl.Series:
    """Numbers as a column: NaN, which means missing, becomes null."""
    return pl.Series(values, dtype=pl.Float64, nan_to_null=True)


def number(value: float) -> float | None:
    """One number for a row: NaN, which means missing, becomes null."""
    return None if np.isnan(value) else float(value)


def moments(times: Floats | Integers) -> pl.Series:
    """FIT seconds as a column of UTC times; negative ones, which mean unknown, become null."""
    stamps = pl.Series(utc_microseconds(times), nan_to_null=True)
    return stamps.cast(pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
