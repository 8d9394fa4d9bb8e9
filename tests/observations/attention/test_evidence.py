"""How far days lie from usual, how rare that is, and what rules off the shelf would say."""

from collections.abc import Callable
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
import pytest

from pipelines.observations import outside
from pipelines.observations.attention import chance, stock, together
from pipelines.observations.attention.chance import (
    UNKNOWN_SHARE,
    UNKNOWN_SPREAD,
    Ordinary,
    own_least,
    probability,
    read,
    strength,
    written,
)
from pipelines.observations.attention.nightly import (
    Nights,
    evidence_of,
    found_on,
    held_dates,
    held_share_before,
    noted_dates,
)
from pipelines.observations.attention.stock import fall_of_hrv, fired, is_off_plan, z_of
from pipelines.observations.attention.together import LEAST_EVIDENCE, lasted, together_on
from pipelines.observations.attention.twin import differs
from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.observations.patterns.history import NOTE_DAYS, History

LAST = date(2026, 11, 15)
NORMAL = NormalDist()
KNOWN = Ordinary(
    rule="any",
    rule_version=1,
    day_count=10_000,
    held_share=0.02,
    evidence=tuple(NORMAL.inv_cdf(1.0 - share) for share in chance.SHARES),
)


def series(metric: str, recent: list[float], *, days: int = 90, seed: int = 1) -> Nights:
    """Ninety ordinary days, the last of which are as given (spreads); beyond one and a half is outside."""
    deviations = np.random.default_rng(seed).normal(0.0, 0.6, days)
    deviations[days - len(recent) :] = recent
    return Nights(
        metric=metric,
        days=np.arange(LAST.toordinal() - days + 1, LAST.toordinal() + 1),
        deviations=deviations,
        sides=np.where(np.abs(deviations) > 1.5, np.sign(deviations), 0).astype(np.int64),
        observation_ids=tuple(f"{metric}{n}" for n in range(days)),
    )


def test_the_rule_of_the_usual_range_holds_on_two_of_three_days_and_says_how_far() -> None:
    two, one = series("ln_rmssd", [-2.0, 0.1, -2.0]), series("ln_rmssd", [0.0, 0.1, -2.0])

    held, not_held = found_on(two, LAST), found_on(one, LAST)
    assert (held.side, not_held.side) == (-1, 0)
    assert held.evidence is not None
    assert held.evidence > 1.0
    assert held_dates(two, LAST, -1) == (2, LAST)


def test_more_days_and_further_ones_are_more_evidence() -> None:
    few = found_on(series("ln_rmssd", [-2.0, -2.0]), LAST).evidence or 0.0
    more = found_on(series("ln_rmssd", [-2.0] * 6), LAST).evidence or 0.0
    further = found_on(series("ln_rmssd", [-3.0] * 6), LAST).evidence or 0.0

    assert few < more < further


@pytest.mark.parametrize("door", ["notes", "answered"])
@pytest.mark.parametrize(("kind", "bears"), [("ill", True), ("off", False)])
def test_what_a_note_or_an_answer_says_bears_on_its_day_and_those_after_it(door: str, kind: str, bears: bool) -> None:  # noqa: FBT001
    told = {"notes": (), "answered": (), door: ((LAST, kind),)}

    said = History(
        series={}, runs=(), answers=(), notes=told["notes"], answered=told["answered"], changes=(), birth_year=None
    )

    assert noted_dates(said) == {LAST + timedelta(days=after) for after in range(NOTE_DAYS + 1) if bears}


def test_nothing_later_than_the_date_is_looked_at() -> None:
    quiet = series("ln_rmssd", [0.1] * 4)
    loud = series("ln_rmssd", [0.1, 0.1, 0.1, -9.0])

    yesterday = LAST - timedelta(days=1)
    assert found_on(quiet, yesterday) == found_on(loud, yesterday)


def test_one_value_in_three_days_is_too_little_to_try() -> None:
    whole = series("ln_rmssd", [-2.0, -2.0])

    assert evidence_of(whole, LAST + timedelta(days=1)) is not None
    assert evidence_of(whole, LAST + timedelta(days=2)) is None
    assert not found_on(whole, LAST + timedelta(days=2)).is_tried


def test_an_athlete_whose_days_are_often_outside_has_held_often_before() -> None:
    wild = series("ln_rmssd", [-2.0, 2.0] * 45)
    calm = series("ln_rmssd", [0.0] * 90)

    assert held_share_before(wild, LAST)[0] > 0.5 * held_share_before(wild, LAST)[1] > 0
    assert held_share_before(calm, LAST)[0] == 0


def signs(recent: list[float]) -> list[Nights]:
    lean = {"ln_rmssd": -1.0, "resting_heart_rate": 1.0, "sleep_duration": -1.0}
    return [series(metric, [way * one for one in recent], seed=n) for n, (metric, way) in enumerate(lean.items())]


def test_several_signs_that_lean_the_same_way_are_told_together_and_far_earlier_than_each_alone() -> None:
    found = together_on(signs([1.2] * 5), LAST)

    assert found is not None
    assert found.is_held
    assert set(found.leaning) == {"ln_rmssd", "resting_heart_rate", "sleep_duration"}
    assert all(found_on(one, LAST).side == 0 for one in signs([1.2] * 5))
    assert found.evidence > max(max(map(abs, evidence_of(one, LAST) or ())) for one in signs([1.2] * 5))
    assert lasted(signs([1.2] * 5), LAST)[0] == 3


@pytest.mark.parametrize("recent", [[-1.2] * 5, [0.05] * 5])
def test_signs_that_lean_the_good_way_or_hardly_are_nothing(recent: list[float]) -> None:
    found = together_on(signs(recent), LAST)

    assert found is not None
    assert not found.is_held
    assert found.evidence < LEAST_EVIDENCE


def test_one_sign_alone_is_nothing_together() -> None:
    assert together_on(signs([2.0] * 5)[:1], LAST) is None
    one_leans = [series("ln_rmssd", [-3.0] * 5), series("sleep_duration", [0.0] * 7)]
    found = together_on(one_leans, LAST)
    assert found is not None
    assert not found.is_held


def test_the_table_knows_every_rule_that_tells_its_evidence_in_its_version() -> None:
    ours = {outside.rule(metric): outside.VERSION for metric in outside.METRICS} | {together.RULE: together.VERSION}
    known = {row.rule: row.rule_version for row in chance.table().values()}

    assert ours.items() <= known.items()
    assert {p.name for p in every_pattern() if known.get(p.name) == p.version} >= set(known) - set(ours)


def test_a_table_reads_as_it_was_written_and_falls_along_its_shares() -> None:
    rows = chance.table()

    assert read(written(list(rows.values()))) == rows
    assert all(list(row.evidence) == sorted(row.evidence) for row in rows.values())
    assert all(row.day_count > 1000 for row in rows.values())


@pytest.mark.parametrize("deviations", [0.5, 1.5, 2.5, 4.0])
def test_evidence_that_is_gaussian_on_ordinary_days_is_as_rare_as_a_gaussian(deviations: float) -> None:
    assert probability(KNOWN, deviations) == pytest.approx(NORMAL.cdf(-deviations), rel=0.15)
    assert strength(probability(KNOWN, deviations)) == pytest.approx(deviations, abs=0.1)


def test_an_athlete_on_whom_a_rule_holds_more_often_makes_it_more_ordinary_and_never_less() -> None:
    plain = probability(KNOWN, 3.0)

    assert probability(KNOWN, 3.0, own_held=30, own_days=60) > 5 * plain
    assert probability(KNOWN, 3.0, own_held=0, own_days=60) == plain
    assert own_least(1, 40) == 0.0
    assert own_least(20, 40) > 0.2


def test_a_rule_the_table_does_not_know_is_taken_for_less_rare_than_it_says() -> None:
    assert probability(None, 3.0) == pytest.approx(NORMAL.cdf(-3.0 / UNKNOWN_SPREAD))
    assert probability(None, None) == UNKNOWN_SHARE
    assert chance.of_rule(outside.rule("ln_rmssd"), outside.VERSION + 1) is None
    assert probability(KNOWN, None) == KNOWN.held_share


def days(values: Callable[[int], float], count: int = 40) -> dict[date, float]:
    return {LAST - timedelta(days=back): values(back) for back in range(count)}


@pytest.mark.parametrize(("fall", "fires"), [(0.11, True), (0.09, False)])
def test_variability_a_tenth_below_its_week_fires(fall: float, fires: bool) -> None:  # noqa: FBT001
    week = days(lambda back: float(np.log(60.0 * (1.0 - fall))) if back == 0 else float(np.log(60.0)))

    names = fired({"ln_rmssd": week}, LAST, done_s={}, planned_s={})

    assert fall_of_hrv(week, LAST) == pytest.approx(fall)
    assert (stock.HRV_RULE in names) is fires


@pytest.mark.parametrize(("z", "fires"), [(1.01, True), (0.99, False), (-1.01, True)])
def test_one_standard_deviation_from_four_weeks_fires(z: float, fires: bool) -> None:  # noqa: FBT001
    spread = float(np.std([(-1.0) ** n for n in range(28)], ddof=1))
    month = days(lambda back: 50.0 + (z * spread if back == 0 else (-1.0) ** back))

    assert z_of(month, LAST) == pytest.approx(z)
    assert ("beyond_one_sd_sleep_duration" in fired({"sleep_duration": month}, LAST, done_s={}, planned_s={})) is fires


def test_rules_off_the_shelf_say_nothing_with_too_few_days_or_without_a_plan() -> None:
    assert z_of(days(float, 14), LAST) is None
    assert z_of(days(float, 15), LAST) is not None
    assert fall_of_hrv(days(lambda _: 4.0, 3), LAST) is None
    assert not is_off_plan({LAST: 3600.0}, {}, LAST)


@pytest.mark.parametrize(("share", "fires"), [(0.89, True), (0.91, False), (1.11, True)])
def test_training_a_tenth_off_the_plan_fires(share: float, fires: bool) -> None:  # noqa: FBT001
    assert is_off_plan({LAST: share * 3600.0}, {LAST: 3600.0}, LAST) is fires


@pytest.mark.parametrize(
    ("stock_rules", "ours", "expected"),
    [
        ((), (), False),
        (("hrv_below_week",), (), True),
        ((), ("outside_ln_rmssd",), True),
        (("hrv_below_week",), ("outside_ln_rmssd",), False),
        (("beyond_one_sd_sleep_duration",), ("sleep_shortfall",), False),
        (("beyond_one_sd_sleep_duration",), ("outside_ln_rmssd",), True),
        (("plan_off_by_tenth",), ("outside_ln_rmssd",), True),
        (("plan_off_by_tenth",), ("load_change",), False),
        (("beyond_one_sd_resting_heart_rate",), ("nights_together",), False),
    ],
)
def test_two_layers_differ_when_one_is_silent_or_both_speak_of_other_things(
    stock_rules: tuple[str, ...],
    ours: tuple[str, ...],
    expected: bool,  # noqa: FBT001
) -> None:
    assert differs(stock_rules, ours) is expected
