"""Beat series out of the lists of beats that readings of variability hold: intervals are steps of their clock.

A beat is stamped to 10 ms on a clock without a date, in the zone of some moment; the rate beside it is rounded to whole
beats a minute. So the clock gives the interval, and the rate only says whether the beat before is the one that stands
before it in the list: where the step is another one than the rate says, beats are missing, and there is a gap.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from pipelines.readers.apple.frames import frame_of
from pipelines.readers.apple.local_days import local_date, moment, offset_at
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
        series = [
            self._series_row(reading, int(found.start_ms[at]), int(found.start_ms[end] + found.rr_ms[end]))
            for reading, at, end in zip(readings.iter_rows(named=True), first, last, strict=True)
        ]
        yield Batch(table="beat_series", frame=frame_of(series, "beat_series", self.source))
        place = np.repeat(np.arange(len(rows)), count)
        rows_of_beats = pl.DataFrame(
            {
                "series_id": pl.Series([row["series_id"] for row in series]).gather(place),
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

    def _series_row(self, reading: dict[str, Any], first_ms: int, last_ms: int) -> dict[str, object]:
        """The row of one series, from its reading and where its first and last interval begin and end (ms)."""
        series_id = f"{self.source.source_file_id}:b{self.series_count}"
        self.series_count += 1
        stated_s, offset_s, zone = int(reading["start_s"]), int(reading["offset_s"]), reading["zone"]
        start_s = stated_s + first_ms / 1000.0
        zone_name = None if zone is None else self.names.zones[int(zone)]
        local_s = offset_at(start_s, zone=zone_name, stated_s=offset_s)
        maker = self.names.makers.known[int(reading["maker"])]
        length_s = (last_ms - first_ms) / 1000.0
        return {
            "series_id": series_id,
            "start_at_utc": moment(start_s),
            "end_at_utc": moment(start_s + length_s),
            "utc_offset_s": None if zone is None else local_s,
            "time_basis": "utc" if zone is None else "local_with_offset",
            "local_date": local_date(start_s, local_s),
            # What the watch takes by itself now and then is no morning reading, whatever the hour.
            "reading": "spot" if maker.manufacturer == APPLE else reading_of(moment(start_s), length_s, local_s),
            "device_id": maker.device_id,
            "interval_count": reading["interval_count"],
            "resolution_ms": reading["step_ms"],
            "stated_at_utc": moment(stated_s),
        }


def _agree(rr_ms: Integers, told_ms: Floats) -> Flags:
    """Where an interval is about what a rate says; a rate that is none says nothing."""
    return (rr_ms > 0) & (rr_ms < ALIKE * told_ms) & (told_ms < ALIKE * rr_ms)
