"""Fields that hold other fields: packed speed and distance, packed beat times, and the enhanced twins."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from pipelines.readers.fit import fields
from pipelines.readers.fit.messages import Field, Messages
from pipelines.readers.fit.values import Floats, Integers

COMPRESSED_BYTES = 3
COMPRESSED_SPEED_SCALE = 100.0
"""Packed speed: 12 bits, raw per m/s."""

COMPRESSED_DISTANCE_SCALE = 16.0
"""Packed distance: 12 bits, raw per m, rolling over at 256 m."""

TWELVE_BITS = 0xFFF


def either(messages: Messages, first: Field, second: Field) -> Floats:
    """The first field where it holds a value, else the second: an enhanced field and its plain twin."""
    values = messages.numbers(first)
    missing = np.isnan(values)
    return np.where(missing, messages.numbers(second), values) if missing.any() else values


def compressed_speed_distance(records: Messages) -> tuple[Floats, Floats]:
    """Speed (m/s) and running distance (m) from field 8 of all records; NaN where it is missing.

    The distance is accumulated over the records of each chained FIT file, so give all of them, not a slice.
    """
    raw = records.octets(fields.RECORD_COMPRESSED_SPEED_DISTANCE)
    nothing = np.full(len(records), np.nan)
    if raw.shape[1] < COMPRESSED_BYTES:
        return nothing, nothing.copy()
    present = (raw[:, :COMPRESSED_BYTES] >= 0).all(axis=1)
    low = raw[:, 0] | (raw[:, 1] & 0x0F) << 8
    high = raw[:, 1] >> 4 | raw[:, 2] << 4
    speed = np.where(present & (low != TWELVE_BITS), low / COMPRESSED_SPEED_SCALE, np.nan)
    distance = nothing
    for number in np.unique(records.part):
        rows = np.flatnonzero(present & (records.part == number))
        distance[rows] = accumulated(high[rows], bits=12) / COMPRESSED_DISTANCE_SCALE
    return speed, distance


def accumulated(raw: Integers, *, bits: int) -> Integers:
    """A counter of few bits that rolls over, as one that does not; it starts at its first value."""
    if len(raw) == 0:
        return raw
    steps = np.diff(raw, prepend=0) % (1 << bits)
    steps[0] = raw[0]
    total: Integers = np.cumsum(steps)
    return total


def packed_12_bits(raw: npt.NDArray[np.int64]) -> Integers:
    """Values of 12 bits from rows of bytes, least significant first; -1 where the row is missing."""
    triples = raw.shape[1] // COMPRESSED_BYTES
    out = np.full((len(raw), triples * 2), -1, np.int64)
    for index in range(triples):
        one, two, three = (raw[:, index * COMPRESSED_BYTES + place] for place in range(COMPRESSED_BYTES))
        present = one >= 0
        out[:, 2 * index] = np.where(present, one | (two & 0x0F) << 8, -1)
        out[:, 2 * index + 1] = np.where(present, two >> 4 | three << 4, -1)
    return out


def _cadence(records: Messages) -> Floats:
    """Cadence with its fraction; the finer field stands in where the plain one is missing."""
    whole = either(records, fields.RECORD_CADENCE, fields.RECORD_CADENCE_256)
    fraction = records.numbers(fields.RECORD_FRACTIONAL_CADENCE)
    return whole + np.where(np.isnan(fraction) | np.isnan(records.numbers(fields.RECORD_CADENCE)), 0.0, fraction)


RECORD_COLUMNS: dict[str, Callable[[Messages], Floats]] = {
    "latitude_deg": lambda records: records.numbers(fields.RECORD_LATITUDE),
    "longitude_deg": lambda records: records.numbers(fields.RECORD_LONGITUDE),
    "altitude_m": lambda records: either(records, fields.RECORD_ENHANCED_ALTITUDE, fields.RECORD_ALTITUDE),
    "distance_m": lambda records: records.numbers(fields.RECORD_DISTANCE),
    "speed_m_per_s": lambda records: either(records, fields.RECORD_ENHANCED_SPEED, fields.RECORD_SPEED),
    "heart_rate_bpm": lambda records: records.numbers(fields.RECORD_HEART_RATE),
    "cadence_rpm": _cadence,
    "power_w": lambda records: records.numbers(fields.RECORD_POWER),
    "temperature_c": lambda records: records.numbers(fields.RECORD_TEMPERATURE),
    "gps_accuracy_m": lambda records: records.numbers(fields.RECORD_GPS_ACCURACY),
}
"""How each column of a record is made from its own message."""
