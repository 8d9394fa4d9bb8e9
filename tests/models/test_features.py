from datetime import timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.models.features import FEATURES, calendar, fingerprint, mornings


@pytest.mark.parametrize("column", ["reading", "companion", "moving_time_s"])
def test_nothing_of_the_day_itself_or_later_moves_a_feature(squad, column):
    days = calendar(squad(athlete_count=2, day_count=60))
    turn = days["day_date"].min() + timedelta(days=40)
    later = pl.col("day_date") >= turn
    told = pl.col("day_date") <= turn

    moved = days.with_columns(pl.when(later).then(pl.col(column) * 3 + 100).otherwise(pl.col(column)).alias(column))

    before = mornings(days).filter(told).select("athlete_id", "day_date", "has_history", *FEATURES)
    after = mornings(moved).filter(told).select("athlete_id", "day_date", "has_history", *FEATURES)
    assert not moved.equals(days)
    assert_frame_equal(before, after)


@pytest.mark.parametrize("column", ["reading", "companion", "moving_time_s"])
def test_yesterday_moves_the_features_of_today(squad, column):
    days = calendar(squad(athlete_count=1, day_count=60, missing=0.0))
    yesterday = pl.col("day_date") == days["day_date"].max() - timedelta(days=1)

    moved = days.with_columns(pl.when(yesterday).then(pl.col(column) + 9).otherwise(pl.col(column)).alias(column))

    assert mornings(days).tail(1).row(0) != mornings(moved).tail(1).row(0)


def test_lags_and_days_since_the_last_reading_see_a_gap(squad):
    days = squad(athlete_count=1, day_count=4, missing=0.0).with_columns(pl.Series("reading", [1.0, 2.0, None, 4.0]))

    known = mornings(calendar(days))

    assert known["lag_1"].to_list() == [None, 1.0, 2.0, None]
    assert known["lag_2"].to_list() == [None, None, 1.0, 2.0]
    assert known["days_since_last"].to_list() == [None, 1.0, 1.0, 2.0]
    assert known["target"].to_list() == [1.0, 2.0, None, 4.0]


def test_athletes_do_not_see_each_other(squad):
    both = mornings(calendar(squad(athlete_count=2, day_count=30)))
    alone = mornings(calendar(squad(athlete_count=2, day_count=30).filter(athlete_id=2)))

    assert_frame_equal(both.filter(athlete_id=2), alone)


def test_the_calendar_has_every_day_between_the_first_and_last_reading(squad):
    days = squad(athlete_count=1, day_count=30, missing=0.0)
    sparse = days.filter(pl.col("day_date").dt.day().is_in([3, 10, 20]))

    grid = calendar(sparse)

    assert grid.height == 18
    assert grid["reading"].count() == 3


def test_no_reading_is_no_morning(squad):
    none = squad(athlete_count=1, day_count=5).clear()

    assert mornings(calendar(none)).is_empty()


def test_the_fingerprint_knows_the_rows_and_not_their_order(squad):
    days = calendar(squad(athlete_count=2, day_count=20))
    other = days.with_columns(pl.col("reading") + 1e-6)

    assert fingerprint(days) == fingerprint(days.reverse())
    assert fingerprint(days) != fingerprint(other)
