from datetime import date, timedelta

import pytest

from dashboards.marts import of_athletes
from dashboards.measurement import device_changes, problems

TODAY = date(2026, 3, 31)
EVERYBODY = [1, 2, 3, 4, 5]


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


def changed(squad):
    return device_changes(of_athletes(squad.con, "mart_device_changes", EVERYBODY), TODAY)


def fallen_short(squad):
    return problems(of_athletes(squad.con, "mart_observations", EVERYBODY), TODAY)


def test_what_is_wrong_with_a_measurement_is_told_of_the_athlete_it_is_of(road):
    assert [problem.athlete_id for problem in fallen_short(road)] == [3]
    assert [change.athlete_id for change in changed(road)] == [5]


@pytest.mark.parametrize(("usable_days", "is_paused"), [(13, True), (14, False)])
def test_comparisons_are_paused_until_fourteen_usable_days(squad, usable_days, is_paused):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd", until=usable_days))
    new = {day(back): 4.0 for back in range(usable_days)}
    squad.days(1, "ln_rmssd", new, device="new", segment_start_date=min(new))

    found = changed(squad)

    assert bool(found) is is_paused
    assert all(change.usable_day_count == usable_days for change in found)


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

    assert bool(fallen_short(squad)) is is_listed


@pytest.mark.parametrize(("reading", "is_listed"), [("morning", True), ("spot", False)])
def test_a_spot_reading_that_fell_short_is_nobodys_to_mend(squad, reading, is_listed):
    squad.athlete(1, "A")
    reasons = [{"check_name": "reading_length", "share_fraction": 1.0}]
    squad.days(1, "ln_rmssd", {day(0): 3.9}, reading=reading, grade="doubtful", reasons=reasons)

    assert bool(fallen_short(squad)) is is_listed
