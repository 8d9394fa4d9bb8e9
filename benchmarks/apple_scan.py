"""How fast and in how much memory Apple Health exports are read, beside a parser's iterparse on the same file.

    python benchmarks/apple_scan.py [megabytes] [megabytes of a second file, for the memory only]

Both give typed frames from one thread, each in a process of its own: ours every table of the warehouse, the rival
the times and values of the same records. The rival is lxml where it is installed, else the standard library, whose
iterparse is as fast. The files are generated for the occasion.
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
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.readers.apple.rows import UNITS
from pipelines.readers.apple_health import READER
from pipelines.readers.contract import Batch, Source
from pipelines.simulation.apple_days import AppleDays, apple_lines
from pipelines.tables import contract

MEGABYTES = 100
STAMP = "%Y-%m-%d %H:%M:%S %z"
ROWS_A_FRAME = 50_000


def write_export(path: Path, megabytes: int) -> int:
    """Writes an export of about that size; gives the number of heart rates in it."""
    sample = AppleDays(seed=1, first_date=date(2015, 1, 1), day_count=20)
    day_bytes = sum(len(line.encode()) + 1 for line in apple_lines(sample)) / sample.day_count
    days = AppleDays(seed=1, first_date=sample.first_date, day_count=max(1, round(1e6 * megabytes / day_bytes)))
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in apple_lines(days))
    return days.day_count * days.rates_a_day


def ours(path: Path) -> int:
    source = Source(path=path, name=path.name, source_file_id="bench", athlete_id=1, time_zone=ZoneInfo("UTC"))
    batches = (item for item in READER.read(source) if isinstance(item, Batch))
    return sum(batch.frame.height for batch in batches if batch.table == "heart_rates")


def rival(path: Path) -> int:
    parser: Any = importlib.import_module(rival_name())
    rows: list[tuple[str | None, ...]] = []
    count = 0
    events = iter(parser.iterparse(str(path), events=("start", "end")))
    _, root = next(events)
    for event, element in events:
        if event == "end" and element.tag == "Record":
            kind = element.get("type")
            if kind in UNITS:
                names = ("type", "sourceName", "device", "creationDate", "startDate", "endDate", "value")
                rows.append(tuple(element.get(name) for name in names))
            root.clear()
        if len(rows) >= ROWS_A_FRAME:
            count += typed(rows)
            rows.clear()
    return count + typed(rows)


def typed(rows: list[tuple[str | None, ...]]) -> int:
    columns = ("type", "source", "device", "created", "start", "end", "value")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row").with_columns(
        *(pl.col(name).str.to_datetime(STAMP, time_unit="us") for name in ("created", "start", "end")),
        pl.col("value").cast(pl.Float64, strict=False),
    )
    return int((frame["type"] == "HKQuantityTypeIdentifierHeartRate").sum())


def rival_name() -> str:
    has_lxml = importlib.util.find_spec("lxml") is not None
    return "lxml.etree" if has_lxml else "xml.etree.ElementTree"


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
            expected = write_export(path, size)
            found = {"ours": measure("ours", path)}
            if number == 0:
                found["rival"] = measure("rival", path)
            told = path.stat().st_size / 1e6
        print(f"{told:.0f} MB, {expected} heart rates; the rival is {rival_name()}")
        for who, one in found.items():
            if who == "rival" and one["count"] != expected:
                raise SystemExit(f"{who} found {one['count']} heart rates")
            rate = f"{told / one['cpu_s']:.0f} MB/CPU-s"
            print(f"{who:6} {one['wall_s']:.2f} s, {one['cpu_s']:.2f} CPU-s, {rate}, peak {one['peak_mib']:.0f} MiB")
        if "rival" in found:
            print(f"rival / ours: {found['rival']['cpu_s'] / found['ours']['cpu_s']:.1f} x")


if __name__ == "__main__":
    main()
