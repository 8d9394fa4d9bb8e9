"""A simulated life as the Health app exports it, read back by the reader."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from pipelines.readers.apple_health import read
from pipelines.readers.contract import Batch, Source
from pipelines.simulation.apple_days import AppleDays, apple_lines
from pipelines.simulation.apple_exports import apple_exports
from pipelines.simulation.lives import Life, lives
from pipelines.simulation.roster import ROSTER
from pipelines.simulation.writers.apple_health import SPOT_S, Spot, export_lines


@pytest.fixture(scope="module")
def life() -> Life:
    member = next(replace(member, blocks=()) for member in ROSTER if member.folder == "edda-noor")
    return lives(seed=11, squad=(member,), day_count=8, last_date=date(2026, 11, 15))[0]


@pytest.fixture(scope="module")
def archive(life: Life) -> zipfile.ZipFile:
    (export,) = apple_exports(life)
    return zipfile.ZipFile(io.BytesIO(export.content))


def _frames(content: bytes, folder: Path) -> dict[str, pl.DataFrame]:
    path = folder / "export.xml"
    path.write_bytes(content)
    source = Source(path=path, name=path.name, source_file_id="a" * 16, athlete_id=1, time_zone=ZoneInfo("UTC"))
    batches = [item for item in read(source) if isinstance(item, Batch)]
    tables = {batch.table for batch in batches}
    return {table: pl.concat(batch.frame for batch in batches if batch.table == table) for table in tables}


def test_nights_and_resting_heart_rates_are_those_of_the_life(
    life: Life, archive: zipfile.ZipFile, tmp_path: Path
) -> None:
    seen = [day for day in range(len(life.days.dates)) if life.is_measured(day)]

    frames = _frames(archive.read("apple_health_export/export.xml"), tmp_path)

    resting = frames["daily_values"].filter(pl.col("metric") == "resting_heart_rate").sort("value_date")
    assert resting["value_date"].to_list() == [life.days.dates[day] for day in seen]
    assert resting["measured_value"].to_list() == [round(float(life.days.resting_bpm[day])) for day in seen]
    nights = frames["nights"].sort("night_date")
    assert nights["night_date"].to_list() == [life.days.dates[day] for day in seen]
    asleep = [float(life.days.sleep_s[day]) for day in seen]
    assert nights["sleep_duration_s"].to_list() == pytest.approx(asleep, rel=0.15)


def test_every_route_a_workout_names_lies_in_the_archive(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    frames = _frames(archive.read("apple_health_export/export.xml"), tmp_path)

    named = set(frames["activities"]["vendor_id"].drop_nulls())

    assert named == {Path(name).name for name in archive.namelist() if name.endswith(".gpx")}
    assert named


def test_the_beats_of_a_reading_give_the_figure_it_states(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    frames = _frames(archive.read("apple_health_export/export.xml"), tmp_path)

    beats = frames["beats"].group_by("series_id").agg(sdnn_ms=pl.col("rr_ms").std(), length_ms=pl.col("rr_ms").sum())
    series = frames["beat_series"].join(beats, on="series_id")
    stated = frames["daily_values"].filter(pl.col("metric") == "sdnn")
    linked = stated.join(series, left_on=["device_id", "measured_at_utc"], right_on=["device_id", "stated_at_utc"])
    assert linked.height == stated.height > 0
    assert linked["sdnn_ms"].to_list() == pytest.approx(linked["measured_value"].to_list(), rel=0.15)
    assert series.height == 3 * stated.height
    assert set(series["resolution_ms"]) == {10.0}
    assert series["length_ms"].min() > 50_000


@pytest.mark.parametrize(
    ("has_half_days", "clock"), [(True, "7:59:01.25\N{NARROW NO-BREAK SPACE}PM"), (False, "19:59:01,25")]
)
def test_a_list_is_written_as_the_phones_language_writes_clocks(
    *, has_half_days: bool, clock: str, tmp_path: Path
) -> None:
    (day,) = AppleDays(seed=1, first_date=date(2024, 1, 1), day_count=1, rates_a_day=1, stretches_a_day=1)
    at = datetime(2024, 1, 1, 19, 59, tzinfo=timezone(timedelta(hours=1)))
    beats = (0.25, 1.25, 2.25, 3.25, 4.255)
    spot = Spot(end_s=int(at.timestamp()) + SPOT_S, sdnn_ms=1.0, beats_s=beats, missed=frozenset({2}))

    lines = list(
        export_lines([replace(day, spots=(spot,))], exported_at=at, zone="Europe/Berlin", has_half_days=has_half_days)
    )

    assert [line for line in lines if "InstantaneousBeats" in line] == [
        f'   <InstantaneousBeatsPerMinute bpm="60" time="{clock}"/>',
        f'   <InstantaneousBeatsPerMinute bpm="60" time="{clock.replace("01", "04")}"/>',
    ]
    assert "beats" not in _frames("\n".join(lines).encode(), tmp_path)


def test_the_same_life_gives_the_same_bytes(life: Life) -> None:
    first, second = (next(apple_exports(life)).content for _ in range(2))

    assert first == second


def test_days_can_be_gone_through_again_and_more_of_them_make_a_longer_file() -> None:
    days = AppleDays(seed=1, first_date=date(2024, 1, 1), day_count=3, rates_a_day=10, stretches_a_day=3)

    lines = list(apple_lines(days))

    assert lines == list(apple_lines(days))
    assert sum('IdentifierHeartRate"' in line and "<Record" in line for line in lines) == 30
    assert len(list(apple_lines(replace(days, day_count=6)))) > 1.8 * len(lines)
