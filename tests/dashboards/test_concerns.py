from datetime import date, timedelta

import pytest

from dashboards import words
from dashboards.attention import LOOK_LIMIT, decide
from dashboards.concerns import GAP_DAYS, NEWS_DAYS, leading
from dashboards.marts import read_squad
from dashboards.pages.coach import coach_page

TODAY = date(2026, 3, 31)


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


@pytest.fixture
def add(squad):
    """Adds a pattern of an athlete, held from so many days back until so many."""

    def pattern(athlete_id, name="sleep_shortfall", *, start=5, end=0, parts=1, **other):
        squad.serial += 1
        row = {
            "pattern_id": f"{squad.serial:012x}",
            "athlete_id": athlete_id,
            "pattern": name,
            "is_good_news": name in {"best_effort", "easier_pace"},
            "start_date": day(start),
            "end_date": day(end),
            "metric": "sleep_duration",
            "pattern_value": 29_280.0,
            "usual_value": None,
            "unit": "s",
            "expected_error": 8400.0,
            "grade": "ok",
            "earlier_held_count": 0,
            "earlier_day_count": 40,
            "components": [{"component": "sleep_below_need", "detail": "5 h 50 min", "day_count": 7}] * parts,
            "observation_ids": ["000000000001"],
            "doubts": ["a note of 2026-03-30 is of kind injury"],
            "definition_version": 1,
        }
        squad.insert("patterns", [row | other])

    return pattern


@pytest.fixture
def missing(squad):
    def gap(athlete_id, signal="hrv", *, start=3, end=1, cause="not_worn", evidence="why", **other):
        row = {"athlete_id": athlete_id, "signal": signal, "start_date": day(start), "end_date": day(end)}
        row |= {"day_count": start - end + 1, "cause": cause, "is_open": False, "evidence": evidence}
        squad.insert("gaps", [row | {"definition_version": 1} | other])

    return gap


def lead(squad):
    marts = read_squad(squad.con, "Road")
    return leading(decide(marts), marts.patterns, marts.gaps, marts.squad_date)


def quiet(squad, *athlete_ids):
    for athlete_id in athlete_ids:
        squad.athlete(athlete_id, f"A{athlete_id}")
        squad.days(athlete_id, "ln_rmssd", squad.steady(athlete_id, "ln_rmssd"))


def test_patterns_come_before_single_values_and_bring_them_along(squad, add):
    quiet(squad, 2, 3)
    squad.athlete(1, "A1")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd", until=3) | {day(back): 3.7 for back in range(3)})
    add(2)

    found = lead(squad)

    assert [concern.athlete_id for concern in found.shown] == [2, 1]
    assert [len(concern.patterns) for concern in found.shown] == [1, 0]
    assert [len(concern.looks) for concern in found.shown] == [0, 1]


def test_more_signs_come_first_and_doubtful_or_ordinary_ones_later(squad, add):
    quiet(squad, 1, 2, 3, 4)
    add(1, grade="doubtful")
    add(2)
    add(3, "fatigue_pattern", parts=3)
    add(4, earlier_held_count=40)

    assert [concern.athlete_id for concern in lead(squad).shown] == [3, 2, 1, 4]


def test_a_few_athletes_stand_open_and_the_others_are_folded(squad, add):
    quiet(squad, *range(1, LOOK_LIMIT + 3))
    for athlete_id in range(1, LOOK_LIMIT + 3):
        add(athlete_id)

    found = lead(squad)

    assert (len(found.shown), len(found.further)) == (LOOK_LIMIT, 2)


@pytest.mark.parametrize(("end", "is_shown"), [(2, True), (3, False)])
def test_a_concern_that_ended_leaves_the_page(squad, add, end, is_shown):
    quiet(squad, 1)
    add(1, end=end)

    assert bool(lead(squad).shown) is is_shown


@pytest.mark.parametrize(("end", "is_shown"), [(NEWS_DAYS - 1, True), (NEWS_DAYS, False)])
def test_good_news_stays_two_weeks_and_is_no_concern(squad, add, end, is_shown):
    quiet(squad, 1)
    add(1, "best_effort", start=end, end=end)

    found = lead(squad)

    assert bool(found.news) is is_shown
    assert found.shown == ()


def test_good_news_of_one_athlete_stand_together_and_of_one_rule_only_the_latest(squad, add):
    quiet(squad, 1, 2)
    add(1, "best_effort", start=9, end=9)
    add(1, "best_effort", start=2, end=2)
    add(1, "easier_pace")
    add(2, "best_effort", start=1, end=1)

    news = [[(row["athlete_id"], row["end_date"]) for row in rows] for rows in lead(squad).news]

    assert news == [[(1, day(0)), (1, day(2))], [(2, day(1))]]


@pytest.mark.parametrize(("end", "is_told"), [(GAP_DAYS - 1, True), (GAP_DAYS, False)])
def test_what_was_missing_is_told_for_two_weeks(squad, missing, end, is_told):
    quiet(squad, 1)
    missing(1, start=end + 1, end=end)

    assert bool(lead(squad).missing) is is_told


def test_signals_missing_together_are_one_line_and_planned_rest_is_none(squad, missing):
    quiet(squad, 1)
    missing(1, "hrv")
    missing(1, "night")
    missing(1, "training", cause="rest_planned")

    (one,) = lead(squad).missing

    assert [gap["signal"] for gap in one.gaps] == [["hrv", "night"]]


def test_the_page_tells_pattern_news_and_gap_in_our_words(squad, add, missing):
    quiet(squad, 1, 2, 3)
    add(1)
    fast = {"metric": "best_5_km", "unit": "s_per_km", "pattern_value": 243.0, "usual_value": 247.0}
    add(2, "best_effort", expected_error=3.5, **fast)
    add(3, "fatigue_pattern", unit="count", pattern_value=3.0, usual_value=5.0, expected_error=None)
    missing(2, "training", cause="file_failed", evidence="a file <b>x</b> must be mended")

    page = coach_page(read_squad(squad.con, "Road"), "")

    assert words.lint(page) == []
    assert "8 h 08 min ± 2 h 20 min below the published minimum" in page
    assert "4:03 ± 0:04 min/km, before 4:07" in page
    assert "3 of 5 that could be compared" in page
    assert "The same rule held on 0 of the 40 days before" in page
    assert "no activity Sat 28 Mar to Mon 30 Mar (3 expected): file could not be read" in page
    assert "a file &lt;b&gt;x&lt;/b&gt; must be mended" in page


def test_whoever_has_a_pattern_is_not_called_quiet(squad, add):
    quiet(squad, 1, 2)
    add(1)

    page = coach_page(read_squad(squad.con, "Road"), "")

    assert 'Quiet <span class="count">(1)' in page


def test_every_pattern_component_and_cause_has_clean_words():
    told = [
        *words.PATTERNS.values(),
        *words.COMPONENTS.values(),
        *words.GAP_CAUSES.values(),
        *words.GAP_SIGNALS.values(),
    ]

    assert [found for text in told for found in words.lint_text(text)] == []
