"""The rules behind what a page says, quoted from where they are declared, each under an address of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pipelines.quality.catalogue import checks
from pipelines.quality.contract import Threshold
from pipelines.quality.documentation import calibration_in_words, limit_in_words
from pipelines.quality.limits import LEAST_COVERAGE, LEAST_DECOUPLING_S, LIMITS, SHORT_LAPS, Limit

LIMITS_ANCHOR = "rule-limits"
"""Where the limits of expected errors stand; every reason that is no check leads there."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One check as its declaration tells it, with its thresholds as (name, number with unit, source)."""

    name: str
    anchor: str
    version: int
    looks_at: str
    said: str
    thresholds: tuple[tuple[str, str, str], ...]
    consequence: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class LimitLine:
    """The largest expected error with which a purpose is still served, from one kind of source."""

    purpose: str
    source: str
    limit: str
    note: str


NEEDS = tuple(
    (threshold.name, f"{threshold.number:g} {threshold.unit}", threshold.source)
    for threshold in (LEAST_DECOUPLING_S, LEAST_COVERAGE, SHORT_LAPS)
)
"""What a purpose needs before anything is compared with a limit: name, number with unit, source."""


def anchor(name: str) -> str:
    """Address of the rule behind a reason: the check of that name, else the limits of expected errors."""
    return f"rule-{name}" if name in _check_names() else LIMITS_ANCHOR


@cache
def _check_names() -> frozenset[str]:
    return frozenset(check.name for check in checks())


def rules_behind(names: Iterable[str]) -> tuple[Rule, ...]:
    """The checks among the names of reasons and flags, each once, by name."""
    wanted = set(names)
    return tuple(
        Rule(
            name=check.name,
            anchor=anchor(check.name),
            version=check.version,
            looks_at=check.table,
            said=" ".join(check.documentation.split()),
            thresholds=tuple(_told(threshold) for threshold in check.thresholds),
            consequence=check.consequence,
            remedy=check.remedy,
        )
        for check in sorted(checks(), key=lambda check: check.name)
        if check.name in wanted
    )


def limits_of(purposes: Iterable[str]) -> tuple[LimitLine, ...]:
    """The limits in force for those purposes, in the order of the one table of limits."""
    wanted = set(purposes)
    return tuple(
        LimitLine(purpose=one.purpose, source=one.source, limit=limit_in_words(one), note=_noted(one))
        for one in LIMITS
        if one.purpose in wanted
    )


def _noted(limit: Limit) -> str:
    return f"{limit.note}; {calibration_in_words(limit)}"


def _told(threshold: Threshold) -> tuple[str, str, str]:
    return threshold.name, f"{threshold.number:g} {threshold.unit}", threshold.source
