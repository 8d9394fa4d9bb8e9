"""Beat series out of the lists of beats that readings of variability hold: intervals are steps of their clock.

A beat is stamped to 10 ms on a clock without a date, in the zone of some moment; the rate beside it is rounded to whole
beats a minute. So the clock gives the interval, and the rate only says whether the beat before is the one that stands
before it in the list: where the step is another one than the rate says, beats are missing, and there is a gap.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from pipelines.readers.apple.frames import frame_of
from pipelines.readers.apple.local_days import moment, moments, offset_at
from pipelines.readers.apple.makers import APPLE
from pipelines.readers.apple.rows import SDNN, Names
from pipelines.readers.apple.stamps import Flags, Floats, Integers
from pipelines.readers.apple.streams import Seen
from pipelines.readers.contract import Batch, Source
from pipelines.readers.readings import reading_of

TURN_MS = 900_000
"""Offsets from UTC differ by quarters of an hour: up to such a turn (ms) any clock tells the time of a reading."""

SLACK_MS = 60_000
"""How far (ms) beats may lie outside the times of their record, which are whole seconds and not always of the beats."""

LONGEST_MS = TURN_MS - 2 * SLACK_MS
"""Longest reading (ms) whose beats can be told apart so."""

ALIKE = 1.5
"""A step is an interval when it and what the rate says differ by less than this factor: a missing beat makes it two."""

MINUTE_MS = 60_000.0


@dataclass(frozen=True, kw_only=True)
class _Intervals:
    """Intervals in order: row of the record, start and length (ms; starts since the start of the record)."""

    record: Integers
    start_ms: Integers
    rr_ms: Integers


@dataclass(kw_only=True)
class BeatLists:
    """What the lists of all pieces share."""

    source: Source
    names: Names
    seen: Seen = field(default_factory=Seen)
    series_count: int = 0
    repeated_count: int = 0
    """Readings with a list that the export repeats."""
    outside_count: int = 0
    """Beats whose clock does not lie within their reading."""
    gap_count: int = 0
    bare_count: int = 0
    """Lists without a single interval."""

    def batches(self, records: pl.DataFrame, beats: pl.DataFrame) -> Iterator[Batch]:
        """Rows of beat_series and of beats from the records of a piece and the beats listed in them."""
        if beats.is_empty():
            return
        beats, listed = self._once(records, beats)
        found = self._intervals(listed, beats)
        rows, first, count = np.unique(found.record, return_index=True, return_counts=True)
        self.bare_count += beats["record"].n_unique() - len(rows)
        if not len(rows):
            return
        step_ms = beats.group_by("record").agg(pl.col("step_ms").max())
        readings = (
            pl.DataFrame({"record": rows, "first": first, "interval_count": count})
            .join(listed, on="record", maintain_order="left")
            .join(step_ms, on="record", maintain_order="left")
        )
        last = first + count - 1
        series = self._series(readings, found.start_ms[first], found.start_ms[last] + found.rr_ms[last])
        yield Batch(table="beat_series", frame=frame_of(series, "beat_series", self.source))
        place = np.repeat(np.arange(len(rows)), count)
        rows_of_beats = pl.DataFrame(
            {
                "series_id": series["series_id"].gather(place),
                "beat_index": np.arange(len(place)) - first[place],
                "start_s": (found.start_ms - found.start_ms[first[place]]) / 1000.0,
                "rr_ms": found.rr_ms.astype(np.float64),
            }
        )
        yield Batch(table="beats", frame=frame_of(rows_of_beats, "beats", self.source))

    def _once(self, records: pl.DataFrame, beats: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The beats of readings met for the first time, and those readings with the number of their row."""
        devices = pl.Series([maker.device_id for maker in self.names.makers.known], dtype=pl.String)
        listed = records.with_row_index("record").with_columns(pl.col("record").cast(pl.Int64))
        listed = listed.filter((pl.col("kind") == SDNN) & pl.col("record").is_in(beats["record"].unique().implode()))
        listed = listed.with_columns(device_id=devices.gather(listed["maker"]))
        is_new = self.seen.is_new(listed.select("device_id", "start_s", "end_s", "amount").hash_rows().to_numpy())
        self.repeated_count += listed.height - int(is_new.sum())
        listed = listed.filter(is_new)
        return beats.join(listed, on="record", how="semi", maintain_order="left"), listed

    def _intervals(self, listed: pl.DataFrame, beats: pl.DataFrame) -> _Intervals:
        """Steps from beat to beat within a reading, in order of time, where the rate says the same."""
        rows = beats.join(listed, on="record", maintain_order="left")
        local_ms = ((rows["start_s"] + rows["offset_s"]) * 1000).to_numpy()
        length_ms = ((rows["end_s"] - rows["start_s"]) * 1000).to_numpy()
        at_ms = np.mod(rows["clock_ms"].to_numpy() - local_ms + SLACK_MS, TURN_MS) - SLACK_MS
        is_inside = (length_ms <= LONGEST_MS) & (at_ms <= length_ms + SLACK_MS)
        self.outside_count += int((~is_inside).sum())
        record, at_ms = rows["record"].to_numpy()[is_inside], at_ms[is_inside]
        rate = rows["rate_bpm"].to_numpy()[is_inside]
        order = np.lexsort((at_ms, record))
        record, at_ms, rate = record[order], at_ms[order], rate[order]
        is_same = record[1:] == record[:-1]
        rr_ms = np.diff(at_ms)
        is_interval = is_same & _agree(rr_ms, MINUTE_MS / rate[1:])
        self.gap_count += int((is_same & ~is_interval).sum())
        return _Intervals(record=record[:-1][is_interval], start_ms=at_ms[:-1][is_interval], rr_ms=rr_ms[is_interval])

    def _series(self, readings: pl.DataFrame, first_ms: Integers, last_ms: Integers) -> pl.DataFrame:
        """Rows of series, from their readings and where the first and last interval of each begin and end (ms)."""
        number, self.series_count = self.series_count, self.series_count + readings.height
        start_ms = readings["start_s"] * 1000 + pl.Series(first_ms)
        length_s = pl.Series(last_ms - first_ms) / 1000.0
        zones = [None if zone is None else self.names.zones[zone] for zone in readings["zone"]]
        offset_s = [
            offset_at(at / 1000.0, zone=zone, stated_s=stated)
            for at, zone, stated in zip(start_ms, zones, readings["offset_s"], strict=True)
        ]
        return readings.select(
            "device_id",
            "interval_count",
            series_id=pl.format("{}:b{}", pl.lit(self.source.source_file_id), pl.int_range(pl.len()) + number),
            start_at_utc=moments(start_ms),
            end_at_utc=moments(start_ms + pl.Series(last_ms - first_ms)),
            utc_offset_s=pl.when(pl.col("zone").is_not_null()).then(pl.Series(offset_s)),
            time_basis=pl.when(pl.col("zone").is_null()).then(pl.lit("utc")).otherwise(pl.lit("local_with_offset")),
            local_date=moments(start_ms + pl.Series(offset_s) * 1000).dt.date(),
            reading=pl.Series(
                self._reading(maker, at, length, offset)
                for maker, at, length, offset in zip(readings["maker"], start_ms, length_s, offset_s, strict=True)
            ),
            resolution_ms="step_ms",
            stated_at_utc=moments(readings["start_s"] * 1000),
        )

    def _reading(self, maker: int, start_ms: int, length_s: float, offset_s: int) -> str:
        """What the watch takes by itself now and then is no morning reading, whatever the hour."""
        is_own = self.names.makers.known[maker].manufacturer == APPLE
        return "spot" if is_own else reading_of(moment(start_ms / 1000.0), length_s, offset_s)


def _agree(rr_ms: Integers, told_ms: Floats) -> Flags:
    """Where an interval is about what a rate says; a rate that is none says nothing."""
    return (rr_ms > 0) & (rr_ms < ALIKE * told_ms) & (told_ms < ALIKE * rr_ms)
