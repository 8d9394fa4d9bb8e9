"""Numbers inside the beat detector: by data where the two sides can be built, else moved under the same beats."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.quality import artifacts
from pipelines.quality.artifacts import REASONS, detect
from pipelines.simulation.beats import rr_series

QUIET = [1000.0 + 4 * (i % 3) for i in range(100)]


def _reasons(rr_ms):
    rr = np.asarray(rr_ms, dtype=float)
    return [REASONS[place] for place in detect(rr, np.zeros(len(rr), dtype=np.int64)).reason]


@pytest.mark.parametrize(("half", "expected"), [(595.0, "rr_extra"), (606.0, "rr_short")])
def test_two_intervals_are_one_cut_in_two_when_together_a_fifth_longer_at_most(half, expected):
    found = _reasons([*QUIET, half, half, *QUIET])

    assert set(found[100:102]) == {expected}


def test_two_opposite_residuals_are_marked_though_either_alone_would_pass():
    rng = np.random.default_rng(8)
    quiet = 1000 + 30.0 * rng.standard_normal(300)
    quiet[148:154] = 1000.0

    def found(up, down):
        rr = quiet.copy()
        rr[150] += up
        rr[151] -= down
        return {place for place in (150, 151) if _reasons(rr)[place]}

    assert found(110.0, 110.0) == {150, 151}
    assert found(110.0, 0.0) == found(0.0, 110.0) == set()


def test_a_misplaced_beat_is_measured_in_the_spread_of_differences_between_neighbouring_residuals():
    rng = np.random.default_rng(8)
    noise = 30.0 * rng.standard_normal(302)

    def found(by_ms, quiet):
        rr = 1000 + quiet
        rr[150] += by_ms
        rr[151] -= by_ms
        return bool(_reasons(rr)[150]) and bool(_reasons(rr)[151])

    smooth, jagged = (noise[1:-1] + sign * (noise[:-2] + noise[2:]) / 2 for sign in (1, -1))

    assert found(100.0, smooth / smooth.std() * 30.0)
    assert not found(100.0, jagged / jagged.std() * 60.0)


@pytest.mark.parametrize("by_ms", [200.0, -200.0])
def test_a_heart_that_slows_or_quickens_for_some_beats_is_let_pass_and_one_such_interval_alone_is_not(by_ms):
    rng = np.random.default_rng(8)
    quiet = 1000 + 8.0 * rng.standard_normal(300)
    smooth, alone = quiet.copy(), quiet.copy()
    smooth[148:157] += by_ms * np.hanning(11)[1:-1]
    alone[152] += by_ms

    assert not any(_reasons(smooth)[145:160])
    assert _reasons(alone)[152]


def test_an_interval_cut_in_two_is_not_let_pass_though_one_half_lies_between_its_neighbours():
    rng = np.random.default_rng(8)
    quiet = list(1000 + 8.0 * rng.standard_normal(200))

    assert all(_reasons([*quiet[:100], 320.0, 680.0, *quiet[100:]])[100:102])


@pytest.fixture(scope="module")
def faulty():
    """Beats of many hearts with faults of every kind, some stretches dense with them, in one array."""
    rng = np.random.default_rng(12)
    series, runs = [], []
    for number in range(40):
        rr = rr_series(rng, beat_count=400).astype(float)
        share = (0.01, 0.03, 0.08, 0.2)[number % 4]
        for place in rng.choice(np.arange(5, 390), size=int(400 * share), replace=False):
            kind, by = rng.integers(5), rng.uniform(0.08, 0.45)
            rr[place] *= (2.0, 0.5, 1 - by, 1 + by, 1 - by)[kind]
            rr[place + 1] *= (1.0, 0.5, 1 + by, 1.0, 1.0)[kind]
        series.append(rr)
        runs.append(np.full(len(rr), number))
    return np.concatenate(series), np.concatenate(runs)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("FIRST_LOOK", 2.0),
        ("ALPHA", 40.0),
        ("MEDIAN_FACTOR", 0.5),
        ("SMALLEST_MS", 900.0),
        ("PRIOR_DROP", 0.0),
        ("PRIOR_FROM", 0.5),
        ("PRIOR_SPAN", 1.0),
        ("PAIR_BALANCE", 0.49),
        ("PAIR_KEPT", 3.0),
        ("AT_END", 0.0),
        ("HALFWAY", 1e9),
        ("HALFWAY_MS", 1e9),
        ("SAME_LENGTH", 0.01),
        ("C1", 3.0),
        ("C2", 3.0),
    ],
)
def test_what_the_detector_says_follows_a_number_that_is_moved_under_the_same_beats(name, number, faulty, monkeypatch):
    rr, run = faulty

    before = detect(rr, run).reason
    monkeypatch.setattr(artifacts, name, replace(getattr(artifacts, name), number=number))
    after = detect(rr, run).reason

    assert (before != after).any()
