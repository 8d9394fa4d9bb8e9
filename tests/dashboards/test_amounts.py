from datetime import date

import pytest

from dashboards import amounts
from pipelines.observations.metrics import METRICS
from pipelines.observations.patterns.catalogue import every_pattern

UNITS = sorted({one.unit for one in (*METRICS.values(), *every_pattern())})


@pytest.mark.parametrize(
    ("value", "error", "unit", "text"),
    [
        (3.8142, 0.06, "ln_ms", "45 ± 3 ms"),
        (3.5, 0.02, "ln_ms", "33.1 ± 0.7 ms"),
        (52.4, 2.0, "bpm", "52 ± 2 bpm"),
        (52.4, 0.5, "bpm", "52.4 ± 0.5 bpm"),
        (25_500.0, 1_500.0, "s", "7 h 05 min ± 25 min"),
        (12_340.0, 120.0, "m", "12.34 ± 0.12 km"),
        (312.0, 6.0, "s_per_km", "5:12 ± 0:06 min/km"),
        (-0.021, 0.015, "fraction", "\N{MINUS SIGN}2.1 ± 1.5 %"),
        (52.0, None, "bpm", "52 ± not known bpm"),
        (None, 2.0, "bpm", "withheld"),
    ],
)
def test_a_value_is_never_shown_without_its_expected_error(value, error, unit, text):
    assert amounts.with_error(value, error, unit) == text


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_of_a_value_or_a_pattern_can_be_shown(unit):
    shown = (amounts.number(3.0, unit), amounts.with_unit(3.0, unit), amounts.with_error(3.0, 0.5, unit))

    assert all(shown)
    assert amounts.span(2.0, 3.0, unit) != amounts.NOT_KNOWN


def test_a_missing_usual_range_is_not_known():
    assert amounts.span(None, None, "bpm") == "not known"


def test_a_usual_range_narrower_than_a_beat_has_decimals():
    assert amounts.span(47.8, 48.3, "bpm") == "47.8\N{EN DASH}48.3 bpm"


def test_a_usual_range_has_its_unit():
    assert amounts.span(48.0, 53.0, "bpm") == "48\N{EN DASH}53 bpm"


@pytest.mark.parametrize(("value", "text"), [(0.0213, "0.021"), (12.6, "13"), (1234.0, "1,200"), (0.00031, "0.00031")])
def test_energy_has_two_significant_figures(value, text):
    assert amounts.amount(value) == text


def test_dates_read_as_days():
    assert amounts.day(date(2026, 3, 1)) == "Sun 1 Mar"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3600.0, "+60 min"),
        (-900.0, "-15 min"),
        (172_799.0, "+2,880 min"),
        (172_800.0, "+2 days"),
        (-1.2e9, "-13,889 days"),
    ],
)
def test_a_clock_is_set_right_by_minutes_and_from_two_days_on_by_days(seconds, text):
    assert amounts.shift(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7.94, "+8 bpm"),
        (-7.94, f"{amounts.MINUS}8 bpm"),
        (0.0, "0 bpm"),
        (-0.2, "0 bpm"),
        (-10.0, f"{amounts.MINUS}10 bpm"),
    ],
)
def test_a_difference_is_told_with_its_sign(value, text):
    assert amounts.signed(value, amounts.with_unit(value, "bpm")) == text
