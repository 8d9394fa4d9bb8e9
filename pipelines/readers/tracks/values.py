"""What the points of a track say, as columns: times in UTC, numbers in the units of the records."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.readers.local_times import YEARS, Moment, moment_of, parsed_time
from pipelines.readers.tracks.cut import Cut, local_name, shapes, tags_among, tags_in

NO_NUMBER = ("", "-", "--", "nan", "null", "none", "inf", "-inf", "+inf", "infinity")
"""What stands in a number's place where there is none, in lower case."""

LARGEST_BPM = 32_767
"""What the column of heart rates can hold."""

CONTAINERS = frozenset(
    {"extensions", "trackpointextension", "powerextension", "tpx", "position", "value", "sensorstate"}
)
"""Elements that only hold others, or say whether a sensor was there, in lower case."""


HOLDS_VALUE = "HeartRateBpm"
"""The element whose number stands in an element of its own."""


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """How one format words its points."""

    point: str
    columns: Mapping[str, tuple[str, ...]]
    """Column of the records to local names, in lower case; the first that holds a value counts."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Column to the attribute of the point that holds it."""


@dataclass(frozen=True, kw_only=True)
class Values:
    """The points of a piece as columns, and which rows were not whole."""

    frame: pl.DataFrame
    """recorded_at_utc, utc_offset_s, is_naive, and the columns of the records."""
    broken: list[int]
    """Rows whose tags do not close one another: what stands whole in them is kept."""
    unreadable: list[int]
    """Rows with a value that is no number, or a time that is no time."""
    other_names: frozenset[str]
    """Elements nothing is read from."""


def values_of(cut: Cut, vocabulary: Vocabulary, zone: ZoneInfo) -> Values:
    """One row per point, in file order. `zone` is for times without an offset."""
    inside = pl.Series(cut.inside, dtype=pl.String)
    shape = shapes(inside)
    tags: dict[str, str] = {}
    broken_shapes = []
    for each in shape.unique(maintain_order=True):
        found = tags_in(each)
        if found is None:
            broken_shapes.append(each)
        tags.update((tag, local_name(tag)) for tag in (tags_among(each) if found is None else found))
    texts = _texts(cut, vocabulary, inside, tags)
    numbers, unreadable = _numbers(texts)
    times, unreadable_times = _times(texts.get("time", pl.Series([None] * len(inside), dtype=pl.String)), zone)
    used = {name for wanted in vocabulary.columns.values() for name in wanted}
    is_broken = shape.is_in(broken_shapes) if broken_shapes else pl.Series([False]).new_from_index(0, len(inside))
    return Values(
        frame=pl.DataFrame([*times, *numbers]),
        broken=is_broken.arg_true().to_list(),
        unreadable=(unreadable | unreadable_times).arg_true().to_list(),
        other_names=frozenset(name for name in tags.values() if name.lower() not in used | CONTAINERS),
    )


def _texts(cut: Cut, vocabulary: Vocabulary, inside: pl.Series, tags: Mapping[str, str]) -> dict[str, pl.Series]:
    """What stands in each column's place, as text; null where nothing does. `tags` are as spelled, with their names."""
    texts: dict[str, pl.Series] = {}
    for column, wanted in vocabulary.columns.items():
        named = [(wanted.index(name.lower()), tag) for tag, name in tags.items() if name.lower() in wanted]
        found = [inside.str.extract(_after(tag)).alias(column) for _, tag in sorted(named) if not tag.endswith("/>")]
        if found:
            texts[column] = found[0] if len(found) == 1 else pl.select(pl.coalesce(found)).to_series().alias(column)
    attributes = pl.Series(cut.attributes, dtype=pl.String) if vocabulary.attributes else None
    for column, name in vocabulary.attributes.items():
        assert attributes is not None
        text = attributes.str.extract(rf' {name}="([^"]*)"')
        if text.has_nulls():
            text = attributes.str.extract(rf"""(?:^|\s){name}\s*=\s*["']([^"']*)["']""")
        texts[column] = text.alias(column)
    return texts


def _after(tag: str) -> str:
    """The pattern of what stands in an element, or in the value inside it."""
    inner = r"(?:\s*<(?:[^\s<>/]*:)?Value(?:\s[^<>]*)?>)?" if HOLDS_VALUE in tag else ""
    return rf"{re.escape(tag)}{inner}([^<]*)</"


def _numbers(texts: Mapping[str, pl.Series]) -> tuple[list[pl.Series], pl.Series]:
    """The columns as numbers, null where missing, and which rows hold something else in a number's place."""
    numbers: list[pl.Series] = []
    unreadable = pl.Series([False])
    for column, stated in texts.items():
        text = stated
        if column == "time":
            continue
        values = text.cast(pl.Float64, strict=False)
        if values.null_count() > text.null_count():
            text = text.str.strip_chars()
            values = text.cast(pl.Float64, strict=False)
        values = values.set(~values.is_finite(), None).alias(column)
        lost = values.is_null() & text.is_not_null()
        if lost.any():
            lost &= ~text.str.to_lowercase().is_in(NO_NUMBER)
        if column == "heart_rate_bpm":
            lost |= (values.abs() > LARGEST_BPM).fill_null(value=False)
            values = values.set(((values == 0) | (values.abs() > LARGEST_BPM)).fill_null(value=False), None)
        unreadable = lost | unreadable
        numbers.append(values)
    return numbers, unreadable


def _times(text: pl.Series, zone: ZoneInfo) -> tuple[list[pl.Series], pl.Series]:
    """recorded_at_utc, utc_offset_s (null for UTC and where none is stated), is_naive, and the unreadable rows."""
    text = text.alias("time")
    aware = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", strict=False, time_unit="us").dt.replace_time_zone("UTC")
    offset = pl.Series("utc_offset_s", [None], dtype=pl.Int64).new_from_index(0, len(text))
    naive = pl.Series("is_naive", [False]).new_from_index(0, len(text))
    if aware.null_count() > text.null_count():
        text = text.str.strip_chars()
        aware, offset, naive = _otherwise_timed(text, zone)
    years = aware.dt.year()
    aware = aware.set(((years < YEARS.start) | (years >= YEARS.stop)).fill_null(value=False), None)
    lost = text.is_not_null() & (text != "") & aware.is_null()
    return [aware.alias("recorded_at_utc"), offset, naive], lost


def _otherwise_timed(text: pl.Series, zone: ZoneInfo) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Times with offsets, without any, or in another spelling."""
    aware = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", strict=False, time_unit="us", time_zone="UTC")
    frame = pl.DataFrame({"time": text, "aware": aware})
    sign, hours, minutes = (pl.col("time").str.extract(r"([+-])(\d{2}):?(\d{2})?$", group) for group in (1, 2, 3))
    stated = (hours.cast(pl.Int64) * 3600 + minutes.cast(pl.Int64).fill_null(0) * 60) * pl.when(sign == "-").then(
        -1
    ).otherwise(1)
    local = pl.col("time").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us")
    placed = local.dt.replace_time_zone(str(zone), ambiguous="earliest", non_existent="null")
    frame = frame.with_columns(
        pl.when(pl.col("aware").is_not_null()).then(stated).alias("utc_offset_s"),
        local.is_not_null().alias("is_naive"),
        pl.coalesce("aware", placed.dt.convert_time_zone("UTC")).alias("aware"),
    )
    rest = frame["aware"].is_null() & text.is_not_null() & (text != "")
    if rest.any():
        known = {each: _spelled_otherwise(each, zone) for each in text.filter(rest).unique()}
        again = [known.get(each) for each in text]
        frame = frame.with_columns(
            pl.coalesce("aware", pl.Series([m and m.at_utc for m in again], dtype=pl.Datetime("us", "UTC"))).alias(
                "aware"
            ),
            pl.coalesce("utc_offset_s", pl.Series([m and m.utc_offset_s for m in again], dtype=pl.Int64)),
            pl.col("is_naive") | pl.Series([m is not None and m.time_basis == "local_naive" for m in again]),
        )
    return frame["aware"], frame["utc_offset_s"], frame["is_naive"]


def _spelled_otherwise(text: str, zone: ZoneInfo) -> Moment | None:
    stated = parsed_time(text)
    return moment_of(stated, zone) if isinstance(stated, datetime) else None
