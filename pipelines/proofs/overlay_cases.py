"""Athletes with second devices, wrong clocks and near-misses, and which of their activities are really one.

Every story is one day of one athlete, so that nothing but its own rows can make it come out right or wrong.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from pipelines.simulation.frames import activity_row, night_rows, record_rows
from pipelines.simulation.running import Runner, RunPlan, run
from pipelines.simulation.second_devices import (
    NEVER_SET,
    Recorded,
    again,
    at_longitude,
    beside,
    foot_pod,
    moved_in_time,
    named,
    other_watch,
    part,
    service_copy,
    stating,
    summary,
)
from pipelines.tables import conform, empty

HOMES = (
    ("Europe/Berlin", 13.0),
    ("America/New_York", -74.0),
    ("Asia/Kolkata", 77.0),
    ("Australia/Adelaide", 138.0),
    ("Atlantic/Azores", -28.0),
    ("America/Los_Angeles", -118.0),
)
"""Zone and longitude (deg) of the athletes, in turn."""
FIRST_DAY = date(2026, 2, 2)
NIGHT_COUNT = 40
RUN_S = 2400

Rng = np.random.Generator


@dataclass(frozen=True, kw_only=True)
class Told:
    """One activity of a story: its rows, which real activity it is, and whether its clock is wrong as written."""

    recorded: Recorded
    event: str
    is_wrong: bool = False
    shift_s: int | None = None
    """What would make its clock right (s), where another recording tells."""


@dataclass
class OverlayCases:
    """Rows of all athletes, and the truth of them."""

    tables: dict[str, pl.DataFrame]
    events: dict[str, str] = field(default_factory=dict)
    """The real activity behind each recording."""
    stories: dict[str, str] = field(default_factory=dict)
    """Story of each activity and night."""
    wrong: dict[str, int | None] = field(default_factory=dict)
    """Subjects whose clock is wrong, with what makes it right (s) where another recording tells."""


Story = Callable[[Rng, Recorded, int], Iterator[Told]]


def overlay_cases(athlete_count: int, *, seed: int) -> OverlayCases:
    """So many athletes, each with every story once; the same seed gives the same rows."""
    found = OverlayCases(tables={})
    frames: dict[str, list[pl.DataFrame]] = {"activities": [], "records": [], "nights": [], "athletes": []}
    for number in range(athlete_count):
        zone, longitude = HOMES[number % len(HOMES)]
        athlete = {"athlete_id": number, "folder": f"a{number}", "display_name": f"A {number}", "squad": "proof"}
        row = pl.DataFrame([{**athlete, "time_zone": zone, "is_simulated": True}])
        frames["athletes"].append(conform(row, "athletes"))
        for day, (name, story) in enumerate(STORIES.items()):
            rng = np.random.default_rng([seed, number, day])
            base = _base(rng, number, day, zone=ZoneInfo(zone), longitude=longitude)
            for index, told in enumerate(story(rng, base, number)):
                one = told.recorded
                if one.activity["source_file_id"][0] == BASE_FILE:
                    one = named(one, f"{number:04d}{day:04d}{index:08d}")
                frames["activities"].append(one.activity)
                frames["records"].append(one.records)
                found.events[one.activity_id] = f"{number}/{name}/{told.event}"
                found.stories[one.activity_id] = name
                if told.is_wrong:
                    found.wrong[one.activity_id] = told.shift_s
        frames["nights"].append(_nights(np.random.default_rng([seed, number, 999]), number, ZoneInfo(zone), found))
    found.tables = {name: pl.concat(parts) for name, parts in frames.items()}
    for name in (
        "pauses",
        "laps",
        "beats",
        "beat_series",
        "daily_values",
        "activity_pairs",
        "merge_undos",
        "source_files",
    ):
        found.tables[name] = empty(name)
    return found


BASE_FILE = "b" * 16


def _base(rng: Rng, athlete_id: int, day: int, *, zone: ZoneInfo, longitude: float) -> Recorded:
    """A run at seven in the morning or so, as the athlete's watch with a strap has it."""
    local = datetime.combine(FIRST_DAY + timedelta(days=day), datetime.min.time(), zone) + timedelta(
        hours=7, seconds=int(rng.integers(0, 3600))
    )
    start_s = int(local.timestamp())
    runner = Runner(resting_bpm=50.0, max_bpm=188.0, threshold_m_per_s=float(rng.uniform(3.2, 4.6)))
    made = run(rng, runner, RunPlan(kind="easy", moving_s=RUN_S, start_s=start_s))
    records = record_rows(made.records, athlete_id=athlete_id, source_file_id=BASE_FILE)
    activity = activity_row(records, made, heart_rate_source="strap", sub_sport=None)
    offset = local.utcoffset()
    offset_s = int(offset.total_seconds()) if offset else 0
    return stating(at_longitude(Recorded(activity=activity, records=records), longitude), offset_s)


def _alone(_rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    yield Told(recorded=base, event="run")


def _on_two_watches(rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    yield Told(recorded=base, event="run")
    yield Told(
        recorded=other_watch(rng, base, late_s=int(rng.integers(0, 60)), early_s=int(rng.integers(0, 60))), event="run"
    )


def _on_watch_and_service(_rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    yield Told(recorded=base, event="run")
    yield Told(recorded=service_copy(base), event="run")


def _on_three(rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    second = other_watch(rng, base, late_s=10, early_s=5)
    yield from (
        Told(recorded=one, event="run")
        for one in (base, second, service_copy(second), summary(base, is_fuzzy=False, rng=rng))
    )


def _in_a_list(rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    yield Told(recorded=base, event="run")
    yield Told(recorded=summary(base, is_fuzzy=False, rng=rng), event="run")


def _found_by_the_wrist(rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    yield Told(recorded=base, event="run")
    yield Told(recorded=summary(base, is_fuzzy=True, rng=rng), event="run")


def _phone_started_late(rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    yield Told(recorded=base, event="run")
    yield Told(recorded=other_watch(rng, base, late_s=int(rng.integers(300, 1200)), early_s=20), event="run")


def _with_a_foot_pod(_rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    yield Told(recorded=base, event="run")
    yield Told(recorded=foot_pod(base), event="run")


def _local_time_as_utc(rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    offset_s = int(base.activity["utc_offset_s"][0])
    copy = service_copy(base) if rng.random() < 0.5 else service_copy(other_watch(rng, base, late_s=12, early_s=8))  # noqa: PLR2004
    yield Told(recorded=base, event="run")
    yield Told(recorded=moved_in_time(copy, timedelta(seconds=offset_s)), event="run", is_wrong=True, shift_s=-offset_s)


def _an_hour_off(rng: Rng, base: Recorded, number: int) -> Iterator[Told]:
    hour = timedelta(hours=1 if number % 2 else -1)
    copy = service_copy(other_watch(rng, base, late_s=5, early_s=15))
    yield Told(recorded=base, event="run")
    yield Told(recorded=moved_in_time(copy, hour), event="run", is_wrong=True, shift_s=-int(hour.total_seconds()))


def _copy_from_a_clock_not_set(_rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    away = NEVER_SET - base.start
    copy = stating(moved_in_time(base, away), None)
    yield Told(recorded=base, event="run")
    yield Told(recorded=copy, event="run", is_wrong=True, shift_s=-int(away.total_seconds()))


def _clock_not_set(_rng: Rng, base: Recorded, number: int) -> Iterator[Told]:
    away = NEVER_SET + timedelta(days=400 + number) - base.start
    yield Told(recorded=stating(moved_in_time(base, away), None), event="run", is_wrong=True)


def _offset_of_elsewhere(_rng: Rng, base: Recorded, number: int) -> Iterator[Told]:
    wrong_s = int(base.activity["utc_offset_s"][0]) + 3600 * (8 if number % 2 else -7)
    yield Told(recorded=stating(base, wrong_s), event="run", is_wrong=True)


def _abroad(_rng: Rng, base: Recorded, number: int) -> Iterator[Told]:
    hours = 9 if number % 2 else -9
    away = moved_in_time(at_longitude(base, 15.0 * hours + 4.0), timedelta(hours=-hours))
    yield Told(recorded=stating(away, 3600 * hours), event="run")


def _abroad_without_offset(_rng: Rng, base: Recorded, number: int) -> Iterator[Told]:
    hours = 9 if number % 2 else -9
    yield Told(
        recorded=stating(moved_in_time(at_longitude(base, 15.0 * hours + 4.0), timedelta(hours=-hours)), None),
        event="run",
    )


def _back_to_back(rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    end = base.start + timedelta(seconds=RUN_S + int(rng.integers(1, 90)))
    yield Told(recorded=base, event="first")
    yield Told(recorded=again(rng, base, start=end), event="second")


def _warm_up_and_race(_rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    yield Told(recorded=part(base, begin_s=0, end_s=700), event="warm-up")
    yield Told(recorded=part(base, begin_s=690, end_s=RUN_S), event="race")


def _same_round_again(rng: Rng, base: Recorded, number: int) -> Iterator[Told]:
    later = timedelta(hours=2 + number % 6, seconds=int(rng.integers(-50, 50)))
    yield Told(recorded=base, event="first")
    yield Told(recorded=again(rng, base, start=base.start + later), event="second")


def _two_sessions_of_a_file(_rng: Rng, base: Recorded, number: int) -> Iterator[Told]:
    name = f"{number:04d}{'c' * 12}"
    yield Told(recorded=named(part(base, begin_s=0, end_s=1200), name, session=0), event="first")
    yield Told(recorded=named(part(base, begin_s=1200, end_s=RUN_S), name, session=1), event="second")


def _chain(rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    yield Told(recorded=part(base, begin_s=0, end_s=1400), event="first")
    yield Told(recorded=other_watch(rng, base, late_s=1000, early_s=0), event="second")


def _somebody_else(rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    yield Told(recorded=base, event="run")
    yield Told(recorded=beside(again(rng, base, start=base.start), east_m=float(rng.uniform(800, 3000))), event="other")


def _ride_home(rng: Rng, base: Recorded, _number: int) -> Iterator[Told]:
    ride = again(rng, base, start=base.start + timedelta(seconds=RUN_S - 200))
    yield Told(recorded=base, event="run")
    activity = ride.activity.with_columns(pl.lit("cycling").alias("sport"))
    yield Told(recorded=Recorded(activity=activity, records=ride.records), event="ride")


STORIES: dict[str, Story] = {
    "one watch": _alone,
    "two watches": _on_two_watches,
    "watch and service": _on_watch_and_service,
    "two watches, a service and a list": _on_three,
    "watch and list": _in_a_list,
    "watch and what the wrist found": _found_by_the_wrist,
    "phone started late": _phone_started_late,
    "two sensors indoors": _with_a_foot_pod,
    "local time written as UTC": _local_time_as_utc,
    "copy an hour off": _an_hour_off,
    "copy from a clock not set": _copy_from_a_clock_not_set,
    "clock not set": _clock_not_set,
    "offset of elsewhere": _offset_of_elsewhere,
    "abroad": _abroad,
    "abroad, no offset stated": _abroad_without_offset,
    "back to back": _back_to_back,
    "warm-up and race": _warm_up_and_race,
    "same round hours later": _same_round_again,
    "two sessions of a file": _two_sessions_of_a_file,
    "chain of two devices": _chain,
    "somebody else's track": _somebody_else,
    "a ride from the end of a run": _ride_home,
}
"""Every story by name; the day it takes place on is its number."""
NIGHT_BY_DAY, USUAL_NIGHT = "a night by day", "a usual night"


def _nights(rng: Rng, athlete_id: int, zone: ZoneInfo, found: OverlayCases) -> pl.DataFrame:
    """Nights of the same weeks; one was written eleven hours off."""
    dates = [FIRST_DAY + timedelta(days=day) for day in range(NIGHT_COUNT)]
    ends = [datetime.combine(day, datetime.min.time(), zone).timestamp() + 3600 * 6.5 for day in dates]
    ends_s = np.array(ends) + 1800 * rng.standard_normal(NIGHT_COUNT)
    wrong = int(rng.integers(5, NIGHT_COUNT - 5))
    ends_s[wrong] += 11 * 3600
    sleep_s = np.rint(7.5 * 3600 + 1800 * rng.standard_normal(NIGHT_COUNT))
    names = [f"{athlete_id:04d}n{day:%Y%m%d}000" for day in dates]
    rows = night_rows(
        dates, sleep_s=sleep_s, ends_s=ends_s, athlete_id=athlete_id, device_ids=["watch:1:1"] * len(dates)
    )
    rows = rows.with_columns(
        pl.Series("source_file_id", names),
        pl.Series("night_id", [f"{name}:n0" for name in names]),
        pl.lit(None, pl.Int32).alias("utc_offset_s"),
    )
    for position, name in enumerate(names):
        found.stories[f"{name}:n0"] = NIGHT_BY_DAY if position == wrong else USUAL_NIGHT
    found.wrong[f"{names[wrong]}:n0"] = None
    return rows
