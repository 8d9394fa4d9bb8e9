"""What the step in which beats are stored does to RMSSD: simulated, and carried into the verdict."""

import math

import numpy as np
import polars as pl
import pytest

from pipelines.quality.contract import Threshold
from pipelines.quality.error_sources import P80
from pipelines.quality.remedies import remedies
from pipelines.quality.resolution import (
    INTERVALS_ROUNDED,
    MOST_ROUNDING,
    TIMES_ROUNDED,
    UNKNOWN,
    resolution_bias,
    resolution_error,
)

INTERVALS = 4000


def _rr(seed, *, rmssd_ms=15.0, count=INTERVALS):
    """Intervals that change by so much from beat to beat, part wave and part noise, on no grid."""
    rng = np.random.default_rng(seed)
    wave = np.sin(2 * np.pi * np.cumsum(1 / (4.3 * (1 + 0.06 * rng.standard_normal(count)))))
    fast = wave + 0.5 * rng.standard_normal(count)
    return 900.0 + fast * rmssd_ms / np.sqrt(np.mean(np.diff(fast) ** 2))


def _mean_square(rr_ms):
    return float(np.mean(np.diff(rr_ms) ** 2))


def _times_rounded(rr_ms, step_ms, *, cut=False, start_ms=0.0):
    times = start_ms + np.concatenate([[0.0], np.cumsum(rr_ms)])
    return np.diff((np.floor if cut else np.rint)(times / step_ms) * step_ms)


def _ask(expression):
    return pl.select(expression).item()


@pytest.mark.parametrize("cut", [False, True], ids=["rounded", "cut off"])
@pytest.mark.parametrize("step_ms", [4.0, 10.0, 16.0])
def test_rounded_times_add_half_a_squared_step_to_the_mean_square_of_differences(step_ms, cut):
    added = [_mean_square(_times_rounded(_rr(seed), step_ms, cut=cut)) - _mean_square(_rr(seed)) for seed in range(25)]

    assert np.mean(added) == pytest.approx(TIMES_ROUNDED * step_ms**2, rel=0.12)


@pytest.mark.parametrize("step_ms", [4.0, 10.0, 16.0])
def test_rounded_intervals_add_a_sixth_of_it(step_ms):
    added = [_mean_square(np.rint(_rr(seed) / step_ms) * step_ms) - _mean_square(_rr(seed)) for seed in range(25)]

    assert np.mean(added) == pytest.approx(INTERVALS_ROUNDED * step_ms**2, rel=0.12)


@pytest.mark.parametrize("rmssd_ms", [12.0, 20.0, 40.0])
def test_the_bias_told_from_what_is_stored_is_the_one_there_is(rmssd_ms):
    true, stored = (
        np.mean([math.log(_mean_square(rr)) / 2 for rr in every])
        for every in zip(
            *((_rr(seed, rmssd_ms=rmssd_ms), _times_rounded(_rr(seed, rmssd_ms=rmssd_ms), 10.0)) for seed in range(10)),
            strict=True,
        )
    )

    told = _ask(resolution_bias(pl.lit(math.exp(stored)), pl.lit(10.0)))

    assert told == pytest.approx(stored - true, abs=0.006)


@pytest.mark.parametrize(("rmssd_ms", "count"), [(15.0, 60), (40.0, 60), (25.0, 300)])
def test_no_more_is_left_to_chance_than_is_told(rmssd_ms, count):
    apart = []
    for seed in range(400):
        rr = _rr(seed, rmssd_ms=rmssd_ms, count=count)
        stored = _times_rounded(rr, 10.0, start_ms=float(seed % 10))
        apart.append(0.5 * math.log(_mean_square(stored) / _mean_square(rr)))
    stored_ms = math.sqrt(rmssd_ms**2 + TIMES_ROUNDED * 100.0)

    told = _ask(resolution_error(pl.lit(stored_ms), pl.lit(count - 1), pl.lit(10.0)))

    root = math.sqrt(np.mean(np.square(apart)))
    assert root <= 1.1 * told
    assert root >= 0.5 * told
    assert np.quantile(np.abs(apart), 0.8) <= 1.03 * P80 * told


def test_a_step_of_a_millisecond_is_hardly_seen():
    assert _ask(resolution_error(pl.lit(15.0), pl.lit(300), pl.lit(1.0))) < 0.005


def test_a_step_that_is_not_known_counts_as_the_coarsest_known():
    unknown, coarsest = (
        _ask(resolution_error(pl.lit(20.0), pl.lit(300), pl.lit(step, pl.Float64))) for step in (None, UNKNOWN.number)
    )

    assert unknown == coarsest > 0.05


@pytest.mark.parametrize("rmssd_ms", [5.0, 1.0, 0.01])
def test_a_series_that_shows_only_its_own_step_has_the_largest_error_and_a_finite_one(rmssd_ms):
    bias = _ask(resolution_bias(pl.lit(rmssd_ms), pl.lit(10.0)))

    assert isinstance(MOST_ROUNDING, Threshold)
    assert bias == pytest.approx(-0.5 * math.log(1 - MOST_ROUNDING.number))
    assert bias > _ask(resolution_bias(pl.lit(7.2), pl.lit(10.0)))


@pytest.mark.parametrize("rmssd_ms", [None, 0.0])
def test_without_an_rmssd_there_is_no_such_error(rmssd_ms):
    assert _ask(resolution_error(pl.lit(rmssd_ms, pl.Float64), pl.lit(60), pl.lit(10.0))) is None


def _series(make, resolution_ms, *, rmssd_ms):
    return make.beats(make.breathing(300, rmssd_ms=rmssd_ms), resolution_ms=resolution_ms)


@pytest.mark.parametrize("purpose", ["hrv_day", "hrv_baseline"])
def test_beats_stored_too_coarsely_are_not_usable_and_say_why(make, ask, purpose):
    fine, coarse = (ask.verdict(_series(make, step, rmssd_ms=10.0), purpose) for step in (1.0, 10.0))

    assert fine["verdict"] == "usable"
    assert coarse["verdict"] == "not_usable"
    assert coarse["reasons"][0] == "resolution"
    assert "millisecond" in remedies()["resolution"]
    assert coarse["grade"] == "ok"


def test_the_same_step_is_no_matter_where_beats_differ_more(make, ask):
    assert ask.verdict(_series(make, 10.0, rmssd_ms=40.0), "hrv_day")["verdict"] == "usable"


def test_a_resting_heart_rate_does_not_mind_the_step(make, ask):
    one, other = (ask.verdict(_series(make, step, rmssd_ms=10.0), "resting_hr") for step in (1.0, 10.0))

    assert one["expected_error"] == other["expected_error"]


def test_beats_of_a_watch_are_known_less_well_than_those_of_a_strap(make, ask):
    rr = make.breathing(300, rmssd_ms=40.0)

    strap, watch = (ask.verdict(make.beats(rr, device=device), "hrv_day") for device in (None, "appleinc.:watch6,7:"))

    assert (strap["verdict"], watch["verdict"]) == ("usable", "not_usable")
    assert watch["reasons"][0] == "source"
    assert watch["expected_error"] > strap["expected_error"] + 0.05
