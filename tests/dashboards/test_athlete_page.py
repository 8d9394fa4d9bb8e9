import html
import re
from datetime import date, timedelta

import plotly.graph_objects as go
import pytest

from dashboards import words
from dashboards.amounts import day
from dashboards.figures.band import WIDTH, band
from dashboards.figures.lanes import lanes, told
from dashboards.figures.plotted import CONFIG, plotted
from dashboards.marts import read_athlete
from dashboards.pages.athlete import athlete_page, facts
from dashboards.stretches import SUBJECT_LIMIT, TIME_LIMIT

TODAY = date(2026, 3, 31)
LIMIT_BYTES = 1_500_000


def built(squad, athlete_id: int) -> str:
    return athlete_page(read_athlete(squad.con, athlete_id), "coach-road.html")


def test_it_uses_none_of_the_forbidden_words_but_shows_quoted_notes(road):
    for athlete_id in range(1, 6):
        assert words.lint(built(road, athlete_id)) == []

    assert "ready to rest" in built(road, 1)


def test_names_and_notes_are_escaped_in_page_and_figure(road):
    page = built(road, 1)

    assert "<b>Aalto" not in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<i>May" not in page


def test_points_differ_in_shape_by_grade_and_carry_reason_and_remedy(road):
    figure = go.Figure(lanes(read_athlete(road.con, 3), TODAY))

    symbols = {trace.marker.symbol: trace for trace in figure.data if trace.mode == "markers"}
    assert set(symbols) == {"circle", "x-thin-open"}
    (text, _) = symbols["x-thin-open"].text
    assert "unusable, not usable" in text
    assert "beats missed" in text
    assert "Wet the electrodes" in text.replace("<br>", " ")
    assert "withheld" in text


def test_a_tap_says_value_error_range_and_device(road):
    row = read_athlete(road.con, 2).observations.filter(metric="resting_heart_rate").to_dicts()[0]

    lines = told(row)

    assert re.fullmatch(r"[\d.]+ ± 0\.5 bpm", lines[1])
    assert lines[3] == "usual range 49\N{EN DASH}51 bpm (30 days)"
    assert lines[-1] == "stated by Garmin, day, from maker watch 2"


def test_a_withheld_value_stands_at_the_foot_without_an_error_bar(road):
    figure = go.Figure(lanes(read_athlete(road.con, 3), TODAY))

    withheld = next(trace for trace in figure.data if trace.marker.symbol == "x-thin-open")
    shown = next(trace for trace in figure.data if trace.marker.symbol == "circle")
    (foot,) = set(withheld.y)
    assert figure.layout.yaxis.range[0] < foot <= min(shown.y)
    assert set(withheld.error_y.array) == {0.0}


def test_the_usual_range_is_drawn_apart_for_each_device_and_its_change_is_marked(road):
    figure = go.Figure(lanes(read_athlete(road.con, 5), TODAY))

    bands = [trace for trace in figure.data if trace.fill == "toself"]
    inks = {trace.marker.color for trace in figure.data if trace.mode == "markers"}
    assert len(bands) == 1
    assert max(bands[0].x) < "2026-03-28"
    assert len(inks) == 2
    assert any(shape.x0 == "2026-03-28" for shape in figure.layout.shapes)


def test_the_figure_asks_nobody_and_the_page_loads_one_script_of_our_own(road):
    page = built(road, 1)

    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["plotlyServerURL"] == ""
    assert CONFIG["displaylogo"] is False
    assert re.findall(r'<script src="([^"]+)"', page) == ["static/plotly.min.js"]
    assert re.findall(r'(?:src|href)="https?:', page) == []


def test_figures_have_a_text_in_their_place(road):
    page = built(road, 1)

    assert 'role="img" aria-label="Twelve weeks on one time axis. RMSSD: 40 values, 40 graded ok.' in page


def test_every_value_of_42_days_leads_to_evidence_checks_and_sql(road):
    page = built(road, 3)

    assert page.count('<tr id="o-') == 40
    assert page.count("<pre><code>wattworth explain ") == 40
    assert page.count("from mart_flags where subject_id") == 40
    assert "beats missed</a> 80 %" in page
    assert "<dt>pair count</dt><dd>900</dd>" in page


def test_flags_stand_under_their_value(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", {TODAY: 4.0})
    flag = {"athlete_id": 1, "subject_kind": "night", "subject_id": f"{1:016x}:n1", "check_name": "long_gap"}
    squad.insert(
        "flags",
        [
            {
                **flag,
                "check_version": 1,
                "segment_index": 0,
                "severity": "doubtful",
                "start_s": 10.0,
                "end_s": 70.0,
                "row_count": 5,
                "evidence": "a gap of 60 s <now>",
            }
        ],
    )

    page = built(squad, 1)

    assert "long gap</a></dt><dd>a gap of 60 s &lt;now&gt; (10\N{EN DASH}70 s)</dd>" in page


def test_unknown_figures_of_the_evidence_are_not_known():
    assert facts('{"pair_count": null, "flagged_fraction": 0.125}') == [
        ("pair count", "not known"),
        ("flagged fraction", "12 %"),
    ]
    assert facts('{"moving_s": 4886.0, "mean_rr_ms": 904.25}') == [("moving", "4886 s"), ("mean rr", "904.25 ms")]
    assert facts("not json") == [("evidence", "not json")]


def test_answers_keep_their_own_scale(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", {TODAY: 4.0})
    answer = {"athlete_id": 1, "source_file_id": f"{1:016x}", "about_date": TODAY, "instrument": "session_rpe"}
    squad.insert(
        "wellness_answers",
        [
            {**answer, "answer_index": 0, "item": "rpe", "answer_value": 6.0, "scale_min": 0.0, "scale_max": 10.0},
            {**answer, "answer_index": 1, "item": "mood", "answer_value": 3.0},
        ],
    )

    page = built(squad, 1)

    assert "session rpe, rpe: 6 of 0 to 10" in page
    assert "session rpe, mood: 3 scale not known" in page


def test_answers_of_one_day_stand_in_one_line(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", {TODAY: 4.0})
    answer = {"athlete_id": 1, "source_file_id": f"{1:016x}", "about_date": TODAY, "instrument": "own"}
    rows = [{**answer, "answer_index": n, "item": f"item_{n}", "answer_value": 3.0} for n in range(6)]
    squad.insert("wellness_answers", rows)

    page = built(squad, 1)

    assert "6 answers to questions on 1 day<" in page
    assert len(re.findall("<td>Tue 31 Mar</td><td data-quoted>[^<]*item 0[^<]*item 5", page)) == 1


def test_two_methods_of_one_metric_differ_in_shape_and_stand_in_the_legend(squad):
    squad.athlete(1, "A")
    squad.days(1, "resting_heart_rate", {TODAY: 50.0})
    squad.days(1, "resting_heart_rate", {TODAY: 45.0}, method="rr_mean", reading="morning", device="")

    page = built(squad, 1)
    figure = go.Figure(lanes(read_athlete(squad.con, 1), TODAY))

    assert {trace.marker.symbol for trace in figure.data if trace.mode == "markers"} == {"circle", "diamond"}
    assert "from RR intervals, morning, from <span data-quoted>a file that names no device</span>" in page
    assert "<small>stated by Garmin, day</small>" in page


def test_a_withheld_value_says_why_in_words(squad):
    squad.athlete(1, "A")
    why = '{"why": "no steady block of 40 min: the longest has 12 min"}'
    reasons = [{"check_name": "no_steady_block", "share_fraction": 1.0}]
    squad.days(1, "ln_rmssd", {TODAY: None}, evidence=why, reasons=reasons, grade="doubtful", verdict="not_assessable")

    assert "withheld: no steady block of 40 min (longest 12 min)" in built(squad, 1)


def test_the_axis_of_rmssd_reads_in_ms_and_the_logarithm_stands_in_small(road):
    figure = go.Figure(lanes(read_athlete(road.con, 1), TODAY))

    assert "50" in figure.layout.yaxis2.ticktext
    assert "<small>ln 3.80 ± 0.03</small>" in built(road, 1)


def test_restated_values_show_old_new_and_cause(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", {TODAY: 4.0})
    squad.insert(
        "restatements",
        [
            {
                "restated_id": f"{1:012x}",
                "restatement_index": 0,
                "athlete_id": 1,
                "what": "value",
                "first_date": TODAY,
                "observed_date": TODAY,
                "metric": "ln_rmssd",
                "rule": "",
                "old_value": 3.9,
                "new_value": 4.0,
                "unit": "ln_ms",
                "old_grade": "ok",
                "new_grade": "ok",
                "cause": "late_file",
                "causes": [{"cause": "late_file", "detail": "beside night.txt (0123abcd)"}],
            }
        ],
    )

    page = built(squad, 1)

    assert '<span class="value">49 → 55 ± 1 ms</span>' in page
    assert "<li>a file came later: <span data-quoted>beside night.txt (0123abcd)</span></li>" in page


def test_a_page_of_a_full_squad_member_fits(squad):
    squad.athlete(1, "A")
    every_day = {TODAY - timedelta(days=back): 4.0 for back in range(84)}
    reasons = [{"check_name": f"a_long_check_name_{number}", "share_fraction": 0.2} for number in range(5)]
    for number in range(4):
        for metric in ("ln_rmssd", "resting_heart_rate", "sleep_duration"):
            squad.days(1, metric, every_day, device=f"device-{number}", reasons=reasons, remedy="One sentence. " * 6)

    assert len(built(squad, 1).encode()) <= LIMIT_BYTES


def test_an_athlete_without_any_data_has_a_page(squad):
    squad.athlete(1, "A")

    page = built(squad, 1)

    assert "No data yet." in page
    assert "Plotly" not in page


def test_no_mart_has_a_coordinate(con):
    named = con.execute("select column_name from duckdb_columns() where table_name like 'mart%'").fetchall()

    assert named
    assert [name for (name,) in named if "latitude" in name or "longitude" in name] == []


def test_the_figure_is_the_same_for_the_same_rows(road):
    marts = read_athlete(road.con, 2)

    first, second = (plotted(lanes(marts, TODAY), "lanes-2") for _ in range(2))

    assert first == second


@pytest.mark.parametrize("lane", ["Mean pace", "Time asleep"])
def test_lanes_without_values_are_left_out_and_named(road, lane):
    figure = go.Figure(lanes(read_athlete(road.con, 1), TODAY))

    assert not any(lane in annotation.text for annotation in figure.layout.annotations)
    assert (
        "No values in these weeks: moving time, mean pace, mean heart rate, resting heart rate, time asleep."
        in built(road, 1)
    )


@pytest.fixture
def told_of(squad):
    """An athlete with a pattern, a gap and a plan."""
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd"))
    day = {"start_date": TODAY - timedelta(days=4), "end_date": TODAY}
    pattern = {"pattern_id": "abc", "athlete_id": 1, "pattern": "sleep_shortfall", "is_good_news": False, **day}
    pattern |= {
        "metric": "sleep_duration",
        "pattern_value": 9000.0,
        "unit": "s",
        "expected_error": 8400.0,
        "grade": "ok",
    }
    pattern |= {"earlier_held_count": 1, "earlier_day_count": 40, "observation_ids": ["1"], "definition_version": 1}
    part = {"component": "sleep_below_usual", "detail": "5 h 50 min", "day_count": 7}
    squad.insert("patterns", [pattern | {"components": [part], "doubts": [], "remarks": ["naps are not counted"]}])
    gap = {"athlete_id": 1, "signal": "hrv", "day_count": 1, "is_open": False, "evidence": "no file covers that date"}
    gap |= {"start_date": TODAY - timedelta(days=9), "end_date": TODAY - timedelta(days=9), "definition_version": 1}
    squad.insert("gaps", [gap | {"cause": "not_synced"}])
    plan = {"athlete_id": 1, "source_file_id": "f", "plan_date": TODAY, "description": "long must rest"}
    rest = {**plan, "plan_index": 1, "is_rest_day": True, "plan_date": TODAY - timedelta(days=1)}
    squad.insert("plans", [{**plan, "plan_index": 0, "is_rest_day": False, "planned_duration_s": 5400.0}, rest])
    return squad


def test_patterns_and_gaps_stand_with_what_they_rest_on(told_of):
    page = built(told_of, 1)

    assert words.lint(page) == []
    assert 'id="p-abc"' in page
    assert "2 h 30 min ± 2 h 20 min less than usual in all" in page
    assert "The same rule held on 1 of the 40 days before" in page
    assert "no HRV Sun 22 Mar: not synced" in page
    assert "no file covers that date" in page


def test_a_shift_against_comparable_runs_is_told_with_its_sign(told_of):
    told_of.con.execute("update patterns set pattern = 'shift_heart_rate_at_pace', unit = 'bpm', metric = 'exertion'")
    told_of.con.execute("update patterns set pattern_value = 7.9, usual_value = 0.1, expected_error = 0.9")

    page = built(told_of, 1)

    assert "Heart rate at the same pace at another level than before" in page
    assert "+7.9 ± 0.9 bpm against comparable runs, before 0 bpm" in page


def test_patterns_gaps_and_plan_stand_on_the_time_axis(told_of):
    figure = go.Figure(lanes(read_athlete(told_of.con, 1), TODAY))

    texts = [text for trace in figure.data for text in (trace.text or ())]
    symbols = {trace.marker.symbol: trace for trace in figure.data if trace.text}
    assert len(symbols["diamond"].x) == 2
    assert len(symbols["square-open"].x) == 1
    assert len(symbols["line-ew-open"].x) == 1
    assert any("1 h 30 min, long must rest" in text for text in texts)


def test_who_has_only_a_plan_has_a_page(squad):
    squad.athlete(1, "A")
    squad.athlete(2, "B")
    squad.days(2, "ln_rmssd", squad.steady(2, "ln_rmssd"))
    plan = {"athlete_id": 1, "source_file_id": "f", "plan_date": TODAY, "description": "", "is_rest_day": False}
    squad.insert("plans", [{**plan, "plan_index": 0}])

    assert "No values in these weeks" in built(squad, 1)


@pytest.mark.parametrize(("back", "is_own"), [(83, False), (84, True), (700, True)])
def test_an_archive_older_than_the_weeks_shown_is_seen_from_its_own_last_date(squad, back, is_own):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd"))
    squad.athlete(2, "B")
    squad.days(2, "ln_rmssd", {TODAY - timedelta(days=back): 4.0})

    marts = read_athlete(squad.con, 2)

    assert (marts.page_date == TODAY - timedelta(days=back)) is is_own
    assert marts.observations.height == 1


def test_a_date_far_from_that_of_the_page_has_its_year():
    assert day(TODAY, TODAY + timedelta(days=300)) == "Tue 31 Mar"
    assert day(TODAY, TODAY + timedelta(days=301)) == "Tue 31 Mar 2026"


def flag(subject_id: str, check: str, start_s: float, **other) -> dict:
    row = {"athlete_id": 1, "subject_kind": "night", "subject_id": subject_id, "check_name": check}
    row |= {"check_version": 1, "segment_index": 0, "severity": "doubtful", "start_s": start_s}
    return row | {"end_s": start_s + 60.0, "row_count": 5, "evidence": f"found at {start_s:.0f} s"} | other


@pytest.fixture
def flagged(squad):
    """One night with eight doubtful stretches of one check and an unusable one of another."""
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", {TODAY: 4.0}, reasons=[{"check_name": "rr_range", "share_fraction": 0.5}])
    night = f"{1:016x}:n1"
    often = [flag(night, "rr_ectopic", 600.0 * number, segment_index=number) for number in range(8)]
    squad.insert("flags", [*often, flag(night, "rr_range", 3000.0, severity="unusable", row_count=1)])
    return squad


def test_flagged_stretches_have_start_end_and_reason_and_say_how_many_are_not_written_out(flagged):
    page = built(flagged, 1)

    ectopic = page[page.index('<section aria-labelledby="stretches">') :]
    assert "0:00\N{EN DASH}1:00, 10:00\N{EN DASH}11:00" in ectopic
    assert f"50:00\N{EN DASH}51:00 and {8 - TIME_LIMIT} more" in ectopic
    assert "Tue 31 Mar</strong>, night, from 04:00 UTC, 1:11:00 long" in ectopic
    assert "found at 3000 s" in ectopic


@pytest.mark.parametrize(("count", "is_told"), [(SUBJECT_LIMIT, False), (SUBJECT_LIMIT + 3, True)])
def test_more_flagged_nights_than_the_page_lists_are_counted(squad, count, is_told):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", {TODAY - timedelta(days=back): 4.0 for back in range(count)})
    squad.insert("flags", [flag(f"{1:016x}:n{number + 1}", "rr_range", 5.0) for number in range(count)])

    page = built(squad, 1)

    assert page.count('<li class="item" id="s-') == SUBJECT_LIMIT
    assert (f"The latest {SUBJECT_LIMIT}; 3 more are not shown" in page) is is_told


def test_a_flag_leads_to_its_rule_with_thresholds_sources_and_sql(flagged):
    page = built(flagged, 1)

    rule = page[page.index('id="rule-rr_range"') :]
    assert '<a href="#rule-rr_range">RR intervals range</a>' in page
    assert "<dt>shortest</dt><dd>300 ms <small>hrv-analysis and Kubios practice: 200 bpm</small>" in rule
    assert "check_name = &#39;rr_range&#39;" in rule or "check_name = 'rr_range'" in rule
    assert 'id="rule-limits"' in page
    assert words.lint(page) == []


def test_every_address_on_the_page_stands_there(flagged):
    page = built(flagged, 1)

    wanted = set(re.findall(r'href="#([^"]+)"', page))
    assert wanted
    assert wanted - set(re.findall(r' id="([^"]+)"', page)) == set()


@pytest.mark.parametrize(
    ("spans", "kinds"),
    [
        ([(0.0, 50.0, "doubtful")], ["open"]),
        ([(0.0, 50.0, "doubtful"), (10.0, 20.0, "unusable")], ["open", "full", "open"]),
        ([(99.99, 100.0, "unusable")], ["full"]),
        ([], []),
    ],
)
def test_a_line_shows_the_worst_of_each_part_and_never_leaves_out_a_short_one(spans, kinds):
    drawn = str(band(spans, 100.0))

    assert re.findall(r'class="(open|full)"', drawn) == kinds


def test_a_line_stays_small_however_many_stretches_there_are():
    many = [(float(number), number + 0.5, "doubtful") for number in range(20_000)]

    assert len(band(many, 20_000.0)) < 20_000


def test_points_lead_to_their_rows(road):
    figure = go.Figure(lanes(read_athlete(road.con, 3), TODAY))

    drawn = [trace.customdata for trace in figure.data if trace.customdata is not None]
    addresses = {address for trace in drawn for address in trace}
    page = built(road, 3)
    assert set(re.findall(r'<tr id="(o-[^"]+)"', page)) == addresses


def test_an_unusable_value_far_off_does_not_press_the_lane_together(squad):
    squad.athlete(1, "A")
    squad.days(1, "resting_heart_rate", squad.steady(1, "resting_heart_rate", until=1))
    squad.days(1, "resting_heart_rate", {TODAY: 190.0}, grade="unusable", verdict="not_usable")

    figure = go.Figure(lanes(read_athlete(squad.con, 1), TODAY))

    far = next(trace for trace in figure.data if "x" in str(trace.marker.symbol))
    assert figure.layout.yaxis.range[1] < 60
    assert far.y[0] < 60
    assert far.error_y.array[0] == 0
    assert "190" in far.text[0]


def test_the_same_note_on_days_in_a_row_is_told_once(squad):
    squad.athlete(1, "A")
    squad.days(1, "ln_rmssd", squad.steady(1, "ln_rmssd"))
    for back in (1, 2, 3, 6):
        squad.note(1, TODAY - timedelta(days=back), "travel", "Away from home.")

    page = built(squad, 1)

    assert page.count('<blockquote class="note">Away from home.') == 2
    assert "Sat 28 Mar to Mon 30 Mar" in page
    assert 'In their own words <span class="count">(4)' in page


def test_every_query_on_the_page_runs(flagged):
    page = built(flagged, 1)

    queries = re.findall(r'wattworth sql "(.*?)"', html.unescape(page))
    assert len(queries) > 4
    for query in queries:
        flagged.con.execute(query)


def test_what_is_flagged_from_start_to_end_fills_its_line():
    assert f'class="full" x="0" y="0" width="{WIDTH}"' in band([(0.0, 100.0, "unusable")], 100.0)
