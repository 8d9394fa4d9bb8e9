"""Oura's exports: which number is which, which day it is of, stages, series and scores."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

PERIOD = {
    "id": "a1",
    "day": "2026-03-02",
    "bedtime_start": "2026-03-01T22:40:00.000+01:00",
    "bedtime_end": "2026-03-02T06:40:00.000+01:00",
    "type": "long_sleep",
    "total_sleep_duration": 25200,
    "deep_sleep_duration": 4800,
    "rem_sleep_duration": 5400,
    "light_sleep_duration": 15000,
    "awake_time": 3000,
    "lowest_heart_rate": 52,
    "average_heart_rate": 58.5,
    "average_hrv": 61,
    "average_breath": 14.25,
}
OLDER = {
    "summary_date": "2026-03-01",
    "is_longest": 1,
    "bedtime_start": "2026-03-01T22:40:00+01:00",
    "bedtime_end": "2026-03-02T06:40:00+01:00",
    "total": 25200,
    "deep": 4800,
    "rem": 5400,
    "light": 15000,
    "awake": 3000,
    "hr_lowest": 52,
    "hr_average": 58.5,
    "rmssd": 61,
    "score": 82,
    "hypnogram_5min": "42113",
    "rmssd_5min": [0, 60, 62],
    "hr_5min": [0, 55],
}


def _values(read: Any) -> list[tuple[object, ...]]:
    return read.frames["daily_values"].select("metric", "method", "reading", "unit", "measured_value").rows()


NIGHT = [
    ("rmssd", "oura_night_average", "night", "ms", 61.0),
    ("resting_heart_rate", "oura_night_lowest", "night", "bpm", 52.0),
    ("sleeping_heart_rate", "oura_night_average", "night", "bpm", 58.5),
]


def test_every_number_of_a_sleep_period_has_its_own_name(read_whole: Callable[..., Any]) -> None:
    read = read_whole("sleep.json", json.dumps({"data": [PERIOD], "next_token": None}))

    assert read.reader == "oura_export"
    assert _values(read) == [*NIGHT, ("respiratory_rate", "oura_night_average", "night", "breaths_per_min", 14.25)]
    assert read.frames["daily_values"]["value_date"].unique().to_list() == [date(2026, 3, 2)]


def test_a_trends_row_gives_the_same_numbers_as_the_account_export(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    read = read_whole(*examples["oura_trends"])

    assert _values(read) == [
        ("rmssd", "oura_night_average", "night", "ms", 61.0),
        ("resting_heart_rate", "oura_night_lowest", "night", "bpm", 52.0),
        ("sleeping_heart_rate", "oura_night_average", "night", "bpm", 58.2),
        ("step_count", "oura_day", "day", "count", 9420.0),
        ("sleep_score", "vendor_score_oura", "night", "points", 82.0),
        ("readiness_score", "vendor_score_oura", "day", "points", 85.0),
    ]
    night = read.frames["nights"].row(0, named=True)
    assert (night["night_date"], night["sleep_duration_s"], night["awake_s"]) == (date(2026, 3, 1), 27_000.0, 1800.0)
    assert (night["light_s"], night["deep_s"], night["rem_s"]) == (16_200.0, 4800.0, 6000.0)
    assert night["start_at_utc"] == datetime(2026, 2, 28, 21, 40, tzinfo=UTC)


@pytest.mark.parametrize("missing", ["None", "", "nan"])
def test_words_for_nothing_in_the_trends_are_no_values(missing: str, read_whole: Callable[..., Any]) -> None:
    text = f"date;Average HRV;Readiness Score;Sleep Score\n2026-03-01;{missing};85;{missing}\n"

    assert read_whole("t.csv", text).frames["daily_values"]["metric"].to_list() == ["readiness_score"]


def test_a_zero_of_the_trends_is_no_heart_rate_and_no_steps_are_steps(read_whole: Callable[..., Any]) -> None:
    text = "date,Average HRV,Lowest Resting Heart Rate,Steps,Readiness Score\n2026-03-01,0,0,0,\n"

    values = read_whole("t.csv", text).frames["daily_values"]

    assert values.select("metric", "measured_value").rows() == [("step_count", 0.0)]


def test_a_nap_is_a_nap_and_gives_no_values_of_the_night(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    read = read_whole(*examples["oura_export"])

    assert read.frames["nights"].select("sleep_duration_s", "is_nap").rows() == [(25_200.0, False), (1800.0, True)]
    assert _values(read) == NIGHT


def test_of_two_long_sleeps_of_a_date_the_longer_one_is_the_night(read_whole: Callable[..., Any]) -> None:
    second = PERIOD | {"total_sleep_duration": 12_000, "average_hrv": 40}

    read = read_whole("sleep.json", json.dumps([PERIOD, second]))

    assert read.frames["daily_values"].filter(metric="rmssd")["measured_value"].to_list() == [61.0]
    assert read.frames["nights"].height == 2


@pytest.mark.parametrize("kind", ["rest", "deleted"])
def test_what_oura_does_not_count_as_sleep_is_passed_over(kind: str, read_whole: Callable[..., Any]) -> None:
    read = read_whole("sleep.json", json.dumps([PERIOD, PERIOD | {"type": kind}]))

    assert read.frames["nights"].height == 1
    assert f"periods of type {kind}" in read.report.passed_over


def test_the_hypnogram_becomes_unbroken_stages(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    stages = read_whole(*examples["oura_export"]).frames["sleep_stages"]

    first = stages.filter(night_id="0123456789abcdef:n0").select("stage", "start_at_utc", "end_at_utc").rows()
    assert [stage for stage, _, _ in first] == ["awake", "light", "deep", "rem", "awake"]
    assert first[0][1:] == (datetime(2026, 3, 1, 21, 40, tzinfo=UTC), datetime(2026, 3, 1, 21, 50, tzinfo=UTC))
    assert first[-1][2] == datetime(2026, 3, 1, 22, 30, tzinfo=UTC)


def test_the_series_of_five_minutes_leave_out_what_was_not_measured(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    frames = read_whole(*examples["oura_export"]).frames

    assert frames["hrv_epochs"].select("measured_at_utc", "rmssd_ms").rows() == [
        (datetime(2026, 3, 1, 21, 45, tzinfo=UTC), 55.0),
        (datetime(2026, 3, 1, 21, 50, tzinfo=UTC), 62.0),
    ]
    assert frames["heart_rates"].select("measured_at_utc", "heart_rate_bpm").rows() == [
        (datetime(2026, 3, 1, 21, 40, tzinfo=UTC), 60),
        (datetime(2026, 3, 1, 21, 45, tzinfo=UTC), 58),
    ]


def test_the_older_service_dates_a_morning_by_its_evening(read_whole: Callable[..., Any]) -> None:
    readiness = {"summary_date": "2026-03-01", "score": 77, "score_hrv_balance": 80, "score_recovery_index": 90}
    activity = {"summary_date": "2026-03-01", "score": 70, "steps": 9000, "cal_active": 300, "non_wear": 30}

    read = read_whole(
        "oura_data.json", json.dumps({"sleep": [OLDER], "readiness": [readiness], "activity": [activity]})
    )

    dates = dict(read.frames["daily_values"].select("metric", "value_date").rows())
    assert _values(read)[-3:] == NIGHT
    assert dates["rmssd"] == dates["sleep_score"] == dates["readiness_score"] == date(2026, 3, 2)
    assert dates["step_count"] == dates["activity_score"] == date(2026, 3, 1)
    assert dict(read.frames["daily_values"].select("metric", "measured_value").rows())["non_wear_time"] == 1800.0
    assert read.frames["hrv_epochs"]["rmssd_ms"].to_list() == [60.0, 62.0]


def test_daily_scores_are_stored_as_scores(read_whole: Callable[..., Any]) -> None:
    items = [
        {"day": "2026-03-02", "score": 82, "contributors": {"deep_sleep": 97, "latency": 80, "efficiency": 99}},
        {"day": "2026-03-02", "score": 71, "contributors": {"recovery_index": 80}, "temperature_deviation": -0.2},
        {"day": "2026-03-02", "score": 90, "contributors": {"meet_daily_targets": 5}, "steps": 12_000},
        {"day": "2026-03-02", "spo2_percentage": {"average": 97.1}},
        {"day": "2026-03-02", "level": "solid", "contributors": {"daytime_recovery": 50}},
    ]

    read = read_whole("daily.json", json.dumps({"daily_sleep": items}))

    assert _values(read) == [
        ("sleep_score", "vendor_score_oura", "night", "points", 82.0),
        ("readiness_score", "vendor_score_oura", "day", "points", 71.0),
        ("skin_temperature_deviation", "oura_night", "night", "deg_c", -0.2),
        ("activity_score", "vendor_score_oura", "day", "points", 90.0),
        ("step_count", "oura_day", "day", "count", 12_000.0),
        ("oxygen_saturation", "oura_night_average", "night", "percent", 97.1),
    ]
    assert any(note.startswith("days of other kinds") for note in read.report.passed_over)


def test_heart_rates_of_the_account_export_are_kept_and_those_of_workouts_passed_over(
    read_whole: Callable[..., Any],
) -> None:
    text = (
        "timestamp;bpm;source\n2026-03-02T03:00:00.000Z;52;sleep\n2026-03-02T03:05:00.000Z;0;sleep\n"
        "2026-03-02T17:00:00.000Z;160;workout\n"
    )

    read = read_whole("heartrate.csv", text)

    assert read.frames["heart_rates"].select("measured_at_utc", "heart_rate_bpm").rows() == [
        (datetime(2026, 3, 2, 3, tzinfo=UTC), 52)
    ]
    assert "heart rates during workouts" in read.report.passed_over


def test_workouts_are_activities_without_records(read_whole: Callable[..., Any]) -> None:
    workout = {
        "id": "w1",
        "activity": "running",
        "day": "2026-03-02",
        "start_datetime": "2026-03-02T17:00:00+01:00",
        "end_datetime": "2026-03-02T17:45:00+01:00",
        "distance": 8000,
        "calories": 500,
        "intensity": "moderate",
    }

    row = read_whole("workout.json", json.dumps([workout])).frames["activities"].row(0, named=True)

    assert (row["sport"], row["elapsed_s"], row["distance_m"], row["record_count"]) == ("running", 2700.0, 8000.0, 0)
    assert (row["vendor_id"], row["local_date"]) == ("w1", date(2026, 3, 2))


def test_a_file_that_ends_too_early_keeps_its_whole_items(read_whole: Callable[..., Any]) -> None:
    whole = json.dumps({"data": [PERIOD, PERIOD | {"day": "2026-03-03"}]})

    read = read_whole("sleep.json", whole[:-60])

    assert read.frames["nights"].height == 1
    assert read.report.losses[0].what == "the rest of the file"


def test_damaged_json_in_a_cell_costs_its_series_and_says_the_line(read_whole: Callable[..., Any]) -> None:
    text = (
        "day;bedtime_start;bedtime_end;type;total_sleep_duration;average_hrv;hrv\n"
        '2026-03-02;2026-03-01T22:40:00+01:00;2026-03-02T06:40:00+01:00;long_sleep;25200;61;{"interval":300,"items":[5\n'
    )

    read = read_whole("sleepmodel.csv", text)

    assert read.frames["daily_values"]["measured_value"].to_list() == [61.0]
    assert [loss.where for loss in read.report.losses] == ["line 2"]


def test_an_older_file_that_begins_with_long_activities_is_known_by_them(read_whole: Callable[..., Any]) -> None:
    activity = {"average_met": 1.2, "cal_active": 300, "class_5min": "1" * 288, "met_1min": [1.1] * 1440}
    content = {"activity": [activity | {"score": 70, "steps": 9000, "summary_date": "2026-03-01"}], "sleep": [OLDER]}

    read = read_whole("oura_data.json", json.dumps(content))

    assert read.reader == "oura_export"
    assert {"step_count", "rmssd"} <= set(read.frames["daily_values"]["metric"].to_list())


@pytest.mark.parametrize(
    "header",
    [
        "timestamp;stress_value;recovery_value",
        "timestamp;skin_temp",
        "id;day;optimal_bedtime;recommendation;status",
        "id;day;timestamp;vo2_max",
        "id;day;vascular_age",
        "id;start_datetime;end_datetime;mood;type",
        "id;start_day;end_day;episodes",
        "id;color;firmware_version;hardware_type;ring_size",
        "id;day;level;contributors",
    ],
)
def test_other_families_are_known_and_hold_nothing_we_use(header: str, read_whole: Callable[..., Any]) -> None:
    read = read_whole("x.csv", header + "\n" + ";".join("1" for _ in header.split(";")) + "\n")

    assert (read.reader, read.frames, read.report.losses) == ("oura_export", {}, ())
