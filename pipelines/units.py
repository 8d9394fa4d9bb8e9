"""Units: the suffixes a column name may end in, and the constants between them."""

SUFFIXES = {
    "_at_utc": "UTC",
    "_date": "local date",
    "_s": "s",
    "_ns": "ns",
    "_ms": "ms",
    "_bpm": "bpm",
    "_rpm": "rpm",
    "_w": "W",
    "_m": "m",
    "_deg": "deg",
    "_c": "deg C",
    "_m_per_s": "m/s",
    "_j": "J",
    "_kcal": "kcal",
    "_bytes": "bytes",
    "_fraction": "fraction",
}

SEMICIRCLE_DEG = 180.0 / 2**31
"""One semicircle in degrees: the FIT unit of position."""

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG), for the haversine formula."""
