"""Athletes whose mornings follow a known law, so that it is known beforehand whether load tells anything of them.

Fitness drifts, what is left of yesterday fades, illness comes and goes, every reading is noisy, and about a tenth are
missing in gaps. Only the effect of training on the next mornings differs between the worlds: in one there is none, and
a rung that lives on it has to lose. What does not belong here: exports; these are values of days as they are observed.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.models.contract import Matrix
from pipelines.models.features import DAY_COLUMNS

EFFECTS_PER_H = {"without": 0.0, "weak": 0.02, "strong": 0.08}
"""Fall of lnRMSSD (ln ms) per hour of load that is left: none, hardly visible in one night, and plain."""

FIRST_DAY = date(2024, 1, 1)

USUAL_H, REST_FRACTION, LOAD_SHAPE = (0.6, 1.6), 0.2, 3.0
"""Hours of an athlete's usual day of training, share of days without any, and shape of the spread about the usual."""
LOAD_LEFT = 0.6
"""Share of the load of one day that is left the next."""
DRIFT_LN_MS = 0.012
"""Spread of a day's step of fitness."""
LEFT_OF_YESTERDAY, SHOCK_LN_MS = 0.4, 0.07
NOISE_LN_MS = 0.09
ILLNESS_LN_MS, ILLNESS_DAYS, ILLNESSES_PER_YEAR = -0.25, 6, 2
MISSING_FRACTION, GAP_DAYS = 0.1, 3
"""Share of mornings without a reading, and mean length of a gap (days)."""
RESTING_BPM, BPM_PER_LN_MS, RESTING_NOISE_BPM = 50.0, -12.0, 1.5
"""Resting heart rate, its fall with lnRMSSD, and its own noise. Every constant here is an assumption of ours."""


@dataclass(frozen=True, kw_only=True)
class SquadSize:
    """How much is generated."""

    athlete_count: int
    day_count: int


FULL, QUICK = SquadSize(athlete_count=100, day_count=400), SquadSize(athlete_count=12, day_count=200)


def observed_days(size: SquadSize, *, effect_per_h: float, seed: int) -> pl.DataFrame:
    """One row per athlete and day in the columns of `DAY_COLUMNS`: lnRMSSD, resting heart rate, moving time.

    The same seed gives the same lives and noise under any effect.
    """
    rng = np.random.default_rng(seed)
    own_seeds = rng.integers(0, 2**63, size=size.athlete_count)
    athletes = [
        _athlete(number, size.day_count, effect_per_h, np.random.default_rng(own))
        for number, own in enumerate(own_seeds, start=1)
    ]
    return pl.concat(athletes)


def _athlete(number: int, day_count: int, effect_per_h: float, rng: np.random.Generator) -> pl.DataFrame:
    usual_h = rng.uniform(*USUAL_H)
    moving_h = np.where(
        rng.random(day_count) < REST_FRACTION, 0.0, rng.gamma(LOAD_SHAPE, usual_h / LOAD_SHAPE, size=day_count)
    )
    left_h = _carried_on(np.concatenate(([0.0], moving_h[:-1])), LOAD_LEFT)
    fitness = np.cumsum(rng.normal(0, DRIFT_LN_MS, size=day_count))
    deviation = _carried_on(rng.normal(0, SHOCK_LN_MS, size=day_count), LEFT_OF_YESTERDAY)
    latent = rng.normal(4.0, 0.35) + fitness + deviation + _illness(day_count, rng)
    latent -= effect_per_h * (left_h - left_h.mean())
    reading = latent + rng.normal(0, NOISE_LN_MS, size=day_count)
    resting = RESTING_BPM + BPM_PER_LN_MS * (latent - 4.0) + rng.normal(0, RESTING_NOISE_BPM, size=day_count)
    is_missing = _gaps(day_count, rng)
    columns = {
        "athlete_id": np.full(day_count, number),
        "day_date": [FIRST_DAY + timedelta(days=day) for day in range(day_count)],
        "era": np.zeros(day_count, dtype=np.int32),
        "reading": np.where(is_missing, np.nan, reading),
        "companion": np.where(is_missing, np.nan, resting),
        "moving_time_s": moving_h * 3600,
    }
    return pl.DataFrame(columns, schema=DAY_COLUMNS).with_columns(pl.col("reading", "companion").fill_nan(None))


def _carried_on(fresh: Matrix, left: float) -> Matrix:
    carried = np.zeros(len(fresh))
    for day, value in enumerate(fresh):
        carried[day] = value + (left * carried[day - 1] if day else 0.0)
    return carried


def _illness(day_count: int, rng: np.random.Generator) -> Matrix:
    fallen = np.zeros(day_count)
    for start in rng.integers(0, day_count, size=rng.poisson(ILLNESSES_PER_YEAR * day_count / 365)):
        fallen[start : start + ILLNESS_DAYS] = ILLNESS_LN_MS
    return fallen


def _gaps(day_count: int, rng: np.random.Generator) -> Matrix:
    is_missing = np.zeros(day_count, dtype=bool)
    starts = np.flatnonzero(rng.random(day_count) < MISSING_FRACTION / GAP_DAYS)
    for start, length in zip(starts, rng.geometric(1 / GAP_DAYS, size=len(starts)), strict=True):
        is_missing[start : start + length] = True
    return is_missing
