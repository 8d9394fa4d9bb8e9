"""Which device made a file, and which sensor its heart rates come from."""

from dataclasses import dataclass

import numpy as np

from pipelines.readers.fit import fields, names
from pipelines.readers.fit.messages import Field, Messages

CREATOR_INDEX = 0
"""Device index of the device that made the file."""

ANT_PLUS_HEART_RATE = 120
"""Device type of a heart-rate strap in the ANT+ registry."""

BLE_HEART_RATE = 1
"""Device type of a heart-rate sensor over Bluetooth LE."""

LOCAL_WRIST_HEART_RATE = 10
"""Device type of the watch's own optical sensor."""

LOCAL_SOURCE = 5
ANT_SOURCES = (0, 1)
BLE_SOURCES = (2, 3)

STRAP_SHARE = 0.9
"""Share of an activity a strap must have been there for to be its source."""


NOBODY = 0
"""Manufacturer and product that programs write when they know of none."""


@dataclass(frozen=True, kw_only=True)
class Maker:
    """The device or app that made a file."""

    manufacturer_number: int
    manufacturer: str
    product: str
    serial: str | None
    firmware: str | None

    @property
    def device_id(self) -> str:
        """manufacturer:product:serial, in lower case, without spaces."""
        return f"{self.manufacturer}:{self.product}:{self.serial or ''}".lower().replace(" ", "")


def maker(messages: Messages) -> Maker | None:
    """The device that made the file, from file_id and the creator's device_info; null when neither says."""
    identity = messages.of(fields.FILE_ID)
    info = messages.of(fields.DEVICE_INFO)
    creator = info.take(info.integers(fields.DEVICE_INDEX) == CREATOR_INDEX)
    manufacturer = _first(identity, fields.MANUFACTURER, _first(creator, fields.DEVICE_MANUFACTURER, -1))
    product = _first(identity, fields.PRODUCT, _first(creator, fields.DEVICE_PRODUCT, -1))
    serial = _first(identity, fields.SERIAL, _first(creator, fields.DEVICE_SERIAL, -1))
    name = _first_text(identity, fields.PRODUCT_NAME) or _first_text(creator, fields.DEVICE_PRODUCT_NAME)
    if manufacturer <= NOBODY and product <= NOBODY and name is None:
        return None
    return Maker(
        manufacturer_number=manufacturer,
        manufacturer=names.manufacturer(manufacturer) if manufacturer >= 0 else "unknown",
        product=name or (str(product) if product >= 0 else "unknown"),
        serial=str(serial) if serial > 0 else None,
        firmware=_firmware(messages, creator),
    )


def heart_rate_source(messages: Messages, *, start: float, end: float) -> str:
    """`strap`, `wrist` or `unknown` for one activity, from the sensors listed; times in FIT seconds.

    A strap first listed after a tenth of the activity, beside the watch's own sensor, leaves it unknown.
    """
    info = messages.of(fields.DEVICE_INFO)
    kinds = info.integers(fields.DEVICE_TYPE)
    sources = info.integers(fields.DEVICE_SOURCE_TYPE)
    is_ant = np.isin(sources, ANT_SOURCES) | (sources < 0)
    is_strap = (is_ant & (kinds == ANT_PLUS_HEART_RATE)) | (np.isin(sources, BLE_SOURCES) & (kinds == BLE_HEART_RATE))
    is_wrist = (sources == LOCAL_SOURCE) & (kinds == LOCAL_WRIST_HEART_RATE)
    listed_by_end = is_strap & (info.times <= max(end, start))
    if listed_by_end.any():
        first_seen = int(info.times[listed_by_end].min())
        is_early = first_seen <= start + (1 - STRAP_SHARE) * (end - start)
        return "strap" if is_early or not is_wrist.any() else "unknown"
    return "wrist" if is_wrist.any() else "unknown"


def _firmware(messages: Messages, creator: Messages) -> str | None:
    version = creator.numbers(fields.DEVICE_SOFTWARE)
    version = version[np.isfinite(version)]
    if len(version):
        return f"{version[0]:.2f}"
    software = _first(messages.of(fields.FILE_CREATOR), fields.FILE_CREATOR_SOFTWARE, -1)
    return str(software) if software >= 0 else None


def _first(messages: Messages, field: Field, otherwise: int) -> int:
    found = messages.integers(field)
    found = found[found >= 0]
    return int(found[0]) if len(found) else otherwise


def _first_text(messages: Messages, number: int) -> str | None:
    return next((text for text in messages.texts(number) if text), None)
