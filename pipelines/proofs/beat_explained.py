"""What an interval of a real file is, by arithmetic alone: rules that use nothing the detector says.

Nobody knows the truth of a real file. But a heart that beats 400 ms apart and once 800 ms did not rest: a beat was not
stored. An interval is held against the median of the ten on either side, itself left out, and where the file stores
heart rate beside its beats, against how many beats that heart rate says were in it. A mark without such a reason may be
false, and is counted as such.
"""

import numpy as np
import polars as pl

from pipelines.quality.sliding import Bools, Floats, Ints

AROUND = 10
"""Intervals on either side that an interval is held against."""
FEWEST_AROUND = 6
"""Of these so many have to be there, else nothing is said."""

NEAR_WHOLE = 0.20
"""Most (beats) that an interval is off a whole number of those around; of lengths by chance 40 % are as near."""
SILENCE_TIMES, SILENCE_MS = 3.5, 2200.0
"""From so many times those around, or so long (ms), it is time without a beat, whatever number fits."""
NEAR_SUM = 0.10
"""Most (of those around) that two intervals together are off one or two."""
SHORT = 0.80
"""Each of two that make one is shorter than this (of those around)."""
APART, OFF = 0.10, 0.20
"""Least difference (of those around) of two intervals that a beat out of its place parts, and of one in a burst from
those around."""
SPREADS = 3.0
"""And both are at least so many times the distance between the quartiles of those around: a heart that breathes deeply
varies by as much."""
BURST_REACH, BURST_COUNT = 3, 2
"""In a burst so many of the intervals as near as this on either side have reasons of their own."""

WITNESS_NEAR = 0.25
"""Most (beats) that the device's own heart rate may be off a whole number to confirm it."""

LOST, SILENT, CUT, MOVED, BETWEEN, BURST = (
    "beats lost: as long as two or more of those around",
    "time without a beat",
    "an extra beat: two that make one",
    "a beat out of its place: two that make two",
    "good, between two of these",
    "in a burst of these",
)
REASONS = (LOST, SILENT, CUT, MOVED, BETWEEN, BURST)


def explained(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `why` (one of REASONS, null for none) and `beat_count` (beats in an interval of lost ones, else null).

    Needs subject_id and rr_ms, in time order; `reason`, where it is there, is not looked at.
    """
    rr = rows["rr_ms"].to_numpy().astype(np.float64)
    owner = rows["subject_id"].rle_id().to_numpy().astype(np.int64)
    times, spread = _against_those_around(rr, owner)
    count = np.round(times)
    lost = (count > 1) & (np.abs(times - count) <= NEAR_WHOLE)
    silent = (times >= SILENCE_TIMES) | (rr > SILENCE_MS)
    following, earlier = _moved(times, owner, 1), _moved(times, owner, -1)
    cut = _cut(times, following, spread) | _cut(times, earlier, spread)
    moved = _out_of_place(times, following, spread) | _out_of_place(times, earlier, spread)
    plain = np.nan_to_num(lost | silent | cut | moved).astype(np.float64)
    between = (_moved(plain, owner, 1) > 0) & (_moved(plain, owner, -1) > 0)
    near = sum(np.nan_to_num(_moved(plain, owner, step)) for step in range(-BURST_REACH, BURST_REACH + 1) if step)
    burst = (np.abs(times - 1) >= np.maximum(OFF, SPREADS * spread)) & (near >= BURST_COUNT)
    kind = np.select([lost, silent, cut, moved, between, burst], range(1, 7), 0)
    names = pl.Series("why", [None, *REASONS], dtype=pl.String)
    return rows.with_columns(
        names.gather(pl.Series(kind).cast(pl.UInt32)).alias("why"),
        pl.Series("beat_count", np.where(lost, count, np.nan)).fill_nan(None),
    )


def witnessed(rows: pl.DataFrame, heart_rate: pl.DataFrame) -> pl.DataFrame:
    """Adds `device_beats`: how many beats the device's own heart rate says were in an interval; null where none is.

    Needs source_file_id, rr_ms and ended_at_utc; `heart_rate` has source_file_id, recorded_at_utc, heart_rate_bpm.
    The value nearest to the end of the interval is taken, no further than 5 s away.
    """
    known = heart_rate.filter(pl.col("heart_rate_bpm") > 0).select(
        "source_file_id",
        pl.col("recorded_at_utc").alias("ended_at_utc"),
        pl.col("heart_rate_bpm").cast(pl.Float64).alias("device_bpm"),
    )
    joined = rows.with_row_index("place").sort("ended_at_utc", nulls_last=True)
    joined = joined.join_asof(
        known.sort("ended_at_utc"),
        on="ended_at_utc",
        by="source_file_id",
        strategy="nearest",
        tolerance="5s",
        check_sortedness=False,
    ).sort("place")
    beats = pl.col("rr_ms") * pl.col("device_bpm") / 60_000.0
    return joined.with_columns(beats.alias("device_beats")).drop("place", "device_bpm")


def is_confirmed() -> pl.Expr:
    """Whether the device's own heart rate says the same whole number of beats; null without one."""
    return (pl.col("device_beats") - pl.col("beat_count")).abs() <= WITNESS_NEAR


def _against_those_around(rr: Floats, owner: Ints) -> tuple[Floats, Floats]:
    """Length as a multiple of the median around, and the distance between their quartiles as a share of it.

    NaN where too few are around.
    """
    if not len(rr):
        return rr, rr
    padded = np.concatenate([np.full(AROUND, np.nan), rr, np.full(AROUND, np.nan)])
    owners = np.concatenate([np.full(AROUND, -1), owner, np.full(AROUND, -1)])
    width = 2 * AROUND + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, width).copy()
    same = np.lib.stride_tricks.sliding_window_view(owners, width) == owner[:, None]
    same[:, AROUND] = False
    windows[~same] = np.nan
    enough = np.isfinite(windows).sum(axis=1) >= FEWEST_AROUND
    low, middle, high = np.full((3, len(rr)), np.nan)
    low[enough], middle[enough], high[enough] = np.nanquantile(windows[enough], [0.25, 0.5, 0.75], axis=1)
    return rr / middle, (high - low) / middle


def _moved(values: Floats, owner: Ints, step: int) -> Floats:
    """The value so many rows later (earlier, when negative) of the same series; NaN where there is none."""
    out = np.full(len(values), np.nan)
    if step > 0:
        out[:-step] = np.where(owner[:-step] == owner[step:], values[step:], np.nan)
    else:
        out[-step:] = np.where(owner[-step:] == owner[:step], values[:step], np.nan)
    return out


def _cut(times: Floats, other: Floats, spread: Floats) -> Bools:
    limit = np.minimum(SHORT, 1 - SPREADS * spread)
    return np.asarray((times < limit) & (other < limit) & (np.abs(times + other - 1) <= NEAR_SUM), dtype=np.bool_)


def _out_of_place(times: Floats, other: Floats, spread: Floats) -> Bools:
    apart = np.abs(times - other) >= np.maximum(APART, SPREADS * spread)
    return np.asarray(apart & (np.abs(times + other - 2) <= NEAR_SUM), dtype=np.bool_)
