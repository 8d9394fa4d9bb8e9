from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.models.effort_ridge import CENTRE, LEAST_EFFORT_COUNT, MODEL, estimate
from pipelines.models.efforts import FEATURES, RIEGEL_EXPONENT

FIRST_DAY = date(2025, 1, 1)


def efforts(*, count: int, effect_per_h: float, seed: int = 4) -> pl.DataFrame:
    """Efforts of one squad, whose time beyond the best one's falls with the running of four weeks, and noise."""
    rng = np.random.default_rng(seed)
    log_km = np.log(rng.choice([1.0, 5.0, 10.0], size=count))
    best = 7.0 + RIEGEL_EXPONENT * (log_km - np.log(5)) + rng.normal(0, 0.1, size=count)
    run_h = rng.uniform(5, 30, size=count)
    known = {
        "log_distance_km": log_km,
        CENTRE: best,
        "log_riegel_last_s": best + np.abs(rng.normal(0, 0.05, size=count)),
        "log_critical_speed_s": best + rng.normal(0.02, 0.03, size=count),
        "log_reference_mean_s": best - RIEGEL_EXPONENT * (log_km - np.log(5)) + 0.03,
        "reference_slope_per_year": rng.normal(0, 0.1, size=count),
        "effort_count": rng.integers(3, 12, size=count).astype(float),
        "days_since_effort": rng.integers(1, 60, size=count).astype(float),
        "run_7_h": run_h / 4,
        "run_28_h": run_h,
    }
    target = best + 0.1 - effect_per_h * run_h + rng.normal(0, 0.02, size=count)
    return pl.DataFrame(
        {
            "athlete_id": [1] * count,
            "day_date": [FIRST_DAY + timedelta(days=day) for day in range(count)],
            "target": target,
            "has_history": [True] * count,
            **known,
        }
    )


def error(estimates: np.ndarray, rows: pl.DataFrame) -> float:
    return float(np.abs(estimates - rows["target"].to_numpy()).mean())


def test_an_effect_of_running_is_found_where_the_laws_see_none():
    rows = efforts(count=300, effect_per_h=0.01)
    train, ahead = rows.head(150), rows.tail(150)

    told = estimate(train, ahead.drop("target"), 1)

    laws = [error(ahead[name].to_numpy(), ahead) for name in (CENTRE, "log_riegel_last_s", "log_critical_speed_s")]
    assert error(told, ahead) < 0.5 * min(laws)


def test_where_there_is_nothing_to_find_it_does_not_beat_the_law():
    rows = efforts(count=300, effect_per_h=0.0).with_columns(pl.col("target") - 0.1)
    train, ahead = rows.head(150), rows.tail(150)

    told = estimate(train, ahead.drop("target"), 1)

    law = error(ahead[CENTRE].to_numpy(), ahead)
    assert 0.99 * law < error(told, ahead) < 1.2 * law


@pytest.mark.parametrize(("count", "is_told"), [(LEAST_EFFORT_COUNT, True), (LEAST_EFFORT_COUNT - 1, False)])
def test_a_fit_takes_enough_efforts_with_a_history(count, is_told):
    rows = efforts(count=80, effect_per_h=0.01).with_columns(has_history=pl.int_range(pl.len()) < count)

    assert np.isfinite(estimate(rows, rows.drop("target"), 1)).all() == is_told


def test_an_input_that_is_not_known_counts_as_the_usual_one_and_no_past_effort_is_no_estimate():
    rows = efforts(count=80, effect_per_h=0.01).with_columns(reference_slope_per_year=pl.lit(None, dtype=pl.Float64))
    first = rows.drop("target").head(2).with_columns(pl.when(pl.int_range(pl.len()) > 0).then(CENTRE).alias(CENTRE))

    told = estimate(rows, first, 1)

    assert np.isnan(told).tolist() == [True, False]


def test_the_same_efforts_give_the_same_estimates():
    rows = efforts(count=60, effect_per_h=0.01)

    one, again = (estimate(rows, rows.drop("target"), seed) for seed in (1, 2))

    np.testing.assert_array_equal(one, again)


def test_it_reads_every_feature_of_the_task_and_does_no_other_one():
    assert set(MODEL.inputs) == set(FEATURES)
    assert MODEL.tasks == ("race_time",)
