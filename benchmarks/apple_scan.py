"""How fast and in how much memory Apple Health exports are read, beside a parser's iterparse on the same file.

    python benchmarks/apple_scan.py [megabytes] [megabytes of a second file, for the memory only]

Both give typed frames from one thread, each in a process of its own, in turns. Ours gives every table of the
warehouse: nights and series of beats put together, repeats taken out, losses told. The rival gives the same records
only, with the same columns: kind, source, device, times in UTC, offset of the start, amount, and of the listed beats
rate and clock; it neither joins nor looks for repeats. The rival is lxml where it is installed, told to stop at records
only, which is its fastest way; else the standard library.
The files are generated for the occasion. CPU time, best of several runs.
"""

import importlib
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from apple_export import write_export

from pipelines.readers.apple.rows import BEAT, HEART_RATE, STAGE, STAGES, UNITS
from pipelines.readers.apple_health import READER
from pipelines.readers.contract import Batch, Source
from pipelines.tables import contract

MEGABYTES = 100
RUNS = 3
TARGET, MOST_MIB = 2.5, 600
STAMP = "%Y-%m-%d %H:%M:%S %z"
CLOCK = "%I:%M:%S%.f %p"
ROWS_A_FRAME = 50_000
STATED = ("type", "sourceName", "device", "creationDate", "startDate", "endDate", "value")
TIMES = ("creationDate", "startDate", "endDate")
KINDS = {name: kind for name, (kind, _) in UNITS.items()}
PLACES = {f"{STAGE}{stage}": float(place) for place, stage in enumerate(STAGES)}


def ours(path: Path) -> int:
    source = Source(path=path, name=path.name, source_file_id="bench", athlete_id=1, time_zone=ZoneInfo("UTC"))
    batches = (item for item in READER.read(source) if isinstance(item, Batch))
    return sum(batch.frame.height for batch in batches if batch.table == "heart_rates")


def rival(path: Path) -> int:
    columns: dict[str, list[str | None]] = {name: [] for name in STATED}
    added = [(name, column.append) for name, column in columns.items()]
    beats: dict[str, list[str | None]] = {"bpm": [], "time": []}
    kinds, count = columns["type"], 0
    for record in records_by_lxml(path) if has_lxml() else records_by_standard_library(path):
        if record.get("type") in KINDS:
            for name, add in added:
                add(record.get(name))
            for beat in record.iter(BEAT) if len(record) else ():
                for name, column in beats.items():
                    column.append(beat.get(name))
            if len(kinds) == ROWS_A_FRAME:
                count += heart_rate_count(typed(columns))
                typed_beats(beats)
                for column in (*columns.values(), *beats.values()):
                    column.clear()
    typed_beats(beats)
    return count + heart_rate_count(typed(columns))


def records_by_lxml(path: Path) -> Iterator[Any]:
    """Every record; what was read is let go."""
    parser: Any = importlib.import_module("lxml.etree")
    for _, record in parser.iterparse(str(path), events=("end",), tag="Record"):
        yield record
        record.clear()
        while record.getprevious() is not None:
            del record.getparent()[0]


def records_by_standard_library(path: Path) -> Iterator[Any]:
    """Every record; what was read is let go."""
    parser: Any = importlib.import_module("xml.etree.ElementTree")
    events = iter(parser.iterparse(str(path), events=("start", "end")))
    _, root = next(events)
    for event, element in events:
        if event == "end" and element.tag == "Record":
            yield element
            root.clear()


def typed(columns: dict[str, list[str | None]]) -> pl.DataFrame:
    """The same columns as our reader makes of a record."""
    frame = pl.DataFrame(columns, schema=dict.fromkeys(STATED, pl.String))
    sign_and_hours, minutes = (pl.col("startDate").str.slice(at, 3 - at // 23).cast(pl.Int32) for at in (20, 23))
    return frame.with_columns(
        pl.col("type").replace_strict(KINDS, return_dtype=pl.Int8),
        *(pl.col(name).str.to_datetime(STAMP, time_unit="us") for name in TIMES),
        offset_s=sign_and_hours * 3600 + pl.when(sign_and_hours < 0).then(-minutes).otherwise(minutes) * 60,
        value=pl.coalesce(
            pl.col("value").cast(pl.Float64, strict=False),
            pl.col("value").replace_strict(PLACES, default=None, return_dtype=pl.Float64),
        ),
    )


def typed_beats(beats: dict[str, list[str | None]]) -> pl.DataFrame:
    """Rate and clock of the listed beats."""
    return pl.DataFrame(beats, schema=dict.fromkeys(beats, pl.String)).select(
        pl.col("bpm").cast(pl.Float64),
        pl.col("time").str.replace("\N{NARROW NO-BREAK SPACE}", " ", literal=True).str.to_time(CLOCK).cast(pl.Int64),
    )


def heart_rate_count(frame: pl.DataFrame) -> int:
    return int((frame["type"] == HEART_RATE).sum())


def has_lxml() -> bool:
    return importlib.util.find_spec("lxml") is not None


def measure(who: str, path: Path) -> dict[str, float]:
    """Runs one reader in a process of its own."""
    command = [sys.executable, __file__, "--measure", who, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, env={**os.environ, "POLARS_MAX_THREADS": "1"})
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measured(who: str, path: Path) -> None:
    contract("records")
    wall, cpu = time.perf_counter(), time.process_time()
    count = {"ours": ours, "rival": rival}[who](path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    print(json.dumps({"count": count, "peak_mib": peak, **spent}))


def main() -> None:
    if sys.argv[1:2] == ["--measure"]:
        measured(sys.argv[2], Path(sys.argv[3]))
        return
    sizes = [int(size) for size in sys.argv[1:]] or [MEGABYTES]
    for number, size in enumerate(sizes):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export.xml"
            with path.open("wb") as file:
                expected = write_export(file, size)
            print(f"{path.stat().st_size / 1e6:.0f} MB, {expected} heart rates")
            race(path, expected) if number == 0 else told("ours", measure("ours", path), path)


def race(path: Path, expected: int) -> None:
    """Ours and the rival in turns."""
    found: dict[str, list[dict[str, float]]] = {"ours": [], "rival": []}
    for _ in range(RUNS):
        for who, runs in found.items():
            runs.append(measure(who, path))
            if runs[-1]["count"] != expected:
                raise SystemExit(f"{who} found {runs[-1]['count']} heart rates")
            told(who, runs[-1], path)
    best = {who: min(one["cpu_s"] for one in runs) for who, runs in found.items()}
    peak = max(one["peak_mib"] for one in found["ours"])
    ratio = best["rival"] / best["ours"]
    name = "lxml" if has_lxml() else "the standard library"
    print(f"{name} / ours, CPU time, best of {RUNS}: {ratio:.1f} x, at least {TARGET} x: {met(ratio >= TARGET)}")
    print(f"peak of ours {peak:.0f} MiB, at most {MOST_MIB} MiB: {met(peak <= MOST_MIB)}")


def met(is_met: bool) -> str:  # noqa: FBT001 - a word for a truth value
    return "met" if is_met else "MISSED"


def told(who: str, one: dict[str, float], path: Path) -> None:
    rate = path.stat().st_size / 1e6 / one["cpu_s"]
    print(
        f"  {who:6} {one['wall_s']:.2f} s, {one['cpu_s']:.2f} CPU-s, {rate:.0f} MB/CPU-s, {one['peak_mib']:.0f} MiB",
        flush=True,
    )


if __name__ == "__main__":
    main()
