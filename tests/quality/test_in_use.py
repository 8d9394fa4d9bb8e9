"""What two exports of one vendor both hold counts once, by the later one, whatever came first."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from pipelines import tables
from pipelines.quality.in_use import nights_in_use, series_in_use
from pipelines.quality.subjects import daily_values_in_use

END = datetime(2026, 3, 1, 6, tzinfo=UTC)


def _night(file, number, *, day=0, shift_h=0.0, device="ring", asleep_s=25_000.0):
    end = END + timedelta(days=day, hours=shift_h)
    return {
        "night_id": f"{file}:n{number}",
        "athlete_id": 1,
        "source_file_id": file,
        "night_date": end.date(),
        "start_at_utc": end - timedelta(hours=8),
        "end_at_utc": end,
        "time_basis": "utc",
        "device_id": device,
        "sleep_duration_s": asleep_s,
    }


def _nights(*rows):
    return sorted(nights_in_use(tables.conform(pl.DataFrame(rows), "nights"))["night_id"].to_list())


def test_a_night_in_two_exports_counts_by_the_one_that_reaches_further():
    early, late = [_night("z", 0)], [_night("a", 0), _night("a", 1, day=1)]

    assert _nights(*early, *late) == _nights(*late, *early) == ["a:n0", "a:n1"]


def test_of_exports_that_reach_as_far_the_greater_key_wins():
    assert _nights(_night("a", 0), _night("b", 0)) == ["b:n0"]


@pytest.mark.parametrize(("shift_h", "expected"), [(3.5, ["b:n0"]), (4.5, ["a:n0", "b:n0"])])
def test_a_rewritten_night_may_have_moved_by_less_than_half(shift_h, expected):
    assert _nights(_night("a", 0), _night("b", 0, shift_h=shift_h)) == expected


def test_nights_of_two_devices_both_stay():
    assert _nights(_night("a", 0), _night("b", 0, device="watch")) == ["a:n0", "b:n0"]


@pytest.mark.parametrize("device", ["", None])
def test_nights_of_devices_nobody_knows_both_stay(device):
    assert _nights(_night("a", 0, device=device), _night("b", 0, device=device)) == ["a:n0", "b:n0"]


def test_two_nights_of_one_file_both_stay():
    assert _nights(_night("a", 0), _night("a", 1, shift_h=1)) == ["a:n0", "a:n1"]


def _series(file, *, count=300, start=END, device="strap"):
    return {
        "series_id": f"{file}:b0",
        "athlete_id": 1,
        "source_file_id": file,
        "start_at_utc": start,
        "end_at_utc": start + timedelta(minutes=5),
        "time_basis": "utc",
        "local_date": start.date(),
        "reading": "morning",
        "device_id": device,
        "interval_count": count,
    }


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (_series("b"), ["b:b0"]),
        (_series("b", count=299), ["a:b0", "b:b0"]),
        (_series("b", start=END + timedelta(seconds=1)), ["a:b0", "b:b0"]),
        (_series("b", device="other"), ["a:b0", "b:b0"]),
    ],
    ids=["same", "other count", "other start", "other device"],
)
def test_beats_in_two_exports_count_once(other, expected):
    rows = tables.conform(pl.DataFrame([_series("a"), other]), "beat_series")

    assert series_in_use(rows)["series_id"].sort().to_list() == expected


def _value(file, value, *, day=0, measured=None):
    return {
        "athlete_id": 1,
        "source_file_id": file,
        "value_date": (END + timedelta(days=day)).date(),
        "metric": "rmssd",
        "method": "oura_night",
        "reading": "night",
        "device_id": "ring",
        "measured_at_utc": measured,
        "measured_value": value,
        "unit": "ms",
    }


def _values(*rows):
    frame = pl.DataFrame(rows, schema_overrides={"measured_at_utc": pl.Datetime("us", "UTC")})
    return daily_values_in_use(tables.conform(frame, "daily_values"))["measured_value"].to_list()


def test_a_value_without_a_time_counts_by_the_export_that_reaches_further():
    early, late = [_value("z", 40.0)], [_value("a", 42.0), _value("a", 50.0, day=1)]

    assert _values(*early, *late) == _values(*late, *early) == [42.0, 50.0]


def test_the_later_measurement_counts_before_the_later_export():
    early, late = [_value("z", 40.0, measured=END)], [_value("a", 42.0), _value("a", 50.0, day=1)]

    assert _values(*early, *late) == [40.0, 50.0]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, [42.0]),
        ({"device_id": "oura:ring4:1"}, [40.0, 42.0]),
        ({"method": "garmin_other"}, [40.0, 42.0]),
        ({"reading": "day"}, [40.0, 42.0]),
        ({"value_date": END.date() + timedelta(days=1)}, [40.0, 42.0]),
    ],
)
def test_a_platforms_value_gives_way_to_the_same_number_with_its_device(change, expected):
    platform = _value("z", 40.0, measured=END) | {"device_id": "garmin:connect:"}
    device = _value("a", 42.0) | {"device_id": "garmin:4257:1"} | change

    assert sorted(_values(platform, device)) == sorted(_values(device, platform)) == expected


def test_a_platforms_value_stands_where_no_device_states_it():
    assert _values(_value("z", 40.0) | {"device_id": "fitbit:app:"}) == [40.0]


@pytest.mark.parametrize(
    ("device", "shift_h", "expected"),
    [
        ("garmin:4257:1", 3.5, ["b:n0", "a:n1"]),
        ("garmin:4257:1", 4.5, ["a:n0", "b:n0", "a:n1"]),
        ("oura:ring4:1", 0.0, ["a:n0", "b:n0", "a:n1"]),
    ],
)
def test_a_platforms_night_gives_way_to_the_same_night_of_its_device(device, shift_h, expected):
    platform = [_night("a", number, day=5 * number, device="garmin:connect:") for number in range(2)]

    found = _nights(*platform, _night("b", 0, shift_h=shift_h, device=device))

    assert found == sorted(expected)
