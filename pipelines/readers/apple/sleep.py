"""Nights out of sleep records: one device for each night, its stretches joined and never added to another's."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import polars as pl

from pipelines.readers.apple.local_days import local_date, moment, offset_at
from pipelines.readers.apple.rows import STAGES, Names
from pipelines.readers.contract import Source

IN_BED = STAGES.index("InBed")
NAMES = {"Awake": "awake", "AsleepCore": "light", "AsleepDeep": "deep", "AsleepREM": "rem"}
"""Stage of our tables by the export's; asleep without a stage has none."""

STAGED = ("light", "deep", "rem")
ASLEEP = ""
"""Asleep, the stage not told."""

PRECEDENCE = ("awake", "deep", "rem", "light", ASLEEP)
"""Which statement counts where stretches of one device overlap: the more definite one."""

APART_S = 3600
"""Sleep records further apart than this (s) are two nights, or a night and a nap; engineering start value."""

UNSTAGED_S = 300.0
"""With more than this (s) of sleep without a stage the sums of the stages say nothing about the night."""

NAP_S = 3 * 3600
"""Sleep shorter than this (s) that begins by day is a nap; engineering start value, as for short nights."""

DAY_HOURS = range(9, 21)
"""Local hours of the day."""

NIGHTS_TOGETHER = 500
"""Nights handed on together."""

Stretch = tuple[int, int, str]
"""Start and end (s since 1970, UTC) and stage."""


@dataclass(kw_only=True)
class Nights:
    """Rows of nights and sleep_stages of part of an export, and what was not made a night."""

    first: int = 0
    """Number of its first night."""
    nights: list[dict[str, object]] = field(default_factory=list)
    stages: list[tuple[str, int, str, int, int]] = field(default_factory=list)
    """Night, number, stage, start and end (s since 1970, UTC)."""
    other_source_count: int = 0
    """Nights told by more than one device."""

    def stage_rows(self) -> pl.DataFrame:
        """The stages in the columns of their table."""
        names = ("night_id", "stage_index", "stage", "start_s", "end_s")
        rows = pl.DataFrame(self.stages, schema=names, orient="row")
        bounds = {"start_at_utc": "start_s", "end_at_utc": "end_s"}
        return rows.select(
            *names[:3], *(pl.from_epoch(column).dt.replace_time_zone("UTC").alias(at) for at, column in bounds.items())
        )


class _Row(NamedTuple):
    """One sleep record: a stretch by a device, and how its clock was stated."""

    stretch: Stretch
    maker: int
    offset_s: int
    zone: int | None


def nights_of(sleep: pl.DataFrame, names: Names, source: Source) -> Iterator[Nights]:
    """The nights in the sleep records of a whole export, some hundreds at a time; in bed is not asleep."""
    found = Nights()
    rows = sleep.filter((pl.col("amount") != IN_BED) & (pl.col("end_s") > pl.col("start_s")))
    for period in _periods(rows.sort("start_s", "end_s", "amount", maintain_order=True)):
        by_device: dict[str, list[_Row]] = {}
        for row in period:
            by_device.setdefault(names.makers.known[row.maker].device_id, []).append(row)
        timelines = {device: timeline([row.stretch for row in told]) for device, told in by_device.items()}
        chosen = max(timelines, key=lambda device: _worth(timelines[device], device))
        found.other_source_count += len(timelines) > 1
        _add(found, timelines[chosen], by_device[chosen][-1], names, source)
        if len(found.nights) == NIGHTS_TOGETHER:
            yield found
            found = Nights(first=found.first + NIGHTS_TOGETHER)
    yield found


def timeline(stretches: list[Stretch]) -> list[Stretch]:
    """Stretches in order without overlap: where several say something, the more definite one counts."""
    if all(later[0] >= sooner[1] for sooner, later in pairwise(stretches)):
        return stretches
    cuts = sorted({cut for start, end, _ in stretches for cut in (start, end)})
    pieces: list[Stretch] = []
    for start, end in pairwise(cuts):
        said = [stage for first, last, stage in stretches if first <= start and last >= end]
        if not said:
            continue
        stage = min(said, key=PRECEDENCE.index)
        if pieces and pieces[-1][1] == start and pieces[-1][2] == stage:
            pieces[-1] = (pieces[-1][0], end, stage)
        else:
            pieces.append((start, end, stage))
    return pieces


def _periods(rows: pl.DataFrame) -> Iterator[list[_Row]]:
    """Rows that lie less than `APART_S` from each other, whoever wrote them."""
    period: list[_Row] = []
    reached = 0
    columns = ("start_s", "end_s", "amount", "maker", "offset_s", "zone")
    for start, end, place, maker, offset, zone in rows.select(columns).iter_rows():
        if period and start - reached > APART_S:
            yield period
            period = []
        reached = max(reached, end) if period else end
        stretch = (start, end, NAMES.get(STAGES[int(place)], ASLEEP))
        period.append(_Row(stretch, maker, offset, zone))
    if period:
        yield period


def _worth(stretches: list[Stretch], device: str) -> tuple[bool, float, str]:
    """What makes a device the one to believe: it tells stages, then it tells of more sleep."""
    sums = _sums(stretches)
    staged = sum(sums[stage] for stage in STAGED)
    return staged > 0, staged + sums[ASLEEP], device


def _sums(stretches: list[Stretch]) -> dict[str, float]:
    """Time in each stage (s)."""
    sums = dict.fromkeys(PRECEDENCE, 0.0)
    for start, end, stage in stretches:
        sums[stage] += end - start
    return sums


def _add(found: Nights, stretches: list[Stretch], last: _Row, names: Names, source: Source) -> None:
    """Adds one night with its stages; one in which nobody slept is none."""
    sums = _sums(stretches)
    staged = sum(sums[stage] for stage in STAGED)
    asleep = staged + sums[ASLEEP]
    if not asleep:
        return
    start, end = stretches[0][0], stretches[-1][1]
    zone = None if last.zone is None else names.zones[last.zone]
    offset = offset_at(end, zone=zone, stated_s=last.offset_s)
    has_sums = staged > 0 and sums[ASLEEP] <= UNSTAGED_S
    is_nap = asleep < NAP_S and moment(start + offset).hour in DAY_HOURS
    night_id = f"{source.source_file_id}:n{found.first + len(found.nights)}"
    maker = names.makers.known[last.maker]
    found.nights.append(
        {
            "night_id": night_id,
            "night_date": local_date(end, offset),
            "start_at_utc": moment(start),
            "end_at_utc": moment(end),
            "utc_offset_s": offset,
            "time_basis": "local_with_offset",
            "device_id": maker.device_id,
            "firmware": maker.firmware,
            "sleep_duration_s": asleep,
            "awake_s": sums["awake"] if has_sums or sums["awake"] else None,
            **{f"{stage}_s": sums[stage] if has_sums else None for stage in STAGED},
            "is_nap": True if is_nap else None,
        }
    )
    told = (stretch for stretch in stretches if stretch[2] != ASLEEP)
    found.stages += [(night_id, index, stage, first, until) for index, (first, until, stage) in enumerate(told)]
