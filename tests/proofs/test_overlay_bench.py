"""The bench of merges and clocks: its truth, its figures, and that rules which see nothing or merge all fail."""

import json

import polars as pl
import pytest

from pipelines import tables
from pipelines.proofs import overlay_bench
from pipelines.proofs.overlay_bench import TARGET, bench_overlays, judged_overlays
from pipelines.proofs.overlay_cases import STORIES, overlay_cases


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    monkeypatch.setattr(overlay_bench, "QUICK_ATHLETE_COUNT", 1)


@pytest.fixture(scope="module")
def report():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlay_bench, "QUICK_ATHLETE_COUNT", 2)
        return bench_overlays(quick=True, seed=5)


def _sees_nothing(_tables):
    return {"merged_activities": tables.empty("merged_activities"), "clock_doubts": tables.empty("clock_doubts")}


def _merges_all(rows):
    merged = rows["activities"].select(pl.lit("one").alias("merge_id"), "activity_id")
    doubted = rows["activities"].select(
        pl.col("activity_id").alias("subject_id"),
        pl.lit("doubtful").alias("label"),
        pl.lit(None, pl.Int32).alias("shift_s"),
    )
    return {"merged_activities": merged, "clock_doubts": doubted}


def test_every_share_reaches_its_target_and_nothing_is_swallowed(report):
    assert report.missed_targets() == []
    assert report.swallowed_count == 0
    assert all(share["count"] > 0 and share["share"] >= TARGET for share in report.shares().values())


def test_every_story_is_told(report):
    assert {score.story for score in report.stories} >= set(STORIES)


def test_rules_that_see_nothing_find_nothing():
    shares = bench_overlays(quick=True, seed=5, overlays=_sees_nothing).shares()

    assert shares["merge_recall"]["hits"] == shares["clock_recall"]["hits"] == 0
    assert shares["merge_precision"]["share"] is None


def test_rules_that_merge_and_doubt_everything_are_found_out():
    found = bench_overlays(quick=True, seed=5, overlays=_merges_all)

    assert found.swallowed_count > 100
    assert any("swallowed" in line for line in found.missed_targets())
    assert found.shares()["clock_precision"]["share"] < TARGET


def test_the_same_seed_gives_the_same_rows_and_another_one_others():
    rows = [overlay_cases(1, seed=seed).tables["records"]["latitude_deg"].sum() for seed in (3, 3, 4)]

    assert rows[0] == rows[1] != rows[2]


def test_a_real_activity_is_told_for_every_recording():
    cases = overlay_cases(1, seed=3)

    assert set(cases.events) == set(cases.tables["activities"]["activity_id"])
    assert set(cases.wrong) <= set(cases.stories)


def test_the_report_is_json_and_a_table_with_its_numbers_of_cases(report):
    assert json.loads(json.dumps(report.as_json()))["missed_targets"] == []
    assert "| local time written as UTC | 4 | 2 of 2 | 0 | 2 of 2 | 0 | 2 of 2 |" in report.as_markdown()


def test_rows_of_one_athlete_suffice():
    cases = overlay_cases(1, seed=3)

    assert judged_overlays(cases.tables)["merged_activities"].height > 0
