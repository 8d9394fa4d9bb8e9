"""What was found of the error of distance and pace, as data and as a table to read."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from pipelines.proofs.scoring import wilson

RECALL_TARGET = 0.9
"""Share of events of middle and gross severity that should be found."""

LEFT_TARGET = 1 / 3
"""Most of an error that may be left after judging, of median and 95th percentile alike."""

DOUBTFUL_TARGET, UNUSABLE_TARGET = 3.0, 0.5
"""Most clean activities in a hundred that may lose their grade by a flag."""

OWN_ERROR = 0.015
"""An error before judging (fraction, 95th percentile) that is no more than that is what a clean recording has, and no
fault's: there is nothing to win."""

DRAWS = 1000
"""Bootstrap draws of an interval."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Errors:
    """Errors (fraction of the truth) of one figure over the runs of one row: as the file says, and of those usable."""

    before_median: float
    before_p95: float
    after_median: float | None
    after_p95: float | None
    before_median_interval: tuple[float, float]
    before_p95_interval: tuple[float, float]
    after_median_interval: tuple[float, float] | None
    after_p95_interval: tuple[float, float] | None
    withheld_count: int
    expected_count: int
    """Usable runs that have an expected error."""
    covered_count: int
    """Of these, runs whose error is within it."""

    @staticmethod
    def of(
        *,
        before: Numbers,
        after: Numbers,
        withheld_count: int,
        chance: np.random.Generator,
        expected: Numbers | None = None,
    ) -> "Errors":
        """From the errors of all runs before, and of the usable ones after, with 95 % bootstrap intervals over runs.

        `expected` are the expected errors of the usable runs, NaN where one is not known.
        """
        promised = np.full(len(after), np.nan) if expected is None else expected
        drawn_before = before[chance.integers(0, len(before), (DRAWS, len(before)))]
        drawn = after[chance.integers(0, len(after), (DRAWS, len(after)))] if len(after) else None
        return Errors(
            before_median=float(np.median(before)),
            before_p95=float(np.quantile(before, 0.95)),
            after_median=float(np.median(after)) if len(after) else None,
            after_p95=float(np.quantile(after, 0.95)) if len(after) else None,
            before_median_interval=_interval(np.median(drawn_before, axis=1)),
            before_p95_interval=_interval(np.quantile(drawn_before, 0.95, axis=1)),
            after_median_interval=None if drawn is None else _interval(np.median(drawn, axis=1)),
            after_p95_interval=None if drawn is None else _interval(np.quantile(drawn, 0.95, axis=1)),
            withheld_count=withheld_count,
            expected_count=int(np.isfinite(promised).sum()),
            covered_count=int((after <= promised).sum()),
        )

    def as_json(self) -> dict[str, object]:
        """Errors with their intervals, and how many were within what was expected."""
        share = self.covered_count / self.expected_count if self.expected_count else None
        interval = wilson(self.covered_count, self.expected_count)
        return {**asdict(self), "coverage": share, "coverage_interval": interval}

    @property
    def is_own(self) -> bool:
        """Is the error before no more than what a clean recording has?"""
        return self.before_p95 <= OWN_ERROR

    @property
    def misses(self) -> bool:
        """Is more than a third of an error left, at the median or at the 95th percentile?"""
        if self.is_own or self.after_median is None or self.after_p95 is None:
            return False
        left = self.after_median > LEFT_TARGET * self.before_median
        return left or self.after_p95 > LEFT_TARGET * self.before_p95


@dataclass(frozen=True, kw_only=True)
class TrackScore:
    """One fault of a track at one severity, or one kind of clean run (severity 0)."""

    fault: str
    size: str
    severity: int
    recorder: str
    run_count: int
    event_count: int
    found_count: int
    doubtful_count: int
    unusable_count: int
    """Runs that lost their grade for distance or pace by a flag."""
    distance: Errors
    mean_pace: Errors

    @property
    def recall(self) -> float | None:
        """Share of events found; None without any."""
        return self.found_count / self.event_count if self.event_count else None

    def as_json(self) -> dict[str, object]:
        """Counts, recall with its 95 % interval, and both errors."""
        return {
            **asdict(self),
            "recall": self.recall,
            "recall_interval": wilson(self.found_count, self.event_count),
            "distance": self.distance.as_json(),
            "mean_pace": self.mean_pace.as_json(),
        }

    @property
    def told(self) -> str:
        """What it is, in words."""
        return f"{self.fault} {self.size}, {self.recorder}"


def track_table(scores: Sequence[TrackScore]) -> str:
    """Errors of distance and pace before and after, fault by fault."""
    titles = (
        *("track", "distance from", "runs", "recall", "doubtful", "unusable"),
        *(
            "distance: error as the file says",
            "after (median / p95)",
            "95 % of the median",
            "withheld",
            "within the expected",
        ),
        *(
            "pace: error as the file says",
            "after (median / p95)",
            "95 % of the median",
            "withheld",
            "within the expected",
        ),
    )
    rows = [
        (
            " ".join((score.fault if score.severity else "clean", score.size)).strip(),
            score.recorder,
            score.run_count,
            "" if score.recall is None else f"{score.recall:.2f}",
            score.doubtful_count,
            score.unusable_count,
            *_cells(score.distance),
            *_cells(score.mean_pace),
        )
        for score in scores
    ]
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _cells(errors: Errors) -> tuple[object, ...]:
    return (
        f"{_percent(errors.before_median)} / {_percent(errors.before_p95)}",
        "" if errors.after_median is None else f"{_percent(errors.after_median)} / {_percent(errors.after_p95)}",
        "" if errors.after_median_interval is None else "-".join(_percent(end) for end in errors.after_median_interval),
        errors.withheld_count,
        f"{errors.covered_count} of {errors.expected_count}",
    )


def _interval(values: Numbers) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100.0 * share:.1f} %"
