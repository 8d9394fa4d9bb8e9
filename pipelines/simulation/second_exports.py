"""What a second device or a service exports of runs the watch has too: few files, each of another kind.

One athlete sends everything through a service, one wears two watches, one also drops a service's list; a phone writes
local time as UTC, an old watch was never set, and one athlete stops the watch between run and cool-down.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from pipelines.simulation.devices import SUUNTO, Device
from pipelines.simulation.exports import Export, run_of, run_path
from pipelines.simulation.frames import activity_row, record_rows
from pipelines.simulation.lives import Life, Places
from pipelines.simulation.running import Run
from pipelines.simulation.second_devices import (
    NEVER_SET,
    Recorded,
    moved_in_time,
    other_watch,
    part,
    service_copy,
)
from pipelines.simulation.writers.fit import FitActivity, activity_file
from pipelines.simulation.writers.gpx import GpxTrack, gpx_file
from pipelines.simulation.writers.strava import activities_file
from pipelines.simulation.writers.tcx import TcxActivity, tcx_file

OLD_WATCH = Device(manufacturer=SUUNTO, product=21, serial=4_100_099, firmware_hundredths=105, is_enhanced=False)
LATEST_DAYS = 35
"""Second recordings lie in so many last days, where pages look."""
COOL_DOWN_S = 420
THIN = 4
"""Services and text files keep one record in so many: the copies stay small."""


@dataclass(frozen=True, kw_only=True)
class Second:
    """A further recording: its file, and the truth about it."""

    export: Export
    of: tuple[str, ...]
    """Files of the watch that hold the same runs; none where it is an activity of its own."""
    kind: str
    shift_s: int = 0
    """Time to add to its clock to make it right (s)."""

    def as_json(self) -> dict[str, object]:
        """As the truth file tells it."""
        return {"path": self.export.path, "kind": self.kind, "same_as": list(self.of), "shift_s": self.shift_s}


@dataclass(frozen=True, kw_only=True)
class _Day:
    life: Life
    day: int
    start: datetime
    run: Run
    recorded: Recorded


def second_exports(life: Life, places: Places) -> tuple[Second, ...]:
    """The further recordings of this athlete, by the place in the squad; most have none."""
    wanted = KINDS.get(life.index)
    if wanted is None:
        return ()
    make, count = wanted
    return tuple(make([_recorded(life, day) for day in _clean_days(life, places)[-count:]]))


def _clean_days(life: Life, places: Places) -> list[int]:
    days = range(max(0, len(life.days.dates) - LATEST_DAYS), len(life.days.dates))
    return [
        day
        for day in days
        if life.days.run_kind[day] is not None
        and life.is_measured(day)
        and life.cause(day) is None
        and not life.is_on_treadmill(day)
        and (life.index, "records", day) not in places
    ]


def _recorded(life: Life, day: int) -> _Day:
    start, simulated = run_of(life, day)
    records = record_rows(simulated.records, athlete_id=life.index, source_file_id=f"{day:016d}")
    activity = activity_row(records, simulated, heart_rate_source="unknown", sub_sport=None)
    return _Day(life=life, day=day, start=start, run=simulated, recorded=Recorded(activity=activity, records=records))


def _through_a_service(days: list[_Day]) -> Iterator[Second]:
    for one in days:
        records = service_copy(one.recorded).records.gather_every(THIN)
        content = gpx_file([GpxTrack(records=records, pauses=one.run.pauses)])
        yield _second(one, f"service/{one.start:%Y-%m-%d}.gpx", content, kind="service_copy")


def _on_two_watches(days: list[_Day]) -> Iterator[Second]:
    for one in days:
        copy = other_watch(one.life.chance("second", one.day), one.recorded, late_s=14, early_s=9)
        records = copy.records.gather_every(THIN)
        activity = TcxActivity(records=records, pauses=one.run.pauses, device_name="Other Watch", serial=4_100_098)
        yield _second(one, f"other-watch/{one.start:%Y-%m-%d}.tcx", tcx_file([activity]), kind="second_watch")


def _in_a_list(days: list[_Day]) -> Iterator[Second]:
    rows = pl.concat([one.recorded.activity for one in days])
    export = Export(
        path="service/activities.csv", content=activities_file(rows, file_names={}), exported_s=days[-1].run.end_s + 900
    )
    yield Second(export=export, of=tuple(run_path(one.start) for one in days), kind="service_list")


def _local_time_as_utc(days: list[_Day]) -> Iterator[Second]:
    for one in days:
        offset = one.start.utcoffset() or timedelta()
        copy = moved_in_time(service_copy(one.recorded), offset)
        content = gpx_file([GpxTrack(records=copy.records.gather_every(THIN))], creator="Phone")
        shift_s = -int(offset.total_seconds())
        yield _second(one, f"phone/{one.start:%Y-%m-%d}.gpx", content, kind="local_time_as_utc", shift_s=shift_s)


def _by_an_old_watch(days: list[_Day]) -> Iterator[Second]:
    for one in days:
        away = NEVER_SET - one.recorded.start
        copy = moved_in_time(one.recorded, away)
        content = _fit(one, copy, device=OLD_WATCH)
        shift_s = -int(away.total_seconds())
        yield _second(one, f"old-watch/{one.day:03d}.fit", content, kind="clock_not_set", shift_s=shift_s)


def _with_a_cool_down(days: list[_Day]) -> Iterator[Second]:
    for one in days:
        rest = part(one.recorded, begin_s=0, end_s=COOL_DOWN_S)
        later = timedelta(seconds=one.run.end_s - one.run.start_s + 40)
        content = _fit(one, moved_in_time(rest, later), device=one.life.watch(one.day))
        path = f"activities/{one.start:%Y-%m-%d-%H%M}-cool-down.fit"
        yield Second(
            export=Export(path=path, content=content, exported_s=one.run.end_s + 900), of=(), kind="back_to_back"
        )


def _fit(one: _Day, copy: Recorded, *, device: Device) -> bytes:
    start_s = int(copy.start.timestamp())
    end_s = int(copy.activity["end_at_utc"][0].timestamp())
    offset = one.start.utcoffset() or timedelta()
    return activity_file(
        FitActivity(
            records=copy.records,
            start_s=start_s,
            end_s=end_s,
            pauses=(),
            utc_offset_s=int(offset.total_seconds()),
            device=device,
            has_strap=one.life.member.has_strap,
            sub_sport=None,
        )
    )


def _second(one: _Day, path: str, content: bytes, *, kind: str, shift_s: int = 0) -> Second:
    export = Export(path=path, content=content, exported_s=one.run.end_s + 900)
    return Second(export=export, of=(run_path(one.start),), kind=kind, shift_s=shift_s)


KINDS: Mapping[int, tuple[Callable[[list[_Day]], Iterator[Second]], int]] = {
    0: (_through_a_service, 3),
    1: (_on_two_watches, 2),
    2: (_in_a_list, 6),
    3: (_with_a_cool_down, 1),
    4: (_local_time_as_utc, 1),
    5: (_by_an_old_watch, 1),
}
"""Kind of further recording, and of how many runs, by place in the squad."""
