"""Results of the comparison of beat detectors: one object per tool and question."""

from dataclasses import asdict, dataclass

from pipelines.proofs.beat_scores import Estimate
from pipelines.proofs.scoring import wilson


@dataclass(frozen=True, kw_only=True)
class ErrorScore:
    """One tool on the series of one condition."""

    condition: str
    tool: str
    kind: str
    series_count: int
    missing_count: int
    """Series of which it gives no RMSSD: left out of its figures."""
    median: Estimate
    p95: Estimate
    """Of the size of the RMSSD error, as a fraction."""
    event_count: int
    found_count: int
    misplaced_count: int
    misplaced_found_count: int
    marked_count: int
    right_count: int
    """Of the marked intervals, those at a fault or beside it."""

    def as_json(self) -> dict[str, object]:
        """Counts, errors, and recall with its 95 % interval."""
        return {
            **asdict(self),
            "recall": self.found_count / self.event_count if self.event_count else None,
            "recall_interval": wilson(self.found_count, self.event_count),
            "precision": self.right_count / self.marked_count if self.marked_count else None,
        }


@dataclass(frozen=True, kw_only=True)
class RatioScore:
    """Our error over the smallest of the others."""

    condition: str
    figure: str
    against: str
    best: str
    ratio: Estimate


@dataclass(frozen=True, kw_only=True)
class FlagScore:
    """Marks in series without any fault."""

    tool: str
    kind: str
    series_count: int
    interval_count: int
    per_1000: Estimate


@dataclass(frozen=True, kw_only=True)
class LabelScore:
    """One tool on labelled windows of at most 5 % ectopy."""

    tool: str
    kind: str
    window_count: int
    interval_count: int
    ectopic_count: int
    found_count: int
    marked_count: int
    right_count: int
    """Of the marked intervals, those that begin or end at an ectopic beat."""
    f1: Estimate
    ours_ahead: Estimate
    """Our F1 less this one, on the same windows."""

    def as_json(self) -> dict[str, object]:
        """Counts, recall with its 95 % interval, precision and F1."""
        return {
            **asdict(self),
            "recall": self.found_count / self.ectopic_count if self.ectopic_count else None,
            "recall_interval": wilson(self.found_count, self.ectopic_count),
            "precision": self.right_count / self.marked_count if self.marked_count else None,
        }
