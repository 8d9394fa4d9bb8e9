"""Files that could not be read, with the local date their names tell and the signals that files of that kind carry."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

_DATE = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d\d\d)")
NO_FAILURE = ("duplicate", "unknown_name")
"""Kinds of skipped items that leave no date without data: in the warehouse by another file, or words of a person."""


@dataclass(frozen=True, kw_only=True)
class FailedFile:
    """One file of which nothing, or not all, could be read."""

    on: date
    path: str
    why: str
    signals: frozenset[str]


def failed_files(tables: Mapping[str, pl.DataFrame], wear_days: pl.DataFrame) -> tuple[FailedFile, ...]:
    """Every set-aside or partial file whose name states a date and whose like have been read before.

    Alike are files whose paths differ in digits only; without any, those of the same folder. A file without a date
    or without its like says nothing: never a guess. `tables` holds skipped_items and source_files of one athlete.
    """
    carried = _carried(tables, wear_days)
    by_shape: dict[str, set[str]] = defaultdict(set)
    by_folder: dict[str, set[str]] = defaultdict(set)
    for source_file_id, path, member in (
        tables["source_files"].select("source_file_id", "path", "member_path").iter_rows()
    ):
        name = member or path
        by_shape[_shape(name)] |= carried.get(source_file_id, set())
        by_folder[_folder(name)] |= carried.get(source_file_id, set())
    found = []
    items = tables["skipped_items"].filter(~pl.col("kind").is_in(NO_FAILURE))
    for path, why in items.select("path", "why").unique().sort(pl.all()).iter_rows():
        name = path.rsplit("!", 1)[-1]
        on = _stated_date(name)
        signals = by_shape[_shape(name)] or by_folder[_folder(name)]
        if on is not None and signals:
            found.append(FailedFile(on=on, path=name, why=why, signals=frozenset(signals)))
    return tuple(found)


def _carried(tables: Mapping[str, pl.DataFrame], wear_days: pl.DataFrame) -> dict[str, set[str]]:
    """Signals that each source file gave."""
    found: dict[str, set[str]] = defaultdict(set)
    for signal, source_file_ids in _gave(tables, wear_days):
        for source_file_id in source_file_ids:
            found[source_file_id].add(signal)
    return found


def _gave(tables: Mapping[str, pl.DataFrame], wear_days: pl.DataFrame) -> Iterator[tuple[str, list[str]]]:
    values = tables["daily_values"]
    yield "training", tables["activities"]["source_file_id"].to_list()
    yield "night", tables["nights"]["source_file_id"].to_list()
    own = tables["beat_series"].filter(pl.col("reading").is_in(["night", "morning"]))
    yield "hrv", own["source_file_id"].to_list()
    is_hrv = pl.col("metric").is_in(["rmssd", "sdnn", "ln_rmssd"])
    yield "hrv", values.filter(is_hrv)["source_file_id"].to_list()
    yield "resting_heart_rate", values.filter(pl.col("metric") == "resting_heart_rate")["source_file_id"].to_list()
    yield "wear", wear_days["source_file_id"].to_list()


def _shape(path: str) -> str:
    return re.sub(r"\d+", "#", path)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _stated_date(path: str) -> date | None:
    stated = _DATE.search(path.rpartition("/")[2])
    if stated is None:
        return None
    try:
        return date(*(int(part) for part in stated.groups()))
    except ValueError:
        return None
