"""Decides what a coach sees first: a pure, deterministic choice of rows, without advice and without causes.

A value is *outside* when it lies beyond the athlete's own usual range by more than its expected error, so that the
measurement alone does not explain it; beyond by less is *near the edge* and folded away. One day is noise: a row
needs two of the last three days on the same side. What was measured badly is kept apart from people.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboards import amounts, words
from dashboards.marts import SquadMarts
from pipelines.observations import outside
from pipelines.observations.outside import METRICS, OUTSIDE_DAYS, WINDOW_DAYS

NO_TIME_OF_ITS_OWN = ("activity", "spot")
"""Readings taken at any hour: what differs between them is the hour, so that no day is held against another by them."""
LOOK_LIMIT = 4
"""Athletes under "worth a look": what a coach can take in at the start of a day. Engineering start value."""
COUNT_DAYS = 7
"""Days over which "n of m days" is counted."""
REPLAY_DAYS = 42
"""Days before on which the same rule is tried, to say how ordinary it is for this athlete."""
DEVICE_DAYS = 28
"""Days for which a device change stays on the page."""
DAYS_FOR_RANGE = 14
"""Usable days below which there is no usual range; the same number as in `pipelines.observations.baseline`."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """One metric of one athlete that has been outside the usual range for `outside_day_count` of `day_count` days.

    Values and limits are in `unit`, `distance_spreads` in spreads of the usual range beyond its limit.
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
    distance_spreads: float
    earlier_held_count: int
    earlier_day_count: int
    series: tuple[dict[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Values of one athlete that fell short for one reason: a matter of measurement, not of the athlete."""

    athlete_id: int
    grade: str
    reason: str
    remedy: str
    metrics: tuple[str, ...]
    dates: tuple[date, ...]
    sport: str | None
    value_count: int


@dataclass(frozen=True, kw_only=True)
class DeviceChange:
    """A new device, firmware or method: comparisons are paused until there are enough usable days."""

    athlete_id: int
    metrics: tuple[str, ...]
    change_date: date
    device_name: str | None
    usable_day_count: int


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """An athlete whose compared metrics lie within their usual ranges."""

    athlete_id: int
    metrics: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TooLittle:
    """An athlete about whom nothing can be said, and why."""

    athlete_id: int
    why: str


@dataclass(frozen=True, kw_only=True)
class Attention:
    """Every athlete of a squad, sorted into what to look at first; one row has all metrics of one athlete."""

    look: tuple[tuple[Look, ...], ...]
    further: tuple[tuple[Look, ...], ...]
    near_edge: tuple[tuple[Look, ...], ...]
    problems: tuple[Problem, ...]
    device_changes: tuple[DeviceChange, ...]
    quiet: tuple[Quiet, ...]
    too_little: tuple[TooLittle, ...]


def decide(marts: SquadMarts) -> Attention:
    """Sorts the athletes of a squad for the date of its page."""
    today = marts.squad_date
    if today is None:
        empty = tuple(TooLittle(athlete_id=i, why="no data at all yet") for i in marts.athletes["athlete_id"])
        return Attention(look=(), further=(), near_edge=(), problems=(), device_changes=(), quiet=(), too_little=empty)
    series = _series(marts.observations)
    looks = _ranked(_looks(series, today, allow_error=True))
    seen = {row[0].athlete_id for row in looks}
    edges = _ranked(look for look in _looks(series, today, allow_error=False) if look.athlete_id not in seen)
    quiet, too_little = _the_others(marts, series, today, seen | {row[0].athlete_id for row in edges})
    return Attention(
        look=tuple(looks[:LOOK_LIMIT]),
        further=tuple(looks[LOOK_LIMIT:]),
        near_edge=tuple(edges),
        problems=_problems(marts.observations, today),
        device_changes=_device_changes(marts.device_changes, today),
        quiet=quiet,
        too_little=too_little,
    )


def _series(observations: pl.DataFrame) -> list[list[dict[str, Any]]]:
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


def side(row: dict[str, Any], *, allow_error: bool) -> int:
    """1 above the usual range, -1 below it, else 0; with `allow_error` only beyond the expected error as well.

    A value whose expected error is not known is never beyond it.
    """
    return outside.side(
        row["observed_value"],
        row["expected_error"] if allow_error else 0.0,
        lower_limit=row["baseline_lower_limit"],
        upper_limit=row["baseline_upper_limit"],
    )


def _held(rows: list[dict[str, Any]], on: date, *, allow_error: bool) -> int:
    """The side that held in the window that ends on a date; 0 when none did."""
    recent = [row for row in rows if on - timedelta(days=WINDOW_DAYS) < row["observed_date"] <= on]
    return outside.held(side(row, allow_error=allow_error) for row in recent)


def days_outside(observations: pl.DataFrame, last: date, *, days: int) -> dict[tuple[int, str], set[date]]:
    """By athlete and metric the dates of the last `days` on which the rule of the usual range held, on any series."""
    found: dict[tuple[int, str], set[date]] = {}
    for rows in _series(observations.filter(pl.col("observed_date") > last - timedelta(days=days + WINDOW_DAYS))):
        comparable = [row for row in rows if is_comparable(row)]
        held = {on for back in range(days) if _held(comparable, on := last - timedelta(days=back), allow_error=True)}
        found.setdefault((rows[0]["athlete_id"], rows[0]["metric"]), set()).update(held)
    return found


def _looks(series: Iterable[list[dict[str, Any]]], today: date, *, allow_error: bool) -> list[Look]:
    found: dict[tuple[int, str], Look] = {}
    for rows in series:
        comparable = [row for row in rows if is_comparable(row)]
        way = _held(comparable, today, allow_error=allow_error)
        if way:
            look = _look(rows, comparable, today, way=way, allow_error=allow_error)
            known = found.get((look.athlete_id, look.metric))
            # Two devices may tell the same story: it is told once, by the series that stands out most.
            if known is None or _weight(look) > _weight(known):
                found[look.athlete_id, look.metric] = look
    return list(found.values())


def _look(
    rows: list[dict[str, Any]], comparable: list[dict[str, Any]], today: date, *, way: int, allow_error: bool
) -> Look:
    week = [row for row in comparable if today - timedelta(days=COUNT_DAYS) < row["observed_date"]]
    outside = [row for row in week if side(row, allow_error=allow_error) == way]
    last = outside[-1]
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
        outside_day_count=len(outside),
        day_count=len(week),
        distance_spreads=sum(_distance(row) for row in outside) / len(outside),
        earlier_held_count=sum(_held(comparable, on, allow_error=allow_error) == way for on in tried),
        earlier_day_count=len(tried),
        series=tuple(rows),
    )


def _distance(row: dict[str, Any]) -> float:
    """How far beyond the usual range (spreads); a range without any spread counts each unit as one spread."""
    beyond = max(
        row["baseline_lower_limit"] - row["observed_value"], row["observed_value"] - row["baseline_upper_limit"]
    )
    return float(beyond / (row["baseline_spread"] or 1.0))


def _weight(look: Look) -> float:
    """Persistence times distance: the order of rows."""
    return look.outside_day_count / look.day_count * look.distance_spreads


def _ranked(looks: Iterable[Look]) -> list[tuple[Look, ...]]:
    """One row per athlete, each with its metrics, those that stand out most first."""
    rows: dict[int, list[Look]] = {}
    for look in sorted(looks, key=lambda look: (-_weight(look), look.athlete_id, look.metric)):
        rows.setdefault(look.athlete_id, []).append(look)
    return [tuple(row) for row in rows.values()]


def _problems(observations: pl.DataFrame, today: date) -> tuple[Problem, ...]:
    """Values of the last days with a lowered grade, one row per athlete and leading reason."""
    # What could not be assessed or computed is not a fault of its measurement: there is nothing to mend. Nor is there
    # in a spot reading, which a watch takes by itself and makes as short as it likes.
    recent = observations.filter(
        pl.col("observed_date") > today - timedelta(days=WINDOW_DAYS),
        pl.col("grade").is_in(["doubtful", "unusable"]),
        pl.col("verdict") != "not_assessable",
        pl.col("reading") != "spot",
    ).with_columns(
        reason=pl.col("reasons").list.first().struct.field("check_name").fill_null(""),
        severity=(pl.col("grade") == "unusable").cast(pl.Int8),
    )
    recent = recent.filter(~pl.col("reason").is_in(list(words.WITHHELD)))
    grouped = (
        recent.group_by("athlete_id", "reason", "sport")
        .agg(
            pl.col("severity").max(),
            pl.col("remedy").filter(pl.col("remedy") != "").min(),
            pl.col("metric").unique().sort(),
            pl.col("observed_date").unique().sort(),
            pl.len().alias("value_count"),
        )
        .sort("severity", "value_count", "athlete_id", "reason", descending=[True, True, False, False])
    )
    return tuple(
        Problem(
            athlete_id=row["athlete_id"],
            grade="unusable" if row["severity"] else "doubtful",
            reason=row["reason"],
            remedy=row["remedy"] or "",
            metrics=tuple(row["metric"]),
            dates=tuple(row["observed_date"]),
            sport=row["sport"],
            value_count=row["value_count"],
        )
        for row in grouped.to_dicts()
    )


def _device_changes(changes: pl.DataFrame, today: date) -> tuple[DeviceChange, ...]:
    recent = changes.filter(
        pl.col("change_date") <= today,
        pl.col("change_date") > today - timedelta(days=DEVICE_DAYS),
        pl.col("usable_day_count") < DAYS_FOR_RANGE,
        pl.col("metric").is_in(METRICS),
    )
    grouped = (
        recent.group_by("athlete_id", "change_date", "device_id", "device_name")
        .agg(pl.col("metric").unique().sort(), pl.col("usable_day_count").max())
        .sort("athlete_id", "change_date", "device_id")
    )
    return tuple(
        DeviceChange(
            athlete_id=row["athlete_id"],
            metrics=tuple(row["metric"]),
            change_date=row["change_date"],
            device_name=row["device_name"],
            usable_day_count=row["usable_day_count"],
        )
        for row in grouped.to_dicts()
    )


def _the_others(
    marts: SquadMarts, series: list[list[dict[str, Any]]], today: date, seen: set[int]
) -> tuple[tuple[Quiet, ...], tuple[TooLittle, ...]]:
    start = today - timedelta(days=WINDOW_DAYS)
    compared: dict[int, set[str]] = {}
    recent: dict[int, list[dict[str, Any]]] = {}
    for row in (row for rows in series for row in rows if row["observed_date"] > start):
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
