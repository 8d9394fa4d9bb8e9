"""The days of an experiment: pairs of one period of A and one of B, their order by a coin, washout in between."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Condition = Literal["A", "B", "washout"]


@dataclass(frozen=True, kw_only=True)
class Design:
    """How many pairs, how many days a period of one condition lasts, how many lie between two periods."""

    pair_count: int
    period_days: int
    washout_days: int

    @property
    def day_count(self) -> int:
        """All days from the first of the first period to the last of the last one."""
        return 2 * self.pair_count * (self.period_days + self.washout_days) - self.washout_days

    @property
    def condition_days(self) -> int:
        """Days of A and B together."""
        return 2 * self.pair_count * self.period_days


@dataclass(frozen=True, kw_only=True)
class ScheduledDay:
    """One day: its pair from 1 and what is to be done; no pair on a washout day."""

    on: date
    pair: int | None
    condition: Condition


def is_a_first(seed: int, pair: int) -> bool:
    """The coin of one pair, from 1: whether A comes first. One bit of a SHA-256, so that no library can change it."""
    return hashlib.sha256(f"wattworth experiment|{seed}|{pair}".encode()).digest()[0] % 2 == 0


def schedule(design: Design, *, seed: int, start: date) -> tuple[ScheduledDay, ...]:
    """Every day in order. Each pair holds both conditions for equally many days; its order is a coin of its own.

    Orders are not made to come out even over the pairs: the test counts every order that could have come, and with
    even ones there would be too few of them (20 instead of 64 with six pairs).
    """
    days: list[ScheduledDay] = []

    def add(count: int, pair: int | None, condition: Condition) -> None:
        first = start + timedelta(days=len(days))
        days.extend(
            ScheduledDay(on=first + timedelta(days=more), pair=pair, condition=condition) for more in range(count)
        )

    for pair in range(1, design.pair_count + 1):
        order: tuple[Condition, Condition] = ("A", "B") if is_a_first(seed, pair) else ("B", "A")
        for condition in order:
            if days:
                add(design.washout_days, None, "washout")
            add(design.period_days, pair, condition)
    return tuple(days)
