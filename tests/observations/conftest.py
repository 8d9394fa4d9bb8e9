"""Activities made by hand: steady running at 1 Hz, and the tables the judge would leave."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipelines import tables

START = datetime(2026, 3, 1, 6, tzinfo=UTC)


@pytest.fixture
def run_tables():
    """Tables of one run with these speeds and heart rates, one record a second."""

    def make(speed, heart_rate, *, flags=(), pauses=(), sport="running", facts=None):
        count = len(speed)
        records = pl.DataFrame(
            {
                "athlete_id": [1] * count,
                "source_file_id": "f",
                "activity_id": "f:0",
                "record_index": range(count),
                "recorded_at_utc": [START + timedelta(seconds=i) for i in range(count)],
                "speed_m_per_s": speed,
                "heart_rate_bpm": heart_rate,
            },
            strict=False,
        )
        activity = {
            "activity_id": "f:0",
            "athlete_id": 1,
            "source_file_id": "f",
            "start_at_utc": START,
            "end_at_utc": START + timedelta(seconds=count),
            "time_basis": "utc",
            "local_date": date(2026, 3, 1),
            "sport": sport,
            "heart_rate_source": "strap",
            "record_count": count,
        }
        pause_rows = [
            {
                "activity_id": "f:0",
                "pause_index": i,
                "athlete_id": 1,
                "source_file_id": "f",
                "start_at_utc": START + timedelta(seconds=a),
                "end_at_utc": START + timedelta(seconds=b),
            }
            for i, (a, b) in enumerate(pauses)
        ]
        fact_rows = [
            {"athlete_id": 1, "subject_kind": "activity", "subject_id": "f:0", "fact": k, "fact_value": v, "unit": "x"}
            for k, v in (facts or {}).items()
        ]
        return {
            "records": tables.conform(records, "records"),
            "activities": tables.conform(pl.DataFrame([activity]), "activities"),
            "pauses": _table(pause_rows, "pauses"),
            "flags": _table([_flag(i, *flag) for i, flag in enumerate(flags)], "flags"),
            "facts": _table(fact_rows, "facts"),
        }

    return make


def _flag(index, check_name, rows):
    return {
        "athlete_id": 1,
        "subject_kind": "activity",
        "subject_id": "f:0",
        "check_name": check_name,
        "check_version": 1,
        "segment_index": index,
        "severity": "doubtful",
        "row_count": len(rows),
        "row_indices": list(rows),
        "evidence": "by hand",
    }


def _table(rows, name):
    return tables.conform(pl.DataFrame(rows), name) if rows else tables.empty(name)
