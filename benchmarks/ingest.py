"""How a whole export is taken in: speed with two processes, memory, and kill -9 at any moment.

    python benchmarks/ingest.py [--seed N] [--activities 2000] [--members 5000] [--apple-mb 300] [SECTION ...]

Sections: scan, processes, kills, apple; all of them when none is named. Everything is generated for the occasion.
Ratios are those of one run; wall time on a shared machine means little, so CPU time stands beside it.
"""

import argparse
import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from apple_export import write_export

from pipelines.paths import home
from pipelines.progress import SILENT
from pipelines.readers.inbox import KnownFile, scan
from pipelines.simulation.devices import GARMIN, Device
from pipelines.simulation.running import Runner, RunPlan, run
from pipelines.simulation.writers.fit import FitActivity, activity_file
from pipelines.simulation.writers.strava import activities_file
from pipelines.tables import empty
from pipelines.warehouse.content_hash import table_hashes
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.load import load
from pipelines.warehouse.open import open_warehouse
from pipelines.warehouse.reading import read

SQUAD = "unassigned"
STOPS = {"drop": drop, "recognise": recognise, "read": read, "load": load}
FIRST_START = datetime(2015, 1, 1, 6, tzinfo=UTC)
KNOWN_FILE_COUNT = 10_000
KILL_COUNT = 5
WATCH = Device(manufacturer=GARMIN, product=3290, serial=77, firmware_hundredths=1500)


def activities(count: int, *, moving_s: int = 1800) -> Iterator[tuple[str, bytes]]:
    """FIT files of half an hour each, every one at its own time; names as a bulk export gives them."""
    runner = Runner(resting_bpm=50.0, max_bpm=188.0, threshold_m_per_s=3.9)
    start_s = int(FIRST_START.timestamp())
    made = [
        run(np.random.default_rng(seed), runner, RunPlan(kind="steady", moving_s=moving_s, start_s=start_s))
        for seed in range(8)
    ]
    for number in range(count):
        one, shift_s = made[number % len(made)], number * 19_800
        records = one.records.with_columns(pl.col("recorded_at_utc") + timedelta(seconds=shift_s))
        activity = FitActivity(
            records=records,
            start_s=one.start_s + shift_s,
            end_s=one.end_s + shift_s,
            pauses=tuple((begin + shift_s, end + shift_s) for begin, end in one.pauses),
            utc_offset_s=3600,
            device=WATCH,
            has_strap=True,
        )
        yield f"activities/{10_000 + number}.fit", activity_file(activity)


def write_strava(path: Path, count: int) -> None:
    """A bulk export: packed FIT files, activities.csv, and what else lies in one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in activities(count):
            archive.writestr(zipfile.ZipInfo(f"{name}.gz"), gzip.compress(content, 3, mtime=0))
        table = activities_file(empty("activities"), file_names={})
        archive.writestr(zipfile.ZipInfo("activities.csv"), table)
        archive.writestr(zipfile.ZipInfo("__MACOSX/._activities.csv"), b"x")
        archive.writestr(zipfile.ZipInfo("media/1.jpg"), bytes(1000))


def write_apple(path: Path, megabytes: int) -> None:
    """A health export of about that size, in one member, and a few small members beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        large = zipfile.ZipInfo("apple_health_export/export.xml")
        large.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(large, "w", force_zip64=True) as member:
            write_export(member, megabytes)
        for name, content in activities(20):
            archive.writestr(zipfile.ZipInfo(f"apple_health_export/beside/{Path(name).name}"), content)


def stops_in_this_process(root: Path, names: list[str], process_count: int | None) -> None:
    """What the child does: the stops asked for, and a line of figures."""
    told: dict[str, Any] = {}
    with open_warehouse(home(root), owner="benchmark") as warehouse:
        for name in names:
            before, cpu = time.perf_counter(), cpu_s()
            options = {"process_count": process_count} if name == "read" else {}
            summary = STOPS[name](warehouse, SQUAD, SILENT, **options)
            told[name] = {"wall_s": time.perf_counter() - before, "cpu_s": cpu_s() - cpu, **summary.counts}
        told["hashes"] = table_hashes(warehouse.con)
    told["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told["worker_peak_mib"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps(told))


def cpu_s() -> float:
    """CPU time (s) of this process and the children it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def started(root: Path, names: list[str], process_count: int | None = None) -> "subprocess.Popen[str]":
    command = [sys.executable, __file__, "--run", str(root), ",".join(names), str(process_count or "")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def finished(root: Path, names: list[str], process_count: int | None = None) -> dict[str, Any]:
    process = started(root, names, process_count)
    said, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"the run ended with {process.returncode}")
    told: dict[str, Any] = json.loads(said)
    return told


def verdict(what: str, ratio: float, target: float, *, is_most: bool) -> None:
    is_met = ratio <= target if is_most else ratio >= target
    bound = "at most" if is_most else "at least"
    print(f"{what}: {ratio:.2f} x, {bound} {target:g} x: {'met' if is_met else 'MISSED'}")


def bench_scan(folder: Path, _asked: argparse.Namespace) -> None:
    """Nothing new over known files, beside a plain walk."""
    folder, root = folder / "files", folder / "home"
    folder.mkdir()
    for number in range(KNOWN_FILE_COUNT):
        (folder / f"{number}.txt").write_bytes(b"812\n")
    known = {
        file.path: KnownFile(
            size_bytes=file.size_bytes, modified_ns=file.modified_ns, source_file_id=file.source_file_id
        )
        for file in scan(folder, {}).found
    }
    plain_s, ours_s = 9.0, 9.0
    for _ in range(9):
        begin = time.perf_counter()
        with os.scandir(folder) as entries:
            for entry in entries:
                entry.stat()
        middle = time.perf_counter()
        found = scan(folder, known)
        plain_s, ours_s = min(plain_s, middle - begin), min(ours_s, time.perf_counter() - middle)
        if len(found.unchanged) != KNOWN_FILE_COUNT:
            raise SystemExit("not every file is known")
    print(f"{KNOWN_FILE_COUNT} known files: a plain walk {plain_s * 1000:.0f} ms, the scan {ours_s * 1000:.0f} ms")
    verdict("scan / plain walk", ours_s / plain_s, 3.0, is_most=True)
    bench_drop(root, folder)


def bench_drop(root: Path, files: Path) -> None:
    """The whole drop stop over known files, in turns with the plain walk; by CPU time, as others use the machine."""
    plain_s, ours_s = 9.0, 9.0
    athlete = root / "inbox" / "anna"
    athlete.mkdir(parents=True)
    for number in range(KNOWN_FILE_COUNT):
        (files / f"{number}.txt").write_bytes(b"812\n%d\n" % number)
    files.rename(athlete / "files")
    with open_warehouse(home(root), owner="benchmark") as warehouse:
        drop(warehouse, SQUAD, SILENT)
        for _ in range(15):
            begin = time.process_time()
            with os.scandir(athlete / "files") as entries:
                for entry in entries:
                    entry.stat()
            middle = time.process_time()
            counts = drop(warehouse, SQUAD, SILENT).counts
            plain_s, ours_s = min(plain_s, middle - begin), min(ours_s, time.process_time() - middle)
            if counts["unchanged"] != KNOWN_FILE_COUNT:
                raise SystemExit("not every file is known")
    print(f"the whole drop stop: a plain walk {plain_s * 1000:.0f} ms, the stop {ours_s * 1000:.0f} ms of CPU time")
    verdict("drop stop / plain walk, CPU time", ours_s / plain_s, 3.0, is_most=True)


def bench_processes(folder: Path, asked: argparse.Namespace) -> None:
    """The read stop over one zip, with one process and with two, in turns."""
    export = folder / "export.zip"
    with zipfile.ZipFile(export, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in activities(asked.activities):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    print(f"{asked.activities} activities in a zip of {export.stat().st_size / 1e6:.0f} MB")
    found: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
    for turn in range(2):
        for count in (1, 2):
            root = folder / f"{turn}-{count}"
            (root / "inbox" / "anna").mkdir(parents=True)
            (root / "inbox" / "anna" / "export.zip").hardlink_to(export)
            told = finished(root, ["drop", "recognise", "read", "load"], count)
            found[count].append(told)
            one = told["read"]
            print(
                f"  {count} process{'es' if count > 1 else ''}: read {one['wall_s']:.1f} s, {one['cpu_s']:.1f} CPU-s;"
                f" peak {told['peak_mib']:.0f} MiB, workers {told['worker_peak_mib']:.0f} MiB;"
                f" load of the machine {os.getloadavg()[0]:.1f}"
            )
    if len({json.dumps(told["hashes"], sort_keys=True) for runs in found.values() for told in runs}) != 1:
        raise SystemExit("the number of processes changed what is stored")
    wall = {count: min(told["read"]["wall_s"] for told in runs) for count, runs in found.items()}
    verdict("1 process / 2 processes, wall time of the read stop", wall[1] / wall[2], 1.7, is_most=False)


def whole_reads(root: Path) -> dict[str, int]:
    """When each source file that lies staged, whole, was read (ns)."""
    return {report.parent.name: report.stat().st_mtime_ns for report in (home(root).staged).glob("*/report.json")}


def bench_kills(folder: Path, asked: argparse.Namespace) -> None:
    """A bulk export, killed several times at moments taken by chance, beside the same undisturbed."""
    export = folder / "killed" / "inbox" / "anna" / "export.zip"
    write_strava(export, asked.members)
    print(f"{asked.members} packed activities in a zip of {export.stat().st_size / 1e6:.0f} MB, seed {asked.seed}")
    killed_and_undisturbed(folder, asked.seed, is_by_member=True)


def bench_apple(folder: Path, asked: argparse.Namespace) -> None:
    """A large health export: one member of a zip, killed and read on."""
    export = folder / "killed" / "inbox" / "anna" / "export.zip"
    write_apple(export, asked.apple_mb)
    print(f"{asked.apple_mb} MB of health export in a zip of {export.stat().st_size / 1e6:.0f} MB, seed {asked.seed}")
    killed_and_undisturbed(folder, asked.seed, is_by_member=False)


def killed_and_undisturbed(folder: Path, seed: int, *, is_by_member: bool) -> None:
    """Kills by chance once so many members are whole, or, where one member is nearly all, after so much time."""
    root, other = folder / "killed", folder / "undisturbed"
    (other / "inbox" / "anna").mkdir(parents=True)
    (other / "inbox" / "anna" / "export.zip").hardlink_to(root / "inbox" / "anna" / "export.zip")
    begin = time.perf_counter()
    undisturbed = finished(other, ["drop", "recognise", "read"])
    expected_s = time.perf_counter() - begin
    report("  undisturbed", undisturbed, expected_s)
    chance = random.Random(seed)
    again = 0
    before: dict[str, int] = {}
    member_count = undisturbed["read"]["read"]
    for number, target in enumerate(sorted(chance.randrange(member_count) for _ in range(KILL_COUNT))):
        process = started(root, ["drop", "recognise", "read"])
        jitter_s = chance.uniform(0.0, 1.0 if is_by_member else expected_s)
        while is_by_member and process.poll() is None and len(whole_reads(root)) <= target:
            time.sleep(0.02)
        try:
            process.wait(jitter_s)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        now = whole_reads(root)
        again += sum(1 for name, at in before.items() if now.get(name) != at)
        ended = "killed" if process.returncode == -signal.SIGKILL else "was done before"
        after = "" if is_by_member else f" after {jitter_s:.0f} s"
        print(f"  run {number + 1} {ended}{after}: {len(now)} members whole, {len(now) - len(before)} of them new")
        before = now
    begin = time.perf_counter()
    last = finished(root, ["drop", "recognise", "read"])
    now = whole_reads(root)
    again += sum(1 for name, at in before.items() if now.get(name) != at)
    report("  last run", last, time.perf_counter() - begin)
    loads = finished(root, ["load"]), finished(other, ["load"])
    told = loads[1]["load"]
    print(f"  load: {told['rows']} rows, {told['cpu_s']:.1f} CPU-s, peak {loads[1]['peak_mib']:.0f} MiB")
    hashes = loads[0]["hashes"], loads[1]["hashes"]
    is_same = hashes[0] == hashes[1]
    left = list(home(root).unpacked.glob("*")) if home(root).unpacked.exists() else []
    print(f"  read again though whole before a kill: {again}; left unpacked: {len(left)}")
    print(f"  same hashes of {len(hashes[0])} tables: {is_same}")
    if again or not is_same or left:
        raise SystemExit("a kill left its mark")


def report(what: str, told: dict[str, Any], wall_s: float) -> None:
    cost = ", ".join(f"{name} {told[name]['cpu_s']:.1f}" for name in ("drop", "recognise", "read"))
    print(
        f"{what}: {wall_s:.1f} s, CPU-s {cost}; {told['read']['read']} read, {told['read']['set_aside']} set aside;"
        f" peak {told['peak_mib']:.0f} MiB, workers {told['worker_peak_mib']:.0f} MiB"
    )


SECTIONS = {"scan": bench_scan, "processes": bench_processes, "kills": bench_kills, "apple": bench_apple}


def main() -> None:
    if sys.argv[1:2] == ["--run"]:
        _, _, root, names, count = sys.argv
        stops_in_this_process(Path(root), names.split(","), int(count) if count else None)
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--activities", type=int, default=2000)
    parser.add_argument("--members", type=int, default=5000)
    parser.add_argument("--apple-mb", type=int, default=300)
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], help="which of them; all when none is named")
    asked = parser.parse_args()
    for name in asked.sections or SECTIONS:
        print(f"== {name}", flush=True)
        with tempfile.TemporaryDirectory(prefix="wattworth-bench-") as folder:
            SECTIONS[name](Path(folder), asked)


if __name__ == "__main__":
    main()
