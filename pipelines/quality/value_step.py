"""Steps in the level of a daily value where the device, its firmware or the vendor's method changes."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.segments import whole_subjects
from pipelines.quality.sliding import Floats, Ints
from pipelines.quality.subjects import daily_values_in_use
from pipelines.quality.trailing import TO_SIGMA

START = "engineering start value"

LEAST = Threshold(name="values on either side", number=7.0, unit="days", source=f"{START}: a week")
MOST = Threshold(name="values compared", number=28.0, unit="days on either side", source=f"{START}: four weeks")
NEAR_DAYS = Threshold(name="change without a hole", number=28.0, unit="days between the two", source=START)
CHANCE = Threshold(name="beyond chance", number=1.96, unit="standard errors", source="95 % of a Gaussian")
SMALLEST_LN = Threshold(name="smallest step of HRV", number=0.06, unit="ln_ms", source=f"{START}: six percent")
SMALLEST_BPM = Threshold(name="smallest step of heart rate", number=1.5, unit="bpm", source=START)

HRV = ("rmssd", "sdnn")
COMPARED = (*HRV, "resting_heart_rate")
LARGEST_RHO = 0.8  # keeps the standard error finite
ERA = ["method", "device_id", "firmware"]
SERIES = ["athlete_id", "metric", "reading"]


def era_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per HRV or resting heart rate a vendor states: subject_id and its columns, by series and date."""
    days = daily_values_in_use(tables["daily_values"]).filter(pl.col("metric").is_in(COMPARED))
    return days.with_columns(
        pl.lit(None, dtype=pl.Float64).alias("duration_s"),
        pl.lit(1).alias("row_count"),
        pl.col("firmware").fill_null(""),
    ).sort(*SERIES, "value_date", *ERA)


def measure(days: pl.DataFrame) -> pl.DataFrame:
    """The first values of each era but a series' first, with what changed, step, half_width (95 %) and both counts.

    An era is an unbroken stretch of values with one method, device and firmware: where two devices are worn by turns
    none lasts, and nothing is compared. step and half_width are null with fewer than 7 values on a side.
    """
    level = (
        pl.when(pl.col("metric").is_in(HRV) & (pl.col("measured_value") > 0))
        .then(pl.col("measured_value").log())
        .when(~pl.col("metric").is_in(HRV))
        .then("measured_value")
    )
    same = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in (*SERIES, *ERA))
    days = days.with_columns(level.alias("level"), (~same.fill_null(value=False)).cum_sum().alias("era"))
    follows = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in SERIES)
    apart = (pl.col("value_date") - pl.col("value_date").shift()).dt.total_days()
    changed = pl.concat_str(
        *(
            pl.when(pl.col(name) != pl.col(name).shift()).then(pl.lit(word)).otherwise(pl.lit(""))
            for name, word in (("device_id", "device "), ("firmware", "firmware "), ("method", "method "))
        )
    ).str.strip_chars()
    days = days.with_columns(
        (follows & (pl.col("era") != pl.col("era").shift()) & (apart <= NEAR_DAYS.number))
        .fill_null(value=False)
        .alias("is_change"),
        changed.alias("changed"),
    )
    steps = _steps(days["level"].fill_null(float("nan")).to_numpy(), days["era"].to_numpy().astype(np.int64))
    return days.with_columns(
        pl.Series("step", steps[0]).fill_nan(None), pl.Series("half_width", steps[1]).fill_nan(None)
    ).filter("is_change")


def _steps(level: Floats, era: Ints) -> tuple[Floats, Floats]:
    """For the first row of each era: its median less that of the one before, and 1.96 standard errors of that."""
    step, half = np.full(len(level), np.nan), np.full(len(level), np.nan)
    firsts = np.flatnonzero(np.r_[True, era[1:] != era[:-1]]) if len(era) else np.empty(0, dtype=np.int64)
    ends = np.r_[firsts[1:], len(level)]
    for place in range(1, len(firsts)):
        first = firsts[place]
        before = level[firsts[place - 1] : first][-int(MOST.number) :]
        after = level[first : ends[place]][: int(MOST.number)]
        sides = [side[~np.isnan(side)] for side in (before, after)]
        if min(len(side) for side in sides) >= LEAST.number:
            step[first] = float(np.median(sides[1]) - np.median(sides[0]))
            half[first] = CHANCE.number * float(np.hypot(_error(sides[0]), _error(sides[1])))
    return step, half


def _error(side: Floats) -> float:
    """Standard error of a median of days that follow one another: 1.25 sd sqrt((1 + rho) / (1 - rho) / n)."""
    away = side - np.median(side)
    spread = max(TO_SIGMA * float(np.median(np.abs(away))), 1e-9)
    clipped = np.clip(away, -3 * spread, 3 * spread)
    power = float(np.mean(clipped**2))
    rho = float(np.mean(clipped[1:] * clipped[:-1])) / power if power > 0 else 0.0
    rho = min(max(rho, 0.0), LARGEST_RHO)
    return 1.2533 * spread * float(np.sqrt((1 + rho) / (1 - rho) / len(side)))


FAMILY = Family(signal="daily_value", subject_kind="daily_value", table="daily_values", rows=era_rows, measure=measure)


def find_step(changes: pl.DataFrame) -> Finding:
    """Where device, firmware or method change, the median of the days after differs from that of the days before.

    By 6 % of HRV or 1.5 bpm at least, and by more than its 95 % interval, from 7 to 28 values on either side. The
    first value after the change is named, and not compared with what came before. Fewer values: not assessable.
    """
    least = pl.when(pl.col("metric").is_in(HRV)).then(SMALLEST_LN.number).otherwise(SMALLEST_BPM.number)
    size = pl.col("step").abs()
    judged = changes.filter(pl.col("step").is_not_null())
    finding = whole_subjects(
        judged,
        (size > pl.col("half_width")) & (size >= least),
        severity="doubtful",
        worst=pl.col("step"),
        evidence="{}",
    )
    told = judged.select("subject_id", _words().alias("told"))
    segments = finding.segments.join(told, on="subject_id", how="left", maintain_order="left")
    return Finding(
        segments=segments.with_columns(pl.col("told").alias("evidence")).drop("told"), assessed=finding.assessed
    )


def _words() -> pl.Expr:
    """The step with its interval: a percentage for HRV, beats for heart rate."""
    is_hrv = pl.col("metric").is_in(HRV)
    ends = [
        pl.when(is_hrv).then(100 * (bound.exp() - 1)).otherwise(bound).round(1)
        for bound in (
            pl.col("step"),
            pl.col("step") - pl.col("half_width"),
            pl.col("step") + pl.col("half_width"),
        )
    ]
    unit = pl.when(is_hrv).then(pl.lit("%")).otherwise(pl.lit("bpm"))
    return pl.format("another {}: a step of {} {} (95 % {} to {})", "changed", ends[0], unit, ends[1], ends[2])


VALUE_STEP = Check(
    name="value_step",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=(),
    thresholds=(LEAST, MOST, NEAR_DAYS, CHANCE, SMALLEST_LN, SMALLEST_BPM),
    consequence="No trend and no baseline runs across the change: comparison starts anew with this value.",
    remedy="Wear both devices for two weeks when you change, so that the step is known.",
    why_not="no change of device, firmware or method here, or fewer than 7 values on a side of it",
    find=find_step,
)
