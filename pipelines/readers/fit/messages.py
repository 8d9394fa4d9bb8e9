"""The data messages of a dropped file as columns: pick a message number, ask for a field."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from pipelines.readers.fit import values
from pipelines.readers.fit.layout import Layout, Spot
from pipelines.readers.fit.values import Block, Floats, Integers

LARGEST_INTEGER = 0xFFFFFFFF
"""No code, index or time of the format needs more than 32 bits; damaged bytes may declare more."""


@dataclass(frozen=True)
class Field:
    """A field of a message: number, and value = raw / scale - offset."""

    number: int
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class Messages:
    """Some data messages of one dropped file, in file order; selecting is cheap, bytes are gathered when asked."""

    data: bytes
    offsets: Integers
    """Byte offset of each message."""
    kinds: Integers
    """Index of each message's layout."""
    times: Integers
    """FIT seconds of each message; -1 where unknown."""
    layouts: tuple[Layout, ...]
    parts: Integers
    """Number of the chained FIT file, per layout."""

    def __len__(self) -> int:
        return len(self.offsets)

    def take(self, rows: slice | npt.NDArray[np.bool_] | Integers) -> Self:
        """Those messages, in their order."""
        return type(self)(self.data, self.offsets[rows], self.kinds[rows], self.times[rows], self.layouts, self.parts)

    def of(self, number: int) -> Self:
        """The messages with that global number."""
        wanted = np.array([layout.number == number for layout in self.layouts], bool)
        return self.take(np.flatnonzero(wanted[self.kinds]) if wanted.any() else slice(0, 0))

    @cached_property
    def part(self) -> Integers:
        """Number of the chained FIT file each message is in."""
        return self.parts[self.kinds] if len(self.parts) else np.zeros(0, np.int64)

    @cached_property
    def blocks(self) -> tuple[tuple[slice | Integers, Layout, Block, int], ...]:
        """Per layout that occurs: its rows, the layout, their bytes, and its index."""
        if len(self) == 0:
            return ()
        present = np.flatnonzero(np.bincount(self.kinds, minlength=len(self.layouts)))
        if len(present) == 1:
            kind = int(present[0])
            return (
                (slice(None), self.layouts[kind], gathered(self.data, self.offsets, self.layouts[kind].size), kind),
            )
        found: list[tuple[slice | Integers, Layout, Block, int]] = []
        for kind in map(int, present):
            rows = np.flatnonzero(self.kinds == kind)
            layout = self.layouts[kind]
            found.append((rows, layout, gathered(self.data, self.offsets[rows], layout.size), kind))
        return tuple(found)

    def _spots(self, number: int) -> Iterator[tuple[slice | Integers, Layout, Block, Spot]]:
        for rows, layout, block, _ in self.blocks:
            spot = layout.spots.get(number)
            if spot is not None:
                yield rows, layout, block, spot

    def numbers(self, field: Field) -> Floats:
        """The field in each message, scaled; NaN where missing. Of an array the first value."""
        out = np.full(len(self), np.nan)
        for rows, layout, block, spot in self._spots(field.number):
            out[rows] = values.scalars(block, spot, byte_order=layout.byte_order)
        if field.scale != 1.0:
            out /= field.scale
        if field.offset:
            out -= field.offset
        return out

    def integers(self, field: Field) -> Integers:
        """The field in each message as whole numbers; -1 where missing or beyond 32 bits. For codes, indices, times."""
        raw = self.numbers(field)
        return np.where((raw >= 0) & (raw <= LARGEST_INTEGER), raw, -1.0).astype(np.int64)

    def table(self, field: Field) -> Floats:
        """An array field, one row per message, scaled; short and missing elements are NaN."""
        width = max((spot.width for _, _, _, spot in self._spots(field.number)), default=0)
        out = np.full((len(self), width), np.nan)
        for rows, layout, block, spot in self._spots(field.number):
            out[rows, : spot.width] = values.table(block, spot, byte_order=layout.byte_order)
        return out / field.scale - field.offset

    def octets(self, number: int) -> npt.NDArray[np.int64]:
        """Raw bytes of a field, one row per message, all -1 where the field is missing."""
        width = max((spot.size for _, _, _, spot in self._spots(number)), default=0)
        out = np.full((len(self), width), -1, np.int64)
        for rows, _, block, spot in self._spots(number):
            raw = values.octets(block, spot).astype(np.int64)
            raw[(raw == 0xFF).all(axis=1)] = -1  # noqa: PLR2004
            out[rows, : spot.size] = raw
        return out

    def texts(self, number: int) -> list[str | None]:
        """A text field in each message; null where missing or empty."""
        out: list[str | None] = [None] * len(self)
        positions = np.arange(len(self))
        for rows, _, block, spot in self._spots(number):
            for row, text in zip(positions[rows], values.texts(block, spot), strict=True):
                out[int(row)] = text
        return out


def gathered(data: bytes, offsets: Integers, size: int) -> Block:
    """The bytes of messages of one size: a view when they follow each other without a break, else a copy."""
    count = len(offsets)
    first, last = int(offsets[0]), int(offsets[-1])
    if last - first == (count - 1) * size:
        return np.frombuffer(data, np.dtype((np.void, size)), count, first)
    every = np.ndarray((len(data) - size + 1,), np.dtype((np.void, size)), buffer=data, strides=(1,))
    found: Block = every[offsets]
    return found
