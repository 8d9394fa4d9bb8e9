"""Values of JSON objects as vendors write them: odd names, odd times, odd numbers."""

from datetime import UTC, date, datetime

import pytest

from pipelines.readers.json_values import Node, offset_between


@pytest.mark.parametrize("name", ["lastNight5MinHigh", "last_night_5_min_high", "LASTNIGHT5MINHIGH"])
def test_a_name_is_known_in_any_case(name: str) -> None:
    assert Node({name: 60}).number("lastnight5minhigh") == 60.0


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3, 3.0), ("3.5", 3.5), (0, 0.0), (True, None), ("", None), ("NaN", None), (float("inf"), None), ([1], None)],
)
def test_only_finite_numbers_are_numbers(value: object, expected: float | None) -> None:
    assert Node({"a": value}).number("a") == expected


@pytest.mark.parametrize(
    "value",
    ["2024-01-01T06:00:00.0", "2024-01-01T06:00:00.000Z", "2024-01-01T07:00:00+01:00", 1704088800000, 1704088800],
)
def test_a_time_is_utc_however_it_is_written(value: object) -> None:
    assert Node({"a": value}).utc("a") == datetime(2024, 1, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", "soon", 10**30, -(10**30), "2024-13-01T00:00:00", True, [], 5e15])
def test_what_is_no_time_is_null(value: object) -> None:
    assert Node({"a": value}).utc("a") is None


@pytest.mark.parametrize("value", ["2024-01-01", "2024-01-01T00:00:00.0", {"date": "2024-01-01"}, 1704067200000])
def test_a_date_is_never_moved_by_a_time_zone(value: object) -> None:
    assert Node({"a": value}).day("a") == date(2024, 1, 1)


def test_text_that_cannot_be_stored_is_made_storable() -> None:
    assert Node({"a": " Lauf \ud800 "}).text("a") == "Lauf ?"


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        (datetime(2024, 1, 1, 7), 3600),  # noqa: DTZ001 - a wall clock
        (datetime(2024, 1, 1, 11, 45), 20_700),  # noqa: DTZ001 - a wall clock
        (datetime(2024, 1, 1, 6, 7), None),  # noqa: DTZ001 - a wall clock
        (datetime(2024, 1, 3, 6), None),  # noqa: DTZ001 - a wall clock
        (None, None),
    ],
)
def test_an_offset_is_whole_quarters_of_an_hour(wall: datetime | None, expected: int | None) -> None:
    assert offset_between(datetime(2024, 1, 1, 6, tzinfo=UTC), wall) == expected
