"""Answers of Garmin's web service: wrapped or not, in either case of names, with and without data."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipelines.readers import fit_export
from pipelines.readers.contract import Method
from pipelines.readers.garmin import methods
from pipelines.tables import empty

ReadWhole = Callable[..., Any]

SLEEP: dict[str, Any] = {
    "dailySleepDTO": {
        "id": 1,
        "calendarDate": "2026-03-02",
        "sleepTimeSeconds": 25740,
        "sleepStartTimestampGMT": 1772403000000,
        "sleepEndTimestampGMT": 1772430540000,
        "sleepStartTimestampLocal": 1772381400000,
        "sleepEndTimestampLocal": 1772408940000,
        "unmeasurableSleepSeconds": 0,
        "deepSleepSeconds": 4440,
        "lightSleepSeconds": 18720,
        "remSleepSeconds": 2580,
        "awakeSleepSeconds": 1800,
        "deviceRemCapable": True,
        "sleepScores": {"overall": {"value": 79, "qualifierKey": "FAIR"}},
    },
    "sleepLevels": [
        {"startGMT": "2026-03-01T22:10:00.0", "endGMT": "2026-03-01T23:10:00.0", "activityLevel": 1.0},
        {"startGMT": "2026-03-01T23:10:00.0", "endGMT": "2026-03-01T23:50:00.0", "activityLevel": 0.0},
        {"startGMT": "2026-03-01T23:50:00.0", "endGMT": "2026-03-02T00:00:00.0", "activityLevel": 2.0},
        {"startGMT": "2026-03-02T00:00:00.0", "endGMT": "2026-03-02T00:30:00.0", "activityLevel": 3.0},
        {"startGMT": "2026-03-02T00:30:00.0", "endGMT": "2026-03-02T00:40:00.0", "activityLevel": -1.0},
    ],
    "restingHeartRate": 47,
    "avgOvernightHrv": 61.0,
    "hrvData": [{"value": 58.0, "startGMT": 1772403300000}, {"value": 0.0, "startGMT": 1772403600000}],
}

HRV: dict[str, Any] = {
    "hrvSummary": {"calendarDate": "2026-03-02", "weeklyAvg": 51, "lastNightAvg": 54, "lastNight5MinHigh": 77},
    "hrvReadings": [
        {"hrvValue": 49, "readingTimeGMT": "2026-03-01T22:15:00.0", "readingTimeLocal": "2026-03-01T23:15:00.0"},
        {"hrvValue": 58, "readingTimeGMT": "2026-03-01T22:20:00.0", "readingTimeLocal": "2026-03-01T23:20:00.0"},
    ],
}

DAY: dict[str, Any] = {
    "calendarDate": "2026-03-02",
    "totalSteps": 5459,
    "wellnessStartTimeGmt": "2026-03-01T23:00:00.0",
    "restingHeartRate": 51,
    "lastSevenDaysAvgRestingHeartRate": 50,
    "averageStressLevel": 24,
    "bodyBatteryHighestValue": 92,
    "bodyBatteryLowestValue": 32,
    "bodyBatteryAtWakeTime": 90,
}


def _wrapped(response: object, address: str = "wellness-service/wellness/any") -> str:
    return json.dumps([{"uri": f"https://connectapi.garmin.com/{address}", "response": response}])


def _snake(value: Any) -> Any:
    if isinstance(value, dict):
        return {re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower(): _snake(told) for name, told in value.items()}
    return [_snake(item) for item in value] if isinstance(value, list) else value


def _values(file: Any) -> dict[tuple[str, str], float]:
    rows = file.frames["daily_values"].iter_rows(named=True)
    return {(row["metric"], row["method"]): row["measured_value"] for row in rows}


@pytest.mark.parametrize(
    "save", [json.dumps, _wrapped, lambda told: json.dumps(_snake(told)), lambda t: json.dumps([t])]
)
def test_a_night_is_read_however_it_was_saved(read_whole: ReadWhole, save: Callable[[object], str]) -> None:
    file = read_whole("saved.json", save(SLEEP))

    night = file.frames["nights"].row(0, named=True)
    assert file.reader == "garmin_connect_json"
    assert night["start_at_utc"] == datetime(2026, 3, 1, 22, 10, tzinfo=UTC)
    assert (night["utc_offset_s"], night["time_basis"]) == (-21_600, "local_with_offset")
    assert (night["night_date"], night["sleep_duration_s"], night["is_nap"]) == (date(2026, 3, 2), 25_740.0, False)
    assert file.frames["sleep_stages"]["stage"].to_list() == ["light", "deep", "awake", "rem", "unmeasured"]
    assert _values(file) == {
        ("rmssd", "garmin_last_night_average"): 61.0,
        ("resting_heart_rate", "garmin_daily"): 47.0,
        ("sleep_score", "vendor_score_garmin"): 79.0,
    }
    assert file.frames["hrv_epochs"]["rmssd_ms"].to_list() == [58.0]


def test_without_local_stamps_a_night_is_told_in_utc(read_whole: ReadWhole) -> None:
    dto = {name: value for name, value in SLEEP["dailySleepDTO"].items() if not name.endswith("Local")}

    night = read_whole("s.json", json.dumps({"dailySleepDTO": dto})).frames["nights"].row(0, named=True)

    assert (night["utc_offset_s"], night["time_basis"]) == (None, "utc")


def test_rem_of_a_device_that_cannot_tell_it_is_no_zero(read_whole: ReadWhole) -> None:
    dto = SLEEP["dailySleepDTO"] | {"deviceRemCapable": False, "remSleepSeconds": 0}

    night = read_whole("s.json", json.dumps({"dailySleepDTO": dto})).frames["nights"].row(0, named=True)

    assert night["rem_s"] is None


def test_naps_beside_a_night_are_nights_of_their_own(read_whole: ReadWhole) -> None:
    naps = [
        {"napTimeSec": 1800, "napStartTimestampGMT": "2026-03-02T13:00:00", "napEndTimestampGMT": "2026-03-02T13:30:00"}
    ]

    nights = read_whole("s.json", json.dumps({**SLEEP, "dailyNapDTOS": naps})).frames["nights"]

    assert nights.sort("is_nap")["sleep_duration_s"].to_list() == [25_740.0, 1800.0]


@pytest.mark.parametrize("save", [json.dumps, _wrapped, lambda told: json.dumps(_snake(told))])
def test_hrv_of_a_night_and_of_its_five_minutes(read_whole: ReadWhole, save: Callable[[object], str]) -> None:
    file = read_whole("hrv.json", save(HRV))

    epochs = file.frames["hrv_epochs"]
    assert _values(file) == {("rmssd", "garmin_last_night_average"): 54.0}
    assert epochs["rmssd_ms"].to_list() == [49.0, 58.0]
    assert epochs["measured_at_utc"][0] == datetime(2026, 3, 1, 22, 15, tzinfo=UTC)
    assert file.frames["daily_values"]["reading"].to_list() == ["night"]


@pytest.mark.parametrize("save", [json.dumps, _wrapped, lambda told: json.dumps([_snake(told)])])
def test_a_day_as_the_service_sums_it_up(read_whole: ReadWhole, save: Callable[[object], str]) -> None:
    file = read_whole("day.json", save(DAY))

    assert file.reader == "garmin_connect_json"
    assert _values(file) == {
        ("resting_heart_rate", "garmin_daily"): 51.0,
        ("resting_heart_rate", "garmin_7_day_average"): 50.0,
        ("step_count", "garmin_daily_summary"): 5459.0,
        ("stress_score", "vendor_score_garmin_day"): 24.0,
        ("body_battery_score", "vendor_score_garmin_highest"): 92.0,
        ("body_battery_score", "vendor_score_garmin_lowest"): 32.0,
        ("body_battery_score", "vendor_score_garmin_at_wake"): 90.0,
    }


def test_heart_rates_of_a_day_are_taken_from_the_stated_places(read_whole: ReadWhole) -> None:
    told = {
        "calendarDate": "2026-03-02",
        "restingHeartRate": 52,
        "heartRateValueDescriptors": [{"key": "heartrate", "index": 0}, {"key": "timestamp", "index": 1}],
        "heartRateValues": [[63, 1772406000000], [None, 1772406120000], [62, 1772406240000], [62]],
    }

    file = read_whole("hr.json", json.dumps(told))

    rates = file.frames["heart_rates"]
    assert rates["heart_rate_bpm"].to_list() == [63, 62]
    assert rates["measured_at_utc"][0] == datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
    assert _values(file) == {("resting_heart_rate", "garmin_daily"): 52.0}
    assert file.report.passed_over == ("moments without a heart rate: 2",)


@pytest.mark.parametrize("response", [None, [], {}])
def test_an_answer_without_data_is_an_answer(read_whole: ReadWhole, response: object) -> None:
    file = read_whole("none.json", _wrapped(response))

    assert file.frames == {}
    assert file.report.losses == ()
    assert file.report.passed_over == ("answers without data",)


@pytest.mark.parametrize(
    ("address", "metric", "value"),
    [
        ("wellness-service/stats/daily/sleep/score/2026-03-01/2026-03-02", "sleep_score", 72.0),
        ("userstats-service/wellness/restingHeartRate", "resting_heart_rate", 72.0),
        ("some-service/other", None, None),
    ],
)
def test_a_date_and_a_number_are_what_their_address_says(
    read_whole: ReadWhole, address: str, metric: str | None, value: float | None
) -> None:
    file = read_whole("list.json", _wrapped([{"calendarDate": "2026-03-02", "value": 72}], address))

    rows = [] if metric is None else [(metric, value)]
    values = file.frames.get("daily_values", empty("daily_values"))
    assert values.select("metric", "measured_value").rows() == rows


def test_weeks_are_no_days(read_whole: ReadWhole) -> None:
    week = {"calendarDate": "2026-03-02", "values": {"totalSteps": 60000.0, "wellnessDataDaysCount": 7}}

    file = read_whole("weeks.json", _wrapped([week, week]))

    assert file.frames == {}
    assert file.report.passed_over == ("weeks summed up: 2",)


def test_an_activity_of_the_service_is_in_plain_units(read_whole: ReadWhole) -> None:
    told = {
        "activityId": 1,
        "activityName": "Trail",
        "startTimeLocal": "2026-03-02 08:00:00",
        "startTimeGMT": "2026-03-02 07:00:00",
        "activityType": {"typeId": 6, "typeKey": "trail_running"},
        "distance": 10_000.5,
        "duration": 3600.0,
        "averageSpeed": 2.78,
        "elevationGain": 120.0,
        "averageHR": 150.0,
        "calories": 700.0,
        "deviceId": 3400000001,
    }

    row = read_whole("activities.json", json.dumps([told])).frames["activities"].row(0, named=True)

    assert (row["distance_m"], row["timer_s"], row["ascent_m"], row["energy_kcal"]) == (10_000.5, 3600.0, 120.0, 700.0)
    assert (row["sport"], row["sub_sport"], row["utc_offset_s"]) == ("running", "trail", 3600)
    assert row["average_heart_rate_bpm"] == 150.0


def test_an_activity_by_itself_has_its_numbers_wrapped(read_whole: ReadWhole) -> None:
    numbers = {"startTimeGMT": "2026-03-02T07:00:00.0", "distance": 5000.0, "duration": 1800.0, "averageSpeed": 2.78}
    told = {"activityId": 7, "activityName": "x", "activityTypeDTO": {"typeKey": "running"}, "summaryDTO": numbers}

    row = read_whole("activity_7.json", json.dumps(told)).frames["activities"].row(0, named=True)

    assert (row["vendor_id"], row["sport"], row["distance_m"], row["timer_s"]) == ("7", "running", 5000.0, 1800.0)


@pytest.mark.parametrize(("end", "count"), [("2026-03-02T00:15:00.0", 1), ("2026-03-02T00:00:00.0", 0)])
def test_steps_of_a_quarter_of_an_hour_are_kept_as_such(read_whole: ReadWhole, end: str, count: int) -> None:
    told = [{"startGMT": "2026-03-02T00:00:00.0", "endGMT": end, "steps": 31, "primaryActivityLevel": "active"}]

    sums = read_whole("steps.json", json.dumps(told)).frames.get("interval_sums", empty("interval_sums"))

    assert sums.select("amount", "unit", "device_id").rows() == [(31.0, "count", "garmin:connect:")] * count


def test_a_cut_answer_keeps_the_heart_rates_before_the_cut(read_whole: ReadWhole) -> None:
    pairs = [[1772406000000 + 120_000 * number, 60] for number in range(50)]
    whole = _wrapped({"calendarDate": "2026-03-02", "restingHeartRate": 52, "heartRateValues": pairs})

    file = read_whole("hr.json", whole[: len(whole) // 2])

    assert 15 < file.frames["heart_rates"].height < 35
    assert _values(file) == {("resting_heart_rate", "garmin_daily"): 52.0}
    assert [loss.what for loss in file.report.losses] == ["the rest of the file"]


def test_a_night_whose_sums_are_broken_off_is_not_half_read(read_whole: ReadWhole) -> None:
    whole = json.dumps([HRV, SLEEP])

    file = read_whole("s.json", whole[: whole.index("lightSleepSeconds")])

    assert "nights" not in file.frames
    assert file.frames["hrv_epochs"].height == 2
    assert len(file.report.losses) == 1


def test_the_login_and_personal_numbers_are_not_repeated(read_whole: ReadWhole) -> None:
    told = [
        {"uri": "https://connectapi.garmin.com/oauth-service/oauth/exchange", "response": {"access_token": "secret"}},
        {"uri": "https://connectapi.garmin.com/x-service/who/77001234/a@b.example", "response": {"other": {"a": 1}}},
    ]

    file = read_whole("login.json", json.dumps(told))

    notes = " ".join(file.report.passed_over)
    assert "answers of the login" in notes
    assert not re.search(r"secret|77001234|@", notes)


@pytest.mark.parametrize(
    "stated", [methods.LAST_NIGHT_RMSSD, methods.DAILY_RESTING, methods.SEVEN_DAY_RESTING, methods.SLEEP_SCORE]
)
def test_one_number_has_one_name_from_the_watch_and_from_the_service(stated: Method) -> None:
    assert stated in fit_export.READER.methods


def test_scores_of_the_vendor_are_told_as_such() -> None:
    scores = [stated for stated in methods.EVERY if stated.evidence == "black_box"]

    assert len(scores) == 9
    assert all(stated.metric.endswith("_score") for stated in scores)
    assert all(stated.method.startswith("vendor_score") for stated in scores)
