import io

import pytest
from rich.console import Console
from rich.progress import Progress

from pipelines.progress import SILENT
from wattworth.bars import Bars, Counted


@pytest.fixture
def progress():
    return Progress(console=Console(file=io.StringIO()))


def _shown(progress):
    """The bar as it is now: label, how far it is, and what it counts."""
    (task,) = progress.tasks
    return task.description, task.percentage, Counted().render(task).plain


def test_a_bar_that_goes_by_size_still_counts_its_items(progress):
    items = Bars(progress).over([10, 80, 10], label="Read", total=3, unit="files", size_of=float, whole=100.0)

    seen = [(item, *_shown(progress)) for item in items]

    assert seen == [
        (10, "Read", 0.0, "0/3 files"),
        (80, "Read", 10.0, "1/3 files"),
        (10, "Read", 90.0, "2/3 files"),
    ]
    assert _shown(progress) == ("Read", 100.0, "3/3 files")


def test_items_alike_move_the_bar_alike(progress):
    for _ in Bars(progress).over("abcd", label="Judge", total=4, unit="groups"):
        label, percentage, counted = _shown(progress)

    assert (label, percentage, counted) == ("Judge", 75.0, "3/4 groups")


def test_bytes_are_told_as_they_pass(progress):
    with Bars(progress).passing(label="Drop", total=4_000_000, unit="bytes") as tick:
        tick(1_000_000.0)
        halfway = _shown(progress)

    assert halfway == ("Drop", 25.0, "1.0/4.0 MB")
    assert _shown(progress) == ("Drop", 100.0, "4.0/4.0 MB")


def test_nothing_to_do_is_no_error(progress):
    with Bars(progress).passing(label="Drop", total=0, unit="bytes"):
        pass

    assert list(Bars(progress).over([], label="Read", total=0, unit="files", size_of=float)) == []
    assert list(SILENT.over([1, 2], label="Read", total=2, unit="files", size_of=float, whole=3.0)) == [1, 2]
