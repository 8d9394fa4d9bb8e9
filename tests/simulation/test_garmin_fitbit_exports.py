"""What is written in the manner of Garmin and Fitbit is read again as what was lived."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from pipelines.readers.catalogue import head_of, recognise
from pipelines.readers.contract import Batch, ReadReport, Source
from pipelines.readers.read_file import read_source
from pipelines.simulation.exports import Export
from pipelines.simulation.garmin_fitbit_exports import fitbit_exports, garmin_account_exports, garmin_service_exports
from pipelines.simulation.lives import ZONE, Life, lives, seconds_of
from pipelines.simulation.roster import ROSTER

Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def life() -> Life:
    members = (replace(ROSTER[1], blocks=()),)
    return lives(seed=3, squad=members, day_count=12, last_date=date(2026, 4, 3))[0]  # over the change to summer time


def _read(exports: Iterable[Export], folder: Path, expected: str) -> Frames:
    frames: dict[str, list[pl.DataFrame]] = {}
    for number, export in enumerate(exports):
        path = folder / f"{number}"
        path.write_bytes(export.content)
        name = Path(export.path).name
        reader = recognise(head_of(path, name))
        source = Source(
            path=path, name=name, source_file_id=f"{number:016}", athlete_id=1, time_zone=ZoneInfo(ZONE.key)
        )
        for item in read_source(source, reader):
            if isinstance(item, ReadReport):
                assert item.losses == ()
            else:
                assert isinstance(item, Batch)
                frames.setdefault(item.table, []).append(item.frame)
        assert reader.name == expected
    return {table: pl.concat(parts) for table, parts in frames.items()}


def _days(life: Life) -> list[int]:
    return [day for day in range(len(life.days.dates)) if life.is_measured(day)]


def _values(frames: Frames, metric: str, method: str) -> dict[date, float]:
    mine = frames["daily_values"].filter((pl.col("metric") == metric) & (pl.col("method") == method))
    return dict(mine.select("value_date", "measured_value").iter_rows())


def test_a_garmin_account_states_the_nights_and_days_that_were_lived(life: Life, tmp_path: Path) -> None:
    frames = _read(garmin_account_exports(life), tmp_path, "garmin_account")

    dates = [life.days.dates[day] for day in _days(life)]
    nights = frames["nights"]
    assert nights["night_date"].to_list() == dates
    assert [end.timestamp() for end in nights["end_at_utc"]] == [seconds_of(life.wake(day)) for day in _days(life)]
    assert nights["sleep_duration_s"].to_list() == pytest.approx(
        [float(life.days.sleep_s[day]) for day in _days(life)], abs=2
    )
    rmssd = _values(frames, "rmssd", "garmin_last_night_average")
    assert list(rmssd) == dates
    assert list(rmssd.values()) == pytest.approx(np.exp(life.days.ln_rmssd[_days(life)]).tolist(), abs=0.06)
    assert len(_values(frames, "resting_heart_rate", "garmin_daily")) == len(dates)
    assert len(_values(frames, "step_count", "garmin_daily_summary")) == len(dates)
    assert "stress_score" not in frames["daily_values"]["metric"].to_list()


def test_answers_of_garmins_service_state_the_last_night_and_its_offset(life: Life, tmp_path: Path) -> None:
    frames = _read(garmin_service_exports(life), tmp_path, "garmin_connect_json")

    last = _days(life)[-1]
    night = frames["nights"].row(0, named=True)
    offset = life.wake(last).utcoffset()
    assert offset is not None
    assert (night["night_date"], night["utc_offset_s"]) == (life.days.dates[last], offset.total_seconds())
    stages = frames["sleep_stages"]
    assert stages["end_at_utc"].max() == night["end_at_utc"]
    assert stages["start_at_utc"].to_list()[1:] == stages["end_at_utc"].to_list()[:-1]
    assert frames["hrv_epochs"].height > 50
    assert frames["heart_rates"].height == 144


def test_a_fitbit_export_states_the_nights_and_days_that_were_lived(life: Life, tmp_path: Path) -> None:
    frames = _read(fitbit_exports(life), tmp_path, "fitbit_takeout")

    dates = [life.days.dates[day] for day in _days(life)]
    assert frames["nights"]["night_date"].to_list() == dates
    ends = [end.timestamp() for end in frames["nights"]["end_at_utc"]]
    assert ends == [seconds_of(life.wake(day)) for day in _days(life)]
    assert list(_values(frames, "rmssd", "fitbit_main_sleep")) == dates
    resting = _values(frames, "resting_heart_rate", "fitbit_daily")
    assert list(resting.values()) == pytest.approx(life.days.resting_bpm[_days(life)].tolist(), abs=0.001)
    assert frames["sleep_stages"]["night_id"].n_unique() == len(dates)
    rates = frames["heart_rates"]["measured_at_utc"].dt.convert_time_zone(ZONE.key).dt.date()
    assert rates.unique().to_list() == [dates[-1]]
    assert frames["interval_sums"].height == 56


def test_the_same_life_gives_the_same_bytes(life: Life) -> None:
    for exports in (garmin_account_exports, garmin_service_exports, fitbit_exports):
        assert list(exports(life)) == list(exports(life))
