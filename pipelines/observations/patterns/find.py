"""Tries every pattern on every date of the last twelve weeks of an athlete, and joins the dates on which one holds."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import polars as pl

from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.observations.patterns.contract import Held, Pattern, Tried
from pipelines.observations.patterns.daily import dates
from pipelines.observations.patterns.history import History, history
from pipelines.tables import conform, empty

PATTERN_DAYS = 84
"""Days up to the athlete's last date in which patterns are looked for: what the athlete's page draws."""
EARLIER_DAYS = 42
"""Days before the first one of a pattern on which the same rule is tried, to say how ordinary it is."""
TOO_LITTLE = "too few usable values that can be held against each other"
"""Why a rule that tells no more is not tried."""
JOIN_DAYS = 3
"""Dates at most so far apart belong to one pattern. Engineering start value."""


def patterns_of(known: History, athlete_id: int) -> dict[str, pl.DataFrame]:
    """Tables `patterns` and `untried_patterns` of one athlete."""
    last = known.last_date
    if last is None:
        return {"patterns": empty("patterns"), "untried_patterns": empty("untried_patterns")}
    found = [row for pattern in every_pattern() for row in _of_pattern(pattern, known, last, athlete_id)]
    untried = [
        {
            "athlete_id": athlete_id,
            "pattern": pattern.name,
            "untried_date": last,
            "why_not": TOO_LITTLE if pattern.why_not is None else pattern.why_not(known, last),
            "definition_version": pattern.version,
        }
        for pattern in every_pattern()
        if pattern.judge(known, last) is None
    ]
    return {
        name: conform(pl.DataFrame(rows, infer_schema_length=None), name) if rows else empty(name)
        for name, rows in (("patterns", found), ("untried_patterns", untried))
    }


def find_patterns(tables: Mapping[str, pl.DataFrame], baselines: pl.DataFrame) -> pl.DataFrame:
    """Every pattern of the one athlete in `tables`: table `patterns`, one row per rule and unbroken time it held."""
    return patterns_of(history(tables, baselines), tables["athletes"]["athlete_id"][0])["patterns"]


def _of_pattern(pattern: Pattern, known: History, last: date, athlete_id: int) -> Iterator[dict[str, object]]:
    row = dates(known)
    assert row is not None
    days = min(PATTERN_DAYS + EARLIER_DAYS, (last - row.first).days + 1)
    backwards = (last - timedelta(days=back) for back in reversed(range(days)))
    tried = {on: one for on in backwards if (one := pattern.judge(known, on)) is not None}
    held = {on: one.held for on, one in tried.items() if one.held is not None}
    for episode in _episodes([on for on in held if on > last - timedelta(days=PATTERN_DAYS)]):
        yield _row(pattern, episode, held[episode[-1]], tried, athlete_id)


def _episodes(dates: list[date]) -> Iterator[list[date]]:
    episode: list[date] = []
    for on in dates:
        if episode and (on - episode[-1]).days > JOIN_DAYS:
            yield episode
            episode = []
        episode.append(on)
    if episode:
        yield episode


def _row(
    pattern: Pattern, episode: list[date], held: Held, tried: Mapping[date, Tried], athlete_id: int
) -> dict[str, object]:
    before = [one for on, one in tried.items() if 0 < (episode[0] - on).days <= EARLIER_DAYS]
    name = "|".join((str(athlete_id), pattern.name, episode[0].isoformat()))
    return {
        "pattern_id": hashlib.sha256(name.encode()).hexdigest()[:12],
        "athlete_id": athlete_id,
        "pattern": pattern.name,
        "is_good_news": pattern.is_good_news,
        "start_date": episode[0],
        "end_date": episode[-1],
        "metric": held.metric or pattern.metric,
        "pattern_value": held.pattern_value,
        "usual_value": held.usual_value,
        "unit": pattern.unit,
        "expected_error": held.expected_error,
        "evidence_sd": held.evidence_sd,
        "grade": "doubtful" if held.doubts else "ok",
        "earlier_held_count": sum(one.held is not None for one in before),
        "earlier_day_count": len(before),
        "components": [
            {"component": c.component, "detail": c.detail, "day_count": c.day_count} for c in held.components
        ],
        "observation_ids": list(held.observation_ids),
        "doubts": list(held.doubts),
        "remarks": list(held.remarks),
        "definition_version": pattern.version,
    }
