import numpy as np
import pytest

from pipelines.simulation.beats import RR_LIMITS_MS, SEED_REPORTING, SEED_TUNING, rmssd_ms, rr_series


@pytest.mark.parametrize("target", [15.0, 45.0, 140.0])
@pytest.mark.parametrize(("beat_count", "is_night"), [(400, False), (20_000, True)])
def test_the_rmssd_of_a_series_is_near_the_one_asked_for(target: float, beat_count: int, *, is_night: bool) -> None:
    found = [
        rmssd_ms(
            rr_series(
                np.random.default_rng([1, number]),
                beat_count=beat_count,
                target_rmssd_ms=target,
                is_night=is_night,
                with_hard_negatives=False,
            )
        )
        for number in range(8)
    ]

    assert np.median(found) == pytest.approx(target, rel=0.06)


def test_the_mean_interval_is_near_the_one_asked_for() -> None:
    series = rr_series(np.random.default_rng(2), beat_count=20_000, mean_rr_ms=1100.0, target_rmssd_ms=50.0)

    assert series.mean() == pytest.approx(1100.0, rel=0.02)


def test_the_same_seed_gives_the_same_beats_and_another_seed_others() -> None:
    first, again, other = (rr_series(np.random.default_rng(seed), beat_count=300) for seed in (4, 4, 5))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_intervals_are_whole_milliseconds_within_the_limits_of_a_healthy_heart() -> None:
    series = rr_series(np.random.default_rng(6), beat_count=25_000, is_night=True)

    assert np.array_equal(series, np.rint(series))
    assert series.min() >= RR_LIMITS_MS[0]
    assert series.max() <= RR_LIMITS_MS[1]


def test_hard_negatives_quicken_the_heart_for_some_beats() -> None:
    quiet, lively = (
        rr_series(
            np.random.default_rng(8),
            beat_count=20_000,
            mean_rr_ms=1000.0,
            target_rmssd_ms=20.0,
            is_night=True,
            with_hard_negatives=wanted,
        )
        for wanted in (False, True)
    )

    assert np.sum(lively < 0.85 * np.median(lively)) > np.sum(quiet < 0.85 * np.median(quiet))


def test_thresholds_are_tuned_on_another_seed_than_figures_are_reported_on() -> None:
    assert SEED_TUNING != SEED_REPORTING
