"""Nights, their stages and naps as Garmin's JSON states them.

Source: a real response of the web service (sums, stamps both UTC and local), public parsers of account exports
(levels 0 deep, 1 light, 2 awake, 3 REM; naps with `napTimeSec`).
"""

from datetime import date, datetime, timedelta

from pipelines.readers.garmin import methods
from pipelines.readers.json_values import Node, offset_between
from pipelines.readers.readings import as_zone
from pipelines.readers.stated import Sleep, Stage, Stated

LEVELS = {0: "deep", 1: "light", 2: "awake", 3: "rem"}
"""Stages by Garmin's level; others count as not measured."""

NOT_WORN = "OFF_WRIST"

SUMS = ("deepsleepseconds", "lightsleepseconds")
"""Without both there is no time asleep: REM alone may be missing, as older devices do not tell it."""


def take_night(night: Node, found: Stated, *, around: Node | None = None) -> None:
    """One night from its sums, with the stages and naps of the response around it where there is one."""
    around = around or Node(None)
    _take_naps(night, around, found)
    start, end = night.utc("sleepstarttimestampgmt"), night.utc("sleependtimestampgmt")
    day = night.day("calendardate")
    if start is None or end is None:
        if "sleepstarttimestampgmt" in night or day is not None:
            found.note("days without a sleep period")
        return
    if str(night.get("sleepwindowconfirmationtype")).upper() == NOT_WORN or not _is_measured(night):
        found.note("sleep periods without a measurement, such as with the watch off the wrist")
        return
    offset_s = offset_between(end, night.wall("sleependtimestamplocal"))
    day = day or _local_date(end, offset_s, found)
    found.sleep(
        Sleep(
            night_date=day,
            start_at_utc=start,
            end_at_utc=end,
            utc_offset_s=offset_s,
            sleep_duration_s=_asleep_s(night),
            awake_s=_seconds(night, "awakesleepseconds"),
            light_s=_seconds(night, "lightsleepseconds"),
            deep_s=_seconds(night, "deepsleepseconds"),
            rem_s=_rem_s(night),
            unmeasured_s=_seconds(night, "unmeasurableseconds", "unmeasurablesleepseconds"),
            is_nap=False,
        ),
        _stages(around),
    )
    scores = night.node("sleepscores")
    score = scores.number("overallscore")
    score = scores.node("overall").number("value") if score is None else score
    found.value(methods.SLEEP_SCORE, day, score, measured_at_utc=end)


def _local_date(end: datetime, offset_s: int | None, found: Stated) -> date:
    return end.astimezone(as_zone(found.source.time_zone if offset_s is None else offset_s)).date()


def _take_naps(night: Node, around: Node, found: Stated) -> None:
    naps = night.nodes("naplist", "dailynapdtos") or around.nodes("dailynapdtos", "dailynapdtolist", "naplist")
    for nap in naps:
        start, end = nap.utc("napstarttimestampgmt"), nap.utc("napendtimestampgmt")
        length_s = nap.number("naptimesec", "naptimeseconds")
        if start is not None and end is None and length_s:
            end = start + timedelta(seconds=length_s) if 0 < length_s < 86_400 else None  # noqa: PLR2004 - a day
        if start is None or end is None:
            found.note("naps without a time")
            continue
        offset_s = offset_between(end, nap.wall("napendtimestamplocal"))
        nap_date = _local_date(end, offset_s, found)
        found.sleep(
            Sleep(
                night_date=nap_date,
                start_at_utc=start,
                end_at_utc=end,
                utc_offset_s=offset_s,
                sleep_duration_s=length_s,
                is_nap=True,
            )
        )


def _stages(around: Node) -> list[Stage]:
    stages = []
    for level in around.nodes("sleeplevels"):
        start, end, number = level.utc("startgmt"), level.utc("endgmt"), level.number("activitylevel")
        if start is not None and end is not None:
            name = LEVELS.get(int(number), "unmeasured") if number is not None and number.is_integer() else "unmeasured"
            stages.append(Stage(stage=name, start_at_utc=start, end_at_utc=end))
    return stages


def _is_measured(night: Node) -> bool:
    return any(_seconds(night, name) for name in (*SUMS, "remsleepseconds", "sleeptimeseconds"))


def _asleep_s(night: Node) -> float | None:
    """Light, deep and REM together (s); null where light or deep is missing."""
    sums = [_seconds(night, name) for name in SUMS]
    known = [told for told in sums if told is not None]
    if len(known) < len(SUMS):
        return _seconds(night, "sleeptimeseconds")
    return sum(known) + (_rem_s(night) or 0.0)


def _rem_s(night: Node) -> float | None:
    """REM sleep (s); null where the device cannot tell it, which some files write as 0."""
    return None if night.flag("deviceremcapable") is False else _seconds(night, "remsleepseconds")


def _seconds(night: Node, *names: str) -> float | None:
    value = night.number(*names)
    return value if value is not None and value >= 0 else None
