"""The rule bench of the analyst's page: rates that are known, reasons for those that are not, and what fired."""

from datetime import date, timedelta

import pytest

from dashboards.pages.analyst import analyst_page, read_analyst
from dashboards.rule_bench import MOST_ROWS, NOT_YET, OPEN_ROWS, bench, read_bench

TODAY = date(2026, 3, 31)
RATE = {
    "rule": "value_outlier",
    "rule_kind": "check",
    "rule_version": 1,
    "month_date": date(2026, 3, 1),
    "fires_per_100": 1.5,
    "lower_per_100": 0.3,
    "upper_per_100": 6.6,
    "ordinary_day_count": 700,
    "history_day_count": 105,
    "why_not": "",
    "bench_version": "1",
}
UNKNOWN = {"fires_per_100": None, "lower_per_100": None, "upper_per_100": None, "why_not": "9 of 42 days"}


@pytest.fixture
def rated(road):
    """One athlete with a rate, one without, one of an older version of the rule; failed outcomes on three days."""
    rates = [{"athlete_id": 1}, {"athlete_id": 2, **UNKNOWN}, {"athlete_id": 3, "rule_version": 0}]
    road.insert("rule_rates", [RATE | one for one in rates])
    for back in (0, 27, 28, 41, 42):
        road.days(2, "ln_rmssd", {TODAY - timedelta(days=back): 4.0}, device=f"x{back}")
    nights = road.con.sql("select night_id from nights where device_id like 'x%'").fetchall()
    road.insert("check_outcomes", [outcome(night_id) for (night_id,) in nights])
    return road


def outcome(night_id: str) -> dict:
    row = {"athlete_id": 2, "subject_kind": "night", "subject_id": night_id, "check_name": "night_moved"}
    return {**row, "check_version": 1, "outcome": "fail", "why": ""}


def rows_of(road) -> dict:
    return {row.told.rule: row for row in bench(read_bench(road.con, [1, 2, 3, 4, 5], TODAY))}


def test_each_athlete_has_the_rate_or_the_reason_why_there_is_none(rated):
    of_athlete = {one.athlete_id: one for one in rows_of(rated)["value_outlier"].athletes}

    assert (of_athlete[1].per_100, of_athlete[1].lower_per_100, of_athlete[1].upper_per_100) == (1.5, 0.3, 6.6)
    assert (of_athlete[2].per_100, of_athlete[2].why_not) == (None, "9 of 42 days")
    assert (of_athlete[3].per_100, of_athlete[3].why_not) == (None, NOT_YET), "a rate of another version is no rate"
    assert of_athlete[4].why_not == NOT_YET


def test_days_fired_are_counted_over_four_weeks_six_weeks_and_all(rated):
    fired = rows_of(rated)["night_moved"].fired

    assert (fired.month, fired.six_weeks, fired.in_all) == (2, 4, 5)


def test_a_pattern_fires_from_its_first_day_to_its_last(road):
    row = {"pattern_id": "abcdef012345", "athlete_id": 2, "pattern": "sleep_shortfall", "is_good_news": False}
    figures = {"metric": "sleep_duration", "pattern_value": 1.0, "unit": "s", "grade": "ok", "definition_version": 1}
    days = {"start_date": TODAY - timedelta(days=29), "end_date": TODAY - timedelta(days=26)}
    lists = {name: [] for name in ("components", "observation_ids", "doubts", "remarks")}
    lists |= {"earlier_held_count": 0, "earlier_day_count": 0}
    road.insert("patterns", [{**row, **figures, **days, **lists}])

    fired = rows_of(road)["sleep_shortfall"].fired

    assert (fired.month, fired.six_weeks, fired.in_all) == (2, 4, 4)


def test_the_rule_of_the_usual_range_is_counted_as_the_coachs_page_tries_it(road):
    of_athlete = {one.athlete_id: one.fired for one in rows_of(road)["outside_ln_rmssd"].athletes}

    assert of_athlete[1].six_weeks == 2, "three days outside make two windows of which two are"
    assert of_athlete[2].six_weeks == 0


def test_a_check_on_records_tells_the_clean_controls_and_no_rate(rated):
    row = rows_of(rated)["hr_spike"]

    assert row.known == ()
    assert (row.told.control.controls, row.told.control.athlete_day_count) == ("runs", 100)


def test_the_rules_that_fired_most_come_first_and_named_ones_before_the_rest(rated):
    rows = bench(read_bench(rated.con, [1, 2, 3], TODAY), named={"speed_unit"})

    order = [row.told.rule for row in rows]
    assert order.index("night_moved") < order.index("speed_unit") < order.index("value_outlier")
    assert all(row.fired.six_weeks == 0 for row in rows[order.index("speed_unit") :])


def test_the_page_shows_rates_thresholds_and_counts_the_rules_it_leaves_out(rated):
    page = analyst_page(read_analyst(rated.con, "Road"), "coach-road.html")

    bench_part = page[page.index('id="bench"') : page.index('id="merged"')]
    assert "1.5 <small>(0.3 to 6.6)</small><small>, known for 1 of" in bench_part
    assert "not known: 9 of 42 days" in bench_part
    assert "<dt>far from the usual</dt><dd>3.5 robust standard deviations <small>engineering start value" in bench_part
    assert bench_part.count('<tr id="rule-') == MOST_ROWS
    assert f"{MOST_ROWS - OPEN_ROWS} that fired less" in bench_part
    total = len(bench(read_analyst(rated.con, "Road").bench))
    assert f"{total - MOST_ROWS} more fired on fewer days or on none" in bench_part


def test_a_squad_without_a_date_has_its_rules_all_the_same(con):
    rows = bench(read_bench(con, [], None))

    assert rows
    assert {row.fired.in_all for row in rows} == {0}
