"""From any row of the coach's page to its evidence, quality, SQL and energy: one click to the row, one to the rest."""

import re
from datetime import date, timedelta

import polars as pl
import pytest

from dashboards import words
from dashboards.marts import TABLE_DAYS, read_athlete, read_squad
from dashboards.pages.athlete import athlete_page
from dashboards.pages.coach import coach_page

TODAY = date(2026, 3, 31)
KINDS = ("night", "daily_value", "activity", "beat_series")


def receipts():
    """What one value of each kind of the first athlete has cost."""
    row = {"athlete_id": 1, "purpose": "observe", "unknown_count": 0, "cpu_s": 0.02, "is_measured": False}
    ends = {"e_it_q05": 0.04, "e_it_q50": 0.08, "e_it_q95": 0.2}
    return pl.DataFrame([row | ends | {"subject_kind": kind} for kind in KINDS])


def part(page, address):
    """What stands under an address, up to the next one."""
    found = re.search(rf'id="{address}".*?(?=<tr id="|<li class="item" id="|</section>)', page, re.DOTALL)
    assert found, address
    return found[0]


@pytest.fixture(scope="module")
def listed(kept):
    """The squad with one athlete in the list of the night, for a value and a pattern, and with checks on the value."""
    road = kept("road")
    ids = road.latest(1)
    pattern = {"pattern_id": "0123456789ab", "athlete_id": 1, "pattern": "fatigue_pattern", "is_good_news": False}
    pattern |= {"start_date": TODAY - timedelta(days=4), "end_date": TODAY, "metric": "sleep_duration", "unit": "s"}
    pattern |= {"pattern_value": 9000.0, "expected_error": 8400.0, "grade": "ok", "definition_version": 2}
    pattern |= {"earlier_held_count": 1, "earlier_day_count": 40, "components": [], "doubts": [], "remarks": []}
    road.insert("patterns", [pattern | {"observation_ids": ids, "evidence_sd": 2.5}])
    road.con.execute("update attention_rows set pattern_ids = ['0123456789ab'] where athlete_id = 1")
    subject = {"athlete_id": 1, "subject_kind": "night", "check_version": 1}
    seen = road.con.execute("select distinct subject_id from observations where athlete_id = 1").fetchall()
    outcomes = [("rr_range", "pass", ""), ("rr_gap", "not_assessable", "too short"), ("rr_ectopic", "fail", "")]
    for (subject_id,) in seen:
        rows = [subject | {"subject_id": subject_id, "check_name": name} for name, *_ in outcomes]
        told = [row | {"outcome": outcome, "why": why} for row, (_, outcome, why) in zip(rows, outcomes, strict=True)]
        road.insert("check_outcomes", told)
    return road


@pytest.fixture(scope="module")
def page(listed):
    return athlete_page(read_athlete(listed.con, 1), "coach-road.html", receipts())


def test_every_row_of_the_coach_page_leads_in_two_clicks_to_evidence_checks_sql_and_energy(listed, page):
    marts = read_squad(listed.con, "Road")
    rows = marts.attention.filter("is_shown").to_dicts()
    recent = marts.observations.filter(pl.col("observed_date") > TODAY - timedelta(days=TABLE_DAYS))["observation_id"]

    assert rows
    for row in rows:
        of_values = [f"o-{key}" for key in row["observation_ids"] if key in recent]
        assert of_values or row["pattern_ids"]
        for address in of_values:
            panel = part(page, address)
            assert f"wattworth explain {address[2:]}" in panel
            assert f"from mart_observations where observation_id = '{address[2:]}'" in panel
            assert 'href="#checks-1"' in panel
            assert 'href="#receipt-' in panel
            assert "<dt>file</dt>" in panel
        for key in row["pattern_ids"]:
            panel = part(page, f"p-{key}")
            assert f"from mart_patterns where pattern_id = '{key}'" in panel
            assert any(f'href="#{address}"' in panel for address in of_values)


def test_every_link_of_the_coach_page_into_an_athlete_page_has_its_place_there(listed):
    built = coach_page(read_squad(listed.con, "Road"), "")
    links = set(re.findall(r'href="athlete-(\d+)\.html#([^"]+)"', built))
    pages = {number: athlete_page(read_athlete(listed.con, int(number)), "c.html") for number, _ in links}

    assert links
    assert [link for link in links if f'id="{link[1]}"' not in pages[link[0]]] == []


def test_what_a_panel_points_to_on_its_page_stands_there(page):
    addresses = set(re.findall(r'href="#([^"]+)"', page)) - {"main"}

    assert [address for address in sorted(addresses) if f'id="{address}"' not in page] == []
    assert 'href="athlete-1.html#' not in page  # by which a link would slip past the line above


def test_checks_that_passed_stand_with_their_thresholds_and_those_not_assessable_with_why(page):
    told = part(page, "checks-1")

    assert "1 check passed, 1 not assessable" in told
    assert re.search(r"<dt>RR intervals range</dt><dd>[^<]*\d", told)
    assert "<dt>RR intervals gap</dt><dd>too short</dd>" in told


def test_what_a_value_has_cost_stands_with_its_interval_and_how_it_is_known(page):
    told = part(page, "receipt-night")

    assert "0.020 CPU-s, 0.022 mWh (0.011\N{EN DASH}0.056)" in told
    assert "estimated from CPU time" in told


def test_names_of_rules_are_quoted_and_no_other_word_of_ours_is_one_we_never_use(page):
    assert "<code data-quoted>fatigue_pattern</code>" in page
    assert words.lint(page) == []


def test_without_receipts_nothing_is_said_to_have_cost_nothing(listed):
    built = athlete_page(read_athlete(listed.con, 1), "c.html")

    assert "What one value has cost" not in built
    assert "<dt>cost</dt>" not in built
