"""From the bytes of messages to numbers, lists, texts and raw bytes; what means missing becomes NaN or null."""

import numpy as np
import numpy.typing as npt

from pipelines.readers.fit.layout import BYTE_TYPE, Spot

LARGEST_FLOAT = 3.4e38
"""Largest number of 32 bits: infinities and what lies beyond are damaged bytes, so missing."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Block = npt.NDArray[np.void]
"""Whole messages of one layout, one item each."""


def scalars(block: Block, spot: Spot, *, byte_order: str) -> Floats:
    """First value of a field in each message, unscaled; NaN where missing or where the size fits no value."""
    return table(block, spot, byte_order=byte_order, width=1)[:, 0]


def table(block: Block, spot: Spot, *, byte_order: str, width: int | None = None) -> Floats:
    """Values of an array field, one row per message, unscaled; each missing element is NaN by itself."""
    base = spot.base
    count = len(block)
    width = spot.width if width is None else width
    if base is None or spot.width < width or not count or not width:
        return np.full((count, width), np.nan)
    raw: npt.NDArray[np.generic] = np.ndarray(
        (count, width),
        np.dtype(byte_order + base.code),
        buffer=block,
        offset=spot.offset,
        strides=(block.dtype.itemsize, base.size),
    )
    # Damaged bytes may be signalling NaNs, which warn when they are widened: they are missing like any other NaN.
    with np.errstate(invalid="ignore"):
        values: Floats = raw.astype(np.float64)
    if base.missing is None:
        values[~(np.abs(values) <= LARGEST_FLOAT)] = np.nan
    if base.missing is not None and (spot.base_number != BYTE_TYPE or spot.size == 1):
        missing = raw == np.array(base.missing, raw.dtype)
        values[missing] = np.nan
    elif spot.base_number == BYTE_TYPE:
        values[~present_bytes(octets(block, spot))] = np.nan
    return values


def octets(block: Block, spot: Spot) -> npt.NDArray[np.uint8]:
    """Raw bytes of a field, one row per message."""
    return np.ndarray(
        (len(block), spot.size),
        np.uint8,
        buffer=block,
        offset=spot.offset,
        strides=(block.dtype.itemsize, 1),
    )


def present_bytes(raw: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Whether each row of raw bytes holds anything: all 0xFF means missing."""
    present: npt.NDArray[np.bool_] = (raw != 0xFF).any(axis=1)  # noqa: PLR2004
    return present


def texts(block: Block, spot: Spot) -> list[str | None]:
    """First text of a string field in each message: UTF-8 up to the first NUL, which may be missing; empty is null."""
    found = (bytes(row).split(b"\0", 1)[0] for row in octets(block, spot))
    return [_printable(raw.decode("utf-8", errors="replace")) for raw in found]


def _printable(text: str) -> str | None:
    kept = "".join(letter for letter in text if letter.isprintable()).strip()
    return kept or None
