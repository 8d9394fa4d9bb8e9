"""Measures patterns in the open: athletes to whom one thing happens until the last date, and athletes to whom nothing.

Found means that the pattern holds within three days of the last date, as the coach's page would show it. A false alarm
is any concern of an athlete to whom nothing happens, and any other concern than the one that happens.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.observations.patterns.find import PATTERN_DAYS, find_patterns
from pipelines.proofs.pattern_cases import LAST_DATE, PatternCase, pattern_cases
from pipelines.proofs.scoring import wilson

COUNT, QUICK_COUNT = 12, 2
"""Athletes of each condition."""
PAGE_DAYS = 3
"""Days a concern stays on the coach's page."""
NEWS_DAYS = 60
"""Days in which somebody who improves has a best effort."""
TARGET = 0.8
"""Least share of patterns that are found."""

Finder = Callable[[Mapping[str, pl.DataFrame], pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, kw_only=True)
class PatternScore:
    """One pattern: of those to whom it happens how many were found; of the others how many were told so."""

    pattern: str
    is_good_news: bool
    happened_count: int
    found_count: int
    other_count: int
    """Athletes to whom it does not happen; for best efforts those to whom nothing happens."""
    told_count: int
    clean_count: int
    clean_day_count: int
    """Days of athletes to whom nothing happens, and of these how many the pattern held on."""
    clean_held_count: int

    def as_json(self) -> dict[str, object]:
        """Counts and shares with their 95 % intervals."""
        return {
            "pattern": self.pattern,
            "is_good_news": self.is_good_news,
            "happened_count": self.happened_count,
            "found": self.found_count / self.happened_count if self.happened_count else None,
            "found_interval": wilson(self.found_count, self.happened_count),
            "other_count": self.other_count,
            "told_of_others": self.told_count / self.other_count if self.other_count else None,
            "told_interval": wilson(self.told_count, self.other_count),
            "clean_day_count": self.clean_day_count,
            "held_per_100_clean_days": 100.0 * self.clean_held_count / max(1, self.clean_day_count),
        }


@dataclass(frozen=True, kw_only=True)
class PatternReport:
    """Every pattern, and the clean athletes whose page shows no concern."""

    patterns: tuple[PatternScore, ...]
    clean_count: int
    quiet_count: int

    def as_json(self) -> dict[str, object]:
        """One plain object."""
        return {
            "target": TARGET,
            "patterns": [score.as_json() for score in self.patterns],
            "clean_athletes": self.clean_count,
            "clean_without_concern": self.quiet_count,
            "clean_without_concern_interval": wilson(self.quiet_count, self.clean_count),
        }

    def as_markdown(self) -> str:
        """One table with its numbers of athletes."""
        start = (
            "Patterns: generated athletes to whom one thing happens until the last date, or nothing. Of"
            f" {self.clean_count} to whom nothing happens {self.quiet_count} have no concern on that date"
            f" ({_interval(wilson(self.quiet_count, self.clean_count))}). The generator's changes are large and plain:"
            " smaller ones are found less often, and nothing here says how real athletes change."
        )
        titles = ("pattern", "happens to", "found", "95 %", "others", "told of others", "per 100 clean days")
        lines = ["| " + " | ".join(titles) + " |", "|" + " --- |" * len(titles)]
        for score in self.patterns:
            told = score.as_json()
            cells = (score.pattern, score.happened_count, _share(told["found"]), _interval(told["found_interval"]))
            more = (score.other_count, _share(told["told_of_others"]), f"{told['held_per_100_clean_days']:.1f}")
            lines.append("| " + " | ".join(str(cell) for cell in (*cells, *more)) + " |")
        return start + "\n\n" + "\n".join(lines) + "\n"


def bench_patterns(*, quick: bool, seed: int, find: Finder | None = None) -> PatternReport:
    """Finds patterns of generated athletes; `find` stands in, to test the bench itself."""
    counts: Counter[tuple[str, str]] = Counter()
    concerns = {pattern.name for pattern in every_pattern() if not pattern.is_good_news}
    size = QUICK_COUNT if quick else COUNT
    quiet = 0
    for case in pattern_cases(size, seed=seed):
        found = (find or find_patterns)(case.tables, case.ranges)
        shown = _shown(found)
        for pattern in every_pattern():
            _count(counts, pattern.name, case, found, is_shown=pattern.name in shown)
        quiet += case.condition == "clean" and not shown & concerns
    return PatternReport(
        patterns=tuple(
            PatternScore(
                pattern=pattern.name,
                is_good_news=pattern.is_good_news,
                **{name: counts[pattern.name, name] for name in _COUNTS},
                clean_count=size,
            )
            for pattern in every_pattern()
        ),
        clean_count=size,
        quiet_count=quiet,
    )


_COUNTS = ("happened_count", "found_count", "other_count", "told_count", "clean_day_count", "clean_held_count")


def _count(
    counts: Counter[tuple[str, str]], pattern: str, case: PatternCase, found: pl.DataFrame, *, is_shown: bool
) -> None:
    happens = case.condition == ("easier_pace" if pattern == "best_effort" else pattern)
    is_other = case.condition == "clean" if pattern == "best_effort" else not happens
    counts[pattern, "happened_count"] += happens
    counts[pattern, "found_count"] += happens and is_shown
    counts[pattern, "other_count"] += is_other
    counts[pattern, "told_count"] += is_other and is_shown
    if case.condition == "clean":
        own = found.filter(pl.col("pattern") == pattern)
        held = ((own["end_date"] - own["start_date"]).dt.total_days() + 1).sum()
        counts[pattern, "clean_day_count"] += PATTERN_DAYS
        counts[pattern, "clean_held_count"] += int(held)


def _shown(found: pl.DataFrame) -> set[str]:
    recent = pl.col("end_date") > LAST_DATE - timedelta(days=PAGE_DAYS)
    is_best = pl.col("pattern") == "best_effort"
    lately = pl.col("end_date") > LAST_DATE - timedelta(days=NEWS_DAYS)
    return set(found.filter((recent & ~is_best) | (lately & is_best))["pattern"].to_list())


def _share(share: object) -> str:
    return f"{share:.2f}" if isinstance(share, float) else "none"


def _interval(interval: object) -> str:
    return f"{interval[0]:.2f}-{interval[1]:.2f}" if isinstance(interval, tuple) else ""
