"""What the points of a track say, as columns: times in UTC, numbers in the units of the records."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.readers.local_times import YEARS, Moment, moment_of, parsed_time
from pipelines.readers.tracks.cut import Cut
from pipelines.readers.tracks.templates import Vocabulary, texts_of

NO_NUMBER = ("", "-", "--", "nan", "null", "none", "inf", "-inf", "+inf", "infinity")
"""What stands in a number's place where there is none, in lower case."""

DECIMAL_COMMA = r"^([+-]?\d+),(\d+)$"
"""A number as some programs write it in countries with a decimal comma."""

HEART_RATES = (1.0, 32_767.0)
"""What the column of heart rates can hold (bpm); 0 means that there was none."""

CONTAINERS = frozenset(
    {"extensions", "trackpointextension", "powerextension", "tpx", "position", "value", "sensorstate"}
)
"""Elements that only hold others, or say whether a sensor was there, in lower case."""


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
    texts = texts_of(cut.inside, vocabulary)
    frame = texts.frame.with_columns(_attributes(cut, vocabulary))
    numbers, unreadable = _numbers(frame.drop("time", strict=False))
    without = pl.Series("time", [None], dtype=pl.String).new_from_index(0, len(frame))
    times, unreadable_times = _times(frame["time"] if "time" in frame.columns else without, zone)
    used = {name for wanted in vocabulary.columns.values() for name in wanted}
    return Values(
        frame=times.hstack(numbers),
        broken=texts.broken,
        unreadable=(unreadable | unreadable_times).arg_true().to_list(),
        other_names=frozenset(name for name in texts.names if name.lower() not in used | CONTAINERS),
    )


def _attributes(cut: Cut, vocabulary: Vocabulary) -> list[pl.Series]:
    """The columns that stand in attributes of the points, as text."""
    columns = []
    attributes = pl.Series(cut.attributes, dtype=pl.String)
    for column, name in vocabulary.attributes.items():
        text = attributes.str.extract(rf' {name}="([^"]*)"')
        if text.has_nulls():
            text = attributes.str.extract(rf"""(?:^|\s){name}\s*=\s*["']([^"']*)["']""")
        columns.append(text.alias(column))
    return columns


def _numbers(texts: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The columns as numbers, null where missing, and which rows hold something else in a number's place."""
    names = texts.columns
    unreadable = pl.Series("lost", [False]).new_from_index(0, len(texts))
    if not names:
        return pl.DataFrame(height=len(texts)), unreadable
    numbers = texts.select(_number(name) for name in names)
    nulls, text_nulls = numbers.null_count().row(0), texts.null_count().row(0)
    if nulls != text_nulls:
        trimmed = texts.select(pl.col(names).str.strip_chars().str.replace(DECIMAL_COMMA, "$1.$2"))
        numbers = trimmed.select(_number(name) for name in names)
        lost = trimmed.select(_is_lost(name) for name in names)
        unreadable = lost.select(pl.any_horizontal(pl.all()).fill_null(value=False)).to_series()
    return numbers, unreadable


def _number(name: str) -> pl.Expr:
    number = pl.col(name).cast(pl.Float64, strict=False)
    is_kept = number.is_between(*HEART_RATES) if name == "heart_rate_bpm" else number.is_finite()
    return pl.when(is_kept).then(number).alias(name)


def _is_lost(name: str) -> pl.Expr:
    """Whether something stands there that is neither a number nor a word for none."""
    number = pl.col(name).cast(pl.Float64, strict=False)
    is_none = number.is_null() | number.is_infinite()  # digits may be too many for any number
    is_lost = is_none & pl.col(name).is_not_null() & ~pl.col(name).str.to_lowercase().is_in(NO_NUMBER)
    return is_lost | (number.is_finite() & (number > HEART_RATES[1])) if name == "heart_rate_bpm" else is_lost


def _times(text: pl.Series, zone: ZoneInfo) -> tuple[pl.DataFrame, pl.Series]:
    """Columns recorded_at_utc, utc_offset_s (null for UTC and where none is stated), is_naive; the unreadable rows."""
    utc = pl.col("time").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", strict=False, time_unit="us")
    frame = text.to_frame("time").select(
        "time",
        utc.dt.replace_time_zone("UTC").alias("recorded_at_utc"),
        pl.lit(None, dtype=pl.Int64).alias("utc_offset_s"),
        pl.lit(value=False).alias("is_naive"),
    )
    if frame["recorded_at_utc"].null_count() > text.null_count():
        frame = _otherwise_timed(text.str.strip_chars().alias("time"), zone)
    at = pl.col("recorded_at_utc")
    is_kept = at.dt.year().is_between(YEARS.start, YEARS.stop - 1)
    frame = frame.with_columns(pl.when(is_kept).then(at))
    lost = frame.select((at.is_null() & pl.col("time").is_not_null() & (pl.col("time") != "")).fill_null(value=False))
    return frame.drop("time"), lost.to_series()


def _otherwise_timed(text: pl.Series, zone: ZoneInfo) -> pl.DataFrame:
    """Times with offsets, without any, or in another spelling."""
    time = pl.col("time")
    aware = time.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", strict=False, time_unit="us", time_zone="UTC")
    local = time.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us")
    placed = local.dt.replace_time_zone(str(zone), ambiguous="earliest", non_existent="null")
    sign, hours, minutes = (time.str.extract(r"([+-])(\d{2}):?(\d{2})?$", group) for group in (1, 2, 3))
    stated = hours.cast(pl.Int64) * 3600 + minutes.cast(pl.Int64).fill_null(0) * 60
    frame = text.to_frame().select(
        time,
        pl.coalesce(aware, placed.dt.convert_time_zone("UTC")).alias("recorded_at_utc"),
        pl.when(aware.is_not_null()).then(pl.when(sign == "-").then(-stated).otherwise(stated)).alias("utc_offset_s"),
        local.is_not_null().alias("is_naive"),
    )
    rest = frame["recorded_at_utc"].is_null() & text.is_not_null() & (text != "")
    if not rest.any():
        return frame
    known = {each: _spelled_otherwise(each, zone) for each in text.filter(rest).unique()}
    again = [known.get(each) for each in text]
    at = pl.Series("at", [m and m.at_utc for m in again], dtype=pl.Datetime("us", "UTC"))
    offset = pl.Series("offset", [m and m.utc_offset_s for m in again], dtype=pl.Int64)
    naive = pl.Series("naive", [m is not None and m.time_basis == "local_naive" for m in again])
    return frame.with_columns(at, offset, naive).select(
        "time",
        pl.coalesce("recorded_at_utc", "at"),
        pl.coalesce("utc_offset_s", "offset"),
        pl.col("is_naive") | pl.col("naive"),
    )


def _spelled_otherwise(text: str, zone: ZoneInfo) -> Moment | None:
    stated = parsed_time(text)
    return moment_of(stated, zone) if isinstance(stated, datetime) else None
