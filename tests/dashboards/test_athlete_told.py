"""What people said, asked and tried stands before the curves; ground, frames and rings say what to doubt in them."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from dashboards import words
from dashboards.figures.lanes import RING_PX, lanes
from dashboards.marts import read_athlete
from dashboards.pages.athlete import athlete_page

TODAY = date(2026, 3, 31)


def ago(days):
    return TODAY - timedelta(days=days)


def _experiment(**given):
    row = {"experiment_id": "e1", "athlete_id": 1, "question": "Does a walk in the evening change the night?"}
    row |= {"condition_a": "walk", "condition_b": "no walk", "metric": "ln_rmssd", "method": "m", "reading": "night"}
    row |= {"device_id": "", "purpose": "hrv_day", "smallest_effect": 0.05, "unit": "ln_ms", "state": "answered"}
    row |= {"verdict": "raised", "words": "A raised RMSSD by 6 %.", "seed": 1, "week_count": 6, "pair_count": 8}
    row |= {"period_days": 1, "days": 16, "washout": 0, "lag_days": 1, "planned_on": ago(40), "start_date": ago(39)}
    row |= {"end_date": ago(2), "passed_count": 16, "told_count": 16, "dropped_count": 0, "late_count": 0}
    row |= {"estimate": 0.06, "lower": 0.01, "upper": 0.11, "adherence": 0.9, "power": 0.8, "results": []}
    return row | {"is_simulated": True, "source_file_id": "f", "definition_version": 1} | given


@pytest.fixture(scope="module")
def told(kept):
    """One athlete with words of two authors, answers, a question, an experiment, and days that are not usable."""
    squad = kept("empty")
    squad.athlete(1, "A", background="Came back in May.")
    squad.note(1, TODAY, "ill", "Felt heavy, must rest")
    squad.insert(
        "notes",
        [
            {"athlete_id": 1, "source_file_id": "g", "note_index": 9, "note_date": ago(1), "author": "Coach"}
            | {"kind": "note", "note": "Asked about school"}
        ],
    )
    answer = {"athlete_id": 1, "source_file_id": "g", "about_date": ago(1), "instrument": "session_rpe"}
    answer |= {"item": "rpe", "answer_value": 6.0, "scale_min": 0.0, "scale_max": 10.0}
    squad.insert("wellness_answers", [answer | {"answer_index": 0}])
    squad.question(1, "Tue 24 Mar: no run in the data")
    squad.insert("experiments", [_experiment()])
    squad.days(1, "ln_rmssd", {ago(day): 4.0 for day in range(30, 15, -1)})
    squad.days(1, "ln_rmssd", {ago(1): None, TODAY: None}, verdict="not_usable", grade="unusable")
    return squad


@pytest.fixture(scope="module")
def page(told):
    return athlete_page(read_athlete(told.con, 1), "coach-road.html")


def test_words_stand_before_curves_and_the_background_beside_them(page):
    order = [page.index(f'id="{name}"') for name in ("words", "card", "questions", "experiments", "weeks", "values")]
    assert order == sorted(order)
    assert words.lint(page) == []


def test_the_coach_s_notes_stand_apart_from_the_athlete_s_words(page):
    own = page[page.index('id="words"') : page.index('id="card"')]
    assert "Felt heavy" in own
    assert "Asked about school" not in own
    assert "Asked about school" in page


def test_how_they_felt_stands_open_with_its_scale(page):
    assert "<li>rpe 6 <small>session rpe, of 0 to 10</small></li>" in page


def test_an_open_question_has_its_place_and_the_way_to_answer(page):
    assert 'id="q-' in page
    assert "no run in the data" in page
    assert "<pre><code>wattworth answer " in page


def test_an_experiment_is_marked_as_one_and_states_its_difference_with_the_interval(page):
    assert '<li class="item" id="e-e1" data-experiment>' in page
    assert "A raised RMSSD by 6 %." in page
    assert "+6 % (+1 % to +12 %)" in page


def test_days_that_are_not_trusted_stand_on_grey_ground(told):
    shapes = [one for one in lanes(read_athlete(told.con, 1), TODAY)["layout"]["shapes"] if one["type"] == "rect"]

    assert [(one["x0"], one["x1"]) for one in shapes] == [(f"{ago(2)} 12:00", f"{TODAY} 12:00")]


def test_comparisons_that_are_paused_after_a_change_of_device_stand_in_a_frame(road):
    shapes = lanes(read_athlete(road.con, 5), TODAY)["layout"]["shapes"]

    frames = [one for one in shapes if one["type"] == "rect" and one["line"].get("dash") == "dash"]
    assert [(one["x0"], one["x1"]) for one in frames] == [(f"{ago(4)} 12:00", f"{TODAY} 12:00")]


def _restated(marts, **given):
    """The marts of the athlete with one restatement and no other."""
    row = {"athlete_id": 1, "restatement_index": 0, "metric": "ln_rmssd", "rule": "", "unit": "ln_ms"}
    row |= {"old_value": 3.9, "new_value": 4.0, "old_grade": "ok", "new_grade": "ok", "cause": "late_file"}
    row |= {"causes": [{"cause": "late_file", "detail": "beside a.txt"}]} | given
    schema = marts.restatements.schema
    return replace(marts, restatements=pl.DataFrame([{name: row.get(name) for name in schema}], schema=schema))


@pytest.mark.parametrize("is_restated", [False, True])
def test_a_value_that_changed_later_has_a_ring(told, is_restated):
    marts = read_athlete(told.con, 1)
    key = marts.observations.filter(observed_date=ago(20))["observation_id"][0]
    on = {"first_date": ago(20), "observed_date": ago(20)}
    changed = _restated(marts, what="value", restated_id=key if is_restated else "another", **on)

    rings = [trace for trace in lanes(changed, TODAY)["data"] if trace.get("marker", {}).get("size") == RING_PX]

    assert [ring["customdata"] for ring in rings] == ([[f"o-{key}"]] if is_restated else [])


def test_a_restated_range_says_both_ranges_and_the_cause(told):
    ends = {"old_lower_limit": 3.9, "old_upper_limit": 4.1, "new_lower_limit": 4.0, "new_upper_limit": 4.2}
    on = {"first_date": ago(20), "observed_date": TODAY}

    page = athlete_page(
        _restated(read_athlete(told.con, 1), what="usual_range", restated_id="r", **on, **ends), "c.html"
    )

    assert "usual range of RMSSD: <" in page
    assert "49\N{EN DASH}60 ms → 55\N{EN DASH}67 ms" in page
    assert "<li>a file came later: <span data-quoted>beside a.txt</span></li>" in page


@pytest.mark.parametrize(("back", "count"), [(-1, 1), (83, 1), (84, 0)])
def test_restated_ranges_are_read_that_touch_the_weeks_shown_even_beyond_the_data(kept, back, count):
    squad = kept("empty")
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", {TODAY: 4.0})
    row = {"restated_id": "r", "restatement_index": 0, "athlete_id": 1, "what": "usual_range", "metric": "ln_rmssd"}
    row |= {"first_date": ago(90), "observed_date": ago(back), "rule": "", "unit": "ln_ms", "cause": "late_file"}
    squad.insert("restatements", [row | {"causes": []}])

    assert read_athlete(squad.con, 1).restatements.height == count
