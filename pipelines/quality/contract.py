"""What a check promises: a named rule on rows or segments, three-valued, with its thresholds and sources.

A module of this package that declares a `Family` and `Check` objects is a family of checks for one signal.
What does not belong in one: reading tables, writing results, words for a coach.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import cleandoc
from typing import Literal

import polars as pl

SubjectKind = Literal["activity", "beat_series", "night", "daily_value"]
Severity = Literal["doubtful", "unusable"]


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A number a check decides by, with its unit and where it is from."""

    name: str
    number: float
    unit: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check found.

    `segments`: one row per failing segment (subject_id, severity, start_s, end_s, row_count, row_indices, evidence);
    row_indices null says that the whole subject failed, which is a hard violation when the severity is unusable.
    `assessed`: one row per subject it could assess (subject_id); all others are not assessable.
    `why_not`: for some of those the exact reason (subject_id: why); for all others it is the check's own.
    """

    segments: pl.DataFrame
    assessed: pl.DataFrame
    why_not: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Family:
    """The checks of one signal: they share one pass over the rows of many subjects.

    `rows(tables)` gives the rows, sorted by subject and time, one row per record, beat, night or value, with
    subject_id, athlete_id, row_index, at_s and length_s; families that name the same function share its result.
    `measure(rows)` adds, in one pass, the columns that the family's checks look at. `is_of_histories` says that its
    rows are whole athletes: each subject is held against earlier ones, also of files judged long ago.
    """

    signal: str
    subject_kind: SubjectKind
    table: str
    rows: Callable[[Mapping[str, pl.DataFrame]], pl.DataFrame]
    measure: Callable[[pl.DataFrame], pl.DataFrame]
    is_of_histories: bool = False


@dataclass(frozen=True, kw_only=True)
class Check:
    """One rule. `find` takes the measured rows of its family; its docstring is the documentation.

    `purposes` are those a flag of this check can spoil; `why_not` says why a subject could not be assessed, unless its
    finding knows better.
    """

    name: str
    version: int
    family: Family
    severity: Severity
    purposes: tuple[str, ...]
    thresholds: tuple[Threshold, ...]
    consequence: str
    remedy: str
    why_not: str
    find: Callable[[pl.DataFrame], Finding]

    @property
    def signal(self) -> str:
        """Signal of its family."""
        return self.family.signal

    @property
    def subject_kind(self) -> SubjectKind:
        """What it judges."""
        return self.family.subject_kind

    @property
    def table(self) -> str:
        """Table whose rows it looks at."""
        return self.family.table

    @property
    def documentation(self) -> str:
        """The docstring of the rule."""
        return cleandoc(self.find.__doc__ or "")
