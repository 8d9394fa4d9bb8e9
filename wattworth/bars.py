"""Progress bars: one per stop and squad, with what it counts and the time left."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

T = TypeVar("T")


class Bars:
    """Shows how far each stop has come, on stderr; on no terminal, one line when a stop is done."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars

    def over(self, items: Iterable[T], *, label: str, total: int, unit: str) -> Iterator[T]:
        """The items themselves, counted as they pass."""
        bar = self._bars.add_task(label, total=total, unit=unit)
        for item in items:
            yield item
            self._bars.advance(bar)
        self._bars.update(bar, completed=total)


@contextmanager
def bars() -> Iterator[Bars]:
    """Bars on stderr for as long as the block runs."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as shown:
        yield Bars(shown)
