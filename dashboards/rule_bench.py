"""The rule bench: of each rule how often it fires on ordinary days, how often it did fire, and what it decides by.

Whoever reads that a rule fired can hold it against how often it does so for nothing. A rate that is not known is said
to be so, with the reason; it is never filled in.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

import duckdb
import polars as pl

from dashboards import words
from dashboards.looks import days_outside
from dashboards.marts import of_athletes
from pipelines.observations import outside
from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.observations.patterns.documentation import numbers_of, rule_of
from pipelines.observations.rule_rates.controls import Control, clean_controls
from pipelines.observations.rule_rates.measure import rules
from pipelines.quality.catalogue import checks

OPEN_ROWS = 12
"""Rules that stand open on the page."""
MOST_ROWS = 40
"""Rules listed in all, the folded ones among them; the others are counted."""
MONTH, SIX_WEEKS = 28, 42
"""Days over which it is counted how often a rule fired."""
BENCH_DAYS = SIX_WEEKS + outside.WINDOW_DAYS
"""Days of observations that are needed to say on which of six weeks the rule of the usual range held."""
NOT_YET = "not measured yet: rates are measured once a month"


@dataclass(frozen=True, kw_only=True)
class Told:
    """A rule as its declaration tells it; thresholds as (name, number with unit, source)."""

    rule: str
    title: str
    kind: str
    version: int
    said: str
    thresholds: tuple[tuple[str, str, str], ...]
    control: Control | None
    sql: str


@dataclass(frozen=True, kw_only=True)
class Fired:
    """On how many days a rule fired: of the last 28, of the last 42, and of all that is stored or looked at."""

    month: int = 0
    six_weeks: int = 0
    in_all: int = 0

    def plus(self, other: "Fired") -> "Fired":
        """Both together."""
        return Fired(
            month=self.month + other.month,
            six_weeks=self.six_weeks + other.six_weeks,
            in_all=self.in_all + other.in_all,
        )


@dataclass(frozen=True, kw_only=True)
class OfAthlete:
    """One rule on one athlete; the rate per 100 ordinary days is null when it is not known, then `why_not` says why."""

    athlete_id: int
    per_100: float | None
    lower_per_100: float | None
    upper_per_100: float | None
    history_day_count: int
    why_not: str
    fired: Fired


@dataclass(frozen=True, kw_only=True)
class BenchRow:
    """One rule on one squad."""

    told: Told
    anchor: str
    athletes: tuple[OfAthlete, ...]
    fired: Fired

    @property
    def known(self) -> tuple[OfAthlete, ...]:
        """Athletes whose rate is known."""
        return tuple(one for one in self.athletes if one.per_100 is not None)

    @property
    def span(self) -> tuple[float, float, float]:
        """Lowest, middle and highest rate of the athletes whose rate is known."""
        rates = [one.per_100 for one in self.known if one.per_100 is not None]
        return min(rates), median(rates), max(rates)


@dataclass(frozen=True, kw_only=True)
class BenchMarts:
    """What the bench of one squad is made from; `squad_date` is the date of its pages.

    `rates` and `fired` are rows of mart_rule_rates and mart_rule_fired, `observations` of mart_observations: those
    that the rule of the usual range is tried on.
    """

    athlete_ids: tuple[int, ...]
    squad_date: date | None
    rates: pl.DataFrame
    fired: pl.DataFrame
    observations: pl.DataFrame


def read_bench(con: duckdb.DuckDBPyConnection, athlete_ids: list[int], squad_date: date | None) -> BenchMarts:
    """The rows of the published marts that the bench shows."""
    observations = of_athletes(con, "mart_observations", athlete_ids).filter(pl.col("metric").is_in(outside.METRICS))
    first = None if squad_date is None else squad_date - timedelta(days=BENCH_DAYS)
    return BenchMarts(
        athlete_ids=tuple(athlete_ids),
        squad_date=squad_date,
        rates=of_athletes(con, "mart_rule_rates", athlete_ids),
        fired=of_athletes(con, "mart_rule_fired", athlete_ids),
        observations=observations.filter(pl.col("observed_date").is_between(first, squad_date)),
    )


def bench(marts: BenchMarts, *, named: Collection[str] = ()) -> list[BenchRow]:
    """Every rule, those that fired on most of the last 42 days first, then those in `named`, such as reasons above."""
    known = {(row["athlete_id"], row["rule"]): row for row in marts.rates.to_dicts()}
    counted = {**_fired(marts.fired), **_outside(marts.observations, marts.squad_date)}
    rows = [_row(told, marts.athlete_ids, known, counted) for told in _every_rule()]
    return sorted(
        rows,
        key=lambda row: (
            -row.fired.six_weeks,
            row.told.rule not in named,
            -row.fired.in_all,
            not row.known,
            row.told.rule,
        ),
    )


def _row(
    told: Told, ids: Iterable[int], known: Mapping[tuple[int, str], Any], counted: Mapping[tuple[int, str], Fired]
) -> BenchRow:
    athletes = tuple(_of_athlete(told, i, known.get((i, told.rule)), counted.get((i, told.rule), Fired())) for i in ids)
    total = Fired()
    for one in athletes:
        total = total.plus(one.fired)
    return BenchRow(told=told, anchor=f"rule-{told.rule}", athletes=athletes, fired=total)


def _of_athlete(told: Told, athlete_id: int, row: dict[str, Any] | None, fired: Fired) -> OfAthlete:
    if row is None or row["rule_version"] != told.version:
        nothing = {"fires_per_100": None, "lower_per_100": None, "upper_per_100": None}
        row = {**nothing, "history_day_count": 0, "why_not": "" if told.control is not None else NOT_YET}
    return OfAthlete(
        athlete_id=athlete_id,
        per_100=row["fires_per_100"],
        lower_per_100=row["lower_per_100"],
        upper_per_100=row["upper_per_100"],
        history_day_count=row["history_day_count"],
        why_not=row["why_not"],
        fired=fired,
    )


def _fired(fired: pl.DataFrame) -> dict[tuple[int, str], Fired]:
    return {
        (row["athlete_id"], row["rule"]): Fired(
            month=row["fired_28_day_count"], six_weeks=row["fired_42_day_count"], in_all=row["fired_day_count"]
        )
        for row in fired.to_dicts()
    }


def _outside(observations: pl.DataFrame, on: date | None) -> dict[tuple[int, str], Fired]:
    """The rule of the usual range is tried here, on the same rows as for the coach's page; in all means 42 days."""
    if on is None:
        return {}
    month = on - timedelta(days=MONTH)
    return {
        (athlete_id, outside.rule(metric)): Fired(
            month=sum(one > month for one in dates), six_weeks=len(dates), in_all=len(dates)
        )
        for (athlete_id, metric), dates in days_outside(observations, on, days=SIX_WEEKS).items()
    }


def _every_rule() -> Iterator[Told]:
    yield from _of_usual_range()
    yield from _of_patterns()
    yield from _of_checks()


def _of_usual_range() -> Iterator[Told]:
    numbers = _numbers((one.name, one.number, one.meaning) for one in numbers_of(outside))
    for metric in outside.METRICS:
        yield Told(
            rule=outside.rule(metric),
            title=f"{words.metric(metric)} outside the usual range",
            kind="usual range",
            version=outside.VERSION,
            said=" ".join((outside.__doc__ or "").split()),
            thresholds=numbers,
            control=None,
            sql=f"from mart_observations where metric = '{metric}' and {{}} order by observed_date desc",
        )


def _of_patterns() -> Iterator[Told]:
    for pattern in every_pattern():
        rule = rule_of(pattern)
        yield Told(
            rule=pattern.name,
            title=words.pattern(pattern.name),
            kind="pattern",
            version=pattern.version,
            said=rule.said,
            thresholds=_numbers((one.name, one.number, one.meaning) for one in rule.numbers),
            control=None,
            sql=f"from mart_patterns where pattern = '{pattern.name}' and {{}} order by end_date desc",
        )


def _of_checks() -> Iterator[Told]:
    on_days = {name for name, _, _ in rules()}
    for check in checks():
        yield Told(
            rule=check.name,
            title=words.reason(check.name),
            kind="check",
            version=check.version,
            said=f"{' '.join(check.documentation.split())} {check.consequence}",
            thresholds=tuple((one.name, f"{one.number:g} {one.unit}", one.source) for one in check.thresholds),
            control=None if check.name in on_days else clean_controls().get(check.signal),
            sql=f"from mart_flags where check_name = '{check.name}' and {{}} order by subject_date desc, start_s",
        )


def _numbers(found: Iterable[tuple[str, float, str]]) -> tuple[tuple[str, str, str], ...]:
    return tuple((words.plain(name), f"{number:g}", meaning or "as the rule says") for name, number, meaning in found)
