"""How often each rule that compares days fires on the ordinary days of one athlete: all rules, one row each. Pure."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.observations import baseline, outside
from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.observations.patterns.history import History, history
from pipelines.observations.rule_rates import on_checks
from pipelines.observations.rule_rates.on_history import (
    PATTERN_STEP_DAYS,
    own_pattern_days,
    tried_outside,
    tried_pattern,
)
from pipelines.observations.rule_rates.ordinary import Drawn
from pipelines.observations.rule_rates.rate import Tally, rate
from pipelines.observations.rule_rates.resampled import ordinary_days, resampled, valued_days
from pipelines.quality.contract import Check
from pipelines.quality.daily_value import VALUE_GAP, VALUE_SPARSE
from pipelines.quality.value_step import VALUE_STEP
from pipelines.tables import conform

VERSION = 1
LEAST_DAYS = 42
"""Days with a value below which no rate is given: three times those of a usual range. Engineering start value."""
LEAST_RUNS = 12
"""The same for rules on runs, of which there are fewer: as many as make a month. Engineering start value."""

COUNTS_DAYS = "it counts days that are missing, and says nothing of those that are there"
NEEDS_CHANGE = "it is tried only where device, firmware or method change"
WITHOUT_RATE = {VALUE_SPARSE: COUNTS_DAYS, VALUE_GAP: COUNTS_DAYS, VALUE_STEP: NEEDS_CHANGE}
"""Checks on days for which ordinary days make no sense, and why."""

TABLES = (
    "athletes", "activities", "daily_values", "nights", "notes", "wellness_answers", "merged_activities",
    "observations", "facts", "baselines", "excused_days",
)  # fmt: skip
"""Tables that the measurement reads, all rows of the athlete."""


@dataclass(frozen=True, kw_only=True)
class _Own:
    """What one rule was tried on: own days with a value it reads, how many are needed, its trials."""

    own_days: int
    least: int
    tally: Tally | None
    step_days: int = 1


def version() -> str:
    """Version of the measurement and of every rule it tries: another one has it made anew."""
    checks = ";".join(f"{check.name}={check.version}" for check in _checks())
    patterns = ";".join(f"{pattern.name}={pattern.version}" for pattern in every_pattern())
    text = f"{VERSION};{outside.VERSION};{baseline.VERSION};{checks};{patterns}"
    return f"{VERSION}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def rule_rates(tables: Mapping[str, pl.DataFrame], *, month: date) -> pl.DataFrame:
    """Table `rule_rates` of the one athlete in `tables` (see `TABLES`), one row per rule; `month` is its first day.

    The seed of every draw is the athlete and the month: the same rows give the same rates.
    """
    athlete_id = int(tables["athletes"]["athlete_id"][0])
    known = history(tables, tables["baselines"])
    dates = [*tables["daily_values"]["value_date"], *tables["nights"]["night_date"]]
    drawn = ordinary_days(known, seed=(athlete_id, month.year, month.month), others=dates)
    tried = {} if drawn is None else {**_of_history(known, drawn), **_of_checks(tables, drawn)}
    rows = [
        _row(name, kind, rule_version, tried.get(name)) | {"athlete_id": athlete_id, "month_date": month}
        for name, kind, rule_version in rules()
    ]
    return conform(pl.DataFrame(rows, infer_schema_length=None), "rule_rates")


def _checks() -> tuple[Check, ...]:
    return (*on_checks.VALUE_CHECKS, *on_checks.NIGHT_CHECKS, *on_checks.EFFORT_CHECKS, *WITHOUT_RATE)


def rules() -> Iterator[tuple[str, str, int]]:
    """Name, kind and version of every rule that has a row."""
    yield from ((outside.rule(metric), "usual_range", outside.VERSION) for metric in outside.METRICS)
    yield from ((pattern.name, "pattern", pattern.version) for pattern in every_pattern())
    yield from ((check.name, "check", check.version) for check in _checks())


def _row(name: str, kind: str, rule_version: int, tried: _Own | None) -> dict[str, object]:
    fixed = {"rule": name, "rule_kind": kind, "rule_version": rule_version, "bench_version": version()}
    why_not = next((why for check, why in WITHOUT_RATE.items() if check.name == name), None)
    if why_not is None and (tried is None or tried.own_days < tried.least):
        least = LEAST_DAYS if tried is None else tried.least
        why_not = f"{0 if tried is None else tried.own_days} of {least} days with a value it reads"
    found = None
    if why_not is None and tried is not None and tried.tally is not None:
        found = rate(tried.tally, own_count=tried.own_days / tried.step_days)
    return fixed | {
        "fires_per_100": None if found is None else found.per_100,
        "lower_per_100": None if found is None else found.lower_per_100,
        "upper_per_100": None if found is None else found.upper_per_100,
        "ordinary_day_count": 0 if found is None else found.day_count,
        "history_day_count": 0 if tried is None else tried.own_days,
        "why_not": (why_not or "on no ordinary day was there enough to try it") if found is None else "",
    }


def _of_history(known: History, drawn: Drawn) -> dict[str, _Own]:
    ordinary = resampled(known, drawn)
    found: dict[str, _Own] = {}
    for metric in outside.METRICS:
        days = valued_days(known, metric, drawn.last)
        tally = tried_outside(metric, ordinary, drawn) if days >= LEAST_DAYS else None
        found[outside.rule(metric)] = _Own(own_days=days, least=LEAST_DAYS, tally=tally)
    for pattern in every_pattern():
        days = own_pattern_days(pattern, known, drawn.last)
        tally = tried_pattern(pattern, ordinary, drawn) if days >= LEAST_DAYS else None
        found[pattern.name] = _Own(own_days=days, least=LEAST_DAYS, tally=tally, step_days=PATTERN_STEP_DAYS)
    return found


def _of_checks(tables: Mapping[str, pl.DataFrame], drawn: Drawn) -> dict[str, _Own]:
    parts = (
        (on_checks.VALUE_CHECKS, on_checks.own_values, on_checks.tried_values, "value_date", LEAST_DAYS),
        (on_checks.NIGHT_CHECKS, on_checks.own_nights, on_checks.tried_nights, "night_date", LEAST_DAYS),
        (on_checks.EFFORT_CHECKS, on_checks.own_efforts, on_checks.tried_efforts, "run_date", LEAST_RUNS),
    )
    found: dict[str, _Own] = {}
    for checks, own, tried, on, least in parts:
        rows = own(tables, drawn.last)
        days = rows[on].n_unique()
        tallies = tried(rows, drawn) if days >= least else {}
        found |= {check.name: _Own(own_days=days, least=least, tally=tallies.get(check.name)) for check in checks}
    return found
