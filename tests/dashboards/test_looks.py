from datetime import date, timedelta

import pytest

from dashboards.looks import look_of, series_of
from dashboards.marts import of_athletes

TODAY = date(2026, 3, 31)


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


def look(squad, metric="ln_rmssd"):
    observations = of_athletes(squad.con, "mart_observations", [1])
    return look_of(series_of(observations), metric, squad.latest(1))


def test_a_look_says_how_long_and_how_ordinary_it_is(road):
    found = look(road)

    assert (found.side, found.outside_day_count, found.day_count) == ("lower", 3, 7)
    assert found.observed_date == TODAY
    assert (found.earlier_held_count, found.earlier_day_count) == (1, 38)


# The usual range is 3.95 to 4.05 with spread 0.05 and an expected error of 0.025.
@pytest.mark.parametrize(("value", "is_found"), [(3.92, True), (3.93, False), (4.08, True), (4.07, False)])
def test_only_what_lies_beyond_the_range_by_more_than_its_error_is_outside(squad, value, is_found):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd", until=2) | {day(0): value, day(1): value})

    assert bool(look(squad)) is is_found


@pytest.mark.parametrize(("outside", "is_found"), [((0, 1), True), ((0, 2), True), ((0,), False), ((3, 4, 5), False)])
def test_it_has_to_hold_on_two_of_the_last_three_days(squad, outside, is_found):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd") | {day(back): 3.7 for back in outside})

    assert bool(look(squad)) is is_found


def test_days_on_both_sides_are_no_lasting_difference(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd") | {day(0): 3.7, day(1): 4.3})

    assert look(squad) is None


@pytest.mark.parametrize(
    "other", [{"verdict": "not_usable"}, {"baseline_day_count": 13}, {"expected_error": None}, {"reading": "spot"}]
)
def test_values_that_cannot_carry_a_comparison_describe_nothing(squad, other):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", {day(back): 3.5 for back in range(5)}, **other)

    assert look(squad) is None


def test_the_series_that_holds_most_of_the_observations_speaks(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", {day(back): 3.7 for back in range(5)})
    squad.days(1, "ln_rmssd", {day(back): 3.6 for back in range(2)}, device="other")

    assert look(squad).observed_value == 3.7
