"""Stop 2, recognise: exactly one reader says yes to a file, or it is set aside with the candidates named."""

from functools import cache
from pathlib import Path

import pipelines.readers
from pipelines.discovery import declared
from pipelines.errors import AmbiguousFormat, UnknownFormat, UnsupportedExport
from pipelines.readers.contract import Head, Reader
from pipelines.readers.unsupported import known_format

OBSERVED = frozenset({"rmssd", "resting_heart_rate"})
"""Metrics whose stated values become observations."""

HEAD_BYTES = 8192
"""How much of a file recognition may look at (bytes)."""


@cache
def readers() -> tuple[Reader, ...]:
    """Every format there is, in order of name."""
    found = declared(pipelines.readers, Reader)
    return tuple(sorted(found, key=lambda reader: reader.name))


@cache
def stored_only() -> frozenset[tuple[str, str]]:
    """Metric and method of every declared number that is stored and never observed: vendors' scores and second ways."""
    methods = (method for reader in readers() for method in reader.methods)
    return frozenset((one.metric, one.method) for one in methods if one.stored_only or one.evidence == "black_box")


@cache
def labels() -> dict[str, str]:
    """How a coach reads each method, by its name: where several numbers share it, as the observed one is read."""
    methods = [method for reader in readers() for method in reader.methods if method.evidence != "black_box"]
    return {one.method: one.label for one in sorted(methods, key=lambda one: one.metric in OBSERVED)}


def reader_named(name: str) -> Reader:
    """The reader of that name, as `source_files.format` stores it.

    Raises `UnknownFormat` when there is none, such as after a reader was taken out.
    """
    for reader in readers():
        if reader.name == name:
            return reader
    raise UnknownFormat(
        doing="look up the reader",
        where=name,
        found=f"there is none of that name; there are {', '.join(reader.name for reader in readers())}",
        remedy="Run again with --retry to recognise the file anew",
    )


def head_of(path: Path, name: str | None = None) -> Head:
    """What the file looks like from outside; `name` where it lies under another one than it was dropped as.

    Raises `OSError` when the file cannot be opened.
    """
    with path.open("rb") as file:
        start = file.read(HEAD_BYTES)
    return Head(name=name or path.name, size_bytes=path.stat().st_size, start=start)


def recognise(head: Head) -> Reader:
    """The one reader that says yes.

    Raises `UnsupportedExport` when none does and it is known what the file is, `UnknownFormat` when that is not
    known either, and `AmbiguousFormat`, naming the candidates, when several say yes.
    """
    candidates = [reader for reader in readers() if reader.recognise(head)]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        known = known_format(head)
        if known is not None:
            found = f"it is {known.label}, which is not read"
            raise UnsupportedExport(doing="recognise", where=head.name, found=found, remedy=known.instead)
        raise UnknownFormat(
            doing="recognise",
            where=head.name,
            found=f"no reader knows this content ({_impression(head)})",
            remedy="`wattworth formats` lists what can be read; drop the original export if this is a copy of one",
        )
    raise AmbiguousFormat(
        doing="recognise",
        where=head.name,
        found=f"several readers say yes: {', '.join(reader.name for reader in candidates)}",
        remedy="Drop the export as the device or app wrote it, under its own name",
    )


def _impression(head: Head) -> str:
    """A few words on what the file starts with, for a person to tell what it is."""
    if not head.start:
        return "it is empty"
    lines = head.lines()
    text = next((" ".join(line.split()) for line in lines or [] if line.strip()), "")
    is_damaged = lines is None or "\N{REPLACEMENT CHARACTER}" in text
    if is_damaged and _is_mostly_text(head.start):
        return "text that is not UTF-8: save it as UTF-8"
    if lines is None or not text.isprintable():
        return f"binary, starts with the bytes {head.start[:8].hex(' ')}"
    if not text:
        return "nothing but white space, or one very long line" if not head.start.strip() else "one very long line"
    return f"text, starts with {text[:40]!r}"


def _is_mostly_text(start: bytes) -> bool:
    """Whether the bytes read like text in an older encoding: no control characters but white space."""
    return not any(byte < 32 and byte not in b"\t\r\n\x1a" for byte in start)  # noqa: PLR2004 - the first printable
