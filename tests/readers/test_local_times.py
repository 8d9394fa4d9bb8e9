"""Times in names and cells, in the shapes exports write them."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from pipelines.readers.local_times import is_day_first, moment_of, parsed_time, time_in_name


@pytest.mark.parametrize(
    "name",
    [
        "2026-03-01 06-55-07.txt",
        "2026-03-01_06-55-07_RR.csv",
        "2026-03-01T06:55:07.txt",
        "RR 20260301_065507.txt",
        "20260301065507.txt",
        "rr-2026.03.01 06.55.07.txt",
        "01.03.2026 06-55-07.txt",
        "reading 2026-3-1 6.55.07.csv",
    ],
)
def test_the_time_in_a_name_is_found(name: str) -> None:
    assert time_in_name(name) == datetime(2026, 3, 1, 6, 55, 7)  # noqa: DTZ001 - names state wall time


def test_minutes_do_where_there_are_no_seconds() -> None:
    assert time_in_name("2026-03-01 06-55.txt") == datetime(2026, 3, 1, 6, 55)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("rr_2026-03-01.txt", date(2026, 3, 1)),
        ("rr_20260301.txt", date(2026, 3, 1)),
        ("rr.txt", None),
        ("12345678.txt", None),
        ("2026-13-41 06-55-00.txt", None),
        ("1714920600436.txt", None),
    ],
)
def test_a_date_alone_stays_a_date_and_other_numbers_are_none(name: str, found: date | None) -> None:
    assert time_in_name(name) == found


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026-03-01 06:55", datetime(2026, 3, 1, 6, 55)),  # noqa: DTZ001
        ("2026-03-01T06:55:07.250Z", datetime(2026, 3, 1, 6, 55, 7, 250_000, tzinfo=UTC)),
        ("2026-03-01 06:55:07 +0130", datetime(2026, 3, 1, 6, 55, 7, tzinfo=timezone(timedelta(hours=1, minutes=30)))),
        ("2026/03/01 7:15:02 PM GMT+1", datetime(2026, 3, 1, 19, 15, 2, tzinfo=timezone(timedelta(hours=1)))),
        ("2026/03/01 12:15:02 AM GMT-5", datetime(2026, 3, 1, 0, 15, 2, tzinfo=timezone(timedelta(hours=-5)))),
        ("2026-03-01 12:01:00 a. m. +0000", datetime(2026, 3, 1, 0, 1, tzinfo=UTC)),
        ("3/1/2026 06:55:07", datetime(2026, 3, 1, 6, 55, 7)),  # noqa: DTZ001
        ("01.03.2026", date(2026, 3, 1)),
        ("2026-02-30", None),
        ("2026-03-01 25:00", None),
        ("2026-03-01 06:55 +99:00", None),
        ("812", None),
        ("", None),
        ("2026-03-01 or so", None),
    ],
)
def test_times_in_cells(cell: str, found: datetime | date | None) -> None:
    assert parsed_time(cell) == found


def test_a_number_above_twelve_tells_which_part_is_the_day() -> None:
    assert is_day_first(["01/02/2026", "13/02/2026"]) is True
    assert is_day_first(["01/02/2026", "02/13/2026"]) is False
    assert is_day_first(["01/02/2026"]) is None
    assert parsed_time("01/02/2026", day_first=True) == date(2026, 2, 1)


def test_wall_time_follows_the_zone_through_the_change_of_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    winter, summer = datetime(2026, 3, 28, 6, 0), datetime(2026, 3, 30, 6, 0)  # noqa: DTZ001

    assert moment_of(winter, berlin).at_utc.hour == 5
    assert moment_of(summer, berlin).at_utc.hour == 4
    assert moment_of(summer, berlin).time_basis == "local_naive"
