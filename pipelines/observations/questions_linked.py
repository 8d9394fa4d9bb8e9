"""What belongs to one question: gaps and questions that share a day, or one signal without a value between them."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Generic, Protocol, TypeVar

from pipelines.observations.presence import Presence
from pipelines.observations.questions_worth import Gap


class Dated(Protocol):
    """A question that was asked before."""

    @property
    def start(self) -> date:
        """First date it is about."""

    @property
    def end(self) -> date:
        """Last date it is about."""

    @property
    def signals(self) -> tuple[str, ...]:
        """What it is about."""


Asked = TypeVar("Asked", bound=Dated)


@dataclass(frozen=True, kw_only=True)
class Linked(Generic[Asked]):
    """Gaps and questions that belong together, each in order of date."""

    gaps: tuple[Gap, ...]
    questions: tuple[Asked, ...]


def linked(gaps: Sequence[Gap], questions: Sequence[Asked], there: Presence) -> list[Linked[Asked]]:
    """Every gap and question in exactly one group, the groups in order of their first date."""
    nodes: list[Node] = [(one.start, one.end, (one.signal,)) for one in gaps]
    nodes += [(one.start, one.end, one.signals) for one in questions]
    root = list(range(len(nodes)))
    for one, other in (*_sharing_days(nodes), *_unbroken(nodes, there)):
        root[_root(root, one)] = _root(root, other)
    members: Mapping[int, list[int]] = defaultdict(list)
    for number in sorted(range(len(nodes)), key=lambda number: (nodes[number], number)):
        members[_root(root, number)].append(number)
    return [
        Linked(
            gaps=tuple(gaps[number] for number in numbers if number < len(gaps)),
            questions=tuple(questions[number - len(gaps)] for number in numbers if number >= len(gaps)),
        )
        for numbers in members.values()
    ]


def unbroken_days(gaps: Sequence[Gap], there: Presence) -> dict[Gap, int]:
    """Missing days of the whole time without a value of its signal that each gap is part of, whatever the causes."""
    root = list(range(len(gaps)))
    for one, other in _unbroken([(gap.start, gap.end, (gap.signal,)) for gap in gaps], there):
        root[_root(root, one)] = _root(root, other)
    counts: dict[int, int] = defaultdict(int)
    for number, gap in enumerate(gaps):
        counts[_root(root, number)] += gap.day_count
    return {gap: counts[_root(root, number)] for number, gap in enumerate(gaps)}


Node = tuple[date, date, tuple[str, ...]]


def _root(root: list[int], number: int) -> int:
    while root[number] != number:
        root[number] = root[root[number]]
        number = root[number]
    return number


def _sharing_days(nodes: Sequence[Node]) -> Iterator[tuple[int, int]]:
    furthest: int | None = None
    for number in sorted(range(len(nodes)), key=lambda number: nodes[number][:2]):
        if furthest is not None and nodes[number][0] <= nodes[furthest][1]:
            yield furthest, number
        if furthest is None or nodes[number][1] > nodes[furthest][1]:
            furthest = number


def _unbroken(nodes: Sequence[Node], there: Presence) -> Iterator[tuple[int, int]]:
    """Neighbours with a signal in common of which there is no value on any date between them."""
    for signal, by_device in there.signals.items():
        present = sorted(frozenset().union(*by_device.values()))
        of_signal = sorted((node[0], node[1], number) for number, node in enumerate(nodes) if signal in node[2])
        for (_, end, one), (start, _, other) in pairwise(of_signal):
            if bisect_right(present, start) == bisect_right(present, end):
                yield one, other
