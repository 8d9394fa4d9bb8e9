"""XML files as text in pieces of bounded size, each ending between two points of a track.

No parser of XML is at work, so nothing is expanded, fetched or refused: entities and document types are only text,
and damage costs the point it is in.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHUNK_BYTES = 4 * 2**20
"""How much is read at once (bytes)."""

POINT_MAXIMUM_CHARS = 2 * CHUNK_BYTES
"""No point is longer (characters): an opening tag without an end so far on is damage."""

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip

_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ROOT = re.compile(r"\s*+<(?:[\w.-]++:)?+([\w.-]++)(?=[\s/>])")

ASIDE = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))
"""What is no part of the track: comments, quoted sections (names people give), instructions."""

CODECS = ("iso8859", "cp1", "cp9", "koi8", "mac", "gb", "big5", "euc", "shift_jis")
"""Encodings a file may declare, by the start of their name; the registry also holds what is no text."""

CUT_TRIES = 50
"""How many mentions of the point's name are looked at for a place to end a piece."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of the file; `text` has comments blanked out, character by character."""

    text: str
    first_byte: int
    """Where it starts in the file (bytes from 0)."""
    first_line: int
    """Line it starts on, from 1."""
    encoding: str
    is_last: bool

    def where(self, offset: int) -> str:
        """A place in it in words, such as `line 12 (byte 3456)`."""
        before = self.text[:offset]
        byte = self.first_byte + _byte_count(before, self.encoding)
        return f"line {self.first_line + before.count(chr(10))} (byte {byte})"


def root_name(start: bytes) -> str | None:
    """Local name of the first element, whatever stands before it; null when the text starts with none."""
    text = start.decode(encoding_of(start), errors="replace").lstrip("\ufeff\0 \t\r\n")
    if not text.startswith("<"):
        return None
    found = _ROOT.match(_blanked(text))
    return found[1] if found else None


def encoding_of(start: bytes) -> str:
    """Encoding by byte-order mark, else as declared, else UTF-8."""
    for mark, name in BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return name
    if start[1:2] == b"\0" and start[:1] == b"<":
        return "utf-16-le"
    declared = _DECLARED.search(start[:512])
    if declared is None:
        return "utf-8"
    try:
        name = codecs.lookup(declared[1].decode("ascii")).name
    except LookupError:
        return "utf-8"
    return name if name.startswith(CODECS) else "utf-8"


def pieces(path: Path, point: str) -> Iterator[Piece]:
    """The file in pieces that end between two elements of the local name `point`."""
    rest, first_byte, first_line = "", 0, 1
    with path.open("rb") as file:
        chunk = file.read(CHUNK_BYTES)
        encoding = encoding_of(chunk)
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        while True:
            following = file.read(CHUNK_BYTES)
            is_last = not following
            whole = rest + decoder.decode(chunk, final=is_last)
            cut = len(whole) if is_last else _cut(whole, point)
            text = whole[:cut]
            if text or is_last:
                yield Piece(
                    text=_blanked(text), first_byte=first_byte, first_line=first_line, encoding=encoding,
                    is_last=is_last,
                )  # fmt: skip
            if is_last:
                return
            first_byte += _byte_count(text, encoding)
            first_line += text.count("\n")
            rest, chunk = whole[cut:], following


def _cut(text: str, point: str) -> int:
    """Where to end the piece: after the last whole point, before an open one, else before the last tag."""
    cut = _after_point(text, point)
    if cut is None or len(text) - cut > POINT_MAXIMUM_CHARS:
        cut = text.rfind("<")
    if len(text) - cut > POINT_MAXIMUM_CHARS:
        return len(text)
    comment = text.rfind("<!--", 0, cut)
    is_open = comment > len(text) - POINT_MAXIMUM_CHARS and "-->" not in text[comment:cut]
    return max(comment if is_open else cut, 0)


def _after_point(text: str, point: str) -> int | None:
    at = len(text)
    for _ in range(CUT_TRIES):
        at = text.rfind(point, 0, at)
        if at < 0:
            return None
        opening = text.rfind("<", max(0, at - CUT_TRIES), at)
        if opening < 0 or ">" in text[opening:at]:
            continue
        end = text.find(">", at)
        is_closing = text[opening + 1] == "/"
        if end < 0 and is_closing:
            continue  # the tag that ends the point is not whole yet: cut before the one that starts it
        return end + 1 if end >= 0 and (is_closing or text[end - 1] == "/") else opening
    return None


def _blanked(text: str) -> str:
    """The text with everything that is no part of the track as blanks: as long, and with as many lines."""
    if "!" not in text and "?" not in text:
        return text
    for opening, closing in ASIDE:
        text = _without(text, opening, closing)
    start = text.find("<!DOCTYPE")
    return text if start < 0 else text[:start] + _without_document_type(text[start:])


def _without_document_type(text: str) -> str:
    """The text, which starts with a document type, with that as blanks; one that never ends stays."""
    end = text.find(">")
    subset = text.find("[", 0, max(end, 0))
    if subset >= 0:
        end = text.find(">", max(text.find("]", subset), subset))
    return _blank(text[: end + 1]) + text[end + 1 :]


def _without(text: str, opening: str, closing: str) -> str:
    """The text with each stretch from an opening to its closing blank; an opening that is never closed stays."""
    parts, at = [], 0
    while (start := text.find(opening, at)) >= 0:
        end = text.find(closing, start + len(opening))
        if end < 0:
            break
        end += len(closing)
        parts += [text[at:start], _blank(text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


def _blank(text: str) -> str:
    return "\n".join(" " * len(line) for line in text.split("\n"))


def _byte_count(text: str, encoding: str) -> int:
    """Bytes the text came from; each byte that was no text counts once."""
    damaged = text.count("\N{REPLACEMENT CHARACTER}")
    if damaged:
        text = text.replace("\N{REPLACEMENT CHARACTER}", "?")
    if text.isascii() and not encoding.startswith("utf-16"):
        return len(text)
    return len(text.encode(encoding, errors="replace"))
