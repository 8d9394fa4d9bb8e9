"""Points with their stretches become records; what each stretch spans is kept for the activities."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import polars as pl

from pipelines.readers.contract import Source
from pipelines.readers.tracks.outline import NOWHERE, Outline, stated_moment
from pipelines.tables import conform

LONGEST_S = 1e7
"""A point lies closer to the start of its file than this (s), a third of a year: what is further away has no time."""


@dataclass(kw_only=True)
class Span:
    """What the points of one stretch told so far."""

    first: datetime | None = None
    last: datetime | None = None
    record_count: int = 0
    utc_offset_s: int | None = None
    is_naive: bool = False


@dataclass(kw_only=True)
class Gathered:
    """Spans by stretch, and how many points were no record."""

    source: Source
    spans: dict[int, Span] = field(default_factory=dict)
    record_count: int = 0
    planned_count: int = 0
    """Points of planned routes."""
    untimed_count: int = 0
    """Points without a time before any with one."""
    far_count: int = 0
    """Points whose time lies too far from the start of their activity to be believed; their other values are kept."""

    def records(self, frame: pl.DataFrame, runs: list[tuple[int, int]], outline: Outline) -> pl.DataFrame | None:
        """The points of one piece as records; null when none of them is one. Notes what they span.

        A point without a time is a record when others of its activity, in this piece or before, have one.
        """
        stretches = np.repeat([stretch for stretch, _ in runs], [count for _, count in runs])
        frame = frame.with_columns(pl.Series("stretch", stretches, dtype=pl.Int64))
        if "offset_s" in frame.columns:
            frame = self._timed(frame, outline)
        owners = {number: index for index, each in enumerate(outline.activities) for number in each.stretches}
        timed = set(frame.filter(pl.col("recorded_at_utc").is_not_null())["stretch"].unique()) | {
            number for number, span in self.spans.items() if span.first is not None
        }
        known = {owners[number] for number in timed if number != NOWHERE}
        kept = [number for number in set(stretches.tolist()) if number != NOWHERE and owners[number] in known]
        if len(kept) < len(set(stretches.tolist())):
            planned = int(np.count_nonzero(stretches == NOWHERE))
            rows = frame.filter(pl.col("stretch").is_in(kept))
            self.planned_count += planned
            self.untimed_count += len(frame) - planned - len(rows)
            frame = rows
        if frame.is_empty():
            return None
        self._note(frame)
        return self._as_records(frame, owners)

    def _timed(self, frame: pl.DataFrame, outline: Outline) -> pl.DataFrame:
        """Points that state seconds since the start of their activity, at the time that makes."""
        zone = self.source.time_zone
        begun = {
            number: stated_moment(each.start_text, zone) for each in outline.activities for number in each.stretches
        }
        known = {number: moment for number, moment in begun.items() if moment is not None}
        starts = [moment.at_utc for moment in known.values()]
        start = pl.col("stretch").replace_strict(
            list(known), starts, default=None, return_dtype=pl.Datetime("us", "UTC")
        )
        offsets = {number: moment.utc_offset_s for number, moment in known.items()}
        naive = [number for number, moment in known.items() if moment.time_basis == "local_naive"]
        within = pl.when(pl.col("offset_s").abs() <= LONGEST_S).then("offset_s")
        self.far_count += frame.select((pl.col("offset_s").abs() > LONGEST_S).sum()).item()
        return frame.with_columns(
            (start + pl.duration(microseconds=(within * 1e6).round().cast(pl.Int64))).alias("recorded_at_utc"),
            pl.col("stretch").replace_strict(offsets, default=None, return_dtype=pl.Int64).alias("utc_offset_s"),
            pl.col("stretch").is_in(naive).alias("is_naive"),
        ).drop("offset_s")

    def _note(self, frame: pl.DataFrame) -> None:
        time = pl.col("recorded_at_utc").drop_nulls()
        spans = frame.group_by("stretch", maintain_order=True).agg(
            time.first().alias("first"),
            time.last().alias("last"),
            pl.len().alias("count"),
            pl.col("utc_offset_s").drop_nulls().first(),
            pl.col("is_naive").any(),
        )
        for number, first, last, count, offset, is_naive in spans.iter_rows():
            span = self.spans.setdefault(number, Span())
            span.first = span.first or first
            span.last = last or span.last
            span.record_count += count
            span.utc_offset_s = offset if span.utc_offset_s is None else span.utc_offset_s
            span.is_naive = span.is_naive or is_naive

    def _as_records(self, frame: pl.DataFrame, owners: dict[int, int]) -> pl.DataFrame:
        first, self.record_count = self.record_count, self.record_count + len(frame)
        ids = {number: f"{self.source.source_file_id}:{index}" for number, index in owners.items()}
        numbers = frame["stretch"].unique().to_list()
        named = pl.col("stretch").replace_strict(numbers, [ids[number] for number in numbers], return_dtype=pl.String)
        return conform(
            frame.select(
                pl.exclude("stretch", "utc_offset_s", "is_naive", "heart_rate_bpm"),
                *([pl.col("heart_rate_bpm").round()] if "heart_rate_bpm" in frame.columns else []),
                named.alias("activity_id"),
                pl.lit(self.source.athlete_id).alias("athlete_id"),
                pl.lit(self.source.source_file_id).alias("source_file_id"),
                pl.int_range(first, first + pl.len()).alias("record_index"),
            ),
            "records",
        )
