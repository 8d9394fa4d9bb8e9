"""Nights and their stages, from the stage changes a watch stores."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.readers.fit import fields
from pipelines.readers.fit.context import Context
from pipelines.readers.fit.messages import Messages
from pipelines.readers.fit.sessions import local_date, moment
from pipelines.readers.fit.timestamps import UNKNOWN

STAGES = ("unmeasured", "awake", "light", "deep", "rem")
"""Sleep stages by level, from 0."""

ASLEEP = ("light", "deep", "rem")

NIGHT_APART_S = 6 * 3600
"""Stage changes further apart than this (s) belong to two nights: no stage lasts as long."""

SLEEP_EVENT = 74
STOP_EVENTS = (1, 4, 8, 9)


@dataclass(frozen=True, kw_only=True)
class Night:
    """One sleep period: its stages with their bounds in FIT seconds."""

    stages: tuple[tuple[str, int, int], ...]

    @property
    def start(self) -> int:
        """When the first stage starts (FIT seconds)."""
        return self.stages[0][1]

    @property
    def end(self) -> int:
        """When the last stage ends (FIT seconds)."""
        return self.stages[-1][2]

    def seconds(self, *names: str) -> float:
        """Time in those stages (s)."""
        return float(sum(end - start for name, start, end in self.stages if name in names))


def nights_of(messages: Messages) -> list[Night]:
    """Nights of the file: each stage lasts until the next change, the last one until the sleep event stops."""
    changes = _changes(messages)
    ends = _stops(messages)
    nights: list[Night] = []
    stages: list[tuple[str, int, int]] = []
    for row, (start, level) in enumerate(changes):
        following = changes[row + 1][0] if row + 1 < len(changes) else None
        if following is not None and following - start <= NIGHT_APART_S:
            if following > start:
                stages.append((STAGES[level], start, following))
            continue
        stop = next((end for end in ends if start < end <= start + NIGHT_APART_S), start)
        if stop > start:
            stages.append((STAGES[level], start, stop))
        if stages:
            nights.append(Night(stages=tuple(stages)))
        stages = []
    return nights


def night_rows(context: Context, nights: list[Night]) -> pl.DataFrame:
    """One row per night."""
    rows: list[dict[str, object]] = []
    for index, night in enumerate(nights):
        seconds = {f"{stage}_s": night.seconds(stage) for stage in ("awake", "light", "deep", "rem")}
        rows.append(
            {
                "night_id": _night_id(context, index),
                "night_date": local_date(night.end, utc_offset_s=context.utc_offset_s, zone=context.source.time_zone),
                "start_at_utc": moment(night.start),
                "end_at_utc": moment(night.end),
                "utc_offset_s": context.utc_offset_s,
                "time_basis": "utc",
                "device_id": context.device_id,
                "firmware": context.firmware,
                "sleep_duration_s": night.seconds(*ASLEEP),
                "unmeasured_s": night.seconds("unmeasured"),
                **seconds,
            }
        )
    return context.rows("nights", rows)


def stage_rows(context: Context, nights: list[Night]) -> pl.DataFrame:
    """One row per stage of a night."""
    rows: list[dict[str, object]] = [
        {
            "night_id": _night_id(context, index),
            "stage_index": number,
            "stage": stage,
            "start_at_utc": moment(start),
            "end_at_utc": moment(end),
        }
        for index, night in enumerate(nights)
        for number, (stage, start, end) in enumerate(night.stages)
    ]
    return context.rows("sleep_stages", rows)


def _changes(messages: Messages) -> list[tuple[int, int]]:
    """Time (FIT seconds) and level of every stage change, in order of time."""
    rows = messages.of(fields.SLEEP_LEVEL)
    levels = rows.integers(fields.SLEEP_STAGE)
    kept = (rows.times != UNKNOWN) & (levels >= 0) & (levels < len(STAGES))
    order = np.argsort(rows.times[kept], kind="stable")
    return list(zip(rows.times[kept][order].tolist(), levels[kept][order].tolist(), strict=True))


def _stops(messages: Messages) -> list[int]:
    """Times (FIT seconds) at which a sleep event stops."""
    events = messages.of(fields.EVENT)
    is_sleep = events.integers(fields.EVENT_EVENT) == SLEEP_EVENT
    stops: list[int] = events.times[is_sleep & np.isin(events.integers(fields.EVENT_TYPE), STOP_EVENTS)].tolist()
    return sorted(stops)


def _night_id(context: Context, index: int) -> str:
    return f"{context.source.source_file_id}:n{index}"
