"""Measures the causes of gaps in the open: every cause at chance times on generated athletes, against what happened.

The unit is an episode: unbroken dates of one signal with one cause. It is right when every date of it is. A cause that
left no trace in the exports cannot be known: right is then "not known", and anything else counts as wrong.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from pipelines.observations.gaps import SIGNALS, gaps
from pipelines.proofs.gap_asked import AskedScore
from pipelines.proofs.gap_cases import gap_lives, gap_tables
from pipelines.proofs.scoring import wilson
from pipelines.simulation.athlete import weekly_plan
from pipelines.simulation.lives import Life
from pipelines.simulation.missing import missing

ATHLETE_COUNT, QUICK_ATHLETE_COUNT = 64, 16
SETTLING_DAYS = 21
"""Days at the start in which nothing is usual yet: they are not scored."""
TARGET = 0.95
"""Least precision and recall of causes that left a trace."""

Finder = Callable[[Mapping[str, pl.DataFrame], pl.DataFrame], pl.DataFrame]
Dates = dict[tuple[str, date], str]
"""Cause by signal and date."""


@dataclass(frozen=True, kw_only=True)
class CauseScore:
    """Episodes of one cause: how many happened and were found, how many were told and are right."""

    cause: str
    athlete_count: int
    episode_count: int
    found_count: int
    told_count: int
    right_count: int

    def as_json(self) -> dict[str, object]:
        """Counts, recall and precision with their 95 % intervals."""
        shares = {"recall": (self.found_count, self.episode_count), "precision": (self.right_count, self.told_count)}
        return {
            "cause": self.cause,
            "athlete_count": self.athlete_count,
            "episode_count": self.episode_count,
            "told_count": self.told_count,
            **{name: hits / count if count else None for name, (hits, count) in shares.items()},
            **{f"{name}_interval": wilson(hits, count) for name, (hits, count) in shares.items()},
        }


@dataclass(frozen=True, kw_only=True)
class GapReport:
    """Precision and recall of each cause, and of all that left a trace."""

    athlete_count: int
    day_count: int
    causes: tuple[CauseScore, ...]
    asked: AskedScore | None = None
    """How often each unexplained stretch was asked about; None where that was not replayed."""

    def total(self) -> CauseScore:
        """All causes that left a trace together."""
        known = [score for score in self.causes if score.cause != "not_known"]
        sums = {name: sum(getattr(score, name) for score in known) for name in _COUNTS}
        return CauseScore(cause="all with a trace", athlete_count=self.athlete_count, **sums)

    def as_json(self) -> dict[str, object]:
        """One plain object."""
        every = [score.as_json() for score in (*self.causes, self.total())]
        asked = {"asked": self.asked.as_json()} if self.asked else {}
        head = {"athlete_count": self.athlete_count, "day_count": self.day_count, "target": TARGET}
        return {**head, "causes": every, **asked}

    def as_markdown(self) -> str:
        """One table with its numbers of cases."""
        start = (
            f"Causes of gaps: {self.athlete_count} generated athletes over {self.day_count} days; an episode is one"
            " signal missing on unbroken dates for one cause. Where a cause left no trace, right is not known. It shows"
            " what the rules make of exports as one watch and one strap write them, not how other devices behave."
        )
        lines = ["| cause | athletes | episodes | recall | 95 % | told | precision | 95 % |", "|" + " --- |" * 8]
        for score in (*self.causes, self.total()):
            told = score.as_json()
            cells = (score.cause, score.athlete_count, score.episode_count, _share(told["recall"]))
            cells += (_interval(told["recall_interval"]), score.told_count, _share(told["precision"]))  # type: ignore[assignment]
            lines.append(
                "| " + " | ".join(str(cell) for cell in (*cells, _interval(told["precision_interval"]))) + " |"
            )
        end = f"\n{self.asked.as_line()}\n" if self.asked else ""
        return start + "\n\n" + "\n".join(lines) + "\n" + end


_COUNTS = ("episode_count", "found_count", "told_count", "right_count")


def bench_gaps(*, quick: bool, seed: int, find: Finder | None = None) -> GapReport:
    """Finds the gaps of generated athletes and scores their causes; `find` stands in, to test the bench itself."""
    squad = gap_lives(QUICK_ATHLETE_COUNT if quick else ATHLETE_COUNT, seed=seed)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    holders: dict[str, set[int]] = defaultdict(set)
    for life in squad:
        tables, wear_days = gap_tables(life)
        told = _told((find or gaps)(tables, wear_days), life)
        truth = {(one.signal, one.day): one.cause if one.has_trace else "not_known" for one in missing(life)}
        for cause, dates in _episodes(truth, life):
            counts[cause]["episode_count"] += 1
            counts[cause]["found_count"] += all(told.get(key) == cause for key in dates)
            holders[cause].add(life.index)
        for cause, dates in _episodes(told, life):
            counts[cause]["told_count"] += 1
            counts[cause]["right_count"] += all(truth.get(key) == cause for key in dates)
    return GapReport(
        athlete_count=len(squad),
        day_count=len(squad[0].days.dates),
        causes=tuple(
            CauseScore(
                cause=cause, athlete_count=len(holders[cause]), **{name: counts[cause][name] for name in _COUNTS}
            )
            for cause in sorted(counts)
        ),
    )


def _told(found: pl.DataFrame, life: Life) -> Dates:
    """Cause of every date a gap names; of a gap of sessions the dates a session was due on, as the plan has them."""
    weekly = weekly_plan(life.member.profile)
    told: Dates = {}
    for row in found.iter_rows(named=True):
        length = (row["end_date"] - row["start_date"]).days + 1
        dates = [row["start_date"] + timedelta(days=day) for day in range(length)]
        if row["signal"] == "training":
            is_free = row["cause"] == "rest_planned"
            dates = [on for on in dates if (on.weekday() not in weekly) == is_free]
        told |= {(row["signal"], on): row["cause"] for on in dates}
    return told


def _episodes(of: Dates, life: Life) -> Iterator[tuple[str, list[tuple[str, date]]]]:
    """Unbroken dates of one signal and cause."""
    scored = life.days.dates[SETTLING_DAYS:-1]
    for signal in SIGNALS:
        run: list[tuple[str, date]] = []
        for on in scored:
            key = (signal, on)
            if run and of.get(key) != of[run[-1]]:
                yield of[run[-1]], run
                run = []
            if key in of:
                run.append(key)
        if run:
            yield of[run[-1]], run


def _share(share: object) -> str:
    return f"{share:.3f}" if isinstance(share, float) else "none"


def _interval(interval: object) -> str:
    return f"{interval[0]:.3f}-{interval[1]:.3f}" if isinstance(interval, tuple) else ""
