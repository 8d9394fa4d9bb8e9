import math
from datetime import date

import pytest

from wattworth.model_in_words import error, left_out, quality, results, rivals, task_state, verdict


def row(**more: object) -> dict[str, object]:
    return {
        "model": "ridge",
        "coach_error": 13.2,
        "rival_coach_error": 15.0,
        "coach_unit": "s",
        "mean_absolute_error": math.log(1.01),
        "rival_mean_absolute_error": math.log(1.02),
        "unit": "log_s",
        "skill_fraction": 0.06,
        "skill_lower_fraction": -0.01,
        "skill_upper_fraction": 0.13,
        "held_out_skill_fraction": None,
        "held_out_skill_lower_fraction": None,
        "held_out_skill_upper_fraction": None,
        "against": "riegel_best",
        "gain_fraction": 0.06,
        "gain_lower_fraction": -0.01,
        "gain_upper_fraction": 0.13,
        "adjusted_p_value": 0.25,
        "verdict": "undecided",
        "more_night_count": 1200,
        "cpu_s": 0.5,
        "night_count": 90,
        "athlete_count": 8,
        "left_out_count": 10,
        "left_out_fraction": 0.1,
    } | more


def test_a_race_error_is_told_in_seconds_and_percent_and_others_in_the_coach_s_unit_alone():
    assert error(13.2, "s", math.log(1.01), "log_s") == "13.2 s, 1 %"
    assert error(0.84, "bpm", 0.84, "bpm") == "0.84 bpm"
    assert error(None, None, None, None) == "-"


def test_a_model_is_one_line_and_what_was_not_tried_is_a_dash():
    (line,) = results([row()])

    assert line == (
        "ridge",
        "13.2 s, 1 %",
        "15 s, 2 %",
        "+6.0 % (-1.0 to +13.0)",
        "-",
        "riegel_best",
        "+6.0 % (-1.0 to +13.0)",
        "0.250",
        "undecided (1,200 more nights would tell)",
        "0.50",
        "-",
    )


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"state": "on"}, "on since 2026-11-02"),
        (
            {"state": "retired", "night_count": 3, "cpu_s": 12.04},
            "retired since 2026-11-02, left out on 3 nights: 12 CPU-s saved",
        ),
        (
            {"state": "retired", "night_count": 1},
            "retired since 2026-11-02, left out on 1 night: what that saved is not known",
        ),
    ],
)
def test_how_a_rung_stands_on_the_schedule_is_told_since_when_and_what_it_saved(state, expected):
    nothing = {"since_date": date(2026, 11, 2), "night_count": 0, "cpu_s": None}

    (line,) = results([row()], {"ridge": nothing | state})

    assert line[-1] == expected


def test_a_task_says_what_can_be_scored_or_why_nothing():
    told = {"task": "race_time", "why_not": "", "scorable_count": 1}

    assert task_state(told) == "1 hard run can be scored"
    assert task_state(told | {"why_not": "5 hard runs, none of them so"}) == (
        "nothing can be scored: 5 hard runs, none of them so"
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"verdict": None, "model": "gone"}, "nothing could be scored"),
        ({"night_count": 0}, "nothing could be scored: a fit needs one morning with history"),
        ({"verdict": "looks ahead", "night_count": 0}, "looks ahead"),
        ({"verdict": "worth it", "more_night_count": None}, "worth it"),
        ({}, "undecided (1,200 more nights would tell)"),
    ],
)
def test_a_verdict_says_how_many_nights_would_tell(told, expected):
    assert verdict(row(**told)) == expected


def test_every_rival_stands_there_the_best_first():
    lines = rivals([row(rival="riegel_last", rival_mean_absolute_error=0.05), row(rival="critical_speed")])

    assert [line[0] for line in lines] == ["critical_speed", "riegel_last"]


@pytest.mark.parametrize(("share", "expected"), [(0.1, "usable (10.0 %)"), (None, "usable")])
def test_the_share_left_out_is_said_where_there_is_one(share, expected):
    assert left_out(row(left_out_fraction=share)).endswith(expected)


def test_what_quality_was_worth_is_told_on_the_same_nights():
    told = row(night_count=1417, spoiled_count=9, usable_coach_error=8.0, all_coach_error=8.4, coach_unit="bpm")
    told |= {"usable_mean_absolute_error": 8.0, "all_mean_absolute_error": 8.4, "unit": "bpm"}

    assert quality([told]) == [("ridge", "1,417", "9", "8 bpm", "8.4 bpm", "+6.0 % (-1.0 to +13.0)")]
