"""Fitbit's export in its three generations: each family, its clock, its missing codes, its doubles."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pipelines.errors import CorruptExport

ReadWhole = Callable[..., Any]

LOG: dict[str, Any] = {
    "logId": 41,
    "dateOfSleep": "2026-03-02",
    "startTime": "2026-03-01T23:05:00.000",
    "endTime": "2026-03-02T06:35:00.000",
    "duration": 27_000_000,
    "minutesAsleep": 400,
    "minutesAwake": 50,
    "type": "stages",
    "levels": {
        "summary": {
            "deep": {"minutes": 70},
            "wake": {"minutes": 50},
            "light": {"minutes": 230},
            "rem": {"minutes": 100},
        },
        "data": [
            {"dateTime": "2026-03-01T23:05:00.000", "level": "light", "seconds": 13_500},
            {"dateTime": "2026-03-02T02:50:00.000", "level": "rem", "seconds": 13_500},
        ],
        "shortData": [{"dateTime": "2026-03-02T02:49:30.000", "level": "wake", "seconds": 60}],
    },
    "mainSleep": True,
}


def _at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def _values(file: Any) -> dict[tuple[str, str, str], float]:
    rows = file.frames["daily_values"].iter_rows(named=True)
    return {(row["metric"], row["method"], row["reading"]): row["measured_value"] for row in rows}


def _rates(*stamps: str) -> str:
    return json.dumps([{"dateTime": stamp, "value": {"bpm": 60, "confidence": 3}} for stamp in stamps])


def test_a_sleep_log_is_local_time_in_the_athletes_zone(read_whole: ReadWhole) -> None:
    night = read_whole("sleep-2026-03-01.json", json.dumps([LOG])).frames["nights"].row(0, named=True)

    assert (night["start_at_utc"], night["end_at_utc"]) == (_at(2026, 3, 1, 22, 5), _at(2026, 3, 2, 5, 35))
    assert (night["time_basis"], night["utc_offset_s"]) == ("local_naive", None)
    assert (night["night_date"], night["is_nap"]) == (date(2026, 3, 2), False)
    assert (night["sleep_duration_s"], night["awake_s"]) == (24_000.0, 3_000.0)
    assert (night["light_s"], night["deep_s"], night["rem_s"]) == (13_800.0, 4_200.0, 6_000.0)
    assert night["device_id"] == "fitbit:app:"


def test_short_wakes_are_laid_over_the_stages_they_interrupt(read_whole: ReadWhole) -> None:
    stages = read_whole("sleep-2026-03-01.json", json.dumps([LOG])).frames["sleep_stages"]

    start = _at(2026, 3, 1, 22, 5)
    seconds = [13_470, 13_530, 27_000]
    assert stages["stage"].to_list() == ["light", "awake", "rem"]
    assert stages["end_at_utc"].to_list() == [start + timedelta(seconds=told) for told in seconds]
    assert stages["start_at_utc"].to_list()[1:] == stages["end_at_utc"].to_list()[:-1]


@pytest.mark.parametrize(("is_main", "is_nap"), [(True, False), (False, True), (None, None)])
def test_a_sleep_that_is_not_the_main_one_is_a_nap(read_whole: ReadWhole, is_main: object, is_nap: object) -> None:
    nights = read_whole("sleep-1.json", json.dumps([LOG | {"mainSleep": is_main}])).frames["nights"]

    assert nights["is_nap"].to_list() == [is_nap]


def test_a_classic_log_has_time_asleep_and_no_stages(read_whole: ReadWhole) -> None:
    levels = {
        "summary": {"asleep": {"minutes": 400}},
        "data": [{"dateTime": LOG["startTime"], "level": "asleep", "seconds": 9}],
    }

    file = read_whole("sleep-1.json", json.dumps([LOG | {"type": "classic", "levels": levels}]))

    night = file.frames["nights"].row(0, named=True)
    assert (night["sleep_duration_s"], night["light_s"], night["deep_s"], night["rem_s"]) == (
        24_000.0,
        None,
        None,
        None,
    )
    assert "sleep_stages" not in file.frames


def test_a_log_stated_twice_in_a_file_counts_once(read_whole: ReadWhole) -> None:
    file = read_whole("sleep-1.json", json.dumps([LOG, LOG]))

    assert file.frames["nights"].height == 1
    assert file.report.passed_over == ("logs stated twice",)


@pytest.mark.parametrize("change", [{"startTime": "soon"}, {"duration": -5}, {"duration": 10**12}])
def test_a_log_without_a_possible_time_is_named_as_lost(read_whole: ReadWhole, change: dict[str, object]) -> None:
    file = read_whole("sleep-1.json", json.dumps([LOG | change, LOG | {"logId": 42}]))

    assert file.frames["nights"].height == 1
    assert [(loss.what, loss.where) for loss in file.report.losses] == [("1 record", "record 1")]


def test_a_resting_heart_rate_of_zero_is_a_day_without_one(read_whole: ReadWhole) -> None:
    told = [
        {"dateTime": "03/01/26 00:00:00", "value": {"date": "03/01/26", "value": 52.25, "error": 6.8}},
        {"dateTime": "03/02/26 00:00:00", "value": {"date": None, "value": 0.0, "error": 0.0}},
        {"dateTime": "03/03/26 00:00:00", "value": {"date": "03/03/26", "value": 0.0, "error": 0.0}},
    ]

    file = read_whole("resting_heart_rate-2026-03-01.json", json.dumps(told), zone="America/New_York")

    values = file.frames["daily_values"]
    assert values.select("value_date", "measured_value", "unit").rows() == [(date(2026, 3, 1), 52.25, "bpm")]
    assert _values(file) == {("resting_heart_rate", "fitbit_daily", "day"): 52.25}
    assert file.report.passed_over == ("days without a resting heart rate: 2",)


@pytest.mark.parametrize(
    ("stamps", "first", "note"),
    [
        (("02/28/26 23:00:05", "03/01/26 22:59:55"), _at(2026, 2, 28, 23, 0, 5), ()),
        (("03/01/26 00:00:05", "03/01/26 23:59:55"), _at(2026, 2, 28, 23, 0, 5), "stamps are read as local"),
        (("03/01/26 08:00:00", "03/01/26 20:00:00"), _at(2026, 3, 1, 8), "stamps are read as UTC: nothing"),
    ],
)
def test_heart_rates_are_utc_unless_the_files_own_day_says_local(
    read_whole: ReadWhole, stamps: tuple[str, ...], first: datetime, note: object
) -> None:
    file = read_whole("heart_rate-2026-03-01.json", _rates(*stamps))

    assert file.frames["heart_rates"]["measured_at_utc"].min() == first
    assert len(file.report.passed_over) == bool(note)
    assert all(told.startswith(str(note)) for told in file.report.passed_over)


def test_heart_rates_of_a_western_day_are_told_by_its_end(read_whole: ReadWhole) -> None:
    told = _rates("03/01/26 05:00:05", "03/02/26 04:59:55")

    rates = read_whole("heart_rate-2026-03-01.json", told, zone="America/New_York").frames["heart_rates"]

    assert rates["measured_at_utc"].min() == _at(2026, 3, 1, 5, 0, 5)


@pytest.mark.parametrize(("confidence", "count"), [(0, 0), (1, 1), (3, 1)])
def test_a_heart_rate_the_tracker_has_no_confidence_in_is_left_out(
    read_whole: ReadWhole, confidence: int, count: int
) -> None:
    told = [{"dateTime": "03/01/26 08:00:00", "value": {"bpm": 60, "confidence": confidence}}]

    frames = read_whole("heart_rate-2026-03-01.json", json.dumps(told)).frames

    assert ("heart_rates" in frames) is bool(count)


def test_the_nights_numbers_are_three_methods_and_zero_is_none(read_whole: ReadWhole) -> None:
    table = (
        "timestamp,average heart rate variability milliseconds,non rem heart rate beats per minute,entropy,"
        "deep sleep root mean square of successive differences milliseconds,data source\n"
        "2026-03-01T00:00:00Z,41.5,52.5,2.9,45.0,Charge 5\n2026-03-02T00:00:00Z,0.0,0.0,0.0,0.0,Charge 5\n"
    )

    file = read_whole("daily_heart_rate_variability.csv", table, zone="America/New_York")

    assert _values(file) == {
        ("rmssd", "fitbit_main_sleep", "night"): 41.5,
        ("non_rem_heart_rate", "fitbit_main_sleep", "night"): 52.5,
        ("rmssd", "fitbit_deep_sleep", "night"): 45.0,
    }
    assert file.frames["daily_values"]["value_date"].unique().to_list() == [date(2026, 3, 1)]
    assert file.frames["devices"]["device_id"].to_list() == ["fitbit:charge5:"]
    assert file.report.passed_over == ("days without HRV",)


def test_the_older_table_of_the_same_number_has_the_same_method(read_whole: ReadWhole) -> None:
    table = "timestamp,rmssd,nremhr,entropy\n2026-03-01T00:00:00,42.59,51.3,2.41\n"

    file = read_whole("Daily Heart Rate Variability Summary - 2026-03-(1).csv", table)

    assert _values(file)[("rmssd", "fitbit_main_sleep", "night")] == 42.59


@pytest.mark.parametrize(("coverage", "count"), [(0.69, 0), (0.7, 1)])
def test_five_minutes_of_hrv_with_too_few_beats_are_passed_over(
    read_whole: ReadWhole, coverage: float, count: int
) -> None:
    table = f"timestamp,rmssd,coverage,low_frequency,high_frequency\n2026-03-01T01:05:00,40.1,{coverage},812.4,655.1\n"

    file = read_whole("Heart Rate Variability Details - 2026-03-01.csv", table)

    epochs = file.frames.get("hrv_epochs")
    assert (0 if epochs is None else epochs.height) == count
    assert epochs is None or epochs["measured_at_utc"].to_list() == [_at(2026, 3, 1, 0, 5)]
    assert len(file.report.passed_over) == 1 - count


def test_minutes_of_steps_are_added_to_quarters_of_an_hour_for_each_device_alone(read_whole: ReadWhole) -> None:
    table = (
        "timestamp,steps,data source\n2026-03-01T06:00:00Z,10,Charge 5\n2026-03-01T06:14:00Z,20,Charge 5\n"
        "2026-03-01T06:15:00Z,5,Charge 5\n2026-03-01T06:00:00Z,7,Phone\n2026-03-01T06:01:00Z,9,Pixel Health Connect\n"
    )

    file = read_whole("steps_2026-03-01.csv", table)

    rows = file.frames["interval_sums"].select("device_id", "start_at_utc", "amount").rows()
    assert rows == [
        ("fitbit:charge5:", _at(2026, 3, 1, 6), 30.0),
        ("fitbit:charge5:", _at(2026, 3, 1, 6, 15), 5.0),
        ("fitbit:phone:", _at(2026, 3, 1, 6), 7.0),
    ]
    assert file.frames["interval_sums"]["end_at_utc"][0] == _at(2026, 3, 1, 6, 15)
    assert file.report.passed_over == ("rows mirrored from another app",)


def test_steps_of_the_reconciled_stream_belong_to_the_platform(read_whole: ReadWhole) -> None:
    told = [{"dateTime": "03/01/26 06:00:00", "value": "12"}, {"dateTime": "03/01/26 06:01:00", "value": "3"}]

    sums = read_whole("steps-2026-03-01.json", json.dumps(told)).frames["interval_sums"]

    assert sums.select("device_id", "amount", "unit").rows() == [("fitbit:app:", 15.0, "count")]


def test_heart_rates_of_a_table_keep_their_device(read_whole: ReadWhole) -> None:
    table = (
        "timestamp,beats per minute,data source\n"
        "2026-03-01T06:00:00Z,60.0,Charge 5\n2026-03-01T06:00:05Z,61,Pixel Watch\n"
    )

    rates = read_whole("heart_rate_2026-03-01.csv", table).frames["heart_rates"]

    assert rates.select("device_id", "measured_at_utc", "heart_rate_bpm").rows() == [
        ("fitbit:charge5:", _at(2026, 3, 1, 6), 60),
        ("fitbit:pixelwatch:", _at(2026, 3, 1, 6, 0, 5), 61),
    ]


@pytest.mark.parametrize("name", ["daily_resting_heart_rate.csv", "renamed.csv"])
def test_a_table_of_days_is_resting_heart_rate_and_keeps_its_local_date(read_whole: ReadWhole, name: str) -> None:
    table = (
        "timestamp,beats per minute,data source\n2026-03-01T00:00:00Z,52.4,Charge 5\n2026-03-02T00:00:00Z,53,Charge 5\n"
    )

    file = read_whole(name, table, zone="America/New_York")

    assert file.frames["daily_values"]["value_date"].to_list() == [date(2026, 3, 1), date(2026, 3, 2)]
    assert set(_values(file)) == {("resting_heart_rate", "fitbit_daily", "day")}


def test_the_later_table_of_sleep_states_its_offset(read_whole: ReadWhole) -> None:
    table = (
        "sleep_id,sleep_type,minutes_asleep,minutes_awake,start_utc_offset,sleep_start,end_utc_offset,sleep_end\n"
        "111,STAGES,420,48,+02:00,2026-10-04 20:30:00+0000,+02:00,2026-10-05T04:30:00Z\n"
        "112,STAGES,60,0,-04:00,2026-10-06T02:30:00Z,-04:00,2026-10-06T03:30:00Z\n"
    )

    nights = read_whole("UserSleeps_2026-10-01.csv", table).frames["nights"]

    assert nights["start_at_utc"][0] == _at(2026, 10, 4, 20, 30)
    assert nights["utc_offset_s"].to_list() == [7200, -14_400]
    assert nights["time_basis"].unique().to_list() == ["local_with_offset"]
    assert nights["night_date"].to_list() == [date(2026, 10, 5), date(2026, 10, 5)]
    assert nights["sleep_duration_s"].to_list() == [25_200.0, 3_600.0]


def test_an_exercise_log_is_a_summary_without_records(read_whole: ReadWhole) -> None:
    told = {
        "logId": 9,
        "activityName": "Run",
        "averageHeartRate": 150,
        "calories": 500,
        "duration": 3_600_000,
        "activeDuration": 3_500_000,
        "source": {"name": "Charge 5"},
        "startTime": "03/01/26 06:00:00",
        "distance": 10.0,
        "distanceUnit": "Mile",
    }

    file = read_whole("exercise-0.json", json.dumps([told]))

    row = file.frames["activities"].row(0, named=True)
    assert (row["start_at_utc"], row["elapsed_s"], row["timer_s"]) == (_at(2026, 3, 1, 6), 3600.0, 3500.0)
    assert row["distance_m"] == pytest.approx(16_093.44)
    assert (row["sport"], row["vendor_id"], row["record_count"]) == ("running", "9", 0)
    assert (row["average_heart_rate_bpm"], row["device_id"]) == (150.0, "fitbit:charge5:")
    assert file.report.passed_over == ("starts of exercises are read as UTC: the log does not say",)


@pytest.mark.parametrize("unit", ["Furlong", None])
def test_a_distance_in_a_unit_nobody_names_is_not_known(read_whole: ReadWhole, unit: object) -> None:
    told = {"logId": 9, "activityName": "Walk", "duration": 60_000, "startTime": "03/01/26 06:00:00", "distance": 10.0}

    frames = read_whole("exercise-0.json", json.dumps([told | {"distanceUnit": unit}])).frames

    assert frames["activities"]["distance_m"].to_list() == [None]


def test_an_exercise_of_the_later_table_is_in_millimetres_with_an_offset(read_whole: ReadWhole) -> None:
    table = (
        "exercise_id,exercise_start,exercise_end,utc_offset,activity_name,tracker_total_distance_mm,"
        "tracker_avg_heart_rate,tracker_peak_heart_rate\n"
        "5,2026-10-04 02:30:00+0000,2026-10-04 03:30:00+0000,-04:00,Treadmill,10000000,150,171\n"
    )

    row = read_whole("UserExercises_2026-10-01.csv", table).frames["activities"].row(0, named=True)

    assert (row["distance_m"], row["elapsed_s"]) == (10_000.0, 3600.0)
    assert (row["utc_offset_s"], row["local_date"]) == (-14_400, date(2026, 10, 3))
    assert (row["sport"], row["sub_sport"], row["max_heart_rate_bpm"]) == ("running", "treadmill", 171.0)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "sleep_log_entry_id,timestamp,overall_score\n1,2026-03-01T06:30:00Z,82\n",
            ("sleep_score", "vendor_score_fitbit", "night"),
        ),
        (
            (
                "DATE,UPDATED_AT,STRESS_SCORE,STATUS,CALCULATION_FAILED\n2026-03-01T00:00:00,x,82,READY,false\n"
                "2026-03-02T00:00:00,x,0,NO_DATA,false\n"
            ),
            ("stress_score", "vendor_score_fitbit", "day"),
        ),
        ("date,readiness_score_value\n2026-03-01,82\n", ("readiness_score", "vendor_score_fitbit", "day")),
    ],
)
def test_scores_are_stored_as_the_vendors_own(
    read_whole: ReadWhole, table: str, expected: tuple[str, str, str]
) -> None:
    assert _values(read_whole("scores.csv", table)) == {expected: 82.0}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("glucose-2026-03.csv", "no data"),
        ("a.json", "no data\r\n"),
        ("Daily Heart Rate Variability Summary - 2026-03-01.csv", "timestamp,rmssd,nremhr,entropy\n"),
        (
            "resting_heart_rate-1.json",
            '[{"dateTime":"03/02/26 00:00:00","value":{"date":null,"value":0.0,"error":0.0}}]',
        ),
        ("distance-2026-03-01.json", '[{"dateTime":"03/01/26 06:00:00","value":"1200"}]'),
        ("no name says what.json", '[{"dateTime":"03/01/26 06:00:00","value":"1200"}]'),
        ("weight-2026-03-01.json", '[{"logId":1,"weight":150.1,"bmi":22,"date":"03/01/26","time":"06:00:00"}]'),
        ("calories_2026-03-01.csv", "timestamp,calories,data source\n2026-03-01T06:00:00Z,1.2,Charge 5\n"),
        ("distance_2026-03-01.csv", "timestamp,distance\n2026-03-01T06:00:00Z,1.2\n"),
        ("live_pace.csv", "timestamp,steps,distance millimeters,data source\n2026-03-01T06:00:00Z,9,7,Charge 5\n"),
        ("Active Zone Minutes - 2026-03-01.csv", "date_time,heart_zone_id,total_minutes\n2026-03-01T10:00,PEAK,1\n"),
        ("Minute SpO2 - 2026-03-01.csv", "timestamp,value\n2026-03-01T06:00:00Z,96\n"),
        ("UserAppSettingData.csv", "value_time,setting_name\n2026-03-01T06:00:00Z,weight system\n"),
        ("UserSleepStages_1.csv", "sleep_id,sleep_stage_id,sleep_stage_type\n1,2,LIGHT\n"),
    ],
)
def test_files_without_data_or_use_are_normal(read_whole: ReadWhole, name: str, content: str) -> None:
    file = read_whole(name, content)

    assert file.reader == "fitbit_takeout"
    assert file.frames == {}
    assert file.report.losses == ()
    assert file.report.passed_over


def test_a_damaged_row_of_a_table_costs_itself(read_whole: ReadWhole) -> None:
    table = (
        b"timestamp,beats per minute,data source\n2026-03-01T06:00:00Z,60,A\nx\xff\xfe,1\n2026-03-01T06:00:05Z,61,A\n"
    )

    file = read_whole("heart_rate_2026-03-01.csv", table)

    assert file.frames["heart_rates"].height == 2
    assert [(loss.what, loss.where) for loss in file.report.losses] == [("1 row", "line 3")]


def test_a_table_without_a_whole_row_is_refused_in_one_line(read_whole: ReadWhole) -> None:
    with pytest.raises(CorruptExport, match="no row has a time and a value"):
        read_whole("steps_2026-03-01.csv", "timestamp,steps,data source\nsoon,many,A\n")


def test_a_list_without_a_whole_record_is_refused_in_one_line(read_whole: ReadWhole) -> None:
    with pytest.raises(CorruptExport, match="no record in it is whole"):
        read_whole("sleep-1.json", json.dumps([LOG])[:200])
