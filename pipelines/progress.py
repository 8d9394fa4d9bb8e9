"""What a stop tells while it works, and what it says when it is done."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Something that can show how far a stop has come; `total` counts what `unit` names."""

    def over(
        self,
        items: Iterable[T],
        *,
        label: str,
        total: int,
        unit: str,
        size_of: Callable[[T], float] | None = None,
        whole: float = 0.0,
    ) -> Iterator[T]:
        """The items themselves, counted as they pass.

        Where items differ much in the time they take, `size_of` says how much of `whole` each one is: the time left
        is told by that.
        """
        ...

    def passing(self, *, label: str, total: float, unit: str) -> AbstractContextManager[Callable[[float], None]]:
        """For work that is no row of items: a function to call with how much more of `total` is done."""
        ...


class Silent:
    """Shows nothing."""

    def over(
        self,
        items: Iterable[T],
        *,
        label: str,  # noqa: ARG002
        total: int,  # noqa: ARG002
        unit: str,  # noqa: ARG002
        size_of: Callable[[T], float] | None = None,  # noqa: ARG002
        whole: float = 0.0,  # noqa: ARG002
    ) -> Iterator[T]:
        """The items themselves."""
        yield from items

    def passing(self, *, label: str, total: float, unit: str) -> AbstractContextManager[Callable[[float], None]]:  # noqa: ARG002
        """A function that does nothing."""
        return nullcontext(lambda _more: None)


SILENT = Silent()


@dataclass(frozen=True, kw_only=True)
class StepSummary:
    """What one step did: `subject_count` things of `unit`, and further counts by name."""

    stop: str
    subject_count: int
    unit: str
    counts: dict[str, int] = field(default_factory=dict)
    athlete_day_count: int | None = None
