from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.models.features import DAY_COLUMNS

FIRST_DAY = date(2025, 10, 1)


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
