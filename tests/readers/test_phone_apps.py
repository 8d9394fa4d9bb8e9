"""HRV Logger, Polar Sensor Logger and the Elite HRV summary."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipelines.errors import CorruptExport

HRV_LOGGER = "date,rr,since start\n2026-01-01 07:00:00.812,812,0\n2026-01-01 07:00:01.610,798,798\n"


def test_hrv_logger_starts_one_interval_before_its_first_stamp(read_whole: Callable[..., Any]) -> None:
    read = read_whole("2026-01-01_RR_1.csv", HRV_LOGGER)

    series = read.frames["beat_series"].row(0, named=True)
    assert series["start_at_utc"] == datetime(2026, 1, 1, 6, 0, tzinfo=UTC)
    assert (series["time_basis"], series["device_id"]) == ("local_naive", "hrvlogger:app:")
    assert read.frames["beats"]["start_s"].to_list() == pytest.approx([0.0, 0.812])
    assert read.frames["devices"]["device_id"].to_list() == ["hrvlogger:app:"]


def test_hrv_logger_shows_lost_beats_as_a_gap(read_whole: Callable[..., Any]) -> None:
    lines = HRV_LOGGER + "2026-01-01 07:00:05.610,800,4798\n2026-01-01 07:00:06.410,800,5598\n"

    assert read_whole("rr.csv", lines).frames["beats"]["start_s"].to_list() == pytest.approx([0, 0.812, 4.81, 5.61])


def test_hrv_logger_events_are_passed_over(read_whole: Callable[..., Any]) -> None:
    read = read_whole("2026-01-01_Events_1.csv", "date,timestamp,annotation,manual\n2026-01-01,1,start,0\n")

    assert (read.reader, read.frames) == ("hrv_logger", {})
    assert "events" in read.report.passed_over[0]


def test_a_line_without_a_stamp_is_lost_and_the_rest_kept(read_whole: Callable[..., Any]) -> None:
    read = read_whole("rr.csv", HRV_LOGGER + "2026-01-01 07:00:02.410,800,\n2026-01-01 07:00:03.210,800,2398\n")

    assert read.frames["beats"].height == 3
    assert read.report.losses[0].where == "line 4"


def test_a_header_without_intervals_is_refused_in_words(read_whole: Callable[..., Any]) -> None:
    with pytest.raises(CorruptExport, match="no line holds an interval"):
        read_whole("rr.csv", "date,rr,since start\n")


def test_polar_sensor_logger_is_placed_by_the_phone(read_whole: Callable[..., Any]) -> None:
    text = "Phone timestamp;RR-interval [ms]\n2026-01-01T07:00:00.812;812\n2026-01-01T07:00:01.610;798\n"

    series = read_whole("Polar_RR.txt", text, zone="UTC").frames["beat_series"].row(0, named=True)

    assert series["start_at_utc"] == datetime(2026, 1, 1, 7, 0, tzinfo=UTC)
    assert series["reading"] == "morning"


def test_the_elite_hrv_summary_keeps_the_first_reading_of_a_day(read_whole: Callable[..., Any]) -> None:
    header = "Member,Date,Datetime,Type,HRV,lnRmssd,Rmssd,Sdnn,Score,HR\n"
    first, second = "a,,2026-03-01 06:20:00,r,57,3.7,40.5,61.9,,50\n", "a,,2026-03-01 07:00:00,r,50,3.5,33,50,,52\n"
    rows = first + second + "a,,soon,r,1,1,1,1,1,1\n"

    read = read_whole("export.csv", header + rows)

    values = {row["metric"]: row for row in read.frames["daily_values"].iter_rows(named=True)}
    assert values["rmssd"]["measured_value"] == 40.5
    assert values["rmssd"]["value_date"] == date(2026, 3, 1)
    assert (values["rmssd"]["reading"], values["rmssd"]["unit"]) == ("morning", "ms")
    assert values["hrv_score"]["method"] == "vendor_score_elite_hrv_morning"
    assert "readiness_score" not in values
    assert "1 later reading of the same day" in read.report.passed_over
    assert read.report.losses[0].where == "line 4"


def test_hrv4training_tells_the_order_of_day_and_month_by_all_rows(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    read = read_whole(*examples["hrv4training"])

    values = read.frames["daily_values"]
    assert values["value_date"].unique().to_list() == [date(2026, 2, 28)]
    assert dict(zip(values["metric"], values["measured_value"], strict=True))["rmssd"] == 45.2
    assert values["reading"].unique().to_list() == ["morning"]
    assert read.frames["notes"]["note"].to_list() == ["slept badly"]
    assert read.frames["wellness_answers"]["about_date"].to_list() == [date(2026, 2, 28)] * 2 + [date(2026, 3, 1)]


def test_hrv4training_days_without_a_measurement_have_no_value(read_whole: Callable[..., Any]) -> None:
    header = "date,timestamp_measurement,HR,AVNN,SDNN,rMSSD,HRV4T_Recovery_Points\n"
    measured = "2026-03-13,2026-03-13 05:30:00 +0000,50,1200,60,44,8.1\n"
    empty, undated = "2026-03-14 12:01:00 a. m. +0000,-,-,-,-,-,-\n", "x,,1,1,1,1,1\n"

    read = read_whole("MyMeasurements.csv", header + measured + empty + undated)

    row = read.frames["daily_values"].filter(metric="rmssd").row(0, named=True)
    assert read.frames["daily_values"]["value_date"].unique().to_list() == [date(2026, 3, 13)]
    assert row["measured_at_utc"] == datetime(2026, 3, 13, 5, 30, tzinfo=UTC)
    assert read.report.losses[0].where == "line 4"
    assert "the day comes second" not in " ".join(read.report.passed_over)


def _told(read: Any) -> list[tuple[object, ...]]:
    return read.frames["daily_values"].select("metric", "method", "reading", "unit", "measured_value").rows()


@pytest.mark.parametrize(
    ("clock", "reading"), [("06:20:00", "morning"), ("11:59:00", "morning"), ("12:00:00", "spot"), ("02:59:00", "spot")]
)
def test_every_number_of_an_elite_hrv_reading_has_its_own_name(
    clock: str, reading: str, read_whole: Callable[..., Any]
) -> None:
    header = "Member,Date,Datetime,Type,HRV,lnRmssd,Rmssd,Sdnn,Score,HR\n"

    read = read_whole("export.csv", header + f"a,,2026-03-01 {clock},r,57,3.7,40.5,61.9,8,50\n")

    assert sorted(_told(read)) == [
        ("hrv_score", f"vendor_score_elite_hrv_{reading}", reading, "points", 57.0),
        ("readiness_score", f"vendor_score_elite_hrv_{reading}", reading, "points", 8.0),
        ("resting_heart_rate", f"elite_hrv_{reading}", reading, "bpm", 50.0),
        ("rmssd", f"elite_hrv_{reading}", reading, "ms", 40.5),
        ("sdnn", f"elite_hrv_{reading}", reading, "ms", 61.9),
    ]


@pytest.mark.parametrize(
    ("stamp", "reading"),
    [("2026-03-13 05:30:00 +0000", "morning"), ("2026-03-13 17:30:00 +0000", "spot"), ("-", "day")],
)
def test_every_number_of_an_hrv4training_day_has_its_own_name(
    stamp: str, reading: str, read_whole: Callable[..., Any]
) -> None:
    header = "date,timestamp_measurement,HR,AVNN,SDNN,rMSSD,HRV4T_Recovery_Points\n"

    read = read_whole("MyMeasurements.csv", header + f"2026-03-13,{stamp},50,1200,60,44,8.1\n")

    assert sorted(_told(read)) == [
        ("recovery_points_score", f"vendor_score_hrv4training_{reading}", reading, "points", 8.1),
        ("resting_heart_rate", f"hrv4training_{reading}", reading, "bpm", 50.0),
        ("rmssd", f"hrv4training_{reading}", reading, "ms", 44.0),
        ("sdnn", f"hrv4training_{reading}", reading, "ms", 60.0),
    ]
