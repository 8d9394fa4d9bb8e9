"""What the writers of track files write, their readers read back: every record, pause and lap."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from pipelines.readers.catalogue import head_of, recognise
from pipelines.readers.contract import Batch, ReadReport, Source
from pipelines.readers.read_file import read_source
from pipelines.simulation.frames import record_rows
from pipelines.simulation.running import Run, Runner, RunPlan, run
from pipelines.simulation.writers.gpx import Extensions, GpxTrack, gpx_file
from pipelines.simulation.writers.polar_hrm import polar_hrm_file, polar_hrm_rr_file
from pipelines.simulation.writers.tcx import TcxActivity, tcx_file

START_S = 1_772_344_800
POSITIONS = ("latitude_deg", "longitude_deg", "altitude_m")


@pytest.fixture(scope="module")
def simulated() -> Run:
    runner = Runner(resting_bpm=50.0, max_bpm=190.0, threshold_m_per_s=4.2, strain=0.0)
    plan = RunPlan(
        kind="easy",
        moving_s=900,
        start_s=START_S,
        heart_rate_source="strap",
        is_smart=False,
        is_treadmill=False,
        pause_count=1,
    )
    return run(np.random.default_rng(3), runner, plan)


@pytest.fixture
def records(simulated: Run) -> pl.DataFrame:
    return record_rows(simulated.records, athlete_id=1, source_file_id="0" * 16)


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], dict[str, pl.DataFrame]]:
    def read_bytes(content: bytes) -> dict[str, pl.DataFrame]:
        path = tmp_path / "file"
        path.write_bytes(content)
        source = Source(path=path, name="file", source_file_id="0" * 16, athlete_id=1, time_zone=ZoneInfo("UTC"))
        *batches, report = read_source(source, recognise(head_of(path)))
        assert isinstance(report, ReadReport)
        assert report.losses == ()
        frames: dict[str, list[pl.DataFrame]] = {}
        for batch in batches:
            assert isinstance(batch, Batch)
            frames.setdefault(batch.table, []).append(batch.frame)
        return {table: pl.concat(parts) for table, parts in frames.items()}

    return read_bytes


def _gaps(ours: pl.DataFrame, theirs: pl.DataFrame, columns: tuple[str, ...]) -> dict[str, float]:
    """Largest difference of each column; infinite where one is missing and the other is not."""
    gaps = {}
    for name in columns:
        one, other = ours[name].cast(pl.Float64), theirs[name].cast(pl.Float64)
        same = one.is_null().eq(other.is_null()).all()
        gaps[name] = float((one - other).abs().max() or 0.0) if same else float("inf")
    return gaps


def test_a_tcx_file_reads_back_as_the_run(
    simulated: Run, records: pl.DataFrame, read: Callable[[bytes], dict[str, pl.DataFrame]]
) -> None:
    activity = TcxActivity(records=records, pauses=simulated.pauses, device_name="Edge 530", serial=77, product=3121)

    frames = read(tcx_file([activity]))

    assert frames["records"]["recorded_at_utc"].equals(records["recorded_at_utc"])
    columns = (*POSITIONS, "distance_m", "speed_m_per_s", "heart_rate_bpm", "cadence_rpm", "power_w")
    gaps = _gaps(frames["records"], records, columns)
    assert gaps["heart_rate_bpm"] == 0.0
    assert max(gaps[name] for name in ("distance_m", "speed_m_per_s")) <= 0.0051
    assert max(gaps[name] for name in ("latitude_deg", "longitude_deg")) <= 1e-6
    assert max(gaps[name] for name in ("altitude_m", "cadence_rpm")) <= 0.51
    assert frames["pauses"].height == len(simulated.pauses)
    assert frames["laps"].height == int(records["distance_m"].max() // 1000) + 1
    assert frames["activities"].row(0, named=True)["device_id"] == "garmin:3121:77"


@pytest.mark.parametrize(
    ("extensions", "held", "not_held"),
    [
        ("garmin", ("heart_rate_bpm", "cadence_rpm"), ("distance_m", "speed_m_per_s")),
        ("cluetrust", ("heart_rate_bpm", "cadence_rpm", "distance_m", "speed_m_per_s"), ("power_w",)),
        ("apple", ("speed_m_per_s",), ("heart_rate_bpm", "cadence_rpm")),
    ],
)
def test_a_gpx_file_reads_back_as_the_run(
    *,
    extensions: Extensions,
    held: tuple[str, ...],
    not_held: tuple[str, ...],
    simulated: Run,
    records: pl.DataFrame,
    read: Callable[[bytes], dict[str, pl.DataFrame]],
) -> None:
    track = GpxTrack(records=records, pauses=simulated.pauses)
    placed = records.filter(pl.col("latitude_deg").is_not_null())

    frames = read(gpx_file([track], extensions=extensions))

    assert frames["records"]["recorded_at_utc"].equals(placed["recorded_at_utc"])
    gaps = _gaps(frames["records"], placed, (*POSITIONS, *held))
    assert max(gaps.values()) <= 0.51
    assert all(frames["records"][name].null_count() == placed.height for name in not_held)
    assert frames["pauses"].height == len(simulated.pauses)


def test_a_thinned_tcx_file_has_no_pause_at_the_border_of_a_lap(
    records: pl.DataFrame, read: Callable[[bytes], dict[str, pl.DataFrame]]
) -> None:
    thin = records.gather_every(20)

    frames = read(tcx_file([TcxActivity(records=thin)]))

    activity = frames["activities"].row(0, named=True)
    assert "pauses" not in frames
    assert activity["timer_s"] == activity["elapsed_s"]
    assert activity["distance_m"] == pytest.approx(thin["distance_m"].max() - thin["distance_m"].min(), abs=0.1)


def test_a_gpx_file_of_two_runs_holds_two_activities(
    records: pl.DataFrame, read: Callable[[bytes], dict[str, pl.DataFrame]]
) -> None:
    frames = read(gpx_file([GpxTrack(records=records), GpxTrack(records=records, sport="hiking")]))

    assert frames["activities"]["sport"].to_list() == ["running", "hiking"]


def test_an_hrm_file_reads_back_every_fifth_second(
    records: pl.DataFrame, read: Callable[[bytes], dict[str, pl.DataFrame]]
) -> None:
    start = datetime.fromtimestamp(START_S, UTC).replace(tzinfo=None)

    frames = read(polar_hrm_file(records, local_start=start))

    shown = frames["records"]
    expected = records[::5]
    assert shown.height == expected.height
    assert shown["recorded_at_utc"][0] == datetime.fromtimestamp(START_S, UTC)
    assert _gaps(shown, expected, ("heart_rate_bpm",))["heart_rate_bpm"] == 0.0


def test_rr_intervals_read_back_from_an_hrm_file(read: Callable[[bytes], dict[str, pl.DataFrame]]) -> None:
    rr_ms = np.random.default_rng(5).integers(700, 900, 200).astype(np.float64)

    frames = read(polar_hrm_rr_file(rr_ms, local_start=datetime(2026, 3, 1, 7)))  # noqa: DTZ001 - local by design

    assert frames["beats"]["rr_ms"].to_list() == rr_ms.tolist()
