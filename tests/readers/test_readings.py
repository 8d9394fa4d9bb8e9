"""Night, morning and spot are told by local time and duration."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.readers.readings import local_date_of, reading_of

BERLIN = ZoneInfo("Europe/Berlin")
HOUR_S = 3600.0


@pytest.mark.parametrize(
    ("local_hour", "duration_s", "reading"),
    [
        (22.0, 8 * HOUR_S, "night"),
        (1.0, 2 * HOUR_S, "night"),
        (1.0, 2 * HOUR_S - 1, "spot"),
        (21.0, 3.5 * HOUR_S, "spot"),
        (21.0, 4 * HOUR_S, "night"),
        (9.0, 8 * HOUR_S, "spot"),
        (3.0, 180.0, "morning"),
        (2.99, 180.0, "spot"),
        (11.99, 180.0, "morning"),
        (12.0, 180.0, "spot"),
        (6.0, 1200.0, "morning"),
        (6.0, 1201.0, "spot"),
    ],
)
def test_each_limit_flips_the_reading(local_hour: float, duration_s: float, reading: str) -> None:
    hour, minute = int(local_hour), round(local_hour % 1 * 60)
    start = datetime(2026, 3, 10, hour, minute, tzinfo=BERLIN).astimezone(UTC)

    assert reading_of(start, duration_s, BERLIN) == reading


def test_an_offset_does_for_a_zone() -> None:
    start = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)

    assert reading_of(start, 180.0, 12 * 3600) == "morning"
    assert reading_of(start, 180.0, 0) == "spot"


def test_a_night_has_the_date_it_ends_on_and_a_spot_the_date_it_starts_on() -> None:
    start, end = datetime(2026, 3, 10, 21, 0, tzinfo=UTC), datetime(2026, 3, 11, 5, 0, tzinfo=UTC)

    assert local_date_of("night", start_at_utc=start, end_at_utc=end, zone=BERLIN) == date(2026, 3, 11)
    assert local_date_of("spot", start_at_utc=start, end_at_utc=end, zone=BERLIN) == date(2026, 3, 10)
    assert local_date_of("spot", start_at_utc=start, end_at_utc=end, zone=4 * 3600) == date(2026, 3, 11)
