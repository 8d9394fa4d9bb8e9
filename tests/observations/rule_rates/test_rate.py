"""A rate with the interval that the athlete's own days allow."""

import numpy as np
import pytest

from pipelines.observations.rule_rates.rate import BATCH_DAYS, Tally, design_effect, rate, wilson


def tally(held) -> Tally:
    return Tally(numbers=np.arange(len(held)), held=np.asarray(held, dtype=np.int64))


def test_a_share_of_ten_in_a_hundred_has_the_interval_of_wilson():
    lower, upper = wilson(0.1, 100)

    assert (lower, upper) == (pytest.approx(0.0552, abs=1e-4), pytest.approx(0.1744, abs=1e-4))


def test_a_rule_that_never_held_may_still_do_so_and_less_with_a_longer_history():
    short, long = (rate(tally([0] * 900), own_count=days) for days in (42, 300))

    assert (short.per_100, short.lower_per_100) == (0.0, 0.0)
    assert short.upper_per_100 == pytest.approx(8.4, abs=0.1)
    assert long.upper_per_100 == pytest.approx(1.3, abs=0.1)


def test_trials_that_stand_for_themselves_have_no_design_effect():
    held = np.random.default_rng(1).random(9000) < 0.1

    assert 1.0 <= design_effect(tally(held)) < 1.6


def test_days_that_fire_together_widen_the_interval():
    together = np.repeat(np.random.default_rng(1).random(10 * 9) < 0.3, BATCH_DAYS)
    alone = np.random.default_rng(2).random(len(together)) < together.mean()

    wide, narrow = (rate(tally(held), own_count=120) for held in (together, alone))

    assert design_effect(tally(together)) == pytest.approx(BATCH_DAYS, rel=0.2)
    assert wide.upper_per_100 - wide.lower_per_100 > 2 * (narrow.upper_per_100 - narrow.lower_per_100)


def test_a_rule_that_was_never_tried_has_no_rate():
    assert rate(tally([]), own_count=100) is None
