from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.models import local_level
from pipelines.models.local_level import (
    LEAST_READING_COUNT,
    LEAST_SERIES_COUNT,
    LEVEL_PRIOR_SD,
    LOAD_PRIOR_SD_PER_H,
    WINDOW_DAYS,
    Settings,
    estimate,
)

SETTINGS = Settings(drift_variance=0.01, deviation_variance=0.5, persistence_fraction=0.3, scale=0.1)


@pytest.fixture
def known(monkeypatch) -> list[pl.DataFrame]:
    """Stands in for the search: every series that has readings enough gets the same settings; notes what was handed."""
    handed = []

    def fit(rows: pl.DataFrame) -> Settings | None:
        handed.append(rows)
        return SETTINGS if rows["target"].count() >= LEAST_READING_COUNT else None

    monkeypatch.setattr(local_level, "_fit", fit)
    return handed


def of(rows: pl.DataFrame, athlete_id: int) -> pl.DataFrame:
    return rows.filter(pl.col("athlete_id") == athlete_id)


def short(rows: pl.DataFrame, athlete_id: int, reading_count: int) -> pl.DataFrame:
    """The same rows, of that athlete only the last readings."""
    position = pl.col("target").is_not_null().cum_sum(reverse=True)
    own = of(rows, athlete_id).with_columns(pl.when(position <= reading_count).then("target").alias("target"))
    return pl.concat([own, rows.filter(pl.col("athlete_id") != athlete_id)])


@pytest.mark.parametrize(("missing_readings", "has_own"), [(0, True), (1, False)])
def test_settings_of_its_own_take_enough_readings(drifting, split, missing_readings, has_own):
    train, ahead = split(drifting(athlete_count=1, day_count=90), 80)
    few = short(train, 1, LEAST_READING_COUNT - missing_readings)

    assert np.isfinite(estimate(few, ahead, 1)).all() == has_own


@pytest.mark.parametrize(("others", "is_told"), [(LEAST_SERIES_COUNT, True), (LEAST_SERIES_COUNT - 1, False)])
@pytest.mark.usefixtures("known")
def test_the_squad_s_settings_stand_in_when_there_are_enough_series(drifting, split, others, is_told):
    train, ahead = split(drifting(athlete_count=others + 1, day_count=90), 80)

    told = estimate(short(train, 1, 5), ahead, 1)

    assert np.isfinite(told[ahead["athlete_id"].to_numpy() == 1]).all() == is_told
    assert np.isfinite(told[ahead["athlete_id"].to_numpy() != 1]).all()


@pytest.mark.usefixtures("known")
def test_a_new_firmware_takes_the_settings_of_the_athlete_s_earlier_one(drifting, split):
    days = drifting(athlete_count=1, day_count=90, missing=0.0)
    new = pl.col("day_date") >= days["day_date"].min() + timedelta(days=78)
    train, ahead = split(days.with_columns(pl.when(new).then(1).otherwise("era").cast(pl.Int32).alias("era")), 80)

    told = estimate(train, ahead, 1)

    assert train["era"].to_list()[-2:] == [1, 1]
    assert np.isfinite(told).all()


def test_the_middle_of_settings_is_taken_number_by_number():
    others = [
        Settings(drift_variance=drift, deviation_variance=1.0, persistence_fraction=rest, scale=0.1)
        for drift, rest in ((0.0, 0.9), (0.2, 0.1), (0.1, 0.5))
    ]

    middle = local_level._settings_of((9, 0), dict(zip([(1, 0), (2, 0), (3, 0)], others, strict=True)))

    assert middle == Settings(drift_variance=0.1, deviation_variance=1.0, persistence_fraction=0.5, scale=0.1)


def test_days_before_the_window_are_not_looked_at(drifting, split, known):
    days = drifting(athlete_count=1, day_count=WINDOW_DAYS + 10, missing=0.0)
    train, ahead = split(days, WINDOW_DAYS + 1)
    day = pl.int_range(pl.len())
    told = estimate(train, ahead, 1)

    for first_kept, is_moved in ((1, False), (2, True)):
        moved = train.with_columns(pl.when(day < first_kept).then(pl.col("target") + 1).otherwise("target"))
        assert (estimate(moved, ahead, 1) != told).any() == is_moved
    assert known[0].height == WINDOW_DAYS


def test_readings_that_never_differ_give_no_settings(drifting, split):
    train, ahead = split(drifting(athlete_count=1, day_count=90, missing=0.0), 80)

    same = train.with_columns(pl.lit(50.0).alias("target"))

    assert np.isnan(estimate(same, ahead, 1)).all()


def test_the_settings_found_are_those_the_series_was_made_with(drifting, split):
    train, _ = split(drifting(athlete_count=1, day_count=365, seed=11), 365)

    found = local_level._fit(train)

    assert found is not None
    assert np.sqrt(found.deviation_variance) * found.scale == pytest.approx(0.1, abs=0.02)
    assert np.sqrt(found.drift_variance) * found.scale == pytest.approx(0.02, abs=0.02)
    assert found.persistence_fraction == pytest.approx(0.5, abs=0.2)


@pytest.mark.usefixtures("known")
def test_over_a_gap_what_was_left_of_a_deviation_fades_to_the_level(drifting, split):
    train, ahead = split(drifting(athlete_count=1, day_count=110, missing=0.0), 80)
    silent = ahead.with_columns(
        pl.when(pl.int_range(pl.len()) < 1).then("lag_1").alias("lag_1"), pl.lit(0.0).alias(local_level.LOAD)
    )

    told = estimate(train, silent, 1)

    steps = np.abs(np.diff(told[1:]))
    assert np.isfinite(told).all()
    assert (steps[1:8] < steps[:7]).all()
    assert steps[-1] < 1e-9


def test_the_effect_of_load_is_learned_and_held_back_by_its_prior(squad, split, monkeypatch):
    train, ahead = split(squad(effect_per_h=0.15, athlete_count=1, day_count=140), 120)
    more = ahead.with_columns(pl.col(local_level.LOAD) + 1)

    def effect() -> float:
        return float((estimate(train, more, 1) - estimate(train, ahead, 1))[0])

    learned = effect()
    monkeypatch.setattr(local_level, "LOAD_PRIOR_SD_PER_H", LOAD_PRIOR_SD_PER_H / 100)
    held_back = effect()

    assert learned == pytest.approx(-0.15, abs=0.03)
    assert abs(held_back) < 0.01


def test_the_first_reading_does_not_hold_the_level_back(drifting, split, known, monkeypatch):
    train, ahead = split(drifting(athlete_count=1, day_count=90, missing=0.0), 80)
    odd = train.with_columns(pl.when(pl.int_range(pl.len()) == 0).then(pl.col("target") + 0.2).otherwise("target"))

    def moved() -> float:
        return float(np.abs(estimate(odd, ahead, 1) - estimate(train, ahead, 1)).max())

    free = moved()
    monkeypatch.setattr(local_level, "LEVEL_PRIOR_SD", LEVEL_PRIOR_SD / 100)
    held = moved()

    assert known
    assert free < 0.005
    assert held > 2 * free
