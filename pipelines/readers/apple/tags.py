"""Tags and attributes of the export, read so that one damaged tag costs itself and nothing beside it."""

import re

SUBJECTS = (
    b"Record", b"Workout", b"ActivitySummary", b"Correlation", b"ClinicalRecord", b"Audiogram", b"VisionPrescription",
)  # fmt: skip
"""Elements that stand by themselves in the export."""

SUBJECT_START = re.compile(rb"<(?:" + b"|".join(SUBJECTS) + rb")(?=[\s/>])")
"""Where such an element begins."""

TAG = re.compile(
    rb"<(?P<closes>/?)(?P<name>[A-Za-z]\w*+)(?P<inside>(?:[^<>\"'/]++|\"[^\"<]*+\"|'[^'<]*+'|/(?!>))*+)(?P<alone>/?)>"
)
"""A whole tag: quotation marks in pairs, no < in a value."""

ASIDE = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^\[>]*\[.*?\]\s*>|<![A-Z][^>]*>", re.DOTALL)
"""Comments, instructions and declarations: nothing in them is data."""

_ATTRIBUTE = re.compile(rb"([A-Za-z_][\w:.-]*+)\s*=\s*(?:\"([^\"<]*+)\"|'([^'<]*+)')")
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}

LAST_CODE_POINT = 0x10FFFF


def attributes(inside: bytes) -> dict[str, str]:
    """Names and values of a tag; of a name that stands twice the first counts."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(inside):
        name, double, single = match.groups()
        found.setdefault(name.decode("ascii", "replace"), plain_text(double if single is None else single))
    return found


def plain_text(value: bytes) -> str:
    """A value without its entities; bytes that are no UTF-8 show as U+FFFD."""
    text = value.decode("utf-8", "replace")
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code <= LAST_CODE_POINT and not 0xD800 <= code <= 0xDFFF else ""  # noqa: PLR2004 - halves
