"""What stands in each element of a point, as text: by the shape most points share, else element by element.

Points of one track are written by one program: a handful of shapes covers nearly all of them. A shape is matched from
end to end, so that what it gives is proven; what fits none is looked at tag by tag.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from pipelines.readers.tracks.cut import local_name, shape_of, shapes, tags_among, tags_in

HOLDS_VALUE = "heartratebpm"
"""The element whose number stands in an element of its own, in lower case."""

TEMPLATES_MAXIMUM = 8
"""How many shapes are tried in one piece: a sensor more or less makes another."""

SHAPE_MAXIMUM_CHARS = 4_000
"""Longest shape, and longest tag, a pattern is made of (characters): real ones have some hundred."""

_BLANKS = r"[ \r\n\t]*"
_VALUE = r"([0-9A-Za-z.:+\-]*)"


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """How one format words its points."""

    point: str
    columns: Mapping[str, tuple[str, ...]]
    """Column of the records to local names, in lower case; the first that holds a value counts."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Column to the attribute of the point that holds it."""


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The elements of points as text."""

    frame: pl.DataFrame
    """One column of text per column that any point holds, null where a point does not."""
    broken: list[int]
    """Rows whose tags do not close one another."""
    names: frozenset[str]
    """Local names of all elements there are."""


@dataclass(frozen=True, kw_only=True)
class _Template:
    """One shape as a pattern, and the number of the group that holds each column."""

    pattern: str
    groups: Mapping[str, int]
    names: frozenset[str]


def texts_of(inside: list[str], vocabulary: Vocabulary) -> Texts:
    """What stands in the elements of each point; `inside` is what stands between its tags."""
    rest = pl.DataFrame({"inside": pl.Series(inside, dtype=pl.String)}).with_row_index("row")
    parts: list[pl.DataFrame] = [] if inside else [rest.drop("inside")]
    names: set[str] = set()
    for _ in range(TEMPLATES_MAXIMUM):
        template = _template(rest["inside"][0], vocabulary) if len(rest) else None
        if template is None:
            break
        groups = rest["inside"].str.extract_groups(template.pattern).struct
        is_match = groups.field("1").is_not_null()
        held = [groups.field(str(group)).alias(column) for column, group in template.groups.items()]
        found = pl.DataFrame([rest["row"], *held])
        names |= template.names
        if is_match.all():
            parts.append(found)
            rest = rest.clear()
        else:
            parts.append(found.filter(is_match))
            rest = rest.filter(~is_match)
    broken: list[int] = []
    if len(rest):
        one_by_one, broken_rows, other_names = _tag_by_tag(rest["inside"], vocabulary)
        parts.append(one_by_one.with_columns(rest["row"]))
        broken = rest["row"].gather(broken_rows).to_list()
        names |= other_names
    frame = pl.concat(parts, how="diagonal").sort("row") if len(parts) > 1 else parts[0]
    return Texts(frame=frame.drop("row"), broken=broken, names=frozenset(names))


def _template(inside: str, vocabulary: Vocabulary) -> _Template | None:
    """The shape of one point as a pattern; null when it is broken or words a column twice."""
    shape = shape_of(inside)
    starts = tags_in(shape) if len(shape) <= SHAPE_MAXIMUM_CHARS else None
    if not starts:
        return None
    by_name = {name: column for column, wanted in vocabulary.columns.items() for name in wanted}
    tags = re.findall(r"<[^<>]*>", shape)
    pattern = f"^{_BLANKS}"
    groups: dict[str, int] = {}
    holder, count = "", 0
    for tag, following in zip(tags, [*tags[1:], ""], strict=True):
        pattern += re.escape(tag)
        if tag.startswith("</") or tag.endswith("/>") or not following.startswith("</"):
            pattern += _BLANKS
            holder = local_name(tag).lower()
            continue
        count += 1
        pattern += _VALUE
        name = local_name(tag).lower()
        column = by_name.get(holder if name == "value" and holder == HOLDS_VALUE else name)
        if column in groups:
            return None
        if column is not None:
            groups[column] = count
    names = frozenset(local_name(tag) for tag in starts)
    return _Template(pattern=f"{pattern}$", groups=groups, names=names) if count else None


def _tag_by_tag(inside: pl.Series, vocabulary: Vocabulary) -> tuple[pl.DataFrame, list[int], set[str]]:
    """Text of each column, rows with broken tags, and the names met."""
    shape = shapes(inside)
    tags: dict[str, str] = {}
    broken_shapes = []
    for each in shape.unique(maintain_order=True):
        found = tags_in(each)
        if found is None:
            broken_shapes.append(each)
        tags.update((tag, local_name(tag)) for tag in (tags_among(each) if found is None else found))
    columns = [pl.Series("row", range(len(inside)), dtype=pl.UInt32)]
    for column, wanted in vocabulary.columns.items():
        named = [
            (wanted.index(name.lower()), tag)
            for tag, name in tags.items()
            if name.lower() in wanted and len(tag) <= SHAPE_MAXIMUM_CHARS
        ]
        texts = [inside.str.extract(_after(tag)) for _, tag in sorted(named) if not tag.endswith("/>")]
        if texts:
            columns.append(pl.select(pl.coalesce(texts)).to_series().alias(column))
    broken = shape.is_in(broken_shapes).arg_true().to_list() if broken_shapes else []
    return pl.DataFrame(columns), broken, set(tags.values())


def _after(tag: str) -> str:
    """The pattern of what stands in an element, or in the value inside it."""
    is_holder = local_name(tag).lower() == HOLDS_VALUE
    inner = r"(?:\s*<(?:[^\s<>/]*:)?Value(?:\s[^<>]*)?>)?" if is_holder else ""
    return rf"{re.escape(tag)}{inner}([^<]*)</"
