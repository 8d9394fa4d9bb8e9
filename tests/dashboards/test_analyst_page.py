"""The analyst's page: what changed, what is usable for what, and SQL that answers."""

import html
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from dashboards import words
from dashboards.figures.pareto import BARS, WHOLE_TICKS, reasons_by_count
from dashboards.pages.analyst import ROW_LIMIT, analyst_page, last_change, read_analyst
from dashboards.publish import build_analyst_pages
from dashboards.site import Site
from dashboards.trust import matrix, pareto, purposes

TODAY = datetime(2026, 3, 31, tzinfo=UTC).date()


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def verdict(number: int, said: str, **other) -> dict:
    return {
        "athlete_id": 3,
        "subject_kind": "night",
        "subject_id": f"{3:016x}:n9{number}",
        "subject_date": TODAY - timedelta(days=number),
        "purpose": "hrv_day",
        "verdict": said,
        "unit": "ln_ms",
        "reasons": [],
        "grade": "ok" if said == "usable" else "unusable",
        "limits_version": "1",
    } | other


@pytest.fixture
def judged(road):
    spoiled = {"reasons": ["rr_missed", "sampling"], "purpose": "hrv_baseline"}
    road.insert(
        "verdicts",
        [
            verdict(0, "usable"),
            verdict(1, "not_usable", reasons=["rr_missed"]),
            verdict(2, "not_usable", **spoiled),
            verdict(3, "usable", grade="doubtful", reasons=["rr_extra"]),
            verdict(4, "not_assessable"),
            verdict(30, "not_usable", reasons=["rr_missed"]),
        ],
    )
    return road


def run_row(run_id: str, hour: int, stops: list[dict]) -> dict:
    at = datetime(2026, 3, 31, hour, tzinfo=UTC)
    summary = json.dumps(
        {"set_aside_count": 0, "stops": [{"squad": "Road", "unit": "files", **stop} for stop in stops]}
    )
    return {"run_id": run_id, "started_at_utc": at, "trigger": "command_line", "status": "ok", "summary": summary}


READ = {"stop": "read", "subject_count": 3, "counts": {"read": 3}}
LOOKED = {"stop": "drop", "subject_count": 900, "counts": {"new": 0, "unchanged": 900}}
NOTHING = {"stop": "read", "subject_count": 0, "counts": {"read": 0}}


def test_the_last_run_that_found_anything_new_is_told_and_idle_ones_are_not():
    runs = pl.DataFrame([run_row("a", 1, [READ]), run_row("b", 2, [READ]), run_row("c", 3, [LOOKED, NOTHING])])

    found = last_change(runs, "Road")

    assert found["run_id"] == "b"
    assert found["stops"][0]["counts"] == {"read": 3}
    assert last_change(runs, "Track") is None


def test_new_files_that_were_all_set_aside_count_as_a_change():
    dropped = {"stop": "drop", "subject_count": 1, "counts": {"new": 1}}
    runs = pl.DataFrame([run_row("a", 1, [READ]), run_row("b", 2, [dropped, NOTHING])])

    assert last_change(runs, "Road")["run_id"] == "b"


def test_the_matrix_counts_28_days_and_what_could_not_be_assessed_is_no_pass(judged):
    marts = read_analyst(judged.con, "Road")

    cells = dict(zip(purposes(), matrix(marts.trust, [3])[3], strict=True))

    day = cells["hrv_day"]
    assert (day.subject_count, day.usable_count, day.not_assessable_count, day.shape) == (4, 2, 1, "○")
    assert cells["hrv_baseline"].shape == "✕"
    assert cells["distance"].shape == ""


@pytest.mark.parametrize(("usable", "shape"), [(90, "●"), (89, "○"), (50, "○"), (49, "✕")])
def test_the_shape_follows_the_usable_fraction(usable, shape):
    row = {"athlete_id": 1, "purpose": "load", "subject_count": 100, "usable_count": usable}
    trust = pl.DataFrame([row | {"not_assessable_count": 0}])

    assert [cell.shape for cell in matrix(trust, [1])[1] if cell.subject_count] == [shape]


def test_each_verdict_is_counted_once_under_its_leading_reason(judged):
    reasons = pareto(read_analyst(judged.con, "Road").reasons)

    first, second = reasons
    assert (first.reason, first.verdict, first.subject_count) == ("rr_missed", "not_usable", 2)
    assert first.purposes == ("hrv_baseline", "hrv_day")
    assert (second.reason, second.verdict, second.share) == ("rr_extra", "usable", pytest.approx(1 / 3))


def test_the_page_names_athletes_reasons_and_what_was_set_aside(judged):
    lost = {"athlete_id": 2, "path": "a.fit", "stop": "read", "kind": "partial", "what": "5 bytes"}
    judged.insert("skipped_items", [{**lost, "where_found": "byte 9", "why": "cut off", "remedy": "Export it again"}])

    page = analyst_page(read_analyst(judged.con, "Road"), "coach-road.html")

    shown = text_of(page)
    assert "RR intervals missed not usable 2 (67 %)" in shown
    assert "folder-2/a.fit" in shown
    assert "5 bytes at byte 9: cut off." in shown
    assert "Aino <b>Aalto</b>" in shown
    assert "<b>Aalto</b>" not in page
    assert words.lint(page) == []


def activity(number: int) -> dict:
    at = datetime(2026, 3, 30, 8, number, tzinfo=UTC)
    source = f"{2:016x}"
    row = {"activity_id": f"{source}:{number}", "athlete_id": 2, "source_file_id": source, "start_at_utc": at}
    row |= {"end_at_utc": at + timedelta(hours=1), "time_basis": "utc", "local_date": at.date(), "sport": "running"}
    return row | {"heart_rate_source": "strap", "record_count": 3600, "device_id": "w:2"}


def recording(number: int, **other) -> dict:
    row = {"athlete_id": 2, "merge_id": "abcdef012345", "activity_id": f"{2:016x}:{number}", "definition_version": 1}
    row |= {"is_main": number == 0, "is_chosen_for_movement": number == 0, "is_chosen_for_heart_rate": number == 1}
    return row | {"is_chosen_for_decoupling": False, "reason": "97 % of the time in common"} | other


def test_recordings_of_one_activity_stand_together_with_what_is_taken_from_each(judged):
    judged.insert("activities", [activity(0), activity(1)])
    judged.insert("merged_activities", [recording(0), recording(1)])

    shown = text_of(analyst_page(read_analyst(judged.con, "Road"), "coach-road.html"))

    assert "One activity, several recordings (1)" in shown
    assert "2 recordings abcdef012345" in shown
    first, second = (shown.index(f" {tag} 97 %") for tag in ("movement", "heart rate"))
    assert first < second


def test_only_clocks_in_doubt_are_listed_and_all_are_counted(judged):
    row = {"athlete_id": 2, "subject_kind": "night", "rule": "stated_offset", "definition_version": 1}
    doubted = {"label": "corrected", "shift_s": -3600, "evidence": "the same run an hour later"}
    sure = {"label": "sure", "evidence": "offset stated"}
    judged.insert("clock_doubts", [{**row, "subject_id": "a:n1", **doubted}, {**row, "subject_id": "a:n2", **sure}])

    shown = text_of(analyst_page(read_analyst(judged.con, "Road"), "coach-road.html"))

    assert "Clocks in doubt (1) 1 corrected, 1 sure" in shown
    assert "corrected, -60 min the same run an hour later" in shown
    assert "offset stated" not in shown


def test_a_gap_has_its_cause_and_what_told_it(judged):
    on = TODAY - timedelta(days=5)
    gap = {"athlete_id": 2, "signal": "training", "start_date": on, "end_date": on, "day_count": 1}
    judged.insert(
        "gaps", [{**gap, "cause": "excused", "is_open": False, "evidence": "a note says ill", "definition_version": 1}]
    )

    shown = text_of(analyst_page(read_analyst(judged.con, "Road"), "coach-road.html"))

    assert "Bo Berg activity a note or answer says why a note says ill" in shown


def test_every_query_on_the_page_runs_on_the_marts_it_names(judged):
    page = analyst_page(read_analyst(judged.con, "Road"), "coach-road.html")

    queries = [html.unescape(found) for found in re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)]

    assert len(queries) > 6
    for query in queries:
        judged.con.execute(query)


def test_a_squad_without_a_verdict_has_a_page_that_says_so(squad):
    squad.athlete(1, "A")

    shown = text_of(analyst_page(read_analyst(squad.con, "Road"), "coach-road.html"))

    assert "No run has worked on this squad yet." in shown
    assert "Nothing fell short in these 28 days." in shown


def test_a_page_is_built_once_and_again_only_when_something_changed(judged, tmp_path):
    made = Site.at(tmp_path)

    assert build_analyst_pages(judged.con, made) == 1
    assert build_analyst_pages(judged.con, made) == 0
    judged.insert("verdicts", [verdict(6, "not_usable", reasons=["rr_missed"])])
    assert build_analyst_pages(judged.con, made) == 1


FIRST = [run_row("a", 1, [READ])]


@pytest.mark.parametrize(
    ("later", "count"),
    [
        ([], 0),
        ([run_row("b", 2, [LOOKED])], 0),
        ([run_row("b", 2, []) | {"status": "failed"}], 1),
        ([run_row("b", 2, []) | {"status": "unfinished"}, run_row("c", 3, [LOOKED])], 1),
    ],
)
def test_later_runs_that_failed_or_never_ended_are_counted_since_what_they_found_is_not_known(later, count):
    found = last_change(pl.DataFrame([*FIRST, *later]), "Road")

    assert found["run_id"] == "a"
    assert found["later_failed_count"] == count


@pytest.mark.parametrize("later_failed_count", [0, 1])
def test_the_page_claims_of_later_runs_only_what_is_known(judged, later_failed_count):
    run = {"run_id": "a", "started_at_utc": datetime(2026, 3, 31, tzinfo=UTC), "trigger": "cron", "status": "partial"}
    run |= {"stops": [], "later_failed_count": later_failed_count}

    shown = text_of(analyst_page(replace(read_analyst(judged.con, "Road"), run=run), "coach-road.html"))

    assert "By the last run that found anything new for this squad: it started 2026-03-31 00:00 UTC" in shown
    assert "with files set aside" in shown
    assert "found nothing new" not in shown
    assert ("1 later run failed or did not end" in shown) is bool(later_failed_count)


def lost_row(number: int) -> dict:
    row = {"athlete_id": 2, "path": f"{number:03}.fit", "stop": "read", "kind": "partial", "what": "5 bytes"}
    return row | {"where_found": "byte 9", "why": "cut off", "remedy": "Export it again"}


@pytest.mark.parametrize(("count", "told"), [(ROW_LIMIT, ""), (ROW_LIMIT + 1, "1 are not shown")])
def test_a_list_longer_than_the_page_holds_says_how_many_are_not_shown(judged, count, told):
    judged.insert("skipped_items", [lost_row(number) for number in range(count)])

    page = analyst_page(read_analyst(judged.con, "Road"), "coach-road.html")

    assert page.count("5 bytes at byte 9") == ROW_LIMIT
    assert told in page
    assert ("are not shown" in page) is bool(told)


@pytest.mark.parametrize("count", [BARS, BARS + 1])
def test_more_reasons_than_bars_are_counted_and_all_stand_in_the_table(judged, count):
    row = {"athlete_id": 3, "purpose": "hrv_day", "verdict": "not_usable", "last_date": TODAY}
    reasons = pl.DataFrame([row | {"reason": f"reason_{number:02}", "subject_count": 1} for number in range(count)])
    marts = replace(read_analyst(judged.con, "Road"), reasons=reasons)

    page = analyst_page(marts, "coach-road.html")

    assert len(reasons_by_count(pareto(reasons)).data[0].y) == BARS
    assert page.count('<td data-label="purposes">HRV of the day') == count
    assert (f"The commonest {BARS} of {count} are drawn: 1 are not" in page) is (count > BARS)


def test_a_reason_leads_to_its_rule_with_thresholds_and_sources(judged):
    page = analyst_page(read_analyst(judged.con, "Road"), "coach-road.html")

    assert '<a href="#rule-rr_missed">RR intervals missed</a>' in page
    rule = page[page.index('id="rule-rr_missed"') :]
    assert "<dt>far from the local median</dt><dd>0.55 fraction of the local median <small>engineering" in rule


@pytest.mark.parametrize(("count", "step"), [(WHOLE_TICKS, 1), (WHOLE_TICKS + 1, None)])
def test_few_verdicts_are_counted_in_whole_steps(count, step):
    row = {"athlete_id": 3, "purpose": "hrv_day", "verdict": "not_usable", "last_date": TODAY, "reason": "rr_missed"}

    figure = reasons_by_count(pareto(pl.DataFrame([row | {"subject_count": count}])))

    assert figure.layout.xaxis.dtick == step
