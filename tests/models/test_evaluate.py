from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.models import evaluate
from pipelines.models.contract import Model
from pipelines.models.evaluate import Skill, rolling_origin, same_nights, skills, verdict
from pipelines.models.features import FEATURES, calendar, mornings, rival_mornings
from pipelines.models.naive import RIVALS
from pipelines.models.ridge import MODEL
from pipelines.models.task import KEY

FIRST_DAY = date(2025, 10, 1)


def against_best(days: pl.DataFrame, *, model: Model = MODEL) -> Skill:
    grid = calendar(days)
    estimates = rolling_origin(model, mornings(grid), seed=1)
    return skills(same_nights(estimates, rival_mornings(grid)), seed=1)[0]


def judged(skill: Skill, **facts: object) -> str:
    return verdict(skill, **({"athlete_count": 8, "night_count": 500, "is_simulated": False} | facts))  # type: ignore[arg-type]


def test_on_noise_the_ridge_is_not_worth_it(squad):
    skill = against_best(squad(effect_per_h=0.0, athlete_count=12))

    assert judged(skill) == "not worth it"


def test_an_effect_of_load_puts_the_whole_interval_above_zero(squad):
    skill = against_best(squad(effect_per_h=0.15))

    assert skill.lower_fraction > 0.2
    assert skill.lower_fraction < skill.skill_fraction < skill.upper_fraction
    assert judged(skill) == "worth it"


def test_on_simulated_athletes_worth_it_is_not_said(squad):
    skill = against_best(squad(effect_per_h=0.15))

    assert judged(skill, is_simulated=True) == "not evaluated on real athletes"


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (0.0201, 0.1, "worth it"),
        (0.0199, 0.1, "undecided"),
        (-0.1, 0.0201, "undecided"),
        (-0.1, 0.0199, "not worth it"),
    ],
)
def test_the_smallest_gain_worth_having_decides(lower, upper, expected):
    skill = Skill(
        rival="ewma",
        mean_absolute_error=1.0,
        rival_mean_absolute_error=1.0,
        skill_fraction=0.0,
        lower_fraction=lower,
        upper_fraction=upper,
    )

    assert judged(skill) == expected
    assert judged(skill, is_simulated=True) == {"worth it": "not evaluated on real athletes"}.get(expected, expected)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"athlete_count": 2}, "worth it"),
        ({"athlete_count": 1}, "undecided"),
        ({"night_count": 28}, "worth it"),
        ({"night_count": 27}, "undecided"),
    ],
)
def test_too_few_athletes_or_nights_decide_nothing(facts, expected):
    skill = Skill(
        rival="ewma",
        mean_absolute_error=1.0,
        rival_mean_absolute_error=2.0,
        skill_fraction=0.5,
        lower_fraction=0.4,
        upper_fraction=0.6,
    )

    assert judged(skill, **facts) == expected


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
