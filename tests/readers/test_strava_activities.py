"""Strava's activities.csv: doubled titles, languages, years, and the tables beside it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipelines.readers.worded_times import worded_time

GERMAN = (
    "Aktivit\u00e4ts-ID,Aktivit\u00e4tsdatum,Name der Aktivit\u00e4t,Aktivit\u00e4tsart,Beschreibung,Verstrichene Zeit,"
    "Distanz,Maximale Herzfrequenz,Relative Leistung,Pendeln,Private Notiz,Ausr\u00fcstung,Dateiname,Gewicht,"
    "Radgewicht,Verstrichene Zeit,Bewegungszeit,Distanz,Maxgeschw,Mittel,H\u00f6henmeter\n"
    '7654321,"24.12.2025, 08:00:00",Lauf am Morgen,Lauf,"Kalt,\nklar",1830,"5,02",172,45,false,,,activities/9.fit.gz,'
    "70.0,,1830.0,1800.0,5020.0,4.1,2.79,32.0\n"
)


def _rows(read: Any) -> list[dict[str, Any]]:
    return read.frames["activities"].to_dicts()


def test_a_row_is_an_activity_without_records_named_by_its_file(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    run, swim = _rows(read_whole(*examples["strava_activities"]))

    assert (run["start_at_utc"], run["time_basis"]) == (datetime(2026, 1, 1, 6, tzinfo=UTC), "utc")
    assert (run["sport"], run["elapsed_s"], run["distance_m"], run["ascent_m"]) == ("running", 1830.0, 5020.0, 32.0)
    assert (run["record_count"], run["vendor_id"], run["max_heart_rate_bpm"]) == (0, "activities/9.fit.gz", 172.0)
    assert run["end_at_utc"] == datetime(2026, 1, 1, 6, 30, 30, tzinfo=UTC)
    assert (swim["sport"], swim["distance_m"], swim["vendor_id"]) == ("swimming", 1200.0, "2")


def test_the_second_of_equal_titles_holds_metres_and_the_first_kilometres(read_whole: Callable[..., Any]) -> None:
    header = "Activity ID,Activity Date,Activity Type,Distance,Filename,Distance\n"

    both, shown = _rows(
        read_whole("a.csv", header + '1,2026-01-01 06:00:00,Run,5.02,,5021.5\n2,"2026-01-02 06:00:00",Run,5.02,,\n')
    )

    assert (both["distance_m"], shown["distance_m"]) == (5021.5, pytest.approx(5020.0))


def test_zero_and_empty_are_no_distance_and_no_heart_rate(read_whole: Callable[..., Any]) -> None:
    header = "Activity ID,Activity Date,Activity Type,Distance,Max Heart Rate,Distance,Elapsed Time\n"

    (row,) = _rows(read_whole("a.csv", header + "1,2026-01-01 06:00:00,Weight Training,0,0,0,\n"))

    assert (row["distance_m"], row["max_heart_rate_bpm"], row["elapsed_s"]) == (None, None, None)
    assert row["start_at_utc"] == row["end_at_utc"]


def test_another_language_is_read_by_the_order_of_the_columns(read_whole: Callable[..., Any]) -> None:
    read = read_whole("Aktivit\u00e4ten.csv", GERMAN)

    (row,) = _rows(read)
    assert read.reader == "strava_activities"
    assert row["start_at_utc"] == datetime(2025, 12, 24, 8, tzinfo=UTC)
    assert (row["sport"], row["distance_m"], row["vendor_id"]) == ("running", 5020.0, "activities/9.fit.gz")
    assert "titles in a language we do not read: columns are taken by their order" in read.report.passed_over


def test_exports_before_2019_hold_metres(read_whole: Callable[..., Any]) -> None:
    text = "id,date,name,type,description,elapsed_time,distance,commute,gear,filename\n"
    rows = "11,2018-09-12 15:02:23,Run,Run,,1830,5020.3,false,,activities/11.gpx\n"

    (row,) = _rows(read_whole("activities.csv", text + rows))

    assert (row["start_at_utc"], row["distance_m"]) == (datetime(2018, 9, 12, 15, 2, 23, tzinfo=UTC), 5020.3)
    assert (row["elapsed_s"], row["vendor_id"]) == (1830.0, "activities/11.gpx")


def test_titles_that_failed_to_translate_do_not_matter(read_whole: Callable[..., Any]) -> None:
    span = '"<span class=""translation_missing"" title=""translation missing: en.x"">Sport Type</span>"'
    header = f"Activity ID,Activity Date,Activity Type,Perceived Exertion,{span}\n"

    read = read_whole("a.csv", header + '1,"May 9, 2026, 10:09:29\u202fAM",Run,6,TrailRun\n')

    assert (_rows(read)[0]["sport"], _rows(read)[0]["sub_sport"]) == ("running", "trail")
    assert read.frames["wellness_answers"].select("item", "answer_value", "scale_max").rows() == [("rpe", 6.0, 10.0)]


def test_the_local_date_is_that_of_the_athletes_zone(read_whole: Callable[..., Any]) -> None:
    header = "Activity ID,Activity Date,Activity Type\n1,2026-01-01 23:30:00,Run\n"

    assert _rows(read_whole("a.csv", header, zone="Asia/Tokyo"))[0]["local_date"] == date(2026, 1, 2)


def test_a_row_without_a_date_is_lost_by_line(read_whole: Callable[..., Any]) -> None:
    text = 'Activity ID,Activity Date,Activity Type\n1,"Jan 1, 2026, 6:00:00 AM",Run\n2,yesterday,Run\n'

    read = read_whole("a.csv", text)

    assert [(loss.what, loss.where) for loss in read.report.losses] == [("1 row", "line 3")]


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("May 9, 2023, 10:09:29 AM", "2023-05-09T10:09:29"),
        ("May 9, 2023, 12:09:29\u202fAM", "2023-05-09T00:09:29"),
        ("Dec 31, 2023, 12:00:01 PM", "2023-12-31T12:00:01"),
        ("9 May 2023, 22:09:29", "2023-05-09T22:09:29"),
        ("24.12.2023, 08:00:00", "2023-12-24T08:00:00"),
        ("9 mai 2023 \u00e0 10:09:29", "2023-05-09T10:09:29"),
        ("9 juil. 2023 \u00e0 10:09:29", "2023-07-09T10:09:29"),
        ("9 juin 2023 \u00e0 10:09:29", "2023-06-09T10:09:29"),
        ("9 ago 2023, 10:09:29", "2023-08-09T10:09:29"),
        ("9 de mai. de 2023, 10:09:29", "2023-05-09T10:09:29"),
        ("9 mrt. 2023 10:09:29", "2023-03-09T10:09:29"),
        ("9 m\u00e4r. 2023, 10:09:29", "2023-03-09T10:09:29"),
        ("9 maj 2023 10:09:29", "2023-05-09T10:09:29"),
        ("2023/05/09 10:09:29", "2023-05-09T10:09:29"),
        ("2023\u5e745\u67089\u65e5 10:09:29", "2023-05-09T10:09:29"),
        ("2018-09-12 15:02:23", "2018-09-12T15:02:23"),
        ("May 32, 2023, 10:09:29 AM", None),
        ("May 9, 2023", None),
        ("Smarch 9, 2023, 10:00:00 AM", None),
        ("", None),
    ],
)
def test_dates_are_read_in_the_words_of_several_languages(cell: str, moment: str | None) -> None:
    found = worded_time(cell)

    assert (found.isoformat() if found else None) == moment


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("shoes.csv", "Shoe Name,Shoe Brand,Shoe Model"),
        ("renamed.csv", "Bike Name,Bike Brand,Bike Model"),
        ("profile.csv", "Athlete ID,Email Address,First Name"),
        ("starred_routes.csv", "Anything,Else"),
    ],
)
def test_the_other_tables_of_the_export_are_known_and_hold_nothing_we_use(
    name: str, header: str, read_whole: Callable[..., Any]
) -> None:
    read = read_whole(name, header + "\n1,2,3\n")

    assert (read.reader, read.frames, read.report.losses) == ("strava_activities", {}, ())
    assert name in read.report.passed_over[0]
