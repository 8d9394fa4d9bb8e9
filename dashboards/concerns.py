"""What a squad's page says first, as it was decided for its date: rows in words, good news, questions, what is missing.

Which athletes stand in it and in what order is read from mart_attention; here every row gets its words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboards import told
from dashboards.looks import look_of, series_of
from dashboards.marts import TABLE_DAYS, SquadMarts
from dashboards.told import Told
from pipelines.observations.attention import together

GAP_DAYS = 14
"""Days looked back on for what is missing. Engineering start value."""
QUIET_CAUSES = ("rest_planned",)
"""Causes nobody needs to be told of."""
EXPLAINED_CAUSES = (*QUIET_CAUSES, "excused", "worn_no_training")
"""Causes with which a day is complete all the same: what is not there was not measured badly, it did not happen."""
Row = dict[str, Any]

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
    other_news: tuple[Concern, ...]
    """Good news that is not shown, by why."""
    missing: tuple[Missing, ...]

    @property
    def athlete_ids(self) -> frozenset[int]:
        """Athletes with a concern, shown or folded."""
        return frozenset(concern.athlete_id for concern in (*self.shown, *self.others))


def leading(marts: SquadMarts) -> Leading:
    """Puts into words what was decided for the date of the page."""
    if marts.squad_date is None:
        return Leading(night=None, shown=(), others=(), news=(), other_news=(), missing=())
    nights = marts.nights.filter(pl.col("night_date") == marts.squad_date).to_dicts()
    rows = _concerns(marts, marts.squad_date)
    looks = [(row, concern) for row, concern in rows if row["kind"] == "look"]
    return Leading(
        night=nights[0] if nights else None,
        shown=tuple(concern for row, concern in looks if row["is_shown"]),
        others=tuple(concern for row, concern in looks if not row["is_shown"]),
        news=tuple(concern for row, concern in rows if row["kind"] == "news" and row["is_shown"]),
        other_news=tuple(concern for row, concern in rows if row["kind"] == "news" and not row["is_shown"]),
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


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What the page knows of one athlete: values, the same by series, notes and changes; patterns of everybody."""

    values: Sequence[Row]
    pieces: Sequence[Sequence[Row]]
    patterns: Mapping[str, Row]
    notes: Sequence[Row]
    changes: Sequence[Row]
    today: date


def _concerns(marts: SquadMarts, today: date) -> list[tuple[Row, Concern]]:
    """Every row of the date, in the order of its place, those without one behind, each with its words."""
    rows = marts.attention.sort("place", "why_not_shown", "p_value", "row_id", nulls_last=True).to_dicts()
    ids = list({row["athlete_id"] for row in rows})
    observations = marts.observations.filter(pl.col("athlete_id").is_in(ids))
    pieces: dict[int, list[list[Row]]] = {}
    for piece in series_of(observations):
        pieces.setdefault(piece[0]["athlete_id"], []).append(piece)
    patterns = {row["pattern_id"]: row for row in marts.patterns.to_dicts()}
    values, notes, changes = map(_by_athlete, (observations, marts.notes, marts.device_changes))
    folders = dict(marts.athletes.select("athlete_id", "folder").iter_rows())
    verdicts = dict(marts.feedback.select("row_id", "verdict").iter_rows())
    known = {
        one: _Known(
            values=values.get(one, []),
            pieces=pieces.get(one, []),
            patterns=patterns,
            notes=notes.get(one, []),
            changes=changes.get(one, []),
            today=today,
        )
        for one in ids
    }
    return [
        (
            row,
            Concern(
                row_id=row["row_id"],
                athlete_id=row["athlete_id"],
                folder=folders[row["athlete_id"]],
                night_date=row["night_date"],
                told=tuple(
                    _of_rule(rule, row, known[row["athlete_id"]], is_leading=place == 0)
                    for place, rule in enumerate(row["rules"])
                ),
                why_not_shown=row["why_not_shown"],
                verdict=verdicts.get(row["row_id"], ""),
                observation_id=_evidence(row, known[row["athlete_id"]]),
            ),
        )
        for row in rows
    ]


def _of_rule(rule: str, row: Row, known: _Known, *, is_leading: bool) -> Told:
    """What one rule of a row says; one whose figures are gone is named, not described. Only the leading one is rare."""
    p_value = row["p_value"] if is_leading else None
    found = (
        _pattern(rule, row, known, p_value)
        or _nights(rule, row, known, p_value)
        or _look(rule, row, known, p_value, since=row["since_date"] if is_leading else None)
    )
    return found or told.of_name(rule, since=row["since_date"], p_value=p_value)


def _pattern(rule: str, row: Row, known: _Known, p_value: float | None) -> Told | None:
    for pattern_id in row["pattern_ids"]:
        pattern = known.patterns.get(pattern_id)
        if pattern is not None and pattern["pattern"] == rule:
            wanted = set(pattern["observation_ids"])
            values = [value for value in known.values if value["observation_id"] in wanted]
            drawn = _most_of(known.pieces, wanted)
            return told.of_pattern(pattern, today=known.today, values=values, series=drawn, p_value=p_value)
    return None


def _nights(rule: str, row: Row, known: _Known, p_value: float | None) -> Told | None:
    if rule != together.RULE:
        return None
    wanted = set(row["observation_ids"])
    values = [value for value in known.values if value["observation_id"] in wanted]
    beside = told.beside(known.notes, known.changes, known.today)
    nights = told.of_nights(rule, values=values, since=row["since_date"], p_value=p_value, beside=beside)
    if nights is None:
        return None
    # The sign that leans most is drawn with the weeks before, so that it can be seen to lean.
    signs = {value["observation_id"] for value in nights.series}
    return replace(nights, series=tuple(_most_of(known.pieces, signs)))


def _look(rule: str, row: Row, known: _Known, p_value: float | None, *, since: date | None) -> Told | None:
    metric = rule.removeprefix(OUTSIDE)
    look = look_of(known.pieces, metric, row["observation_ids"]) if rule.startswith(OUTSIDE) else None
    if look is None:
        return None
    changes = [change for change in known.changes if change["metric"] == metric]
    beside = told.beside(known.notes, changes, look.observed_date)
    return told.of_look(look, since=since, p_value=p_value, beside=beside)


def _most_of(pieces: Sequence[Sequence[Row]], wanted: set[str]) -> Sequence[Row]:
    """The series that holds most of some observations; none where less than half of them lie in one."""
    counts = [(sum(row["observation_id"] in wanted for row in rows), rows) for rows in pieces]
    count, rows = max(counts, key=lambda one: one[0], default=(0, ()))
    return rows if 2 * count >= len(wanted) > 0 else ()


def _by_athlete(frame: pl.DataFrame) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in frame.to_dicts():
        found.setdefault(row["athlete_id"], []).append(row)
    return found


def _evidence(row: Row, known: _Known) -> str | None:
    """The latest observation behind a row that the athlete's page lists."""
    wanted = set(row["observation_ids"])
    listed = [
        value
        for value in known.values
        if value["observation_id"] in wanted and (known.today - value["observed_date"]).days < TABLE_DAYS
    ]
    latest = max(listed, key=lambda value: (value["observed_date"], value["observation_id"]), default=None)
    return latest["observation_id"] if latest else None
