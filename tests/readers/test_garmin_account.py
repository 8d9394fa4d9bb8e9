"""Garmin's account export: each number under its method and unit, odd units, naps, files nobody uses."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipelines.errors import CorruptExport
from pipelines.readers.catalogue import recognise
from pipelines.readers.contract import Head

ReadWhole = Callable[..., Any]

NIGHT: dict[str, object] = {
    "calendarDate": "2026-03-02",
    "sleepStartTimestampGMT": "2026-03-01T22:10:00.0",
    "sleepEndTimestampGMT": "2026-03-02T06:10:00.0",
    "sleepWindowConfirmationType": "ENHANCED_CONFIRMED_FINAL",
    "deepSleepSeconds": 5400,
    "lightSleepSeconds": 16200,
    "remSleepSeconds": 5400,
    "awakeSleepSeconds": 1800,
    "unmeasurableSeconds": 60,
}

RUN: dict[str, object] = {
    "activityId": 111,
    "activityType": "treadmill_running",
    "beginTimestamp": 1772434800000,
    "startTimeGmt": 1772434800000,
    "startTimeLocal": 1772438400000,
    "duration": 1_800_000.0,
    "elapsedDuration": 1_810_000.0,
    "distance": 500_000.0,
    "avgSpeed": 0.2778,
    "elevationGain": 3200.0,
    "avgHr": 151.0,
    "maxHr": 172.0,
    "calories": 1680.0,
    "deviceId": 3400000001,
}


def _values(file: Any) -> dict[tuple[str, str, str], tuple[float, str]]:
    rows = file.frames["daily_values"].iter_rows(named=True)
    return {(row["metric"], row["method"], row["reading"]): (row["measured_value"], row["unit"]) for row in rows}


def _activities(*records: dict[str, object]) -> str:
    return json.dumps([{"summarizedActivitiesExport": list(records)}])


def test_a_night_is_read_with_its_sums_and_told_in_utc(read_whole: ReadWhole) -> None:
    file = read_whole("a_sleepData.json", json.dumps([NIGHT]))

    night = file.frames["nights"].row(0, named=True)
    assert file.reader == "garmin_account"
    assert night["start_at_utc"] == datetime(2026, 3, 1, 22, 10, tzinfo=UTC)
    assert night["end_at_utc"] == datetime(2026, 3, 2, 6, 10, tzinfo=UTC)
    assert (night["night_date"], night["time_basis"], night["utc_offset_s"]) == (date(2026, 3, 2), "utc", None)
    assert night["sleep_duration_s"] == 27_000.0
    assert [night[f"{name}_s"] for name in ("deep", "light", "rem", "awake", "unmeasured")] == [
        5400.0,
        16200.0,
        5400.0,
        1800.0,
        60.0,
    ]
    assert night["is_nap"] is False
    assert night["device_id"] == "garmin:connect:"
    assert file.frames["devices"]["device_id"].to_list() == ["garmin:connect:"]


def test_rem_that_is_not_told_is_no_zero(read_whole: ReadWhole) -> None:
    older = {name: value for name, value in NIGHT.items() if name != "remSleepSeconds"}

    night = read_whole("a_sleepData.json", json.dumps([older])).frames["nights"].row(0, named=True)

    assert night["rem_s"] is None
    assert night["sleep_duration_s"] == 21_600.0


@pytest.mark.parametrize("missing", ["deepSleepSeconds", "lightSleepSeconds"])
def test_without_deep_or_light_sleep_there_is_no_time_asleep(read_whole: ReadWhole, missing: str) -> None:
    night = {name: value for name, value in NIGHT.items() if name != missing}

    row = read_whole("a_sleepData.json", json.dumps([night])).frames["nights"].row(0, named=True)

    assert row["sleep_duration_s"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"sleepWindowConfirmationType": "OFF_WRIST"},
        {"deepSleepSeconds": None, "lightSleepSeconds": None, "remSleepSeconds": None, "awakeSleepSeconds": None},
    ],
)
def test_a_window_without_a_measurement_is_listed_and_no_night(
    read_whole: ReadWhole, change: dict[str, object]
) -> None:
    file = read_whole("a_sleepData.json", json.dumps([NIGHT | change]))

    assert "nights" not in file.frames
    assert file.report.losses == ()
    assert any("without a measurement" in note for note in file.report.passed_over)


def test_a_nap_is_a_sleep_of_its_own(read_whole: ReadWhole) -> None:
    nap = {"napStartTimestampGMT": "2026-03-02T13:00:00.0", "napTimeSec": 1500}

    nights = read_whole("a_sleepData.json", json.dumps([NIGHT | {"napList": [nap]}])).frames["nights"].sort("is_nap")

    assert nights["is_nap"].to_list() == [False, True]
    assert nights["sleep_duration_s"].to_list() == [27_000.0, 1500.0]
    assert nights["end_at_utc"][1] == datetime(2026, 3, 2, 13, 25, tzinfo=UTC)


def test_sleep_score_is_stored_as_a_vendor_score(read_whole: ReadWhole) -> None:
    file = read_whole("a_sleepData.json", json.dumps([NIGHT | {"sleepScores": {"overallScore": 82}}]))

    assert _values(file) == {("sleep_score", "vendor_score_garmin", "night"): (82.0, "points")}


def test_last_nights_rmssd_has_the_method_of_the_watchs_own_file(read_whole: ReadWhole) -> None:
    figures = [
        {"type": "HRV", "value": 58.0, "status": "IN_RANGE", "baselineUpperLimit": 72.0},
        {"type": "HR", "value": 47.0, "status": "IN_RANGE"},
        {"type": "SKIN_TEMP_C", "value": -0.2, "status": "IN_RANGE"},
    ]

    file = read_whole("a_healthStatusData.json", json.dumps([{"calendarDate": "2026-03-02", "metrics": figures}]))

    assert _values(file) == {
        ("rmssd", "garmin_last_night_average", "night"): (58.0, "ms"),
        ("resting_heart_rate", "garmin_health_status", "night"): (47.0, "bpm"),
    }


@pytest.mark.parametrize(
    "figure", [{"status": "ONBOARDING"}, {"value": 58.0, "status": "ONBOARDING"}, {"value": 0, "status": "IN_RANGE"}]
)
def test_a_figure_without_a_measurement_is_missing_and_never_zero(
    read_whole: ReadWhole, figure: dict[str, object]
) -> None:
    days = [{"calendarDate": "2026-03-02", "metrics": [{"type": "HRV", "baselineUpperLimit": None, **figure}]}]

    file = read_whole("a_healthStatusData.json", json.dumps(days))

    assert "daily_values" not in file.frames
    assert file.report.passed_over == ("days without HRV in health status",)


def test_the_two_resting_heart_rates_of_a_day_are_two_methods(read_whole: ReadWhole) -> None:
    day = {
        "calendarDate": "2026-03-02",
        "restingHeartRate": 55,
        "currentDayRestingHeartRate": 52,
        "totalSteps": 9100,
        "allDayStress": {
            "aggregatorList": [{"type": "TOTAL", "averageStressLevel": 31}, {"type": "AWAKE", "averageStressLevel": 40}]
        },
        "bodyBattery": {
            "bodyBatteryStatList": [
                {"bodyBatteryStatType": "HIGHEST", "statsValue": 88},
                {"bodyBatteryStatType": "LOWEST", "statsValue": 12},
            ]
        },
    }

    file = read_whole("UDSFile_2026-01-01_2026-04-10.json", json.dumps([day, {"hydration": {"valueInML": 500}}]))

    assert _values(file) == {
        ("resting_heart_rate", "garmin_daily", "day"): (52.0, "bpm"),
        ("resting_heart_rate", "garmin_account_summary", "day"): (55.0, "bpm"),
        ("step_count", "garmin_daily_summary", "day"): (9100.0, "count"),
        ("stress_score", "vendor_score_garmin_day", "day"): (31.0, "points"),
        ("body_battery_score", "vendor_score_garmin_highest", "day"): (88.0, "points"),
        ("body_battery_score", "vendor_score_garmin_lowest", "day"): (12.0, "points"),
    }


def test_a_file_with_one_resting_heart_rate_a_day_states_that_of_the_day(read_whole: ReadWhole) -> None:
    days = [{"calendarDate": f"2026-03-0{day}", "restingHeartRate": 50 + day, "totalSteps": 9} for day in (1, 2)]

    older = read_whole("UDSFile_1.json", json.dumps(days))
    newer = read_whole("UDSFile_2.json", json.dumps([days[0], days[1] | {"currentDayRestingHeartRate": 49}]))

    assert _values(older)[("resting_heart_rate", "garmin_daily", "day")] == (52.0, "bpm")
    assert _values(newer)[("resting_heart_rate", "garmin_daily", "day")] == (49.0, "bpm")
    assert _values(newer)[("resting_heart_rate", "garmin_account_summary", "day")] == (52.0, "bpm")


@pytest.mark.parametrize("code", [-1, -2, None])
def test_codes_for_stress_and_zeros_for_heart_rate_are_missing(read_whole: ReadWhole, code: object) -> None:
    day = {
        "calendarDate": "2026-03-02",
        "restingHeartRate": 0,
        "totalSteps": None,
        "allDayStress": {"aggregatorList": [{"type": "TOTAL", "averageStressLevel": code}]},
    }

    file = read_whole("UDSFile_1.json", json.dumps([day]))

    assert "daily_values" not in file.frames


def test_an_activity_comes_from_cm_ms_and_a_tenth_of_a_metre_per_second(read_whole: ReadWhole) -> None:
    file = read_whole("x_summarizedActivities.json", _activities(RUN))

    row = file.frames["activities"].row(0, named=True)
    assert row["start_at_utc"] == datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    assert row["end_at_utc"] == datetime(2026, 3, 2, 7, 30, 10, tzinfo=UTC)
    assert (row["utc_offset_s"], row["time_basis"], row["local_date"]) == (3600, "local_with_offset", date(2026, 3, 2))
    assert (row["timer_s"], row["elapsed_s"], row["distance_m"], row["ascent_m"]) == (1800.0, 1810.0, 5000.0, 32.0)
    assert (row["sport"], row["sub_sport"]) == ("running", "treadmill")
    assert (row["average_heart_rate_bpm"], row["max_heart_rate_bpm"]) == (151.0, 172.0)
    assert (row["record_count"], row["vendor_id"]) == (0, "111")
    assert row["device_id"] == "garmin:unknown:3400000001"
    assert row["energy_kcal"] is None
    assert "calories of activities, whose unit differs between exports" in file.report.passed_over


@pytest.mark.parametrize(
    "units",
    [
        {"duration": 1800.0, "elapsedDuration": 1810.0, "distance": 5000.0, "avgSpeed": 2.778, "elevationGain": 32.0},
        {"distance": 5000.0, "avgSpeed": 2.778, "elevationGain": 32.0},
    ],
)
def test_plain_units_are_told_by_time_distance_and_speed(read_whole: ReadWhole, units: dict[str, object]) -> None:
    row = read_whole("x_summarizedActivities.json", _activities(RUN | units)).frames["activities"].row(0, named=True)

    assert (row["timer_s"], row["elapsed_s"], row["distance_m"], row["ascent_m"]) == (1800.0, 1810.0, 5000.0, 32.0)


@pytest.mark.parametrize(
    ("sport", "speed", "expected_m"),
    [("running", 0.79, 500_000.0 / 100), ("running", 0.81, 500_000.0), ("cycling", 0.81, 500_000.0 / 100)],
)
def test_units_are_doubted_beyond_the_fastest_anyone_moves(
    read_whole: ReadWhole, sport: str, speed: float, expected_m: float
) -> None:
    duration = 500_000.0 / speed  # the same whether cm in ms or m in s
    fast = RUN | {"activityType": sport, "avgSpeed": speed, "duration": duration}

    row = read_whole("x_summarizedActivities.json", _activities(fast)).frames["activities"].row(0, named=True)

    assert row["distance_m"] == pytest.approx(expected_m)


def test_the_whole_of_a_multisport_activity_is_left_out_where_its_parts_are_there(read_whole: ReadWhole) -> None:
    whole = RUN | {"activityId": 1, "parent": True, "activityType": "multi_sport"}
    parts = [RUN | {"activityId": 2, "parentId": 1}, RUN | {"activityId": 3, "parentId": 1}]

    file = read_whole("x_summarizedActivities.json", _activities(whole, *parts))
    alone = read_whole("y_summarizedActivities.json", _activities(whole))

    assert file.frames["activities"]["vendor_id"].to_list() == ["2", "3"]
    assert alone.frames["activities"]["vendor_id"].to_list() == ["1"]


def test_a_key_stated_twice_in_a_file_counts_once_and_the_later_stays(read_whole: ReadWhole) -> None:
    days = [{"calendarDate": "2026-03-02", "currentDayRestingHeartRate": bpm} for bpm in (52, 53)]

    file = read_whole("UDSFile_1.json", json.dumps(days))

    assert file.frames["daily_values"]["measured_value"].to_list() == [53.0]
    assert file.report.passed_over == ("values of a day that are stated once more, of which the last stays",)


def test_overlapping_files_both_keep_what_they_state(source_of: Callable[..., Any]) -> None:
    reader = recognise(Head(name="UDSFile_1.json", size_bytes=9, start=b'[{"userProfilePK":1,"calendarDate":1}]'))
    frames = []
    for bpm in (52, 53):
        day = {"calendarDate": "2026-03-02", "currentDayRestingHeartRate": bpm}
        source = source_of(f"UDSFile_{bpm}.json", json.dumps([day]))
        frames += [batch.frame for batch in reader.read(source) if getattr(batch, "table", "") == "daily_values"]

    assert [frame["measured_value"].to_list() for frame in frames] == [[52.0], [53.0]]


@pytest.mark.parametrize(("contexts", "expected"), [(("AFTER_WAKEUP_RESET", "UPDATE"), 2), (("UPDATE", "UPDATE"), 1)])
def test_readiness_at_waking_is_kept_apart_from_the_last_of_the_day(
    read_whole: ReadWhole, contexts: tuple[str, str], expected: int
) -> None:
    rows = [
        {
            "calendarDate": "2026-03-02",
            "timestamp": f"2026-03-02T{hour}:00:00.0",
            "score": score,
            "level": "LOW",
            "inputContext": context,
        }
        for hour, score, context in (("18", 50, contexts[0]), ("06", 70, contexts[1]))
    ]

    values = read_whole("TrainingReadinessDTO_1.json", json.dumps(rows)).frames["daily_values"]

    assert values["metric"].unique().to_list() == ["training_readiness_score"]
    assert values.height == expected
    assert 50.0 in values["measured_value"].to_list()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("1_gear.json", '[{"gearDTOS":[]}]'),
        ("MetricsMaxMetData_1_2.json", '[{"userProfilePK":1,"calendarDate":"2026-03-02","vo2MaxValue":50.0}]'),
        ("a_userBioMetrics.json", '[{"weight":{"weight":70000},"metaData":{"calendarDate":"2026-03-02"}}]'),
        ("HydrationLogFile_1_2.json", '[{"calendarDate":"2026-03-02","valueInML":500.0}]'),
        ("any name.json", '[{"userProfileNumber":1,"badges":[]}]'),
        ("empty_sleepData.json", "[]"),
    ],
)
def test_a_file_of_the_account_that_nobody_uses_is_listed_and_no_error(
    read_whole: ReadWhole, name: str, content: str
) -> None:
    file = read_whole(name, content)

    assert file.reader == "garmin_account"
    assert file.frames == {}
    assert file.report.losses == ()
    assert len(file.report.passed_over) == 1
    assert "account" in file.report.passed_over[0]


def test_a_cut_file_keeps_its_whole_nights_and_names_the_rest(read_whole: ReadWhole) -> None:
    nights = [NIGHT | {"calendarDate": f"2026-03-{day:02}"} for day in range(1, 9)]

    file = read_whole("a_sleepData.json", json.dumps(nights)[:-500])

    assert file.frames["nights"].height == 6
    assert [loss.what for loss in file.report.losses] == ["the rest of the file"]


def test_a_file_without_a_whole_record_is_refused_in_one_line(read_whole: ReadWhole) -> None:
    with pytest.raises(CorruptExport, match="no record in it is whole"):
        read_whole("a_sleepData.json", json.dumps([NIGHT])[:150])
