"""What a pattern promises: a rule that is tried date by date on one athlete, its components and its doubts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from pipelines.observations.patterns.history import History


@dataclass(frozen=True, kw_only=True)
class Component:
    """One thing that is other than usual: its name, the figures in words, and on how many days it held."""

    component: str
    detail: str
    day_count: int


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the rule found on one date; values in the unit of the pattern."""

    pattern_value: float
    usual_value: float | None
    expected_error: float | None
    components: tuple[Component, ...]
    observation_ids: tuple[str, ...]
    doubts: tuple[str, ...] = ()
    """What could make it otherwise, in words; any makes the grade doubtful."""
    remarks: tuple[str, ...] = ()
    """What is not known and true of every such pattern, such as heat; listed, but no ground to doubt this one."""
    evidence_sd: float | None = None
    """How far the difference lies from what is usual, in standard deviations that this athlete's own ordinary days and
    the expected error give that difference: near N(0, 1) while nothing happens, positive in the direction the rule
    looks. None when it cannot be said."""
    metric: str | None = None
    """Metric of the values where it is not the pattern's own."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """The rule could be tried on a date; `held` is what it found, None where it did not hold."""

    held: Held | None = field(default=None)
    evidence_sd: float | None = None
    """As of what holds, and on every other date too: what its spread on ordinary days is measured on."""


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """One rule. `judge` gives None on a date on which there is too little to try it."""

    name: str
    version: int
    metric: str
    unit: str
    is_good_news: bool
    judge: Callable[[History, date], Tried | None]
    why_not: Callable[[History, date], str] | None = None
    """Why it cannot be tried on a date, in words; None where no more is told than that there is too little."""
