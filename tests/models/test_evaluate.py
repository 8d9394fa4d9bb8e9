from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.models import evaluate
from pipelines.models.catalogue import tasks
from pipelines.models.contract import Model
from pipelines.models.evaluate import (
    Skill,
    athlete_held_out,
    coach_error,
    rolling_origin,
    same_nights,
    skills,
)
from pipelines.models.features import FEATURES, calendar, mornings, rival_mornings
from pipelines.models.naive import RIVALS
from pipelines.models.ridge import MODEL
from pipelines.models.task import KEY

FIRST_DAY = date(2025, 10, 1)


def against_best(days: pl.DataFrame, *, model: Model = MODEL) -> Skill:
    grid = calendar(days)
    estimates = rolling_origin(model, mornings(grid), seed=1)
    return skills(same_nights(estimates, rival_mornings(grid)), seed=1)[0]


def test_an_effect_of_load_puts_the_whole_interval_above_zero(squad):
    skill = against_best(squad(effect_per_h=0.15))

    assert skill.lower_fraction > 0.2
    assert skill.lower_fraction < skill.skill_fraction < skill.upper_fraction


def test_the_best_rival_comes_first_and_has_the_smallest_skill(squad):
    grid = calendar(squad())
    found = skills(same_nights(rolling_origin(MODEL, mornings(grid), seed=1), rival_mornings(grid)), seed=1)

    errors = [skill.rival_mean_absolute_error for skill in found]
    assert {skill.rival for skill in found} == set(RIVALS)
    assert errors == sorted(errors)
    assert found[0].skill_fraction == min(skill.skill_fraction for skill in found)


def test_a_fit_never_sees_the_mornings_it_estimates_nor_later_ones(squad):
    known = mornings(calendar(squad(athlete_count=2, missing=0.0)))
    seen = []

    def remember(train, ahead, seed):  # noqa: ARG001
        seen.append((train, ahead))
        return np.zeros(ahead.height)

    rolling_origin(replace(MODEL, estimate=remember), known, seed=1)

    first = known["day_date"].min()
    for fit, (train, ahead) in enumerate(seen):
        origin = first + timedelta(days=evaluate.FIRST_ORIGIN_DAYS + fit * evaluate.REFIT_DAYS)
        later = known.filter(pl.col("day_date") >= origin)
        assert train.equals(known.filter(pl.col("day_date") < origin))
        assert ahead.equals(later.filter(pl.col("day_date") < origin + timedelta(days=28)).drop("target"))
    assert len(seen) == 6


def test_a_held_out_athlete_is_no_part_of_the_fit_and_keeps_the_past_as_features(squad):
    known = mornings(calendar(squad(athlete_count=5, day_count=160, missing=0.0)))
    seen = []

    def remember(train, ahead, seed):  # noqa: ARG001
        seen.append((train, ahead))
        return np.zeros(ahead.height)

    estimates = athlete_held_out(replace(MODEL, estimate=remember), known, seed=1)

    first = known["day_date"].min()
    for train, ahead in seen:
        assert not set(train["athlete_id"]) & set(ahead["athlete_id"])
        assert ahead["day_date"].min() == first
        assert "target" not in ahead.columns
    assert len(seen) == 2 * 4  # two origins, four groups of five athletes
    assert not estimates.select(KEY).is_duplicated().any()
    assert estimates.height == known.filter(pl.col("day_date") >= first + timedelta(days=56)).height


def test_without_the_athlete_the_ridge_keeps_what_all_athletes_share(squad):
    grid = calendar(squad(effect_per_h=0.15))

    nights = same_nights(athlete_held_out(MODEL, mornings(grid), seed=1), rival_mornings(grid))

    assert skills(nights, seed=1)[0].lower_fraction > 0.2


def test_an_error_is_told_in_the_coach_s_unit():
    nights = pl.DataFrame({"target": [np.log(50.0), np.log(50.0)], "estimate": [np.log(55.0), np.log(45.0)]})
    units = {task.name: coach_error(nights, "estimate", task.coach_unit) for task in tasks()}

    assert units["next_morning_ln_rmssd"] == pytest.approx(10.0)
    assert units["race_time"] == pytest.approx(5.0)
    assert units["next_morning_resting_heart_rate"] == pytest.approx(np.log(55 / 45) / 2)


def test_history_counts_from_the_start_of_the_era(squad):
    days = squad(athlete_count=1, day_count=60, missing=0.0)
    changed = days.with_columns(era=pl.when(pl.col("day_date") < FIRST_DAY + timedelta(days=30)).then(0).otherwise(1))

    known = mornings(calendar(changed))

    assert known["has_history"].to_list() == ([False] * 14 + [True] * 16) * 2
    assert known["lag_1"][30] is None
    assert known["recorded_moving_7_h"].equals(mornings(calendar(days))["recorded_moving_7_h"])


def test_all_are_scored_on_the_same_nights(squad):
    grid = calendar(squad(missing=0.5))
    rivals = rival_mornings(grid)
    night = rivals.filter(pl.col("rolling_mean_7").is_null(), pl.col("target").is_not_null()).tail(1)

    nights = same_nights(rivals.select(*KEY, pl.lit(4.0).alias("estimate")), rivals)

    assert nights.join(night, on=["athlete_id", "day_date"], how="semi").is_empty()
    assert nights.null_count().sum_horizontal().item() == 0


def test_the_same_seed_draws_the_same_interval(squad):
    days = squad(athlete_count=3, day_count=120)

    assert against_best(days) == against_best(days)


def test_the_interval_is_wider_with_fewer_athletes(squad):
    few, many = (against_best(squad(effect_per_h=0.15, athlete_count=count)) for count in (2, 16))

    assert few.upper_fraction - few.lower_fraction > many.upper_fraction - many.lower_fraction


def test_without_a_night_there_is_no_skill(squad):
    grid = calendar(squad(day_count=30))

    estimates = rolling_origin(MODEL, mornings(grid), seed=1)

    assert estimates.is_empty()
    assert skills(same_nights(estimates, rival_mornings(grid)), seed=1) == ()


def test_the_rung_takes_exactly_the_features_and_has_a_card():
    assert MODEL.inputs == FEATURES
    assert "Not for" in MODEL.card
