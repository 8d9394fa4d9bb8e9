from collections.abc import Iterator

import numpy as np
import pytest

from pipelines.paths import home
from pipelines.progress import SILENT
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.load import load
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.reading import read


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A warehouse with a morning's RR intervals of two days and one file that no reader knows."""
    here = home(tmp_path_factory.mktemp("sound") / "home")
    folder = here.inbox / "anna"
    folder.mkdir(parents=True)
    for day in (1, 2):
        rr_ms = np.random.default_rng(day).normal(900, 40, 60).round().astype(int)
        text = "".join(f"{value}\n" for value in rr_ms)
        (folder / f"2026-03-0{day} 06-30-00.txt").write_text(text, encoding="utf-8")
    (folder / "x.txt").write_text("hello\n", encoding="utf-8")
    with open_warehouse(here, owner="test") as warehouse:
        for stop in (drop, recognise, read, load):
            stop(warehouse, "unassigned", SILENT)
        yield warehouse
