import numpy as np
import polars as pl
import pytest

from pipelines.simulation.running import CENTRE_DEG, Run, Runner, RunPlan, run
from pipelines.units import EARTH_RADIUS_M


def positions_m(frame: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    north = np.radians(frame["latitude_deg"].to_numpy() - CENTRE_DEG[0]) * EARTH_RADIUS_M
    east = (
        np.radians(frame["longitude_deg"].to_numpy() - CENTRE_DEG[1])
        * EARTH_RADIUS_M
        * np.cos(np.radians(CENTRE_DEG[0]))
    )
    return north, east


def test_the_route_ends_where_it_started(steady_run: Run) -> None:
    north, east = positions_m(steady_run.records)

    assert np.hypot(north[-1] - north[0], east[-1] - east[0]) < 20.0


def test_distance_by_position_and_by_device_agree_within_two_percent(steady_run: Run) -> None:
    north, east = positions_m(steady_run.records)
    by_position = float(np.hypot(np.diff(north), np.diff(east)).sum())

    assert by_position == pytest.approx(steady_run.true_distance_m, rel=0.02)
    assert steady_run.records["distance_m"][-1] == pytest.approx(steady_run.true_distance_m, rel=0.02)


def test_no_record_lies_inside_a_pause(steady_run: Run) -> None:
    seconds = steady_run.records["recorded_at_utc"].dt.epoch("s")

    assert len(steady_run.pauses) == 2
    assert not any(seconds.is_between(start, end, closed="left").any() for start, end in steady_run.pauses)


def test_heart_rate_follows_effort_with_a_lag(runner: Runner) -> None:
    plan = RunPlan(kind="intervals", moving_s=3000, start_s=1_780_000_000)

    records = run(np.random.default_rng(3), runner, plan).records

    rate, speed = (
        records["heart_rate_bpm"].to_numpy().astype(float)[900:2300],
        records["speed_m_per_s"].to_numpy()[900:2300],
    )
    by_lag = [np.corrcoef(speed[: len(speed) - lag], rate[lag:])[0, 1] for lag in range(0, 90, 5)]
    assert 15 <= 5 * int(np.argmax(by_lag)) <= 60
    assert rate.max() <= runner.max_bpm + 3


def test_smart_recording_stores_a_record_every_one_to_seven_seconds(runner: Runner) -> None:
    plan = RunPlan(kind="easy", moving_s=1800, start_s=1_780_000_000, is_smart=True)

    steps = run(np.random.default_rng(4), runner, plan).records["recorded_at_utc"].dt.epoch("s").diff().drop_nulls()

    assert steps.min() >= 1
    assert steps.max() <= 15
    assert steps.quantile(0.95) <= 7
    assert steps.n_unique() > 3


def test_a_treadmill_run_has_speed_but_no_position_and_no_height(runner: Runner) -> None:
    plan = RunPlan(kind="steady", moving_s=1800, start_s=1_780_000_000, is_treadmill=True)

    records = run(np.random.default_rng(4), runner, plan).records

    assert records["latitude_deg"].null_count() == records["altitude_m"].null_count() == records.height
    assert records["speed_m_per_s"].mean() > 2.0


def test_fatigue_raises_heart_rate_for_the_same_speed(runner: Runner) -> None:
    plan = RunPlan(kind="easy", moving_s=1800, start_s=1_780_000_000)
    tired = Runner(resting_bpm=48.0, max_bpm=188.0, threshold_m_per_s=4.0, strain=1.0)

    fresh, worn = (run(np.random.default_rng(9), who, plan) for who in (runner, tired))

    assert worn.true_mean_heart_rate_bpm - fresh.true_mean_heart_rate_bpm == pytest.approx(6.0, abs=1.0)
    assert worn.true_distance_m == fresh.true_distance_m
