"""Which days count, whether enough of them do, and which verdict the figures give."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.observations.experiments import sign_test
from pipelines.observations.experiments.days import (
    LATE_DAYS,
    NO_VALUE,
    NOT_TOLD,
    NOT_USABLE,
    OTHER_FIRMWARE,
    OTHERWISE,
    Day,
    Reading,
    Report,
    judged_days,
)
from pipelines.observations.experiments.outcome import outcome, verdict_of
from pipelines.observations.experiments.pairs import (
    IMBALANCE_P,
    Layout,
    differences,
    imbalance_p,
    is_too_much_dropped,
)
from pipelines.observations.experiments.schedule import Design, schedule
from pipelines.observations.experiments.sign_test import LEVEL

START = date(2026, 3, 2)
DAYS = schedule(Design(pair_count=8, period_days=2, washout_days=1), seed=4, start=START)
END = DAYS[-1].on + timedelta(days=1)
FIRST = DAYS[0]


def _reading(value: float = 50.0, *, is_usable: bool = True, firmware: str = "") -> Reading:
    return Reading(value=value, is_usable=is_usable, observation_id="", firmware=firmware)


Judge = Callable[..., tuple[Day, ...]]


@pytest.fixture
def judged() -> Judge:
    """Every day done and read with 60 under A and 50 under B, but for what is given."""

    def judge(
        *, reports: dict[date, Report | None] | None = None, readings: dict[date, Reading | None] | None = None,
        last_date: date | None = END,
    ) -> tuple[Day, ...]:  # fmt: skip
        told = {day.on: Report(on=day.on, did=day.condition, said_on=day.on) for day in DAYS if day.pair}
        lag = timedelta(days=1)
        noise = np.random.default_rng(1).normal(0.0, 1.0, len(DAYS))
        read = {
            day.on + lag: _reading((60.0 if day.condition == "A" else 50.0) + float(noise[number]))
            for number, day in enumerate(DAYS)
        }
        told = {on: one for on, one in {**told, **(reports or {})}.items() if one is not None}
        read = {on: one for on, one in {**read, **(readings or {})}.items() if one is not None}
        return judged_days(DAYS, told, read, lag_days=1, last_date=last_date)

    return judge


VALUE_DATE = FIRST.on + timedelta(days=1)
OTHER = {"A": "B", "B": "A"}[FIRST.condition]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"reports": {FIRST.on: None}}, NOT_TOLD),
        ({"reports": {FIRST.on: Report(on=FIRST.on, did=OTHER, said_on=None)}}, OTHERWISE),
        ({"reports": {FIRST.on: Report(on=FIRST.on, did="neither", said_on=None)}}, OTHERWISE),
        ({"readings": {VALUE_DATE: None}}, NO_VALUE),
        ({"readings": {VALUE_DATE: _reading(is_usable=False)}}, NOT_USABLE),
        ({"readings": {VALUE_DATE: _reading(firmware="2.0")}}, OTHER_FIRMWARE),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_day_that_does_not_count_says_why(given: dict[str, object], why: str, judged: Judge) -> None:
    days = judged(**given)

    assert (days[0].state, days[0].why_dropped) == ("dropped", why)
    assert days[-1].state == "kept"


def test_a_value_is_read_the_morning_after(judged: Judge) -> None:
    assert judged()[0].value_date == FIRST.on + timedelta(days=1)
    assert judged()[0].state == "kept"


def test_what_the_data_have_not_reached_is_ahead(judged: Judge) -> None:
    states = [day.state for day in judged(last_date=FIRST.on + timedelta(days=1))]

    assert states[0] == "kept"
    assert {state for state, day in zip(states[1:], DAYS[1:], strict=True) if day.pair} == {"ahead"}


@pytest.mark.parametrize(("days", "is_late"), [(LATE_DAYS, False), (LATE_DAYS + 1, True), (None, True)])
def test_a_word_that_came_late_or_without_a_date_is_counted(days: int | None, *, is_late: bool, judged: Judge) -> None:
    said_on = None if days is None else FIRST.on + timedelta(days=days)

    found = judged(reports={FIRST.on: Report(on=FIRST.on, did=FIRST.condition, said_on=said_on)})

    assert found[0].is_late is is_late


def test_the_value_itself_decides_nothing_about_whether_it_counts(judged: Judge) -> None:
    far_off = judged(readings={VALUE_DATE: _reading(1e6)})

    assert [day.state for day in far_off] == [day.state for day in judged()]


def _without(judged: Judge, count: int, *, of: str = "AB") -> tuple[Day, ...]:
    days = list(judged())
    left = count
    for number, day in enumerate(days):
        # the second day of a period: no pair is lost
        is_second = number > 0 and days[number - 1].condition == day.condition and day.pair
        if left and is_second and day.condition in of:
            days[number] = replace(day, state="dropped", why_dropped=NO_VALUE)
            left -= 1
    return tuple(days)


@pytest.mark.parametrize(("dropped", "is_told"), [(6, True), (7, False)])
def test_more_than_a_fifth_dropped_leaves_no_verdict(dropped: int, *, is_told: bool, judged: Judge) -> None:
    found = outcome(_without(judged, dropped), smallest_effect=1.0, seed=4)

    assert (found.tested is not None) is is_told
    assert ("more than a fifth" in found.why_not) is not is_told


def test_a_fifth_itself_is_not_too_much() -> None:
    assert not is_too_much_dropped(8, 40)
    assert is_too_much_dropped(9, 40)


def _spoiled(judged: Judge, condition: str, count: int) -> tuple[Day, ...]:
    days = list(judged())
    spoiled = [number for number, day in enumerate(days) if day.condition == condition][1::2][:count]
    for number in spoiled:
        days[number] = replace(days[number], state="dropped", why_dropped=NO_VALUE)
    return tuple(days)


@pytest.mark.parametrize(("of_a", "is_odd"), [(6, False), (7, True)])
def test_as_many_days_dropped_under_one_condition_only_are_told_from_chance(of_a: int, *, is_odd: bool) -> None:
    assert (imbalance_p(of_a, 0, 20) < IMBALANCE_P) is is_odd


def test_days_dropped_under_one_condition_only_leave_no_verdict(judged: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.observations.experiments.outcome.IMBALANCE_P", 0.05)

    uneven, even = (outcome(_spoiled(judged, "A", count), smallest_effect=1.0, seed=4) for count in (6, 4))

    assert "more unlike than chance makes them" in uneven.why_not
    assert even.why_not == ""


def test_days_dropped_alike_are_no_doubt() -> None:
    assert imbalance_p(0, 0, 20) == 1.0
    assert imbalance_p(3, 3, 20) == pytest.approx(1.0)


@pytest.mark.parametrize(("lost", "is_told"), [(2, True), (3, False)])
def test_fewer_than_six_whole_pairs_leave_no_verdict(lost: int, *, is_told: bool) -> None:
    days = schedule(Design(pair_count=8, period_days=1, washout_days=0), seed=4, start=START)
    gone = {
        day.on for pair in range(1, lost + 1) for day in days if day.pair == pair and day.condition == "AB"[pair % 2]
    }
    told = {day.on: Report(on=day.on, did=day.condition, said_on=day.on) for day in days if day.on not in gone}
    read = {day.on: _reading(60.0 if day.condition == "A" else 50.0 + day.on.day % 3) for day in days}
    found = outcome(judged_days(days, told, read, lag_days=0, last_date=days[-1].on), smallest_effect=1.0, seed=4)

    assert found.pair_count == 8 - lost
    assert (found.tested is not None) is is_told


def test_a_pair_is_the_mean_of_a_less_the_mean_of_b() -> None:
    layout = Layout(pair=np.array([0, 0, 0, 1, 1]), is_a=np.array([True, True, False, False, True]))

    found = differences(layout, np.array([[3.0, 5.0, 1.0, 2.0, np.nan]]))

    assert found[0, 0] == 3.0
    assert np.isnan(found[0, 1])


def test_the_planted_difference_comes_out_with_its_sign(judged: Judge) -> None:
    found = outcome(judged(), smallest_effect=2.0, seed=4)

    assert found.verdict == "raised"
    assert found.tested is not None
    assert found.tested.estimate == pytest.approx(10.0, abs=1.0)
    assert found.tested.lower < 10.0 < found.tested.upper


@pytest.mark.parametrize(
    ("p_value", "estimate", "lower", "upper", "verdict"),
    [
        (LEVEL, 1.0, 0.1, 2.0, "raised"),
        (LEVEL, -1.0, -2.0, -0.1, "lowered"),
        (LEVEL + 1e-6, 1.0, -0.1, 2.0, "not_answered"),
        (0.5, 0.1, -0.99, 0.99, "no_difference"),
        (0.5, 0.1, -0.99, 1.0, "not_answered"),
        (0.5, 0.1, -1.0, 0.99, "not_answered"),
    ],
)
def test_the_verdict_follows_p_value_and_interval(
    p_value: float, estimate: float, lower: float, upper: float, verdict: str
) -> None:
    figures = sign_test.Tested(estimate=estimate, lower=lower, upper=upper, p_value=p_value, coverage=0.95)

    assert verdict_of(figures, 1.0) == verdict
