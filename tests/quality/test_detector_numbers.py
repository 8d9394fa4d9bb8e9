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
