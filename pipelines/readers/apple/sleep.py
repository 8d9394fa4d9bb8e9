"""Nights out of sleep records: one device for each night, its stretches joined and never added to another's."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

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

Stretch = tuple[int, int, str]
"""Start and end (s since 1970, UTC) and stage."""


@dataclass(kw_only=True)
class Nights:
    """Rows of nights and sleep_stages, and what was not made a night."""

    nights: list[dict[str, object]] = field(default_factory=list)
    stages: list[dict[str, object]] = field(default_factory=list)
    other_source_count: int = 0
    """Nights told by more than one device."""
    in_bed_count: int = 0


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One sleep record: a stretch by a device, and how its clock was stated."""

    stretch: Stretch
    maker: int
    offset_s: int
    zone: int | None


def nights_of(sleep: pl.DataFrame, names: Names, source: Source) -> Nights:
    """The nights in the sleep records of a whole export; being in bed is not being asleep."""
    found = Nights(in_bed_count=sleep.filter(pl.col("amount") == IN_BED).height)
    rows = sleep.filter((pl.col("amount") != IN_BED) & (pl.col("end_s") > pl.col("start_s")))
    for period in _periods(rows.sort("start_s", "end_s", "amount", maintain_order=True)):
        by_device: dict[str, list[_Row]] = {}
        for row in period:
            by_device.setdefault(names.makers.known[row.maker].device_id, []).append(row)
        timelines = {device: timeline([row.stretch for row in told]) for device, told in by_device.items()}
        chosen = max(timelines, key=lambda device: _worth(timelines[device], device))
        found.other_source_count += len(timelines) > 1
        if _seconds(timelines[chosen], *STAGED, ASLEEP) > 0:
            _add(found, timelines[chosen], by_device[chosen][-1], names, source)
    return found


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
        period.append(_Row(stretch=stretch, maker=maker, offset_s=offset, zone=zone))
    if period:
        yield period


def _worth(stretches: list[Stretch], device: str) -> tuple[bool, float, str]:
    """What makes a device the one to believe: it tells stages, then it tells of more sleep."""
    return _seconds(stretches, *STAGED) > 0, _seconds(stretches, *STAGED, ASLEEP), device


def _seconds(stretches: list[Stretch], *stages: str) -> float:
    return float(sum(end - start for start, end, stage in stretches if stage in stages))


def _add(found: Nights, stretches: list[Stretch], last: _Row, names: Names, source: Source) -> None:
    start, end = stretches[0][0], stretches[-1][1]
    zone = None if last.zone is None else names.zones[last.zone]
    offset = offset_at(end, zone=zone, stated_s=last.offset_s)
    asleep = _seconds(stretches, *STAGED, ASLEEP)
    is_staged = _seconds(stretches, *STAGED) > 0 and _seconds(stretches, ASLEEP) <= UNSTAGED_S
    is_nap = asleep < NAP_S and moment(start + offset).hour in DAY_HOURS
    night_id = f"{source.source_file_id}:n{len(found.nights)}"
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
            "awake_s": _seconds(stretches, "awake") if is_staged else None,
            **{f"{stage}_s": _seconds(stretches, stage) if is_staged else None for stage in STAGED},
            "is_nap": True if is_nap else None,
        }
    )
    told = [stretch for stretch in stretches if stretch[2] != ASLEEP]
    found.stages += [
        {
            "night_id": night_id,
            "stage_index": index,
            "stage": stage,
            "start_at_utc": moment(first),
            "end_at_utc": moment(last_s),
        }
        for index, (first, last_s, stage) in enumerate(told)
    ]
