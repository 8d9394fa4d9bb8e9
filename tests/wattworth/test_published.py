import json
from datetime import date

import polars as pl
import pytest

from pipelines.tables import conform
from pipelines.warehouse.open import open_warehouse
from pipelines.warehouse.query import insert
from pipelines.warehouse.snapshot import publish_snapshot


def test_sql_prints_columns_and_rows(wattworth, published):
    query = "select athlete_id, observed_date, observed_value, sport from mart_observations"

    found = json.loads(wattworth("sql", query, "--json", "--home", published.root).out)

    assert found == {
        "columns": ["athlete_id", "observed_date", "observed_value", "sport"],
        "rows": [[1, "2026-11-01", 3.9, None]],
    }


def test_sql_can_change_nothing(wattworth, published):
    ended = wattworth("sql", "delete from mart_observations", "--home", published.root)

    assert ended.code == 2
    assert "read-only" in ended.err


@pytest.mark.parametrize("statement", ["attach '{live}' as live", "copy (select 1) to '{folder}/x.csv'"])
def test_sql_reaches_no_other_file(wattworth, published, statement):
    query = statement.format(live=published.database, folder=published.root)

    ended = wattworth("sql", query, "--home", published.root)

    assert ended.code == 2
    assert not (published.root / "x.csv").exists()


def test_sql_answers_in_valid_json_whatever_the_type(wattworth, published):
    query = "select 'nan'::double, date '2026-01-02', [1, 2], {'k': interval 1 day}, 1.5::decimal(4, 2)"

    found = json.loads(wattworth("sql", query, "--json", "--home", published.root).out)

    assert found["rows"] == [[None, "2026-01-02", [1, 2], {"k": "1 day, 0:00:00"}, 1.5]]


def test_sql_that_is_none_is_one_line(wattworth, published):
    ended = wattworth("sql", "selec 1", "--home", published.root)

    assert ended.code == 2
    assert len(ended.err.strip().splitlines()) == 1


def test_skipped_says_what_why_and_what_to_do(wattworth, published):
    found = json.loads(wattworth("skipped", "--json", "--home", published.root).out)
    words = wattworth("skipped", "--home", published.root).out

    assert [(item["path"], item["kind"], item["why"], item["remedy"]) for item in found] == [
        ("x.bin", "unknown", "no one", "look")
    ]
    assert words == "robin/x.bin: unknown: a file: no one. look\n"


def test_explain_leads_from_the_value_to_its_file_flags_and_sql(wattworth, published):
    words = wattworth("explain", "0123456789ab", "--home", published.root).out

    assert "3.9 ± 0.05 ln_ms" in words
    assert "usable for hrv_day" in words
    assert "ectopic (25% of the error)" in words
    assert "2 rows, 12 to 14.5 s after the start: two" in words
    assert "beats.txt (aa) → reader rr_text 1 → beat_series aa:b1" in words
    assert "where observation_id = '0123456789ab'" in words


def test_the_sql_that_explain_prints_finds_the_value(wattworth, published):
    found = json.loads(wattworth("explain", "0123456789ab", "--json", "--home", published.root).out)

    again = json.loads(wattworth("sql", found["sql"], "--json", "--home", published.root).out)

    assert again["rows"][0][again["columns"].index("observation_id")] == "0123456789ab"


def test_explain_of_an_unknown_value_says_how_to_list_them(wattworth, published):
    ended = wattworth("explain", "nothing", "--home", published.root)

    assert ended.code == 2
    assert "mart_observations" in ended.err


def test_a_task_that_no_model_was_run_on_says_what_can_be_scored_and_how_its_rivals_did(wattworth, published):
    said = wattworth("models", "--home", published.root).out

    assert "road, race_time: 14 hard runs can be scored" in said
    assert "riegel_last" in said
    assert "13 s, 1 %" in said
    assert "No results yet" not in said


def test_the_ledger_of_nothing_has_no_entry_and_no_sum(wattworth, published):
    found = json.loads(wattworth("ledger", "--json", "--home", published.root).out)

    assert found["entries"] == []
    assert found["totals"]["entry_count"] == 0
    assert found["totals"]["e_it_q50"] is None, "missing is never zero"


PATTERN = {
    "pattern_id": "abcdef012345",
    "athlete_id": 1,
    "pattern": "sleep_shortfall",
    "is_good_news": False,
    "start_date": date(2026, 10, 26),
    "end_date": date(2026, 11, 1),
    "metric": "sleep_duration",
    "pattern_value": 9000.0,
    "unit": "s",
    "expected_error": 8400.0,
    "grade": "ok",
    "earlier_held_count": 1,
    "earlier_day_count": 40,
    "components": [{"component": "sleep_below_usual", "detail": "5 h 50 min a night", "day_count": 7}],
    "observation_ids": ["0123456789ab", "gone"],
    "doubts": [],
    "remarks": ["naps are not counted"],
    "definition_version": 1,
}


@pytest.fixture
def with_pattern(published):
    with open_warehouse(published, owner="test") as warehouse:
        insert(warehouse.con, "patterns", conform(pl.DataFrame([PATTERN]), "patterns"))
        publish_snapshot(warehouse, changed=["patterns"])
    return published


def test_explain_leads_from_a_pattern_to_its_parts_values_verdicts_and_rule(wattworth, with_pattern):
    words = wattworth("explain", "abcdef012345", "--home", with_pattern.root).out

    assert "sleep_shortfall from 2026-10-26 to 2026-11-01 (athlete 1), worth a look" in words
    assert "sleep_duration: 9000 ± 8400 s less than the athlete's own usual in all; grade ok" in words
    assert "part: sleep_below_usual: 5 h 50 min a night (7 days)" in words
    assert "of every such pattern: naps are not counted" in words
    assert "0123456789ab 2026-11-01 ln_rmssd: 3.9 ± 0.05 ln_ms, ok, usable for hrv_day, ectopic" in words
    assert "not published any more: gone" in words
    assert "rule sleep_shortfall, version" in words
    assert "least_nights 4: Of these, nights that have to be known." in words


def test_the_sql_of_a_pattern_finds_the_values_it_used(wattworth, with_pattern):
    found = json.loads(wattworth("explain", "abcdef012345", "--json", "--home", with_pattern.root).out)

    again = json.loads(wattworth("sql", found["sql"], "--json", "--home", with_pattern.root).out)

    assert [row[again["columns"].index("observation_id")] for row in again["rows"]] == ["0123456789ab"]
    assert [row["observation_id"] for row in found["values"]] == ["0123456789ab"]
    assert found["unpublished_observation_ids"] == ["gone"]


def test_explain_tells_the_rule_of_a_flag_its_thresholds_and_their_sources(wattworth, published, rows):
    flag = rows["flags"] | {"check_name": "rr_range", "segment_index": 1}
    with open_warehouse(published, owner="test") as warehouse:
        insert(warehouse.con, "flags", conform(pl.DataFrame([flag]), "flags"))
        publish_snapshot(warehouse, changed=["flags"])

    words = wattworth("explain", "0123456789ab", "--home", published.root).out

    assert "rule rr_range, version" in words
    assert "shortest 300 ms (source: hrv-analysis and Kubios practice: 200 bpm)" in words
    assert "expected error 0.05 ln_ms; the limit is 0.1" in words
    assert (
        "is not known; of 100 clean athlete-days (mornings, generated) 0.0 became doubtful (95 %: 0.0 to 1.3)" in words
    )


RATE = {
    "athlete_id": 1,
    "rule": "sleep_shortfall",
    "rule_kind": "pattern",
    "rule_version": 2,
    "month_date": date(2026, 11, 1),
    "fires_per_100": 4.3,
    "lower_per_100": 0.7,
    "upper_per_100": 23.0,
    "ordinary_day_count": 140,
    "history_day_count": 115,
    "why_not": "",
    "bench_version": "1",
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "fires on 4.3 of 100 ordinary days of this athlete (95 %: 0.7 to 23.0; drawn from 115 days, measured in"),
        (
            {"fires_per_100": None, "lower_per_100": None, "upper_per_100": None, "why_not": "9 of 42 days"},
            "how often it fires on ordinary days is not known: 9 of 42 days",
        ),
        ({"rule_version": 99}, "how often it fires on ordinary days is not measured yet"),
    ],
)
def test_explain_tells_how_often_the_rule_of_a_pattern_fires_for_nothing(wattworth, with_pattern, changed, told):
    with open_warehouse(with_pattern, owner="test") as warehouse:
        insert(warehouse.con, "rule_rates", conform(pl.DataFrame([RATE | changed]), "rule_rates"))
        publish_snapshot(warehouse, changed=["rule_rates"])

    assert told in wattworth("explain", "abcdef012345", "--home", with_pattern.root).out
