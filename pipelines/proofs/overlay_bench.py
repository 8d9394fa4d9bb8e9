"""Measures merges and clock labels in the open: second devices, near-misses and wrong clocks with known truth."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from pipelines.proofs.overlay_cases import OverlayCases, overlay_cases
from pipelines.proofs.scoring import wilson
from pipelines.quality.judge import judge_subjects
from pipelines.quality.overlays import judged_whole, pairs_to_compare
from pipelines.quality.recordings import recordings

ATHLETE_COUNT, QUICK_ATHLETE_COUNT = 24, 6
TARGET = 0.95
"""Least precision and recall of merges and of clock labels on the generated athletes."""

Overlays = Callable[[dict[str, pl.DataFrame]], Mapping[str, pl.DataFrame]]
"""Gives merged_activities and clock_doubts of the rows of one athlete."""


@dataclass(frozen=True, kw_only=True)
class StoryScore:
    """One story over all athletes: what came out right."""

    story: str
    subject_count: int
    pair_count: int
    """Pairs of recordings that are really one activity."""
    merged_right_count: int
    merged_wrong_count: int
    """Pairs taken for one that are two."""
    wrong_clock_count: int
    doubted_right_count: int
    doubted_wrong_count: int
    """Subjects with a right clock that were doubted or corrected."""
    shift_count: int
    """Wrong clocks whose right time another recording tells."""
    corrected_right_count: int
    """Of these, corrected to the second."""


@dataclass(frozen=True, kw_only=True)
class OverlayReport:
    """Precision and recall of merges and clock labels, by story and in all."""

    athlete_count: int
    stories: tuple[StoryScore, ...]

    def shares(self) -> dict[str, dict[str, object]]:
        """Each share with its numbers and its 95 % interval."""
        total = {name: sum(getattr(score, name) for score in self.stories) for name in _COUNTS}
        merged = total["merged_right_count"] + total["merged_wrong_count"]
        doubted = total["doubted_right_count"] + total["doubted_wrong_count"]
        return {
            "merge_precision": _share(total["merged_right_count"], merged),
            "merge_recall": _share(total["merged_right_count"], total["pair_count"]),
            "clock_precision": _share(total["doubted_right_count"], doubted),
            "clock_recall": _share(total["doubted_right_count"], total["wrong_clock_count"]),
            "clock_corrected": _share(total["corrected_right_count"], total["shift_count"]),
        }

    @property
    def swallowed_count(self) -> int:
        """Pairs of different activities that were taken for one."""
        return sum(score.merged_wrong_count for score in self.stories)

    def missed_targets(self) -> list[str]:
        """What falls short, one line each."""
        low = [
            f"{name.replace('_', ' ')}: {share['share']:.3f}"
            for name, share in self.shares().items()
            if isinstance(share["share"], float) and share["share"] < TARGET
        ]
        return low + ([f"activities swallowed: {self.swallowed_count}"] if self.swallowed_count else [])

    def as_markdown(self) -> str:
        """The shares, then the stories, with their numbers of cases."""
        missed = self.missed_targets()
        verdict = (
            f"All reach {TARGET:.2f}, none swallowed." if not missed else "Targets missed: " + "; ".join(missed) + "."
        )
        shares = [
            f"| {name.replace('_', ' ')} | {share['hits']} of {share['count']} | {_in_words(share)} |"
            for name, share in self.shares().items()
        ]
        stories = [
            f"| {score.story} | {score.subject_count} | {score.merged_right_count} of {score.pair_count} |"
            f" {score.merged_wrong_count} | {score.doubted_right_count} of {score.wrong_clock_count} |"
            f" {score.doubted_wrong_count} | {score.corrected_right_count} of {score.shift_count} |"
            for score in self.stories
        ]
        head = f"Merges and clocks of {self.athlete_count} generated athletes. {verdict}"
        first = "| share | cases | 95 % |\n| --- | --- | --- |\n" + "\n".join(shares)
        titles = "story | subjects | merged | swallowed | wrong clocks | right ones doubted | set right"
        return "\n\n".join([head, first, "\n".join([f"| {titles} |", "|" + " --- |" * 7, *stories])]) + "\n"

    def as_json(self) -> dict[str, object]:
        """One plain object."""
        stories = [
            {name: getattr(score, name) for name in ("story", "subject_count", *_COUNTS)} for score in self.stories
        ]
        return {
            "athlete_count": self.athlete_count,
            "target": TARGET,
            "shares": self.shares(),
            "swallowed_count": self.swallowed_count,
            "missed_targets": self.missed_targets(),
            "stories": stories,
        }


_COUNTS = (
    "pair_count",
    "merged_right_count",
    "merged_wrong_count",
    "wrong_clock_count",
    "doubted_right_count",
    "doubted_wrong_count",
    "shift_count",
    "corrected_right_count",
)


def bench_overlays(*, quick: bool, seed: int, overlays: Overlays | None = None) -> OverlayReport:
    """Builds, judges and scores. `overlays` stands in for the rules, to test the bench itself."""
    count = QUICK_ATHLETE_COUNT if quick else ATHLETE_COUNT
    cases = overlay_cases(count, seed=seed)
    made = [(overlays or judged_overlays)(tables) for tables in _by_athlete(cases.tables)]
    merged = pl.concat([one["merged_activities"].select("merge_id", "activity_id") for one in made])
    clocks = pl.concat([one["clock_doubts"].select("subject_id", "label", "shift_s") for one in made])
    return OverlayReport(athlete_count=count, stories=_scores(cases, merged, clocks))


def judged_overlays(tables: dict[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    """What the judge makes of the rows of one athlete."""
    judged = judge_subjects(tables)
    known = {**tables, "flags": judged.flags, "facts": judged.facts, "check_outcomes": judged.check_outcomes}
    comparison = pairs_to_compare(known, touched=tables["activities"]["activity_id"])
    pairs = comparison.compared(recordings(tables["records"]))
    return judged_whole(known, activity_pairs=pairs)


def _by_athlete(tables: Mapping[str, pl.DataFrame]) -> list[dict[str, pl.DataFrame]]:
    return [
        {name: frame.filter(pl.col("athlete_id") == athlete_id) for name, frame in tables.items()}
        for athlete_id in tables["athletes"]["athlete_id"].to_list()
    ]


def _scores(cases: OverlayCases, merged: pl.DataFrame, clocks: pl.DataFrame) -> tuple[StoryScore, ...]:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys((*_COUNTS, "subject_count"), 0))
    for story in cases.stories.values():
        counts[story]["subject_count"] += 1
    for real in _groups(cases.events).values():
        for one, _ in combinations(real, 2):
            counts[cases.stories[one]]["pair_count"] += 1
    for group in _groups(dict(merged.select("activity_id", "merge_id").iter_rows())).values():
        for one, other in combinations(group, 2):
            is_right = cases.events[one] == cases.events[other]
            counts[cases.stories[one]]["merged_right_count" if is_right else "merged_wrong_count"] += 1
    for name, shift_s in cases.wrong.items():
        counts[cases.stories[name]]["wrong_clock_count"] += 1
        counts[cases.stories[name]]["shift_count"] += shift_s is not None
    for name, label, shift_s in clocks.iter_rows():
        if label != "sure":
            is_right = name in cases.wrong
            counts[cases.stories[name]]["doubted_right_count" if is_right else "doubted_wrong_count"] += 1
        if label == "corrected" and cases.wrong.get(name) == shift_s:
            counts[cases.stories[name]]["corrected_right_count"] += 1
    return tuple(StoryScore(story=story, **found) for story, found in counts.items())


def _groups(keys: Mapping[str, str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for name, key in sorted(keys.items()):
        groups[key].append(name)
    return groups


def _share(hits: int, count: int) -> dict[str, object]:
    return {"share": hits / count if count else None, "hits": hits, "count": count, "interval": wilson(hits, count)}


def _in_words(share: Mapping[str, object]) -> str:
    value, interval = share["share"], share["interval"]
    if not isinstance(value, float) or not isinstance(interval, tuple):
        return "not known"
    return f"{value:.3f} ({interval[0]:.2f} to {interval[1]:.2f})"
