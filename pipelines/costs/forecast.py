"""What a month will have used by its end, at the pace of the days behind: a figure with its interval, or why none.

What does not belong here: what there is to spend, and which job may run.
"""

import calendar
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import duckdb
import numpy as np

from pipelines.costs.budget import Allowance, Unit, told
from pipelines.warehouse.query import frame

LOOK_BACK_DAYS = 28
"""Days whose pace is taken. Engineering start value: four weeks, one refit of the rolling origin."""

LEAST_DAY_COUNT = 7
"""Days of pace a forecast needs. Engineering start value: a week, which has every kind of day once."""

DRAW_COUNT = 2_000
INTERVAL_QUANTILES = (0.05, 0.95)
SEED = 20_260_101
"""Seed of every draw; any number would do, the same one always."""


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What was used of a month and what will have been by its end, in `unit`, with a 90 % interval.

    The interval is of the spread from day to day; how well a watt-hour is known is not in it. The figures ahead are
    null while fewer than `LEAST_DAY_COUNT` days tell the pace.
    """

    unit: Unit
    last_date: date
    """Last day of the month."""
    used: float
    day_count: int
    """Days that tell the pace."""
    days_ahead: int
    middle: float | None = None
    lower: float | None = None
    upper: float | None = None
    over_fraction: float | None = None
    """Share of draws that end above the budget of the month; null without one."""

    def __str__(self) -> str:
        """One line, such as "month forecast: 12 CPU-s by 2026-11-30 (90 %: 10 CPU-s to 14 CPU-s), at the pace of"."""
        if self.middle is None or self.lower is None or self.upper is None:
            return (
                f"month forecast: not known yet, {self.day_count} of the {LEAST_DAY_COUNT} days it needs;"
                f" {told(self.used, self.unit)} used so far"
            )
        spread = f"{told(self.lower, self.unit)} to {told(self.upper, self.unit)}"
        over = "" if self.over_fraction is None else f"; over the budget in {self.over_fraction:.0%} of the draws"
        return (
            f"month forecast: {told(self.middle, self.unit)} by {self.last_date} (90 %: {spread}), at the pace of the"
            f" last {self.day_count} days{over}"
        )


def forecast_month(con: duckdb.DuckDBPyConnection, allowances: Sequence[Allowance], now: datetime) -> Forecast:
    """The forecast of the month that holds `now`, by the published ledger that `con` reads.

    It is told in the unit of the month's allowance, in watt-hours where there is none.
    """
    limit = next((one for one in allowances if one.period == "month"), None)
    unit: Unit = "wh" if limit is None else limit.unit
    rows = frame(con, "queries/used_by_day.sql").to_dicts()
    used = {row["used_date"]: float(row[unit] or 0.0) for row in rows}
    return forecast(used, now.date(), unit=unit, limit=None if limit is None else limit.limit)


def forecast(used: Mapping[date, float], today: date, *, unit: Unit, limit: float | None = None) -> Forecast:
    """The forecast of the month of `today` from what was used on each day; a day without a run used nothing.

    The pace is that of the days before today, at most `LOOK_BACK_DAYS`, without the first day of the ledger, which took
    in what had gathered before. Today counts as over once something ran on it. As many days as are ahead are drawn from
    those that tell the pace, which are themselves drawn anew each time, so that few of them make a wide interval.
    """
    last = today.replace(day=calendar.monthrange(today.year, today.month)[1])
    so_far = math.fsum(amount for day, amount in used.items() if today.replace(day=1) <= day <= today)
    days_ahead = (last - today).days + (today not in used)
    pace = _pace(used, today)
    known = Forecast(unit=unit, last_date=last, used=so_far, day_count=len(pace), days_ahead=days_ahead)
    if len(pace) < LEAST_DAY_COUNT:
        return known
    draws = so_far + _drawn(pace, days_ahead)
    lower, upper = np.quantile(draws, INTERVAL_QUANTILES)
    return replace(
        known,
        middle=so_far + days_ahead * float(np.mean(pace)),
        lower=float(lower),
        upper=float(upper),
        over_fraction=None if limit is None else float((draws > limit).mean()),
    )


def _pace(used: Mapping[date, float], today: date) -> list[float]:
    if not used:
        return []
    first = max(min(used) + timedelta(days=1), today - timedelta(days=LOOK_BACK_DAYS))
    return [used.get(first + timedelta(days=day), 0.0) for day in range((today - first).days)]


def _drawn(pace: list[float], days_ahead: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rng = np.random.default_rng(SEED)
    seen = rng.integers(0, len(pace), size=(DRAW_COUNT, len(pace)))
    chosen = rng.integers(0, len(pace), size=(DRAW_COUNT, days_ahead))
    return np.asarray(np.asarray(pace)[np.take_along_axis(seen, chosen, axis=1)].sum(axis=1), dtype=np.float64)
