"""Measures that every unexplained stretch of days is asked about exactly once, in a replay of a season day by day.

On each day of generated athletes the questions are asked from what there was up to that day, with what was asked on the
days before; every second question is answered on the day it is put. What ought to be asked is told by the truth alone:
stretches that left no reason in plan, notes or failed files and that are worth a question.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import polars as pl

from pipelines.observations.gaps import Seen, seen
from pipelines.observations.presence import Presence
from pipelines.observations.questions import asked
from pipelines.observations.questions_linked import linked, unbroken_days
from pipelines.observations.questions_worth import WAITING_DAYS, Gap, is_unresolved, is_worth_asking
from pipelines.proofs.gap_cases import gap_lives, gap_tables
from pipelines.readers.wattworth_answers import CHOICES
from pipelines.simulation.lives import Life
from pipelines.simulation.missing import missing
from pipelines.tables import empty

ATHLETE_COUNT, QUICK_ATHLETE_COUNT = 16, 2
SETTLING_DAYS = 21
"""Days at the start in which nothing is usual yet: stretches that begin in them are not scored."""

Finding = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, kw_only=True)
class AskedScore:
    """Stretches that were planted, and how often each was asked about."""

    athlete_count: int
    planted_count: int
    once_count: int
    never_count: int
    again_count: int
    answered_count: int
    reasked_count: int
    """Answered stretches of which a question was open again, under any name."""
    needless_count: int
    """Questions on days of which the truth knows nothing unexplained."""

    def as_json(self) -> dict[str, int]:
        """Counts."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def as_line(self) -> str:
        """One line of words."""
        return (
            f"Asked once: {self.once_count} of {self.planted_count} unexplained stretches of {self.athlete_count}"
            f" athletes, day by day ({self.never_count} never, {self.again_count} more than once); {self.reasked_count}"
            f" of {self.answered_count} asked again after an answer; {self.needless_count} questions about nothing."
        )


Ask = Callable[[Mapping[str, pl.DataFrame], Seen], Mapping[str, pl.DataFrame]]


def bench_asked(*, quick: bool, seed: int) -> AskedScore:
    """Replays the days of generated athletes and counts how often each unexplained stretch was asked about."""
    return replayed(gap_lives(QUICK_ATHLETE_COUNT if quick else ATHLETE_COUNT, seed=seed))


def replayed(squad: Sequence[Life], *, ask: Ask = asked, first_day: int = SETTLING_DAYS) -> AskedScore:
    """The score of these athletes from that day on; `ask` stands in for the rules, to test the bench itself."""
    counts: Counter[str] = Counter()
    for life in squad:
        counts.update(_of_life(life, ask, first_day))
    names = [name for name in AskedScore.__dataclass_fields__ if name != "athlete_count"]
    return AskedScore(athlete_count=len(squad), **{name: counts[name] for name in names})


def _of_life(life: Life, ask: Ask, first_day: int) -> Iterator[str]:
    tables, wear_days = gap_tables(life)
    whole = seen(tables, wear_days)
    planted = list(_planted(life, whole))
    opened, reopened = _replayed(life, whole, tables, ask=ask, first_day=first_day)
    for first, last in planted:
        if first < life.days.dates[first_day] or last > life.days.dates[-1 - WAITING_DAYS]:
            continue
        names = {name for name, days in opened.items() if _share(days, (first, last))}
        yield "planted_count"
        yield {0: "never_count", 1: "once_count"}.get(len(names), "again_count")
    yield from ("answered_count" for _ in reopened)
    yield from ("reasked_count" for is_again in reopened.values() if is_again)
    unexplained = list(_unexplained(life))
    for days in opened.values():
        if days[0] >= life.days.dates[first_day] and not any(days[0] <= on <= days[1] for on in unexplained):
            yield "needless_count"


Days = tuple[date, date]


def _replayed(
    life: Life, whole: Seen, tables: Finding, *, ask: Ask, first_day: int
) -> tuple[dict[str, Days], dict[str, bool]]:
    """Every question that was ever open with its days, and for each answered one whether its days were asked again."""
    stored = empty("questions")
    answers: list[tuple[object, ...]] = []
    opened: dict[str, Days] = {}
    reopened: dict[str, bool] = {}
    covered: dict[str, Days] = {}
    for on in life.days.dates[first_day:]:
        today = {
            "athletes": tables["athletes"].with_columns(folder=pl.lit(life.member.folder)),
            "questions": stored,
            "stg_answers": pl.DataFrame(answers, schema=ANSWER_COLUMNS, orient="row"),
            "notes": tables["notes"].filter(pl.col("note_date") <= on),
            "wellness_answers": tables["wellness_answers"],
        }
        stored = ask(today, up_to(whole, on))["questions"]
        for row in stored.filter(pl.col("state") == "open").iter_rows(named=True):
            name, days = row["question_id"], (row["start_date"], row["end_date"])
            for other, its_days in covered.items():
                reopened[other] |= other == name or _share(its_days, days)
            if name not in opened and len(opened) % 2 == 0:
                answers.append(_answer(row, CHOICES[len(answers) % len(CHOICES)], on))
                reopened[name], covered[name] = False, days
            opened[name] = days
    return opened, reopened


ANSWER_COLUMNS = {
    "kind": pl.String, "about_id": pl.String, "about_date": pl.Date, "answer": pl.String, "said_text": pl.String,
    "author": pl.String, "said_on": pl.Date, "is_in_force": pl.Boolean,
}  # fmt: skip


def _answer(question: Mapping[str, Any], answer: str, on: date) -> tuple[object, ...]:
    return ("question", question["question_id"], question["start_date"], answer, "", "athlete", on, True)


def up_to(whole: Seen, on: date) -> Seen:
    """What was there on a date: nothing later."""
    there = whole.there
    signals = {name: {device: _until(dates, on) for device, dates in by.items()} for name, by in there.signals.items()}
    return replace(
        whole,
        there=Presence(
            signals=signals,
            wear={device: {day: worn for day, worn in by.items() if day <= on} for device, by in there.wear.items()},
            steps={device: {day: n for day, n in by.items() if day <= on} for device, by in there.steps.items()},
            covered={device: _until(dates, on) for device, dates in there.covered.items()},
            delivered={device: _until(dates, on) for device, dates in there.delivered.items()},
            told=_until(there.told, on),
            automatic=there.automatic,
        ),
        told=replace(whole.told, excused={day: words for day, words in whole.told.excused.items() if day <= on}),
    )


def _until(dates: frozenset[date], on: date) -> frozenset[date]:
    return frozenset(day for day in dates if day <= on)


def _unexplained(life: Life) -> Iterator[date]:
    """Dates on which something is missing that nobody explained."""
    yield from (one.day for one in missing(life) if _cause(one) not in {"excused", "rest_planned", "file_failed"})


def _planted(life: Life, whole: Seen) -> Iterator[Days]:
    """First and last date of every stretch that is to be asked about."""
    gaps = [gap for gap in _true_gaps(life, whole) if is_unresolved(gap)]
    days = unbroken_days(gaps, whole.there)
    last, planned = life.days.dates[-1], whole.told.planned
    worth = {gap for gap in gaps if is_worth_asking(gap, days=days[gap], planned=planned, last=last)}
    nothing: Sequence[Gap] = ()
    for group in linked(gaps, nothing, whole.there):  # type: ignore[type-var]
        if worth & set(group.gaps):
            yield min(gap.start for gap in group.gaps), max(gap.end for gap in group.gaps)


def _true_gaps(life: Life, whole: Seen) -> Iterator[Gap]:
    """The gaps as the truth has them: neighbours of one signal and cause without a value between them."""
    told = sorted(missing(life), key=lambda one: (one.signal, one.day))
    for signal, of_signal in groupby(told, key=lambda one: one.signal):
        present = frozenset().union(*whole.there.signals[signal].values())
        run: list[Any] = []
        for one in of_signal:
            if run and (_cause(one) != _cause(run[-1]) or _between(run[-1].day, one.day, present)):
                yield _gap(signal, run)
                run = []
            run.append(one)
        yield _gap(signal, run)


def _cause(one: Any) -> str:  # noqa: ANN401 - a Missing
    return str(one.cause) if one.has_trace else "not_known"


def _gap(signal: str, run: Sequence[Any]) -> Gap:
    return Gap(
        signal=signal,
        start=run[0].day,
        end=run[-1].day,
        day_count=len(run),
        cause=_cause(run[0]),
        is_open=False,
    )


def _between(before: date, after: date, present: frozenset[date]) -> bool:
    return any(before + timedelta(days=step) in present for step in range(1, (after - before).days))


def _share(one: Days, other: Days) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
