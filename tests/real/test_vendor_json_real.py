"""Real answers of Garmin Connect and real Fitbit files: each is read, or listed with why it holds nothing we use."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from pipelines.readers.catalogue import head_of, recognise
from pipelines.readers.contract import Batch, ReadReport, Source
from pipelines.readers.read_file import read_source

pytestmark = pytest.mark.real

FOLDERS = {"garmin_connect_json": "garmin_connect_json", "fitbit_takeout": "fitbit_takeout"}


@pytest.fixture(scope="module")
def real() -> Path:
    folder = os.environ.get("WATTWORTH_REAL")
    if folder is None:
        pytest.skip("WATTWORTH_REAL does not name a folder of real exports")
    return Path(folder)


def _read(path: Path) -> tuple[str, dict[str, list[pl.DataFrame]], ReadReport]:
    reader = recognise(head_of(path))
    source = Source(
        path=path, name=path.name, source_file_id="0" * 16, athlete_id=1, time_zone=ZoneInfo("America/Denver")
    )
    *batches, report = read_source(source, reader)
    assert isinstance(report, ReadReport)
    frames: dict[str, list[pl.DataFrame]] = {}
    for batch in batches:
        assert isinstance(batch, Batch)
        frames.setdefault(batch.table, []).append(batch.frame)
    return reader.name, frames, report


def _of(real: Path, name: str) -> dict[str, pl.DataFrame]:
    _, frames, _ = _read(next((real / "garmin_connect_json").rglob(name)))
    return {table: pl.concat(parts) for table, parts in frames.items()}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_real_file_is_read_without_a_loss_or_says_why_it_is_empty(
    folder: str, real: Path, record_property: Callable[[str, object], None]
) -> None:
    files = sorted(path for path in (real / folder).rglob("*") if path.is_file())

    for path in files:
        reader, frames, report = _read(path)
        counts = Counter({table: sum(part.height for part in parts) for table, parts in frames.items()})
        record_property("outcome", f"{folder}: {path.name}: {reader} {dict(counts)} {report.passed_over}")
        assert reader == FOLDERS[folder]
        assert report.losses == ()
        assert frames or report.passed_over
    assert files


def test_a_real_night_has_the_sums_its_answer_states(real: Path) -> None:
    nights = _of(real, "sleep_data_list.json")["nights"]

    assert nights.height == 20
    assert (nights["sleep_duration_s"] - nights["light_s"] - nights["deep_s"] - nights["rem_s"]).abs().max() == 0.0
    assert nights["utc_offset_s"].is_not_null().all()
    span = (nights["end_at_utc"] - nights["start_at_utc"]).dt.total_seconds()
    told = nights["sleep_duration_s"] + nights["awake_s"] + nights["unmeasured_s"]
    assert (span - told).abs().max() <= 60.0  # type: ignore[operator]


def test_real_five_minute_values_lie_inside_their_night(real: Path) -> None:
    frames = _of(real, "hrv_data_get.json")

    epochs, values = frames["hrv_epochs"], frames["daily_values"]
    assert epochs.height == 81
    assert values["method"].to_list() == ["garmin_last_night_average"]
    assert abs(epochs["rmssd_ms"].mean() - values["measured_value"][0]) < 3.0  # type: ignore[operator]


def test_real_heart_rates_span_their_day(real: Path) -> None:
    rates = _of(real, "daily_heart_rate_get.json")["heart_rates"]

    assert rates.height > 700
    assert 49 <= rates["heart_rate_bpm"].min() <= rates["heart_rate_bpm"].max() <= 115  # type: ignore[operator]
