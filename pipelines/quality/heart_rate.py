"""Checks on heart rate during activities. A missing value is never zero, and what happens in a pause is no fault."""

from collections.abc import Callable

import numpy as np
import polars as pl

from pipelines.quality.activity_rows import MOVING_M_PER_S, activity_rows
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.jumps import between
from pipelines.quality.segments import row_segments
from pipelines.quality.sliding import Floats, Ints, layout

START = "engineering start value"
SLOPE = "first-order kinetics of heart rate, time constant 25-45 s: about 3 bpm/s; 10 is what public tools use"

LOWEST = Threshold(name="lowest", number=30.0, unit="bpm", source=START)
HIGHEST = Threshold(name="highest", number=230.0, unit="bpm", source=START)
JUMP = Threshold(name="jump", number=10.0, unit="bpm/s", source=SLOPE)
JUMP_TOTAL = Threshold(name="jump within 5 s", number=25.0, unit="bpm", source=START)
SPIKE = Threshold(name="spike", number=15.0, unit="bpm", source=START)
SPIKE_S = Threshold(name="longest spike", number=10.0, unit="s", source=START)
DROPOUT_S = Threshold(name="dropout", number=5.0, unit="s", source="more than 5 samples, as public tools use")
DROPOUT_STEPS = Threshold(name="dropout in usual steps", number=3.0, unit="median steps between values", source=START)
FLAT_S = Threshold(name="flat", number=90.0, unit="s", source=START)
FLAT_LONG_S = Threshold(name="flat for long", number=180.0, unit="s", source=START)

JUMP_STEP_S = Threshold(name="compared values", number=10.0, unit="s apart", source=START)
JUMP_LATER = Threshold(
    name="jump for each second beyond 5",
    number=2.0,
    unit="bpm/s",
    source=f"{START}: sparse recording, a heart on its way",
)
JUMP_BACK_S = Threshold(name="jump back within", number=240.0, unit="s", source=START)
JUMP_BACK_BPM = Threshold(name="jump back to within", number=25.0, unit="bpm of where it left", source=START)
SPIKE_STEP_S = Threshold(
    name="usual step", number=2.0, unit="s", source=f"{START}: of sparser values 10 s are too few to see a return"
)
SPIKE_SLOPE = Threshold(
    name="steep", number=3.0, unit="bpm/s into or out of it", source="first-order kinetics: no heart changes faster"
)
JUMP_SHORT_S = 5.0  # of the threshold "jump within 5 s"
SPIKE_WINDOW = 21  # rows of one second: twice the longest spike
SPIKE_WINDOW_S = SPIKE_WINDOW * SPIKE_STEP_S.number  # in sparser stretches the window would hold a whole climb

PURPOSES = ("load", "hr_zones", "decoupling")
LEFT_OUT = "These seconds are left out of mean heart rate, zones, load and decoupling."
SENSOR = "Moisten and tighten the strap, or wear the watch higher and tighter."
NO_HEART_RATE = "no heart rate in the records"


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds beat_bpm (null when 0 or missing), and is_moving, is_jump, is_spike, silent_s and flat_s."""
    valid = pl.when(pl.col("heart_rate_bpm") > 0).then(pl.col("heart_rate_bpm").cast(pl.Float64))
    moving = ~pl.col("is_paused") & (pl.col("speed_m_per_s").fill_null(1.0) >= MOVING_M_PER_S.number)
    rows = rows.with_columns(valid.alias("beat_bpm"), moving.alias("is_moving"))
    valued = pl.when(pl.col("beat_bpm").is_not_null()).then(pl.col("clock_s"))
    rows = rows.with_columns(
        valued.forward_fill().over("subject_id").alias("latest_s"),
        valued.backward_fill().over("subject_id").alias("next_s"),
        pl.col("clock_s").max().over("subject_id").alias("end_s"),
    )
    silent = pl.when(pl.col("beat_bpm").is_null()).then(
        pl.coalesce("next_s", "end_s") - pl.col("latest_s").fill_null(0.0)
    )
    rows = rows.with_columns(silent.alias("silent_s"))
    values = rows.filter(pl.col("beat_bpm").is_not_null() & pl.col("clock_s").is_not_null())
    added = _with_flat(_with_jumps(values)).select(
        "subject_id", "row_index", "bpm_step_s", "slope_bpm_per_s", "is_jump", "spike_bpm", "flat_s"
    )
    joined = rows.join(added, on=["subject_id", "row_index"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("bpm_step_s").median().over("subject_id").alias("usual_step_s"))


def _with_jumps(values: pl.DataFrame) -> pl.DataFrame:
    """Adds bpm_step_s, slope_bpm_per_s, is_jump and spike_bpm to the rows that hold a heart rate."""
    same = pl.col("subject_id") == pl.col("subject_id").shift()
    step = pl.when(same & ~pl.col("is_pause_step") & ~pl.col("is_paused")).then(
        pl.col("clock_s") - pl.col("clock_s").shift()
    )
    change = pl.col("beat_bpm") - pl.col("beat_bpm").shift()
    values = values.with_columns(pl.when(step > 0).then(step).alias("bpm_step_s")).with_columns(
        (change / pl.col("bpm_step_s")).alias("slope_bpm_per_s"), change.abs().alias("change_bpm")
    )
    beyond_s = (pl.col("bpm_step_s") - JUMP_SHORT_S).clip(0.0)
    most = JUMP_TOTAL.number + JUMP_LATER.number * beyond_s
    fast = (pl.col("slope_bpm_per_s").abs() > JUMP.number) | (pl.col("change_bpm") > most)
    jump = values.select((fast & (pl.col("bpm_step_s") <= JUMP_STEP_S.number)).fill_null(value=False))[
        "slope_bpm_per_s"
    ]
    subject = values["subject_id"].rle_id().to_numpy().astype(np.int64)
    bpm = values["beat_bpm"].to_numpy()
    marked = between(
        jump.to_numpy(),
        subject=subject,
        at_s=values["clock_s"].to_numpy(),
        value=bpm,
        longest_s=JUMP_BACK_S.number,
        back=JUMP_BACK_BPM.number,
    )
    return values.with_columns(
        pl.Series("is_jump", marked), pl.Series("spike_bpm", _short_only(_from_median(bpm, subject), values))
    )


def _from_median(bpm: Floats, subject: Ints) -> Floats:
    """Distance (bpm) of each value from the median of the 21 around it; 0 where none of them is a spike away."""
    plan = layout(subject)
    padded = pl.Series(bpm[plan.source])
    away = np.zeros(len(bpm))
    if not len(bpm):
        return away
    lowest = padded.rolling_min(SPIKE_WINDOW, center=True, min_samples=1).to_numpy()[plan.home]
    highest = padded.rolling_max(SPIKE_WINDOW, center=True, min_samples=1).to_numpy()[plan.home]
    # A median lies between the extremes: only values that far from one of them can be that far from it.
    rows = np.flatnonzero((bpm - lowest > SPIKE.number) | (highest - bpm > SPIKE.number))
    half = SPIKE_WINDOW // 2
    windows = padded.to_numpy()[plan.home[rows, None] + np.arange(-half, half + 1)]
    away[rows] = bpm[rows] - np.median(windows, axis=1) if len(rows) else 0.0
    return away


def _short_only(away: Floats, values: pl.DataFrame) -> Floats:
    """Distance from the running median, zero where it does not leave and return steeply within the longest spike."""
    far = pl.Series(np.abs(away) > SPIKE.number)
    if not far.any():
        return np.zeros(len(away))
    run = (far.rle_id() + values["subject_id"].rle_id()).rle_id()
    half = SPIKE_WINDOW // 2
    at_s = pl.col("at_s")
    around = (at_s.shift(-half) - at_s.shift(half)).over("subject_id").fill_null(0.0)
    slope = pl.max_horizontal(pl.col("slope").abs(), pl.col("slope").abs().shift(-1)).over("subject_id")
    frame = values.select(
        "subject_id",
        pl.col("clock_s").alias("at_s"),
        pl.col("bpm_step_s").alias("step_s"),
        pl.col("slope_bpm_per_s").alias("slope"),
    ).with_columns(pl.Series("away", away), run.alias("run"))
    length = at_s.max().over("run") - at_s.min().over("run")
    dense = (pl.col("step_s").median().over("subject_id") <= SPIKE_STEP_S.number).fill_null(value=False)
    steep = (slope.max().over("run") >= SPIKE_SLOPE.number).fill_null(value=False)
    short = (length <= SPIKE_S.number) & dense & steep & (around <= SPIKE_WINDOW_S)
    return frame.select(pl.when(short).then(pl.col("away")).otherwise(0.0).fill_nan(0.0))["away"].to_numpy()


def _with_flat(values: pl.DataFrame) -> pl.DataFrame:
    """Adds flat_s: how long (s) the value has stood still around this row, moving all the while."""
    starts = (
        (pl.col("subject_id") != pl.col("subject_id").shift())
        | (pl.col("beat_bpm") != pl.col("beat_bpm").shift())
        | pl.col("is_pause_step")
        | (pl.col("is_moving") != pl.col("is_moving").shift())
    )
    values = values.with_columns(starts.fill_null(value=True).cum_sum().alias("run"))
    length = pl.col("clock_s").max().over("run") - pl.col("clock_s").min().over("run")
    return values.with_columns(pl.when("is_moving").then(length).otherwise(0.0).alias("flat_s"))


FAMILY = Family(signal="heart_rate", subject_kind="activity", table="records", rows=activity_rows, measure=measure)
HAS_VALUE = pl.col("beat_bpm").is_not_null()


def find_range(rows: pl.DataFrame) -> Finding:
    """A heart rate below 30 or above 230 bpm. Zero is a missing value, not a low one."""
    return row_segments(
        rows,
        (pl.col("beat_bpm") < LOWEST.number) | (pl.col("beat_bpm") > HIGHEST.number),
        assessable=HAS_VALUE,
        severity="unusable",
        worst=pl.col("beat_bpm"),
        evidence="{} bpm",
    )


def find_jump(rows: pl.DataFrame) -> Finding:
    """Heart rate changes by more than 10 bpm a second, or 25 bpm within 5 s; back within 4 min, all of it fails.

    For each second beyond 5 s it may be 2 bpm more; values more than 10 s apart or across a pause are not compared.
    """
    return row_segments(
        rows,
        pl.col("is_jump"),
        assessable=pl.col("bpm_step_s") <= JUMP_STEP_S.number,
        severity="doubtful",
        worst=pl.col("beat_bpm"),
        evidence="jumps to {} bpm",
    )


def find_spike(rows: pl.DataFrame) -> Finding:
    """Heart rate leaves the median around it by more than 15 bpm, steeply, and is back within 10 s.

    Steeply is 3 bpm a second somewhere on the way. Needs a value every 2 s.
    """
    return row_segments(
        rows,
        pl.col("spike_bpm").abs() > SPIKE.number,
        assessable=HAS_VALUE & (pl.col("usual_step_s") <= SPIKE_STEP_S.number),
        severity="doubtful",
        worst=pl.col("spike_bpm"),
        evidence="{} bpm away from the values around",
    )


def find_dropout(rows: pl.DataFrame) -> Finding:
    """No heart rate for more than 5 s, and for more than three of the device's usual steps, while moving.

    A device that stores heart rate every few seconds passes, and so does a silence in a pause.
    """
    limit = pl.max_horizontal(pl.lit(DROPOUT_S.number), DROPOUT_STEPS.number * pl.col("usual_step_s"))
    has_any = HAS_VALUE.any().over("subject_id")
    return row_segments(
        rows,
        (pl.col("silent_s") > limit) & pl.col("is_moving") & has_any,
        assessable=HAS_VALUE & pl.col("usual_step_s").is_not_null(),
        severity="doubtful",
        worst=pl.col("silent_s"),
        evidence="no heart rate for {} s",
    )


def find_flatline(rows: pl.DataFrame) -> Finding:
    """The same heart rate for 90 s while moving is doubtful, for 180 s unusable. Standing still in a pause passes."""
    return row_segments(
        rows,
        pl.col("flat_s") >= FLAT_S.number,
        assessable=HAS_VALUE & pl.col("is_moving"),
        severity=pl.when(pl.col("flat_s") >= FLAT_LONG_S.number).then(pl.lit("unusable")).otherwise(pl.lit("doubtful")),
        worst=pl.col("flat_s"),
        evidence="the same value for {} s",
    )


def _check(name: str, find: Callable[[pl.DataFrame], Finding], thresholds: tuple[Threshold, ...]) -> Check:
    return Check(
        name=name,
        version=2 if name in {"hr_jump", "hr_spike"} else 1,
        family=FAMILY,
        severity="unusable" if name == "hr_range" else "doubtful",
        purposes=PURPOSES,
        thresholds=thresholds,
        consequence=LEFT_OUT,
        remedy=SENSOR,
        why_not=NO_HEART_RATE,
        find=find,
    )


HR_RANGE = _check("hr_range", find_range, (LOWEST, HIGHEST))
HR_JUMP = _check("hr_jump", find_jump, (JUMP, JUMP_TOTAL, JUMP_LATER, JUMP_STEP_S, JUMP_BACK_S, JUMP_BACK_BPM))
HR_SPIKE = _check("hr_spike", find_spike, (SPIKE, SPIKE_S, SPIKE_STEP_S, SPIKE_SLOPE))
HR_DROPOUT = _check("hr_dropout", find_dropout, (DROPOUT_S, DROPOUT_STEPS, MOVING_M_PER_S))
HR_FLATLINE = _check("hr_flatline", find_flatline, (FLAT_S, FLAT_LONG_S, MOVING_M_PER_S))
