import re
from datetime import date, timedelta
from html import unescape

import pytest

import sql
from dashboards import words
from dashboards.concerns import GAP_DAYS, complete_count, leading
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
            "components": [{"component": "sleep_below_usual", "detail": "5 h 50 min", "day_count": 7}] * parts,
            "observation_ids": ["000000000001"],
            "doubts": ["a note of 2026-03-30 is of kind injury"],
            "remarks": [],
            "definition_version": 1,
        }
        squad.insert("patterns", [row | other])
        return row["pattern_id"]

    return pattern


@pytest.fixture
def missing(squad):
    def gap(athlete_id, signal="hrv", *, start=3, end=1, cause="not_worn", evidence="why", **other):
        row = {"athlete_id": athlete_id, "signal": signal, "start_date": day(start), "end_date": day(end)}
        row |= {"day_count": start - end + 1, "cause": cause, "is_open": False, "evidence": evidence}
        squad.insert("gaps", [row | {"definition_version": 1} | other])

    return gap


@pytest.fixture
def say(squad):
    def verdict(athlete_id, row_id, answer):
        squad.serial += 1
        row = {"athlete_id": athlete_id, "source_file_id": f"{athlete_id:016x}", "row_index": squad.serial}
        row |= {"line_number": squad.serial, "kind": "feedback", "about_id": row_id, "about_date": TODAY}
        row |= {"athlete_folder": f"folder-{athlete_id}", "answer": answer, "said_text": "", "author": "coach"}
        squad.insert("answers", [row | {"said_on": TODAY}])

    return verdict


def lead(squad):
    return leading(read_squad(squad.con, "Road"))


def quiet(squad, *athlete_ids):
    for athlete_id in athlete_ids:
        squad.athlete(athlete_id, f"A{athlete_id}")
        squad.days(athlete_id, "ln_rmssd", squad.steady(athlete_id, "ln_rmssd"))


def test_rows_stand_in_the_order_that_was_decided_and_the_rest_is_folded(squad):
    quiet(squad, 1, 2, 3)
    squad.decided(3, "outside_ln_rmssd", place=1)
    squad.decided(1, "outside_ln_rmssd", place=2)
    squad.decided(2, "outside_ln_rmssd", why_not_shown="budget")

    found = lead(squad)

    assert [one.athlete_id for one in found.shown] == [3, 1]
    assert [(one.athlete_id, one.why_not_shown) for one in found.others] == [(2, "budget")]
    assert found.athlete_ids == {1, 2, 3}


def test_good_news_is_no_concern(squad, add):
    quiet(squad, 1)
    squad.decided(1, "best_effort", kind="news", pattern_ids=[add(1, "best_effort")])

    found = lead(squad)

    assert [one.told[0].what for one in found.news] == ["Fastest clean effort in 90 days"]
    assert found.shown == ()


def test_the_list_of_another_night_is_not_of_today(squad):
    quiet(squad, 1)
    squad.decided(1, "outside_ln_rmssd", night_date=day(1))

    assert lead(squad).shown == ()


def test_each_rule_of_a_row_has_its_own_words_the_leading_one_first(squad, add):
    squad.athlete(1, "A1")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd", until=3) | {day(back): 3.7 for back in range(3)})
    squad.decided(1, "sleep_shortfall", "outside_ln_rmssd", "load_of_old", pattern_ids=[add(1)])

    (row,) = lead(squad).shown

    assert [one.rule for one in row.told] == ["sleep_shortfall", "outside_ln_rmssd", "load_of_old"]
    assert row.told[1].what == "RMSSD lower than usual"
    assert len(row.told[1].series) > 28
    assert "1 in 250" in row.told[0].how_sure
    assert "1 in 250" not in row.told[1].how_sure


def test_a_row_leads_to_the_latest_of_its_values_that_the_athletes_page_lists(squad):
    squad.athlete(1, "A1")
    squad.days(1, "ln_rmssd", {day(back): 4.0 for back in (50, 5, 9)})
    found = squad.con.execute("select observation_id from observations order by observed_date").fetchall()
    ids = [row[0] for row in found]
    squad.decided(1, "outside_ln_rmssd", observation_ids=ids)
    squad.days(1, "resting_heart_rate", {day(0): 50.0})

    (row,) = lead(squad).shown

    assert row.observation_id == ids[-1]


def test_what_was_said_of_a_row_stands_with_it(squad, say):
    quiet(squad, 1, 2)
    said, unsaid = squad.decided(1, "outside_ln_rmssd"), squad.decided(2, "outside_ln_rmssd")
    say(1, said, "knew_already")

    assert {one.row_id: one.verdict for one in lead(squad).shown} == {said: "knew_already", unsaid: ""}


@pytest.mark.parametrize(("cause", "count"), [("not_worn", 1), ("excused", 2), ("worn_no_training", 2)])
def test_data_is_complete_of_whoever_lacks_nothing_that_was_expected_today(squad, missing, cause, count):
    quiet(squad, 1, 2)
    missing(2, start=0, end=0, cause=cause)

    assert complete_count(read_squad(squad.con, "Road")) == count


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
    fast = {"metric": "best_5_km", "unit": "s_per_km", "pattern_value": 243.0, "usual_value": 247.0}
    count = {"unit": "count", "pattern_value": 3.0, "usual_value": 5.0, "expected_error": None}
    squad.decided(1, "sleep_shortfall", pattern_ids=[add(1)])
    squad.decided(2, "best_effort", kind="news", pattern_ids=[add(2, "best_effort", expected_error=3.5, **fast)])
    squad.decided(3, "fatigue_pattern", pattern_ids=[add(3, "fatigue_pattern", **count)])
    missing(2, "training", cause="file_failed")

    page = coach_page(read_squad(squad.con, "Road"), "")
    seen = " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())

    assert words.lint(page) == []
    assert "8 h 08 min ± 2 h 20 min, less than the athlete's usual in all; since Thu 26 Mar, 6 days" in seen
    assert "4:03 ± 0:04 min/km, before 4:07" in seen
    assert "3 of 5 signs that could be compared" in seen
    assert "The same on 0 of 40 days before" in seen
    assert "a note of Mon 30 Mar: injury" in seen
    assert "no activity Sat 28 Mar to Mon 30 Mar (3 expected): file could not be read" in seen


def test_whoever_has_a_row_is_not_called_quiet(squad):
    quiet(squad, 1, 2, 3)
    squad.decided(1, "outside_ln_rmssd")
    squad.decided(2, "outside_ln_rmssd", why_not_shown="cooldown")

    page = coach_page(read_squad(squad.con, "Road"), "")

    assert "Quiet (1)" in page


def test_every_reason_for_not_showing_a_row_has_words():
    allowed = re.search(r"why_not_shown in \(([^)]+)\)", sql.statement("migrations/0007_attention.sql"))[1]

    assert set(re.findall(r"'([a-z ]*)'", allowed)) == {"", *words.NOT_SHOWN}


def test_every_pattern_component_and_cause_has_clean_words():
    told = [
        *words.PATTERNS.values(),
        *words.COMPONENTS.values(),
        *words.GAP_CAUSES.values(),
        *words.GAP_SIGNALS.values(),
        *words.ANSWERS.values(),
        *words.FEEDBACK.values(),
        *words.NOT_SHOWN.values(),
    ]

    assert [found for text in told for found in words.lint_text(text)] == []
