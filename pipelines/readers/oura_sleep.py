"""One sleep period as Oura states it, under the names of its present service and of the one before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipelines.readers.contract import Method
from pipelines.readers.json_values import Node, number_in
from pipelines.readers.local_times import Moment, moment_of, parsed_time
from pipelines.readers.oura_methods import AVERAGE, BREATH, LOWEST, RMSSD
from pipelines.readers.readings import as_zone
from pipelines.readers.stated import Sleep, Stage, Stated, heart_rate_or_none

EPOCH_S = 300.0
"""Length of an epoch of the series and of the hypnogram (s), where the series does not state its own."""

STAGES = {"1": "deep", "2": "light", "3": "rem", "4": "awake"}
"""Digits of the hypnogram."""

MAIN_TYPES = frozenset({"long_sleep", None})
NAP_TYPES = frozenset({"late_nap", "nap"})
PASSED_TYPES = frozenset({"rest", "deleted"})
"""Kinds of period: the night itself, a nap, and what Oura does not count as sleep."""

VALUES: tuple[tuple[Method, tuple[str, ...]], ...] = (
    (RMSSD, ("averagehrv", "rmssd")),
    (LOWEST, ("lowestheartrate", "hrlowest")),
    (AVERAGE, ("averageheartrate", "hraverage")),
    (BREATH, ("averagebreath", "breathaverage")),
)
"""Method and the folded names of its value; a zero stands for none."""


@dataclass(frozen=True, kw_only=True)
class MainSleep:
    """The night of a date and what is stated of it."""

    sleep_duration_s: float
    end_at_utc: datetime
    values: tuple[tuple[Method, float], ...]


def is_sleep(item: Node) -> bool:
    """Whether an item is a sleep period."""
    return "bedtimestart" in item and "bedtimeend" in item


def take_sleep(item: Node, made: Stated) -> tuple[date, MainSleep] | None:
    """Adds the period with its stages and series; gives its date and values when it may be the night of that date."""
    kind = item.text("type")
    if kind in PASSED_TYPES:
        made.note(f"periods of type {kind}")
        return None
    zone = made.source.time_zone
    start, end = (_moment(item, name, zone) for name in ("bedtimestart", "bedtimeend"))
    if start is None or end is None:
        made.note("sleep periods without times")
        return None
    night_date = item.day("day") or _local_date(end, zone)
    sleep = Sleep(
        night_date=night_date,
        start_at_utc=start.at_utc,
        end_at_utc=end.at_utc,
        utc_offset_s=end.utc_offset_s,
        time_basis=end.time_basis,
        sleep_duration_s=item.number("totalsleepduration", "total"),
        awake_s=item.number("awaketime", "awake"),
        light_s=item.number("lightsleepduration", "light"),
        deep_s=item.number("deepsleepduration", "deep"),
        rem_s=item.number("remsleepduration", "rem"),
        is_nap=_is_nap(item, kind),
    )
    made.sleep(sleep, tuple(_stages(item, sleep)))
    _series(item, start.at_utc, made)
    if kind not in MAIN_TYPES or item.number("islongest") == 0:
        return None
    values = tuple((method, value) for method, names in VALUES if (value := item.number(*names)))
    return night_date, MainSleep(
        sleep_duration_s=sleep.sleep_duration_s or 0.0, end_at_utc=sleep.end_at_utc, values=values
    )


def _is_nap(item: Node, kind: str | None) -> bool | None:
    if kind in NAP_TYPES:
        return True
    return False if kind == "long_sleep" or item.number("islongest") == 1 else None


def _moment(item: Node, name: str, zone: ZoneInfo) -> Moment | None:
    stated = parsed_time(item.text(name) or "")
    return moment_of(stated, zone) if isinstance(stated, datetime) else None


def _local_date(moment: Moment, zone: ZoneInfo) -> date:
    return moment.at_utc.astimezone(zone if moment.utc_offset_s is None else as_zone(moment.utc_offset_s)).date()


def _stages(item: Node, sleep: Sleep) -> Iterator[Stage]:
    """The hypnogram as unbroken stages, one digit for five minutes, none beyond the end of the period."""
    digits = item.text("sleepphase5min", "hypnogram5min") or ""
    begun = 0
    for position in range(1, len(digits) + 1):
        if position < len(digits) and digits[position] == digits[begun]:
            continue
        start = sleep.start_at_utc + timedelta(seconds=EPOCH_S * begun)
        end = min(sleep.start_at_utc + timedelta(seconds=EPOCH_S * position), sleep.end_at_utc)
        if digits[begun] in STAGES:
            yield Stage(stage=STAGES[digits[begun]], start_at_utc=start, end_at_utc=end)
        begun = position


def _series(item: Node, start_at_utc: datetime, made: Stated) -> None:
    for at_utc, length_s, rmssd in _samples(item, ("hrv",), "rmssd5min", start_at_utc):
        made.epoch(at_utc + timedelta(seconds=length_s), rmssd)
    for at_utc, _, rate in _samples(item, ("heartrate",), "hr5min", start_at_utc):
        if (bpm := heart_rate_or_none(rate)) is not None:
            made.heart_rate(at_utc.timestamp(), bpm)


def _samples(
    item: Node, names: tuple[str, ...], older: str, start_at_utc: datetime
) -> Iterator[tuple[datetime, float, float]]:
    """Start, length (s) and value of each sample of a series; none stands for not measured and is left out."""
    series = item.node(*names)
    told = series.get("items") if series else item.get(older)
    if not isinstance(told, list):
        return
    length_s = series.number("interval") or EPOCH_S
    start = series.utc("timestamp") or start_at_utc
    for index, sample in enumerate(told):
        value = number_in(sample)
        if value and 0 < length_s <= 2 * EPOCH_S:
            yield start + timedelta(seconds=length_s * index), length_s, value
