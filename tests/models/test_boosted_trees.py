import numpy as np
import polars as pl
import pytest
from sklearn import ensemble

from pipelines.models import boosted_trees
from pipelines.models.boosted_trees import LEAST_LEAF_MORNING_COUNT, LEAST_MORNING_COUNT, estimate


@pytest.mark.parametrize(("mornings_count", "is_told"), [(LEAST_MORNING_COUNT, True), (LEAST_MORNING_COUNT - 1, False)])
def test_a_fit_takes_enough_mornings(drifting, split, mornings_count, is_told):
    train, ahead = split(drifting(athlete_count=1, day_count=130, missing=0.0), 120)
    few = train.filter("has_history", pl.col("target").is_not_null()).tail(mornings_count)

    assert np.isfinite(estimate(few, ahead, 1)).all() == is_told


def test_with_fewer_mornings_than_two_leaves_no_tree_could_branch(drifting, split, monkeypatch):
    train, ahead = split(drifting(athlete_count=1, day_count=130, missing=0.0), 120)
    few = train.filter("has_history", pl.col("target").is_not_null()).tail(2 * LEAST_LEAF_MORNING_COUNT - 1)
    monkeypatch.setattr(boosted_trees, "LEAST_MORNING_COUNT", 0)

    over_mean = estimate(few, ahead, 1) - ahead["expanding_mean"].to_numpy()

    assert np.ptp(over_mean) < 1e-12


def test_a_threshold_that_a_straight_line_cannot_see_is_seen(squad, split):
    days = squad(athlete_count=6, day_count=170, missing=0.0, effect_per_h=0.0)
    hard = pl.col("moving_time_s").shift(1, fill_value=0.0).over("athlete_id") > 5400
    train, ahead = split(days.with_columns(pl.col("reading") - 0.5 * hard))

    told = estimate(train, ahead, 1) - ahead["expanding_mean"].to_numpy()

    hours = ahead["recorded_moving_1_h"].round().cast(pl.Int32).to_numpy()
    easy, middle, most = (told[hours == count].mean() for count in (0, 1, 2))
    assert abs(easy - middle) < 0.1
    assert middle - most > 0.35


def test_missing_inputs_are_handed_on_as_missing(drifting, split, monkeypatch):
    train, ahead = split(drifting(athlete_count=1, day_count=130), 120)
    handed = []

    class Noting(ensemble.HistGradientBoostingRegressor):
        def fit(self, x, y):
            handed.append(x)
            return super().fit(x, y)

    monkeypatch.setattr(ensemble, "HistGradientBoostingRegressor", Noting)
    estimate(train, ahead, 1)

    assert np.isnan(handed[0]).any()
