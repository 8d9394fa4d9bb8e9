import re
from datetime import date, timedelta

import pytest

from dashboards import words
from dashboards.costs import cost_line
from dashboards.marts import read_mart, read_squad
from dashboards.pages.coach import coach_page

TODAY = date(2026, 3, 31)
LIMIT_BYTES = 300_000


@pytest.fixture
def page(road) -> str:
    return coach_page(read_squad(road.con, "Road"), "It cost 1 Wh.")


def test_it_names_its_date_from_the_data_and_how_complete_it_is(page):
    assert "Tuesday 31 March 2026" in page
    assert "Data for 4 of 5 athletes on this date" in page


def test_it_says_that_data_is_simulated(page):
    assert "Simulated data." in page


def test_real_athletes_get_no_such_banner(squad):
    squad.athlete(1, "A", simulated=False)
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd"))

    assert "Simulated" not in coach_page(read_squad(squad.con, "Road"), "")


def test_it_needs_no_script_and_nothing_beside_it(page):
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="(?!athlete-\d+\.html|index\.html|cost\.html|#main|data:,)[^"]*"', page) == []
    assert "<style>" in page


def test_it_uses_none_of_the_forbidden_words(page):
    assert words.lint(page) == []


def test_names_are_escaped(page):
    assert "Aino &lt;b&gt;Aalto&lt;/b&gt;" in page
    assert "<b>Aalto" not in page


def test_each_name_leads_to_the_page_of_the_athlete(page):
    assert '<a href="athlete-1.html" data-quoted>' in page


def test_a_row_has_value_error_range_days_and_device(page):
    row = page.split('aria-labelledby="measurement"')[0]

    assert "RMSSD lower than usual" in row
    assert "on 3 of 7 days measured" in row
    assert "45 ± 1 ms" in row
    assert "usual range 52\N{EN DASH}57 ms, from 30 days" in row
    assert "From maker watch 1, from RR intervals, night" in row
    assert "The same held on 1 of the 38 days before" in row


def test_measurement_is_kept_apart_with_its_reason_and_remedy(page):
    part = page.split('aria-labelledby="measurement"')[1].split("<section")[0]

    assert "beats missed" in part
    assert "Wet the electrodes of the strap." in part
    assert "comparisons paused, maker ring since Sat 28 Mar, 4 of 14 usable days" in part


def test_nobody_to_look_at_says_what_it_rests_on(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd"))
    squad.athlete(2, "B")

    page = coach_page(read_squad(squad.con, "Road"), "")

    assert "Nobody to look at today." in page
    assert "This rests on 1 of 2 athletes" in page


def test_a_squad_nobody_of_whom_can_be_compared_is_not_called_quiet(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd"), baseline_day_count=5)

    page = coach_page(read_squad(squad.con, "Road"), "")

    assert "Nobody could be compared today." in page
    assert "Nobody to look at today." not in page


def test_an_empty_squad_page_can_be_built(squad):
    squad.athlete(1, "A")

    page = coach_page(read_squad(squad.con, "Road"), "")

    assert "No data yet for 1 athlete." in page


def test_the_strip_marks_unusable_nights_by_shape_and_gaps_by_a_dash(page):
    strips = re.findall(r'<svg class="strip".*?</svg>', page, re.DOTALL)
    cole, dahl = strips[2], strips[3]

    assert len(strips) == 5
    assert cole.count('class="cross"') == 2
    assert dahl.count('class="dash"') == 2  # before the first of its days
    assert dahl.count('class="gap"') == 9
    assert "no data on 11 days, cause not known for 2" in dahl


def test_twenty_athletes_fit_in_300_kilobytes(squad):
    for athlete_id in range(1, 21):
        squad.athlete(athlete_id, f"Athlete {athlete_id}")
        for metric in ("ln_rmssd", "resting_heart_rate"):
            low = {TODAY - timedelta(days=back): 3.0 for back in range(42)}
            squad.days(athlete_id, metric, low, grade="doubtful", reasons=[{"check_name": "c", "share_fraction": 1.0}])

    page = coach_page(read_squad(squad.con, "Road"), "")

    assert len(page.encode()) <= LIMIT_BYTES
    assert page.count('class="strip"') == 20


def test_without_a_ledger_the_cost_is_not_known(con):
    assert "not known" in cost_line(read_mart(con, "mart_ledger"), "Road")
