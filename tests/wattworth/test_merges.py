"""`wattworth merges`: what counts as one activity, told in words and JSON, taken back and had again."""

import json
import shutil
from datetime import UTC, date, datetime

import polars as pl
import pytest

from pipelines.paths import home as home_at
from pipelines.tables import conform
from pipelines.warehouse.open import open_warehouse
from pipelines.warehouse.query import insert
from pipelines.warehouse.snapshot import publish_snapshot

DAY = date(2026, 11, 1)
FILES = {"aa": "watch/run.fit", "bb": "service/run.gpx"}


def _activity(file):
    start = datetime(2026, 11, 1, 7, tzinfo=UTC)
    return {
        "activity_id": f"{file}:0", "athlete_id": 1, "source_file_id": file, "start_at_utc": start, "end_at_utc": start,
        "time_basis": "utc", "local_date": DAY, "sport": "running", "heart_rate_source": "strap", "record_count": 9,
    }  # fmt: skip


def _source(file):
    return {
        "source_file_id": file, "sha256": file, "athlete_id": 1, "path": FILES[file], "size_bytes": 9,
        "status": "loaded", "format": "fit", "reader_version": "1", "is_partial": False,
    }  # fmt: skip


def _merged(file):
    is_main = file == "aa"
    return {
        "athlete_id": 1, "merge_id": "0a1b2c3d4e5f", "activity_id": f"{file}:0", "is_main": is_main,
        "is_chosen_for_movement": is_main, "is_chosen_for_heart_rate": is_main, "is_chosen_for_decoupling": is_main,
        "reason": "Same time and same track.", "definition_version": 1,
    }  # fmt: skip


PAIR = {
    "athlete_id": 1, "activity_id": "aa:0", "other_activity_id": "bb:0", "overlap_fraction": 1.0, "union_fraction": 1.0,
    "start_difference_s": 0.0, "clock_shift_s": 0, "is_same": True, "reason": "Same.", "definition_version": 1,
}  # fmt: skip
ATHLETE = {
    "athlete_id": 1, "folder": "robin", "display_name": "Robin", "squad": "road", "time_zone": "UTC",
    "is_simulated": True,
}  # fmt: skip
ROWS = {
    "athletes": [ATHLETE],
    "source_files": [_source(file) for file in FILES],
    "activities": [_activity(file) for file in FILES],
    "activity_pairs": [PAIR],
    "merged_activities": [_merged(file) for file in FILES],
}


@pytest.fixture(scope="module")
def merged_once(with_database, tmp_path_factory):
    made = with_database(home_at(tmp_path_factory.mktemp("merged")))
    with open_warehouse(made, owner="test") as warehouse:
        for table, rows in ROWS.items():
            insert(warehouse.con, table, conform(pl.DataFrame(rows), table))
        publish_snapshot(warehouse)
    return made


@pytest.fixture
def merged(merged_once, home):
    shutil.copytree(merged_once.warehouse, home.warehouse)
    return home


def _rows(home, query):
    with open_warehouse(home, owner="test") as warehouse:
        return warehouse.con.execute(query).fetchall()


def _publish(home):
    with open_warehouse(home, owner="test") as warehouse:
        publish_snapshot(warehouse)


def test_recordings_of_one_activity_are_listed_with_the_reason(wattworth, merged):
    words = wattworth("merges", "--home", merged.root).out

    assert "0a1b2c3d4e5f  2026-11-01  Robin: 2 recordings of one activity are shown once" in words
    assert "watch/run.fit: Same time and same track." in words


def test_json_has_the_columns_of_the_mart(wattworth, merged):
    found = json.loads(wattworth("merges", "--json", "--home", merged.root).out)

    assert [(row["athlete"], row["source_path"], row["is_main"]) for row in found["merges"]] == [
        ("Robin", "watch/run.fit", True),
        ("Robin", "service/run.gpx", False),
    ]
    assert found["undone"] == []


@pytest.mark.parametrize(("name", "count"), [("Robin", 2), ("Somebody", 0)])
def test_one_athlete_can_be_asked_for(wattworth, merged, name, count):
    found = json.loads(wattworth("merges", "--athlete", name, "--json", "--home", merged.root).out)

    assert len(found["merges"]) == count


def test_an_undo_is_stored_listed_and_queued_and_a_redo_takes_it_back(wattworth, merged):
    ended = wattworth("merges", "--undo", "0a1b2c3d4e5f", "--home", merged.root)

    assert (ended.code, "from the next `wattworth run` on" in ended.out) == (0, True)
    stored = _rows(merged, "select activity_id, other_activity_id, merge_id from merge_undos")
    assert stored == [("aa:0", "bb:0", "0a1b2c3d4e5f")]
    assert _rows(merged, "select stop, subject_kind, subject_id from work_queue") == [("judge", "athlete", "1")]
    _publish(merged)
    assert "0a1b2c3d4e5f  undone: 2 recordings count one by one" in wattworth("merges", "--home", merged.root).out

    wattworth("merges", "--redo", "0a1b2c3d4e5f", "--home", merged.root)

    assert _rows(merged, "select count(*) from merge_undos") == [(0,)]


@pytest.mark.parametrize(
    "arguments",
    [("--undo", "0123456789ab"), ("--redo", "0a1b2c3d4e5f"), ("--undo", "0a1b2c3d4e5f", "--redo", "0a1b2c3d4e5f")],
    ids=" ".join,
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(wattworth, merged, arguments):
    ended = wattworth("merges", *arguments, "--home", merged.root)

    assert ended.code == 2
    assert len(ended.err.strip().splitlines()) == 1


def test_without_a_warehouse_there_is_nothing_to_undo(wattworth, home):
    ended = wattworth("merges", "--undo", "0a1b2c3d4e5f", "--home", home.root)

    assert ended.code == 2
    assert "there is no warehouse" in ended.err
