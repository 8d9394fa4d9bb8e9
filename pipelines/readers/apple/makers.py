"""Which device or app a row came from: out of the text of the device, else out of the name of the source."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from pipelines.tables import contract

APPLE = "Apple Inc."
"""How Apple's own devices state their maker."""

_ADDRESS = re.compile(r"<<HKDevice: 0x[0-9a-fA-F]*>")
_PART = re.compile(
    r"(?:^|, )(name|manufacturer|model|hardware|firmware|software|localIdentifier|UDIDeviceIdentifier|creation date):"
)
_APPLE_PRODUCTS = re.compile(r"apple ?watch|iphone|ipad|ipod", re.IGNORECASE)
_OWNER = re.compile(r"^.{1,40}?['\N{RIGHT SINGLE QUOTATION MARK}]s?\s+(?=\S)")
"""The owner in front of a device's name, as in Anna's Watch: a person's name does not belong to a device."""

NO_BREAK_SPACES = str.maketrans(dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}", " "))


@dataclass(frozen=True, kw_only=True)
class Maker:
    """A device or app, as it stands in `devices`, with its firmware."""

    manufacturer: str
    product: str
    firmware: str | None

    @property
    def device_id(self) -> str:
        """manufacturer:product: in lower case, without spaces; the export states no serial number."""
        return f"{self.manufacturer}:{self.product}:".lower().replace(" ", "")


@dataclass
class Makers:
    """Every device and app seen so far; rows carry their number in it."""

    numbers: dict[Maker, int] = field(default_factory=dict)
    known: list[Maker] = field(default_factory=list)

    def number_of(self, *, source: str, version: str | None, device: str | None) -> int:
        """Number of the maker that a source, its version and the text of its device stand for."""
        maker = maker_of(source=source, version=version, device=device)
        if maker not in self.numbers:
            self.numbers[maker] = len(self.known)
            self.known.append(maker)
        return self.numbers[maker]


def maker_of(*, source: str, version: str | None, device: str | None) -> Maker:
    """The device that the text names, else the app or Apple device the source is called after.

    The address in the text changes from row to row and is left out, as is the owner's name in a source's.
    """
    parts = _parts(device or "")
    product = parts.get("hardware") or parts.get("model") or parts.get("name")
    if product:
        manufacturer = parts.get("manufacturer") or "unknown"
        firmware = parts.get("software") or parts.get("firmware")
        is_apple = manufacturer.casefold().startswith("apple")
        return Maker(manufacturer=APPLE if is_apple else manufacturer, product=product, firmware=firmware)
    name = " ".join(source.translate(NO_BREAK_SPACES).split())
    if own := _APPLE_PRODUCTS.search(name):
        product = "Watch" if "watch" in own[0].casefold() else own[0]
        return Maker(manufacturer=APPLE, product=product, firmware=version)
    return Maker(manufacturer=_OWNER.sub("", name) or "unknown", product="app", firmware=None)


def device_rows(makers: Iterable[Maker]) -> pl.DataFrame:
    """One row of `devices` for each device or app, whatever its firmware."""
    rows = {
        maker.device_id: {
            "device_id": maker.device_id,
            "manufacturer": maker.manufacturer,
            "product": maker.product,
            "serial": None,
        }
        for maker in makers
    }
    return pl.DataFrame([rows[key] for key in sorted(rows)], schema=contract("devices"))


def _parts(device: str) -> dict[str, str]:
    """Names and values of a device's text; values may hold commas, as `hardware:Watch6,7` does."""
    text = _ADDRESS.sub("", device.strip()).removesuffix(">").lstrip(", ")
    pieces = _PART.split(text)
    return {name: value.strip() for name, value in zip(pieces[1::2], pieces[2::2], strict=True) if value.strip()}
