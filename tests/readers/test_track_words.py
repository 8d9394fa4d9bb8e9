"""Sports and devices as track files word them, in the words of the other readers."""

import pytest

from pipelines.readers.tracks.makers import creator_named, device_named
from pipelines.readers.tracks.sports import sport_of


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Running", ("running", None)),
        ("Biking", ("cycling", None)),
        ("Other", ("generic", None)),
        ("", ("generic", None)),
        (None, ("generic", None)),
        ("trail_running", ("running", "trail")),
        ("TrailRun", ("running", "trail")),
        ("treadmill_running", ("running", "treadmill")),
        ("VirtualRide", ("cycling", "virtual_activity")),
        ("17", ("cycling", "virtual_activity")),
        ("1", ("cycling", None)),
        ("9", ("running", None)),
        ("road_biking", ("cycling", "road")),
        ("Mountain Bike", ("cycling", "mountain")),
        ("open_water_swimming", ("swimming", "open_water")),
        ("Nordic-Walking", ("walking", None)),
        ("E-Bike Ride", ("e_biking", None)),
        ("Kite Surfing!", ("kite_surfing", None)),
        ("23", ("23", None)),
    ],
)
def test_a_sport_has_one_word_whatever_a_file_calls_it(words: str | None, expected: tuple[str, str | None]) -> None:
    assert sport_of(words) == expected


@pytest.mark.parametrize(
    ("name", "numbers", "device_id"),
    [
        ("Edge 1000", ("1836", "3907354759"), "garmin:1836:3907354759"),
        ("EDGE705", ("625", "0"), "garmin:edge705:"),
        ("v\u00edvoactive HR", ("", "12"), "garmin:v\u00edvoactivehr:12"),
        ("Polar Vantage V", ("203", "0"), "polar_electro:vantagev:"),
        ("Suunto Spartan Ultra", ("", "17"), "suunto:spartanultra:17"),
        ("Example", ("", ""), "example:unknown:"),
        ("Acme Runner 3", ("", "5"), "acme:runner3:5"),
    ],
)
def test_a_device_has_a_maker_a_product_and_a_serial(name: str, numbers: tuple[str, str], device_id: str) -> None:
    device = device_named(name, product_number=numbers[0], serial=numbers[1])

    assert device is not None
    assert device.device_id == device_id


def test_without_a_name_there_is_no_device() -> None:
    assert device_named("  ", serial="5") is None
    assert creator_named("") is None
