import re
import shutil
from dataclasses import fields, replace
from datetime import date

import polars as pl
import pytest

from dashboards import words
from dashboards.costs import cost_line
from dashboards.marts import SquadMarts, read_mart, read_squad
from dashboards.pages.coach import coach_page

TODAY = date(2026, 3, 31)
LIMIT_BYTES = 300_000
FRAMES = [field.name for field in fields(SquadMarts) if field.type is pl.DataFrame]


@pytest.fixture(scope="module")
def road_marts(road_file, connect, tmp_path_factory) -> SquadMarts:
    with connect(shutil.copyfile(road_file, tmp_path_factory.mktemp("page") / "warehouse.duckdb")) as con:
        return read_squad(con, "Road")


@pytest.fixture(scope="module")
def page(road_marts) -> str:
    return coach_page(road_marts, "It cost 1 Wh.")


def test_it_names_its_date_from_the_data_and_how_complete_it_is(page):
    assert "Tuesday 31 March 2026" in page
    assert "Data complete for <b>4 of 5</b>" in page


def test_it_says_that_data_is_simulated(page):
    assert "Simulated data." in page


def test_real_athletes_get_no_such_banner(squad):
    squad.athlete(1, "A", simulated=False)
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd"))

    assert "Simulated" not in coach_page(read_squad(squad.con, "Road"), "")


def test_it_needs_nothing_beside_it_and_its_script_is_its_own(page):
    ways = r'(?:src|href)="(?!athlete-\d+\.html(?:#[op]-[0-9a-f]{12})?"|index\.html"|cost\.html"|#\w+"|data:,")[^"]*"'

    assert re.findall(ways, page) == []
    assert re.findall(r"<script[^>]+>", page) == []
    assert "<style>" in page


def test_everything_the_first_screen_says_stands_before_the_script(page):
    before = page.split("<script>")[0]

    for said in ("Data complete for", "Worth a look", "expected by chance today: 0.4", "RMSSD lower than usual"):
        assert said in before


def test_no_word_a_coach_reads_hides_in_the_script(page):
    script = page.split("<script>")[1]
    texts = re.findall(r'"((?:[^"\\\n]|\\.)*)"', re.sub(r"//.*", "", script))

    assert [text for text in texts if len(re.findall(r"[A-Za-z]{2,}", text)) > 2] == ["wattworth-answers.csv"]


def test_it_uses_none_of_the_forbidden_words(page):
    assert words.lint(page) == []


def test_names_are_escaped(page):
    assert "Aino &lt;b&gt;Aalto&lt;/b&gt;" in page
    assert "<b>Aalto" not in page


def test_each_name_leads_to_the_page_of_the_athlete(page):
    assert '<a href="athlete-1.html" data-quoted>' in page


def test_a_row_has_every_part_it_needs_to_be_doubted(page):
    row = page.split('aria-labelledby="measurement"')[0]
    parts = dict(re.findall(r'data-part="(\w+)">(.*?)</(?:strong|span|p)>', row, re.DOTALL))

    assert parts["what"] == "RMSSD lower than usual"
    assert parts["value"] == "45 ± 1 ms"
    assert parts["against"] == "usual range 52\N{EN DASH}57 ms from 30 days"
    assert parts["how_long"] == "on 3 of 7 days measured, since Mon 30 Mar"
    assert parts["how_sure"].startswith("Beyond its error; the same on 1 of 38 days before; as much on 1 in 250")
    assert parts["measured_by"] == "<span data-quoted>Maker watch 1"
    assert parts["missing"] == "Missing: 0 of the last 7 days."
    assert parts["coincides"] == "Coincides with a note of Tue 31 Mar."


def test_a_row_leads_to_its_evidence_and_takes_a_verdict_and_a_note_without_a_script(page):
    row = page.split('aria-labelledby="measurement"')[0]

    assert re.search(r'href="athlete-1.html#o-[0-9a-f]{12}">Evidence', row)
    assert re.search(r"<code>wattworth feedback [0-9a-f]{12} useful</code>", row)
    assert "wattworth note folder-1" in row


def test_a_folder_with_a_blank_in_its_name_stays_one_word_of_the_command(road_marts):
    named = road_marts.athletes.with_columns(folder=pl.lit("anna's lee"))

    page = coach_page(replace(road_marts, athletes=named), "")

    assert "wattworth note &#39;anna&#39;&#34;&#39;&#34;&#39;s lee&#39; " in page


def test_a_question_can_be_answered_without_a_script(page):
    part = page.split('aria-labelledby="questions"')[1].split("</section")[0]

    assert "No activity on Mon 30 Mar" in part
    assert re.search(r"<code>wattworth answer [0-9a-f]{12} ill</code>", part)
    assert '<a class="pill" href="#questions">Questions: 1</a>' in page


def test_what_chance_alone_would_show_is_explained_behind_a_tap(page):
    told = page.split("expected by chance today: 0.4</summary>")[1].split("</details>")[0]

    assert "21 comparisons were made of 3 athletes, and the list has room for 1" in told
    assert "How it was obtained: counted on their own ordinary days." in told


def test_a_chance_that_is_not_known_is_not_zero(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd"))
    squad.night(expected_by_chance=None, tested_count=0)

    assert "expected by chance today: not known" in coach_page(read_squad(squad.con, "Road"), "")


def test_rows_not_shown_are_folded_under_why(road):
    road.decided(2, "outside_ln_rmssd", why_not_shown="budget")
    road.decided(3, "outside_ln_rmssd", why_not_shown="false discovery")

    page = coach_page(read_squad(road.con, "Road"), "")
    fold = page.split("Also differing, not shown: budget 1, false discovery 1</summary>")[1].split("</section")[0]

    assert "Beyond the number of rows a day has" in fold
    assert "As much is expected by chance among so many athletes" in fold


def test_whether_chance_chose_a_row_is_not_told_to_the_coach(road):
    def rows():
        page = coach_page(read_squad(road.con, "Road"), "")
        return page.split("Worth a look")[1].split("Also differing")[0]

    plain = rows()
    road.con.execute("update attention_rows set is_held_out = true")

    assert rows() == plain


def test_measurement_is_kept_apart_with_its_reason_and_remedy(page):
    part = page.split('aria-labelledby="measurement"')[1].split("<section")[0]

    assert "beats missed" in part
    assert "Wet the electrodes of the strap." in part
    assert "comparisons paused, <span data-quoted>maker ring</span> since Sat 28 Mar, 4 of 14 usable days" in part


def test_nobody_to_look_at_says_what_it_rests_on(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd"))
    squad.athlete(2, "B")
    squad.night(compared_count=1, shown_count=0)

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


def fiftyfold(marts):
    """The squad with its first athlete fifty times."""

    def of(frame):
        if "athlete_id" not in frame.columns or frame.is_empty():
            return frame
        one = frame.filter(pl.col("athlete_id") == frame["athlete_id"].min())
        return pl.concat([one.with_columns(pl.lit(i, dtype=pl.Int32).alias("athlete_id")) for i in range(50)])

    return replace(marts, **{name: of(getattr(marts, name)) for name in FRAMES})


def test_fifty_athletes_fit_in_300_kilobytes(road):
    marts = fiftyfold(read_squad(road.con, "Road"))
    is_tenth = pl.col("athlete_id") < 10
    rows = marts.attention.with_columns(
        is_shown=is_tenth, why_not_shown=pl.when(is_tenth).then(pl.lit("")).otherwise(pl.lit("budget"))
    )

    page = coach_page(replace(marts, attention=rows), "")

    assert len(page.encode()) <= LIMIT_BYTES
    assert page.count('class="strip"') == 50
    assert page.count('class="item row"') >= 50


def test_without_a_ledger_the_cost_is_not_known(con):
    assert "not known" in cost_line(read_mart(con, "mart_ledger"), "Road")
