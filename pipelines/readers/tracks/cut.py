"""Cuts the points of a track out of a piece of text, and hands over the tags that stand between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from pipelines.readers.tracks.text import Piece

POINTS_MARK = "<_/>"
"""Stands in the text between points for a point that was cut out."""

_TAG = re.compile(r"((?:<_/>\s*+)++)|<(/?+)(?:[^\s<>/:\"'=]++:)?+([^\s<>/\"'=]++)([^<>]*+)>([^<]*+)")
_SHAPE_TAG = re.compile(r"<(/?+)([^\s<>/]++)([^<>]*+)>")
_ATTRIBUTE = re.compile(r"""(?:[\w.-]+:)?([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What stands between points: a start, an end, or a run of `count` points."""

    kind: str
    """`start`, `end`, `empty` (starts and ends at once) or `points`."""
    name: str = ""
    attributes: str = ""
    text: str = ""
    """What follows the tag, up to the next."""
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Cut:
    """The whole points of a piece in file order: attributes and inside of each, where it starts, and the marks."""

    attributes: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    between: list[str] = field(default_factory=list)
    """The text without its points, a mark in the place of each."""
    open_offsets: list[int] = field(default_factory=list)
    """Where points start that never end."""

    def marks(self) -> Iterator[Mark]:
        """The tags between points, and runs of points, in file order."""
        for points, slash, name, attributes, text in _TAG.findall("".join(self.between)):
            if points:
                yield Mark(kind="points", count=points.count(POINTS_MARK))
            elif slash:
                yield Mark(kind="end", name=name)
            else:
                kind = "empty" if attributes.endswith("/") else "start"
                yield Mark(kind=kind, name=name, attributes=attributes, text=unescaped(text.strip()))


def cut(piece: Piece, point: str) -> Cut:
    """The elements of the local name `point` in a piece."""
    found = _cut(piece.text, point)
    if 2 * len(found.offsets) != piece.text.count(point):  # spelled otherwise, damaged, or without children
        found = _cut(_in_one_spelling(piece.text, point), point)
    return found


def _cut(text: str, point: str) -> Cut:
    opening, closing = f"<{point}", f"</{point}>"
    found = Cut()
    take_attributes, take_inside, take_offset = found.attributes.append, found.inside.append, found.offsets.append
    at, skip = 0, len(opening)
    *parts, rest = text.split(closing)
    for part in parts:
        start = part.rfind(opening)
        end = part.find(">", start) if start >= 0 else -1
        if end < 0 or part[end - 1] == "/":
            _take_childless(part, at, opening, found)
        else:
            if start and not part[:start].isspace():
                _take_childless(part[:start], at, opening, found)
            take_attributes(part[start + skip : end])
            take_inside(part[end + 1 :])
            take_offset(at + start)
            found.between.append(POINTS_MARK)
        at += len(part) + len(closing)
    _take_childless(rest, at, opening, found)
    return found


def _take_childless(text: str, at: int, opening: str, found: Cut) -> None:
    """Takes the points without children out of text that holds no whole point with any; open ones are noted."""
    last = 0
    if opening in text:
        for tag in re.finditer(rf"{opening}(?=[\s/>])([^<>]*+)>", text):
            if tag[1].endswith("/"):
                found.attributes.append(tag[1][:-1])
                found.inside.append("")
                found.offsets.append(at + tag.start())
                found.between.extend((text[last : tag.start()], POINTS_MARK))
                last = tag.end()
            else:
                found.open_offsets.append(at + tag.start())
    found.between.append(text[last:])


def _in_one_spelling(text: str, point: str) -> str:
    """The text with the points' tags spelled alike, whatever prefix or blanks they are written with."""
    return re.sub(rf"<(/?)(?:[\w.-]+:)?{point}(?=[\s/>])(?:\s+(?=>))?", rf"<\1{point}", text)


def shapes(inside: pl.Series) -> pl.Series:
    """Each point's tags without what stands between them: a track has few different ones."""
    return inside.str.replace_all(r">[^<]*<", "><").str.strip_chars()


def shape_of(inside: str) -> str:
    """One point's tags without what stands between them."""
    return re.sub(r">[^<]*<", "><", inside).strip()


def tags_in(shape: str) -> list[str] | None:
    """The tags that start an element in a shape, in order; null when the tags do not close one another."""
    open_names: list[str] = []
    tags: list[str] = []
    last = 0
    for tag in _SHAPE_TAG.finditer(shape):
        if "<" in shape[last : tag.start()] or ">" in shape[last : tag.start()]:
            return None
        last = tag.end()
        if tag[1]:
            if not open_names or open_names.pop() != tag[2]:
                return None
            continue
        tags.append(tag[0])
        if not tag[3].endswith("/"):
            open_names.append(tag[2])
    rest = shape[last:]
    return None if open_names or "<" in rest or ">" in rest else tags


def tags_among(text: str) -> list[str]:
    """The tags that start an element in a shape that is broken."""
    return [tag[0] for tag in _SHAPE_TAG.finditer(text) if not tag[1]]


def local_name(tag: str) -> str:
    """Name of a tag without its prefix."""
    found = _SHAPE_TAG.fullmatch(tag)
    return found[2].rpartition(":")[2] if found else ""


def attribute_of(attributes: str, name: str) -> str | None:
    """One attribute of a tag by its local name; null when it is not there."""
    for found in _ATTRIBUTE.finditer(attributes):
        if found[1] == name:
            return unescaped(found[2] if found[2] is not None else found[3])
    return None


def unescaped(text: str) -> str:
    """Text with the five escapes of XML resolved, and no others."""
    if "&" in text:
        for escape, sign in _ENTITIES:
            text = text.replace(escape, sign)
    return text
