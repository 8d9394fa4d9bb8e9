"""Withings' tables: nights with what trackers leave out, raw heart rates, activities."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

HEADER = (
    'from,to,"light (s)","deep (s)","rem (s)","awake (s)","wake up","Duration to sleep (s)","Duration to wake up (s)",'
    '"Snoring (s)","Snoring episodes","Average heart rate","Heart rate (min)","Heart rate (max)"\n'
)
NIGHT = "2026-02-28T23:00:00+01:00,2026-03-01T06:30:00+01:00,14400,6000,4800,1800,2,600,300,0,0,54,46,71\n"


def test_every_number_of_a_night_has_its_own_name(read_whole: Callable[..., Any]) -> None:
    read = read_whole("sleep.csv", HEADER + NIGHT)

    assert read.reader == "withings_csv"
    assert read.frames["daily_values"].select("metric", "method", "reading", "unit", "measured_value").rows() == [
        ("sleeping_heart_rate", "withings_sleep_average", "night", "bpm", 54.0),
        ("resting_heart_rate", "withings_sleep_lowest", "night", "bpm", 46.0),
    ]
    night = read.frames["nights"].row(0, named=True)
    assert (night["night_date"], night["sleep_duration_s"], night["awake_s"]) == (date(2026, 3, 1), 25_200.0, 1800.0)
    assert (night["light_s"], night["deep_s"], night["rem_s"]) == (14_400.0, 6000.0, 4800.0)
    assert night["start_at_utc"] == datetime(2026, 2, 28, 22, tzinfo=UTC)


def test_zeros_stand_for_what_the_tracker_cannot_tell(read_whole: Callable[..., Any]) -> None:
    row = NIGHT.replace(",4800,", ",0,").replace(",54,46,71", ",0,0,0")

    frames = read_whole("sleep.csv", HEADER + row).frames

    assert frames["nights"].select("rem_s", "sleep_duration_s").rows() == [(None, 20_400.0)]
    assert "daily_values" not in frames


def test_of_two_periods_of_one_date_the_longer_gives_the_values(read_whole: Callable[..., Any]) -> None:
    shorter = NIGHT.replace("23:00:00", "23:30:00").replace(",14400,", ",9000,").replace(",54,46", ",60,50")

    frames = read_whole("sleep.csv", HEADER + NIGHT + shorter).frames

    assert frames["nights"].height == 2
    assert frames["daily_values"]["measured_value"].to_list() == [54.0, 46.0]


@pytest.mark.parametrize(("light_s", "has_values"), [("10800", True), ("10799", False)])
def test_a_short_sleep_of_the_afternoon_gives_no_values_of_a_night(
    light_s: str, *, has_values: bool, read_whole: Callable[..., Any]
) -> None:
    row = f"2026-03-01T13:00:00+01:00,2026-03-01T16:30:00+01:00,{light_s},0,0,0,2,0,0,0,0,54,46,71\n"

    assert ("daily_values" in read_whole("sleep.csv", HEADER + row).frames) is has_values


def test_a_table_of_sleep_in_another_language_is_read_by_the_order_of_its_columns(
    read_whole: Callable[..., Any],
) -> None:
    header = (
        'von,bis,"leicht (s)","tief (s)","rem (s)","wach (s)",Aufwachen,"Einschlafdauer (s)","Aufwachdauer (s)",'
        '"Schnarchen (s)",Schnarchepisoden,"Durchschnittliche Herzfrequenz","Herzfrequenz (min)","Herzfrequenz (max)"\n'
    )

    read = read_whole("sleep.csv", header + NIGHT)

    assert read.reader == "withings_csv"
    assert read.frames["daily_values"]["measured_value"].to_list() == [54.0, 46.0]


def test_raw_heart_rates_follow_each_other(read_whole: Callable[..., Any]) -> None:
    text = (
        'start,duration,value\n2026-03-01T06:00:00+01:00,"[60,60,30]","[71,0,73]"\n2026-03-01T07:00:00+01:00,60,70\n'
        '2026-03-01T08:00:00+01:00,"[60","[70]"\nx,"[60]","[70]"\n'
    )

    read = read_whole("raw_tracker_hr.csv", text)

    assert read.frames["heart_rates"].select("measured_at_utc", "heart_rate_bpm").rows() == [
        (datetime(2026, 3, 1, 5, tzinfo=UTC), 71),
        (datetime(2026, 3, 1, 5, 2, tzinfo=UTC), 73),
        (datetime(2026, 3, 1, 6, tzinfo=UTC), 70),
        (datetime(2026, 3, 1, 7, tzinfo=UTC), 70),
    ]
    assert [loss.where for loss in read.report.losses] == ["lines 4-5"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("raw_tracker_steps.csv", 'start,duration,value\n2026-03-01T06:00:00+01:00,"[60]","[71]"\n'),
        ("weight.csv", 'Date,"Weight (kg)","Fat mass (kg)",Comments\n2026-03-01 07:00:00,70.2,,\n'),
        ("bp.csv", 'Date,"Heart rate",Systolic,Diastolic,Comments\n2026-03-01 07:00:00,60,120,80,\n'),
    ],
)
def test_other_tables_are_known_and_hold_nothing_we_use(name: str, text: str, read_whole: Callable[..., Any]) -> None:
    read = read_whole(name, text)

    assert (read.reader, read.frames, read.report.losses) == ("withings_csv", {}, ())
    assert name in read.report.passed_over[0]


def test_activities_have_no_records(read_whole: Callable[..., Any]) -> None:
    text = (
        'from,to,"from (manual)","to (manual)",Timezone,"Activity type",Data,GPS,Modified\n'
        "2026-03-01T17:00:00+01:00,2026-03-01T17:45:00+01:00,,,Europe/Berlin,Running,"
        '"{""calories"":500,""hr_average"":142,""hr_max"":170,""distance"":8000}",,\n'
    )

    row = read_whole("activities.csv", text).frames["activities"].row(0, named=True)

    assert (row["sport"], row["elapsed_s"], row["distance_m"], row["record_count"]) == ("running", 2700.0, 8000.0, 0)
    assert (row["average_heart_rate_bpm"], row["max_heart_rate_bpm"]) == (142.0, 170.0)
