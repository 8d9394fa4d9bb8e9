"""How a definition message lays out the data messages that follow it.

Source: the public facts of the FIT protocol (a definition names field number, size and base type; a data message
is its header byte and those fields in that order).
"""

from dataclasses import dataclass
from functools import lru_cache

DEFINITION_FIXED_BYTES = 6
"""Header byte, reserved byte, architecture, global number (2) and field count."""

FIELD_BYTES = 3
"""Bytes a definition spends on one field: number, size, base type; for a developer field its index comes last."""

DEVELOPER_FLAG = 0x20
"""Bit 5 of a definition's header byte: a list of developer fields follows."""

BASE_NUMBER_MASK = 0x1F
"""Bits of the base type byte that number the type: some writers leave out the endian flag (bit 7)."""

BYTE_TYPE = 0x0D


@dataclass(frozen=True)
class Base:
    """One base type: NumPy code without byte order, size (bytes), and the raw value that means missing."""

    code: str
    size: int
    missing: int | None


BASES: dict[int, Base] = {
    0x00: Base("u1", 1, 0xFF),
    0x01: Base("i1", 1, 0x7F),
    0x02: Base("u1", 1, 0xFF),
    0x03: Base("i2", 2, 0x7FFF),
    0x04: Base("u2", 2, 0xFFFF),
    0x05: Base("i4", 4, 0x7FFFFFFF),
    0x06: Base("u4", 4, 0xFFFFFFFF),
    0x08: Base("f4", 4, None),
    0x09: Base("f8", 8, None),
    0x0A: Base("u1", 1, 0),
    0x0B: Base("u2", 2, 0),
    0x0C: Base("u4", 4, 0),
    BYTE_TYPE: Base("u1", 1, 0xFF),
    0x0E: Base("i8", 8, 0x7FFFFFFFFFFFFFFF),
    0x0F: Base("u8", 8, 0xFFFFFFFFFFFFFFFF),
    0x10: Base("u8", 8, 0),
}
"""Numeric base types by number; a float's missing value has all bits set, which is a NaN already."""


@dataclass(frozen=True)
class Spot:
    """Where a field lies in its message."""

    offset: int
    """Bytes from the header byte of the message."""
    size: int
    base_number: int

    @property
    def base(self) -> Base | None:
        """Numeric base type when the size holds a whole number of its values; else null: only raw bytes."""
        base = BASES.get(self.base_number)
        return base if base and self.size and self.size % base.size == 0 else None

    @property
    def width(self) -> int:
        """Number of values the field holds; 0 when they are raw bytes only."""
        return self.size // self.base.size if self.base else 0


@dataclass(frozen=True)
class Layout:
    """One definition: what a data message of it looks like."""

    number: int
    """Global message number, such as 20 for a record."""
    byte_order: str
    """`<` or `>`, stated by each definition."""
    size: int
    """Bytes of a data message, header byte included."""
    spots: dict[int, Spot]
    """Fields by number; of a number given twice the first."""
    developer_spots: dict[tuple[int, int], Spot]
    """Developer fields by (developer data index, field number); their base type stands in field_description."""


def definition_length(data: bytes, start: int, stop: int) -> int | None:
    """Bytes of the definition message at `start`; null when it does not end before `stop`."""
    if start + DEFINITION_FIXED_BYTES > stop:
        return None
    length = DEFINITION_FIXED_BYTES + FIELD_BYTES * data[start + 5]
    if data[start] & DEVELOPER_FLAG:
        if start + length + 1 > stop:
            return None
        length += 1 + FIELD_BYTES * data[start + length]
    return length if start + length <= stop else None


@lru_cache(maxsize=1024)
def layout_of(definition: bytes, *, has_developer_fields: bool) -> Layout:
    """Layout of one definition message, given without its header byte; cached, for devices redefine all the time."""
    byte_order = _byte_order(definition)
    number = int.from_bytes(definition[2:4], "little" if byte_order == "<" else "big")
    field_count = definition[4]
    spots: dict[int, Spot] = {}
    offset = 1
    for at in range(5, 5 + FIELD_BYTES * field_count, FIELD_BYTES):
        field, size, base_byte = definition[at : at + FIELD_BYTES]
        spots.setdefault(field, Spot(offset, size, base_byte & BASE_NUMBER_MASK))
        offset += size
    developer_spots: dict[tuple[int, int], Spot] = {}
    if has_developer_fields:
        first = 5 + FIELD_BYTES * field_count
        for at in range(first + 1, first + 1 + FIELD_BYTES * definition[first], FIELD_BYTES):
            field, size, index = definition[at : at + FIELD_BYTES]
            developer_spots.setdefault((index, field), Spot(offset, size, BYTE_TYPE))
            offset += size
    return Layout(number, byte_order, offset, spots, developer_spots)


def _byte_order(definition: bytes) -> str:
    """Byte order a definition states; a damaged statement is read in the order that gives the smaller number."""
    stated = definition[1]
    if stated in (0, 1):
        return "<>"[stated]
    return "<" if int.from_bytes(definition[2:4], "little") <= int.from_bytes(definition[2:4], "big") else ">"
