"""Gaps and patterns as the stop stores them: from files in an inbox, replaced whole, the same twice."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from pipelines.observations.observe import observe
from pipelines.paths import home
from pipelines.progress import SILENT
from pipelines.quality.stop import judge
from pipelines.warehouse.content_hash import table_hashes
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.load import load
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.reading import read

SQUAD = "unassigned"
FIRST = date(2026, 3, 2)
DAYS = 18
MISSED = (15, 16)


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with eighteen days of mornings but two, all the way to observed; copied for each test."""
    folder = tmp_path_factory.mktemp("made") / "home"
    with open_warehouse(home(folder), owner="test") as warehouse:
        inbox = warehouse.home.inbox / "anna"
        inbox.mkdir(parents=True)
        for day in set(range(DAYS)) - set(MISSED):
            _morning(inbox, day)
        _through(warehouse)
    return folder


@pytest.fixture
def observed(made: Path, tmp_path: Path) -> Iterator[Warehouse]:
    shutil.copytree(made, tmp_path / "home")
    with open_warehouse(home(tmp_path / "home"), owner="test") as opened:
        yield opened


def _morning(inbox: Path, day: int) -> None:
    rr = np.random.default_rng(day).normal(950, 30, 80).round().astype(int)
    (inbox / f"{on(day)} 06-30-00.txt").write_text("".join(f"{value}\n" for value in rr), encoding="utf-8")


def _through(warehouse: Warehouse) -> None:
    for step in (drop, recognise, read, load, judge, observe):
        step(warehouse, SQUAD, SILENT)


def _gaps(warehouse: Warehouse) -> list[tuple[str, date, date, str, bool]]:
    query = "select signal, start_date, end_date, cause, is_open from gaps order by all"
    return warehouse.con.execute(query).fetchall()


def test_a_missed_morning_is_stored_as_a_gap(observed: Warehouse) -> None:
    assert _gaps(observed) == [("hrv", on(MISSED[0]), on(MISSED[1]), "not_known", False)]


def test_a_note_that_comes_later_gives_the_gap_its_cause(observed: Warehouse) -> None:
    notes = observed.home.inbox / "anna" / "notes.csv"
    notes.write_text(
        f"date,author,kind,note\n{on(MISSED[0])},athlete,ill,Fever\n{on(MISSED[1])},athlete,ill,Fever\n",
        encoding="utf-8",
    )

    _through(observed)

    assert _gaps(observed) == [("hrv", on(MISSED[0]), on(MISSED[1]), "excused", False)]


def test_a_file_that_fails_later_gives_its_date_a_cause_and_a_whole_one_ends_the_gap(observed: Warehouse) -> None:
    folder = observed.home.inbox / "anna"
    (folder / f"{on(MISSED[0])} 06-30-00.txt").write_bytes(bytes(200))
    _morning(folder, MISSED[1])

    _through(observed)

    assert _gaps(observed) == [("hrv", on(MISSED[0]), on(MISSED[0]), "file_failed", False)]


def test_a_failed_file_alone_has_its_athlete_looked_at_anew(observed: Warehouse) -> None:
    (observed.home.inbox / "anna" / f"{on(MISSED[0])} 06-30-00.txt").write_bytes(bytes(200))

    _through(observed)

    assert [(start, cause) for _, start, _, cause, _ in _gaps(observed)] == [
        (on(MISSED[0]), "file_failed"),
        (on(MISSED[1]), "not_known"),
    ]


def test_observing_again_changes_nothing(observed: Warehouse) -> None:
    before = table_hashes(observed.con)

    observed.con.execute("update definition_versions set version = 'older' where stop = 'observe'")
    observe(observed, SQUAD, SILENT)

    after = table_hashes(observed.con)
    assert after["gaps"] != "0 rows, 0"
    assert {name: after[name] for name in ("gaps", "patterns", "observations", "restatements")} == {
        name: before[name] for name in ("gaps", "patterns", "observations", "restatements")
    }
