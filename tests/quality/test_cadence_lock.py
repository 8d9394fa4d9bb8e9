"""Steps counted as heartbeats: found where they begin and end, left out of the mean, and never in a healthy runner."""

import numpy as np
import pytest

START, END = 900, 1500


def _steps(count=2600, seed=2):
    return 180 + 2 * np.random.default_rng(seed).integers(-1, 2, count)


def _locked(make, *, ratio=1.0, source="wrist"):
    """Ten minutes of forty in which heart rate is a multiple of the step rate, two seconds late."""
    count = 2600
    spm = _steps(count)
    bpm = 140 + np.round(3 * np.sin(np.arange(count) / 30.0))
    bpm[START:END] = np.round(ratio * np.roll(spm, 2))[START:END]
    return make.run(count, source=source, heart_rate_bpm=bpm, cadence_rpm=spm / 2)


@pytest.mark.parametrize("ratio", [1.0, 0.5, 2 / 3], ids=["steps", "strides", "two of three"])
def test_a_lock_is_marked_where_it_is(make, ask, ratio):
    rows = set(ask.flagged(_locked(make, ratio=ratio), "hr_cadence_lock"))

    wanted = set(range(START, END))
    assert len(rows & wanted) >= 0.9 * len(wanted)
    assert len(rows - wanted) <= 10


def test_locked_seconds_are_left_out_of_mean_heart_rate_and_are_charged(make, ask):
    judged = ask.judged(_locked(make))
    mean = judged["facts"].filter(fact="mean_heart_rate_bpm")["fact_value"][0]
    cost = judged["facts"].filter(fact="error_heart_rate_flagged")["fact_value"][0]
    load = ask.verdict(_locked(make), "load")

    assert mean == pytest.approx(140.0, abs=1.0)
    assert "hr_cadence_lock" in load["reasons"]
    assert cost == pytest.approx(0.5 * (180 - 140) * 600 / 2599, rel=0.05)


def test_a_strap_is_never_accused_and_the_reason_is_given(make, ask):
    outcomes = ask.judged(_locked(make, source="strap"))["check_outcomes"].filter(check_name="hr_cadence_lock")

    assert outcomes["outcome"].to_list() == ["not_assessable"]
    assert "chest strap" in outcomes["why"][0]


@pytest.mark.parametrize("seed", range(5))
def test_a_smooth_heart_rate_that_equals_the_step_rate_is_a_healthy_runner(make, ask, seed):
    rng = np.random.default_rng(seed)
    drift = 176 + 3 * np.sin(np.arange(2600) / 200.0 + seed)
    spm = 2 * np.round((176 + rng.standard_normal(2600)) / 2)
    given = make.run(2600, source="wrist", heart_rate_bpm=np.round(drift), cadence_rpm=spm / 2)

    assert ask.outcome(given, "hr_cadence_lock") == "pass"


def test_a_lock_found_in_company_is_the_lock_found_alone(make, ask):
    alone = ask.flagged(_locked(make), "hr_cadence_lock")
    other = make.run(2600, name="b", source="wrist", cadence_rpm=_steps(seed=5) / 2)

    together = ask.found(make.joined(other, _locked(make)), "hr_cadence_lock").segments

    assert set(together["subject_id"]) == {"a"}
    assert sorted(together["row_indices"].explode().to_list()) == alone
