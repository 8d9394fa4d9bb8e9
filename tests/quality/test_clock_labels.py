"""Labels of clocks: every rule on the case it is for and on the nearest case it is not for."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipelines import tables
from pipelines.quality.clock_labels import clock_labels
from pipelines.quality.clock_overlay import SPOILED, spoiled_by_clock, with_known_clocks

BERLIN, TOKYO = 13.0, 139.0
HOUR = 3600


def _moment(day, hour):
    return datetime(2026, 6, 1, tzinfo=UTC) + timedelta(days=day, hours=hour)


def _activity(name, *, day=0, hour=6.0, offset_s=None, basis="utc", start=None):
    start = start or _moment(day, hour)
    return {
        "activity_id": f"{name}:0",
        "athlete_id": 1,
        "source_file_id": name,
        "start_at_utc": start,
        "end_at_utc": start + timedelta(hours=1),
        "utc_offset_s": offset_s,
        "time_basis": basis,
        "local_date": (start + timedelta(seconds=offset_s or 0)).date(),
        "sport": "running",
        "heart_rate_source": "unknown",
        "record_count": 10,
    }


def _night(name, *, day=0, hour=4.5, length_h=8.0, offset_s=None, is_nap=None):
    end = _moment(day, hour)
    return {
        "night_id": f"{name}:n0",
        "athlete_id": 1,
        "source_file_id": name,
        "night_date": end.date(),
        "start_at_utc": end - timedelta(hours=length_h),
        "end_at_utc": end,
        "utc_offset_s": offset_s,
        "time_basis": "utc",
        "is_nap": is_nap,
    }


def _series(name, *, start, reading="morning", basis="local_naive", activity_id=None):
    return {
        "series_id": f"{name}:b0",
        "athlete_id": 1,
        "source_file_id": name,
        "activity_id": activity_id,
        "start_at_utc": start,
        "end_at_utc": start + timedelta(minutes=5),
        "time_basis": basis,
        "local_date": start.date(),
        "reading": reading,
        "interval_count": 300,
    }


def _pair(one, other, shift_s):
    row = {"athlete_id": 1, "activity_id": f"{one}:0", "other_activity_id": f"{other}:0", "overlap_fraction": 1.0}
    row |= {"union_fraction": 1.0, "start_difference_s": 0.0, "is_same": True, "reason": "", "definition_version": 1}
    return row | {"clock_shift_s": shift_s}


def _tables(*, zone="Europe/Berlin", places=None, **rows):
    facts = [
        {
            "athlete_id": 1,
            "subject_kind": "activity",
            "subject_id": f"{name}:0",
            "fact": "longitude_deg",
            "fact_value": at,
            "unit": "deg",
        }
        for name, at in (places or {}).items()
    ]
    athlete = {
        "athlete_id": 1,
        "folder": "a",
        "display_name": "A",
        "squad": "s",
        "time_zone": zone,
        "is_simulated": True,
    }
    given = {**rows, "facts": facts, "athletes": [athlete]}
    names = ("athletes", "activities", "beat_series", "nights", "facts", "activity_pairs")
    return {
        name: tables.conform(pl.DataFrame(given[name], infer_schema_length=None), name)
        if given.get(name)
        else tables.empty(name)
        for name in names
    }


def _labels(**named):
    return {row["subject_id"].split(":")[0]: row for row in clock_labels(_tables(**named)).to_dicts()}


def _rule(row):
    return row["label"], row["rule"]


@pytest.mark.parametrize(("offset_h", "expected"), [(2, "stated_offset"), (5, "offset_alone")])
def test_an_offset_that_is_not_the_homes_and_stands_alone_is_doubtful(offset_h, expected):
    found = _labels(activities=[_activity("a", offset_s=offset_h * HOUR)])

    assert found["a"]["rule"] == expected
    assert found["a"]["utc_offset_s"] == offset_h * HOUR


@pytest.mark.parametrize(
    ("days", "expected"), [(2, ("sure", "travel_with_company")), (4, ("doubtful", "offset_alone"))]
)
def test_another_file_of_the_same_days_makes_a_journey_of_it(days, expected):
    found = _labels(activities=[_activity("a", offset_s=9 * HOUR)], nights=[_night("n", day=days, offset_s=9 * HOUR)])

    assert _rule(found["a"]) == expected


def test_a_track_without_offset_near_it_in_time_makes_a_journey_of_it_too():
    activities = [_activity("a", offset_s=9 * HOUR), _activity("b", day=1)]

    assert _rule(_labels(activities=activities, places={"b": TOKYO})["a"]) == ("sure", "travel_with_company")


@pytest.mark.parametrize(
    ("longitude", "expected"),
    [(TOKYO, ("sure", "travel_with_position")), (BERLIN, ("doubtful", "offset_contradicts_position"))],
)
def test_the_position_confirms_or_refutes_an_offset(longitude, expected):
    found = _labels(activities=[_activity("a", offset_s=9 * HOUR)], places={"a": longitude})

    assert _rule(found["a"]) == expected


@pytest.mark.parametrize(
    ("longitude", "expected"), [(91.0, "travel_with_position"), (89.0, "offset_contradicts_position")]
)
def test_the_sun_may_be_three_hours_from_the_zone_and_no_more(longitude, expected):
    # UTC+9 is the sun's time at 135 degrees; three hours are 45 degrees.
    found = _labels(activities=[_activity("a", offset_s=9 * HOUR)], places={"a": longitude})

    assert found["a"]["rule"] == expected


def test_beyond_the_date_line_an_offset_of_fourteen_hours_fits():
    found = _labels(activities=[_activity("a", offset_s=14 * HOUR)], places={"a": -157.0})

    assert _rule(found["a"]) == ("sure", "travel_with_position")


@pytest.mark.parametrize(
    ("longitude", "expected", "day"), [(BERLIN, "position_fits_zone", 1), (TOKYO, "travel_by_position", 2)]
)
def test_abroad_without_an_offset_the_local_date_is_that_of_the_place(longitude, expected, day):
    found = _labels(activities=[_activity("a", hour=20.0)], places={"a": longitude})

    assert _rule(found["a"]) == ("sure", expected)
    assert found["a"]["local_date"] == date(2026, 6, day)


@pytest.mark.parametrize(
    ("day", "expected"), [(5, ("doubtful", "clock_change_not_made")), (40, ("doubtful", "offset_alone"))]
)
def test_an_offset_that_the_home_has_left_lately_is_a_clock_not_changed(day, expected):
    change = datetime(2026, 3, 29, 6, tzinfo=UTC)

    found = _labels(activities=[_activity("a", start=change + timedelta(days=day), offset_s=HOUR)])

    assert _rule(found["a"]) == expected


@pytest.mark.parametrize(
    ("year", "expected"), [(1989, ("doubtful", "clock_not_set")), (2003, ("sure", "written_in_utc"))]
)
def test_a_date_before_there_were_such_watches_says_no_day(year, expected):
    found = _labels(activities=[_activity("a", start=datetime(year, 12, 31, tzinfo=UTC))])

    assert _rule(found["a"]) == expected
    assert (found["a"]["local_date"] is None) == (year == 1989)


@pytest.mark.parametrize(
    ("basis", "expected"), [("file_modified", ("doubtful", "time_not_stated")), ("utc", ("sure", "written_in_utc"))]
)
def test_the_time_a_file_was_last_written_says_no_day(basis, expected):
    found = _labels(activities=[_activity("a") | {"time_basis": basis}])

    assert _rule(found["a"]) == expected
    assert (found["a"]["local_date"] is None) == (basis == "file_modified")


@pytest.mark.parametrize(("days", "expected"), [(181, "date_after_all_others"), (179, "written_in_utc")])
def test_a_lone_date_half_a_year_after_all_others_says_no_day(days, expected):
    found = _labels(activities=[_activity("a"), _activity("b", day=1), _activity("c", day=1 + days)])

    assert found["c"]["rule"] == expected
    assert found["b"]["rule"] == "written_in_utc"


@pytest.mark.parametrize(("hour", "expected"), [(0.5, "hour_that_comes_twice"), (3.5, "written_in_local_time")])
def test_local_time_in_the_hour_that_comes_twice_is_doubtful(hour, expected):
    start = datetime(2026, 10, 25, tzinfo=UTC) + timedelta(hours=hour)

    assert _labels(beat_series=[_series("s", start=start)])["s"]["rule"] == expected


def test_without_a_home_zone_a_stated_offset_is_believed():
    assert _rule(_labels(zone="UTC", activities=[_activity("a", offset_s=9 * HOUR)])["a"]) == ("sure", "stated_offset")


@pytest.mark.parametrize(
    ("hour", "count", "expected"),
    [(13.5, 12, "unusual_hour"), (7.0, 12, "written_in_utc"), (13.5, 8, "written_in_utc")],
)
def test_a_night_by_day_is_doubted_where_all_others_are_at_night(hour, count, expected):
    nights = [_night(f"n{day}", day=day) for day in range(count)] + [_night("odd", day=count, hour=hour)]

    assert _labels(nights=nights)["odd"]["rule"] == expected


def test_who_works_shifts_is_not_doubted():
    nights = [_night(f"n{day}", day=day) for day in range(20)] + [
        _night(f"d{day}", day=20 + day, hour=13.5) for day in range(3)
    ]

    assert {row["label"] for row in _labels(nights=nights).values()} == {"sure"}


def test_a_nap_is_no_night_by_day():
    nights = [_night(f"n{day}", day=day) for day in range(20)] + [
        _night("nap", day=20, hour=13.0, length_h=1, is_nap=True)
    ]

    assert _labels(nights=nights)["nap"]["label"] == "sure"


@pytest.mark.parametrize(
    ("hour", "count", "expected"), [(0.5, 22, "unusual_hour"), (3.0, 22, "written_in_utc"), (0.5, 18, "written_in_utc")]
)
def test_a_run_in_the_small_hours_is_doubted_where_there_never_is_one(hour, count, expected):
    activities = [_activity(f"a{day}", day=day) for day in range(count)] + [_activity("odd", day=count, hour=hour)]

    assert _labels(activities=activities)["odd"]["rule"] == expected


def test_local_time_written_as_utc_is_corrected_by_the_copy_that_states_its_offset():
    activities = [_activity("a", offset_s=2 * HOUR), _activity("b", hour=8.0)]

    found = _labels(activities=activities, activity_pairs=[_pair("a", "b", -2 * HOUR)])

    assert _rule(found["a"]) == ("sure", "stated_offset")
    assert _rule(found["b"]) == ("corrected", "local_written_as_utc")
    assert found["b"]["shift_s"] == -2 * HOUR


def test_a_clock_off_by_something_else_is_corrected_by_the_sure_copy():
    activities = [_activity("a", hour=3.0), _activity("b", offset_s=2 * HOUR, hour=6.0)]

    found = _labels(activities=activities, activity_pairs=[_pair("a", "b", -3 * HOUR)])

    assert (found["a"]["rule"], found["a"]["shift_s"]) == ("copy_with_sure_clock", 3 * HOUR)
    assert found["b"]["label"] == "sure"


@pytest.mark.parametrize(("shift_s", "wrong"), [(-2 * HOUR, "b"), (2 * HOUR, "a")])
def test_of_two_copies_without_offset_the_one_off_by_the_homes_offset_is_local_time(shift_s, wrong):
    activities = [_activity("a"), _activity("b", hour=6.0 - shift_s / HOUR)]

    found = _labels(activities=activities, activity_pairs=[_pair("a", "b", shift_s)])

    assert {name for name, row in found.items() if row["label"] == "corrected"} == {wrong}
    assert found[wrong]["rule"] == "local_written_as_utc"


def test_a_third_recording_decides_between_two_clocks():
    activities = [_activity("a"), _activity("b", hour=11.0), _activity("c", hour=11.0)]
    pairs = [_pair("a", "b", -5 * HOUR), _pair("b", "c", 0)]

    found = _labels(activities=activities, activity_pairs=pairs)

    assert (found["a"]["label"], found["a"]["shift_s"], found["b"]["label"]) == ("corrected", 5 * HOUR, "sure")


def test_where_nothing_tells_two_clocks_apart_both_are_doubtful():
    found = _labels(activities=[_activity("a"), _activity("b", hour=11.0)], activity_pairs=[_pair("a", "b", -5 * HOUR)])

    assert {_rule(row) for row in found.values()} == {("doubtful", "copies_disagree")}


def test_beats_inside_an_activity_have_its_clock():
    start = datetime(1989, 12, 31, tzinfo=UTC)

    found = clock_labels(
        _tables(
            activities=[_activity("a", start=start)],
            beat_series=[_series("a", start=start, reading="activity", activity_id="a:0")],
        )
    )

    assert found["rule"].to_list() == ["clock_not_set"] * 2


def test_the_evidence_is_in_words_with_figures():
    found = _labels(activities=[_activity("a", offset_s=-34_200)])

    assert found["a"]["evidence"] == (
        "The file states UTC-09:30, home is Europe/Berlin (UTC+02:00), and no other file of the same days says so."
    )


def test_only_what_rests_on_the_day_is_spoiled_by_a_doubtful_clock():
    rows = clock_labels(_tables(activities=[_activity("a", offset_s=9 * HOUR), _activity("b")]))

    found = spoiled_by_clock(rows)

    assert set(found["purpose"]) == set(SPOILED)
    assert set(found["subject_id"]) == {"a:0"}
    assert "distance" not in SPOILED


def test_the_overlay_moves_dates_and_moments_and_nothing_else():
    given = _tables(
        activities=[_activity("a", offset_s=2 * HOUR), _activity("b", hour=23.5)],
        activity_pairs=[_pair("a", "b", -17 * HOUR - 1800)],
    )

    moved = with_known_clocks(given, clock_labels(given))

    assert moved["activities"]["local_date"].to_list() == [date(2026, 6, 1)] * 2
    assert moved["activities"]["start_at_utc"].to_list()[1] == _moment(0, 6)
    same = [name for name in given["activities"].columns if name not in {"start_at_utc", "end_at_utc", "local_date"}]
    assert moved["activities"].select(same).equals(given["activities"].select(same))


def test_without_subjects_there_are_no_labels():
    assert clock_labels(_tables()).is_empty()
