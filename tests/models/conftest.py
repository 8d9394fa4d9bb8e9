from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.models.features import DAY_COLUMNS, calendar, mornings

FIRST_DAY = date(2025, 10, 1)
TRAIN_DAYS = 140


@pytest.fixture
def squad() -> Callable[..., pl.DataFrame]:
    """Readings of a made-up squad: noise about each athlete's mean, lowered by yesterday's moving time."""

    def make(
        *, athlete_count: int = 8, day_count: int = 200, effect_per_h: float = 0.0, missing: float = 0.1, seed: int = 7
    ) -> pl.DataFrame:
        rng = np.random.default_rng(seed)
        frames = []
        for athlete_id in range(1, athlete_count + 1):
            moving_h = rng.choice([0.0, 1.0, 2.0], size=day_count)
            load = np.concatenate(([0.0], moving_h[:-1]))
            reading = rng.normal(4.0, 0.3) - effect_per_h * load + rng.normal(0, 0.1, size=day_count)
            reading[rng.random(day_count) < missing] = np.nan
            frames.append(
                pl.DataFrame(
                    {
                        "athlete_id": [athlete_id] * day_count,
                        "day_date": [FIRST_DAY + timedelta(days=day) for day in range(day_count)],
                        "era": [0] * day_count,
                        "reading": reading,
                        "companion": rng.normal(50, 3, size=day_count),
                        "moving_time_s": moving_h * 3600,
                    },
                    schema=DAY_COLUMNS,
                ).with_columns(pl.col("reading").fill_nan(None))
            )
        return pl.concat(frames)

    return make


@pytest.fixture
def drifting() -> Callable[..., pl.DataFrame]:
    """Readings of a made-up squad whose truth is known: a level that drifts, what is left of yesterday, and load."""

    def make(*, athlete_count: int = 8, day_count: int = 200, missing: float = 0.1, seed: int = 3) -> pl.DataFrame:
        rng = np.random.default_rng(seed)
        frames = []
        for athlete_id in range(1, athlete_count + 1):
            moving_h = rng.choice([0.0, 1.0, 2.0], size=day_count)
            shocks = rng.normal(0, 0.1, size=day_count)
            deviation = np.zeros(day_count)
            for day in range(1, day_count):
                deviation[day] = 0.5 * deviation[day - 1] + shocks[day]
            level = rng.normal(4.0, 0.3) + np.cumsum(rng.normal(0, 0.02, size=day_count))
            reading = level + deviation - 0.04 * np.concatenate(([0.0], moving_h[:-1]))
            reading[rng.random(day_count) < missing] = np.nan
            reading[60:67] = np.nan
            frames.append(
                pl.DataFrame(
                    {
                        "athlete_id": [athlete_id] * day_count,
                        "day_date": [FIRST_DAY + timedelta(days=day) for day in range(day_count)],
                        "era": [0] * day_count,
                        "reading": reading,
                        "companion": rng.normal(50, 3, size=day_count),
                        "moving_time_s": moving_h * 3600,
                    },
                    schema=DAY_COLUMNS,
                ).with_columns(pl.col("reading").fill_nan(None))
            )
        return pl.concat(frames)

    return make


@pytest.fixture
def split() -> Callable[..., tuple[pl.DataFrame, pl.DataFrame]]:
    """Readings as a model is handed them: the rows before the origin, and those after it without their targets."""

    def cut(days: pl.DataFrame, train_days: int = TRAIN_DAYS) -> tuple[pl.DataFrame, pl.DataFrame]:
        rows = mornings(calendar(days))
        origin = FIRST_DAY + timedelta(days=train_days)
        is_before = pl.col("day_date") < origin
        return rows.filter(is_before), rows.filter(~is_before).drop("target")

    return cut
