"""What is shown of a night: every limit from both sides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipelines.observations.attention import decide as deciding
from pipelines.observations.attention import rarest
from pipelines.observations.attention.contract import LOOK, NEWS, Candidate, Night, Row, Shown
from pipelines.observations.attention.decide import (
    BUDGET,
    COOLDOWN,
    COOLDOWN_DAYS,
    DISCOVERY,
    FALSE_DISCOVERY_RATE,
    FRESH_DAYS,
    HELD_OUT,
    HELD_OUT_CHANCE,
    MOST_SHARE,
    NOTED,
    NOVELTY_DAYS,
    PERSISTENCE,
    at_least,
    decide,
    discoveries,
    draw,
    rank,
)
from pipelines.observations.patterns.catalogue import every_pattern

NIGHT = date(2026, 11, 15)
RULE = "outside_ln_rmssd"


def held(athlete_id: int, *, p_value: float = 1e-6, rule: str = RULE, **changes: object) -> Candidate:
    one = Candidate(
        athlete_id=athlete_id,
        rule=rule,
        candidate_date=NIGHT,
        kind=LOOK,
        is_held=True,
        held_day_count=3,
        evidence=5.0,
        p_value=p_value,
        chance_share=0.05,
        since_date=NIGHT - timedelta(days=3),
    )
    return replace(one, **changes)  # type: ignore[arg-type]


def calm(athlete_id: int, rule: str = RULE) -> Candidate:
    return held(athlete_id, p_value=1.0, rule=rule, is_held=False, held_day_count=0)


def calm_squad(count: int = 20) -> list[Candidate]:
    return [calm(number) for number in range(100, 100 + count)]


@pytest.fixture(autouse=True)
def nothing_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "draw", lambda *_: 1.0)


def decided(candidates: list[Candidate], **known: object) -> Night:
    return decide("road", NIGHT, candidates, athlete_count=known.pop("athlete_count", 20), **known)  # type: ignore[arg-type]


def why(night: Night, athlete_id: int) -> str:
    return next(row.why_not_shown for row in night.rows if row.athlete_id == athlete_id)


def test_what_is_rare_enough_is_shown_with_the_rules_that_held_the_rarest_first() -> None:
    night = decided([held(1), held(1, p_value=1e-8, rule="fatigue_pattern"), *calm_squad()])

    (row,) = night.shown()
    assert (row.athlete_id, row.place, row.rules) == (1, 1, ("fatigue_pattern", RULE))
    assert (night.compared_count, night.tested_count) == (21, 22)


def test_discoveries_go_by_benjamini_and_hochberg() -> None:
    step = FALSE_DISCOVERY_RATE / 4

    assert discoveries([step, 0.5, 0.6, 0.7]) == pytest.approx(step)
    assert discoveries([step * 1.01, 0.5, 0.6, 0.7]) == 0.0
    assert discoveries([2 * step, 2 * step, 0.6, 0.7]) == pytest.approx(2 * step)


def at(share: float) -> float:
    """The probability of the rule whose score so large a share of nights has where it is the only one tried."""
    return rarest.lowest_of(share, [RULE]) * rarest.weight(RULE)


@pytest.mark.parametrize(("share", "expected"), [(0.99, ""), (1.01, DISCOVERY)])
def test_a_row_is_shown_below_the_rate_shared_among_the_athletes_of_the_night(share: float, expected: str) -> None:
    line = FALSE_DISCOVERY_RATE / 21

    assert why(decided([held(1, p_value=at(share * line)), *calm_squad(20)]), 1) == expected


def test_the_family_is_athletes_and_not_what_is_tried_on_them() -> None:
    one = held(1, p_value=at(0.99 * FALSE_DISCOVERY_RATE / 21))
    more = [calm(number, "sleep_shortfall") for number in range(100, 120)]

    assert why(decided([one, *calm_squad(20), *more]), 1) == ""
    assert why(decided([one, *calm_squad(21)]), 1) == DISCOVERY


def test_two_finds_pass_where_one_of_them_would_not() -> None:
    p_value = at(1.5 * FALSE_DISCOVERY_RATE / 22)

    assert why(decided([held(1, p_value=p_value), *calm_squad(21)]), 1) == DISCOVERY
    assert why(decided([held(1, p_value=p_value), held(2, p_value=p_value), *calm_squad(20)]), 1) == ""


def test_who_may_not_be_shown_stays_in_the_family() -> None:
    close = held(1, p_value=at(1.5 * FALSE_DISCOVERY_RATE / 21))
    rest = [
        Shown(night_date=NIGHT - timedelta(days=2), athlete_id=number, kind=LOOK, leading_rule=RULE)
        for number in range(100, 110)
    ]

    assert why(decided([close, *calm_squad(10)]), 1) == ""
    assert why(decided([close, *calm_squad(20)], shown_before=rest), 1) == DISCOVERY
    assert why(decided([close, *calm_squad(20)], noted=range(100, 110)), 1) == DISCOVERY


@pytest.mark.parametrize(("share", "expected"), [(0.99, ""), (1.01, DISCOVERY)])
def test_what_many_ordinary_nights_bring_is_worth_no_row_on_any_night(share: float, expected: str) -> None:
    p_value = at(share * MOST_SHARE)

    assert why(decided([held(1, p_value=p_value), calm(100)]), 1) == expected
    together = [held(number, p_value=p_value) for number in range(1, 21)]
    assert why(decided([*together, *calm_squad(20)], athlete_count=200), 1) == expected


@pytest.mark.parametrize("left_out", ["cooldown", "noted", "told", "a day"])
def test_who_may_not_be_shown_makes_no_room_for_others(left_out: str) -> None:
    rests = Shown(night_date=NIGHT - timedelta(days=2), athlete_id=2, kind=LOOK, leading_rule="pacing_drift")
    told = Shown(night_date=NIGHT - timedelta(days=9), athlete_id=2, kind=LOOK, leading_rule=RULE)
    certain: dict[str, tuple[dict[str, object], dict[str, object]]] = {
        "cooldown": ({}, {"shown_before": [rests]}),
        "noted": ({}, {"noted": {2}}),
        "told": ({"since_date": NIGHT - timedelta(days=12)}, {"shown_before": [told]}),
        "a day": ({"held_day_count": 1}, {}),
    }
    changes, known = certain[left_out]
    close = held(1, p_value=at(1.5 * FALSE_DISCOVERY_RATE / 22))

    assert why(decided([close, held(2), *calm_squad(20)]), 1) == ""
    assert why(decided([close, held(2, **changes), *calm_squad(20)], **known), 1) == DISCOVERY


@pytest.mark.parametrize(("rule", "expected"), [("sleep_shortfall", ""), ("fatigue_pattern", DISCOVERY)])
def test_short_sleep_is_told_at_a_probability_at_which_others_are_not(rule: str, expected: str) -> None:
    rules = [pattern.name for pattern in every_pattern() if not pattern.is_good_news]
    p_value = rarest.lowest_of(FALSE_DISCOVERY_RATE / 21, rules) * 1.1
    others = [calm(1, other) for other in rules if other != rule]

    assert why(decided([held(1, rule=rule, p_value=p_value), *others, *calm_squad(20)]), 1) == expected


@pytest.mark.parametrize(("rule", "expected"), [(rarest.LASTING[0], ""), ("fatigue_pattern", PERSISTENCE)])
def test_a_rule_that_asks_several_nights_itself_is_told_on_its_first_date(rule: str, expected: str) -> None:
    assert why(decided([held(1, rule=rule, held_day_count=1), *calm_squad()]), 1) == expected


@pytest.mark.parametrize(("days", "expected"), [(2, ""), (1, PERSISTENCE)])
def test_a_rule_has_to_hold_on_two_of_three_days(days: int, expected: str) -> None:
    assert why(decided([held(1, held_day_count=days), *calm_squad()]), 1) == expected


def test_good_news_is_of_a_day_and_takes_no_place_of_the_budget() -> None:
    news = held(1, rule="best_effort", kind=NEWS, held_day_count=1, p_value=0.05)

    night = decided([news, held(2), *calm_squad()], athlete_count=5)

    assert [row.athlete_id for row in night.shown()] == [2]
    assert [row.athlete_id for row in night.shown(NEWS)] == [1]


@pytest.mark.parametrize(("nights", "expected"), [(COOLDOWN_DAYS - 1, COOLDOWN), (COOLDOWN_DAYS, "")])
def test_nobody_is_shown_again_within_a_week(nights: int, expected: str) -> None:
    before = Shown(night_date=NIGHT - timedelta(days=nights), athlete_id=1, kind=LOOK, leading_rule="sleep_shortfall")

    assert why(decided([held(1), *calm_squad()], shown_before=[before]), 1) == expected


@pytest.mark.parametrize(("nights", "since", "expected"), [(10, 11, COOLDOWN), (10, 9, ""), (NOVELTY_DAYS + 1, 40, "")])
def test_what_has_gone_on_unbroken_since_it_was_told_is_not_told_again(nights: int, since: int, expected: str) -> None:
    before = Shown(night_date=NIGHT - timedelta(days=nights), athlete_id=1, kind=LOOK, leading_rule=RULE)
    one = held(1, since_date=NIGHT - timedelta(days=since))

    assert why(decided([one, *calm_squad()], shown_before=[before]), 1) == expected


def test_what_a_note_tells_already_is_not_shown() -> None:
    assert why(decided([held(1), *calm_squad()], noted={1}), 1) == NOTED
    assert why(decided([held(1), *calm_squad()], noted={2}), 1) == ""


@pytest.mark.parametrize(("days", "count"), [(FRESH_DAYS, 1), (FRESH_DAYS + 1, 0)])
def test_rules_tried_too_long_ago_do_not_count(days: int, count: int) -> None:
    night = decided([held(1, candidate_date=NIGHT - timedelta(days=days)), *calm_squad()])

    assert len(night.shown()) == count


def test_there_is_room_for_four_of_twenty_by_evidence_novelty_and_persistence() -> None:
    many = [held(number, p_value=10.0 ** -(3 + number)) for number in range(1, 6)]

    night = decided([*many, *calm_squad()])

    assert night.budget_count == 4
    assert [row.athlete_id for row in night.shown()] == [5, 4, 3, 2]
    assert why(night, 1) == BUDGET
    assert decided([*many, *calm_squad()], athlete_count=21).budget_count == 5


def test_what_was_shown_before_or_held_less_ranks_lower() -> None:
    before = Shown(night_date=NIGHT - timedelta(days=20), athlete_id=1, kind=LOOK, leading_rule=RULE)

    night = decided([held(1), held(2), held(3, held_day_count=2), *calm_squad()], shown_before=[before])
    ranks = {row.athlete_id: rank(row) for row in night.rows}

    assert ranks[1] == pytest.approx(ranks[2] / 2)
    assert ranks[3] == pytest.approx(ranks[2] * 2 / 3)
    assert [row.athlete_id for row in night.shown()] == [2, 3, 1]


def _exchanged(monkeypatch: pytest.MonkeyPatch, drawn: Callable[[int], float]) -> dict[int, Row]:
    monkeypatch.setattr(deciding, "draw", lambda _squad, _night, athlete_id: drawn(athlete_id))
    below = held(2, p_value=0.5)
    return {row.athlete_id: row for row in decided([held(1), below, *calm_squad()]).rows}


def test_chance_exchanges_a_row_for_the_best_from_below_the_line_at_a_known_probability(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = _exchanged(monkeypatch, lambda _: HELD_OUT_CHANCE - 1e-9)

    assert (rows[1].place, rows[1].why_not_shown, rows[1].is_held_out) == (None, HELD_OUT, True)
    assert (rows[2].place, rows[2].why_not_shown, rows[2].is_held_out) == (1, "", True)
    assert rows[1].show_chance == pytest.approx(1.0 - HELD_OUT_CHANCE)
    assert rows[2].show_chance == pytest.approx(HELD_OUT_CHANCE)


def test_chance_leaves_alone_what_it_does_not_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _exchanged(monkeypatch, lambda _: HELD_OUT_CHANCE)

    assert (rows[1].place, rows[1].is_held_out) == (1, False)
    assert rows[2].why_not_shown == DISCOVERY
    assert rows[2].show_chance == pytest.approx(HELD_OUT_CHANCE)


def test_nobody_in_cooldown_comes_in_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "draw", lambda *_: 0.0)
    before = Shown(night_date=NIGHT - timedelta(days=2), athlete_id=2, kind=LOOK, leading_rule="sleep_shortfall")

    night = decided([held(1), held(2, p_value=0.5), *calm_squad()], shown_before=[before])

    assert [row.athlete_id for row in night.shown()] == [1]


def test_the_draw_is_of_squad_night_and_athlete_and_even() -> None:
    drawn = [draw("road", NIGHT, number) for number in range(2000)]

    assert drawn == [draw("road", NIGHT, number) for number in range(2000)]
    assert draw("track", NIGHT, 1) != drawn[1]
    assert sum(one < HELD_OUT_CHANCE for one in drawn) / 2000 == pytest.approx(HELD_OUT_CHANCE, abs=0.02)
    assert at_least(1, 2) == pytest.approx(1 - (1 - HELD_OUT_CHANCE) ** 2)


def test_equal_knowledge_in_any_order_gives_equal_rows() -> None:
    known = [held(1), held(2, p_value=1e-5), held(1, rule="fatigue_pattern", p_value=0.01), *calm_squad()]

    assert decided(known) == decided(known[::-1])


def test_expected_by_chance_counts_only_who_may_be_shown() -> None:
    before = [
        Shown(night_date=NIGHT - timedelta(days=1), athlete_id=number, kind=LOOK, leading_rule=RULE)
        for number in range(100, 120)
    ]

    half = decided(calm_squad(), shown_before=before[10:])

    whole = decided(calm_squad()).expected_by_chance
    assert whole is not None
    assert half.expected_by_chance == pytest.approx(whole / 2)
    assert decided(calm_squad(), noted=range(110, 120)).expected_by_chance == half.expected_by_chance
    assert decided(calm_squad(), shown_before=before).expected_by_chance is None
    assert decided([]).expected_by_chance is None


def test_a_rule_that_never_holds_adds_nothing_to_what_chance_shows() -> None:
    night = decided([replace(one, chance_share=0.0) for one in calm_squad()])

    assert night.expected_by_chance == 0.0
