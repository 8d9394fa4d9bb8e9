"""Durability of a long run: claimed only of long, steady runs with heart rate throughout; every limit decides."""

import numpy as np
import polars as pl
import pytest

from pipelines.observations.durability import durability


def timeline(*, kilometres=20.5, speed=3.0, rate=lambda metres: np.full(len(metres), 140.0), holes=0.0, swing=0.0):
    """A run of so many kilometres, a row a second; `rate` gives heart rate at a distance (m)."""
    count = int(kilometres * 1000 / speed)
    speeds = speed * (1 + swing * np.sign(np.sin(np.arange(count) / count * 12 * np.pi)))
    metres = np.cumsum(speeds)
    rates = rate(metres)
    gone = np.arange(count) % 100 < 100 * holes
    return pl.DataFrame(
        {
            "step_s": np.ones(count),
            "speed_m_per_s": speeds,
            "heart_rate_bpm": np.where(gone, np.nan, rates),
        }
    ).with_columns(pl.col("heart_rate_bpm").fill_nan(None))


def risen(after_m, fraction):
    """Heart rate that is higher by a fraction after a distance (m)."""
    return lambda metres: np.where(metres > after_m, 140.0 * (1 + fraction), 140.0)


def test_a_run_that_holds_together_has_fallen_nowhere():
    found = durability(timeline())

    assert found.late_fraction == pytest.approx(0.0, abs=1e-9)
    assert found.fell_after_m is None


def test_a_heart_rate_that_rises_late_is_told_with_the_kilometre_it_began():
    found = durability(timeline(rate=risen(15_000, 0.10)))

    assert found.late_fraction == pytest.approx(1 - 1 / 1.10, abs=1e-3)
    assert found.fell_after_m == 15_000.0


@pytest.mark.parametrize(("fraction", "has_fallen"), [(0.051, False), (0.055, True)])
def test_it_has_fallen_below_nineteen_twentieths(fraction, has_fallen):
    assert (durability(timeline(rate=risen(15_000, fraction))).fell_after_m is not None) is has_fallen


@pytest.mark.parametrize(("after_m", "has_fallen"), [(18_000, True), (19_000, False)])
def test_it_has_to_stay_fallen_for_two_kilometres(after_m, has_fallen):
    assert (durability(timeline(rate=risen(after_m, 0.10))).fell_after_m is not None) is has_fallen


@pytest.mark.parametrize(("kilometres", "is_told"), [(13.9, False), (14.1, True)])
def test_only_long_runs_are_told_of(kilometres, is_told):
    assert (durability(timeline(kilometres=kilometres)) is not None) is is_told


@pytest.mark.parametrize(("holes", "is_told"), [(0.08, True), (0.12, False)])
def test_heart_rate_is_known_nearly_throughout(holes, is_told):
    assert (durability(timeline(holes=holes)) is not None) is is_told


@pytest.mark.parametrize(("swing", "is_told"), [(0.06, True), (0.14, False)])
def test_the_speed_is_steady(swing, is_told):
    assert (durability(timeline(swing=swing)) is not None) is is_told


def test_a_run_without_records_is_not_told_of():
    assert durability(timeline().clear()) is None
