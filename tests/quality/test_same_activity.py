"""What is taken for one and the same activity, and what never is: made by hand, each limit from both sides."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines import tables
from pipelines.quality import same_activity
from pipelines.quality.activity_pairs import candidate_pairs, compared
from pipelines.quality.recordings import recordings
from pipelines.quality.same_activity import pair_rows

START = datetime(2026, 3, 1, 6, tzinfo=UTC)


def _activity(name, *, start_s=0.0, length_s=1800.0, distance_m=6000.0, sport="running", records=True, vendor_id=None):
    start = START + timedelta(seconds=start_s)
    return {
        "activity_id": name,
        "athlete_id": 1,
        "source_file_id": name.split(":")[0],
        "start_at_utc": start,
        "end_at_utc": start + timedelta(seconds=length_s),
        "time_basis": "utc",
        "local_date": start.date(),
        "sport": sport,
        "heart_rate_source": "unknown",
        "elapsed_s": length_s,
        "distance_m": distance_m,
        "record_count": int(length_s) if records else 0,
        "vendor_id": vendor_id,
    }


def _records(name, *, start_s=0.0, length_s=1800.0, east_m=0.0, speed=3.3, pulse=0.0, way=True, drift_m=0.0):
    """One record a second on a loop of a kilometre; `east_m` moves the track, `drift_m` pulls it away over time."""
    time_s = np.arange(int(length_s))
    turn = 2 * np.pi * speed * time_s / 1000.0
    radius_deg = 1000.0 / (2 * np.pi) / 111_195.0
    east = (east_m + drift_m * time_s / length_s) / 111_195.0 / np.cos(np.radians(47.0))
    start = START + timedelta(seconds=start_s)
    return pl.DataFrame(
        {
            "activity_id": name,
            "recorded_at_utc": [start + timedelta(seconds=float(t)) for t in time_s],
            "latitude_deg": 47.0 + radius_deg * np.sin(turn) if way else None,
            "longitude_deg": 8.0 + radius_deg * np.cos(turn) + east if way else None,
            "heart_rate_bpm": 140 + np.round(15 * np.sin(time_s / 200.0)) + pulse,
            "other_heart_rate_bpm": None,
        },
        schema_overrides={"latitude_deg": pl.Float64, "longitude_deg": pl.Float64, "other_heart_rate_bpm": pl.Int16},
    )


def _decided(activities, records=(), *, file_names=None):
    frame = tables.conform(pl.DataFrame(activities, infer_schema_length=None), "activities")
    held = recordings(pl.concat(records)) if records else {}
    pairs = [compared(pair, held) for pair in candidate_pairs(frame, file_names=file_names or {})]
    return pair_rows(pairs).to_dicts()


def _is_same(*arguments, **named):
    found = _decided(*arguments, **named)
    return bool(found) and found[0]["is_same"]


@pytest.mark.parametrize(("east_m", "expected"), [(8.0, True), (55.0, True), (300.0, False)])
def test_tracks_at_equal_times_tell_one_way_from_another(east_m, expected):
    activities = [_activity("a:0"), _activity("b:0", start_s=4)]

    found = _decided(activities, [_records("a:0"), _records("b:0", start_s=4, east_m=east_m, pulse=4)])

    assert found[0]["is_same"] is expected
    assert found[0]["shape_distance_m"] == pytest.approx(east_m, abs=20)


def test_back_to_back_activities_are_two():
    activities = [_activity("a:0"), _activity("b:0", start_s=1800)]

    assert not _is_same(activities, [_records("a:0"), _records("b:0", start_s=1800)])


def test_a_warm_up_beside_a_race_is_two():
    activities = [_activity("a:0", length_s=900, distance_m=2500), _activity("b:0", start_s=880, length_s=2400)]

    assert not _is_same(activities, [_records("a:0", length_s=900), _records("b:0", start_s=880, length_s=2400)])


def test_two_sessions_of_one_file_are_two_whatever_they_look_like():
    assert not _is_same([_activity("a:0"), _activity("a:1")], [_records("a:0"), _records("a:1")])


def test_a_ride_is_no_run_at_the_same_time():
    assert not _is_same([_activity("a:0"), _activity("b:0", sport="cycling")], [_records("a:0"), _records("b:0")])


@pytest.mark.parametrize("sport", ["walking", "trail_running", "workout"])
def test_another_name_of_the_same_sport_is_no_hindrance(sport):
    assert _is_same([_activity("a:0"), _activity("b:0", sport=sport)], [_records("a:0"), _records("b:0")])


@pytest.mark.parametrize(("overlap_s", "expected"), [(1500, True), (1350, False)])
def test_a_chain_of_recordings_is_the_same_only_when_one_lies_in_the_other(overlap_s, expected):
    start_s = 1800 - overlap_s
    # One run over 3,600 s; the second recording goes on after the first has ended.
    whole = _records("b:0", length_s=3600)
    second = whole.filter(pl.col("recorded_at_utc") >= START + timedelta(seconds=start_s)).head(1800)
    activities = [_activity("a:0"), _activity("b:0", start_s=start_s)]

    assert _is_same(activities, [_records("a:0"), second]) is expected


def test_a_part_of_a_longer_recording_is_the_same_run():
    activities = [_activity("a:0", length_s=3600, distance_m=12_000), _activity("b:0", start_s=1200, length_s=1200)]
    part = _records("b:0", length_s=3600).slice(1200, 1200)

    assert _is_same(activities, [_records("a:0", length_s=3600), part])


@pytest.mark.parametrize(("distance_m", "expected"), [(6400.0, True), (6700.0, False)])
def test_a_summary_is_told_by_time_and_distance(distance_m, expected):
    activities = [_activity("a:0"), _activity("b:0", start_s=20, distance_m=distance_m, records=False)]

    assert _is_same(activities, [_records("a:0")]) is expected


@pytest.mark.parametrize(("start_s", "expected"), [(1000, True), (1300, False)])
def test_a_summary_without_distance_may_start_minutes_off(start_s, expected):
    activities = [
        _activity("a:0", length_s=2400),
        _activity(
            "b:0", start_s=start_s, length_s=2400 - start_s + 100, distance_m=None, records=False, sport="workout"
        ),
    ]

    assert _is_same(activities, [_records("a:0", length_s=2400)]) is expected


def test_a_summary_that_names_the_file_is_the_same_whatever_its_times():
    activities = [_activity("a:0"), _activity("b:0", start_s=3000, records=False, vendor_id="activities/77.fit.gz")]

    assert _is_same(activities, file_names={"a": "Export/activities/77.FIT"})
    assert not _is_same(activities, file_names={"a": "Export/activities/78.fit"})


@pytest.mark.parametrize(("distance_m", "pulse", "expected"), [(7200, 3, True), (7200, 20, False), (9000, 3, False)])
def test_heart_rate_tells_where_there_is_no_track(distance_m, pulse, expected):
    activities = [
        _activity("a:0", distance_m=6000.0),
        _activity("b:0", start_s=130, length_s=1700, distance_m=distance_m),
    ]
    treadmill = _records("a:0", length_s=2000, way=False)
    other = treadmill.slice(130, 1670).with_columns(
        pl.lit("b:0").alias("activity_id"), pl.col("heart_rate_bpm") + pulse
    )

    assert _is_same(activities, [treadmill.head(1800), other]) is expected


@pytest.mark.parametrize("quarters", [-8, 1, 22])
def test_a_copy_with_another_clock_is_found_by_its_track(quarters):
    shift_s = 900 * quarters
    activities = [_activity("a:0"), _activity("b:0", start_s=shift_s + 3)]

    found = _decided(activities, [_records("a:0"), _records("b:0", start_s=shift_s, east_m=6)])

    same = [row for row in found if row["is_same"]]
    assert [row["clock_shift_s"] for row in same] == [-shift_s]


@pytest.mark.parametrize(("drift_m", "expected"), [(10.0, True), (120.0, False)])
def test_the_same_round_run_again_hours_later_is_another_run(drift_m, expected):
    activities = [_activity("a:0"), _activity("b:0", start_s=7200)]

    assert _is_same(activities, [_records("a:0"), _records("b:0", start_s=7200, drift_m=drift_m)]) is expected


def test_a_copy_needs_the_same_heart_rate_too():
    activities = [_activity("a:0"), _activity("b:0", start_s=7200)]

    assert not _is_same(activities, [_records("a:0"), _records("b:0", start_s=7200, pulse=9)])


@pytest.mark.parametrize(("gap_s", "expected"), [(0, False), (100, False), (900, True)])
def test_what_begins_where_the_other_ends_is_no_copy_of_it(gap_s, expected):
    start_s = 1800 + gap_s
    length_s = 1800.0 - gap_s % 900
    activities = [
        _activity("a:0", length_s=length_s),
        _activity("b:0", start_s=start_s - gap_s % 900, length_s=length_s),
    ]
    records = [_records("a:0", length_s=length_s), _records("b:0", start_s=start_s - gap_s % 900, length_s=length_s)]

    assert _is_same(activities, records) is expected


def test_a_copy_is_off_by_whole_quarters_of_an_hour_only():
    activities = [_activity("a:0"), _activity("b:0", start_s=7200 + 450)]

    assert _decided(activities, [_records("a:0"), _records("b:0", start_s=7200 + 450)]) == []


def test_a_copy_from_a_clock_that_was_not_set_is_found_at_any_distance_in_time():
    away_s = (datetime(1989, 12, 31, 0, 7, tzinfo=UTC) - START).total_seconds()
    activities = [_activity("a:0"), _activity("b:0", start_s=away_s)]

    found = _decided(activities, [_records("a:0"), _records("b:0", start_s=away_s)])

    assert [(row["is_same"], row["clock_shift_s"]) for row in found] == [(True, -int(away_s))]


@pytest.mark.parametrize(("distance_m", "expected"), [(6003.0, True), (6050.0, False)])
def test_two_summaries_with_another_clock_must_agree_to_the_last_digits(distance_m, expected):
    activities = [
        _activity("a:0", records=False),
        _activity("b:0", start_s=3600, distance_m=distance_m, records=False),
    ]

    assert _is_same(activities) is expected


def test_of_unchanged_activities_no_pair_is_looked_at_again():
    frame = tables.conform(pl.DataFrame([_activity("a:0"), _activity("b:0"), _activity("c:0")]), "activities")

    pairs = candidate_pairs(frame, file_names={}, least=frozenset({"c:0"}))

    assert [(pair.activity_id, pair.other_activity_id) for pair in pairs] == [("a:0", "c:0"), ("b:0", "c:0")]


@pytest.mark.parametrize("start_s", [0.0, 6 * 3600.0, -6 * 3600.0, -1.2e9])
def test_a_late_file_makes_the_same_pairs_as_all_files_at_once(start_s):
    others = [_activity(f"x{day}:0", start_s=86_400.0 * day) for day in (-3, -1, 1, 3)]
    rows = [*others, _activity("a:0"), _activity("b:0", start_s=start_s)]
    frame = tables.conform(pl.DataFrame(rows, infer_schema_length=None), "activities")

    whole = candidate_pairs(frame, file_names={})
    late = candidate_pairs(frame, file_names={}, least=frozenset({"b:0"}))

    assert late == [pair for pair in whole if "b:0" in {pair.activity_id, pair.other_activity_id}]
    assert late


def test_another_athletes_activity_is_never_looked_at():
    other = {**_activity("b:0"), "athlete_id": 2}
    frame = tables.conform(pl.DataFrame([_activity("a:0"), other]), "activities")

    assert candidate_pairs(frame, file_names={}) == []


def test_the_reason_is_one_sentence():
    found = _decided([_activity("a:0"), _activity("b:0")], [_records("a:0"), _records("b:0", east_m=10)])

    assert (
        found[0]["reason"]
        == "Start, end, distance and number of records are equal: the same recording, exported twice."
    )
    assert found[0]["definition_version"] == same_activity.VERSION
    assert found[0]["athlete_id"] == 1


@pytest.mark.parametrize(("basis", "expected"), [("utc", True), ("file_modified", False)])
def test_when_a_file_was_last_written_makes_no_two_activities_one(basis, expected):
    activities = [_activity("a:0") | {"time_basis": basis}, _activity("b:0") | {"time_basis": basis}]

    assert _is_same(activities, [_records("a:0"), _records("b:0")]) is expected
