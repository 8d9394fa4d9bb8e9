"""The rates of one athlete: right for white noise, blind to a trend, null with a reason when there is too little."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.observations import outside
from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.observations.rule_rates.controls import clean_controls
from pipelines.observations.rule_rates.measure import LEAST_DAYS, WITHOUT_RATE, rule_rates, rules, version
from pipelines.observations.rule_rates.on_checks import step_of
from pipelines.quality.catalogue import checks

MARCH = date(2026, 3, 1)
BEYOND = 0.1587
"""Share of a Gaussian above one standard deviation, where the usual range ends."""
EXPECTED = 100 * 2 * (3 * BEYOND**2 * (1 - BEYOND) + BEYOND**3)
"""Of 100 days of white noise so many have two or three of three days beyond the same limit."""


def noise(days: int, *, seed: int = 1) -> np.ndarray:
    return 4.0 + 0.1 * np.random.default_rng(seed).standard_normal(days)


def rate_of(rates: pl.DataFrame, rule: str) -> dict:
    return rates.row(by_predicate=pl.col("rule") == rule, named=True)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_white_noise_has_the_rate_that_theory_gives(athlete, seed):
    found = rate_of(rule_rates(athlete(noise(300, seed=seed)), month=MARCH), "outside_ln_rmssd")

    assert found["lower_per_100"] < EXPECTED < found["upper_per_100"]
    assert found["fires_per_100"] == pytest.approx(EXPECTED, rel=0.45)
    assert (found["history_day_count"], found["why_not"]) == (300, "")


def test_a_trend_does_not_raise_the_rate(athlete):
    values = noise(200)
    rising = values + np.linspace(0.0, 1.5, 200)

    still, moved = (
        rate_of(rule_rates(athlete(given), month=MARCH), "outside_ln_rmssd")["fires_per_100"]
        for given in (values, rising)
    )

    assert moved == pytest.approx(still, abs=2.0)


def test_a_large_expected_error_keeps_the_rule_from_firing(athlete):
    found = rate_of(rule_rates(athlete(noise(120), error=1.0), month=MARCH), "outside_ln_rmssd")

    assert found["fires_per_100"] == 0.0
    assert found["upper_per_100"] == pytest.approx(3.1, abs=0.1)


@pytest.mark.parametrize(("days", "is_known"), [(LEAST_DAYS - 1, False), (LEAST_DAYS, True)])
def test_too_short_a_history_has_no_rate_and_says_why(athlete, days, is_known):
    found = rate_of(rule_rates(athlete(noise(days)), month=MARCH), "outside_ln_rmssd")

    assert (found["fires_per_100"] is not None) is is_known
    assert found["why_not"] == ("" if is_known else "41 of 42 days with a value it reads")


def test_an_athlete_without_a_day_has_a_row_for_every_rule_and_no_rate(athlete):
    found = rule_rates(athlete([4.0]) | {"observations": athlete([4.0])["observations"].clear()}, month=MARCH)

    assert found["rule"].to_list() == [name for name, _, _ in rules()]
    assert found["fires_per_100"].null_count() == found.height
    assert found["why_not"].str.len_chars().min() > 0


def test_the_same_rows_and_month_give_the_same_rates_and_another_month_draws_anew(athlete):
    tables = athlete(noise(120))

    first, again, later = (rule_rates(tables, month=month) for month in (MARCH, MARCH, date(2026, 4, 1)))

    assert_frame_equal(first, again)
    assert rate_of(first, "outside_ln_rmssd")["fires_per_100"] != rate_of(later, "outside_ln_rmssd")["fires_per_100"]


def test_days_of_illness_are_not_ordinary(athlete):
    values = noise(120)
    values[60:68] -= 1.5
    ill = [date(2026, 3, 31) - timedelta(days=back) for back in range(50, 61)]

    with_note, without = (
        rate_of(rule_rates(athlete(values, notes=notes), month=MARCH), "outside_ln_rmssd")["fires_per_100"]
        for notes in (ill, ())
    )

    assert with_note < without


def test_a_check_of_values_is_tried_on_values_rounded_as_the_vendor_rounds(athlete):
    stated = np.round(50 + 2 * np.random.default_rng(5).standard_normal(120))

    rates = rule_rates(athlete(noise(120), stated=stated), month=MARCH)

    outlier = rate_of(rates, "value_outlier")
    assert outlier["history_day_count"] == 120
    assert 0.0 <= outlier["fires_per_100"] < 3.0
    assert rate_of(rates, "value_range")["fires_per_100"] == 0.0
    assert (step_of(stated), step_of(stated + 0.5), step_of(stated + 0.1234)) == (1.0, 0.5, None)


def test_a_value_that_leaps_in_the_history_fires_on_ordinary_days_too(athlete):
    stated = np.round(50 + 2 * np.random.default_rng(5).standard_normal(120))
    stated[::20] += 20

    found = rate_of(rule_rates(athlete(noise(120), stated=stated), month=MARCH), "value_outlier")

    assert found["fires_per_100"] == pytest.approx(5.0, abs=3.0)


def test_every_pattern_and_metric_of_the_coachs_page_has_a_row():
    named = {name for name, _, _ in rules()}

    assert {pattern.name for pattern in every_pattern()} <= named
    assert {outside.rule(metric) for metric in outside.METRICS} <= named
    assert {check.name for check in WITHOUT_RATE} <= named


def test_every_check_without_a_row_has_a_clean_control_of_its_signal():
    named = {name for name, _, _ in rules()}

    assert {check.signal for check in checks() if check.name not in named} <= set(clean_controls())


def test_another_version_of_a_rule_is_another_version_of_the_bench(monkeypatch):
    before = version()

    monkeypatch.setattr(outside, "VERSION", outside.VERSION + 1)

    assert version() != before
