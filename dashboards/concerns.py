"""What a squad's page says first, as it was decided for its date: rows in words, good news, questions, what is missing.

Which athletes stand in it and in what order is read from mart_attention; here every row gets its words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboards import told
from dashboards.looks import look_of, series_of
from dashboards.marts import TABLE_DAYS, SquadMarts
from dashboards.told import Told

GAP_DAYS = 14
"""Days looked back on for what is missing. Engineering start value."""
QUIET_CAUSES = ("rest_planned",)
"""Causes nobody needs to be told of."""
EXPLAINED_CAUSES = (*QUIET_CAUSES, "excused", "worn_no_training")
"""Causes with which a day is complete all the same: what is not there was not measured badly, it did not happen."""
OUTSIDE = "outside_"
"""How the rule of the usual range of a metric is named."""


@dataclass(frozen=True, kw_only=True)
class Concern:
    """One athlete's row: what leads it, what else holds, and what somebody has said of it already."""

    row_id: str
    athlete_id: int
    folder: str
    night_date: date
    told: tuple[Told, ...]
    why_not_shown: str
    verdict: str
    observation_id: str | None
    """Where its evidence stands on the athlete's page: the latest observation that is listed there."""


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What is missing of one athlete, the latest first: rows of mart_gaps of equal dates and cause joined."""

    athlete_id: int
    gaps: tuple[dict[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Leading:
    """What a squad's page says first, and what it folds. `night` is the row of mart_attention_nights, if any."""

    night: Mapping[str, Any] | None
    shown: tuple[Concern, ...]
    others: tuple[Concern, ...]
    """Rows that held and are not shown, by why."""
    news: tuple[Concern, ...]
    missing: tuple[Missing, ...]

    @property
    def athlete_ids(self) -> frozenset[int]:
        """Athletes with a concern, shown or folded."""
        return frozenset(concern.athlete_id for concern in (*self.shown, *self.others))


def leading(marts: SquadMarts) -> Leading:
    """Puts into words what was decided for the date of the page."""
    if marts.squad_date is None:
        return Leading(night=None, shown=(), others=(), news=(), missing=())
    nights = marts.nights.filter(pl.col("night_date") == marts.squad_date).to_dicts()
    rows = _concerns(marts)
    looks = [(row, concern) for row, concern in rows if row["kind"] == "look"]
    return Leading(
        night=nights[0] if nights else None,
        shown=tuple(concern for row, concern in looks if row["is_shown"]),
        others=tuple(concern for row, concern in looks if not row["is_shown"]),
        news=tuple(concern for row, concern in rows if row["kind"] == "news"),
        missing=missing(marts.gaps, marts.squad_date),
    )


def complete_count(marts: SquadMarts) -> int:
    """Athletes with data on the date of the page and nothing missing on it that was expected."""
    today = marts.squad_date
    if today is None:
        return 0
    there = marts.coverage.filter(pl.col("data_date") == today, pl.col("gap_cause").is_null())
    lacking = marts.gaps.filter(
        pl.col("start_date") <= today, pl.col("end_date") >= today, ~pl.col("cause").is_in(EXPLAINED_CAUSES)
    )
    return there.filter(~pl.col("athlete_id").is_in(lacking["athlete_id"].implode()))["athlete_id"].n_unique()


def missing(gaps: pl.DataFrame, today: date, *, days: int = GAP_DAYS) -> tuple[Missing, ...]:
    """What was expected and is not there, by athlete; what the plan explains is left out."""
    recent = gaps.filter(pl.col("end_date") > today - timedelta(days=days), ~pl.col("cause").is_in(QUIET_CAUSES))
    joined = recent.group_by("athlete_id", "start_date", "end_date", "cause", "evidence", "is_open").agg(
        pl.col("signal").unique().sort(), pl.col("day_count").max()
    )
    found: dict[int, list[dict[str, Any]]] = {}
    order = joined.sort(
        "end_date", "start_date", "athlete_id", "cause", "evidence", descending=[True, True, *[False] * 3]
    )
    for row in order.to_dicts():
        found.setdefault(row["athlete_id"], []).append(row)
    return tuple(Missing(athlete_id=athlete_id, gaps=tuple(rows)) for athlete_id, rows in sorted(found.items()))


def _concerns(marts: SquadMarts) -> list[tuple[dict[str, Any], Concern]]:
    """Every row of the date, in the order of its place, those without one behind, each with its words."""
    rows = marts.attention.sort("place", "why_not_shown", "p_value", "row_id", nulls_last=True).to_dicts()
    ids = {row["athlete_id"] for row in rows}
    observations = marts.observations.filter(pl.col("athlete_id").is_in(list(ids)))
    listed = _by_athlete(observations.to_dicts())
    series = _by_athlete([row for rows in series_of(observations) for row in rows])
    patterns = {row["pattern_id"]: row for row in marts.patterns.to_dicts()}
    notes, changes = _by_athlete(marts.notes.to_dicts()), _by_athlete(marts.device_changes.to_dicts())
    folders = dict(marts.athletes.select("athlete_id", "folder").iter_rows())
    verdicts = dict(marts.feedback.select("row_id", "verdict").iter_rows())
    found = []
    for row in rows:
        athlete_id = row["athlete_id"]
        said = _told(
            row,
            values=listed.get(athlete_id, []),
            series=series.get(athlete_id, []),
            patterns=patterns,
            notes=notes.get(athlete_id, []),
            changes=changes.get(athlete_id, []),
        )
        concern = Concern(
            row_id=row["row_id"],
            athlete_id=athlete_id,
            folder=folders[athlete_id],
            night_date=row["night_date"],
            told=said,
            why_not_shown=row["why_not_shown"],
            verdict=verdicts.get(row["row_id"], ""),
            observation_id=_evidence(row, listed.get(athlete_id, []), marts.squad_date),
        )
        found.append((row, concern))
    return found


def _told(
    row: dict[str, Any],
    *,
    values: Sequence[dict[str, Any]],
    series: Sequence[dict[str, Any]],
    patterns: Mapping[str, dict[str, Any]],
    notes: Sequence[dict[str, Any]],
    changes: Sequence[dict[str, Any]],
) -> tuple[Told, ...]:
    """What each rule of a row says, the leading one first; a rule whose figures are gone is named, not described."""
    of_rule = {
        patterns[pattern_id]["pattern"]: patterns[pattern_id]
        for pattern_id in row["pattern_ids"]
        if pattern_id in patterns
    }
    said = []
    for place, rule in enumerate(row["rules"]):
        p_value = row["p_value"] if place == 0 else None
        since = row["since_date"] if place == 0 else None
        if rule in of_rule:
            pattern = of_rule[rule]
            wanted = set(pattern["observation_ids"])
            resting_on = [value for value in values if value["observation_id"] in wanted]
            said.append(told.of_pattern(pattern, values=resting_on, p_value=p_value))
            continue
        metric = rule.removeprefix(OUTSIDE)
        look = look_of(_pieces(series), metric, row["observation_ids"]) if rule.startswith(OUTSIDE) else None
        if look is not None:
            coincides = told.beside(notes, [one for one in changes if one["metric"] == metric], look.observed_date)
            said.append(told.of_look(look, since=since, p_value=p_value, beside=coincides))
        else:
            said.append(told.of_name(rule, since=row["since_date"], p_value=p_value))
    return tuple(said)


def _pieces(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The rows of one athlete by series, as `series_of` had them."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["metric"], row["method"], row["reading"], row["device_id"]), []).append(row)
    return list(found.values())


def _by_athlete(rows: Sequence[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["athlete_id"], []).append(row)
    return found


def _evidence(row: dict[str, Any], values: Sequence[dict[str, Any]], today: date | None) -> str | None:
    """The latest observation behind a row that the athlete's page lists."""
    wanted = set(row["observation_ids"])
    listed = [
        value
        for value in values
        if value["observation_id"] in wanted and today and (today - value["observed_date"]).days < TABLE_DAYS
    ]
    latest = max(listed, key=lambda value: (value["observed_date"], value["observation_id"]), default=None)
    return latest["observation_id"] if latest else None
