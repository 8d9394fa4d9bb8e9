"""Steps of a day from several devices: overlaps made by hand, the sums worked out on paper."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from pipelines import tables
from pipelines.observations.daily_sums import daily_sums

DAY = date(2026, 3, 1)
WATCH, PHONE, BAND = "apple:watch:", "apple:iphone:", "fitbit:band:"


def _at(hours):
    return datetime.fromtimestamp(datetime(2026, 3, 1, tzinfo=UTC).timestamp() + 3600 * hours, UTC)


def _stretch(device, begin_h, end_h, amount, *, file="f", offset_s=0, athlete_id=1):
    return {
        "athlete_id": athlete_id,
        "source_file_id": file,
        "device_id": device,
        "metric": "step_count",
        "start_at_utc": _at(begin_h),
        "end_at_utc": _at(end_h),
        "utc_offset_s": offset_s,
        "amount": amount,
        "unit": "count",
    }


def _sums(*stretches, zone="UTC"):
    rows = pl.DataFrame(stretches).with_columns(pl.int_range(pl.len()).alias("interval_index"))
    athletes = pl.DataFrame(
        {"athlete_id": [1, 2], "time_zone": [zone, zone]}, schema_overrides={"athlete_id": pl.Int32}
    )
    return daily_sums(tables.conform(rows, "interval_sums"), athletes).to_dicts()


def test_what_two_devices_counted_at_once_counts_once():
    found = _sums(_stretch(WATCH, 8, 12, 4000), _stretch(PHONE, 8, 11, 2400))

    assert [(row["amount"], row["added_amount"], row["device_ids"]) for row in found] == [(4000, 6400, [WATCH])]


def test_the_other_device_fills_the_hours_the_first_did_not_count():
    # The phone counts 600 an hour from 10 to 13; the watch was taken off at 11.
    found = _sums(_stretch(WATCH, 6, 11, 5000), _stretch(PHONE, 10, 13, 1800))

    assert found[0]["amount"] == 5000 + 1200
    assert found[0]["covered_s"] == 7 * 3600
    assert found[0]["device_ids"] == [PHONE, WATCH]


def test_the_device_that_counted_longest_is_taken_even_where_another_counted_more():
    found = _sums(_stretch(WATCH, 6, 16, 5000), _stretch(PHONE, 10, 11, 9000))

    assert found[0]["amount"] == 5000


def test_three_devices_in_a_day_are_taken_in_turn():
    # 24 h at 100 an hour by the band alone would be 2,400; the watch has 10 h, the phone 4 h of which 2 beside it.
    found = _sums(_stretch(WATCH, 0, 10, 1000), _stretch(PHONE, 8, 12, 800), _stretch(BAND, 11, 14, 900))

    # watch 0-10, then phone 10-12 (200 an hour), then band 12-14 (300 an hour)
    assert found[0]["amount"] == pytest.approx(1000 + 400 + 600)


def test_each_day_has_its_own_first_device():
    found = _sums(
        _stretch(WATCH, 6, 20, 7000),
        _stretch(PHONE, 8, 9, 500),
        _stretch(PHONE, 30, 40, 3000),
        _stretch(WATCH, 32, 33, 100),
    )

    assert [(row["sum_date"], row["amount"]) for row in found] == [(DAY, 7000), (date(2026, 3, 2), 3000)]


def test_a_stretch_across_midnight_is_shared_by_time():
    found = _sums(_stretch(WATCH, 23, 26, 300))

    assert [(row["sum_date"], row["amount"]) for row in found] == [(DAY, 100), (date(2026, 3, 2), 200)]


@pytest.mark.parametrize(("offset_s", "expected"), [(0, DAY), (7200, date(2026, 3, 2))])
def test_the_day_is_the_local_one_the_stretch_states(offset_s, expected):
    found = _sums(_stretch(WATCH, 22.5, 22.75, 80, offset_s=offset_s))

    assert [row["sum_date"] for row in found] == [expected]


def test_without_an_offset_the_day_is_that_of_the_athletes_zone():
    found = _sums(_stretch(WATCH, 22.5, 22.75, 80, offset_s=None), zone="Asia/Tokyo")

    assert [row["sum_date"] for row in found] == [date(2026, 3, 2)]


def test_the_same_stretch_in_two_exports_counts_once_by_the_later_one():
    early = [_stretch(WATCH, 8, 9, 500, file="zzz")]
    late = [_stretch(WATCH, 8, 9, 520, file="aaa"), _stretch(WATCH, 20, 21, 100, file="aaa")]

    assert [row["amount"] for row in _sums(*early, *late)] == [620]
    assert _sums(*early, *late) == _sums(*late, *early)


def test_nothing_counted_is_no_row_and_never_zero():
    assert _sums(_stretch(WATCH, 8, 9, 0)) == []


def test_athletes_are_never_added():
    found = _sums(_stretch(WATCH, 8, 9, 500), _stretch(WATCH, 8, 9, 300, athlete_id=2, file="g"))

    assert [(row["athlete_id"], row["amount"]) for row in found] == [(1, 500), (2, 300)]


def test_the_reason_names_the_devices_with_their_time_and_what_adding_would_have_given():
    found = _sums(_stretch(WATCH, 6, 11, 5000), _stretch(PHONE, 10, 13, 1800))

    assert found[0]["evidence"] == (
        f"Counted longest: {WATCH} 300 min (5000); where it counted nothing: {PHONE} 120 min (1200)."
        " Adding all devices would give 6800."
    )
