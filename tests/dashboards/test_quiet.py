from datetime import date, timedelta

import pytest

from dashboards.marts import read_squad
from dashboards.quiet import the_others

TODAY = date(2026, 3, 31)


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


def others(squad, *seen):
    marts = read_squad(squad.con, "Road")
    return the_others(marts, marts.squad_date, frozenset(seen))


def test_every_other_athlete_is_quiet_or_too_little_known(road):
    quiet, too_little = others(road, 1)

    assert {one.athlete_id for one in quiet} == {2, 3}
    assert {one.athlete_id for one in too_little} == {4, 5}


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

    _, (little,) = others(squad)

    assert little.why == f"no data for 9 days, since Sun 22 Mar; {words}"


def test_a_squad_without_data_says_so_of_everybody(squad):
    squad.athlete(1, "A")

    _, too_little = others(squad)

    assert [little.why for little in too_little] == ["no data at all yet"]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"baseline_day_count": 13}, "13 of 14 usable days for a usual range"),
        ({"verdict": "not_usable"}, "nothing usable in the last 3 days; see measurement"),
        ({"verdict": "not_assessable"}, "nothing could be assessed in the last 3 days"),
    ],
)
def test_what_is_there_and_cannot_be_compared_says_why(squad, other, why):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", {day(back): 4.0 for back in range(5)}, **other)

    _, (little,) = others(squad)

    assert little.why == why
