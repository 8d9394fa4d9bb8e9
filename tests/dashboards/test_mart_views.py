"""Given rows of the tables, expect rows of the views that the pages read."""

from datetime import UTC, date, datetime, timedelta

import pytest

TODAY = date(2026, 3, 31)


def rows(con, query):
    return con.execute(query).fetchall()


def activity(athlete_id: int, on: date, activity_id: str) -> dict:
    at = datetime(on.year, on.month, on.day, 8, tzinfo=UTC)
    return {
        "activity_id": activity_id,
        "athlete_id": athlete_id,
        "source_file_id": f"{athlete_id:016x}",
        "start_at_utc": at,
        "end_at_utc": at,
        "time_basis": "utc",
        "local_date": on,
        "sport": "running",
        "heart_rate_source": "strap",
        "record_count": 1,
    }


def test_the_date_of_the_pages_is_the_last_one_with_data_in_the_squad(squad):
    squad.athlete(1, "A")
    squad.athlete(2, "B")
    squad.athlete(3, "C", squad="Track")
    squad.insert("activities", [activity(1, TODAY, "a:0"), activity(2, TODAY - timedelta(days=41), "b:0")])

    found = rows(squad.con, "select athlete_id, squad_date, last_data_date, day_count from mart_athletes order by 1")

    assert found == [
        (1, TODAY, TODAY, 1),
        (2, TODAY, TODAY - timedelta(days=41), 1),
        (3, None, None, 0),
    ]


def test_a_file_whose_clock_is_unusable_does_not_move_the_date_of_the_pages(squad):
    squad.athlete(1, "A")
    squad.insert("activities", [activity(1, TODAY, "a:0"), activity(1, TODAY + timedelta(days=30), "a:1")])
    flag = {"athlete_id": 1, "subject_kind": "activity", "subject_id": "a:1", "check_name": "clock_before_2000"}
    flag |= {"severity": "unusable", "evidence": "the clock"}
    squad.insert(
        "flags",
        [
            {
                **flag,
                "check_version": 1,
                "segment_index": 0,
                "severity": "unusable",
                "row_count": 1,
                "evidence": "the clock",
            }
        ],
    )

    assert rows(squad.con, "select squad_date from mart_athletes") == [(TODAY,)]


@pytest.mark.parametrize(("gap_days", "is_left_out"), [(180, False), (181, True)])
def test_a_lone_date_half_a_year_after_all_others_does_not_move_the_pages(squad, gap_days, is_left_out):
    squad.athlete(1, "A")
    later = TODAY + timedelta(days=gap_days)
    squad.insert("activities", [activity(1, TODAY, "a:0"), activity(1, later, "a:1")])

    assert rows(squad.con, "select squad_date from mart_athletes") == [(TODAY if is_left_out else later,)]


def gap(on: date, signal: str, cause: str, *, days: int = 1) -> dict:
    row = {"athlete_id": 1, "signal": signal, "start_date": on, "end_date": on + timedelta(days=days - 1)}
    return {**row, "day_count": days, "cause": cause, "is_open": False, "evidence": "why", "definition_version": 1}


@pytest.mark.parametrize(
    ("gaps", "cause"),
    [
        ([], "not_known"),
        ([("hrv", "not_known"), ("night", "not_worn")], "not_worn"),
        ([("training", "rest_planned"), ("night", "not_synced")], "not_synced"),
    ],
)
def test_the_cause_of_a_day_without_data_is_the_one_known_of_its_gaps(squad, gaps, cause):
    squad.athlete(1, "A")
    squad.insert("activities", [activity(1, TODAY, "a:0")])
    squad.insert("gaps", [gap(TODAY - timedelta(days=1), *signal_and_cause) for signal_and_cause in gaps])

    found = rows(squad.con, "select data_date, gap_cause from mart_daily_coverage order by 1 desc limit 2")

    assert found == [(TODAY, None), (TODAY - timedelta(days=1), cause)]


def test_an_athlete_who_falls_silent_has_a_gap_that_is_open(squad):
    squad.athlete(1, "A")
    squad.athlete(2, "B")
    squad.insert("activities", [activity(1, TODAY, "a:0"), activity(2, TODAY - timedelta(days=5), "b:0")])
    squad.note(2, TODAY - timedelta(days=3), "note", "still here")

    found = rows(squad.con, "select athlete_id, signal, start_date, end_date, day_count, cause, is_open from mart_gaps")

    assert found == [(2, "everything", TODAY - timedelta(days=2), TODAY, 3, "not_synced", True)]


def test_coverage_has_a_row_for_each_of_42_days(squad):
    squad.athlete(1, "A")
    squad.insert("activities", [activity(1, TODAY, "a:0")])

    found = rows(squad.con, "select count(*), min(data_date), max(data_date) from mart_daily_coverage")

    assert found == [(42, TODAY - timedelta(days=41), TODAY)]


def test_an_observation_carries_the_usual_range_of_its_own_day_and_device(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", {TODAY: 4.0})
    squad.days(1, "ln_rmssd", {TODAY: 3.0}, device="other", baseline_day_count=5)

    columns = "observed_value, baseline_lower_limit, baseline_day_count, device_name"
    found = rows(squad.con, f"select {columns} from mart_observations order by 1")

    assert found == [(3.0, None, 5, None), (4.0, pytest.approx(3.95), 30, "maker watch 1")]


def test_one_observation_stays_one_row_whatever_is_joined(road):
    (stored,) = rows(road.con, "select count(*) from observations")[0]
    (shown,) = rows(road.con, "select count(distinct observation_id) from mart_observations")[0]
    (all_rows,) = rows(road.con, "select count(*) from mart_observations")[0]

    assert stored == shown == all_rows


def test_a_new_device_after_the_old_one_ended_is_a_change(squad):
    squad.athlete(1, "A")
    old, new = TODAY - timedelta(days=5), TODAY - timedelta(days=4)
    squad.days(1, "ln_rmssd", {old: 4.0})
    squad.days(1, "ln_rmssd", {new: 4.0, TODAY: None}, device="new", segment_start_date=new)

    found = rows(
        squad.con, "select change_date, previous_device_id, device_id, usable_day_count from mart_device_changes"
    )

    assert found == [(new, "w:1", "new", 1)]


def test_two_devices_worn_side_by_side_are_no_change(squad):
    squad.athlete(1, "A")
    new = TODAY - timedelta(days=4)
    squad.days(1, "ln_rmssd", {new: 4.0, TODAY: 4.0})
    squad.days(1, "ln_rmssd", {new: 4.0, TODAY: 4.0}, device="new", segment_start_date=new)

    assert rows(squad.con, "from mart_device_changes") == []


def test_new_firmware_of_one_of_two_devices_worn_side_by_side_is_a_change(squad):
    squad.athlete(1, "A")
    new = TODAY - timedelta(days=4)
    squad.days(1, "ln_rmssd", {new - timedelta(days=1): 4.0, TODAY: 4.0}, device="other")
    squad.days(1, "ln_rmssd", {new - timedelta(days=1): 4.0})
    squad.days(1, "ln_rmssd", {new: 4.0, TODAY: 4.0}, segment_start_date=new)

    found = rows(squad.con, "select change_date, device_id, usable_day_count from mart_device_changes")

    assert found == [(new, "w:1", 2)]


def test_nights_instead_of_mornings_are_a_change(squad):
    squad.athlete(1, "A")
    new = TODAY - timedelta(days=4)
    squad.days(1, "ln_rmssd", {new - timedelta(days=1): 4.0}, device="strap")
    squad.con.execute("update observations set reading = 'morning'")
    squad.con.execute("update baselines set reading = 'morning'")
    squad.days(1, "ln_rmssd", {new: 4.0}, segment_start_date=new)

    found = rows(squad.con, "select change_date, previous_device_id, reading from mart_device_changes")

    assert found == [(new, "strap", "night")]


def test_trust_counts_the_verdicts_of_28_days(squad):
    squad.athlete(1, "A")
    squad.insert("activities", [activity(1, TODAY, "a:0")])
    verdict = {"athlete_id": 1, "subject_kind": "activity", "purpose": "distance", "unit": "fraction", "reasons": []}
    dated = [("usable", 0), ("not_usable", 27), ("usable", 28)]
    squad.insert(
        "verdicts",
        [
            {
                **verdict,
                "subject_id": f"a:{number}",
                "subject_date": TODAY - timedelta(days=back),
                "verdict": said,
                "limits_version": "1",
            }
            for number, (said, back) in enumerate(dated)
        ],
    )

    found = rows(
        squad.con, "select subject_count, usable_count, not_usable_count, not_assessable_count from mart_trust"
    )

    assert found == [(2, 1, 1, 0)]


@pytest.mark.parametrize(
    ("reasons", "expected_error", "reason"),
    [
        (["source", "missing"], 0.2, "source"),
        ([], None, "error_not_known"),
        (["rhythm_alternation"], None, "rhythm_alternation"),
    ],
)
def test_what_is_not_usable_has_a_leading_reason_also_when_its_error_is_not_known(
    squad, reasons, expected_error, reason
):
    squad.athlete(1, "A")
    squad.insert("activities", [activity(1, TODAY, "a:0")])
    verdict = {
        "athlete_id": 1,
        "subject_kind": "activity",
        "subject_id": "a:0",
        "subject_date": TODAY,
        "purpose": "distance",
        "verdict": "not_usable",
        "unit": "fraction",
        "expected_error": expected_error,
        "reasons": reasons,
        "limits_version": "1",
    }
    squad.insert("verdicts", [verdict])

    assert rows(squad.con, "select reason from mart_reasons") == [(reason,)]
