"""Which recordings make one activity, which stands for it, and which each purpose is taken from."""

from datetime import UTC, datetime

import polars as pl
import pytest

from pipelines import tables
from pipelines.quality.merges import CHANNELS, counted, groups, merge_id, merges

START = datetime(2026, 3, 1, 6, tzinfo=UTC)


def _activity(name, *, source="wrist", elapsed_s=3600.0, records=3600):
    return {
        "activity_id": name,
        "athlete_id": 1,
        "source_file_id": name.split(":")[0],
        "start_at_utc": START,
        "end_at_utc": START,
        "time_basis": "utc",
        "local_date": START.date(),
        "sport": "running",
        "heart_rate_source": source,
        "elapsed_s": elapsed_s,
        "record_count": records,
    }


def _facts(name, *, moving_s=3600.0, share=1.0, distance_m=12_000.0):
    figures = {"moving_s": moving_s, "heart_rate_coverage_fraction": share, "distance_m": distance_m}
    return [
        {
            "athlete_id": 1,
            "subject_kind": "activity",
            "subject_id": name,
            "fact": fact,
            "fact_value": value,
            "unit": "x",
        }
        for fact, value in figures.items()
    ]


def _pair(one, other, **changes):
    row = {
        "athlete_id": 1,
        "activity_id": one,
        "other_activity_id": other,
        "overlap_fraction": 0.97,
        "union_fraction": 0.9,
    }
    row |= {
        "start_difference_s": 12.0,
        "clock_shift_s": 0,
        "distance_difference_fraction": 0.01,
        "shape_distance_m": 6.0,
    }
    return row | {"is_same": True, "reason": "Same time and same track.", "definition_version": 1} | changes


def _verdicts(**given):
    """Verdict and expected error per activity and purpose; usable with 0.01 (5 bpm) where nothing is said."""
    rows = []
    for name, said in given.items():
        for purposes in CHANNELS.values():
            for purpose in purposes:
                verdict, error = said.get(purposes[0], ("usable", 5.0 if purposes[0] == "load" else 0.01))
                rows.append(
                    {
                        "athlete_id": 1,
                        "subject_kind": "activity",
                        "subject_id": f"{name}:0",
                        "subject_date": START.date(),
                        "purpose": purpose,
                    }
                    | {"verdict": verdict, "expected_error": error, "unit": "x", "reasons": [], "limits_version": "1"}
                )
    return tables.conform(pl.DataFrame(rows, schema_overrides={"reasons": pl.List(pl.String)}), "verdicts")


def _tables(activities, facts, pairs, undone=()):
    undos = [
        {"athlete_id": 1, "activity_id": one, "other_activity_id": other, "merge_id": "x"} for one, other in undone
    ]
    return {
        "activities": tables.conform(pl.DataFrame(activities), "activities"),
        "facts": tables.conform(pl.DataFrame([row for one in facts for row in one]), "facts"),
        "activity_pairs": tables.conform(pl.DataFrame(pairs), "activity_pairs"),
        "merge_undos": tables.conform(pl.DataFrame(undos), "merge_undos") if undos else tables.empty("merge_undos"),
    }


def _merged(given, verdicts):
    return {row["activity_id"]: row for row in merges(given, verdicts).to_dicts()}


@pytest.fixture
def two():
    def make(*, first=None, second=None, source=("wrist", "wrist"), pair=None, undone=(), **verdicts):
        given = _tables(
            [_activity("a:0", source=source[0]), _activity("b:0", source=source[1])],
            [_facts("a:0", **(first or {})), _facts("b:0", **(second or {}))],
            [_pair("a:0", "b:0", **(pair or {}))],
            undone,
        )
        return _merged(given, _verdicts(a=verdicts.get("a", {}), b=verdicts.get("b", {})))

    return make


def _chosen(found, channel):
    return [name for name, row in found.items() if row[f"is_chosen_for_{channel}"]]


def test_the_fullest_recording_stands_for_the_activity(two):
    found = two(first={"share": 0.5}, second={"share": 1.0})

    assert [name for name, row in found.items() if row["is_main"]] == ["b:0"]


def test_of_equals_the_lesser_name_stands_for_both(two):
    assert two()["a:0"]["is_main"]


def test_the_strap_gives_the_heart_rate_and_the_better_track_the_distance(two):
    found = two(source=("wrist", "strap"), a={"distance": ("usable", 0.01)}, b={"distance": ("usable", 0.03)})

    assert _chosen(found, "movement") == ["a:0"]
    assert _chosen(found, "heart_rate") == ["b:0"]


def test_a_verdict_counts_before_the_sensor(two):
    found = two(source=("strap", "wrist"), a={"load": ("not_usable", 9.0)}, b={"load": ("usable", 6.0)})

    assert _chosen(found, "heart_rate") == ["b:0"]


@pytest.mark.parametrize(("share", "expected"), [(0.81, ["b:0"]), (0.79, ["a:0"])])
def test_a_better_part_does_not_stand_for_the_whole(two, share, expected):
    found = two(source=("wrist", "strap"), second={"moving_s": 3600.0, "share": share})

    assert _chosen(found, "heart_rate") == expected


def test_decoupling_is_taken_from_one_that_has_both(two):
    none = ("not_assessable", None)

    found = two(first={"share": 0.0}, a={"distance": ("usable", 0.005), "decoupling": none, "load": none})

    assert _chosen(found, "movement") == ["a:0"]
    assert _chosen(found, "decoupling") == _chosen(found, "heart_rate") == ["b:0"]


def test_what_no_recording_has_is_taken_from_none(two):
    none = {"load": ("not_assessable", None), "decoupling": ("not_assessable", None)}

    found = two(a=none, b=none)

    assert _chosen(found, "heart_rate") == []


def test_the_reason_says_why_it_is_the_same_and_what_is_taken(two):
    found = two(source=("wrist", "strap"), a={"distance": ("usable", 0.008)})

    assert found["b:0"]["reason"] == (
        "Same time and same track. Taken from it: heart rate (usable, expected error 5 bpm, strap sensor),"
        " decoupling (usable, expected error 1.0 %)."
    )
    assert found["a:0"]["reason"].startswith("The fullest of 2 recordings of one activity, with 60 min of movement")


def test_differences_are_told_against_the_main_one(two):
    found = two(first={"share": 0.5})

    assert found["b:0"]["is_main"]
    assert found["a:0"]["start_difference_s"] == -12.0
    assert found["a:0"]["shape_distance_m"] == 6.0


def test_what_a_person_keeps_apart_stays_apart(two):
    assert two(undone=[("a:0", "b:0")]) == {}


def test_what_is_not_the_same_makes_no_merge(two):
    assert two(pair={"is_same": False}) == {}


def test_every_purpose_keeps_one_verdict_of_the_activity(two):
    none = {"load": ("not_assessable", None), "decoupling": ("not_assessable", None)}
    found = two(source=("wrist", "strap"), a=none, b=none)
    rows = tables.conform(pl.DataFrame(list(found.values())), "merged_activities")

    kept = counted(_verdicts(a=none, b=none), rows)

    assert kept.group_by("purpose").len()["len"].unique().to_list() == [1]
    assert kept["subject_id"].unique().to_list() == ["a:0"]


def test_verdicts_of_all_else_stay(two):
    rows = tables.conform(pl.DataFrame(list(two().values())), "merged_activities")
    other = _verdicts(c={})

    assert counted(other, rows).equals(other)


NAMES = ["a:0", "b:0", "c:0", "d:0"]


def test_a_chain_of_neighbours_makes_no_group_of_all():
    same = {("a:0", "b:0"), ("b:0", "c:0"), ("c:0", "d:0")}

    assert groups(NAMES, same, set()) == [["a:0", "b:0"], ["c:0", "d:0"]]


def test_all_that_are_the_same_as_the_fullest_make_a_group():
    same = {("a:0", "b:0"), ("a:0", "c:0"), ("b:0", "c:0")}

    assert groups(["c:0", "a:0", "b:0"], same, set()) == [["c:0", "a:0", "b:0"]]


def test_nobody_kept_apart_from_one_of_a_group_joins_it():
    same = {("a:0", "b:0"), ("a:0", "c:0"), ("b:0", "c:0")}

    assert groups(NAMES, same, {("b:0", "c:0")}) == [["a:0", "b:0"]]


def test_of_two_sessions_of_one_file_only_one_joins():
    same = {("a:0", "b:0"), ("a:0", "b:1")}

    assert groups(["a:0", "b:0", "b:1"], same, set()) == [["a:0", "b:0"]]


def test_the_name_of_a_merge_is_made_from_its_recordings_alone():
    assert merge_id(["a:0", "b:0"]) == merge_id(["b:0", "a:0"]) != merge_id(["a:0", "c:0"])
