"""Heart rates and steps, piece by piece: what the export repeats is taken once, whatever its size."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.readers.apple.frames import frame_of
from pipelines.readers.apple.makers import Makers
from pipelines.readers.apple.rows import HEART_RATE, STEPS
from pipelines.readers.apple.stamps import Flags
from pipelines.readers.contract import Source

Keys = npt.NDArray[np.uint64]

LARGEST_RATE_BPM = 32_767
"""Largest number a row can hold (bpm); implausible ones below it are kept, and judged later."""


_PLACE_BITS = 22
_PLACE_SHIFT = np.uint64(64 - _PLACE_BITS)

LONGEST_RUN = 1 << 19
"""Runs of more keys than this are not joined any more: joining takes three times their memory."""


@dataclass
class Seen:
    """Keys met so far, eight bytes each, in sorted runs that double in length."""

    runs: list[Keys] = field(default_factory=list)
    is_taken: Flags = field(default_factory=lambda: np.zeros(1 << _PLACE_BITS, np.bool_))
    """By the first bits of a key, whether one that begins so is known: mostly none is, and no run is searched."""

    def is_new(self, keys: Keys) -> Flags:
        """Which keys are met for the first time; from now on they are known."""
        is_new = pl.Series(keys).is_first_distinct().to_numpy(writable=True)
        maybe = np.flatnonzero(is_new & self.is_taken[keys >> _PLACE_SHIFT])
        known = keys[maybe]
        for run in self.runs:
            at = np.minimum(np.searchsorted(run, known), len(run) - 1)
            is_new[maybe[run[at] == known]] = False
        new = np.sort(keys[is_new])
        if len(new):
            self.is_taken[new >> _PLACE_SHIFT] = True
            self._keep(new)
        return is_new

    def _keep(self, run: Keys) -> None:
        while self.runs and len(self.runs[-1]) <= min(2 * len(run), LONGEST_RUN):
            run = np.sort(np.concatenate([self.runs.pop(), run]), kind="stable")  # merges, as both are sorted
        self.runs.append(run)


@dataclass
class Streams:
    """What heart rates and steps of all pieces share."""

    source: Source
    makers: Makers
    rates_seen: Seen = field(default_factory=Seen)
    steps_seen: Seen = field(default_factory=Seen)
    step_count: int = 0
    repeated_count: int = 0
    unheld_count: int = 0
    """Heart rates no row can hold."""

    def heart_rates(self, records: pl.DataFrame) -> pl.DataFrame:
        """Rows of heart_rates, to the nearest beat a minute."""
        rows = self._with_device(records.filter(pl.col("kind") == HEART_RATE))
        rate = pl.col("amount").round()
        held = rows.filter(rate.is_between(-LARGEST_RATE_BPM, LARGEST_RATE_BPM))
        self.unheld_count += rows.height - held.height
        rows = self._once(held, self.rates_seen, ("device_id", "start_s", "amount"))
        return frame_of(
            rows.select(
                "device_id",
                measured_at_utc=pl.from_epoch("start_s").dt.replace_time_zone("UTC"),
                heart_rate_bpm=rate.cast(pl.Int16),
            ),
            "heart_rates",
            self.source,
        )

    def steps(self, records: pl.DataFrame) -> pl.DataFrame:
        """Rows of interval_sums, each device by itself."""
        rows = self._with_device(records.filter(pl.col("kind") == STEPS))
        rows = self._once(rows, self.steps_seen, ("device_id", "start_s", "end_s", "amount"))
        first, self.step_count = self.step_count, self.step_count + rows.height
        return frame_of(
            rows.select(
                "device_id",
                interval_index=pl.int_range(first, self.step_count, dtype=pl.Int32),
                metric=pl.lit("step_count"),
                start_at_utc=pl.from_epoch("start_s").dt.replace_time_zone("UTC"),
                end_at_utc=pl.from_epoch("end_s").dt.replace_time_zone("UTC"),
                utc_offset_s="offset_s",
                amount="amount",
                unit=pl.lit("count"),
            ),
            "interval_sums",
            self.source,
        )

    def _with_device(self, rows: pl.DataFrame) -> pl.DataFrame:
        devices = pl.Series("device_id", [maker.device_id for maker in self.makers.known], dtype=pl.String)
        return rows.with_columns(devices.gather(rows["maker"]) if rows.height else pl.lit("").alias("device_id"))

    def _once(self, rows: pl.DataFrame, seen: Seen, key: tuple[str, ...]) -> pl.DataFrame:
        if rows.is_empty():
            return rows
        is_new = seen.is_new(rows.select(key).hash_rows().to_numpy())
        self.repeated_count += rows.height - int(is_new.sum())
        return rows.filter(is_new)
