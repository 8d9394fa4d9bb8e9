from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.simulation.athlete import Days, Episode, Profile, dates_until, live

LAST = date(2026, 11, 15)


def lived(seed: int, *, ill: frozenset[date] = frozenset(), episode: Episode | None = None) -> Days:
    profile = Profile(
        level_ln_ms=4.0,
        resting_bpm=50.0,
        max_bpm=188.0,
        threshold_m_per_s=4.0,
        sleep_need_s=28_000.0,
        wake_hour=6.5,
        runs_per_week=4,
    )
    return live(np.random.default_rng(seed), profile, dates=dates_until(LAST, 120), ill=ill, episode=episode)


def test_resting_heart_rate_moves_against_variability() -> None:
    days = [lived(seed) for seed in range(6)]

    together = [np.corrcoef(day.ln_rmssd, day.resting_bpm)[0, 1] for day in days]

    assert np.median(together) < -0.4


def test_the_fatigue_episode_lowers_variability_and_sleep_and_raises_heart_rate() -> None:
    episode = Episode(first=LAST - timedelta(days=20), last=LAST)
    inside = slice(-18, -3)

    changes = []
    for seed in range(6):
        before, after = lived(seed), lived(seed, episode=episode)
        changes.append(
            [
                (after.ln_rmssd - before.ln_rmssd)[inside].mean(),
                (after.resting_bpm - before.resting_bpm)[inside].mean(),
                (after.sleep_s - before.sleep_s)[inside].mean(),
            ]
        )

    assert np.array(changes)[:, 0].max() < -0.2
    assert np.array(changes)[:, 1].min() > 2.5
    assert np.array(changes)[:, 2].max() < -1500.0


def test_nobody_runs_while_ill_and_every_week_has_rest_days() -> None:
    ill = frozenset(LAST - timedelta(days=back) for back in range(30, 40))

    days = lived(1, ill=ill)

    assert all(kind is None for day, kind in zip(days.dates, days.run_kind, strict=True) if day in ill)
    assert 7 * sum(kind is not None for kind in days.run_kind) / len(days.dates) == pytest.approx(3.7, abs=0.4)
    assert set(np.flatnonzero(days.run_s == 0)) == {n for n, kind in enumerate(days.run_kind) if kind is None}


def test_runs_last_30_to_100_minutes() -> None:
    minutes = lived(2).run_s[lived(2).run_s > 0] / 60.0

    assert minutes.min() >= 30.0
    assert minutes.max() <= 100.0
