"""What a check promises: a named rule on rows or segments, three-valued, with its thresholds and sources.

A module of this package that declares `Check` objects is a family of checks for one signal.
What does not belong in one: reading tables, writing results, words for a coach.
"""

from collections.abc import Callable
from dataclasses import dataclass
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
class Check:
    """One rule. `find` takes the rows of many subjects and returns the segments that fail and who was assessable.

    `purposes` are those a flag of this check can spoil. The docstring of `find` is the documentation:
    what it looks for, what passes, what fails, when it is not assessable.
    """

    name: str
    version: int
    signal: str
    subject_kind: SubjectKind
    table: str
    severity: Severity
    purposes: tuple[str, ...]
    thresholds: tuple[Threshold, ...]
    consequence: str
    remedy: str
    find: "Callable[[pl.DataFrame], Finding]"

    @property
    def documentation(self) -> str:
        """The docstring of the rule."""
        return (self.find.__doc__ or "").strip()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check found.

    `segments`: one row per failing segment (subject_id, severity, start_s, end_s, row_count, row_indices, evidence).
    `assessed`: one row per subject it could assess (subject_id); all others are not assessable, for the reason `why`.
    """

    segments: pl.DataFrame
    assessed: pl.DataFrame
    why: str
