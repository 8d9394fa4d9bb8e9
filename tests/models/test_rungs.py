"""What every rung promises of a morning's estimate, one test for all of them."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.models.catalogue import models
from pipelines.models.contract import Model
from pipelines.models.features import FEATURES, calendar, mornings, rival_mornings

TASK = "next_morning_ln_rmssd"
SEED = 5

RUNGS = [
    pytest.param(
        model,
        id=model.name,
        marks=pytest.mark.skipif(
            not model.is_installed, reason=f"{model.needs} is not installed: it comes with the extra `{model.extra}`"
        ),
    )
    for model in models()
    if TASK in model.tasks
]

every_rung = pytest.mark.parametrize("model", RUNGS)


def errors(model: Model, days: pl.DataFrame, parts: tuple[pl.DataFrame, pl.DataFrame]) -> dict[str, float]:
    """Mean absolute error of the model and of the rivals on the same mornings after the origin."""
    train, ahead = parts
    told = ahead.select("athlete_id", "day_date").with_columns(
        pl.Series("estimate", model.estimate(train, ahead, SEED)).fill_nan(None)
    )
    both = rival_mornings(calendar(days)).join(told, on=["athlete_id", "day_date"]).drop_nulls()
    assert both.height > 400
    columns = ["estimate", "persistence", "expanding_mean"]
    return both.select((pl.col(columns) - pl.col("target")).abs().mean()).row(0, named=True)


@every_rung
def test_the_same_seed_gives_the_same_estimates(model, drifting, split):
    train, ahead = split(drifting(athlete_count=2, day_count=150), 120)

    first, again = (model.estimate(train, ahead, SEED) for _ in range(2))

    np.testing.assert_array_equal(first, again)
    assert len(first) == ahead.height
    assert np.isfinite(first).all()


@every_rung
def test_an_estimate_uses_no_later_row_than_its_own(model, drifting, split):
    train, ahead = split(drifting(athlete_count=2, day_count=150), 120)
    turn = ahead["day_date"].min() + timedelta(days=10)
    is_later = pl.col("day_date") >= turn

    moved = ahead.with_columns(pl.when(is_later).then(pl.col(FEATURES) * 2 + 1).otherwise(pl.col(FEATURES)))
    told, after = (model.estimate(train, rows, SEED) for rows in (ahead, moved))

    later = ahead.select(is_later).to_series().to_numpy()
    np.testing.assert_array_equal(told[~later], after[~later])
    assert (told[later] != after[later]).all()


@every_rung
def test_a_reading_ahead_moves_the_morning_after_it(model, drifting, split):
    train, ahead = split(drifting(athlete_count=2, day_count=150, missing=0.0), 120)
    is_day = (pl.col("athlete_id") == 1) & (pl.col("day_date") == ahead["day_date"].min() + timedelta(days=10))

    lower = ahead.with_columns(pl.when(is_day).then(pl.col("lag_1") - 0.3).otherwise(pl.col("lag_1")).alias("lag_1"))
    change = model.estimate(train, lower, SEED) - model.estimate(train, ahead, SEED)

    assert change[10] < 0
    assert (change[:10] == 0).all()
    assert (change[ahead["athlete_id"].to_numpy() == 2] == 0).all()


@every_rung
def test_an_athlete_with_one_reading_or_none_harms_nobody(model, drifting, split):
    train, ahead = split(drifting(athlete_count=4, day_count=150, missing=0.0), 120)
    is_first = pl.col("day_date") == train["day_date"].min()
    single = train.filter(pl.col("athlete_id") == 1).with_columns(
        pl.when(is_first).then(pl.col("target")).alias("target"), pl.lit(5).cast(pl.Int32).alias("athlete_id")
    )
    silent = ahead.filter(pl.col("athlete_id") == 1).with_columns(
        *(pl.lit(None, dtype=pl.Float64).alias(name) for name in FEATURES if not name.startswith("recorded")),
        pl.lit(6).cast(pl.Int32).alias("athlete_id"),
        pl.lit(value=False).alias("has_history"),
    )

    told = model.estimate(pl.concat([train, single]), pl.concat([ahead, silent]), SEED)

    assert np.isfinite(told[: ahead.height]).all()
    assert np.isnan(told[ahead.height :]).all()


@every_rung
def test_a_squad_without_the_other_reading_and_without_activities_is_estimated(model, drifting, split):
    days = drifting(athlete_count=2, day_count=150)
    bare = days.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in ("companion", "moving_time_s"))
    train, ahead = split(bare, 120)

    assert train["companion_deviation"].null_count() == train.height
    assert np.isfinite(model.estimate(train, ahead, SEED)).all()


@every_rung
def test_an_athlete_held_out_of_the_fit_is_estimated_from_the_second_reading_on(model, drifting, split):
    days = drifting(athlete_count=5, day_count=140, missing=0.0)
    train, _ = split(days.filter(pl.col("athlete_id") < 5), 140)
    rows = mornings(calendar(days.filter(pl.col("athlete_id") == 5)))

    told = model.estimate(train, rows.drop("target"), SEED)

    assert np.isnan(told[0])
    assert np.isfinite(told[1:]).all()
    assert np.abs(told[1:] - rows["target"].drop_nulls().mean()).max() < 1


@every_rung
def test_on_a_drifting_level_it_beats_the_last_reading(model, drifting, split):
    days = drifting()

    found = errors(model, days, split(days))

    assert found["estimate"] < 0.95 * found["persistence"]


@every_rung
def test_on_noise_it_does_not_beat_the_mean(model, squad, split):
    days = squad(effect_per_h=0.0)

    found = errors(model, days, split(days))

    assert found["estimate"] > 0.995 * found["expanding_mean"]
    assert found["estimate"] < found["persistence"]


@every_rung
def test_without_a_morning_to_learn_from_there_is_no_estimate(model, drifting, split):
    train, ahead = split(drifting(athlete_count=1, day_count=30), 10)

    assert np.isnan(model.estimate(train, ahead, SEED)).all()
