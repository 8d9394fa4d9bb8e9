"""Checks on histories over stored tables: what a new earlier activity changes of later ones, and what it leaves."""

import polars as pl
import pytest

from pipelines.quality.effort import EFFORT_FACT
from pipelines.quality.histories import with_histories
from pipelines.tables import conform, empty

JUDGED = ("flags", "check_outcomes", "facts")
EFFORTS = [(3.0, 150.0)] * 8 + [(3.0, 185.0)]


def _scope(activity_ids):
    rows = [("activity", name, 1) for name in activity_ids]
    return pl.DataFrame(
        rows, schema={"subject_kind": pl.String, "subject_id": pl.String, "athlete_id": pl.Int32}, orient="row"
    )


def _part(frame, key, activity_ids, *, inside):
    return frame.filter(pl.col(key).is_in(activity_ids) == inside)


@pytest.fixture
def judged(make):
    """All nine runs judged in one go: activities, and what is stored of them."""
    history = make.history(EFFORTS)
    nothing = {name: empty(name) for name in JUDGED}
    everyone = history["activities"]["activity_id"].to_list()
    fresh = {**nothing, "facts": history["facts"]}
    found, _ = with_histories({**nothing, "activities": history["activities"]}, fresh, _scope(everyone))
    return history, found


def _of(found, name, activity_id):
    rows = found["check_outcomes"].filter(subject_id=activity_id, check_name=name)
    return rows["outcome"].to_list()


def test_the_ninth_run_is_held_against_the_eight_before(judged):
    _, found = judged

    assert _of(found, "hr_effort", "h008") == ["fail"]
    assert _of(found, "hr_effort", "h007") == ["not_assessable"]
    assert found["facts"].filter(fact=EFFORT_FACT)["fact_value"].to_list() == [17.5]


def test_a_late_file_of_an_early_run_has_a_later_one_judged_anew_with_all_its_rows(make):
    history = make.history(EFFORTS)
    late, others = ["h000"], [f"h{i:03d}" for i in range(1, 9)]
    other = {"athlete_id": 1, "subject_kind": "activity", "subject_id": "h008", "check_version": 1, "outcome": "pass"}
    kept = conform(pl.DataFrame([{**other, "check_name": "hr_range", "why": ""}]), "check_outcomes")
    known = {
        "activities": _part(history["activities"], "activity_id", late, inside=False),
        "flags": empty("flags"),
        "check_outcomes": empty("check_outcomes"),
        "facts": empty("facts"),
    }
    fresh = {
        **{name: empty(name) for name in JUDGED},
        "facts": _part(history["facts"], "subject_id", late, inside=False),
    }
    first, _ = with_histories(known, {**fresh, "check_outcomes": kept}, _scope(others))

    stored = {**first, "activities": history["activities"]}
    arriving = {
        **{name: empty(name) for name in JUDGED},
        "facts": _part(history["facts"], "subject_id", late, inside=True),
    }
    second, scope = with_histories(stored, arriving, _scope(late))

    assert _of(first, "hr_effort", "h008") == ["not_assessable"]
    assert _of(second, "hr_effort", "h008") == ["fail"]
    assert _of(second, "hr_range", "h008") == ["pass"]
    assert set(scope["subject_id"]) == {"h000", "h008"}
    assert second["facts"].filter(subject_id="h008").height == 4


def test_what_says_the_same_as_before_is_left_alone(judged):
    history, found = judged
    stored = {**found, "activities": history["activities"]}
    last = _part(history["facts"], "subject_id", ["h008"], inside=True)

    again, scope = with_histories(stored, {**{name: empty(name) for name in JUDGED}, "facts": last}, _scope(["h008"]))

    assert scope["subject_id"].to_list() == ["h008"]
    assert set(again["check_outcomes"]["subject_id"]) == {"h008"}
