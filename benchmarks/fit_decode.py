"""How fast our FIT reader is beside other decoders, on the same files in the same run.

    python benchmarks/fit_decode.py [records]

Two files: a dense activity, one record a second, and one in which records and beat intervals strictly alternate, the
worst case for a reader that takes runs of equal messages at once. Ours is timed twice: to the columns of the records
(what the others give), and to the whole export (every table of the warehouse as frames). fitfast is timed where it is
installed. Best of several runs; fitdecode is slow, so it runs once.

Targets, in one run: dense, our columns at least 3 times as fast as `fitfast.records()` and 150 times as fast as
fitdecode; alternating, at least as fast as `fitfast.records()`.
"""

import importlib
import importlib.util
import io
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import fitdecode
import numpy as np
from fastcrc import crc16

from pipelines.readers.contract import Batch, Source
from pipelines.readers.fit.components import RECORD_COLUMNS
from pipelines.readers.fit.decode import decode
from pipelines.readers.fit_export import READER
from pipelines.tables import contract

RECORDS = 30_000
RUNS = 5
START = 1_100_000_000
FIELDS = [
    (253, 4, 0x86), (0, 4, 0x85), (1, 4, 0x85), (5, 4, 0x86), (73, 4, 0x86), (78, 4, 0x86), (3, 1, 0x02), (4, 1, 0x02),
    (7, 2, 0x84), (13, 1, 0x01),
]  # fmt: skip


def records_of(count: int) -> np.ndarray:
    """One record a second with ten fields, as a cycling computer writes them."""
    rows = np.zeros(
        count,
        np.dtype([("head", "u1"), *[(str(number), f"<{'i' if base in (1, 0x85) else 'u'}{size}")
                                    for number, size, base in FIELDS]]),
    )  # fmt: skip
    index = np.arange(count)
    rows["head"] = 1
    rows["253"] = START + index
    rows["0"] = 620_000_000 + 40 * index
    rows["1"] = 150_000_000 + 25 * index
    rows["5"] = 800 * index
    rows["73"] = 8000 + index % 500
    rows["78"] = 3000 + index % 400
    rows["3"] = 120 + index % 50
    rows["4"] = 85 + index % 10
    rows["7"] = 200 + index % 90
    rows["13"] = 18
    return rows


def dense_activity(count: int) -> bytes:
    """Records, and a session at the end."""
    return whole_file(count, definition(1, 20, FIELDS) + records_of(count).tobytes())


def alternating_activity(count: int) -> bytes:
    """A message with five beat intervals after each record, as watches write them with a strap."""
    records = records_of(count)
    beats = np.zeros(count, np.dtype([("head", "u1"), ("0", "<u2", (5,))]))
    beats["head"] = 3
    beats["0"] = 0xFFFF
    beats["0"][:, 0] = 800 + np.arange(count) % 90
    beats["0"][::2, 1] = 810
    pairs = np.empty((count, records.itemsize + beats.itemsize), np.uint8)
    pairs[:, : records.itemsize] = records.view(np.uint8).reshape(count, -1)
    pairs[:, records.itemsize :] = beats.view(np.uint8).reshape(count, -1)
    return whole_file(count, definition(1, 20, FIELDS) + definition(3, 78, [(0, 10, 0x84)]) + pairs.tobytes())


def whole_file(count: int, messages: bytes) -> bytes:
    body = definition(0, 0, [(0, 1, 0), (1, 2, 0x84), (4, 4, 0x86)]) + struct.pack("<BBHI", 0, 4, 1, START)
    body += messages
    body += definition(2, 18, [(253, 4, 0x86), (2, 4, 0x86), (5, 1, 0), (7, 4, 0x86)])
    body += struct.pack("<BIIBI", 2, START + count, START, 2, 1000 * count)
    whole = struct.pack("<BBHI4s", 12, 0x20, 2147, len(body), b".FIT") + body
    return whole + struct.pack("<H", crc16.arc(whole))


def definition(local: int, number: int, fields: list[tuple[int, int, int]]) -> bytes:
    head = struct.pack("<BBBHB", 0x40 | local, 0, 0, number, len(fields))
    return head + b"".join(struct.pack("BBB", *field) for field in fields)


def our_columns(data: bytes) -> int:
    records = decode(data).messages.of(20)
    columns = {name: of(records) for name, of in RECORD_COLUMNS.items()}
    return len(columns["heart_rate_bpm"])


def our_export(path: Path) -> int:
    source = Source(path=path, name=path.name, source_file_id="bench", athlete_id=1, time_zone=ZoneInfo("UTC"))
    batches = [item for item in READER.read(source) if isinstance(item, Batch)]
    return sum(len(batch.frame) for batch in batches if batch.table == "records")


def fitdecode_records(data: bytes) -> int:
    count = 0
    with fitdecode.FitReader(io.BytesIO(data)) as reader:
        for frame in reader:
            if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "record":
                count += bool({field.name: field.value for field in frame.fields})
    return count


def best(work: Callable[[], int], runs: int, expected: int) -> float:
    """Shortest wall time (s) of several runs; every run must give all records."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - start)
        if found != expected:
            raise SystemExit(f"{found} records instead of {expected}")
    return min(times)


def compared(name: str, data: bytes, count: int) -> dict[str, float]:
    """Shortest wall time (s) of each way to read the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.fit"
        path.write_bytes(data)
        seconds = {
            "ours, columns": best(lambda: our_columns(data), RUNS, count),
            "ours, whole export": best(lambda: our_export(path), RUNS, count),
        }
        if importlib.util.find_spec("fitfast"):
            fitfast = importlib.import_module("fitfast")
            seconds["fitfast"] = best(lambda: len(fitfast.records(str(path))["timestamp"]), RUNS, count)
        seconds["fitdecode"] = best(lambda: fitdecode_records(data), 1, count)
    print(f"{name}: {len(data) / 1e6:.2f} MB, {count} records")
    for way, time_s in seconds.items():
        ratio = time_s / seconds["ours, columns"]
        print(f"  {way:20} {time_s * 1000:10.2f} ms {count / time_s / 1e6:8.3f} million records/s {ratio:8.1f} x")
    return seconds


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    contract("records")
    dense = compared("dense", dense_activity(count), count)
    alternating = compared("alternating", alternating_activity(count), count)
    told("dense, fitdecode / ours, columns", dense, "fitdecode", 150.0)
    told("dense, fitfast / ours, columns", dense, "fitfast", 3.0)
    told("alternating, fitfast / ours, columns", alternating, "fitfast", 1.0)


def told(what: str, seconds: dict[str, float], rival: str, target: float) -> None:
    if rival not in seconds:
        print(f"{what}: not known, {rival} is not installed")
        return
    ratio = seconds[rival] / seconds["ours, columns"]
    print(f"{what}: {ratio:.1f} x, target {target:g} x: {'met' if ratio >= target else 'MISSED'}")


if __name__ == "__main__":
    main()
