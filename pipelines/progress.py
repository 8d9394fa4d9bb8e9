"""What a stop tells while it works, and what it says when it is done."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Something that can show how far a stop has come; `total` counts what `unit` names."""

    def over(self, items: Iterable[T], *, label: str, total: int, unit: str) -> Iterator[T]:
        """The items themselves, counted as they pass."""
        ...


class Silent:
    """Shows nothing."""

    def over(self, items: Iterable[T], *, label: str, total: int, unit: str) -> Iterator[T]:  # noqa: ARG002
        """The items themselves."""
        yield from items


SILENT = Silent()


@dataclass(frozen=True, kw_only=True)
class StepSummary:
    """What one step did: `subject_count` things of `unit`, and further counts by name."""

    stop: str
    subject_count: int
    unit: str
    counts: dict[str, int] = field(default_factory=dict)
    athlete_day_count: int | None = None
