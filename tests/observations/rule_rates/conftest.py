"""The tables of one athlete made by hand: days of white noise, or of whatever a test puts in their place."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines import tables
from pipelines.observations.baseline import baselines
from pipelines.observations.rule_rates.measure import TABLES

LAST = date(2026, 3, 31)
METRICS = {
    "ln_rmssd": ("rr_night_epochs", "night", "ln_ms", "hrv_day"),
    "resting_heart_rate": ("garmin_daily", "day", "bpm", "resting_hr"),
}


@pytest.fixture
def athlete() -> Callable[..., dict[str, pl.DataFrame]]:
    """Tables of an athlete with these days of ln RMSSD, the last of them on LAST, with an error of next to nothing."""

    def make(
        values, *, metric: str = "ln_rmssd", error: float = 1e-9, notes=(), stated=None
    ) -> dict[str, pl.DataFrame]:
        observed = _observations(np.asarray(values, dtype=float), metric, error)
        made = {name: tables.empty(name) for name in TABLES}
        made["athletes"] = _rows([{"athlete_id": 1, "folder": "a", "squad": "Road", "time_zone": "UTC"}], "athletes")
        made["observations"] = observed
        made["baselines"] = baselines(observed.with_columns(firmware=pl.lit("")))
        if notes:
            made["notes"] = _rows([_note(number, day) for number, day in enumerate(notes)], "notes")
        if stated is not None:
            made["daily_values"] = _rows(
                [_stated(back, value) for back, value in enumerate(stated[::-1])], "daily_values"
            )
        return made

    return make


def _observations(values, metric: str, error: float) -> pl.DataFrame:
    method, reading, unit, purpose = METRICS[metric]
    return _rows(
        [
            {
                "observation_id": f"{number:012x}",
                "athlete_id": 1,
                "subject_kind": "night",
                "subject_id": f"n{number}",
                "observed_date": LAST - timedelta(days=len(values) - 1 - number),
                "metric": metric,
                "method": method,
                "reading": reading,
                "device_id": "w:1",
                "purpose": purpose,
                "observed_value": float(value),
                "unit": unit,
                "expected_error": error,
                "grade": "ok",
                "verdict": "usable",
                "reasons": [],
                "remedy": "",
                "evidence": "{}",
                "definition_version": 1,
            }
            for number, value in enumerate(values)
        ],
        "observations",
    )


def _note(number: int, on: date) -> Mapping[str, object]:
    return {"athlete_id": 1, "source_file_id": "f", "note_index": number, "note_date": on, "kind": "ill", "note": "x"}


def _stated(back: int, value: float) -> Mapping[str, object]:
    on = LAST - timedelta(days=back)
    return {
        "athlete_id": 1,
        "source_file_id": "f",
        "value_date": on,
        "metric": "resting_heart_rate",
        "method": "garmin_daily",
        "reading": "day",
        "device_id": "w:1",
        "measured_value": float(value),
        "unit": "bpm",
        "measured_at_utc": datetime(on.year, on.month, on.day, 6, tzinfo=UTC),
    }


def _rows(rows, table: str) -> pl.DataFrame:
    return tables.conform(pl.DataFrame(rows, infer_schema_length=None), table)
