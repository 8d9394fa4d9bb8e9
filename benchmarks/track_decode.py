"""How fast our GPX and TCX readers are beside gpxpy and tcxreader, and how much memory they take, in the same run.

    python benchmarks/track_decode.py [points]

Ours is the whole export: every table of the warehouse as frames, on one thread. The others give their own objects.
Every contestant reads the same files of points with position, altitude, heart rate, cadence, speed or temperature, and
power. Best of several runs; a contestant that is not installed is left out, and said so.
"""

import importlib
import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.readers.catalogue import reader_named
from pipelines.readers.contract import Batch, Source
from pipelines.simulation.writers.gpx import GpxTrack, gpx_file
from pipelines.simulation.writers.tcx import TcxActivity, tcx_file
from pipelines.tables import conform, contract

POINTS = 50_000
RUNS = 3
LONGER = 6
"""How many times longer the file is that memory is measured on, too."""

WANTED = {"gpx": ("gpxpy", 5.0), "tcx": ("tcxreader", 3.0)}
"""The other reader of each format, and how many times faster than it ours is to be."""


def run_records(count: int) -> pl.DataFrame:
    """A record a second of a ride on open water."""
    index = pl.int_range(count, eager=True)
    first = int(datetime(2026, 3, 1, 6, tzinfo=UTC).timestamp())
    frame = pl.DataFrame(
        {
            "recorded_at_utc": pl.from_epoch(first + index).dt.replace_time_zone("UTC"),
            "latitude_deg": 44.5 + index * 1e-5,
            "longitude_deg": -30.0 + index * 1e-6,
            "altitude_m": 20.0 + (index % 70) * 0.2,
            "distance_m": index * 8.1,
            "speed_m_per_s": 8.0 + (index % 10) * 0.1,
            "heart_rate_bpm": 120 + index % 50,
            "cadence_rpm": 85.0 + index % 10,
            "power_w": 200.0 + index % 90,
            "temperature_c": 18.0 + index % 3,
        }
    )
    return conform(frame.with_columns(record_index=index), "records")


def written(kind: str, count: int) -> bytes:
    records = run_records(count)
    return gpx_file([GpxTrack(records=records)]) if kind == "gpx" else tcx_file([TcxActivity(records=records)])


def ours(path: Path) -> int:
    source = Source(path=path, name=path.name, source_file_id="bench", athlete_id=1, time_zone=ZoneInfo("UTC"))
    batches = reader_named(path.suffix[1:]).read(source)
    return sum(len(item.frame) for item in batches if isinstance(item, Batch) and item.table == "records")


def gpxpy_points(path: Path) -> int:
    gpxpy = importlib.import_module("gpxpy")
    with path.open(encoding="utf-8") as file:
        tracks = gpxpy.parse(file).tracks
    return sum(len(segment.points) for track in tracks for segment in track.segments)


def tcxreader_points(path: Path) -> int:
    module = importlib.import_module("tcxreader.tcxreader")
    return len(module.TCXReader().read(str(path)).trackpoints)


OTHERS: dict[str, Callable[[Path], int]] = {"gpxpy": gpxpy_points, "tcxreader": tcxreader_points}


def best(work: Callable[[Path], int], path: Path, expected: int) -> float:
    """Shortest wall time (s) of several runs; every run must give all points."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        found = work(path)
        times.append(time.perf_counter() - start)
        if found != expected:
            raise SystemExit(f"{found} points instead of {expected}")
    return min(times)


def race(kind: str, path: Path, count: int) -> None:
    name, wanted = WANTED[kind]
    mine = best(ours, path, count)
    print(f"{kind} {path.stat().st_size / 1e6:.1f} MB, {count} points")
    print(f"  {'ours, whole export':20} {mine * 1000:9.0f} ms {count / mine / 1000:8.0f} thousand points/s")
    if importlib.util.find_spec(name) is None:
        print(f"  {name} is not installed here: no comparison")
        return
    other = best(OTHERS[name], path, count)
    print(f"  {name:20} {other * 1000:9.0f} ms {count / other / 1000:8.0f} thousand points/s")
    print(f"  {name} / ours: {other / mine:.1f} x (wanted: {wanted:.0f} x)")


def highest_mb() -> float:
    """Peak memory of this process (MB): since it started, where the system tells, else with what it was forked from."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    for line in lines:
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peak_mb(path: Path) -> float:
    """Peak memory (MB) of a process of its own that reads the file and keeps nothing."""
    command = [sys.executable, __file__, "--memory-of", str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    if sys.argv[1:2] == ["--memory-of"]:
        ours(Path(sys.argv[2]))
        print(highest_mb())
        return
    if os.environ.get("POLARS_MAX_THREADS") != "1":  # read once, when Polars is imported
        environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
        raise SystemExit(
            subprocess.run([sys.executable, __file__, *sys.argv[1:]], env=environment, check=False).returncode
        )
    count = int(sys.argv[1]) if len(sys.argv) > 1 else POINTS
    contract("records")
    with tempfile.TemporaryDirectory() as folder:
        for kind in WANTED:
            path = Path(folder) / f"ride.{kind}"
            path.write_bytes(written(kind, count))
            race(kind, path, count)
            longer = Path(folder) / f"longer.{kind}"
            longer.write_bytes(written(kind, LONGER * count))
            print(f"  peak memory: {peak_mb(path):.0f} MB, {LONGER} times the points: {peak_mb(longer):.0f} MB")


if __name__ == "__main__":
    main()
