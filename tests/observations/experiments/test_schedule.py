"""The days of an experiment."""

from collections import Counter
from datetime import date, timedelta

from pipelines.observations.experiments.schedule import Design, is_a_first, schedule

START = date(2026, 3, 2)
DESIGN = Design(pair_count=7, period_days=2, washout_days=3)


def test_every_pair_has_as_many_days_of_a_as_of_b() -> None:
    days = schedule(DESIGN, seed=1, start=START)

    counts = Counter((day.pair, day.condition) for day in days if day.pair)
    assert set(counts.values()) == {2}
    assert len(counts) == 14


def test_days_follow_each_other_and_washout_lies_between_periods_only() -> None:
    days = schedule(DESIGN, seed=1, start=START)

    assert [day.on for day in days] == [START + timedelta(days=more) for more in range(DESIGN.day_count)]
    assert days[0].pair == 1
    assert days[-1].pair == 7
    assert sum(day.condition == "washout" for day in days) == 13 * 3
    assert DESIGN.condition_days == 28


def test_without_washout_the_periods_touch() -> None:
    days = schedule(Design(pair_count=7, period_days=1, washout_days=0), seed=1, start=START)

    assert len(days) == 14
    assert "washout" not in {day.condition for day in days}


def test_the_order_within_a_pair_is_the_coin_of_its_seed() -> None:
    days = schedule(DESIGN, seed=8, start=START)

    first = {pair: next(day.condition for day in days if day.pair == pair) for pair in range(1, 8)}
    assert first == {pair: "A" if is_a_first(8, pair) else "B" for pair in range(1, 8)}


def test_the_coins_of_a_seed_are_the_same_for_ever() -> None:
    assert [is_a_first(20261122, pair) for pair in range(1, 9)] == [
        False,
        True,
        False,
        False,
        False,
        True,
        False,
        False,
    ]


def test_the_coin_is_fair_and_pairs_do_not_hang_together() -> None:
    first = [is_a_first(seed, 1) for seed in range(2_000)]
    same = [is_a_first(seed, 1) == is_a_first(seed, 2) for seed in range(2_000)]

    assert 0.46 < sum(first) / 2_000 < 0.54
    assert 0.46 < sum(same) / 2_000 < 0.54
