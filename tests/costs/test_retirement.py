from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.costs.retirement import WEEKS_WITHOUT_GAIN, retired, standings
from pipelines.models.verdicts import measured

FIRST = date(2026, 1, 5)


def history(*bounds: tuple[int, float | None], model: str = "gru", version: int = 1) -> pl.DataFrame:
    """Verdicts on so many days after the first, with the lower end of the gain."""
    rows = [
        {
            "task": "t",
            "model": model,
            "model_version": version,
            "evaluation_date": FIRST + timedelta(days=day),
            "gain_lower_fraction": lower,
        }
        for day, lower in bounds
    ]
    return pl.DataFrame(rows, schema_overrides={"gain_lower_fraction": pl.Float64})


@pytest.mark.parametrize(("last_day", "count"), [(27, 0), (28, 1), (29, 1)])
def test_a_rung_without_gain_is_retired_after_four_weeks(last_day, count):
    found = retired(history((0, -0.1), (14, 0.0), (last_day, -0.02)))

    assert WEEKS_WITHOUT_GAIN == 4
    assert found.height == count


@pytest.mark.parametrize(("lower", "count"), [(0.0, 1), (-0.01, 1), (0.001, 0)])
def test_one_gain_on_the_way_keeps_it(lower, count):
    assert retired(history((0, -0.1), (14, lower), (28, -0.02))).height == count


def test_a_gain_at_the_end_brings_it_back_and_one_long_ago_does_not_save_it():
    came_back = history((0, -0.1), (28, -0.1), (35, 0.01))
    long_ago = history((0, 0.05), (7, -0.1), (35, -0.1))

    assert retired(came_back).height == 0
    assert retired(long_ago).row(0, named=True)["since_date"] == FIRST + timedelta(days=7)
    assert retired(long_ago).row(0, named=True)["verdict_count"] == 2


def test_a_verdict_without_an_interval_says_nothing_either_way():
    assert retired(history((0, -0.1), (14, None), (28, -0.1))).row(0, named=True)["verdict_count"] == 2
    assert retired(history((0, -0.1), (28, None))).height == 0
    assert retired(history((0, None), (28, None))).height == 0


def test_a_new_version_begins_anew_and_rungs_do_not_count_for_each_other():
    found = retired(pl.concat([history((0, -0.1)), history((28, -0.1), version=2), history((29, -0.1), model="ridge")]))

    assert found.is_empty()


def test_without_history_nothing_is_retired():
    assert retired(history((0, -0.1)).clear()).is_empty()


def judged_weekly(model: str, spread: float) -> pl.DataFrame:
    """Verdicts of five weeks on a model whose error has that spread, beside a rival whose error has a spread of 1."""
    rng = np.random.default_rng(4)
    days = pl.DataFrame({"day_date": [FIRST + timedelta(days=day) for day in range(-60, 29)]})
    nights = days.join(pl.DataFrame({"athlete_id": [1, 2, 3, 4]}), how="cross").sort("athlete_id", "day_date")
    told = nights.with_columns(
        subject=pl.lit(""),
        target=pl.lit(0.0),
        estimate=pl.Series(rng.normal(0, spread, nights.height)),
        against=pl.Series(rng.normal(0, 1.0, nights.height)),
    )
    bounds = []
    for day in range(0, 29, 7):
        known = told.filter(pl.col("day_date") <= FIRST + timedelta(days=day))
        bounds.append((day, measured(known, 0.02, seed=1).lower_fraction))
    return history(*bounds, model=model)


def test_a_model_of_pure_noise_retires_itself_and_a_useful_one_survives():
    verdicts = pl.concat([judged_weekly("noise", 1.0), judged_weekly("useful", 0.6)])

    assert retired(verdicts)["model"].to_list() == ["noise"]


@pytest.mark.parametrize(
    ("bounds", "state", "since", "count"),
    [
        (((0, 0.05), (7, 0.02)), "on", 0, 2),
        (((0, 0.05), (7, -0.01), (14, -0.02)), "trial", 7, 2),
        (((0, -0.1), (27, -0.1)), "trial", 0, 2),
        (((0, -0.1), (14, -0.1), (30, -0.1), (31, -0.1)), "retired", 30, 4),
        (((0, -0.1), (28, -0.1), (35, 0.01)), "on", 35, 1),
        (((3, None),), "trial", 3, 1),
    ],
)
def test_a_rung_is_on_on_trial_or_retired_since_a_verdict(bounds, state, since, count):
    (found,) = standings(history(*bounds))

    assert (found.state, found.since_date, found.verdict_count) == (state, FIRST + timedelta(days=since), count)


def test_a_new_version_of_a_retired_rung_is_on_trial():
    (found,) = standings(pl.concat([history((0, -0.1), (28, -0.1)), history((29, -0.1), version=2)]))

    assert (found.model_version, found.state) == (2, "trial")
