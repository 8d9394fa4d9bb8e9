"""What `wattworth explain` says of a row of the coach's page, and of what changed after it was published."""

import json
import shutil
from datetime import timedelta

import polars as pl
import pytest

from pipelines.paths import home as home_at
from pipelines.tables import conform
from pipelines.warehouse.open import open_warehouse
from pipelines.warehouse.query import insert
from pipelines.warehouse.snapshot import publish_snapshot

VALUE, ROW = "0123456789ab", "feedfeedfeed"


def _restatement(day, **given):
    row = {"restated_id": VALUE, "restatement_index": 0, "athlete_id": 1, "what": "value", "metric": "ln_rmssd"}
    row |= {"first_date": day, "observed_date": day, "rule": "", "old_value": 3.8, "new_value": 3.9, "unit": "ln_ms"}
    row |= {"old_grade": "doubtful", "new_grade": "ok", "cause": "late_file"}
    causes = [
        {"cause": "late_file", "detail": "b.txt (bbbbbbbb) states it in place of beats.txt (aa)"},
        {"cause": "rule_changed", "detail": "check rr ectopic: version 1 → 2"},
    ]
    return row | {"causes": causes} | given


def _decided(day):
    row = {"row_id": ROW, "squad": "road", "night_date": day, "athlete_id": 1, "kind": "look", "place": 1}
    row |= {"is_shown": True, "is_held_out": False, "rules": ["outside_ln_rmssd"], "why_not_shown": ""}
    row |= {"evidence": 2.5, "novelty": 1.0, "persistence": 1.0, "p_value": 0.01, "since_date": day, "show_chance": 1.0}
    return row | {"pattern_ids": [], "observation_ids": [VALUE], "definition_version": 1}


@pytest.fixture(scope="session")
def told(published_once, tmp_path_factory):
    """The published home with a restated value, the outcomes of its checks, and a row of the coach's page."""
    made = home_at(tmp_path_factory.mktemp("told"))
    shutil.copytree(published_once.warehouse, made.warehouse)
    with open_warehouse(made, owner="test") as warehouse:
        (day,) = warehouse.con.execute("select observed_date from observations").fetchone()
        subject = {"athlete_id": 1, "subject_kind": "beat_series", "subject_id": "aa:b1", "check_version": 1}
        outcomes = [
            subject | {"check_name": "rr_range", "outcome": "pass", "why": ""},
            subject | {"check_name": "rr_gap", "outcome": "not_assessable", "why": "too short"},
        ]
        for table, rows in (
            ("restatements", [_restatement(day)]),
            ("check_outcomes", outcomes),
            ("attention_rows", [_decided(day - timedelta(days=1))]),
        ):
            insert(warehouse.con, table, conform(pl.DataFrame(rows), table))
        publish_snapshot(warehouse)
    return made


def test_explain_names_every_cause_of_what_changed_and_what_the_checks_said(wattworth, told):
    words = wattworth("explain", VALUE, "--home", told.root).out

    assert "changed after it was published: 3.8 (doubtful, 2026-11-01) → 3.9 (ok, 2026-11-01) ln_ms" in words
    assert "cause: late file: b.txt (bbbbbbbb) states it in place of beats.txt (aa)" in words
    assert "cause: rule changed: check rr ectopic: version 1 → 2" in words
    assert "how far each moved it is not known" in words
    assert "passed: rr_range" in words
    assert "not assessable: rr_gap: too short" in words


def test_explain_leads_from_a_row_to_its_values_files_changes_and_sql(wattworth, told):
    words = wattworth("explain", ROW, "--home", told.root).out

    assert "outside_ln_rmssd of athlete 1 on 2026-10-31: shown at place 1" in words
    assert f"value {VALUE} 2026-11-01 ln_rmssd: 3.9 ± 0.05 ln_ms, ok" in words
    assert "file beats.txt (aa), reader rr_text 1: 1 value" in words
    assert "cause: late file" in words
    assert f"from mart_attention where row_id = '{ROW}'" in words


def test_the_same_of_a_row_is_printed_for_programs(wattworth, told):
    found = json.loads(wattworth("explain", ROW, "--json", "--home", told.root).out)

    again = json.loads(wattworth("sql", found["sql"], "--json", "--home", told.root).out)

    assert [row[again["columns"].index("row_id")] for row in again["rows"]] == [ROW]
    assert [one["cause"] for one in found["restatements"][0]["causes"]] == ["late_file", "rule_changed"]
    assert [file["source_path"] for file in found["source_files"]] == ["beats.txt"]
