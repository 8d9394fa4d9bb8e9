"""The bench of the list: planted truth is scored right, lines turn both ways, and the whole of it runs."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.observations.attention.contract import Candidate
from pipelines.proofs.attention_bench import Size, bench_attention
from pipelines.proofs.attention_calibration import (
    FIRST_DATE,
    LEAD_DAYS,
    LEAST_ROWS,
    ROW_SPREADS,
    ordinary_days,
    rates_of,
    shown_below,
)
from pipelines.proofs.attention_lives import Episode, Life, live
from pipelines.proofs.attention_report import (
    EXPECTED_WITHIN,
    FALSE_DISCOVERY,
    MOST_ROWS,
    AttentionReport,
    FalseShare,
    StableNights,
)
from pipelines.proofs.attention_rivals import Entry, drawn, firings, lists
from pipelines.proofs.attention_scores import GRACE_DAYS, Cell, Score, score
from pipelines.proofs.attention_tables import histories

TINY = Size(stable_count=1, planted_count=1, athlete_count=2, night_count=52)


@pytest.fixture(scope="module")
def report() -> AttentionReport:
    return bench_attention(size=TINY, seed=7)


def life(*episodes: Episode, day_count: int = 150) -> Life:
    return live(1, seed=(1, 2), first=FIRST_DATE, day_count=day_count, episodes=episodes)


FATIGUE = Episode(kind="fatigue", severity="severe", size=3.0, start=120, day_count=6)


def test_it_measures_every_list_and_prints_every_line(report: AttentionReport) -> None:
    told = report.as_markdown()

    assert report.stable.night_count == TINY.night_count
    assert len(report.scores) == 7
    assert {one.row_count for one in report.scores if one.name.endswith("as many rows as ours")} <= set(
        range(report.named("ours").row_count + 1)
    )
    assert all(one.name in told and one.wanted in told for one in report.promises())
    assert len(report.as_json()["promises"]) == len(report.promises()) == 8  # type: ignore[arg-type]


def test_what_is_planted_is_in_the_days_and_the_rest_is_as_it_was() -> None:
    calm, tired = life(), life(FATIGUE)
    days = np.array(FATIGUE.days)
    before = np.arange(FATIGUE.start)

    assert np.nanmean(tired.ln_rmssd[days]) < np.nanmean(calm.ln_rmssd[days]) - 0.15
    assert np.nanmean(tired.resting_bpm[days]) > np.nanmean(calm.resting_bpm[days]) + 2.0
    np.testing.assert_array_equal(tired.ln_rmssd[before], calm.ln_rmssd[before])


def test_ordinary_days_differ_as_they_do_in_people() -> None:
    spreads, likeness = [], []
    for number in range(12):
        one = live(number, seed=(9, number), first=FIRST_DATE, day_count=365, episodes=())
        steps = np.diff(one.ln_rmssd)
        spreads.append(float(np.nanstd(one.ln_rmssd)))
        both = ~np.isnan(one.ln_rmssd) & ~np.isnan(one.resting_bpm)
        likeness.append(float(np.corrcoef(one.ln_rmssd[both], one.resting_bpm[both])[0, 1]))
        assert np.nanstd(steps) > 0.05

    assert 0.09 < min(spreads) < max(spreads) < 0.26
    assert -0.8 < float(np.mean(likeness)) < -0.3


def test_a_new_watch_starts_a_history_of_its_own() -> None:
    switch = Episode(kind="new_watch", severity="", size=1.5, start=100, day_count=1)

    (first, before), (last, after) = histories(life(switch))

    assert (first, last) == (FIRST_DATE + timedelta(days=99), FIRST_DATE + timedelta(days=149))
    assert before.values("ln_rmssd")[-1].on <= first
    assert after.values("ln_rmssd")[0].on > first


@pytest.mark.parametrize(
    ("day", "metric", "side", "is_named"),
    [
        (120, "ln_rmssd", -1, True),
        (119, "ln_rmssd", -1, False),
        (125 + GRACE_DAYS, "resting_bpm", 1, True),
        (126 + GRACE_DAYS, "resting_bpm", 1, False),
        (122, "ln_rmssd", 1, False),
        (122, "decoupling", 1, False),
        (122, "", 0, True),
    ],
)
def test_a_row_names_an_episode_in_its_days_and_about_what_is_planted(
    day: int,
    metric: str,
    side: int,
    is_named: bool,  # noqa: FBT001
) -> None:
    one = life(FATIGUE)
    nights = [(Entry(athlete_id=1, metric=metric, side=side),) if n == day else () for n in range(150)]

    found = score("any", [((one,), one.dates, nights)])

    assert (found.row_count, found.true_count, found.false_count) == (1, int(is_named), int(not is_named))
    assert found.severity("severe").lead_days == ((day - 120,) if is_named else ())


def test_lists_off_the_shelf_keep_to_their_cap_and_put_the_furthest_first() -> None:
    one = life(FATIGUE)
    on = one.dates[122]

    fired = firings(one)
    (below,), (beyond,) = lists([fired], [on], [1])
    assert below[0].metric == "ln_rmssd"
    assert beyond[0].side != 0
    assert lists([fired], [on], [0]) == ([()], [()])


def test_a_list_by_lot_names_each_athlete_once_and_the_same_again_for_the_same_seed() -> None:
    first = drawn([1, 2, 3], [2, 0], seed=(1,))

    assert first == drawn([1, 2, 3], [2, 0], seed=(1,))
    assert [len({entry.athlete_id for entry in rows}) for rows in first] == [2, 0]


def _stable(shown: int, expected: float) -> StableNights:
    return StableNights(
        athlete_count=50,
        night_count=100,
        shown_count=shown,
        shown_night_count=min(shown, 100),
        shown_night_interval=(0.0, 1.0),
        expected_count=expected,
        per_night_interval=(0.0, 1.0),
        ratio_interval=(0.0, 2.0),
    )


@pytest.mark.parametrize(("shown", "is_met"), [(int(100 * MOST_ROWS), True), (int(100 * MOST_ROWS) + 1, False)])
def test_the_line_of_rows_a_night_turns(report: AttentionReport, shown: int, is_met: bool) -> None:  # noqa: FBT001
    assert replace(report, stable=_stable(shown, 1.0)).promises()[0].is_met is is_met


@pytest.mark.parametrize(("share", "is_met"), [(0.24, True), (-0.24, True), (0.26, False), (-0.26, False)])
def test_the_line_of_what_is_expected_by_chance_turns(
    report: AttentionReport,
    share: float,
    is_met: bool,  # noqa: FBT001
) -> None:
    assert EXPECTED_WITHIN == 0.25
    assert replace(report, stable=_stable(100, 100.0 * (1.0 + share))).promises()[1].is_met is is_met


@pytest.mark.parametrize(("low", "is_met"), [(FALSE_DISCOVERY, True), (FALSE_DISCOVERY + 0.001, False)])
def test_the_lines_of_false_discovery_turn_where_the_interval_leaves_the_rate(
    report: AttentionReport,
    low: float,
    is_met: bool,  # noqa: FBT001
) -> None:
    share = FalseShare(night_count=100, mean=0.2, interval=(low, 0.3))
    stable = replace(_stable(20, 20.0), shown_night_interval=(low, 0.3))

    promises = replace(report, false_share=share, stable=stable).promises()

    assert [one.is_met for one in promises[2:4]] == [is_met, is_met]


def test_the_false_share_of_a_night_is_of_its_own_rows_and_nothing_without_any(report: AttentionReport) -> None:
    ours = report.named("ours")

    assert report.false_share.night_count == report.planted_night_count == TINY.night_count
    assert report.false_share.mean <= ours.row_count / TINY.night_count
    assert report.false_share.interval[0] <= report.false_share.mean <= report.false_share.interval[1]


def _score(name: str, *, rows: int, true: int, found: int) -> Score:
    cells = tuple(
        Cell(kind="fatigue", severity=severity, episode_count=10, lead_days=(2,) * found)
        for severity in ("mild", "moderate", "severe")
    )
    return Score(name=name, row_count=rows, true_count=true, cells=cells)


def _others(**found: int) -> tuple[Score, ...]:
    """A weak rule, the best rule and lists by lot, at both lengths."""
    names = {"weak": "weak rule", "best": "best rule", "lot": "drawn by lot"}
    at_length = {"short": "as many rows as ours", "whole": "whole budget"}
    least = {"weak_short": 1, "best_short": 1, "lot_short": 1, "weak_whole": 2, "best_whole": 5, "lot_whole": 10}
    rows = {"weak": 90, "best": 30, "lot": 200}
    return tuple(
        _score(f"{names[who]}, {at_length[length]}", rows=rows[who], true=10, found=(least | found)[key])
        for key in least
        for who, length in [key.split("_")]
    )


@pytest.mark.parametrize(("found", "false", "met"), [(6, 10, [True] * 4), (5, 11, [False] * 4)])
def test_the_lines_against_rules_off_the_shelf_turn(
    report: AttentionReport, found: int, false: int, met: list[bool]
) -> None:
    ours = _score("ours", rows=false + 9, true=9, found=found)

    promises = replace(report, scores=(ours, *_others())).promises()

    assert [one.is_met for one in promises[4:]] == met


@pytest.mark.parametrize(("by_lot", "is_met"), [(5, True), (6, False)])
def test_a_list_by_lot_is_a_rival_at_our_length_only(
    report: AttentionReport,
    by_lot: int,
    is_met: bool,  # noqa: FBT001
) -> None:
    ours = _score("ours", rows=19, true=9, found=6)

    promises = replace(report, scores=(ours, *_others(lot_short=by_lot, lot_whole=10))).promises()

    assert [one.is_met for one in promises[4:7]] == [is_met] * 3


def test_false_rows_are_held_against_the_rule_that_names_most(report: AttentionReport) -> None:
    ours = _score("ours", rows=20, true=9, found=6)

    assert replace(report, scores=(ours, *_others())).best_rule().name == "best rule, whole budget"
    assert not replace(report, scores=(ours, *_others())).promises()[-1].is_met
    assert replace(report, scores=(ours, *_others(weak_whole=9))).promises()[-1].is_met


@pytest.mark.parametrize(("false", "words"), [(10, "at most half"), (11, "more than half")])
def test_false_rows_at_equal_length_are_told_either_way(report: AttentionReport, false: int, words: str) -> None:
    told = replace(report, scores=(_score("ours", rows=false + 9, true=9, found=6), *_others())).as_markdown()

    assert f"false rows of ours {false} of {false + 9}" in told
    assert "best rule 20 of 30" in told
    assert f"At equal length ours has {words}" in told


def test_the_table_of_ordinary_days_has_every_rule_that_tells_its_evidence() -> None:
    rows = {row.rule: row for row in ordinary_days(quick=True, seed=3, athletes=1, step_days=30)}

    assert {"outside_ln_rmssd", "nights_together", "sleep_shortfall"} <= set(rows)
    assert {"best_effort", "durability", "felt_effort"} <= set(rows)
    assert all(list(row.evidence) == sorted(row.evidence) for row in rows.values())
    assert LEAD_DAYS > 90


def test_a_line_shows_an_athlete_once_a_week_and_what_is_unbroken_once_a_month() -> None:
    dates = [FIRST_DATE + timedelta(days=n) for n in range(30)]
    new = [[_find(on, since=on)] for on in dates]
    unbroken = [[_find(on, since=dates[0])] for on in dates]

    assert shown_below(0.01, new, dates) == (5, 5)
    assert shown_below(0.01, unbroken, dates) == (2, 24)
    assert shown_below(0.0099, new, dates) == (0, 30)


@pytest.mark.parametrize(("years", "is_told"), [(2, False), (LEAST_ROWS - 5, True)])
def test_a_rate_is_told_of_enough_rows_and_at_its_upper_end(years: int, is_told: bool) -> None:  # noqa: FBT001
    dates = [FIRST_DATE + timedelta(days=n) for n in range(30)]
    seldom = [[_find(on, since=on)] if n in {0, 10, 20} else [] for n, on in enumerate(dates)]

    rates = list(rates_of([seldom] * years, dates))

    assert bool(rates) is is_told
    rows, free = 3 * years, (30 - 18) * years
    assert {one.share for one in rates} <= {(rows + ROW_SPREADS * rows**0.5) / free}
    assert all(one.score >= 0.01 for one in rates)


def _find(on: date, *, since: date) -> Candidate:
    return Candidate(
        athlete_id=1,
        rule="fatigue_pattern",
        candidate_date=on,
        kind="look",
        is_held=True,
        held_day_count=3,
        evidence=None,
        p_value=0.01,
        chance_share=0.05,
        since_date=since,
    )
