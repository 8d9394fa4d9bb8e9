"""The WHOOP export: which number is which, which day it is of, and how its times are read."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pipelines.readers.whoop_layout import utc_offset_s

HEADER = (
    "Cycle start time,Cycle end time,Cycle timezone,Recovery score %,Resting heart rate (bpm),"
    "Heart rate variability (ms),Skin temp (celsius),Blood oxygen %,Day Strain,Energy burned (cal),Max HR (bpm),"
    "Average HR (bpm),Sleep onset,Wake onset,Sleep performance %,Respiratory rate (rpm),Asleep duration (min),"
    "In bed duration (min),Light sleep duration (min),Deep (SWS) duration (min),REM duration (min),"
    "Awake duration (min),Sleep need (min),Sleep debt (min),Sleep efficiency %,Sleep consistency %\n"
)
CYCLE = (
    "2026-02-28 23:50:00,2026-03-02 00:42:55,UTC+01:00,58,56,55,34.02,96.10,11.3,2410,171,66,2026-02-28 23:50:00,"
    "2026-03-01 07:40:00,84,15.0,430,470,215,100,115,40,510,55,91,80\n"
)
WORKOUTS = (
    "Cycle start time,Cycle end time,Cycle timezone,Workout start time,Workout end time,Duration (min),Activity name,"
    "Activity Strain,Energy burned (cal),Max HR (bpm),Average HR (bpm),HR Zone 1 %,GPS enabled,Distance (meters)\n"
    "2026-02-28 23:50:00,2026-03-02 00:42:55,UTC+01:00,2026-03-01 18:00:00,2026-03-01 19:00:30,60,Running,9.5,520,"
    "175,142,5,true,10210\n"
)


def test_every_number_of_a_cycle_has_its_own_name_method_reading_and_unit(read_whole: Callable[..., Any]) -> None:
    read = read_whole("physiological_cycles.csv", HEADER + CYCLE)

    values = read.frames["daily_values"].select("metric", "method", "reading", "unit", "measured_value").rows()
    assert read.reader == "whoop_csv"
    assert values == [
        ("rmssd", "whoop_recovery", "night", "ms", 55.0),
        ("resting_heart_rate", "whoop_recovery", "night", "bpm", 56.0),
        ("respiratory_rate", "whoop_sleep", "night", "breaths_per_min", 15.0),
        ("skin_temperature", "whoop_sleep", "night", "deg_c", 34.02),
        ("oxygen_saturation", "whoop_sleep", "night", "percent", 96.1),
        ("recovery_score", "vendor_score_whoop", "night", "points", 58.0),
        ("sleep_score", "vendor_score_whoop", "night", "points", 84.0),
        ("strain_score", "vendor_score_whoop", "day", "points", 11.3),
    ]


def test_a_cycle_belongs_to_the_date_of_waking_and_not_to_the_date_it_starts_on(read_whole: Callable[..., Any]) -> None:
    frames = read_whole("physiological_cycles.csv", HEADER + CYCLE, zone="America/New_York").frames

    assert frames["daily_values"]["value_date"].unique().to_list() == [date(2026, 3, 1)]
    assert frames["nights"].drop("athlete_id", "source_file_id", "device_id", "firmware").row(0, named=True) == {
        "night_id": "0123456789abcdef:n0",
        "night_date": date(2026, 3, 1),
        "start_at_utc": datetime(2026, 2, 28, 22, 50, tzinfo=UTC),
        "end_at_utc": datetime(2026, 3, 1, 6, 40, tzinfo=UTC),
        "utc_offset_s": 3600,
        "time_basis": "local_with_offset",
        "sleep_duration_s": 25_800.0,
        "awake_s": 2400.0,
        "light_s": 12_900.0,
        "deep_s": 6000.0,
        "rem_s": 6900.0,
        "unmeasured_s": None,
        "is_nap": False,
    }


@pytest.mark.parametrize(
    ("start", "day"), [("2026-03-01 23:20:00", date(2026, 3, 2)), ("2026-03-02 01:53:30", date(2026, 3, 2))]
)
def test_a_cycle_without_sleep_keeps_its_strain_on_the_day_it_lies_on(
    start: str, day: date, read_whole: Callable[..., Any]
) -> None:
    row = f"{start},2026-03-03 02:04:26,UTC-07:00,,,,,,7.1,933,151,88" + "," * 14 + "\n"

    frames = read_whole("physiological_cycles.csv", HEADER + row).frames

    assert frames["daily_values"].select("metric", "value_date").rows() == [("strain_score", day)]
    assert "nights" not in frames


def test_an_empty_cell_is_no_value_and_zero_strain_is_one(read_whole: Callable[..., Any]) -> None:
    row = CYCLE.replace(",58,56,55,", ",,,,").replace(",11.3,", ",0,")

    values = read_whole("physiological_cycles.csv", HEADER + row).frames["daily_values"]

    assert "rmssd" not in values["metric"].to_list()
    assert values.filter(metric="strain_score")["measured_value"].to_list() == [0.0]


def test_a_cycle_stated_twice_counts_once_with_the_newest_row(read_whole: Callable[..., Any]) -> None:
    read = read_whole("physiological_cycles.csv", HEADER + CYCLE.replace(",55,", ",61,") + CYCLE)

    assert read.frames["daily_values"].filter(metric="rmssd")["measured_value"].to_list() == [61.0]
    assert read.frames["nights"].height == 1
    assert "1 row of a cycle stated twice" in read.report.passed_over


def test_of_two_cycles_that_end_on_one_date_the_longer_sleep_counts(read_whole: Callable[..., Any]) -> None:
    short = CYCLE.replace("23:50:00", "22:00:00").replace("07:40:00", "01:00:00").replace(",430,", ",170,")

    values = read_whole("c.csv", HEADER + short.replace(",55,34", ",40,34") + CYCLE).frames["daily_values"]

    assert values.filter(metric="rmssd")["measured_value"].to_list() == [55.0]


def test_naps_are_told_apart_in_the_table_of_sleeps(read_whole: Callable[..., Any]) -> None:
    text = (
        "Cycle start time,Cycle end time,Cycle timezone,Sleep onset,Wake onset,Asleep duration (min),Nap\n"
        "2026-03-01 00:10:00,,UTC+01:00,2026-03-01 13:00:00,2026-03-01 13:40:00,35,true\n"
        "2026-03-01 00:10:00,,UTC+01:00,2026-03-01 00:10:00,2026-03-01 07:40:00,430,false\n"
    )

    nights = read_whole("sleeps.csv", text).frames["nights"]

    assert nights.select("sleep_duration_s", "is_nap").rows() == [(2100.0, True), (25_800.0, False)]


def test_workouts_are_activities_without_records(read_whole: Callable[..., Any]) -> None:
    row = read_whole("workouts.csv", WORKOUTS).frames["activities"].row(0, named=True)

    assert (row["start_at_utc"], row["end_at_utc"]) == (
        datetime(2026, 3, 1, 17, tzinfo=UTC),
        datetime(2026, 3, 1, 18, 0, 30, tzinfo=UTC),
    )
    assert (row["sport"], row["local_date"], row["record_count"]) == ("running", date(2026, 3, 1), 0)
    assert (row["elapsed_s"], row["timer_s"], row["distance_m"], row["energy_kcal"]) == (3630.0, None, 10_210.0, 520.0)
    assert (row["average_heart_rate_bpm"], row["max_heart_rate_bpm"]) == (142.0, 175.0)


@pytest.mark.parametrize(("title", "cell", "answer"), [("Answered yes", "TRUE", 1.0), ("Answered yes/no", "no", 0.0)])
def test_the_journal_gives_answers_and_notes(
    title: str, cell: str, answer: float, read_whole: Callable[..., Any]
) -> None:
    text = (
        f"Cycle start time,Cycle end time,Cycle timezone,Question text,{title},Notes\n"
        f'2026-02-28 23:50:00,,UTC+01:00,Have any caffeine?,{cell},"Two, late"\n'
    )

    frames = read_whole("journal_entries.csv", text).frames

    assert frames["wellness_answers"].select("about_date", "item", "answer_value").rows() == [
        (date(2026, 3, 1), "have_any_caffeine", answer)
    ]
    assert frames["notes"]["note"].to_list() == ["Have any caffeine? Two, late"]


def test_columns_in_another_order_with_more_and_fewer_of_them_are_read_by_title(read_whole: Callable[..., Any]) -> None:
    text = "New column,Wake onset,Heart rate variability (ms),Recovery score %,Cycle timezone,Cycle start time\n"
    row = "x,2026-03-01 07:40:00,55,58,UTC+01:00,2026-02-28 23:50:00\n"

    values = read_whole("c.csv", text + row).frames["daily_values"]

    assert values.select("metric", "measured_value").rows() == [("rmssd", 55.0), ("recovery_score", 58.0)]


def test_an_export_in_another_language_is_read_by_the_order_of_its_columns(read_whole: Callable[..., Any]) -> None:
    header = ",".join(f"Título {number}" for number in range(26)) + "\n"

    read = read_whole("ciclos_fisiológicos.csv", header + CYCLE)

    assert read.reader == "whoop_csv"
    assert read.frames["daily_values"].filter(metric="rmssd")["measured_value"].to_list() == [55.0]
    assert read.frames["nights"].height == 1


def _nights_at(hour_local: int, offset_h: int, *, is_utc: bool, count: int = 6) -> str:
    """Nights of seven hours that start at a local hour, with stamps in local time or in UTC."""
    lines = []
    for day in range(count):
        start = datetime(2026, 3, 1 + day, tzinfo=UTC) + timedelta(hours=hour_local - (offset_h if is_utc else 0))
        wake = start + timedelta(hours=7)
        cells = [f"{start:%Y-%m-%d %H:%M:%S}", "", f"UTC{offset_h:+03d}:00", "58", "56", str(50 + day)]
        lines.append(",".join(cells) + "," * 7 + f"{start:%Y-%m-%d %H:%M:%S},{wake:%Y-%m-%d %H:%M:%S}" + "," * 12)
    return HEADER + "\n".join(lines)


@pytest.mark.parametrize(("is_utc", "count"), [(False, 6), (True, 6)])
def test_times_are_local_unless_sleep_would_lie_by_day(
    count: int, *, is_utc: bool, read_whole: Callable[..., Any]
) -> None:
    read = read_whole("c.csv", _nights_at(23, -8, is_utc=is_utc, count=count))

    first = read.frames["nights"].sort("start_at_utc").row(0, named=True)
    assert first["start_at_utc"] == datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert first["night_date"] == date(2026, 3, 2)
    assert any("read as UTC" in note for note in read.report.passed_over) is is_utc


def test_four_nights_are_too_few_to_doubt_the_time_zone(read_whole: Callable[..., Any]) -> None:
    read = read_whole("c.csv", _nights_at(23, -8, is_utc=True, count=4))

    assert read.frames["nights"].sort("start_at_utc")["start_at_utc"][0] == datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "offset_s"),
    [
        ("UTC-04:00", -14_400),
        ("UTCZ", 0),
        ("GMT-5", -18_000),
        ("UTC+05:30", 19_800),
        ("+0100", 3600),
        ("UTC", 0),
        ("", None),
        ("Europe", None),
        ("UTC+14:00", 50_400),
        ("UTC+14:15", None),
        ("UTC-26:00", None),
    ],
)
def test_zones_are_read_as_the_export_writes_them(zone: str, offset_s: int | None) -> None:
    assert utc_offset_s(zone) == offset_s


def test_without_a_zone_times_are_local_times_of_the_athlete(read_whole: Callable[..., Any]) -> None:
    night = read_whole("c.csv", HEADER + CYCLE.replace("UTC+01:00", ""), zone="Asia/Tokyo").frames["nights"]

    assert night.select("start_at_utc", "utc_offset_s", "time_basis").rows() == [
        (datetime(2026, 2, 28, 14, 50, tzinfo=UTC), None, "local_naive")
    ]


def test_a_look_alike_of_another_app_gives_no_rmssd(read_whole: Callable[..., Any]) -> None:
    text = HEADER.strip() + ",Source,HRV method\n" + CYCLE.strip() + ",Apple Watch,SDNN\n"

    read = read_whole("physiological_cycles.csv", text)

    assert "rmssd" not in read.frames["daily_values"]["metric"].to_list()
    assert any("another app" in note for note in read.report.passed_over)


def test_a_row_without_a_time_is_lost_by_line(read_whole: Callable[..., Any]) -> None:
    read = read_whole("c.csv", HEADER + CYCLE + "yesterday" + "," * 25 + "\n")

    assert [(loss.what, loss.where) for loss in read.report.losses] == [("1 row", "line 3")]
