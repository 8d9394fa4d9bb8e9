import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl
import pytest

from pipelines.paths import home as home_at
from pipelines.tables import conform
from pipelines.warehouse.open import open_warehouse
from pipelines.warehouse.query import insert
from pipelines.warehouse.snapshot import publish_snapshot
from wattworth import cli


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def wattworth(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["wattworth", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Outcome(code=ended.value.code or 0, out=said.out, err=said.err)

    return run


@pytest.fixture
def home(tmp_path):
    return home_at(tmp_path)


SUBJECT = {"athlete_id": 1, "subject_kind": "beat_series", "subject_id": "aa:b1"}
DAY = date(2026, 11, 1)
ROWS = {
    "athletes": {
        "athlete_id": 1,
        "folder": "robin",
        "display_name": "Robin",
        "squad": "road",
        "time_zone": "UTC",
        "is_simulated": True,
    },
    "source_files": {
        "source_file_id": "aa",
        "sha256": "aa11",
        "athlete_id": 1,
        "path": "beats.txt",
        "size_bytes": 9,
        "status": "loaded",
        "format": "rr_text",
        "reader_version": "1",
        "is_partial": False,
    },
    "skipped_items": {
        "athlete_id": 1,
        "path": "x.bin",
        "stop": "recognise",
        "kind": "unknown",
        "what": "a file",
        "where_found": "",
        "why": "no one",
        "remedy": "look",
    },
    "beat_series": {
        "series_id": "aa:b1",
        "athlete_id": 1,
        "source_file_id": "aa",
        "start_at_utc": datetime(2026, 11, 1, 6, tzinfo=UTC),
        "end_at_utc": datetime(2026, 11, 1, 6, 5, tzinfo=UTC),
        "time_basis": "utc",
        "local_date": DAY,
        "reading": "morning",
        "interval_count": 0,
    },
    "verdicts": SUBJECT
    | {
        "subject_date": DAY,
        "purpose": "hrv_day",
        "verdict": "usable",
        "expected_error": 0.05,
        "error_limit": 0.1,
        "unit": "ln_ms",
        "reasons": [],
        "limits_version": "1",
    },
    "flags": SUBJECT
    | {
        "check_name": "ectopic",
        "check_version": 1,
        "segment_index": 0,
        "severity": "doubtful",
        "start_s": 12.0,
        "end_s": 14.5,
        "row_count": 2,
        "row_indices": [3, 4],
        "evidence": "two",
    },
    "observations": SUBJECT
    | {
        "observation_id": "0123456789ab",
        "observed_date": DAY,
        "metric": "ln_rmssd",
        "method": "rr",
        "reading": "morning",
        "device_id": "",
        "purpose": "hrv_day",
        "observed_value": 3.9,
        "unit": "ln_ms",
        "expected_error": 0.05,
        "grade": "ok",
        "verdict": "usable",
        "reasons": [{"check_name": "ectopic", "share_fraction": 0.25}],
        "remedy": "",
        "evidence": '{"pairs": 290}',
        "definition_version": 1,
    },
}
ASKED = {
    "questions": {
        "question_id": "abcdefabcdef",
        "athlete_id": 1,
        "signal": "night",
        "signals": ["night"],
        "cause": "not_known",
        "start_date": DAY,
        "end_date": DAY,
        "asked_on": DAY,
        "words": "Sun 1 Nov: no night in the data.",
        "choices": ["ill", "other"],
        "state": "open",
        "is_folded": False,
        "definition_version": 1,
    },
    "attention_rows": {
        "row_id": "fedcbafedcba",
        "squad": "road",
        "night_date": DAY,
        "athlete_id": 1,
        "kind": "look",
        "place": 1,
        "is_shown": True,
        "is_held_out": False,
        "rules": ["sleep_shortfall"],
        "evidence": 3.0,
        "novelty": 1.0,
        "persistence": 1.0,
        "p_value": 0.001,
        "show_chance": 1.0,
        "why_not_shown": "",
        "since_date": DAY,
        "pattern_ids": [],
        "observation_ids": [],
        "definition_version": "1",
    },
}
"""What a person is asked and shown."""

SCORED = {
    "task_states": {
        "squad": "road",
        "task": "race_time",
        "input_state": "f",
        "observed_count": 20,
        "history_count": 15,
        "scorable_count": 14,
        "athlete_count": 1,
        "why_not": "",
    },
    "rival_scores": {
        "squad": "road",
        "task": "race_time",
        "rival": "riegel_last",
        "mean_absolute_error": 0.01,
        "unit": "log_s",
        "coach_error": 13.0,
        "coach_unit": "s",
    },
}
"""What could be scored, though no model was run on it."""


@pytest.fixture
def rows():
    """The rows of the published home, by table."""
    return ROWS


@pytest.fixture(scope="session")
def published_once(with_database, tmp_path_factory):
    made = with_database(home_at(tmp_path_factory.mktemp("published")))
    with open_warehouse(made, owner="test") as warehouse:
        for table, row in (ROWS | ASKED | SCORED).items():
            insert(warehouse.con, table, conform(pl.DataFrame([row]), table))
        publish_snapshot(warehouse)
    return made


@pytest.fixture
def published(published_once, home):
    """A home with one athlete, one file set aside and one value, and nothing else."""
    shutil.copytree(published_once.warehouse, home.warehouse)
    return home
