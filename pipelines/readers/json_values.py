"""Values of a JSON object by name, whatever the case of its names; what is no number, time or text is null."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import isfinite
from typing import cast

from pipelines.readers.local_times import YEARS, parsed_time

MILLISECONDS_FROM = 1e11
"""Numbers from here on count milliseconds since 1970, smaller ones seconds."""

OFFSET_STEP_S = 15 * 60
"""Local time differs from UTC by whole quarters of an hour (s)."""

OFFSET_MAXIMUM_S = 14 * 3600
"""The largest offset there is (s)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A name without case and underscores: tools write what a service calls dailySleepDTO as daily_sleep_dto."""
    return name.replace("_", "").lower()


class Node:
    """One JSON object; its values are asked for by folded names, the first of several that holds one."""

    def __init__(self, content: object) -> None:
        told = cast("dict[object, object]", content) if isinstance(content, dict) else {}
        self._values = {folded(str(name)): value for name, value in told.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __bool__(self) -> bool:
        return bool(self._values)

    def names(self) -> Iterable[str]:
        """Every name, folded."""
        return self._values.keys()

    def get(self, *names: str) -> object:
        """The value as it stands; null when there is none."""
        return next((self._values[name] for name in names if self._values.get(name) is not None), None)

    def number(self, *names: str) -> float | None:
        """A finite number, or text that is one."""
        return number_in(self.get(*names))

    def text(self, *names: str) -> str | None:
        """Text in characters that can be stored; null when empty."""
        value = self.get(*names)
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            return None
        text = str(value).strip()
        return text.encode("utf-8", "replace").decode() or None

    def flag(self, name: str) -> bool | None:
        """True or false; null when it is neither."""
        value = self._values.get(name)
        return value if isinstance(value, bool) else None

    def node(self, *names: str) -> "Node":
        """An object inside; empty when there is none."""
        return Node(self.get(*names))

    def nodes(self, *names: str) -> list["Node"]:
        """The objects of a list inside."""
        value = self.get(*names)
        return [Node(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []

    def rows(self, *names: str) -> list[list[object]]:
        """The lists of a list inside."""
        value = self.get(*names)
        return [item for item in value if isinstance(item, list)] if isinstance(value, list) else []

    def day(self, *names: str) -> date | None:
        """A calendar date."""
        return day_in(self.get(*names))

    def utc(self, *names: str) -> datetime | None:
        """A time that is UTC unless it says otherwise."""
        return utc_in(self.get(*names))

    def wall(self, *names: str) -> datetime | None:
        """What a clock on the wall showed, without offset."""
        moment = utc_in(self.get(*names))
        return None if moment is None else moment.replace(tzinfo=None)


def number_in(value: object) -> float | None:
    """A finite number, or text that is one; null for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def day_in(value: object) -> date | None:
    """A date from text, from milliseconds of its UTC midnight, or from an object that holds it."""
    if isinstance(value, dict):
        return day_in(cast("dict[str, object]", value).get("date"))
    if isinstance(value, str):
        stated = parsed_time(value)
        return stated.date() if isinstance(stated, datetime) else stated
    moment = utc_in(value)
    return moment.date() if moment else None


def utc_in(value: object) -> datetime | None:
    """A time from ISO text (UTC where no offset stands) or from milliseconds or seconds since 1970."""
    if isinstance(value, str):
        stated = parsed_time(value)
        if not isinstance(stated, datetime):
            return None
        moment = stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated.astimezone(UTC)
    else:
        number = number_in(value)
        if number is None or abs(number) > MILLISECONDS_FROM * 1000:
            return None
        moment = _EPOCH + timedelta(seconds=number / 1000 if abs(number) >= MILLISECONDS_FROM else number)
    return moment if moment.year in YEARS else None


def offset_between(utc: datetime | None, wall: datetime | None) -> int | None:
    """Local time minus UTC (s) from both stamps of one moment; null where they state no possible offset."""
    if utc is None or wall is None:
        return None
    apart_s = (wall - utc.replace(tzinfo=None)).total_seconds()
    rounded_s = round(apart_s / OFFSET_STEP_S) * OFFSET_STEP_S
    return rounded_s if abs(rounded_s - apart_s) < 1 and abs(rounded_s) <= OFFSET_MAXIMUM_S else None
