"""Heart rate that is the step rate: an optical sensor that counts strides in the place of heartbeats.

Closeness alone says nothing, because a runner at 170 bpm who takes 170 steps a minute is an ordinary runner. So
closeness only opens a gate, and evidence decides: heart rate that follows each change of cadence, or a rough trace that
was entered or left by a step. Levels are not correlated, as both are nearly constant.
"""

import numpy as np
import polars as pl

from pipelines.quality.activity_rows import ON_FOOT, activity_rows
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.every_second import on_seconds
from pipelines.quality.segments import row_segments
from pipelines.quality.sliding import Bools, Floats

MEASURED = "engineering start value, measured on 150 simulated runs with and without locks"

NEAR_SPM = Threshold(name="near the step rate", number=4.0, unit="steps/min", source=MEASURED)
NEAR_SHARE = Threshold(name="share of a minute near it", number=0.75, unit="fraction of 60 s", source=MEASURED)
TOGETHER = Threshold(
    name="moves with cadence", number=0.3, unit="correlation of changes, best of lags 0-6 s", source=MEASURED
)
TOGETHER_CHANCE = Threshold(
    name="beyond chance",
    number=4.0,
    unit="standard errors of a correlation of nothing (one over the root of the seconds)",
    source="engineering start value: a minute has seven lags to agree at by chance",
)
STEP_BPM = Threshold(name="step at an end", number=8.0, unit="bpm", source=MEASURED)
ROUGH_BPM = Threshold(
    name="rough",
    number=0.8,
    unit="bpm, standard deviation of changes over a second",
    source=f"{MEASURED}: a heart's own is 0.3-0.6",
)
ROUGH_SPARSE_BPM = Threshold(
    name="rough, between sparse values",
    number=1.3,
    unit="bpm, standard deviation of changes over a usual step",
    source="engineering start value, tuned on simulated runs (seed 4): a heart's own is 0.7 over 4 s",
)

WINDOW_S = Threshold(name="shortest lock", number=60.0, unit="s", source=MEASURED)
LATEST_S = Threshold(name="latest follow", number=6.0, unit="s", source="optical sensors show a change 5-30 s late")
EDGE_S = Threshold(name="step near an end", number=20.0, unit="s", source=MEASURED)
USUAL_STEP_S = Threshold(
    name="usual step", number=2.0, unit="s", source="engineering start value: sparser values are put on whole seconds"
)
SPARSEST_S = Threshold(
    name="sparsest step", number=5.0, unit="s", source="engineering start value: smart recording has 4 s"
)

RATIOS = (1.0, 0.5, 2.0, 2.0 / 3.0)
"""Heart rate over steps a minute that a sensor can lock to: steps, strides, both feet double, two of three."""

LOCKED = pl.Schema({"subject_id": pl.String(), "row_index": pl.Int32(), "lock_correlation": pl.Float64()})
"""What is said of a locked row."""

STEP_ROWS = 5  # means of so many values on either side make a step
BREAK_S = 10.0  # values further apart are not one stretch: no change is taken across them
STEPS_PER_STRIDE = 2.0  # cadence is stored per leg


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds can_lock (a value every five seconds of both, on foot, not a strap) and lock_correlation where it locks."""
    off_chest = (pl.col("heart_rate_source") != "strap").fill_null(value=True)
    both = (pl.col("heart_rate_bpm") > 0) & (pl.col("cadence_rpm") > 0) & ~pl.col("is_paused")
    wanted = rows.select(
        "subject_id",
        "row_index",
        "clock_s",
        "is_pause_step",
        pl.col("heart_rate_bpm").cast(pl.Float64).alias("bpm"),
        (STEPS_PER_STRIDE * pl.col("cadence_rpm").cast(pl.Float64)).alias("spm"),
        (both & off_chest & pl.col("sport").is_in(ON_FOOT) & pl.col("clock_s").is_not_null())
        .fill_null(value=False)
        .alias("is_wanted"),
    ).filter("is_wanted")
    values = _comparable(_with_runs(wanted))
    near = {ratio: _near(values, ratio) for ratio in RATIOS}
    lagged = _with_lags(values) if any(marks[1].any() for marks in near.values()) else values
    locked = pl.concat(
        [_locked(lagged, near=marks[0], inside=marks[1]) for marks in near.values() if marks[1].any()]
        or [pl.DataFrame(schema=LOCKED)]
    )
    best = locked.group_by("subject_id", "row_index").agg(pl.col("lock_correlation").max())
    able = values.select("subject_id", "row_index", pl.lit(value=True).alias("can_lock")).unique()
    keys = ["subject_id", "row_index"]
    return (
        rows.join(able, on=keys, how="left", maintain_order="left")
        .join(best.with_columns(pl.lit(value=True).alias("is_locked")), on=keys, how="left", maintain_order="left")
        .with_columns(pl.col("can_lock", "is_locked").fill_null(value=False))
    )


def _comparable(values: pl.DataFrame) -> pl.DataFrame:
    """The rows of activities with a value every five seconds, those of sparser than every two on whole seconds.

    Adds values_a_row: how many recorded values each row stands for; and the columns of `_with_changes`.
    """
    step = pl.col("clock_s").diff().over("run")
    usual = pl.when(step > 0).then(step).median().over("subject_id")
    spans = pl.col("clock_s").max().over("subject_id") - pl.col("clock_s").min().over("subject_id")
    values = values.with_columns(usual.alias("usual_s")).filter(spans >= WINDOW_S.number)
    values = values.filter(pl.col("usual_s") <= SPARSEST_S.number)
    is_dense = pl.col("usual_s") <= USUAL_STEP_S.number
    dense = values.filter(is_dense).with_columns(pl.lit(1.0).alias("values_a_row"))
    if dense.height == values.height:
        return _with_changes(dense)
    sparse = on_seconds(values.filter(~is_dense)).with_columns((1.0 / pl.col("usual_s")).alias("values_a_row"))
    return _with_changes(pl.concat([dense, sparse]).sort("run", "clock_s", maintain_order=True))


def _with_runs(values: pl.DataFrame) -> pl.DataFrame:
    """Adds run: unbroken in time."""
    new = (
        (pl.col("subject_id") != pl.col("subject_id").shift())
        | pl.col("is_pause_step")
        | (pl.col("clock_s") - pl.col("clock_s").shift() > BREAK_S)
    ).fill_null(value=True)
    return values.with_columns(new.cum_sum().alias("run"))


def _with_changes(values: pl.DataFrame) -> pl.DataFrame:
    """Adds step_s, change_bpm, change_spm, and jump_bpm."""
    step = (pl.col("clock_s") - pl.col("clock_s").shift()).over("run")
    ahead = pl.col("bpm").rolling_mean(STEP_ROWS).shift(1 - STEP_ROWS).over("run")
    behind = pl.col("bpm").rolling_mean(STEP_ROWS).shift(1).over("run")
    close = step <= USUAL_STEP_S.number
    return values.with_columns(
        pl.when(step > 0).then(step).alias("step_s"),
        pl.when(close).then(pl.col("bpm").diff().over("run")).alias("change_bpm"),
        pl.when(close).then(pl.col("spm").diff().over("run")).alias("change_spm"),
        (ahead - behind).abs().fill_null(0.0).alias("jump_bpm"),
    )


def _with_lags(values: pl.DataFrame) -> pl.DataFrame:
    """Adds change_spm_0 to _6: the change of the step rate so many rows earlier."""
    return values.with_columns(
        pl.col("change_spm").shift(lag).over("run").alias(f"change_spm_{lag}") for lag in _lags()
    )


def _lags() -> range:
    """How many seconds late an optical sensor may show a step."""
    return range(int(LATEST_S.number) + 1)


def _near(values: pl.DataFrame, ratio: float) -> tuple[Bools, Bools]:
    """Rows near one multiple of the step rate, and those inside a minute of which three quarters are."""
    away = values.select((pl.col("bpm") - ratio * pl.col("spm")).abs())["bpm"].to_numpy()
    near = np.asarray(away <= NEAR_SPM.number, dtype=np.bool_)
    runs = values["run"].to_numpy().astype(np.float64)
    return near, _near_for_a_minute(near, values["clock_s"].to_numpy(), runs)


def _locked(values: pl.DataFrame, *, near: Bools, inside: Bools) -> pl.DataFrame:
    """Rows of the stretches near one multiple of the step rate that the evidence calls a lock: LOCKED."""
    number = pl.struct(pl.lit(pl.Series(inside)), "run").rle_id()
    gated = (
        values.with_columns(number.alias("stretch"), pl.Series("near_s", near))
        .filter(pl.Series(inside))
        .with_columns(
            pl.col("clock_s").filter("near_s").min().over("stretch").alias("first_s"),
            pl.col("clock_s").filter("near_s").max().over("stretch").alias("last_s"),
        )
        .filter(pl.col("clock_s").is_between("first_s", "last_s"))
        # The step into the stretch is evidence of its own, not roughness within it.
        .with_columns(pl.when(pl.col("clock_s") > pl.col("first_s")).then("change_bpm").alias("change_bpm"))
    )
    correlations = [pl.corr("change_bpm", f"change_spm_{lag}").fill_nan(None).alias(f"lag_{lag}") for lag in _lags()]
    stretches = (
        gated.group_by("subject_id", "run", "stretch", "first_s", "last_s", maintain_order=True)
        .agg(
            *correlations,
            pl.col("change_bpm").std().alias("rough"),
            pl.col("values_a_row").sum().alias("count"),
            pl.col("values_a_row").first(),
        )
        .with_columns(pl.max_horizontal(f"lag_{lag}" for lag in _lags()).alias("lock_correlation"))
    )
    least = pl.max_horizontal(pl.lit(TOGETHER.number), TOGETHER_CHANCE.number / pl.col("count").sqrt())
    evident = (pl.col("lock_correlation") > least) | (
        (_step_at_an_end(stretches, values) >= STEP_BPM.number) & (pl.col("rough") > _rough_limit())
    )
    locks = stretches.filter(evident.fill_null(value=False)).select("stretch", "lock_correlation")
    return gated.join(locks, on="stretch").select("subject_id", "row_index", "lock_correlation")


def _rough_limit() -> pl.Expr:
    """What is rough (bpm a second): on whole seconds between sparse values a change is spread over the step."""
    sparse = ROUGH_SPARSE_BPM.number * pl.col("values_a_row")
    return pl.when(pl.col("values_a_row") < 1).then(sparse).otherwise(ROUGH_BPM.number)


def _near_for_a_minute(near: Bools, clock_s: Floats, run: Floats) -> Bools:
    """Rows inside some whole minute of an unbroken run of which three quarters are near."""
    if not len(near):
        return near
    axis = clock_s + 1e6 * run  # runs far apart on one axis
    if not near.any():
        return near
    first = np.arange(len(axis))
    end = np.searchsorted(axis, axis + WINDOW_S.number, side="left")
    whole = (end < len(axis)) & (run[np.minimum(end, len(axis) - 1)] == run)
    total = np.concatenate([[0], np.cumsum(near)])
    opened = whole & ((total[end] - total[first]) >= NEAR_SHARE.number * (end - first))
    edges = np.zeros(len(axis) + 1, dtype=np.int64)
    np.add.at(edges, first[opened], 1)
    np.add.at(edges, end[opened], -1)
    return np.asarray(np.cumsum(edges)[:-1] > 0, dtype=np.bool_)


def _step_at_an_end(stretches: pl.DataFrame, values: pl.DataFrame) -> pl.Series:
    """Largest step (bpm) of heart rate within 20 s of either end of each stretch."""
    axis = values["clock_s"].to_numpy() + 1e6 * values["run"].to_numpy()
    jump = values["jump_bpm"].to_numpy()
    found = np.zeros(stretches.height)
    for name in ("first_s", "last_s"):
        at = stretches[name].to_numpy() + 1e6 * stretches["run"].to_numpy()
        left, right = np.searchsorted(axis, at - EDGE_S.number), np.searchsorted(axis, at + EDGE_S.number, side="right")
        found = np.maximum(found, [jump[a:b].max(initial=0.0) for a, b in zip(left, right, strict=True)])
    return pl.Series("step", found, dtype=pl.Float64)


FAMILY = Family(signal="heart_rate", subject_kind="activity", table="records", rows=activity_rows, measure=measure)


def find_lock(rows: pl.DataFrame) -> Finding:
    """Heart rate stays within 4 of the step rate, half, double or two thirds of it, and evidence says it is no chance.

    For three quarters of a minute at least; and either it follows the changes of cadence within 6 s, or it is rough
    from second to second and a step of 8 bpm lies within 20 s of an end. Being near the step
    rate alone is no fault. Only on foot; a chest strap does not count steps and is not assessable.
    """
    return row_segments(
        rows,
        pl.col("is_locked"),
        assessable=pl.col("can_lock"),
        severity="doubtful",
        worst=pl.col("lock_correlation"),
        evidence="heart rate follows the step rate: correlation of changes {}",
    )


HR_CADENCE_LOCK = Check(
    name="hr_cadence_lock",
    version=2,
    family=FAMILY,
    severity="doubtful",
    purposes=("load", "hr_zones", "decoupling"),
    thresholds=(
        *(NEAR_SPM, NEAR_SHARE, WINDOW_S, TOGETHER, TOGETHER_CHANCE, LATEST_S, STEP_BPM, EDGE_S, ROUGH_BPM),
        *(USUAL_STEP_S, SPARSEST_S, ROUGH_SPARSE_BPM),
    ),
    consequence="These seconds are left out of mean heart rate, zones, load and decoupling.",
    remedy="Wear the watch tighter and a finger's width above the wrist, warm up, or use a chest strap.",
    why_not="a chest strap, not on foot, or no heart rate with cadence every five seconds",
    find=find_lock,
)
