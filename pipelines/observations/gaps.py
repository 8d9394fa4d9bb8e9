"""Gaps: runs of local dates on which a signal of an athlete is missing, each with its cause and the evidence for it.

Which dates are expected is said in `usual_days`, what each cause rests on in `gap_causes`. The first date is the
first with any data of the athlete, the last the last one; after that nobody can tell a gap from an export that ends.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from pipelines.observations.failed_files import failed_files
from pipelines.observations.gap_causes import Cause, Told, cause_of, excuses
from pipelines.observations.presence import Presence, presence
from pipelines.observations.usual_days import missing_dates
from pipelines.tables import conform, empty

VERSION = 2
SIGNALS = ("training", "night", "hrv", "resting_heart_rate", "wear")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What there is of one athlete, and what plan, notes, answers of their own and failed files say."""

    athlete_id: int
    there: Presence
    told: Told


def gaps(tables: Mapping[str, pl.DataFrame], wear_days: pl.DataFrame) -> pl.DataFrame:
    """Every gap of the one athlete in `tables`: table `gaps`, one row per signal, cause and unbroken run.

    `tables` is `athlete_tables` of one athlete, `wear_days` as `wear.wear_days` gives it. Dates on which nothing was
    expected neither break a run nor count in it.
    """
    return gaps_in(seen(tables, wear_days))


def seen(tables: Mapping[str, pl.DataFrame], wear_days: pl.DataFrame) -> Seen:
    """Everything that gaps of the one athlete in `tables` are told by, but for answers to questions."""
    return Seen(
        athlete_id=tables["athletes"]["athlete_id"][0],
        there=presence(tables, wear_days),
        told=_told(tables, wear_days),
    )


def gaps_in(known: Seen, *, answered: Mapping[tuple[str, date], str] | None = None) -> pl.DataFrame:
    """Table `gaps` of one athlete; `answered` says of signals and dates in words who answered what about them."""
    last = known.there.last_date
    if last is None:
        return empty("gaps")
    told = replace(known.told, answered=answered or {})
    rows = [
        {**row, "athlete_id": known.athlete_id, "signal": signal, "definition_version": VERSION}
        for signal in SIGNALS
        for row in _of_signal(signal, known.there, told, last)
    ]
    return conform(pl.DataFrame(rows), "gaps") if rows else empty("gaps")


def _told(tables: Mapping[str, pl.DataFrame], wear_days: pl.DataFrame) -> Told:
    planned: dict[date, tuple[bool, ...]] = {}
    for on, is_rest_day in tables["plans"].select("plan_date", "is_rest_day").iter_rows():
        planned[on] = (*planned.get(on, ()), is_rest_day)
    return Told(
        planned=planned,
        excused=excuses(
            tables["notes"].select("note_date", "author", "kind").iter_rows(),
            tables["wellness_answers"].select("about_date", "item", "answer_value", "scale_max").iter_rows(),
        ),
        failed=failed_files(tables, wear_days),
    )


def _of_signal(signal: str, there: Presence, told: Told, last: date) -> Iterator[dict[str, object]]:
    present = frozenset().union(*there.signals[signal].values())
    if not present:
        return
    first = min(present)
    missing = missing_dates(present, first=first, last=last)
    if signal == "training" and told.planned:
        missing = _planned(missing, told, present, first, last)
    causes = [(on, cause_of(signal, on, there, told)) for on in sorted(missing)]
    # Days on which nothing was planned lie between sessions and part none of their gaps.
    planned = [(on, cause) for on, cause in causes if cause.cause == "rest_planned"]
    others = [(on, cause) for on, cause in causes if cause.cause != "rest_planned"]
    for run in sorted([*_runs(planned, present), *_runs(others, present)], key=lambda run: run[0][0]):
        start, end = run[0][0], run[-1][0]
        yield {
            "start_date": start,
            "end_date": end,
            "day_count": len(run),
            "cause": run[0][1].cause,
            "is_open": not any(on > end for on in present),
            "evidence": _evidence([cause.evidence for _, cause in run]),
        }


def _planned(
    missing: frozenset[date], told: Told, present: frozenset[date], first: date, last: date
) -> frozenset[date]:
    """Inside the plan its rows say what was expected; the last date may still bring its session."""
    begin, end = min(told.planned), max(told.planned)
    outside = {on for on in missing if not begin <= on <= end}
    inside = {on for on in told.planned if first <= on < last and on not in present}
    return frozenset(outside | inside)


def _runs(causes: list[tuple[date, Cause]], present: frozenset[date]) -> Iterator[list[tuple[date, Cause]]]:
    """Neighbours of one cause without a value of the signal between them."""
    run: list[tuple[date, Cause]] = []
    for on, cause in causes:
        if run and (cause.cause != run[-1][1].cause or _lies_between(run[-1][0], on, present)):
            yield run
            run = []
        run.append((on, cause))
    if run:
        yield run


def _lies_between(before: date, after: date, present: frozenset[date]) -> bool:
    return any(before + timedelta(days=step) in present for step in range(1, (after - before).days))


def _evidence(lines: list[str]) -> str:
    told = list(dict.fromkeys(lines))
    return told[0] if len(told) == 1 else f"{told[0]}; and {len(told) - 1} more of the kind"
