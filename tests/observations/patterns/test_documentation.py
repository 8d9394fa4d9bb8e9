"""The rule of a pattern tells itself: what it says, its numbers and what they mean."""

import pytest

from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.observations.patterns.documentation import rule_of


@pytest.mark.parametrize("pattern", every_pattern(), ids=lambda pattern: pattern.name)
def test_every_rule_says_what_it_is_and_by_which_numbers_it_decides(pattern):
    rule = rule_of(pattern)

    assert (rule.name, rule.version) == (pattern.name, pattern.version)
    assert len(rule.said) > 40
    assert rule.numbers
    assert any(number.meaning for number in rule.numbers)


def test_a_rule_that_compares_runs_tells_the_numbers_it_shares():
    rules = {pattern.name: rule_of(pattern) for pattern in every_pattern()}

    shared = next(number for number in rules["easier_pace"].numbers if number.name == "pace_fraction")
    assert shared.number == 0.03
    assert shared.meaning.startswith("Largest difference of pace (fraction)")
    assert "pace_fraction" not in {number.name for number in rules["sleep_shortfall"].numbers}


def test_rules_of_one_kind_tell_the_numbers_of_their_kind_and_of_what_is_usual():
    told = {pattern.name: {number.name for number in rule_of(pattern).numbers} for pattern in every_pattern()}

    assert {"trend_days", "least_spread", "usual_days"} <= told["trend_ln_rmssd"]
    assert {"limit_sd", "slack_sd", "usual_days"} <= told["shift_ln_rmssd"]
    assert "limit_sd" not in told["trend_ln_rmssd"]
    assert "length_ratio" in told["pacing_drift"]
