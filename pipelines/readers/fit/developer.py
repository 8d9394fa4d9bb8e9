"""Developer fields: values that apps on the device add, described inside the file."""

from dataclasses import dataclass

import numpy as np

from pipelines.readers.fit import fields, values
from pipelines.readers.fit.components import RECORD_COLUMNS
from pipelines.readers.fit.layout import BASE_NUMBER_MASK, Spot
from pipelines.readers.fit.messages import Messages
from pipelines.readers.fit.values import Floats

NATIVE_COLUMNS = {
    2: "altitude_m",
    78: "altitude_m",
    3: "heart_rate_bpm",
    4: "cadence_rpm",
    5: "distance_m",
    6: "speed_m_per_s",
    73: "speed_m_per_s",
    7: "power_w",
    13: "temperature_c",
}
"""Native record fields that a developer field may stand for, and our column."""

UNIT_FACTORS = {
    "altitude_m": {"m": 1.0, "meter": 1.0, "meters": 1.0, "metres": 1.0},
    "heart_rate_bpm": {"bpm": 1.0},
    "cadence_rpm": {"rpm": 1.0, "spm": 0.5, "steps/min": 0.5},
    "distance_m": {"m": 1.0, "meter": 1.0, "meters": 1.0, "metres": 1.0, "km": 1000.0},
    "speed_m_per_s": {"m/s": 1.0, "km/h": 1 / 3.6, "kmh": 1 / 3.6},
    "power_w": {"w": 1.0, "watt": 1.0, "watts": 1.0},
    "temperature_c": {"c": 1.0, "°c": 1.0, "celsius": 1.0},
}
"""What one of the stated unit is in the unit of the column; a unit not listed here is not taken."""


@dataclass(frozen=True, kw_only=True)
class Description:
    """One field_description: what a developer field means."""

    name: str
    units: str
    base_number: int
    scale: float
    offset: float
    native_field: int


def descriptions(messages: Messages) -> dict[tuple[int, int, int], Description]:
    """Descriptions by (chained file, developer data index, field number); of one given twice the later."""
    told = messages.of(fields.FIELD_DESCRIPTION)
    found: dict[tuple[int, int, int], Description] = {}
    names, units = told.texts(fields.DEVELOPER_NAME), told.texts(fields.DEVELOPER_UNITS)
    columns = [
        told.integers(field).tolist()
        for field in (
            fields.DEVELOPER_INDEX,
            fields.DEVELOPER_FIELD,
            fields.DEVELOPER_BASE,
            fields.DEVELOPER_NATIVE_MESSAGE,
            fields.DEVELOPER_NATIVE_FIELD,
        )
    ]
    scales = np.nan_to_num(told.numbers(fields.DEVELOPER_SCALE), nan=1.0).tolist()
    offsets = np.nan_to_num(told.numbers(fields.DEVELOPER_OFFSET), nan=0.0).tolist()
    for row, (part, index, number, base, message, native) in enumerate(zip(told.part.tolist(), *columns, strict=True)):
        is_of_record = message in (fields.RECORD, -1)
        found[part, index, number] = Description(
            name=names[row] or "",
            units=(units[row] or "").lower(),
            base_number=base & BASE_NUMBER_MASK,
            scale=scales[row] or 1.0,
            offset=offsets[row],
            native_field=native if is_of_record else -1,
        )
    return found


def native_stand_ins(records: Messages, described: dict[tuple[int, int, int], Description]) -> dict[str, Floats]:
    """Columns of records that only a developer field gives, because the native field holds nothing in the file."""
    candidates = {
        NATIVE_COLUMNS[told.native_field] for told in described.values() if told.native_field in NATIVE_COLUMNS
    }
    found: dict[str, Floats] = {}
    for column in sorted(candidates):
        if len(records) == 0 or np.isfinite(RECORD_COLUMNS[column](records)).any():
            continue
        values_found = _native(records, described, column)
        if np.isfinite(values_found).any():
            found[column] = values_found
    return found


def _native(records: Messages, described: dict[tuple[int, int, int], Description], column: str) -> Floats:
    out = np.full(len(records), np.nan)
    for rows, layout, block, kind in records.blocks:
        for (index, number), spot in layout.developer_spots.items():
            told = described.get((int(records.parts[kind]), index, number))
            if told is None or NATIVE_COLUMNS.get(told.native_field) != column:
                continue
            factor = UNIT_FACTORS[column].get(told.units, None if told.units else 1.0)
            if factor is None:
                continue
            typed = Spot(spot.offset, spot.size, told.base_number)
            raw = values.scalars(block, typed, byte_order=layout.byte_order)
            out[rows] = np.where(np.isnan(out[rows]), (raw / told.scale - told.offset) * factor, out[rows])
    return out
