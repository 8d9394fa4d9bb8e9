"""Stop 3, read: one reader on one file, held to what a reader promises."""

import csv
import json
import struct
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator

import polars as pl

from pipelines.errors import CorruptExport
from pipelines.readers.contract import Batch, Loss, Reader, ReadReport, Source
from pipelines.tables import contract

DAMAGE = (
    EOFError,
    OSError,
    UnicodeDecodeError,
    csv.Error,
    json.JSONDecodeError,
    struct.error,
    zlib.error,
    ET.ParseError,
    pl.exceptions.ComputeError,
)
"""What parsers raise for damaged bytes. Anything else is a bug of ours and keeps its traceback."""


def read_source(source: Source, reader: Reader) -> Iterator[Batch | ReadReport]:
    """The batches of one file, then exactly one report.

    Damage that the reader itself did not foresee ends the file there: what came before it is kept and the report
    says so. Raises `CorruptExport` when nothing came before it, and `ValueError` for a reader that breaks its
    promise (that is a bug).
    """
    report: ReadReport | None = None
    row_count = 0
    try:
        for item in reader.read(source):
            if report is not None:
                raise ValueError(f"reader {reader.name} goes on after its report")
            if isinstance(item, ReadReport):
                report = item
                continue
            _hold_to_contract(item, source, reader)
            row_count += item.frame.height
            yield item
    except DAMAGE as error:
        report = ReadReport(losses=(_loss(error, source, reader, row_count),))
    if report is None:
        raise ValueError(f"reader {reader.name} ended without a report")
    yield report


def _loss(error: Exception, source: Source, reader: Reader, row_count: int) -> Loss:
    """The rest of the file as lost; raises `CorruptExport` when the rest is all of it."""
    why = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    if row_count == 0:
        raise CorruptExport(
            doing=f"read {reader.label}",
            where=source.name,
            found=f"damaged before the first row could be read ({why})",
            remedy="Export it once more from the device or app",
        ) from error
    return Loss(what="the rest of the file", where=f"after {row_count} rows", why=why)


def _hold_to_contract(batch: Batch, source: Source, reader: Reader) -> None:
    if batch.table not in reader.tables:
        raise ValueError(f"reader {reader.name} fills {batch.table}, which it does not declare")
    schema = contract(batch.table)
    if batch.frame.schema != schema:
        differing = (
            sorted(set(batch.frame.schema.items()) ^ set(schema.items()), key=lambda column: column[0])
            or "the order of the columns"
        )
        raise ValueError(f"reader {reader.name}: {batch.table} does not equal its contract in {differing}")
    for column, value in (("athlete_id", source.athlete_id), ("source_file_id", source.source_file_id)):
        if column in schema and (batch.frame[column].null_count() or not (batch.frame[column] == value).all()):
            raise ValueError(f"reader {reader.name}: {batch.table} carries a strange {column}")
