"""A small writer of FIT bytes, so that every expected value comes from bytes that a test wrote."""

import struct
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from pipelines.readers.contract import ReadReport, Source
from pipelines.readers.fit_export import READER
from pipelines.tables import contract

CODES = {
    0x00: "B", 0x01: "b", 0x02: "B", 0x83: "h", 0x84: "H", 0x85: "i", 0x86: "I", 0x0A: "B", 0x8B: "H", 0x8C: "I",
    0x88: "f", 0x89: "d", 0x8E: "q", 0x8F: "Q", 0x90: "Q", 0x0D: "B",
}  # fmt: skip
STRING = 0x07

EPOCH = 631_065_600
START = 1_100_000_000
"""FIT seconds of 2024-11-08T11:33:20Z."""


def crc_16(data):
    crc = 0
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


class FitBytes:
    """Messages of one FIT file, appended one by one."""

    def __init__(self):
        self.body = bytearray()
        self.definitions = {}
        self.ends = []

    def define(self, local, number, fields, *, big=False, developer=()):
        order = ">" if big else "<"
        self.definitions[local] = (order, fields, developer)
        head = 0x40 | local | (0x20 if developer else 0)
        self.body += struct.pack(f"{order}BBBHB", head, 0, int(big), number, len(fields))
        self.body += b"".join(struct.pack("BBB", *field) for field in fields)
        if developer:
            self.body += struct.pack("B", len(developer)) + b"".join(struct.pack("BBB", *field) for field in developer)
        return self

    def add(self, local, *values, offset=None):
        order, fields, developer = self.definitions[local]
        self.body += struct.pack("B", local if offset is None else 0x80 | local << 5 | offset)
        sizes = [(size, base) for _, size, base in fields] + [(size, None) for _, size, _ in developer]
        for (size, base), value in zip(sizes, values, strict=True):
            self.body += self._packed(order, size, base, value)
        self.ends.append(len(self.body))
        return self

    @staticmethod
    def _packed(order, size, base, value):
        if isinstance(value, bytes) or base not in CODES:
            return value.ljust(size, b"\0")[:size]
        several = value if isinstance(value, (tuple, list)) else (value,)
        return struct.pack(f"{order}{len(several)}{CODES[base]}", *several)

    def raw(self, data):
        self.body += data
        return self

    def file_id(self, kind=4, *, manufacturer=1, product=3113, serial=77, created=START, local=0):
        self.define(local, 0, [(0, 1, 0x00), (1, 2, 0x84), (2, 2, 0x84), (3, 4, 0x8C), (4, 4, 0x86)])
        return self.add(local, kind, manufacturer, product, serial, created)

    def records(self, count, *, start=START, heart_rate=120, local=1, step_s=1):
        """Records with time, heart rate, distance 3 m apart, and speed 3 m/s."""
        self.define(local, 20, [(253, 4, 0x86), (3, 1, 0x02), (5, 4, 0x86), (6, 2, 0x84)])
        for index in range(count):
            self.add(local, start + index * step_s, heart_rate + index % 10, 300 * index, 3000)
        return self

    def session(self, *, start=START, elapsed_s=60, sport=1, local=2, sub_sport=0):
        self.define(
            local, 18,
            [(253, 4, 0x86), (2, 4, 0x86), (5, 1, 0), (6, 1, 0), (7, 4, 0x86), (8, 4, 0x86), (9, 4, 0x86), (16, 1, 2)],
        )  # fmt: skip
        return self.add(
            local, start + elapsed_s, start, sport, sub_sport, elapsed_s * 1000, elapsed_s * 1000, 18_000, 125
        )

    def bytes(self, *, header_size=14, data_size=None, header_crc=None, crc=None):
        size = len(self.body) if data_size is None else data_size
        header = struct.pack("<BBHI4s", header_size, 0x20, 2147, size, b".FIT")
        if header_size == 14:
            header += struct.pack("<H", crc_16(header) if header_crc is None else header_crc)
        whole = header + bytes(self.body)
        return whole + struct.pack("<H", crc_16(whole) if crc is None else crc)


@dataclass(frozen=True)
class Read:
    """What came out of a read: one frame per table, and the report."""

    tables: dict[str, pl.DataFrame]
    report: ReadReport

    def __getitem__(self, table):
        return self.tables.get(table, pl.DataFrame(schema=contract(table)))


@pytest.fixture
def fit_file():
    return FitBytes


@pytest.fixture
def read_fit(tmp_path):
    def read_bytes(data, *, time_zone="UTC"):
        path = tmp_path / "activity.fit"
        path.write_bytes(data)
        source = Source(path=path, name=path.name, source_file_id="f00d", athlete_id=7, time_zone=ZoneInfo(time_zone))
        frames, report = {}, None
        for item in READER.read(source):
            assert report is None, "the report comes last"
            if isinstance(item, ReadReport):
                report = item
            else:
                assert item.frame.schema == contract(item.table)
                assert len(item.frame) <= 100_000
                frames.setdefault(item.table, []).append(item.frame)
        return Read({table: pl.concat(parts) for table, parts in frames.items()}, report)

    return read_bytes


@pytest.fixture(scope="session")
def start_s():
    """FIT seconds the builder starts at."""
    return START


@pytest.fixture(scope="session")
def unix_s():
    """Unix seconds of a frame's time column."""

    def seconds(series):
        return [None if at is None else at.timestamp() for at in series]

    return seconds


@pytest.fixture(scope="session")
def epoch_s():
    return EPOCH
