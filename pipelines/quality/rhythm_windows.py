"""The rhythm of each five minutes, judged before its beats: can it carry a figure of heart rate variability?

Frequent extra beats, alternation and irregular irregularity make RMSSD a figure of something else. The gate names no
condition and is no diagnosis: a window is clear, or its rhythm is not assessable for HRV. Healthy breathing swings,
even large ones, pass: they are predictable from beat to beat, and short beats are not followed by long pauses.

Tuned on clean simulated athletes (RMSSD up to 200 ms) and on public five-minute windows with expert beat labels.
"""

import numpy as np
import polars as pl

from pipelines.quality.contract import Threshold

TUNED = "engineering start value, between labelled clinical windows and simulated athletes"

FEWEST = Threshold(name="intervals of a window", number=45.0, unit="intervals", source="engineering start value")
ECTOPY = Threshold(
    name="early beats with a pause",
    number=0.05,
    unit="fraction of beats",
    source="engineering start value: 5 % corrected beats is the usual limit for time-domain HRV",
)
MARKED = Threshold(
    name="marked intervals",
    number=0.10,
    unit="fraction of intervals",
    source="engineering start value: both intervals of each of 5 % of beats",
)
MARKED_ECTOPY = Threshold(name="early beats where many are marked", number=0.03, unit="fraction of beats", source=TUNED)
ALTERNATION = Threshold(name="steps that turn at once", number=0.30, unit="fraction of steps", source=TUNED)
IRREGULARITY = Threshold(name="RMSSD over the median interval", number=0.17, unit="fraction", source=TUNED)
UNPREDICTED = Threshold(name="what neighbours do not predict", number=0.13, unit="fraction of the median", source=TUNED)
DISORDER = Threshold(
    name="disorder of a minute",
    number=0.20,
    unit="what neighbours do not predict, as a fraction of the median, and a quarter of the share of steps that turn",
    source="engineering start value, tuned on simulated athletes (seeds 999, 1001, 1002)",
)
PREMATURE = Threshold(name="early beats in an irregular window", number=0.15, unit="fraction of beats", source=TUNED)

EARLY = Threshold(
    name="early", number=0.88, unit="fraction of the local median and of the interval before", source=TUNED
)
EARLY_LEEWAY = Threshold(name="leeway of the interval before", number=1.05, unit="times its length", source=TUNED)
PAUSE = Threshold(name="pause after an early beat", number=0.30, unit="fraction of the local median", source=TUNED)
TURN = Threshold(name="smallest turn", number=0.12, unit="fraction of the local median", source=TUNED)
FEWEST_IN_MINUTE = Threshold(
    name="intervals of a minute", number=30.0, unit="intervals", source="engineering start value"
)

TURNS_IN_DISORDER = 0.25
"""Share of turning steps that counts towards the disorder of a minute."""

TO_SIGMA = 1.4826
FEW_BAD = 10  # marked intervals of a window; of a minute of 30 then 20 are good, and ten of them above the median
SLACK = 1e-6  # so that rounding never decides which windows are looked at
MINUTE_S = 60.0
MINUTE_PHASES_S = (0.0, 20.0, 40.0)

WORDS = "rhythm not assessable for HRV"


def rhythm_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `rhythm` (which of the three patterns, null when clear) and `is_rhythm_clear` to rows of beats.

    Needs subject_id, epoch, rr_ms, is_adjacent, reason, expected_ms and local_ms, in time order.
    A window with fewer than 45 intervals is not assessed: `rhythm_assessed` is false and its beats stand on their own.
    """
    features = rows.select("subject_id", "epoch", "at_s", *_beat_features())
    windows = features.group_by("subject_id", "epoch", maintain_order=True).agg(
        pl.len().alias("interval_count"),
        pl.col("rr_ms").median().alias("median_ms"),
        pl.col("bad").mean().alias("marked"),
        pl.col("ectopic").mean().alias("ectopic"),
        pl.col("early").mean().alias("early"),
        pl.col("turn").mean().alias("turns"),
        (pl.col("residual").median() * TO_SIGMA).alias("unpredicted"),
        pl.col("square").mean().sqrt().alias("rmssd"),
        _may_hold_irregular_minute().alias("may_be_irregular"),
    )
    minutes = _irregular_minutes(_of(features, windows))
    windows = windows.join(minutes, on=["subject_id", "epoch"], how="left", maintain_order="left")
    judged = windows.select(
        "subject_id",
        "epoch",
        (pl.col("interval_count") >= FEWEST.number).alias("rhythm_assessed"),
        pl.when(pl.col("interval_count") >= FEWEST.number).then(_pattern()).alias("rhythm"),
    )
    return rows.join(judged, on=["subject_id", "epoch"], how="left", maintain_order="left").with_columns(
        pl.col("rhythm").is_null().alias("is_rhythm_clear")
    )


def _may_hold_irregular_minute() -> pl.Expr:
    """Whether a window can hold a minute without order: the others need not be looked at minute by minute.

    A minute that counts has 30 intervals and more, of which half are at least as far from what is expected as their
    median, and no fewer turns than the window has. So the fifteenth largest distance of the window is as large.
    """
    half = int(FEWEST_IN_MINUTE.number) // 2
    shortest = pl.col("rr_ms").min() * (1 - SLACK)
    far = pl.col("any_residual").top_k(half).min() * TO_SIGMA
    turns = TURNS_IN_DISORDER * (pl.col("turn").sum() / FEWEST_IN_MINUTE.number).clip(0.0, 1.0)
    disorder = far > (DISORDER.number - turns) * shortest
    # Of the good intervals alone there are at least ten in a minute while the window has no more than ten marked ones.
    few_bad = pl.col("bad").sum() <= FEW_BAD
    good = pl.when(few_bad).then(pl.col("residual").top_k(FEW_BAD).min()).otherwise(pl.col("residual").max())
    scattered = good * TO_SIGMA > UNPREDICTED.number * shortest
    known = pl.col("any_residual").is_not_null().all() & pl.col("any_residual").is_not_nan().all()
    return (~(known & ~disorder & ~scattered.fill_null(value=False))).fill_null(value=True)


def _of(features: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """The features of the windows that may be irregular; all of them where a series' clock has windows come again."""
    key = [pl.col(name).ne_missing(pl.col(name).shift()) for name in ("subject_id", "epoch")]
    if features.height and features.select(pl.any_horizontal(key)).to_series().sum() != windows.height:
        return features
    counts, may = windows["interval_count"].to_numpy(), windows["may_be_irregular"].to_numpy()
    return features.filter(pl.Series(np.repeat(may, counts)))


def _irregular_minutes(features: pl.DataFrame) -> pl.DataFrame:
    """One row per window: has_irregular_minute, because what lasts two minutes drowns in five.

    Minutes overlap and begin every 20 s, so that a minute and a half without order holds a whole one wherever it lies.
    In a minute without order the detector marks what is furthest off, so that what is left looks calmer than it was:
    the disorder of all its intervals, marked ones too, is asked as well.
    """
    phases = [
        features.with_columns(((pl.col("at_s") + phase_s) // MINUTE_S).alias("minute"), pl.lit(phase_s).alias("phase"))
        for phase_s in MINUTE_PHASES_S
    ]
    minutes = (
        pl.concat(phases)
        .group_by("subject_id", "epoch", "phase", "minute", maintain_order=True)
        .agg(
            pl.len().alias("interval_count"),
            pl.col("rr_ms").median().alias("median_ms"),
            (pl.col("residual").median() * TO_SIGMA).alias("unpredicted"),
            (pl.col("any_residual").median() * TO_SIGMA).alias("any_unpredicted"),
            pl.col("turn").mean().alias("turns"),
            pl.col("square").mean().sqrt().alias("rmssd"),
        )
    )
    disorder = pl.col("any_unpredicted") / pl.col("median_ms") + TURNS_IN_DISORDER * pl.col("turns")
    scattered = (
        (pl.col("rmssd") / pl.col("median_ms") > IRREGULARITY.number)
        & (pl.col("unpredicted") / pl.col("median_ms") > UNPREDICTED.number)
    ).fill_null(value=False)
    irregular = (pl.col("interval_count") >= FEWEST_IN_MINUTE.number) & (scattered | (disorder > DISORDER.number))
    return minutes.group_by("subject_id", "epoch", maintain_order=True).agg(
        irregular.fill_null(value=False).any().alias("has_irregular_minute")
    )


def _beat_features() -> list[pl.Expr]:
    """What each interval says of the rhythm, from itself and its two neighbours where they are adjacent."""
    rr, local = pl.col("rr_ms"), pl.col("local_ms")
    both = pl.col("is_adjacent") & pl.col("is_adjacent").shift(-1, fill_value=False)
    step, next_step = rr - rr.shift(), rr.shift(-1) - rr
    bad = pl.col("reason").is_not_null()
    early = (rr < EARLY.number * pl.min_horizontal(local, EARLY_LEEWAY.number * rr.shift())) & (
        next_step - step > PAUSE.number * local
    )
    is_cut = (pl.col("reason") == "rr_extra").fill_null(value=False)  # two short ones that make one: nothing came early
    turn = (step * next_step < 0) & (pl.min_horizontal(step.abs(), next_step.abs()) > TURN.number * local)
    pair = pl.col("is_adjacent") & ~bad & ~bad.shift(fill_value=True)
    return [
        rr,
        bad.alias("bad"),
        ((pl.col("reason") == "rr_ectopic").fill_null(value=False) / 2).alias("ectopic"),
        (both & early & ~is_cut).fill_null(value=False).alias("early"),
        (both & turn).fill_null(value=False).alias("turn"),
        pl.when(~bad).then((rr - pl.col("expected_ms")).abs()).alias("residual"),
        (rr - pl.col("expected_ms")).abs().alias("any_residual"),
        pl.when(pair).then(step**2).alias("square"),
    ]


def _pattern() -> pl.Expr:
    """The first pattern that the figures of a window show; null when none does."""
    frequent = (pl.col("ectopic") > ECTOPY.number) | (
        (pl.col("marked") > MARKED.number) & (pl.max_horizontal("ectopic", "early") > MARKED_ECTOPY.number)
    )
    relative = pl.col("rmssd") / pl.col("median_ms")
    irregular = (relative > IRREGULARITY.number) & (
        (pl.col("unpredicted") / pl.col("median_ms") > UNPREDICTED.number) | (pl.col("early") > PREMATURE.number)
    )
    return (
        pl.when(pl.col("turns") > ALTERNATION.number)
        .then(pl.lit("alternation"))
        .when(frequent)
        .then(pl.lit("frequent early beats"))
        .when(irregular | pl.col("has_irregular_minute"))
        .then(pl.lit("irregular"))
    )
