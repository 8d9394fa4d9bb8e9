"""Training plans: what is planned, what is a rest day, and what is neither."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pipelines.errors import ExportError
from pipelines.readers.plan_words import distance_m, duration_s, is_rest

PLAN = (
    "date,sport,duration,distance (km),description\n"
    "2026-03-02,Run,0:45,8,Easy\n"
    "2026-03-03,,,,Rest day\n"
    '2026-03-04,Bike,90 min,,"Hills,\nseated"\n'
    "2026-03-05,,,,\n"
)


def test_sessions_and_rest_days_are_told_apart(read_whole: Callable[..., Any]) -> None:
    read = read_whole("plan.csv", PLAN)

    rows = read.frames["plans"].drop("athlete_id", "source_file_id").rows()
    assert read.reader == "plan_csv"
    assert rows == [
        (0, date(2026, 3, 2), "running", False, 2700.0, 8000.0, "Easy"),
        (1, date(2026, 3, 3), None, True, None, None, "Rest day"),
        (2, date(2026, 3, 4), "cycling", False, 5400.0, None, "Hills,\nseated"),
    ]


def test_a_day_the_plan_says_nothing_about_is_no_rest_day(read_whole: Callable[..., Any]) -> None:
    read = read_whole("plan.csv", PLAN)

    assert "1 row that plan nothing and do not say rest" in read.report.passed_over
    assert date(2026, 3, 5) not in read.frames["plans"]["plan_date"].to_list()


@pytest.mark.parametrize(
    ("cell", "unit", "seconds"),
    [
        ("1:30", None, 5400.0),
        ("45", None, 2700.0),
        ("45", "min", 2700.0),
        ("1.5", "h", 5400.0),
        ("1,5", "h", 5400.0),
        ("1h30", None, 5400.0),
        ("1h30m", None, 5400.0),
        ("1 h 30 min", None, 5400.0),
        ("90'", None, 5400.0),
        ("1:30:15", None, 5415.0),
        ("45:00", None, 2700.0),
        ("23:00", None, 82800.0),
        ("2700", "s", 2700.0),
        ("", None, None),
        ("soon", None, None),
        ("-5", None, None),
    ],
)
def test_lengths_of_time_are_read_as_people_write_them(cell: str, unit: str | None, seconds: float | None) -> None:
    assert duration_s(cell, unit) == seconds


@pytest.mark.parametrize(
    ("cell", "unit", "metres"),
    [
        ("10", None, 10_000.0),
        ("10 km", "mi", 10_000.0),
        ("6", "mi", pytest.approx(9656.064)),
        ("6 miles", None, pytest.approx(9656.064)),
        ("12,5", "km", 12_500.0),
        ("299", None, 299_000.0),
        ("300", None, 300.0),
        ("2000", None, 2000.0),
        ("2000 m", "km", 2000.0),
        ("", None, None),
        ("far", None, None),
    ],
)
def test_distances_are_read_as_people_write_them(cell: str, unit: str | None, metres: float | None) -> None:
    assert distance_m(cell, unit) == metres


@pytest.mark.parametrize(
    "words", ["Rest", "REST DAY", "off", "Ruhetag", "repos", "Descanso", "Rest - travel", "休息", "vilodag"]
)
def test_rest_is_understood_in_several_languages(words: str) -> None:
    assert is_rest(words)


@pytest.mark.parametrize("words", ["", "6 x 400 m, rest 2 min", "Restart slowly", "offroad loop", "active recovery"])
def test_a_rest_between_repeats_is_no_rest_day(words: str) -> None:
    assert not is_rest(words)


def test_an_active_rest_day_with_a_length_is_a_session(read_whole: Callable[..., Any]) -> None:
    row = read_whole("p.csv", "date,sport,duration_min,description\n2026-03-02,walk,30,Rest day\n")

    assert row.frames["plans"].select("sport", "is_rest_day", "planned_duration_s").rows() == [("walking", False, 1800)]


def test_localised_titles_day_first_dates_and_semicolons_are_read(read_whole: Callable[..., Any]) -> None:
    text = "Tag;Sportart;Dauer;Distanz;Einheit\nMo 02.03.2026;Lauf;1:00;12,5;Dauerlauf\nDi 03.03.2026;Ruhetag;;;\n"

    plans = read_whole("Plan.csv", text).frames["plans"]

    assert plans["plan_date"].to_list() == [date(2026, 3, 2), date(2026, 3, 3)]
    assert plans["planned_distance_m"].to_list() == [12_500.0, None]
    assert plans["is_rest_day"].to_list() == [False, True]
    assert plans["description"].to_list() == ["Dauerlauf", "Ruhetag"]


def test_a_column_of_rest_days_is_understood(read_whole: Callable[..., Any]) -> None:
    text = "date,sport,rest day,km\n2026-03-02,run,no,8\n2026-03-03,,x,\n"

    assert read_whole("p.csv", text).frames["plans"]["is_rest_day"].to_list() == [False, True]


def test_the_workouts_file_of_training_peaks_gives_what_was_planned(read_whole: Callable[..., Any]) -> None:
    text = (
        "Title,WorkoutType,WorkoutDescription,PlannedDuration,PlannedDistanceInMeters,WorkoutDay,CoachComments,"
        "DistanceInMeters,HeartRateAverage,TimeTotalInHours,RPE,Feeling\n"
        'Long ride,Bike,"Z2 steady\nfuel well",3,90000,2024-01-01,,88500,138,2.95,5,4\n'
        "Rest,Day Off,,,,2024-01-02,,,,,,\n"
        "Not planned,Run,,,,2024-01-03,,8000,150,0.7,,\n"
    )

    read = read_whole("workouts.csv", text)

    assert read.frames["plans"].select("sport", "is_rest_day", "planned_duration_s", "planned_distance_m").rows() == [
        ("cycling", False, 10_800.0, 90_000.0),
        (None, True, None, None),
    ]
    assert read.frames["plans"]["description"][0] == "Long ride; Z2 steady\nfuel well"


def test_rows_without_a_date_and_lengths_nobody_can_read_are_told_by_line(read_whole: Callable[..., Any]) -> None:
    text = "date,sport,duration,description\n2026-03-02,run,0:45,a\nWeek 2,,,\n2026-03-04,run,a while,b\n"

    losses = read_whole("p.csv", text).report.losses

    assert [(loss.what, loss.where) for loss in losses] == [("1 row", "line 3"), ("1 length", "line 4")]


@pytest.mark.parametrize(
    "header",
    [
        "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR",
        "date,sport,duration,rpe",
        "date,avg_hr,distance,sport",
        "sport,duration,description",
        "date,distance",
    ],
)
def test_logs_of_what_was_done_and_other_tables_are_no_plan(header: str, read_whole: Callable[..., Any]) -> None:
    try:
        found = read_whole("t.csv", header + "\n" + ",".join("1" for _ in header.split(",")) + "\n").reader
    except ExportError as error:
        found = error.kind

    assert found in {"unknown", "wellness_csv"}
