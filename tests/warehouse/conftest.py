from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from pipelines.paths import Home, home
from pipelines.progress import SILENT, StepSummary
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.load import load
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.reading import read

SQUAD = "unassigned"


@pytest.fixture
def here(tmp_path: Path) -> Home:
    return home(tmp_path / "home")


@pytest.fixture
def write_beats(here: Home) -> Callable[..., Path]:
    """Writes a morning's RR intervals as text, dated in its name; the seed makes the content."""

    def write(athlete: str, day: str, *, seed: int = 1, count: int = 60) -> Path:
        path = here.inbox / athlete / f"{day} 06-30-00.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        rr_ms = np.random.default_rng(seed).normal(900, 40, count).round().astype(int)
        path.write_text("".join(f"{value}\n" for value in rr_ms), encoding="utf-8")
        return path

    return write


@pytest.fixture
def opened(here: Home) -> Callable[[], object]:
    @contextmanager
    def open_it() -> Iterator[Warehouse]:
        with open_warehouse(here, owner="test") as warehouse:
            yield warehouse

    return open_it


@pytest.fixture
def warehouse(here: Home, with_database: Callable[[Home], Home]) -> Iterator[Warehouse]:
    with open_warehouse(with_database(here), owner="test") as warehouse:
        yield warehouse


@pytest.fixture
def take_in() -> Callable[[Warehouse], dict[str, StepSummary]]:
    """Brings what lies in the inbox all the way to loaded."""

    def run(warehouse: Warehouse) -> dict[str, StepSummary]:
        return {stop.__name__: stop(warehouse, SQUAD, SILENT) for stop in (drop, recognise, read, load)}

    return run
