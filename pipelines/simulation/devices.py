"""The devices of the generated squad, as their files name themselves; serial numbers are invented."""

from dataclasses import dataclass
from typing import Literal

Recording = Literal["every_second", "smart", "compressed"]


@dataclass(frozen=True, kw_only=True)
class Device:
    """A watch, strap or app: numbers as in the FIT registry of manufacturers, firmware in hundredths."""

    manufacturer: int
    product: int
    serial: int
    firmware_hundredths: int
    is_enhanced: bool = True
    """Speed and altitude in the wide (enhanced) fields."""
    recording: Recording = "every_second"


GARMIN, SUUNTO, POLAR, COROS = 1, 23, 123, 294

STRAP_DEVICE_TYPE = 120
"""ANT+ device type of a heart-rate strap."""

WRIST_DEVICE_TYPE = 10
"""Local device type of an optical heart-rate sensor."""

SOURCE_ANTPLUS, SOURCE_LOCAL = 1, 5
"""Source types of `device_info`."""
