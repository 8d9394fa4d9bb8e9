from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.simulation.athlete import dates_until
from pipelines.simulation.beats import rr_series
from pipelines.simulation.frames import beat_rows, night_rows, record_rows, value_rows
from pipelines.simulation.running import Run, Runner, RunPlan, run
from pipelines.simulation.squad import SquadSummary, write_squad

LAST_DATE = date(2026, 11, 15)


@pytest.fixture(scope="session")
def runner() -> Runner:
    return Runner(resting_bpm=48.0, max_bpm=188.0, threshold_m_per_s=4.0)


@pytest.fixture(scope="session")
def steady_run(runner: Runner) -> Run:
    plan = RunPlan(kind="steady", moving_s=2400, start_s=1_780_000_000, pause_count=2)
    return run(np.random.default_rng(5), runner, plan)


@pytest.fixture(scope="session")
def clean_frames(runner: Runner) -> Mapping[str, pl.DataFrame]:
    """One clean subject of each table that faults strike."""
    plan = RunPlan(kind="steady", moving_s=2400, start_s=1_780_000_000)
    unbroken = run(np.random.default_rng(6), runner, plan)
    rng = np.random.default_rng(7)
    dates = list(dates_until(LAST_DATE, 60))
    midnights = np.array([datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() for day in dates])
    devices = ["watch"] * len(dates)
    return {
        "beats": beat_rows(rr_series(rng, beat_count=600), athlete_id=1, source_file_id="b" * 16),
        "records": record_rows(unbroken.records, athlete_id=1, source_file_id="r" * 16),
        "daily_values": value_rows(
            dates,
            rmssd_ms=rng.normal(60.0, 8.0, len(dates)),
            resting_bpm=rng.normal(50.0, 2.0, len(dates)),
            athlete_id=1,
            device_ids=devices,
        ),
        "nights": night_rows(
            dates,
            sleep_s=rng.normal(28_000.0, 1500.0, len(dates)),
            ends_s=midnights + 24_000.0,
            athlete_id=1,
            device_ids=devices,
        ),
    }


@pytest.fixture(scope="session")
def squad(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SquadSummary]:
    """A squad of four over 60 days, written once."""
    folder = tmp_path_factory.mktemp("squad")
    summary = write_squad(
        folder / "inbox",
        truth=folder / "truth.json",
        seed=3,
        athlete_count=4,
        day_count=60,
        last_date=LAST_DATE,
    )
    return folder / "inbox", summary
