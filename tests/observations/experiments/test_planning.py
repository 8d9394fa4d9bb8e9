"""Plans: power from the athlete's own days, refusals, and what a plan is named by."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.observations.experiments.choose import POWER_NEEDED, Powered, Terms, best_design, designs, needed
from pipelines.observations.experiments.noise import HISTORY_DAYS, LEAST_VALUES, History, drawn_days, history, noise
from pipelines.observations.experiments.planning import Question, plan
from pipelines.observations.experiments.schedule import Design
from pipelines.observations.experiments.series import Series, chosen_series

UNTIL = date(2026, 4, 30)
FIRST = UNTIL - timedelta(days=99)
VALUES = 50.0 + np.random.default_rng(1).normal(0.0, 2.0, 100)
KNOWN = History(values=VALUES)
TERMS = Terms(effect=4.0, week_count=8, washout_days=2, lag_days=1, adherence=1.0)
ASKED = Question(
    athlete="robin",
    question="Does it?",
    condition_a="this",
    condition_b="that",
    metric="resting_heart_rate",
    smallest_effect=3.0,
    week_count=9,
    start=UNTIL + timedelta(days=1),
    planned_on=UNTIL,
)
SERIES = Series(
    method="m", reading="day", device_id="d",
    values=[(FIRST + timedelta(days=number), float(value)) for number, value in enumerate(VALUES)],
)  # fmt: skip


def _power(known: History, terms: Terms) -> float:
    best = best_design(known, terms, seed=1)
    assert best is not None
    return best.power


def test_power_grows_with_the_effect_and_with_time() -> None:
    powers = [_power(KNOWN, replace(TERMS, effect=effect)) for effect in (0.5, 2.0, 4.0)]

    assert powers == sorted(powers)
    assert powers[0] < 0.2
    assert powers[2] > 0.8
    assert _power(KNOWN, replace(TERMS, effect=2.0, week_count=12)) > powers[1] + 0.05


def test_days_not_done_and_days_without_a_value_cost_power() -> None:
    values = VALUES.copy()
    values[::9] = np.nan

    whole = _power(KNOWN, TERMS)

    assert _power(KNOWN, replace(TERMS, adherence=0.85)) < whole - 0.1
    assert _power(History(values=values), TERMS) < whole - 0.1


def test_the_stated_power_lies_in_its_monte_carlo_interval() -> None:
    best = best_design(KNOWN, TERMS, seed=1)

    assert best is not None
    assert best.lower < best.power < best.upper
    assert best.upper - best.lower < 0.05


@pytest.mark.parametrize(("power", "is_enough"), [(POWER_NEEDED, True), (POWER_NEEDED - 1e-6, False)])
def test_below_the_power_needed_it_is_not_begun(power: float, *, is_enough: bool) -> None:
    design = Design(pair_count=7, period_days=1, washout_days=2)

    assert Powered(design=design, power=power, lower=0.0, upper=1.0).is_enough is is_enough


@pytest.mark.parametrize(("weeks", "fits"), [(5, False), (6, True)])
def test_at_least_seven_pairs_have_to_fit_into_the_time(weeks: int, *, fits: bool) -> None:
    found = list(designs(weeks, 2))

    assert bool(found) is fits
    assert all(design.pair_count >= 7 and design.day_count <= 7 * weeks for design in found)


def test_what_a_refused_question_would_need_is_enough() -> None:
    asked = replace(TERMS, effect=1.0)

    found = needed(KNOWN, asked, seed=1)

    assert found.week_count is not None
    assert found.week_count > asked.week_count
    assert found.effect is not None
    assert _power(KNOWN, replace(asked, week_count=found.week_count + 2)) > POWER_NEEDED - 0.05
    assert _power(KNOWN, replace(asked, effect=found.effect)) > POWER_NEEDED - 0.08


def test_no_year_is_enough_for_next_to_nothing() -> None:
    assert needed(KNOWN, replace(TERMS, effect=0.05), seed=1).week_count is None


@pytest.mark.parametrize(("count", "is_told"), [(LEAST_VALUES, True), (LEAST_VALUES - 1, False)])
def test_too_few_own_days_give_no_power(count: int, *, is_told: bool) -> None:
    made = plan(ASKED, replace(SERIES, values=SERIES.values[-count:]), until=UNTIL, is_brief=True)

    assert (made.power is not None) is is_told
    assert made.refusal.startswith("Not answerable yet") is not is_told


def test_values_that_are_all_the_same_cannot_show_a_difference() -> None:
    flat = replace(SERIES, values=[(on, 50.0) for on, _ in SERIES.values])

    assert "all usable values are the same" in plan(ASKED, flat, until=UNTIL).refusal


def test_a_plan_holds_its_days_and_the_same_question_gives_the_same_plan() -> None:
    made = plan(ASKED, SERIES, until=UNTIL)

    assert made.refusal == ""
    assert made.days[0][0] == ASKED.start
    assert made.pair_count >= 7
    assert made == plan(ASKED, SERIES, until=UNTIL)
    assert made.experiment_id != plan(replace(ASKED, seed=1), SERIES, until=UNTIL).experiment_id


def test_a_refusal_is_a_plan_without_days_that_says_what_would_do() -> None:
    made = plan(replace(ASKED, smallest_effect=1.0), SERIES, until=UNTIL)

    assert made.days == ()
    assert made.refusal.startswith("Not answerable in 9 weeks: an effect of 1.0 bpm would be seen in ")
    assert "It would need about " in made.refusal
    assert "an effect of at least " in made.refusal


def test_the_history_ends_at_its_last_day_and_counts_days_without_a_value() -> None:
    far = UNTIL - timedelta(days=HISTORY_DAYS)
    found = history([(far, 1.0), (UNTIL - timedelta(days=9), 5.0), (UNTIL - timedelta(days=9), 7.0)], until=UNTIL)

    assert len(found.values) == 10
    assert (found.value_count, found.values[0]) == (1, 6.0)
    assert found.usable_share == 0.1


def _drawn(values: np.ndarray, *, lag: int) -> float:
    """How alike drawn days are that lie so far apart."""
    days = drawn_days(
        noise(History(values=values)), draw_count=400, day_count=60, first_weekday=0, rng=np.random.default_rng(1)
    )
    return float(np.corrcoef(days[:, :-lag].ravel(), days[:, lag:].ravel())[0, 1])


def test_days_to_come_last_as_long_as_those_there_were() -> None:
    rng = np.random.default_rng(4)
    lasting = [0.0]
    for _ in range(109):
        lasting.append(0.9 * lasting[-1] + float(rng.normal()))

    assert _drawn(np.array(lasting), lag=1) > 0.6
    assert abs(_drawn(rng.normal(0.0, 1.0, 110), lag=1)) < 0.2


def test_a_rhythm_of_the_week_is_drawn_on_its_weekday() -> None:
    values = np.tile([0.0, 0.0, 0.0, 0.0, 0.0, 6.0, 0.0], 16) + np.random.default_rng(2).normal(0.0, 1.0, 112)
    days = drawn_days(
        noise(History(values=values)), draw_count=200, day_count=14, first_weekday=3, rng=np.random.default_rng(1)
    )

    assert sorted(np.argsort(days.mean(axis=0))[-2:].tolist()) == [2, 9]


def test_the_series_with_most_recent_days_is_chosen_and_never_mixed() -> None:
    def rows(device: str, first: int, count: int) -> list[dict[str, object]]:
        return [
            {
                "method": "m", "reading": "day", "device_id": device, "observed_value": 50.0, "expected_error": 1.2816,
                "observed_date": UNTIL - timedelta(days=first + more),
            }
            for more in range(count)
        ]  # fmt: skip

    found = chosen_series([*rows("old", HISTORY_DAYS, 90), *rows("new", 0, 30), *rows("other", 5, 20)], until=UNTIL)

    assert found is not None
    assert (found.device_id, len(found.values), found.error_variance) == ("new", 30, pytest.approx(1.0))
    assert chosen_series([], until=UNTIL) is None
