"""How rare the rarest find of an athlete is: the table is read right, and every limit turns."""

from datetime import date

import pytest

from pipelines.observations.attention import chance, rarest
from pipelines.observations.attention.contract import LOOK, Candidate
from pipelines.observations.attention.decide import FALSE_DISCOVERY_RATE
from pipelines.observations.attention.expected import SHOWN_PER_EXPECTED, expected_by_chance, shown_per_expected
from pipelines.observations.attention.rarest import LEAST_DAYS, WEIGHTS, Rate, has_lasted, probability, score, weight
from pipelines.observations.patterns.catalogue import every_pattern

RATES = (
    Rate(score=1e-4, share=1e-3, row_count=10),
    Rate(score=1e-3, share=2e-3, row_count=20),
    Rate(score=1e-1, share=5e-2, row_count=500),
)


def tried(rule: str, *, p_value: float = 1.0, days: int = 3, share: float = 0.05) -> Candidate:
    return Candidate(
        athlete_id=1,
        rule=rule,
        candidate_date=date(2026, 11, 15),
        kind=LOOK,
        is_held=p_value < 1.0,
        held_day_count=days,
        evidence=None,
        p_value=p_value,
        chance_share=share,
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("trend_ln_rmssd", WEIGHTS["trend_"]), ("outside_ln_rmssd", WEIGHTS["outside_"]), ("fatigue_pattern", 1.0)],
)
def test_a_rule_is_weighed_by_the_beginning_of_its_name(rule: str, expected: float) -> None:
    assert weight(rule) == expected
    assert score(tried(rule, p_value=0.01)) == pytest.approx(0.01 / expected)


@pytest.mark.parametrize(
    ("rule", "days", "lasted"),
    [
        ("fatigue_pattern", LEAST_DAYS, True),
        ("fatigue_pattern", LEAST_DAYS - 1, False),
        ("sleep_shortfall", LEAST_DAYS - 1, True),
    ],
)
def test_a_rule_has_lasted_on_two_days_or_asks_several_itself(rule: str, days: int, lasted: bool) -> None:  # noqa: FBT001
    assert has_lasted(tried(rule, days=days)) is lasted


@pytest.mark.parametrize(("lowest", "share"), [(5e-5, 5e-4), (1e-4, 1e-3), (1e-2, 1e-2), (1e-1, 5e-2), (1.0, 5e-2)])
def test_a_share_is_read_between_logarithms_and_below_the_table_in_proportion(lowest: float, share: float) -> None:
    assert rarest.share_of(RATES, lowest) == pytest.approx(share)
    if share < 5e-2:
        assert rarest.score_of(RATES, share) == pytest.approx(lowest)
    assert rarest.score_of(RATES, 0.5) == 1e-1


def test_a_rule_that_was_not_measured_adds_all_that_it_may() -> None:
    every = [pattern.name for pattern in every_pattern()]
    known = probability(1e-3, every)

    assert known == rarest.share_of(rarest.table(), 1e-3)
    assert probability(1e-3, [*every, "never_measured"]) == pytest.approx(known + 1e-3)
    assert probability(1e9, ["never_measured"]) == 1.0


def test_of_few_rules_no_more_is_said_than_what_each_may_bring_alone() -> None:
    few = ["outside_resting_heart_rate", "trend_resting_heart_rate"]
    alone = 1e-3 * (WEIGHTS["outside_"] + WEIGHTS["trend_"])

    assert probability(1e-3, few) == pytest.approx(alone)
    assert rarest.lowest_of(alone, few) == pytest.approx(1e-3)
    every = [pattern.name for pattern in every_pattern()]
    assert rarest.lowest_of(0.002, every) == rarest.score_of(rarest.table(), 0.002)


def test_the_table_is_written_as_it_is_read_and_rises() -> None:
    table = rarest.table()

    assert rarest.read(rarest.written(table)) == table
    assert [one.share for one in table] == sorted({one.share for one in table})
    assert [one.score for one in table] == sorted({one.score for one in table})
    assert table[0].share <= FALSE_DISCOVERY_RATE / 100


def test_every_rule_there_is_was_measured_on_ordinary_days() -> None:
    assert {pattern.name for pattern in every_pattern()} <= set(chance.table())


def test_chance_brings_the_rate_and_no_more_than_the_rules_that_are_tried() -> None:
    many = [tried("fatigue_pattern"), tried("nights_together"), tried("sleep_shortfall")]

    whole = expected_by_chance([many] * 20, line=0.005, athlete_count=20, budget=4)
    half = expected_by_chance(
        [many] * 10 + [[tried("fatigue_pattern", share=0.0)]] * 10, line=0.005, athlete_count=20, budget=4
    )

    assert whole == pytest.approx(shown_per_expected(20) * 0.1)
    assert half == pytest.approx(shown_per_expected(20) * 0.05)
    assert expected_by_chance([many] * 20, line=5.0, athlete_count=20, budget=2) == 2.0
    assert expected_by_chance([], line=0.005, athlete_count=20, budget=4) is None


def test_rows_that_come_together_are_told_by_the_size_of_the_squad() -> None:
    (few, least), *_, (many, most) = SHOWN_PER_EXPECTED

    assert [shown_per_expected(size) for size in (1, few, many, 500)] == [least, least, most, most]
    assert shown_per_expected(15) == pytest.approx((shown_per_expected(10) + shown_per_expected(20)) / 2)
