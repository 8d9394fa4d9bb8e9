"""What the rules say of one athlete, and what is decided about a night: the words the other modules share."""

from dataclasses import dataclass
from datetime import date

VERSION = 4
"""Version of the decision; with those of the rules and of the tables of ordinary days it makes the stored version."""

LOOK, NEWS = "look", "news"
"""Kinds of rows: what is worth a look, and good news, which takes no place of the budget."""

PERSISTENCE_DAYS = 3
"""Dates over which a rule has to keep on holding, as for the usual range. Engineering start value."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One rule that could be tried on one athlete, and what it found; the columns of `attention_candidates`."""

    athlete_id: int
    rule: str
    candidate_date: date
    kind: str
    is_held: bool
    held_day_count: int
    """Of the last `PERSISTENCE_DAYS` dates."""
    evidence: float | None
    p_value: float
    chance_share: float
    is_noted: bool = False
    since_date: date | None = None
    pattern_ids: tuple[str, ...] = ()
    observation_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What an earlier night showed of an athlete."""

    night_date: date
    athlete_id: int
    kind: str
    leading_rule: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is decided about one athlete and kind; the columns of `attention_rows`."""

    athlete_id: int
    kind: str
    place: int | None
    is_held_out: bool
    rules: tuple[str, ...]
    evidence: float
    novelty: float
    persistence: float
    p_value: float
    show_chance: float
    why_not_shown: str
    since_date: date
    pattern_ids: tuple[str, ...]
    observation_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Night:
    """What is decided about a squad and a night; the columns of `attention_nights`, and its rows."""

    night_date: date
    athlete_count: int
    compared_count: int
    tested_count: int
    budget_count: int
    expected_by_chance: float | None
    rows: tuple[Row, ...]

    def shown(self, kind: str = LOOK) -> tuple[Row, ...]:
        """Rows of a kind that are shown, in order of place."""
        rows = [row for row in self.rows if row.kind == kind and row.place is not None]
        return tuple(sorted(rows, key=lambda row: row.place or 0))
