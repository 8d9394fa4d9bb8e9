import re
from datetime import date, timedelta

import pytest

from dashboards.figures.strip import DAYS, MARKS, TALLEST_S, sample, strip

TODAY = date(2026, 3, 31)
NOTHING = {"coverage": [], "gaps": [], "observations": [], "changes": [], "last": TODAY}


def covered(back=0, *, trained=False, cause=None):
    on = TODAY - timedelta(days=back)
    return {"data_date": on, "has_activity": trained, "gap_cause": cause}


def gap(signal, cause, *, start=0, end=0):
    days = {"start_date": TODAY - timedelta(days=start), "end_date": TODAY - timedelta(days=end)}
    return {"signal": signal, "cause": cause, **days}


def seen(metric, *, back=0, value=3600.0, verdict="usable", grade="ok"):
    on = TODAY - timedelta(days=back)
    return {"metric": metric, "observed_date": on, "observed_value": value, "verdict": verdict, "grade": grade}


def paths(**given):
    drawn = strip(**NOTHING | given)
    return dict(re.findall(r'<path class="(\w)" d="([^"]+)"/>', drawn))


def test_nothing_at_all_is_drawn_as_weeks_alone():
    assert list(paths()) == ["w"]


@pytest.mark.parametrize(("verdict", "kind"), [("usable", "b"), ("not_usable", "h")])
def test_training_is_a_bar_and_hollow_where_it_is_not_usable(verdict, kind):
    found = paths(coverage=[covered(trained=True)], observations=[seen("moving_time", verdict=verdict)])

    assert kind in found
    assert ({"b", "h"} - {kind}).isdisjoint(found)


def test_a_bar_grows_with_the_time_and_stops_at_its_full_height():
    def bar(seconds):
        drawn = paths(coverage=[covered(trained=True)], observations=[seen("moving_time", value=seconds)])["b"]
        return int(drawn.rpartition("v-")[2])

    assert bar(600.0) < bar(TALLEST_S) == bar(2 * TALLEST_S)


@pytest.mark.parametrize(("grade", "kind"), [("ok", "d"), ("doubtful", "h")])
def test_a_night_is_a_dot_when_ok_and_a_ring_when_not(grade, kind):
    assert kind in paths(observations=[seen("ln_rmssd", grade=grade)])


@pytest.mark.parametrize("cause", MARKS)
def test_every_cause_of_an_empty_day_has_a_mark_of_its_own(cause):
    marks = paths(coverage=[covered(cause=cause)])["g"]

    assert MARKS[cause] in marks
    assert list(MARKS.values()).count(MARKS[cause]) == 1
    assert MARKS[cause] in sample(cause)


def test_a_missing_session_stands_in_the_lane_of_sessions_on_each_of_its_days():
    found = paths(coverage=[covered(back) for back in range(3)], gaps=[gap("training", "worn_no_training", start=2)])

    assert found["g"].count(" 17" + MARKS["worn_no_training"]) == 3


def test_nothing_planned_is_nothing_missing():
    assert "g" not in paths(coverage=[covered()], gaps=[gap("training", "rest_planned")])


def test_what_was_measured_after_all_carries_no_mark():
    assert "g" not in paths(observations=[seen("sleep_duration")], gaps=[gap("hrv", "not_worn")])


@pytest.mark.parametrize(("back", "is_drawn"), [(DAYS - 1, True), (DAYS, False)])
def test_only_six_weeks_are_drawn(back, is_drawn):
    drawn = paths(observations=[seen("ln_rmssd", back=back)], changes=[TODAY - timedelta(days=back)])

    assert ("d" in drawn, "c" in drawn) == (is_drawn, is_drawn)


def test_a_listener_hears_how_many_days_and_why():
    drawn = strip(**NOTHING | {"coverage": [covered(cause="not_worn"), covered(1, cause="not_worn")]})

    assert (
        'role="img" aria-label="42 days: training on 0 days, night values ok on 0 days, device not worn: 2 days"'
        in drawn
    )
