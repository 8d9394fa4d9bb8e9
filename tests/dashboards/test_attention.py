from datetime import date, timedelta

import pytest

from dashboards.attention import LOOK_LIMIT, decide
from dashboards.marts import read_squad

TODAY = date(2026, 3, 31)


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


def decided(squad):
    return decide(read_squad(squad.con, "Road"))


def test_each_athlete_of_the_squad_stands_in_its_place(road):
    attention = decided(road)

    assert [row[0].athlete_id for row in attention.look] == [1]
    assert {quiet.athlete_id for quiet in attention.quiet} == {2, 3}
    assert {little.athlete_id for little in attention.too_little} == {4, 5}
    assert [problem.athlete_id for problem in attention.problems] == [3]
    assert [change.athlete_id for change in attention.device_changes] == [5]


def test_a_row_says_how_long_and_how_ordinary_it_is(road):
    look = decided(road).look[0][0]

    assert (look.side, look.outside_day_count, look.day_count) == ("lower", 3, 7)
    assert look.observed_date == TODAY
    assert (look.earlier_held_count, look.earlier_day_count) == (1, 38)


# The usual range is 3.95 to 4.05 with spread 0.05 and an expected error of 0.025.
@pytest.mark.parametrize(("value", "place"), [(3.92, "look"), (3.93, "near_edge"), (3.96, "quiet")])
def test_only_what_lies_beyond_the_range_by_more_than_its_error_is_worth_a_look(squad, value, place):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd", until=2) | {day(0): value, day(1): value})

    attention = decided(squad)

    found = {"look": attention.look, "near_edge": attention.near_edge, "quiet": attention.quiet}
    assert [name for name, rows in found.items() if rows] == [place]


@pytest.mark.parametrize(("outside", "is_shown"), [((0, 1), True), ((0, 2), True), ((0,), False), ((3, 4, 5), False)])
def test_it_has_to_hold_on_two_of_the_last_three_days(squad, outside, is_shown):
    squad.athlete(1, "A")
    values = squad.steady(1, "ln_rmssd") | {day(back): 3.7 for back in outside}
    squad.days(1, "ln_rmssd", values)

    assert bool(decided(squad).look) is is_shown


def test_days_on_both_sides_are_no_lasting_difference(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd") | {day(0): 3.7, day(1): 4.3})

    assert decided(squad).look == ()


@pytest.mark.parametrize("other", [{"verdict": "not_usable"}, {"baseline_day_count": 13}, {"expected_error": None}])
def test_values_that_cannot_carry_a_comparison_are_never_worth_a_look(squad, other):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", {day(back): 3.5 for back in range(5)}, **other)

    assert decided(squad).look == ()


def test_the_page_has_room_for_four_athletes_and_folds_the_others_in_order(squad):
    for athlete_id in range(1, 7):
        squad.athlete(athlete_id, f"A{athlete_id}")
        squad.days(athlete_id, "ln_rmssd", {day(back): 3.8 - 0.01 * athlete_id for back in range(5)})

    attention = decided(squad)

    assert [row[0].athlete_id for row in attention.look] == [6, 5, 4, 3]
    assert len(attention.look) == LOOK_LIMIT
    assert [row[0].athlete_id for row in attention.further] == [2, 1]


def test_two_devices_that_say_the_same_are_told_once(squad):
    squad.athlete(1, "A")
    low = {day(back): 3.7 for back in range(5)}
    squad.days(1, "ln_rmssd", low)
    squad.days(1, "ln_rmssd", dict.fromkeys(low, 3.6), device="other")

    rows = decided(squad).look

    assert [len(row) for row in rows] == [1]
    assert rows[0][0].observed_value == 3.6


def test_metrics_of_one_athlete_stand_in_one_row(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", {day(back): 3.7 for back in range(5)})
    squad.days(1, "resting_heart_rate", {day(back): 60.0 for back in range(5)})

    assert [[look.metric for look in row] for row in decided(squad).look] == [["resting_heart_rate", "ln_rmssd"]]


@pytest.mark.parametrize(
    ("cause", "words"), [("excused", "a note or answer says why"), ("not_known", "cause not known")]
)
def test_a_gap_has_a_cause_only_where_one_is_known(squad, cause, words):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd"))
    squad.athlete(2, "B")
    squad.days(2, "ln_rmssd", squad.steady(2, "ln_rmssd", until=9))
    squad.note(2, TODAY, "note", "words of her own")
    gap = {"athlete_id": 2, "signal": "night", "start_date": day(8), "end_date": day(0), "day_count": 9}
    squad.insert("gaps", [{**gap, "cause": cause, "is_open": True, "evidence": "", "definition_version": 1}])

    (little,) = decided(squad).too_little

    assert little.why == f"no data for 9 days, since Sun 22 Mar; {words}"


def test_a_squad_without_data_has_a_page_that_says_so(squad):
    squad.athlete(1, "A")

    attention = decided(squad)

    assert [little.why for little in attention.too_little] == ["no data at all yet"]


@pytest.mark.parametrize(("usable_days", "is_paused"), [(13, True), (14, False)])
def test_comparisons_are_paused_until_fourteen_usable_days(squad, usable_days, is_paused):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd", until=usable_days))
    new = {day(back): 4.0 for back in range(usable_days)}
    squad.days(1, "ln_rmssd", new, device="new", segment_start_date=min(new))

    changes = decided(squad).device_changes

    assert bool(changes) is is_paused
    assert all(change.usable_day_count == usable_days for change in changes)


@pytest.mark.parametrize(
    ("verdict", "check", "is_listed"),
    [
        ("not_usable", "rr_missed", True),
        ("not_assessable", "rr_missed", False),
        ("not_usable", "nothing_to_measure", False),
    ],
)
def test_what_could_not_be_assessed_or_computed_is_no_problem_of_measurement(squad, verdict, check, is_listed):
    squad.athlete(1, "A")
    reasons = [{"check_name": check, "share_fraction": 1.0}]
    squad.days(1, "ln_rmssd", {TODAY: 4.0}, grade="doubtful", verdict=verdict, reasons=reasons)

    assert bool(decided(squad).problems) is is_listed


@pytest.mark.parametrize(("reading", "is_shown"), [("morning", True), ("spot", False)])
def test_readings_taken_at_any_hour_are_held_against_no_other_day(squad, reading, is_shown):
    squad.athlete(1, "A")
    values = squad.steady(1, "ln_rmssd") | {day(0): 3.7, day(1): 3.7}
    squad.days(1, "ln_rmssd", values, reading=reading)

    assert bool(decided(squad).look) is is_shown


@pytest.mark.parametrize(("reading", "is_listed"), [("morning", True), ("spot", False)])
def test_a_spot_reading_that_fell_short_is_nobodys_to_mend(squad, reading, is_listed):
    squad.athlete(1, "A")
    reasons = [{"check_name": "reading_length", "share_fraction": 1.0}]
    squad.days(1, "ln_rmssd", {day(0): 3.9}, reading=reading, grade="doubtful", reasons=reasons)

    assert bool(decided(squad).problems) is is_listed
