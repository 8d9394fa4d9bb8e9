"""What each athlete of the generated squad lived through, and on which day which fault strikes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from pipelines.simulation.athlete import Course, Days, Episode, dates_until, live
from pipelines.simulation.calendar import UNSEEN, Cause, Gap, gaps
from pipelines.simulation.devices import Device
from pipelines.simulation.experiments import Told, effect_of, nap, walk
from pipelines.simulation.faults.contract import Fault
from pipelines.simulation.noise import Series
from pipelines.simulation.roster import TIME_ZONE, Member

ZONE = ZoneInfo(TIME_ZONE)

EPISODE_DAYS_BACK = 9
"""The episode of fatigue starts so many days before the last date and lasts beyond it."""

SHORT_SLEEP_DAYS_BACK, DRIFT_DAYS_BACK, GAIN_DAYS_BACK = 13, 34, 69
"""Short sleep, steeper drift and the rise of speed start so many days before the last date and last to its end."""

FEWEST_DAYS = 60
"""Below so many days the squad has no faults of nights and daily values: they need days before and after."""

CLEAN_PER_FAULT = 4
"""At most one in so many mornings or runs of an athlete has a fault."""

NOT_IN_FILES = frozenset(
    {
        *("overlapping_nights", "moved_nights", "stages_beyond_sleep", "parts_beyond_night", "device_not_worn"),
        *("asleep_while_running", "device_step", "mostly_awake", "never_awake", "too_much_deep", "late_reading"),
    }
)
"""Faults of nights and values that the squad's files cannot show: only values and how long was slept are in them."""

_STREAMS = {"days": 0, "gaps": 1, "run": 2, "beats": 3, "watch": 4, "answers": 5, "fault": 6, "second": 7}
"""Numbers that keep the chances of one kind of export apart from those of the others."""


@dataclass(frozen=True, kw_only=True)
class Life:
    """One athlete over all dates, and the days nothing was measured on."""

    seed: int
    index: int
    member: Member
    days: Days
    gaps: tuple[Gap, ...]
    episode: Episode | None
    experiments: tuple[Told, ...] = ()

    def chance(self, stream: str, day: int = 0) -> np.random.Generator:
        """Chance of its own for one kind of export and one day: nothing else shifts it."""
        return np.random.default_rng([self.seed, self.index, _STREAMS[stream], day])

    def is_measured(self, day: int) -> bool:
        """Whether the devices saw that day (number of the date)."""
        return self.cause(day) not in UNSEEN

    def cause(self, day: int) -> Cause | None:
        """Why something is missing on that day (number of the date); None when nothing is."""
        return next((gap.cause for gap in self.gaps if gap.day == self.days.dates[day]), None)

    def is_run_seen(self, day: int) -> bool:
        """Whether there was a run that day and the watch recorded it."""
        is_run = self.days.run_kind[day] is not None and self.cause(day) != "run_left_out"
        return is_run and self.is_measured(day)

    def has(self, table: str, day: int) -> bool:
        """Whether there is a subject of that table on that day that a fault can strike."""
        if not self.is_measured(day) or self.cause(day) == "file_failed":
            return False
        if table == "records":
            return self.is_run_seen(day) and not self.is_on_treadmill(day)
        return self.member.morning is not None and not self.is_night(day)

    def is_night(self, day: int) -> bool:
        """Whether the beats of that day are a whole night."""
        count = len(self.days.dates)
        return self.member.night_count > 0 and day >= count - min(self.member.night_count, max(1, count // 5))

    def is_on_treadmill(self, day: int) -> bool:
        """Whether the run of that day is on the treadmill."""
        return self.member.is_on_treadmill and self.days.run_kind[day] == "steady"

    def watch(self, day: int) -> Device:
        """The watch worn on that day."""
        is_new = self.member.new_watch is not None and day >= len(self.days.dates) // 2
        return self.member.new_watch if is_new and self.member.new_watch else self.member.watch

    def wake(self, day: int) -> datetime:
        """Local time of waking."""
        midnight = datetime.combine(self.days.dates[day], datetime.min.time())
        naive = midnight + timedelta(seconds=float(np.rint(self.days.wake_s[day])))
        return naive.replace(tzinfo=ZONE)


def lives(*, seed: int, squad: tuple[Member, ...], day_count: int, last_date: date) -> tuple[Life, ...]:
    """Everybody's days, from the seed."""
    dates = dates_until(last_date, day_count)
    found = []
    for index, member in enumerate(squad):
        missed = gaps(np.random.default_rng([seed, index, _STREAMS["gaps"], 0]), dates=dates, blocks=member.blocks)
        ill = frozenset(gap.day for gap in missed if gap.cause == "ill")
        around = frozenset(day + timedelta(days=offset) for day in ill for offset in (-1, 0, 1, 2))
        episode = None
        if member.has_episode:
            first = last_date - timedelta(days=EPISODE_DAYS_BACK)
            episode = Episode(first=first, last=last_date + timedelta(days=4))
        rng = np.random.default_rng([seed, index, _STREAMS["days"], 0])
        course = _course(member, last_date)
        days = live(rng, member.profile, dates=dates, ill=around, episode=episode, course=course)
        life = Life(seed=seed, index=index, member=member, days=days, gaps=missed, episode=episode)
        found.append(_with_experiments(life))
    return tuple(found)


def _with_experiments(life: Life) -> Life:
    """The athlete with the experiments of the roster; what A does is done to the days that the walk came before."""
    dates = life.days.dates
    seen = [day for day in range(len(dates)) if life.is_measured(day)]

    def stated(values: Series) -> dict[date, float]:
        return {dates[day]: float(values[day]) for day in seen}

    told, days = [], life.days
    if life.member.has_walk and (one := walk(life.member, stated(days.resting_bpm), first=dates[0], last=dates[-1])):
        told.append(one)
        days = replace(days, resting_bpm=days.resting_bpm + effect_of(one, dates))
    if life.member.has_nap and (one := nap(life.member, stated(days.ln_rmssd), first=dates[0], last=dates[-1])):
        told.append(one)
    return replace(life, days=days, experiments=tuple(told)) if told else life


def _course(member: Member, last_date: date) -> Course:
    def start(*, is_so: bool, days_back: int) -> date | None:
        return last_date - timedelta(days=days_back) if is_so else None

    return Course(
        sleeps_short_from=start(is_so=member.is_short_of_sleep, days_back=SHORT_SLEEP_DAYS_BACK),
        drifts_from=start(is_so=member.is_drifting, days_back=DRIFT_DAYS_BACK),
        improves_from=start(is_so=member.is_improving, days_back=GAIN_DAYS_BACK),
    )


def seconds_of(moment: datetime) -> int:
    """Seconds since 1970 (UTC)."""
    return int(moment.astimezone(UTC).timestamp())


Places = Mapping[tuple[int, str, int], Fault]
"""Which fault strikes which athlete (index), table and day (number of the date)."""


def places(squad: tuple[Life, ...], faults: tuple[Fault, ...]) -> Places:
    """One place for every fault, days apart from each other; a fault no athlete can have is left out."""
    taken: dict[tuple[int, str, int], Fault] = {}
    for number, fault in enumerate(faults):
        able = [life for life in squad if _can_have(life, fault)]
        if not able:
            continue
        day_count = len(able[0].days.dates)
        if fault.table in {"nights", "daily_values"}:
            if day_count < FEWEST_DAYS:
                continue
            used = {(index, name.name) for (index, _, _), name in taken.items()}
            life = min(able, key=lambda life: (sum(index == life.index for index, _ in used), life.index))
            taken[life.index, fault.name, -1] = fault
            continue
        for turn in range(len(able)):
            life = able[(number + turn) % len(able)]
            days = [day for day in range(day_count // 12, day_count - day_count // 10) if life.has(fault.table, day)]
            free = [day for day in days if (life.index, fault.table, day) not in taken]
            if len(days) - len(free) < len(days) // CLEAN_PER_FAULT:
                taken[life.index, fault.table, free[(5 * number) % len(free)]] = fault
                break
    return taken


def _can_have(life: Life, fault: Fault) -> bool:
    """Whether the athlete's devices can show the fault, so that the file says it as it was."""
    member = life.member
    if fault.table == "beats":
        return member.morning == "hrv_logger" if fault.name == "beat_gap" else member.morning is not None
    if fault.table == "records":
        is_able = member.watch.recording == "every_second"
        return is_able and not ("lock" in fault.name and member.has_strap)
    return member.morning is None and fault.name not in NOT_IN_FILES
