"""Days of the generated squad without data, each with its cause; some causes are told in notes, some are not."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

Cause = Literal["not_worn", "not_synced", "ill", "travel", "day_off", "file_failed", "run_left_out"]

UNSEEN: tuple[Cause, ...] = ("not_worn", "not_synced", "ill", "travel", "day_off")
"""Causes of days on which no device measured; on the other days one did."""

NOT_WORN_SHARE = 0.03
"""Share of single days on which the device was not worn."""

NOTES: dict[Cause, str] = {
    "ill": "Fever since last night, staying in bed.",
    "travel": "Travelling to see family, watch stays in the bag.",
    "day_off": "A weekend without gadgets.",
    "not_worn": "Forgot to put the strap on.",
}
"""What athletes write about a gap; nobody writes about a watch that did not sync."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One day without data and its cause; `is_noted` when a note of the athlete tells it."""

    day: date
    cause: Cause
    is_noted: bool
    answer: str = ""
    """Answer to the question about it; empty where nobody answered."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """Days in a row without data, counted back from the last date."""

    cause: Cause
    days_back: int
    day_count: int
    is_noted: bool
    answer: str = ""
    """Answer to the question about it, as a file of answers has it; empty where nobody answered."""

    def days(self, last: date) -> tuple[date, ...]:
        """Its dates."""
        first = last - timedelta(days=self.days_back)
        return tuple(first + timedelta(days=offset) for offset in range(self.day_count))


def gaps(rng: np.random.Generator, *, dates: tuple[date, ...], blocks: tuple[Block, ...]) -> tuple[Gap, ...]:
    """All days without data, in order; the last three dates are always measured."""
    found = {
        day: Gap(day=day, cause=block.cause, is_noted=block.is_noted, answer=block.answer)
        for block in blocks
        for day in block.days(dates[-1])
        if day in dates[:-3]
    }
    for day, chance, told in zip(dates[:-3], rng.random(len(dates)), rng.random(len(dates)), strict=False):
        if chance < NOT_WORN_SHARE and day not in found:
            found[day] = Gap(day=day, cause="not_worn", is_noted=bool(told < 0.3))
    return tuple(found[day] for day in sorted(found))
