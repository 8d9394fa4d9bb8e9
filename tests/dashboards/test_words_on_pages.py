"""Our own words on whole pages, whatever the values are and whatever others wrote."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sql
from dashboards import amounts, words
from dashboards.marts import read_athlete, read_squad
from dashboards.pages.analyst import analyst_page, read_analyst
from dashboards.pages.athlete import athlete_page
from dashboards.pages.coach import coach_page
from dashboards.told import of_pattern
from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.quality.catalogue import checks

TODAY = date(2026, 3, 31)
THEIRS = "You must rest & recover, because of the <b>injury risk</script>"
"""What others may write: names, kinds of notes, devices, folders, files."""
PATTERNS = {pattern.name: pattern for pattern in every_pattern()}
VALUES = {"ln_ms": (0.0, 6.0), "count": (0.0, 6.0), "fraction": (-2.0, 5.0), "points": (0.0, 10.0)}
CAUSES = tuple(words.GAP_CAUSES)


def drawn(pattern, *, low, high):
    """A row of a pattern with any value, error and counts."""
    number = st.floats(low, high, allow_nan=False)
    return st.fixed_dictionaries(
        {
            "pattern_id": st.just("0" * 12),
            "pattern": st.just(pattern.name),
            "is_good_news": st.just(pattern.is_good_news),
            "start_date": st.dates(TODAY - timedelta(days=60), TODAY),
            "end_date": st.just(TODAY),
            "pattern_value": number,
            "usual_value": number if pattern.unit == "count" else st.none() | number,
            "unit": st.just(pattern.unit),
            "expected_error": st.none() | st.floats(0.0, high),
            "grade": st.sampled_from(["ok", "doubtful"]),
            "earlier_held_count": st.integers(0, 42),
            "earlier_day_count": st.integers(0, 42),
            "components": st.just([{"component": name, "detail": "", "day_count": 1} for name in words.COMPONENTS]),
            "observation_ids": st.just([]),
            "doubts": st.lists(st.just("another device since 2026-03-30")),
            "remarks": st.lists(st.just("naps are not counted")),
        }
    )


@settings(max_examples=80)
@given(data=st.data())
def test_what_is_said_of_a_pattern_is_whole_and_clean_whatever_its_values(data):
    pattern = data.draw(st.sampled_from(sorted(PATTERNS.values(), key=lambda one: one.name)))
    low, high = VALUES.get(pattern.unit, (0.0, 40_000.0))
    row = data.draw(drawn(pattern, low=low, high=high))

    one = of_pattern(row, today=TODAY, values=[], p_value=data.draw(st.none() | st.floats(1e-9, 1.0)))

    said = [one.what, one.value, one.against, one.how_long, one.how_sure, one.device, one.measured_by, one.missing]
    said += [text for part in one.parts for text in part] + [it.text for it in one.coincides]
    assert [found for text in said for found in words.lint_text(text)] == []
    assert [text for text in said if "nan" in text.split() or "None" in text] == []


@pytest.fixture
def everything(road):
    """The squad with every pattern, cause, reason and choice there is, and with other people's words everywhere."""
    road.con.execute("update athletes set display_name = ?, folder = ? || athlete_id", [THEIRS, THEIRS])
    road.con.execute("update devices set product = ?", [THEIRS])
    days = {"start_date": TODAY - timedelta(days=3), "end_date": TODAY}
    for serial, pattern in enumerate(PATTERNS.values()):
        key = {"pattern_id": f"{serial:012x}", "athlete_id": 2, "pattern": pattern.name, "unit": pattern.unit}
        value = {"metric": pattern.metric, "pattern_value": 3.0, "usual_value": 2.0, "expected_error": 0.1}
        rest = {"earlier_held_count": 1, "earlier_day_count": 40, "grade": "ok", "definition_version": 1}
        said = {
            "components": [],
            "observation_ids": road.latest(2),
            "doubts": [f"a note of 2026-03-30 is of kind {THEIRS}"],
            "remarks": [],
        }
        road.insert("patterns", [key | days | value | rest | said | {"is_good_news": pattern.is_good_news}])
    ids = [f"{serial:012x}" for serial in range(len(PATTERNS))]
    road.decided(2, *PATTERNS, "nights_together", "outside_sleep_duration", pattern_ids=ids)
    road.decided(2, *PATTERNS, kind="news", pattern_ids=ids)
    for athlete_id, why in zip((3, 4, 5), ("budget", "cooldown", "held out"), strict=True):
        road.decided(athlete_id, "outside_ln_rmssd", why_not_shown=why)
    for back, cause in enumerate(CAUSES):
        gap = {"athlete_id": 2, "signal": "hrv", "start_date": TODAY - timedelta(days=2 * back), "cause": cause}
        gap |= {"end_date": TODAY - timedelta(days=2 * back), "day_count": 1, "is_open": False, "evidence": THEIRS}
        road.insert("gaps", [gap | {"definition_version": 1}])
    road.note(2, TODAY, THEIRS, THEIRS)
    reasons = [{"check_name": check.name, "share_fraction": 0.01} for check in checks()]
    road.days(
        2,
        "ln_rmssd",
        {TODAY: 3.9},
        device="new:5",
        grade="unusable",
        verdict="not_usable",
        reasons=reasons,
        remedy="Wet it.",
    )
    return road


def test_no_page_says_what_we_never_say(everything):
    coach = coach_page(read_squad(everything.con, "Road"), "")
    analyst = analyst_page(read_analyst(everything.con, "Road"), "coach-road.html")
    pages = [coach, athlete_page(read_athlete(everything.con, 2), "coach-road.html"), analyst]

    assert [words.lint(page) for page in pages] == [[], [], []]
    assert [page.count("injury risk") > 10 for page in pages] == [True, True, True]
    assert [page.count("<b>injury") + page.count("risk</script>") for page in pages] == [0, 0, 0]
    advice = "She should rest.</p></main>"
    assert words.lint(pages[0].replace("</main>", f"<p>{advice}"))
    assert words.lint(pages[0].replace("</main>", f"<p data-quoted>{advice}")) == []


def test_every_unit_of_a_pattern_can_be_written():
    units = {pattern.unit for pattern in PATTERNS.values()} - {"count"}

    assert {unit: amounts.with_unit(1.0, unit) for unit in units}.keys() == units


def test_every_answer_that_may_be_given_has_words():
    allowed = sql.statement("migrations/0008_answers.sql").split("answer in (")[1].split(")")[0]

    assert {name.strip(" '") for name in allowed.split(",")} == set(words.ANSWERS)
