"""Packs FIT messages: layouts, definitions, whole columns of rows at a time, header and checksums.

Source: Flexible and Interoperable Data Transfer (FIT) protocol, file layout and base types.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import fastcrc
import numpy as np
import numpy.typing as npt

EPOCH_S = 631_065_600
"""Seconds from 1970-01-01 to 1989-12-31, where FIT time starts (UTC)."""

PROTOCOL_VERSION = 0x20
PROFILE_VERSION = 2132

TIMESTAMP = 253
"""Field number of the full time stamp in every message."""

_BASE_TYPES = {
    "enum": (0x00, "u1", 0xFF),
    "sint8": (0x01, "i1", 0x7F),
    "uint8": (0x02, "u1", 0xFF),
    "sint16": (0x83, "<i2", 0x7FFF),
    "uint16": (0x84, "<u2", 0xFFFF),
    "sint32": (0x85, "<i4", 0x7FFFFFFF),
    "uint32": (0x86, "<u4", 0xFFFFFFFF),
    "uint32z": (0x8C, "<u4", 0),
}

Values = Mapping[str, "float | npt.NDArray[np.float64]"]


@dataclass(frozen=True)
class Field:
    """One field of a message: its number and base type, and raw value = (physical value + offset) * scale."""

    name: str
    number: int
    base_type: str
    scale: float = 1.0
    offset: float = 0.0

    def raw(self, values: "float | npt.NDArray[np.float64]") -> npt.NDArray[np.float64]:
        """Raw numbers; NaN and what does not fit become the invalid value of the base type."""
        _, code, invalid = _BASE_TYPES[self.base_type]
        raw = np.rint((np.asarray(values, dtype=np.float64) + self.offset) * self.scale)
        limits = np.iinfo(np.dtype(code))
        fits = np.isfinite(raw) & (raw >= limits.min) & (raw <= limits.max)
        return np.where(fits, raw, invalid)


@dataclass(frozen=True)
class Layout:
    """One message as it is written: global number, fields in order, and the local type it goes by in a file."""

    global_number: int
    local_type: int
    fields: tuple[Field, ...]

    @cached_property
    def dtype(self) -> np.dtype[np.void]:
        """Packed row: the header byte, then the fields."""
        return np.dtype([("header", "u1"), *((field.name, _BASE_TYPES[field.base_type][1]) for field in self.fields)])

    def definition(self) -> bytes:
        """The definition message."""
        fields = b"".join(
            bytes((field.number, np.dtype(_BASE_TYPES[field.base_type][1]).itemsize, _BASE_TYPES[field.base_type][0]))
            for field in self.fields
        )
        start = bytes((0x40 | self.local_type, 0, 0)) + self.global_number.to_bytes(2, "little")
        return start + bytes((len(self.fields),)) + fields

    def rows(self, values: Values, *, count: int = 1) -> npt.NDArray[np.void]:
        """Rows with the physical values given; fields without one are invalid."""
        rows = np.empty(count, dtype=self.dtype)
        rows["header"] = self.local_type
        strange = set(values) - {field.name for field in self.fields}
        if strange:
            raise ValueError(f"message {self.global_number} has no field {sorted(strange)}")
        for field in self.fields:
            rows[field.name] = field.raw(values.get(field.name, np.nan))
        return rows

    def message(self, values: Values) -> bytes:
        """Definition and one row."""
        return self.definition() + self.rows(values).tobytes()


def compressed(rows: npt.NDArray[np.void], timestamps_s: npt.NDArray[np.float64]) -> npt.NDArray[np.void]:
    """Rows without a time stamp field, with the five low bits of the time in the header byte instead.

    The time before each row lies less than 32 s back, or the time of the row is lost: the caller sees to it.
    """
    rows["header"] = 0x80 | (rows["header"] << 5) | (timestamps_s.astype(np.int64) & 0x1F).astype(np.uint8)
    return rows


def fit_file(body: bytes) -> bytes:
    """The whole file: header with its checksum, the messages, the checksum of all."""
    start = bytes((14, PROTOCOL_VERSION)) + PROFILE_VERSION.to_bytes(2, "little")
    start += len(body).to_bytes(4, "little") + b".FIT"
    head = start + checksum(start)
    return head + body + checksum(head + body)


def checksum(content: bytes) -> bytes:
    """CRC-16 of the content (polynomial 0x8005 reflected, start 0), two bytes, low first."""
    return int(fastcrc.crc16.arc(content)).to_bytes(2, "little")
