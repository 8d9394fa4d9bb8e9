"""Progress bars: one per stop and squad, with what it counts and the time left."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

T = TypeVar("T")

BYTES = "bytes"
"""Unit that is shown in MB."""


class Counted(ProgressColumn):
    """How many of how many; a bar that moves by size still counts its items."""

    def render(self, task: Task) -> Text:
        """The count so far, the whole and the unit."""
        if task.fields["unit"] == BYTES:
            return Text(f"{task.completed / 1e6:,.1f}/{(task.total or 0.0) / 1e6:,.1f} MB")
        return Text(f"{task.fields['count']:,}/{task.fields['of']:,} {task.fields['unit']}")


class Bars:
    """Shows how far each stop has come, on stderr; on no terminal, one line when a stop is done."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars

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
        """The items themselves, counted as they pass; with `size_of` the bar and the time left go by size."""
        length = whole if size_of else total
        bar = self._bars.add_task(label, total=length, unit=unit, count=0, of=total)
        for number, item in enumerate(items, start=1):
            yield item
            self._bars.update(bar, advance=size_of(item) if size_of else 1, count=number)
        self._bars.update(bar, completed=length, count=total)

    @contextmanager
    def passing(self, *, label: str, total: float, unit: str) -> Iterator[Callable[[float], None]]:
        """For work that is no row of items: a function to call with how much more of `total` is done."""
        bar = self._bars.add_task(label, total=total, unit=unit, count=0, of=round(total))
        yield lambda more: self._bars.advance(bar, more)
        self._bars.update(bar, completed=total, count=round(total))


@contextmanager
def bars() -> Iterator[Bars]:
    """Bars on stderr for as long as the block runs."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        Counted(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as shown:
        yield Bars(shown)
