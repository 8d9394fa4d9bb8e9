"""Which gaps are worth a question: those that nobody has explained and that are more than one odd day.

A question costs a person a minute, so it is put only where what is missing says something by being missing: a session,
or three days of anything else in a row. What a file, a plan or a person has explained is never asked about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

UNRESOLVED = ("not_known", "not_synced", "not_worn", "worn_no_training")
"""Causes that say at most how it came, never why."""
LASTING_DAYS = 3
"""Missing days from which nights, values and wear are asked about, a device that was off or away, and sessions that
only habit expected. Engineering start value: one or two are everybody's."""
UNDERWAY_DAYS = 7
"""Days from which a device whose files may still come is asked about: many are read out once a week."""
WAITING_DAYS = 2
"""Days a session without any evidence may still be on its way. Engineering start value."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One row of `gaps`."""

    signal: str
    start: date
    end: date
    day_count: int
    cause: str
    is_open: bool


def is_unresolved(gap: Gap) -> bool:
    """Whether nobody has said why."""
    return gap.cause in UNRESOLVED


def is_worth_asking(gap: Gap, *, days: int, planned: Mapping[date, tuple[bool, ...]], last: date) -> bool:
    """Whether a gap is asked about.

    `days` are the missing ones of the whole time without a value that it is part of, `planned` has for each row of the
    plan whether it is a rest day.
    """
    if not is_unresolved(gap):
        return False
    if gap.cause == "not_synced":
        return days >= (UNDERWAY_DAYS if gap.is_open else LASTING_DAYS)
    if gap.signal != "training" or gap.cause == "not_worn":
        return days >= LASTING_DAYS
    if gap.cause == "worn_no_training":
        return _is_planned(gap, planned) or days >= LASTING_DAYS
    return not gap.is_open or (last - gap.start).days >= WAITING_DAYS


def _is_planned(gap: Gap, planned: Mapping[date, tuple[bool, ...]]) -> bool:
    dates = (gap.start + timedelta(days=day) for day in range((gap.end - gap.start).days + 1))
    return any(not all(planned.get(on, (True,))) for on in dates)
