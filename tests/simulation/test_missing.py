from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipelines.observations.questions import question_id
from pipelines.simulation.calendar import Block
from pipelines.simulation.lives import Life, lives
from pipelines.simulation.missing import missing, shown
from pipelines.simulation.roster import ROSTER
from pipelines.simulation.said import said

LAST = date(2026, 11, 15)  # a Sunday, on which everybody has a long run
WATCH = next(member for member in ROSTER if member.morning is None)
STRAP = next(member for member in ROSTER if member.morning is not None)


def life_of(member, cause, *, is_noted=False, has_plan=False, answer="") -> Life:
    block = Block(cause=cause, days_back=21, day_count=7, is_noted=is_noted, answer=answer)
    lived = replace(member, blocks=(block,), has_plan=has_plan)
    (life,) = lives(seed=4, squad=(lived,), day_count=60, last_date=LAST)
    return life


def told(life: Life, signal: str) -> set[tuple[str, bool]]:
    days = {LAST - timedelta(days=back) for back in range(15, 22)}
    return {(one.cause, one.has_trace) for one in missing(life) if one.signal == signal and one.day in days}


@pytest.mark.parametrize(
    ("cause", "is_noted", "expected"),
    [
        ("not_worn", False, ("not_worn", True)),
        ("not_synced", False, ("not_synced", True)),
        ("travel", True, ("excused", True)),
        ("travel", False, ("not_worn", True)),
        ("file_failed", False, ("file_failed", True)),
    ],
)
def test_a_watch_leaves_a_trace_of_every_cause(cause, is_noted, expected):
    assert told(life_of(WATCH, cause, is_noted=is_noted), "hrv") == {expected}


@pytest.mark.parametrize(("cause", "is_noted", "has_trace"), [("not_worn", False, False), ("ill", True, True)])
def test_a_strap_says_nothing_of_days_it_lay_in_a_drawer(cause, is_noted, has_trace):
    assert {trace for _, trace in told(life_of(STRAP, cause, is_noted=is_noted), "hrv")} == {has_trace}


def test_a_run_left_out_is_missing_and_nothing_else_is():
    life = life_of(WATCH, "run_left_out")

    assert told(life, "training") == {("worn_no_training", True)}
    assert told(life, "hrv") == set()


def test_days_without_a_planned_run_are_missing_only_where_a_plan_says_so():
    planned, unplanned = (life_of(WATCH, "run_left_out", has_plan=has_plan) for has_plan in (True, False))

    assert ("rest_planned", True) in told(planned, "training")
    assert ("rest_planned", True) not in told(unplanned, "training")


def test_patterns_by_construction_are_named():
    squad = lives(seed=4, squad=ROSTER, day_count=60, last_date=LAST)

    held = {life.member.folder: shown(life) for life in squad if shown(life)}

    assert sorted(name for names in held.values() for name in names) == [
        "best_effort",
        "easier_pace",
        "fatigue_pattern",
        "pacing_drift",
        "sleep_shortfall",
    ]
    assert len(held) == 4


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("life", "excused"), ("device", "excused"), ("other", "worn_no_training"), ("", "worn_no_training")],
)
def test_an_answer_that_says_why_excuses_the_days_it_was_given_for(answer, expected):
    life = life_of(WATCH, "run_left_out", answer=answer)

    assert told(life, "training") == {(expected, True)}


def test_an_answer_has_the_name_its_question_has():
    life = life_of(WATCH, "not_synced", answer="device")

    answer, *marks = said(life)

    assert answer.id == question_id(life.member.folder, "night", LAST - timedelta(days=21))
    assert (answer.about_date, answer.answer) == (LAST - timedelta(days=21), "device")
    assert [(row.kind, row.answer) for row in marks] == [("rpe", "5"), ("feel", "4")]
