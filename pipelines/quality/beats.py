"""Checks on RR intervals: each names one way in which an interval is not one normal heartbeat."""

from collections.abc import Callable

import polars as pl

from pipelines.quality import artifacts
from pipelines.quality.beat_rows import beat_rows
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.segments import row_segments

PURPOSES = ("hrv_day", "hrv_baseline")
STRAP = "Moisten the strap, check that it sits tight, and keep still during a reading."
NO_BEATS = "no RR intervals"
LEFT_OUT = "The interval and both differences it takes part in are left out of RMSSD."

GAP_S = Threshold(name="gap", number=1.0, unit="s", source="engineering start value: a beat and more is missing")
BURST_BAD = Threshold(name="marked intervals", number=3.0, unit="of 5 intervals", source="engineering start value")
BURST_WINDOW = 5


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `is_burst`: the interval lies where at least three of five neighbouring intervals are marked."""
    bad = pl.col("reason").is_not_null()
    inside = (pl.col("is_adjacent").cast(pl.Int8).rolling_sum(BURST_WINDOW - 1) == BURST_WINDOW - 1).fill_null(
        value=False
    )
    dense = inside & (bad.cast(pl.Int8).rolling_sum(BURST_WINDOW) >= BURST_BAD.number)
    window_holds = pl.any_horizontal(dense.shift(-ahead, fill_value=False) for ahead in range(BURST_WINDOW))
    return rows.with_columns((bad & window_holds).fill_null(value=False).alias("is_burst"))


FAMILY = Family(signal="beats", subject_kind="beat_series", table="beats", rows=beat_rows, measure=measure)


def _marked(rows: pl.DataFrame, reason: str) -> Finding:
    return row_segments(
        rows,
        pl.col("reason") == reason,
        assessable=pl.col("rr_ms").is_not_null(),
        severity="doubtful",
        worst=pl.col("rr_ms"),
        evidence="interval of {} ms",
        join_s=2.0,
    )


def find_range(rows: pl.DataFrame) -> Finding:
    """An interval shorter than a heart can beat or longer than a resting athlete's heart waits."""
    return _marked(rows, "rr_range")


def find_missed(rows: pl.DataFrame) -> Finding:
    """An interval as long as two or more of its neighbours: a beat between was not detected."""
    return _marked(rows, "rr_missed")


def find_extra(rows: pl.DataFrame) -> Finding:
    """Two short intervals that together make one normal interval: something between was taken for a beat."""
    return _marked(rows, "rr_extra")


def find_ectopic(rows: pl.DataFrame) -> Finding:
    """A short and a long interval that together make two normal ones: a beat came early, late or was misplaced."""
    return _marked(rows, "rr_ectopic")


def find_long(rows: pl.DataFrame) -> Finding:
    """An interval longer than its six neighbours on either side predict, with no matching short one.

    A heart that slows within two beats and comes back over several passes, whatever the other checks on beats say.
    """
    return _marked(rows, "rr_long")


def find_short(rows: pl.DataFrame) -> Finding:
    """An interval shorter than its six neighbours on either side predict, with no matching long one."""
    return _marked(rows, "rr_short")


def find_local(rows: pl.DataFrame) -> Finding:
    """An interval far from the median of the 31 around it: no breathing or turning in bed does that."""
    return _marked(rows, "rr_local")


def find_burst(rows: pl.DataFrame) -> Finding:
    """A stretch in which at least three of five neighbouring intervals are marked: movement or lost contact."""
    return row_segments(
        rows,
        pl.col("is_burst"),
        assessable=pl.col("rr_ms").is_not_null(),
        severity="doubtful",
        worst=pl.col("rr_ms"),
        evidence="several neighbouring intervals are not beats; one is {} ms",
        join_s=3.0,
    )


def find_gap(rows: pl.DataFrame) -> Finding:
    """A stretch without any interval inside a series. Not an error of the beats: no difference is taken across it."""
    gaps = rows.with_columns((pl.col("at_s") - pl.col("gap_s")).alias("at_s"), pl.col("gap_s").alias("length_s"))
    return row_segments(
        gaps,
        pl.col("gap_s") > GAP_S.number,
        assessable=pl.col("rr_ms").is_not_null(),
        severity="doubtful",
        worst=pl.col("gap_s"),
        evidence="no interval for {} s",
        join_s=0.0,
    )


def _check(
    name: str, find: Callable[[pl.DataFrame], Finding], thresholds: tuple[Threshold, ...], remedy: str = STRAP
) -> Check:
    return Check(
        name=name,
        version=1 if name == "rr_gap" else 2,
        family=FAMILY,
        severity="doubtful",
        purposes=PURPOSES,
        thresholds=thresholds,
        consequence=LEFT_OUT,
        remedy=remedy,
        why_not=NO_BEATS,
        find=find,
    )


PREDICTED = (artifacts.STRONG, artifacts.SMALLEST_RESIDUAL_MS)
RR_RANGE = _check("rr_range", find_range, (artifacts.SHORTEST_MS, artifacts.LONGEST_MS))
RR_MISSED = _check("rr_missed", find_missed, (artifacts.FAR,))
RR_EXTRA = _check("rr_extra", find_extra, PREDICTED)
RR_ECTOPIC = _check("rr_ectopic", find_ectopic, (*PREDICTED, artifacts.NEIGHBOUR, artifacts.PAIR))
RR_LONG = _check("rr_long", find_long, PREDICTED)
RR_SHORT = _check("rr_short", find_short, PREDICTED)
RR_LOCAL = _check("rr_local", find_local, (artifacts.FAR,))
RR_BURST = _check("rr_burst", find_burst, (BURST_BAD,))
RR_GAP = _check("rr_gap", find_gap, (GAP_S,), "Keep phone and strap near each other so that none is lost.")
