"""The athletes nobody has to look at today: those within their usual ranges, and those of whom too little is known."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboards import amounts, words
from dashboards.looks import is_comparable, series_of
from dashboards.marts import SquadMarts
from dashboards.measurement import DAYS_FOR_RANGE
from pipelines.observations.outside import METRICS, WINDOW_DAYS


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """An athlete with metrics that were compared, and of whom no rule holds."""

    athlete_id: int
    metrics: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TooLittle:
    """An athlete about whom nothing can be said, and why."""

    athlete_id: int
    why: str


def the_others(
    marts: SquadMarts, today: date | None, seen: frozenset[int]
) -> tuple[tuple[Quiet, ...], tuple[TooLittle, ...]]:
    """Every athlete of the squad that is not among `seen`, sorted into the two."""
    if today is None:
        return (), tuple(TooLittle(athlete_id=i, why="no data at all yet") for i in marts.athletes["athlete_id"])
    start = today - timedelta(days=WINDOW_DAYS)
    compared: dict[int, set[str]] = {}
    recent: dict[int, list[dict[str, Any]]] = {}
    for row in (row for rows in series_of(marts.observations) for row in rows if row["observed_date"] > start):
        recent.setdefault(row["athlete_id"], []).append(row)
        if is_comparable(row):
            compared.setdefault(row["athlete_id"], set()).add(row["metric"])
    quiet, too_little = [], []
    for athlete in marts.athletes.to_dicts():
        athlete_id = athlete["athlete_id"]
        if athlete_id in seen:
            continue
        if athlete_id in compared:
            metrics = tuple(metric for metric in METRICS if metric in compared[athlete_id])
            quiet.append(Quiet(athlete_id=athlete_id, metrics=metrics))
        else:
            why = _why_too_little(athlete, recent.get(athlete_id, []), marts.coverage, today)
            too_little.append(TooLittle(athlete_id=athlete_id, why=why))
    return tuple(quiet), tuple(too_little)


def _why_too_little(athlete: dict[str, Any], recent: list[dict[str, Any]], coverage: pl.DataFrame, today: date) -> str:
    usable = [row for row in recent if row["verdict"] == "usable" and row["observed_value"] is not None]
    if usable:
        days = max(row["baseline_day_count"] for row in usable)
        return f"{days} of {DAYS_FOR_RANGE} usable days for a usual range"
    if recent and all(row["verdict"] == "not_assessable" for row in recent):
        return "nothing could be assessed in the last 3 days"
    if recent:
        return "nothing usable in the last 3 days; see measurement"
    last: date | None = athlete["last_data_date"]
    if last is None:
        return "no data at all yet"
    if last > today - timedelta(days=WINDOW_DAYS):
        return "no heart rate variability, resting heart rate or sleep in the last 3 days"
    causes = coverage.filter(pl.col("athlete_id") == athlete["athlete_id"], pl.col("data_date") > last)["gap_cause"]
    told = list(dict.fromkeys(words.GAP_CAUSES[cause] for cause in causes if cause and cause != "not_known"))
    since = f"no data for {(today - last).days} days, since {amounts.day(last, today)}"
    return f"{since}; {', '.join(told) or words.GAP_CAUSES['not_known']}"
