"""What leads a coach's page: patterns first, then single values out of their range; good news; what is missing.

A pattern is several observations together, so that it says more than one metric does. A few athletes in all: the
others are folded, in the same order.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboards.attention import LOOK_LIMIT, Attention, Look
from pipelines.observations.outside import WINDOW_DAYS

NEWS_DAYS = 14
"""Days for which good news that happened on one date stays on the page. Engineering start value."""
NEWS_LIMIT = 4
"""Good news that stands open; more is folded."""
GAP_DAYS = 14
"""Days looked back on for what is missing. Engineering start value."""
QUIET_CAUSES = ("rest_planned",)
"""Causes nobody needs to be told of."""

Pattern = dict[str, Any]
"""One row of mart_patterns."""


@dataclass(frozen=True, kw_only=True)
class Concern:
    """One athlete worth a look: patterns, then single metrics outside the usual range."""

    athlete_id: int
    patterns: tuple[Pattern, ...]
    looks: tuple[Look, ...]


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What is missing of one athlete, the latest first: rows of mart_gaps of equal dates and cause joined."""

    athlete_id: int
    gaps: tuple[dict[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Leading:
    """What a squad's page says first, and what it folds."""

    shown: tuple[Concern, ...]
    further: tuple[Concern, ...]
    news: tuple[tuple[Pattern, ...], ...]
    """Good news, those of one athlete together, the latest first."""
    missing: tuple[Missing, ...]

    @property
    def athlete_ids(self) -> frozenset[int]:
        """Athletes with a concern, shown or folded."""
        return frozenset(concern.athlete_id for concern in (*self.shown, *self.further))


def leading(attention: Attention, patterns: pl.DataFrame, gaps: pl.DataFrame, today: date | None) -> Leading:
    """Orders what was found for the date of the page."""
    if today is None:
        return Leading(shown=(), further=(), news=(), missing=())
    ordered = _concerns(attention, patterns, today)
    return Leading(
        shown=ordered[:LOOK_LIMIT],
        further=ordered[LOOK_LIMIT:],
        news=_news(patterns, today),
        missing=missing(gaps, today),
    )


def _concerns(attention: Attention, patterns: pl.DataFrame, today: date) -> tuple[Concern, ...]:
    recent = patterns.filter(~pl.col("is_good_news"), pl.col("end_date") > today - timedelta(days=WINDOW_DAYS))
    of_athlete: dict[int, list[Pattern]] = {}
    for row in recent.to_dicts():
        of_athlete.setdefault(row["athlete_id"], []).append(row)
    looks = {row[0].athlete_id: row for row in (*attention.look, *attention.further)}
    ids = sorted(of_athlete, key=lambda athlete_id: (-_weight(of_athlete[athlete_id]), athlete_id))
    ids += [athlete_id for athlete_id in looks if athlete_id not in of_athlete]
    return tuple(
        Concern(
            athlete_id=athlete_id,
            patterns=tuple(sorted(of_athlete.get(athlete_id, ()), key=lambda row: (-_weight([row]), row["pattern"]))),
            looks=looks.get(athlete_id, ()),
        )
        for athlete_id in ids
    )


def _weight(rows: list[Pattern]) -> float:
    """How much stands together: signs, and less of them where there is a doubt or where it is ordinary."""
    weights = []
    for row in rows:
        ordinary = row["earlier_held_count"] / row["earlier_day_count"] if row["earlier_day_count"] else 0.0
        weights.append(len(row["components"]) * (1.0 - 0.5 * ordinary) * (0.7 if row["grade"] == "doubtful" else 1.0))
    return sum(weights)


def _news(patterns: pl.DataFrame, today: date) -> tuple[tuple[Pattern, ...], ...]:
    recent = patterns.filter(pl.col("is_good_news"), pl.col("end_date") > today - timedelta(days=NEWS_DAYS))
    latest = recent.sort("end_date", "athlete_id", "pattern", descending=[True, False, False])
    of_athlete: dict[int, list[Pattern]] = {}
    for row in latest.unique(["athlete_id", "pattern"], keep="first", maintain_order=True).to_dicts():
        of_athlete.setdefault(row["athlete_id"], []).append(row)
    return tuple(tuple(rows) for rows in of_athlete.values())


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
