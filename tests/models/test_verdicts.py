from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.models import verdicts
from pipelines.models.verdicts import Comparison, Measured, Rung, by_interval, holm, judged, more_nights, verdict

FIRST_DAY = date(2025, 1, 1)
LEAST = 0.02
ATHLETES, NIGHTS = 6, 100


def rung(name: str, cpu_s: float | None, error: float, *, seed: int = 1, nights: int = NIGHTS, **more) -> Rung:
    """A rung whose errors have that spread; the best rival's is 1."""
    rng, truth = np.random.default_rng(seed), np.random.default_rng(0)
    height = ATHLETES * nights
    return Rung(
        name=name,
        job_id=name,
        cpu_s=cpu_s,
        nights=pl.DataFrame(
            {
                "athlete_id": np.repeat(np.arange(ATHLETES), nights),
                "day_date": [FIRST_DAY + timedelta(days=day) for day in range(nights)] * ATHLETES,
                "subject": "morning",
                "target": 0.0,
                "estimate": error * rng.standard_normal(height),
                "best_rival": truth.standard_normal(height),
            }
        ),
        best_rival="ewma",
        **more,
    )


def ladder(*rungs: Rung, is_simulated: bool = False) -> dict[str, Comparison]:
    ((*found,),) = judged([(rungs, LEAST)], is_simulated=is_simulated, seed=1)
    return {one.rung.name: one for one in found}


def compared(*, lower: float, upper: float, middle: float | None = None, **more) -> Comparison:
    measured = Measured(
        mean_absolute_error=1.0,
        against_mean_absolute_error=1.0,
        gain_fraction=(lower + upper) / 2 if middle is None else middle,
        lower_fraction=lower,
        upper_fraction=upper,
        p_value=0.001,
    )
    facts = {"athlete_count": 8, "night_count": 500, "adjusted_p_value": 0.01, "comparison_count": 1} | more
    one = Comparison(
        rung=rung("a", 1.0, 1.0, nights=1),
        against="ewma",
        against_job_id=None,
        athlete_count=0,
        night_count=0,
        smallest_gain_fraction=LEAST,
        measured=measured,
    )
    return replace(one, **facts)


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
    one = compared(lower=lower, upper=upper)

    assert verdict(one, is_simulated=False) == expected
    assert verdict(one, is_simulated=True) == {"worth it": "not evaluated on real athletes"}.get(expected, expected)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"athlete_count": 2}, "worth it"),
        ({"athlete_count": 1}, "undecided"),
        ({"night_count": 28}, "worth it"),
        ({"night_count": 27}, "undecided"),
        ({"adjusted_p_value": 0.05}, "worth it"),
        ({"adjusted_p_value": 0.051}, "undecided"),
        ({"adjusted_p_value": None}, "undecided"),
    ],
)
def test_too_few_athletes_or_nights_or_too_many_comparisons_decide_nothing(facts, expected):
    assert verdict(compared(lower=0.1, upper=0.3, **facts), is_simulated=False) == expected


def test_a_rung_without_gain_is_not_worth_it_and_one_with_gain_is():
    found = ladder(rung("noise", 1.0, 1.05, seed=2), rung("useful", 2.0, 0.8, seed=3))

    assert {name: one.verdict for name, one in found.items()} == {"noise": "not worth it", "useful": "worth it"}
    assert found["useful"].against == "ewma"


def test_a_dearer_rung_is_held_against_the_cheaper_one_that_was_worth_it():
    found = ladder(rung("dear", 50.0, 0.8, seed=4), rung("cheap", 1.0, 0.8, seed=3), rung("middle", 9.0, 0.6, seed=5))

    assert [one.rung.name for one in found.values()] == ["cheap", "middle", "dear"]
    assert [one.against for one in found.values()] == ["ewma", "cheap", "middle"]
    assert found["dear"].verdict == "not worth it"
    assert found["dear"].against_job_id == "middle"
    assert [one.is_on_frontier for one in found.values()] == [True, True, False]


def test_measured_cost_decides_who_is_held_against_whom():
    swapped = ladder(rung("dear", 0.5, 0.8, seed=4), rung("cheap", 1.0, 0.8, seed=3))
    unknown = ladder(rung("dear", None, 0.8, seed=4), rung("cheap", 1.0, 0.8, seed=3))

    assert swapped["cheap"].against == "dear"
    assert unknown["dear"].against == "cheap"


def test_on_simulated_athletes_a_gain_is_capped_and_still_stands_on_the_frontier():
    found = ladder(rung("cheap", 1.0, 0.8), rung("dear", 2.0, 0.8, seed=9), is_simulated=True)

    assert found["cheap"].verdict == "not evaluated on real athletes"
    assert found["dear"].against == "cheap"


def test_a_rung_that_looks_ahead_is_not_scored_and_nothing_is_held_against_it():
    found = ladder(rung("cheat", 1.0, 0.01, looks_ahead=True), rung("dear", 2.0, 0.8))

    assert (found["cheat"].verdict, found["cheat"].measured) == ("looks ahead", None)
    assert found["dear"].against == "ewma"
    assert found["dear"].comparison_count == 1


def test_only_nights_that_both_estimated_are_compared():
    cheap, dear = rung("cheap", 1.0, 0.8), rung("dear", 2.0, 0.7, seed=8)
    short = replace(dear, nights=dear.nights.filter(pl.col("day_date") < FIRST_DAY + timedelta(days=40)))

    assert ladder(cheap, short)["dear"].night_count == ATHLETES * 40


def test_without_a_night_nothing_is_decided_nor_counted():
    empty = replace(rung("none", 1.0, 0.8), nights=rung("none", 1.0, 0.8).nights.clear())

    found = ladder(empty, rung("dear", 2.0, 0.8))

    assert (found["none"].verdict, found["none"].more_night_count) == ("undecided", None)
    assert found["dear"].comparison_count == 1


def test_the_correction_goes_over_all_tasks():
    one_task = judged([([rung("a", 1.0, 0.9)], LEAST)], is_simulated=False, seed=1)
    two_tasks = judged([([rung("a", 1.0, 0.9)], LEAST)] * 2, is_simulated=False, seed=1)

    assert two_tasks[0][0].comparison_count == 2
    assert two_tasks[0][0].adjusted_p_value == pytest.approx(2 * one_task[0][0].adjusted_p_value)


def test_holm_multiplies_by_those_that_are_left_and_never_falls():
    assert holm([0.04, None, 0.01, 0.03]) == pytest.approx([0.06, None, 0.03, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]


@pytest.mark.parametrize(
    ("interval", "middle", "needed"),
    [
        ((-0.02, 0.10), 0.04, 500 * (0.06 / 0.02) ** 2 - 500),
        ((-0.06, 0.06), 0.00, 500 * (0.06 / 0.02) ** 2 - 500),
    ],
)
def test_more_nights_are_told_by_the_root_of_their_number(interval, middle, needed):
    told = more_nights(compared(lower=interval[0], upper=interval[1], middle=middle))

    assert told == pytest.approx(needed, abs=1)


def test_more_comparisons_need_more_nights_and_a_gain_at_the_limit_is_never_decided():
    few, many = (compared(lower=-0.02, upper=0.1, middle=0.04, comparison_count=count) for count in (1, 9))

    assert more_nights(many) > 2 * more_nights(few)
    assert more_nights(compared(lower=-0.1, upper=0.14, middle=LEAST + verdicts.LEAST_DISTANCE / 2)) is None
    assert more_nights(compared(lower=-0.1, upper=0.14, middle=LEAST + verdicts.LEAST_DISTANCE * 2)) is not None


def test_a_decided_rung_needs_no_more_nights():
    found = ladder(rung("noise", 1.0, 1.3, seed=2), rung("barely", 2.0, 0.9, seed=6, nights=30))

    assert found["noise"].more_night_count is None
    assert (found["barely"].verdict, found["barely"].more_night_count is not None) == ("undecided", True)


def test_an_interval_that_touches_the_limit_decides_nothing():
    counts = {"athlete_count": 8, "night_count": 500}

    assert by_interval(LEAST, 1.0, least=LEAST, **counts) == "undecided"
    assert by_interval(-1.0, LEAST, least=LEAST, **counts) == "undecided"
