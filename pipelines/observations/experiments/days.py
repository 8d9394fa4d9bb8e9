"""Which days of an experiment count: decided by what was done and what may be used, never by the value itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from pipelines.observations.experiments.schedule import Condition, ScheduledDay

Did = Literal["A", "B", "neither", "not_told"]
State = Literal["ahead", "washout", "kept", "dropped"]

LATE_DAYS = 7
"""Days after which a word on what was done is counted as told late. Engineering start value."""

NOT_TOLD = "nobody said what was done"
OTHERWISE = "it was not done as scheduled"
NO_VALUE = "there is no value"
NOT_USABLE = "its value is not usable"
OTHER_FIRMWARE = "the firmware changed within its pair"


@dataclass(frozen=True, kw_only=True)
class Report:
    """One word on a day: what was done, and when that was said where it was."""

    on: date
    did: str
    said_on: date | None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the one series has on a date: whether its value may be used, and with which firmware it was made."""

    value: float
    is_usable: bool
    observation_id: str
    firmware: str


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day of the schedule, and what became of it."""

    on: date
    value_date: date
    pair: int | None
    condition: Condition
    did: Did
    state: State
    why_dropped: str = ""
    is_late: bool = False
    reading: Reading | None = None
    """What the series has; not to be looked at before the experiment is over."""

    @property
    def is_passed(self) -> bool:
        """Whether it is a day of A or B that the data have reached."""
        return self.state in {"kept", "dropped"}


def judged_days(
    scheduled: Sequence[ScheduledDay],
    reports: Mapping[date, Report],
    readings: Mapping[date, Reading],
    *,
    lag_days: int,
    last_date: date | None,
) -> tuple[Day, ...]:
    """Every day of the schedule: ahead of the data, washout, kept, or dropped with the reason."""
    days = [_day(one, reports.get(one.on), readings, lag_days=lag_days, last_date=last_date) for one in scheduled]
    kept: dict[int | None, set[str]] = {}
    for day in days:
        if day.state == "kept" and day.reading is not None:
            kept.setdefault(day.pair, set()).add(day.reading.firmware)
    return tuple(
        replace(day, state="dropped", why_dropped=OTHER_FIRMWARE)
        if day.state == "kept" and len(kept[day.pair]) > 1
        else day
        for day in days
    )


def _day(
    one: ScheduledDay,
    report: Report | None,
    readings: Mapping[date, Reading],
    *,
    lag_days: int,
    last_date: date | None,
) -> Day:
    value_date = one.on + timedelta(days=lag_days)
    did: Did = "not_told" if report is None or report.did == "stop" else _DID[report.did]
    reading = readings.get(value_date)
    why = ""
    if one.condition != "washout":
        why = _why_dropped(one.condition, did, reading)
    state: State = "dropped" if why else "kept"
    if one.condition == "washout":
        state = "washout"
    elif last_date is None or value_date > last_date:
        state, why = "ahead", ""
    is_late = report is not None and (report.said_on is None or (report.said_on - one.on).days > LATE_DAYS)
    return Day(
        on=one.on,
        value_date=value_date,
        pair=one.pair,
        condition=one.condition,
        did=did,
        state=state,
        why_dropped=why,
        is_late=is_late and state in {"kept", "dropped"},
        reading=reading,
    )


_DID: dict[str, Did] = {"A": "A", "B": "B", "neither": "neither"}


def _why_dropped(condition: Condition, did: Did, reading: Reading | None) -> str:
    if did == "not_told":
        return NOT_TOLD
    if did != condition:
        return OTHERWISE
    if reading is None:
        return NO_VALUE
    return "" if reading.is_usable else NOT_USABLE
