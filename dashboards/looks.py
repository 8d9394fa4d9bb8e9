"""One metric of one athlete beside its usual range: which days lie outside, for how long, and how ordinary that is.

A value is *outside* when it lies beyond the athlete's own usual range by more than its expected error, so that the
measurement alone does not explain it. Which of them a coach is shown is decided elsewhere; here it is only described.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from pipelines.observations import outside
from pipelines.observations.outside import METRICS, OUTSIDE_DAYS, WINDOW_DAYS

NO_TIME_OF_ITS_OWN = ("activity", "spot")
"""Readings taken at any hour: what differs between them is the hour, so that no day is held against another by them."""
COUNT_DAYS = 7
"""Days over which "n of m days" is counted."""
REPLAY_DAYS = 42
"""Days before on which the same rule is tried, to say how ordinary it is for this athlete."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Look:
    """One metric of one athlete, outside the usual range for `outside_day_count` of `day_count` days measured.

    Values and limits are in `unit`; the counts are of the week up to `observed_date`.
    """

    athlete_id: int
    metric: str
    unit: str
    side: str
    observation_id: str
    observed_date: date
    observed_value: float
    expected_error: float | None
    grade: str
    lower_limit: float
    upper_limit: float
    baseline_day_count: int
    device_name: str | None
    reading: str
    method: str
    outside_day_count: int
    day_count: int
    earlier_held_count: int
    earlier_day_count: int
    series: tuple[dict[str, Any], ...]


def series_of(observations: pl.DataFrame) -> list[Rows]:
    """Every compared series (metric, method, reading and device of one athlete), one row a day, oldest first."""
    key = ("athlete_id", "metric", "method", "reading", "device_id")
    daily = (
        observations.filter(pl.col("metric").is_in(METRICS), ~pl.col("reading").is_in(NO_TIME_OF_ITS_OWN))
        .sort(*key, "observed_date", pl.col("verdict") == "usable", "start_at_utc", "observation_id")
        .unique([*key, "observed_date"], keep="last", maintain_order=True)
    )
    return [one.to_dicts() for one in daily.partition_by(*key, maintain_order=True)]


def is_comparable(row: dict[str, Any]) -> bool:
    """True for a usable value that has a usual range of its own series."""
    return row["verdict"] == "usable" and row["observed_value"] is not None and row["baseline_lower_limit"] is not None


def side(row: dict[str, Any]) -> int:
    """1 above the usual range by more than the expected error, -1 below it, else 0; 0 when the error is not known."""
    return outside.side(
        row["observed_value"],
        row["expected_error"],
        lower_limit=row["baseline_lower_limit"],
        upper_limit=row["baseline_upper_limit"],
    )


def days_outside(observations: pl.DataFrame, last: date, *, days: int) -> dict[tuple[int, str], set[date]]:
    """By athlete and metric the dates of the last `days` on which the rule of the usual range held, on any series."""
    found: dict[tuple[int, str], set[date]] = {}
    for rows in series_of(observations.filter(pl.col("observed_date") > last - timedelta(days=days + WINDOW_DAYS))):
        comparable = [row for row in rows if is_comparable(row)]
        held = {on for back in range(days) if _held(comparable, on := last - timedelta(days=back))}
        found.setdefault((rows[0]["athlete_id"], rows[0]["metric"]), set()).update(held)
    return found


def look_of(series: Iterable[Sequence[dict[str, Any]]], metric: str, observation_ids: Sequence[str]) -> Look | None:
    """The series of the metric that holds most of those observations, as it stood on the last date of them.

    None when none of them can be found and compared: then there is nothing to describe.
    """
    wanted = set(observation_ids)
    found = [
        (sum(row["observation_id"] in wanted for row in rows), list(rows))
        for rows in series
        if rows[0]["metric"] == metric
    ]
    count, rows = max(found, key=lambda one: one[0], default=(0, []))
    comparable = [row for row in rows if is_comparable(row)]
    dates = [row["observed_date"] for row in comparable if row["observation_id"] in wanted]
    if not count or not dates:
        return None
    way = _held(comparable, max(dates))
    return _described(rows, comparable, max(dates), way) if way else None


def _held(rows: Rows, on: date) -> int:
    """The side that held in the window that ends on a date; 0 when none did."""
    return outside.held(side(row) for row in rows if on - timedelta(days=WINDOW_DAYS) < row["observed_date"] <= on)


def _described(rows: Rows, comparable: Rows, today: date, way: int) -> Look:
    week = [row for row in comparable if today - timedelta(days=COUNT_DAYS) < row["observed_date"] <= today]
    beyond = [row for row in week if side(row) == way]
    last = beyond[-1]
    earlier = [today - timedelta(days=back) for back in range(1, REPLAY_DAYS + 1)]
    dates = {row["observed_date"] for row in comparable}
    tried = [
        on for on in earlier if sum(on - timedelta(days=back) in dates for back in range(WINDOW_DAYS)) >= OUTSIDE_DAYS
    ]
    return Look(
        athlete_id=last["athlete_id"],
        metric=last["metric"],
        unit=last["unit"],
        side="higher" if way > 0 else "lower",
        observation_id=last["observation_id"],
        observed_date=last["observed_date"],
        observed_value=last["observed_value"],
        expected_error=last["expected_error"],
        grade=last["grade"],
        lower_limit=last["baseline_lower_limit"],
        upper_limit=last["baseline_upper_limit"],
        baseline_day_count=last["baseline_day_count"],
        device_name=last["device_name"],
        reading=last["reading"],
        method=last["method"],
        outside_day_count=len(beyond),
        day_count=len(week),
        earlier_held_count=sum(_held(comparable, on) == way for on in tried),
        earlier_day_count=len(tried),
        series=tuple(rows),
    )
