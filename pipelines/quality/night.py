"""Checks on nights as a device states them: lengths that cannot be, parts that do not make the whole."""

from collections.abc import Callable, Mapping

import polars as pl

from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.segments import whole_subjects

START = "engineering start value"

LONGEST_S = Threshold(name="longest night", number=16 * 3600.0, unit="s", source=START)
SHORT_S = Threshold(name="short night", number=3 * 3600.0, unit="s", source=f"{START}: a nap, or taken off early")
LONG_S = Threshold(name="long night", number=12 * 3600.0, unit="s", source=START)
STAGES_FRACTION = Threshold(name="stages against duration", number=0.03, unit="fraction", source=START)
STAGES_S = Threshold(name="stages against duration, in time", number=300.0, unit="s", source=START)
BED_S = Threshold(name="asleep beyond the period", number=60.0, unit="s", source="one minute of rounding")
UNMEASURED = Threshold(name="not measured", number=0.40, unit="fraction of the period", source=START)
UNMEASURED_MOST = Threshold(name="mostly not measured", number=0.70, unit="fraction of the period", source=START)

NO_DURATION = "no sleep duration stated"


def night_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per night: subject_id, athlete_id, the stated times, period_s; duration_s and row_count for segments."""
    period = (pl.col("end_at_utc") - pl.col("start_at_utc")).dt.total_microseconds() / 1e6
    return tables["nights"].with_columns(
        pl.col("night_id").alias("subject_id"),
        period.alias("period_s"),
        period.clip(0.0).alias("duration_s"),
        pl.lit(1).alias("row_count"),
    )


def measure(nights: pl.DataFrame) -> pl.DataFrame:
    """Adds stages_s: light, deep and REM together, null when none is stated."""
    stages = pl.sum_horizontal("light_s", "deep_s", "rem_s")
    has_any = pl.any_horizontal(pl.col(name).is_not_null() for name in ("light_s", "deep_s", "rem_s"))
    return nights.with_columns(pl.when(has_any).then(stages).alias("stages_s"))


FAMILY = Family(signal="night", subject_kind="night", table="nights", rows=night_rows, measure=measure)


def find_duration(nights: pl.DataFrame) -> Finding:
    """Asleep for nothing or more than 16 hours, or a period that ends before it starts, is unusable.

    Less than 3 or more than 12 hours is doubtful.
    """
    asleep, period = pl.col("sleep_duration_s"), pl.col("period_s")
    hard = (asleep <= 0) | (asleep > LONGEST_S.number) | (period <= 0)
    return whole_subjects(
        nights.filter(asleep.is_not_null()),
        hard | (asleep < SHORT_S.number) | (asleep > LONG_S.number),
        severity=pl.when(hard).then(pl.lit("unusable")).otherwise(pl.lit("doubtful")),
        worst=asleep / 3600,
        evidence="{} h asleep",
    )


def find_beyond_period(nights: pl.DataFrame) -> Finding:
    """Asleep longer than from start to end of the night."""
    over = pl.col("sleep_duration_s") - pl.col("period_s")
    return whole_subjects(
        nights.filter(over.is_not_null()),
        over > BED_S.number,
        severity="unusable",
        worst=over / 60,
        evidence="asleep {} min longer than the night",
    )


def find_stages(nights: pl.DataFrame) -> Finding:
    """Light, deep and REM sleep together differ from the time asleep by more than 3 % and 5 minutes.

    So does a night of which one is negative.
    """
    off = (pl.col("stages_s") - pl.col("sleep_duration_s")).abs()
    negative = pl.min_horizontal("light_s", "deep_s", "rem_s") < 0
    return whole_subjects(
        nights.filter(off.is_not_null()),
        negative | ((off > STAGES_S.number) & (off > STAGES_FRACTION.number * pl.col("sleep_duration_s"))),
        severity="doubtful",
        worst=off / 60,
        evidence="stages and time asleep differ by {} min",
    )


def find_unmeasured(nights: pl.DataFrame) -> Finding:
    """The device could not measure 40 % of the night (doubtful) or 70 % (unusable)."""
    share = pl.col("unmeasured_s") / pl.col("period_s")
    return whole_subjects(
        nights.filter(share.is_not_null() & (pl.col("period_s") > 0)),
        share > UNMEASURED.number,
        severity=pl.when(share > UNMEASURED_MOST.number).then(pl.lit("unusable")).otherwise(pl.lit("doubtful")),
        worst=100 * share,
        evidence="{} % of the night not measured",
    )


def _check(
    name: str, find: Callable[[pl.DataFrame], Finding], thresholds: tuple[Threshold, ...], *, why_not: str = NO_DURATION
) -> Check:
    return Check(
        name=name,
        version=1,
        family=FAMILY,
        severity="doubtful" if name == "night_stages" else "unusable",
        purposes=("sleep_duration",),
        thresholds=thresholds,
        consequence="The sleep duration of this night is doubtful or left out.",
        remedy="Wear the device from lying down to getting up, and correct the times in its app when they are wrong.",
        why_not=why_not,
        find=find,
    )


NIGHT_DURATION = _check("night_duration", find_duration, (LONGEST_S, SHORT_S, LONG_S))
NIGHT_BEYOND_PERIOD = _check("night_beyond_period", find_beyond_period, (BED_S,))
NIGHT_STAGES = _check("night_stages", find_stages, (STAGES_S, STAGES_FRACTION), why_not="no stages stated")
NIGHT_UNMEASURED = _check(
    "night_unmeasured", find_unmeasured, (UNMEASURED, UNMEASURED_MOST), why_not="no unmeasured time stated"
)
