"""The rhythm gate: five-minute windows whose rhythm cannot carry HRV, found before any beat is judged."""

from collections.abc import Callable

import polars as pl

from pipelines.quality import rhythm_windows as windows
from pipelines.quality.beat_rows import beat_rows
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.segments import row_segments


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """Nothing to add: the gate is part of the rows."""
    return rows


FAMILY = Family(signal="rhythm", subject_kind="beat_series", table="beats", rows=beat_rows, measure=measure)


def _with_pattern(rows: pl.DataFrame, pattern: str) -> Finding:
    return row_segments(
        rows,
        pl.col("rhythm") == pattern,
        assessable=pl.col("rhythm_assessed"),
        severity="unusable",
        worst=pl.col("rr_ms"),
        evidence=windows.WORDS,
    )


def find_alternation(rows: pl.DataFrame) -> Finding:
    """Five minutes in which intervals turn from short to long and back beat by beat, as breathing never does."""
    return _with_pattern(rows, "alternation")


def find_frequent(rows: pl.DataFrame) -> Finding:
    """Five minutes with more early beats, each with a pause after it, than RMSSD can carry."""
    return _with_pattern(rows, "frequent early beats")


def find_irregular(rows: pl.DataFrame) -> Finding:
    """Five minutes in which neither breathing nor anything else predicts the next interval.

    Large breathing swings pass: they are predictable.
    """
    return _with_pattern(rows, "irregular")


def _check(name: str, find: Callable[[pl.DataFrame], Finding], thresholds: tuple[Threshold, ...]) -> Check:
    return Check(
        name=name,
        version=1,
        family=FAMILY,
        severity="unusable",
        purposes=("hrv_day", "hrv_baseline"),
        thresholds=(windows.FEWEST, *thresholds),
        consequence="These five minutes are left out of RMSSD; nothing is said about the cause.",
        remedy="Take another reading; this says nothing about health.",
        why_not="fewer than 45 intervals in every five minutes",
        find=find,
    )


RHYTHM_ALTERNATION = _check("rhythm_alternation", find_alternation, (windows.ALTERNATION, windows.TURN))
RHYTHM_FREQUENT_ECTOPY = _check(
    "rhythm_frequent_ectopy",
    find_frequent,
    (
        *(windows.ECTOPY, windows.MARKED, windows.MARKED_ECTOPY),
        *(windows.EARLY, windows.EARLY_LEEWAY, windows.PAUSE),
    ),
)
RHYTHM_IRREGULAR = _check(
    "rhythm_irregular",
    find_irregular,
    (windows.IRREGULARITY, windows.UNPREDICTED, windows.DISORDER, windows.PREMATURE, windows.FEWEST_IN_MINUTE),
)
