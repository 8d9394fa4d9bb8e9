"""What a list is worth: which planted episodes it names, how soon, and how many of its rows are about nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

import numpy as np

from pipelines.observations import outside
from pipelines.observations.attention import together
from pipelines.observations.attention.contract import Night, Row
from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.proofs.attention_lives import PLANTED, Episode, Life
from pipelines.proofs.attention_rivals import Entry
from pipelines.proofs.attention_tables import observation_stem
from pipelines.proofs.scoring import wilson

GRACE_DAYS = 3
"""Days after the last of an episode on which naming it still counts: as long as the rules look back on a night."""
RECENT_DAYS, USUAL_DAYS = 3, 60
"""Days whose mean, against the median of those before, tells which way a row of ours points."""

ABOUT: Mapping[str, frozenset[tuple[str, int]]] = {
    "fatigue": frozenset({("ln_rmssd", -1), ("resting_bpm", 1), ("sleep_s", -1), ("mark", -1), ("run_bpm", 1)}),
    "sleep_shortfall": frozenset({("sleep_s", -1)}),
    "pacing_drift": frozenset({("decoupling", 1)}),
}
"""What a row has to be about to name an episode: metric and side."""
COLUMNS = {
    "ln_rmssd": "ln_rmssd",
    "resting_heart_rate": "resting_bpm",
    "sleep_duration": "sleep_s",
    "mean_heart_rate": "run_bpm",
    "decoupling": "decoupling",
}
"""Column of a life by metric of a rule."""
SIDED = {
    "fatigue_pattern": ("ln_rmssd", -1),
    "sleep_shortfall": ("sleep_s", -1),
    "pacing_drift": ("decoupling", 1),
}
"""Rules that look one way only."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Episodes of one kind and severity: how many were named, and after how many days."""

    kind: str
    severity: str
    episode_count: int
    lead_days: tuple[int, ...]
    """Days from the first of the episode to the first row that names it, of each that was named."""

    @property
    def found_count(self) -> int:
        """How many were named."""
        return len(self.lead_days)

    def as_json(self) -> dict[str, object]:
        """Recall with its 95 % interval, and the median lead time (days)."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "episode_count": self.episode_count,
            "found_count": self.found_count,
            "recall": self.found_count / self.episode_count if self.episode_count else None,
            "recall_interval": wilson(self.found_count, self.episode_count),
            "median_lead_days": median(self.lead_days) if self.lead_days else None,
        }


@dataclass(frozen=True, kw_only=True)
class Score:
    """One list over all nights of the planted squads."""

    name: str
    row_count: int
    true_count: int
    """Rows that name an episode under way."""
    cells: tuple[Cell, ...]

    @property
    def false_count(self) -> int:
        """Rows about anything else."""
        return self.row_count - self.true_count

    def severity(self, severity: str) -> Cell:
        """All kinds of one severity together."""
        cells = [cell for cell in self.cells if cell.severity == severity]
        return Cell(
            kind="all",
            severity=severity,
            episode_count=sum(cell.episode_count for cell in cells),
            lead_days=tuple(days for cell in cells for days in cell.lead_days),
        )

    def as_json(self) -> dict[str, object]:
        """Counts, precision with its interval, and every cell."""
        severities = dict.fromkeys(cell.severity for cell in self.cells)
        return {
            "name": self.name,
            "row_count": self.row_count,
            "true_count": self.true_count,
            "false_count": self.false_count,
            "precision": self.true_count / self.row_count if self.row_count else None,
            "precision_interval": wilson(self.true_count, self.row_count),
            "cells": [cell.as_json() for cell in (*self.cells, *(self.severity(name) for name in severities))],
        }


def score(name: str, parts: Sequence[tuple[Sequence[Life], Sequence[date], Sequence[Sequence[Entry]]]]) -> Score:
    """Scores one list over squads: of each the lives, the nights, and the rows of every night."""
    rows = true = 0
    found: dict[tuple[str, str], list[int | None]] = {}
    for lives, dates, nights in parts:
        by_athlete: dict[int, list[tuple[int, Entry]]] = {life.athlete_id: [] for life in lives}
        for on, entries in zip(dates, nights, strict=True):
            for entry in entries:
                by_athlete[entry.athlete_id].append(((on - lives[0].dates[0]).days, entry))
        for life in lives:
            said = by_athlete[life.athlete_id]
            planted = [one for one in life.episodes if one.kind in PLANTED]
            rows += len(said)
            true += sum(names_any(entry, day, life) for day, entry in said)
            for one in planted:
                leads = [day - one.start for day, entry in said if names(entry, day, one)]
                found.setdefault((one.kind, one.severity), []).append(min(leads, default=None))
    cells = tuple(
        Cell(kind=kind, severity=severity, episode_count=len(leads), lead_days=tuple(n for n in leads if n is not None))
        for (kind, severity), leads in sorted(found.items())
    )
    return Score(name=name, row_count=rows, true_count=true, cells=cells)


def names(entry: Entry, day: int, episode: Episode) -> bool:
    """Whether a row of one day names an episode: while it lasts or shortly after, and about what is planted.

    A row drawn by lot says nothing, and is taken to name whatever happens.
    """
    if not episode.start <= day < episode.start + episode.day_count + GRACE_DAYS:
        return False
    return not entry.metric or (entry.metric, entry.side) in ABOUT[episode.kind]


def names_any(entry: Entry, day: int, life: Life) -> bool:
    """Whether a row of one day names any episode planted in an athlete's life."""
    return any(names(entry, day, one) for one in life.episodes if one.kind in PLANTED)


def entries(night: Night, lives: Mapping[int, Life]) -> tuple[Entry, ...]:
    """Rows of our list as the others are told: athlete, metric and side of the leading rule."""
    return tuple(_entry(lives[row.athlete_id], row, night.night_date) for row in night.shown())


def _entry(life: Life, row: Row, on: date) -> Entry:
    rule = row.rules[0]
    if rule == together.RULE:
        metric = _furthest(row)
        return Entry(athlete_id=life.athlete_id, metric=COLUMNS[metric], side=together.SIDES[metric])
    if rule in SIDED:
        metric, side = SIDED[rule]
        return Entry(athlete_id=life.athlete_id, metric=metric, side=side)
    patterns = {pattern.name: pattern.metric for pattern in every_pattern()}
    metric = patterns.get(rule) or rule.removeprefix(outside.rule(""))
    column = COLUMNS.get(metric, metric)
    return Entry(athlete_id=life.athlete_id, metric=column, side=_side(life, column, on))


def _furthest(row: Row) -> str:
    """The sign that leans furthest of several together: the observations of a row begin with its own."""
    first = row.observation_ids[0]
    return next(metric for metric in outside.METRICS if observation_stem(metric) in first)


def _side(life: Life, column: str, on: date) -> int:
    values = getattr(life, column, None)
    day = (on - life.dates[0]).days
    if values is None:
        return 0
    recent, usual = values[day - RECENT_DAYS + 1 : day + 1], values[max(0, day - USUAL_DAYS) : day - RECENT_DAYS + 1]
    if np.isnan(recent).all() or np.isnan(usual).all():
        return 0
    return 1 if float(np.nanmean(recent)) > float(np.nanmedian(usual)) else -1
