"""Rows of RR intervals for the checks on beats and rhythm: one pass of the detector over all series at once."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import polars as pl

from pipelines.quality.artifacts import REASONS, detect
from pipelines.quality.error_sources import beat_source_error
from pipelines.quality.rhythm_windows import rhythm_columns
from pipelines.quality.rmssd import ADJACENT_S, EPOCH_S, pair_columns

ROWS_AT_ONCE = 250_000
"""Rows that are looked at together: nothing said of a series depends on the others."""


def beat_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per RR interval in time order, with what the detector and the rhythm gate say of it.

    Columns: subject_id, athlete_id, reading, resolution_ms, source_ln (standard deviation of ln RMSSD by the device),
    row_index (beat_index), at_s, length_s, rr_ms; `gap_s` before it (s, null at the start of a series), is_adjacent to
    the one before; reason (null when good), expected_ms, local_ms; epoch (five minutes of the series, from 0), rhythm
    (null when clear), is_rhythm_clear, is_good, square_ms2.
    Intervals whose rr_ms is not a number are never good.
    """
    rows = (
        tables["beats"]
        .select(
            pl.col("series_id").alias("subject_id"),
            "athlete_id",
            pl.col("beat_index").alias("row_index"),
            pl.col("start_s").alias("at_s"),
            "rr_ms",
        )
        .join(
            tables["beat_series"].select(
                pl.col("series_id").alias("subject_id"),
                "reading",
                "resolution_ms",
                beat_source_error(pl.col("device_id")).alias("source_ln"),
            ),
            on="subject_id",
            how="inner",
            maintain_order="left",
        )
    )
    rows = rows.sort("subject_id", "row_index")
    return pl.concat([_looked_at(part) for part in _few_at_once(rows)], rechunk=True)


def _few_at_once(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """The rows of whole series in parts of bounded size: what fits the memory near the processor costs a third less."""
    lengths = rows["subject_id"].rle().struct.field("len").to_numpy()
    ends = np.cumsum(lengths)
    last = np.flatnonzero(np.diff(ends // ROWS_AT_ONCE, append=-1))
    bounds = np.concatenate([[0], ends[last]]) if len(ends) else np.array([0, 0])
    return [rows[int(start) : int(end)] for start, end in pairwise(bounds)]


def _looked_at(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of whole series with all that is said of them."""
    is_first = pl.col("subject_id") != pl.col("subject_id").shift()
    ends = pl.col("at_s") + pl.col("rr_ms") / 1000
    rows = rows.with_columns(
        (pl.col("rr_ms") / 1000).alias("length_s"),
        is_first.fill_null(value=True).alias("is_first"),
        (pl.col("at_s") // EPOCH_S.number).cast(pl.Int32).alias("epoch"),
    ).with_columns(
        pl.when(~pl.col("is_first")).then(pl.col("at_s") - ends.shift()).alias("gap_s"),
    )
    adjacent = (pl.col("gap_s").abs() < ADJACENT_S.number).fill_null(value=False)
    rows = rows.with_columns(adjacent.alias("is_adjacent"))
    return pair_columns(rhythm_columns(_with_artifacts(rows)))


def _with_artifacts(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds reason, expected_ms and local_ms; a value that is not a number counts as out of range."""
    rr = rows["rr_ms"].fill_null(0.0).fill_nan(0.0).to_numpy()
    run = (~rows["is_adjacent"]).cum_sum().to_numpy().astype(np.int64)
    found = detect(rr, run)
    names = pl.Series("reason", [name or None for name in REASONS], dtype=pl.String)
    return rows.with_columns(
        names.gather(pl.Series(found.reason).cast(pl.UInt32)).alias("reason"),
        pl.Series("expected_ms", found.expected_ms),
        pl.Series("local_ms", found.local_ms),
    )
