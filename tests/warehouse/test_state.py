"""When a squad's pages say all there is, and everything that makes them say less."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.progress import SILENT, StepSummary
from pipelines.warehouse.intake import drop
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.state import is_published, note_published

SQUAD = "unassigned"

Change = Callable[[Warehouse, Path], None]


@pytest.fixture
def published(
    warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[[Warehouse], dict[str, StepSummary]]
) -> Warehouse:
    """A warehouse with one athlete, everything done and noted as published."""
    write_beats("anna", "2026-03-01")
    take_in(warehouse)
    warehouse.con.execute("delete from work_queue")
    note_published(warehouse, SQUAD, made_by="1")
    return warehouse


def test_nothing_new_is_published_also_after_another_look_into_the_inbox(published: Warehouse) -> None:
    drop(published, SQUAD, SILENT)

    assert is_published(published, SQUAD, made_by="1")


def test_a_squad_that_never_had_pages_is_not_published(published: Warehouse) -> None:
    assert not is_published(published, "another", made_by="1")


def test_other_definitions_make_it_stale(published: Warehouse) -> None:
    assert not is_published(published, SQUAD, made_by="2")


def _another_card(warehouse: Warehouse, folder: Path) -> None:
    (folder / "athlete.toml").write_text('display_name = "Anna B."\n', encoding="utf-8")
    drop(warehouse, SQUAD, SILENT)
    warehouse.con.execute("delete from work_queue")


def _a_new_file(warehouse: Warehouse, folder: Path) -> None:
    (folder / "2026-03-02 06-30-00.txt").write_text("900\n910\n" * 60, encoding="utf-8")
    drop(warehouse, SQUAD, SILENT)


def _an_empty_file(warehouse: Warehouse, folder: Path) -> None:
    (folder / "empty.fit").touch()
    drop(warehouse, SQUAD, SILENT)


def _a_stray(warehouse: Warehouse, folder: Path) -> None:
    (folder.parent / "beside.txt").write_text("900\n", encoding="utf-8")
    drop(warehouse, SQUAD, SILENT)


def _a_file_away(warehouse: Warehouse, folder: Path) -> None:
    (folder / "2026-03-01 06-30-00.txt").unlink()
    drop(warehouse, SQUAD, SILENT)


def _a_subject_that_waits(warehouse: Warehouse, _folder: Path) -> None:
    warehouse.con.execute("insert into work_queue values ('observe', 'athlete', '1', 1)")


def _an_undone_merge(warehouse: Warehouse, _folder: Path) -> None:
    warehouse.con.execute("insert into merge_undos values (1, 'a:1', 'b:1', 'm')")


def _other_definitions(warehouse: Warehouse, _folder: Path) -> None:
    warehouse.con.execute("insert or replace into definition_versions values ('judge', 'newer')")


@pytest.mark.parametrize(
    "change",
    [
        _another_card,
        _a_new_file,
        _an_empty_file,
        _a_stray,
        _a_file_away,
        _a_subject_that_waits,
        _an_undone_merge,
        _other_definitions,
    ],
)
def test_any_change_to_what_the_pages_are_made_from_makes_them_stale(published: Warehouse, change: Change) -> None:
    change(published, published.home.inbox / "anna")

    assert not is_published(published, SQUAD, made_by="1")


def test_what_is_under_way_is_never_noted_as_published(published: Warehouse) -> None:
    _a_subject_that_waits(published, Path())

    note_published(published, SQUAD, made_by="1")
    published.con.execute("delete from work_queue")

    assert not is_published(published, SQUAD, made_by="1")
