"""Ordinary days: drawn in blocks, the same for the same seed, without the slow course of a series."""

from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.observations.rule_rates.ordinary import (
    BLOCK_DAYS,
    HISTORY_DAYS,
    LEAD_DAYS,
    ORDINARY_DAYS,
    around_level,
    draw,
    stationary,
)

LAST = date(2026, 3, 31)


def days_back(count: int) -> list[date]:
    return [LAST - timedelta(days=back) for back in range(count)]


def test_blocks_are_a_week_long_in_the_mean():
    drawn = stationary(100_000, 20_000, seed=(1,))

    jumps = np.count_nonzero((drawn[1:] - drawn[:-1]) % 100_000 != 1)
    assert len(drawn) / jumps == pytest.approx(BLOCK_DAYS, rel=0.05)


def test_every_day_is_drawn_about_as_often():
    counts = np.bincount(stationary(50, 50_000, seed=(2,)), minlength=50)

    assert counts.min() > 800
    assert counts.max() < 1200


def test_equal_seeds_give_equal_days_and_another_month_gives_others():
    first, again, other = (draw(days_back(60), without=(), last=LAST, seed=seed) for seed in ((1, 3), (1, 3), (1, 4)))

    assert np.array_equal(first.source, again.source)
    assert not np.array_equal(first.source, other.source)


def test_days_that_are_not_ordinary_are_not_drawn():
    ill = {LAST - timedelta(days=5), LAST - timedelta(days=6)}

    drawn = draw(days_back(60), without=ill, last=LAST, seed=(1,))

    assert not {on.toordinal() for on in ill} & set(drawn.source.tolist())
    assert len(drawn.source) == LEAD_DAYS + ORDINARY_DAYS
    assert drawn.date_of(len(drawn.source) - 1) == LAST


def test_only_the_last_year_is_drawn_from():
    drawn = draw(days_back(800), without=(), last=LAST, seed=(1,))

    assert drawn.source.min() == LAST.toordinal() - HISTORY_DAYS + 1


def test_without_a_date_nothing_is_drawn():
    assert draw((), without=(), last=LAST, seed=(1,)) is None


def test_a_drawn_day_takes_every_value_of_its_date_and_none_where_there_is_none():
    drawn = draw(days_back(3), without=(), last=LAST, seed=(1,))
    days = np.array([LAST.toordinal(), LAST.toordinal()])

    numbers, which = drawn.places(days)

    assert set(numbers.tolist()) == set(np.flatnonzero(drawn.source == LAST.toordinal()).tolist())
    assert np.array_equal(np.bincount(which), [len(numbers) // 2] * 2)


def test_a_trend_and_a_step_are_taken_out_and_the_last_level_is_kept():
    days = np.arange(160)
    noise = np.random.default_rng(7).normal(0.0, 1.0, 160)

    for course in (0.2 * days, np.where(days < 80, 0.0, 15.0)):
        made = around_level(days, 50.0 + course + noise)

        assert np.median(made[:60]) == pytest.approx(np.median(made[-60:]), abs=0.5)
        assert np.median(made) == pytest.approx(50.0 + np.median(course[-60:]), abs=0.7)
        assert 0.8 < np.std(made - np.median(made)) < 1.6


def test_a_steady_series_keeps_its_own_spread():
    noise = np.random.default_rng(3).normal(50.0, 2.0, 120)

    assert np.std(around_level(np.arange(120), noise)) == pytest.approx(np.std(noise), rel=0.08)
