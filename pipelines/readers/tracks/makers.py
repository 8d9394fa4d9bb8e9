"""Which device or app made a track, from the name a file gives it."""

import re
from dataclasses import dataclass

MAKERS = (
    ("garmin", r"garmin|forerunner|edge|f[eē]nix|v[ií]vo|instinct|epix|enduro|venu|tactix|descent|quatix|oregon|etrex"),
    ("polar_electro", r"polar"),
    ("suunto", r"suunto"),
    ("wahoo_fitness", r"wahoo|elemnt"),
    ("coros", r"coros"),
    ("tomtom", r"tomtom"),
    ("timex", r"timex"),
    ("apple", r"apple watch"),
    ("samsung", r"samsung|galaxy watch"),
    ("huawei", r"huawei|honor"),
    ("amazfit", r"amazfit|zepp"),
    ("fitbit", r"fitbit"),
    ("bryton", r"bryton"),
    ("sigmasport", r"sigma|rox"),
    ("lezyne", r"lezyne"),
    ("hammerhead", r"hammerhead|karoo"),
)
"""Makers as the FIT registry calls them, and how names of their devices start."""

APPS = re.compile(r"connect|health|app\b|gpx\b|flow\b|export|\.com|android|ios\b|iphone", re.IGNORECASE)
"""Names of programs: what made the file, not what recorded it."""

NAME_MAXIMUM = 60
"""Longest name kept (characters)."""


@dataclass(frozen=True, kw_only=True)
class TrackDevice:
    """The device or app a file names."""

    manufacturer: str
    product: str
    serial: str | None = None
    firmware: str | None = None

    @property
    def device_id(self) -> str:
        """manufacturer:product:serial, in lower case, without spaces."""
        return re.sub(r"\s", "", f"{self.manufacturer}:{self.product}:{self.serial or ''}").lower()

    def row(self) -> dict[str, str | None]:
        """Its row in `devices`."""
        named = {"manufacturer": self.manufacturer, "product": self.product, "serial": self.serial}
        return {"device_id": self.device_id, **named}


def device_named(
    name: str, *, product_number: str = "", serial: str = "", firmware: str | None = None
) -> TrackDevice | None:
    """The device of that name; null without one. Numbers of 0 are none.

    A Garmin device goes by its product number where that is stated, as in its FIT files: one device, one key.
    """
    name = " ".join(name.split())[:NAME_MAXIMUM]
    if not name:
        return None
    maker = next((maker for maker, starts in MAKERS if re.match(starts, name, re.IGNORECASE)), None)
    number, unit = _number(product_number), _number(serial)
    if maker == "garmin" and number and unit:
        return TrackDevice(manufacturer=maker, product=number, serial=unit, firmware=firmware)
    if maker is None:
        maker, _, rest = name.partition(" ")
        return TrackDevice(manufacturer=maker, product=rest or "unknown", serial=unit, firmware=firmware)
    first, _, rest = name.partition(" ")
    is_maker = rest and maker.startswith(first.lower())
    return TrackDevice(manufacturer=maker, product=rest if is_maker else name, serial=unit, firmware=firmware)


def creator_named(creator: str) -> TrackDevice | None:
    """The device, or else the app, that a file names as its creator; null without one."""
    name = re.split(r"\s+-\s+|\s*\(|\s*https?:", creator.strip())[0].strip()
    is_device = any(re.match(starts, name, re.IGNORECASE) for _, starts in MAKERS) and not APPS.search(name)
    if is_device:
        return device_named(name)
    app = "Strava" if name.lower().startswith("strava") else " ".join(name.split())[:NAME_MAXIMUM]
    return TrackDevice(manufacturer=app, product="app") if app else None


def _number(text: str) -> str | None:
    return text if text.isascii() and text.isdigit() and int(text) > 0 else None
