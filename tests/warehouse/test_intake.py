import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.paths import Home
from pipelines.progress import SILENT, Silent
from pipelines.readers.archive import members
from pipelines.warehouse import taking
from pipelines.warehouse.content_hash import table_hashes
from pipelines.warehouse.intake import ARCHIVE, drop, recognise, retry
from pipelines.warehouse.invariants import violations
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.queue import pending

SQUAD = "unassigned"


def _skipped(warehouse: Warehouse) -> list[tuple[str, str, str]]:
    return warehouse.con.sql("select path, stop, kind from skipped_items order by all").fetchall()


def _statuses(warehouse: Warehouse) -> list[tuple[str, str]]:
    return warehouse.con.sql("select path, status from source_files order by all").fetchall()


def test_taking_in_the_same_inbox_twice_changes_nothing(
    warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[..., object]
) -> None:
    write_beats("anna", "2026-03-01", seed=1)
    write_beats("bert", "2026-03-01", seed=2)
    take_in(warehouse)
    once = table_hashes(warehouse.con)

    take_in(warehouse)

    assert table_hashes(warehouse.con) == once
    assert once["beats"].startswith("120 rows")


def test_athletes_get_ids_in_order_of_first_sight(warehouse: Warehouse, write_beats: Callable[..., Path]) -> None:
    write_beats("mia", "2026-03-01")
    drop(warehouse, SQUAD, SILENT)
    write_beats("anna", "2026-03-02", seed=2)
    drop(warehouse, SQUAD, SILENT)

    assert warehouse.con.sql("select folder, athlete_id from athletes order by 2").fetchall() == [
        ("mia", 1),
        ("anna", 2),
    ]


def test_only_the_folders_of_the_squad_are_looked_at(
    warehouse: Warehouse, here: Home, write_beats: Callable[..., Path]
) -> None:
    write_beats("anna", "2026-03-01")
    write_beats("bert", "2026-03-01", seed=2)
    (here.inbox / "bert" / "athlete.toml").write_text('squad = "track"\n', encoding="utf-8")

    summary = drop(warehouse, "track", SILENT)

    assert summary.counts["new"] == 1
    assert warehouse.con.sql("select distinct athlete_id from source_files").fetchall() == [(2,)]


def test_the_same_content_twice_for_one_athlete_is_one_source_file(
    warehouse: Warehouse, write_beats: Callable[..., Path]
) -> None:
    path = write_beats("anna", "2026-03-01")
    shutil.copy(path, path.with_name("copy.txt"))

    drop(warehouse, SQUAD, SILENT)

    assert len(_statuses(warehouse)) == 1
    assert warehouse.con.sql("select count(*) from inbox_files").fetchall() == [(2,)]
    assert _skipped(warehouse) == []


def test_the_same_content_for_another_athlete_is_set_aside_until_it_is_taken_out(
    warehouse: Warehouse, write_beats: Callable[..., Path]
) -> None:
    write_beats("anna", "2026-03-01")
    second = write_beats("bert", "2026-03-01")

    drop(warehouse, SQUAD, SILENT)
    found = _skipped(warehouse)
    drop(warehouse, SQUAD, SILENT)
    found_again = _skipped(warehouse)
    second.unlink()
    drop(warehouse, SQUAD, SILENT)

    assert found == [("2026-03-01 06-30-00.txt", "drop", "duplicate")]
    assert found_again == found
    assert _skipped(warehouse) == []


def test_a_file_completed_later_leaves_the_skipped_items(warehouse: Warehouse, here: Home) -> None:
    path = here.inbox / "anna" / "2026-03-01 06-30-00.txt"
    path.parent.mkdir(parents=True)
    path.touch()
    drop(warehouse, SQUAD, SILENT)
    found = _skipped(warehouse)
    path.write_text("900\n" * 60, encoding="utf-8")

    drop(warehouse, SQUAD, SILENT)

    assert found == [(path.name, "drop", "empty")]
    assert _skipped(warehouse) == []
    assert _statuses(warehouse) == [(path.name, "dropped")]


def test_a_file_gone_from_the_inbox_changes_nothing_loaded(
    warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[..., object]
) -> None:
    path = write_beats("anna", "2026-03-01")
    take_in(warehouse)
    before = table_hashes(warehouse.con)
    path.unlink()

    take_in(warehouse)

    after = table_hashes(warehouse.con)
    assert {name for name in before if before[name] != after[name]} == {"inbox_files"}


def test_a_file_that_vanished_before_it_was_read_is_set_aside_and_taken_up_when_it_is_back(
    warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[..., object]
) -> None:
    path = write_beats("anna", "2026-03-01")
    drop(warehouse, SQUAD, SILENT)
    path.unlink()
    take_in(warehouse)
    found = _skipped(warehouse)
    write_beats("anna", "2026-03-01")

    take_in(warehouse)

    assert found == [(path.name, "recognise", "unreadable")]
    assert _skipped(warehouse) == []
    assert _statuses(warehouse) == [(path.name, "loaded")]


def test_what_no_reader_knows_is_set_aside_and_retry_looks_again(warehouse: Warehouse, here: Home) -> None:
    (here.inbox / "anna").mkdir(parents=True)
    (here.inbox / "anna" / "x.txt").write_text("hello\n", encoding="utf-8")
    drop(warehouse, SQUAD, SILENT)
    recognise(warehouse, SQUAD, SILENT)
    found = _skipped(warehouse)

    taken_up = retry(warehouse, SQUAD)

    assert found == [("x.txt", "recognise", "unknown")]
    assert taken_up == 1
    assert _skipped(warehouse) == []
    assert _statuses(warehouse) == [("x.txt", "dropped")]


def test_members_of_an_archive_are_source_files_with_their_parent(
    warehouse: Warehouse, here: Home, write_beats: Callable[..., Path], take_in: Callable[..., object]
) -> None:
    path = write_beats("anna", "2026-03-01")
    with zipfile.ZipFile(here.inbox / "anna" / "all.zip", "w") as archive:
        archive.write(path, f"deep/{path.name}")
        archive.writestr("empty.txt", "")
    path.unlink()

    take_in(warehouse)
    take_in(warehouse)

    files = warehouse.con.sql("from source_files order by member_path nulls first").pl()
    assert files["status"].to_list() == ["loaded", "loaded"]
    assert files["format"].to_list()[0] == ARCHIVE
    assert files["member_path"].to_list() == [None, f"deep/{path.name}"]
    assert files["parent_source_file_id"][1] == files["source_file_id"][0]
    assert _skipped(warehouse) == [("all.zip!empty.txt", "drop", "empty")]
    assert warehouse.con.sql("select count(*) from beats").fetchall() == [(60,)]


def test_a_damaged_archive_is_set_aside_and_a_retry_looks_into_it_again(warehouse: Warehouse, here: Home) -> None:
    (here.inbox / "anna").mkdir(parents=True)
    (here.inbox / "anna" / "all.zip").write_bytes(b"PK\x03\x04" + bytes(200))
    drop(warehouse, SQUAD, SILENT)
    drop(warehouse, SQUAD, SILENT)
    found = (_skipped(warehouse), _statuses(warehouse))

    retry(warehouse, SQUAD)
    drop(warehouse, SQUAD, SILENT)

    assert found == ([("all.zip", "drop", "corrupt")], [("all.zip", "set_aside")])
    assert (_skipped(warehouse), _statuses(warehouse)) == found


def test_a_card_that_states_another_time_zone_has_the_files_read_again(
    warehouse: Warehouse, here: Home, write_beats: Callable[..., Path], take_in: Callable[..., object]
) -> None:
    write_beats("anna", "2026-03-01")
    take_in(warehouse)
    (here.inbox / "anna" / "athlete.toml").write_text('time_zone = "Asia/Tokyo"\n', encoding="utf-8")

    take_in(warehouse)

    start = warehouse.con.sql("select start_at_utc::varchar from beat_series").fetchall()
    assert start == [("2026-02-28 21:30:00+00",)]
    assert pending(warehouse, "judge", SQUAD).height == 2


def test_a_slip_in_a_card_is_told_and_the_files_are_taken(
    warehouse: Warehouse, here: Home, write_beats: Callable[..., Path]
) -> None:
    write_beats("anna", "2026-03-01")
    (here.inbox / "anna" / "athlete.toml").write_text("birth_year = 12\n", encoding="utf-8")

    drop(warehouse, SQUAD, SILENT)

    assert [(path, stop) for path, stop, _ in _skipped(warehouse)] == [("athlete.toml", "drop")]
    assert len(_statuses(warehouse)) == 1


def test_a_newer_reader_reads_its_files_again(
    warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[..., object]
) -> None:
    write_beats("anna", "2026-03-01")
    take_in(warehouse)
    before = table_hashes(warehouse.con)
    warehouse.con.execute("update source_files set reader_version = 'older'")
    warehouse.con.execute("update definition_versions set version = 'older' where stop = 'recognise'")

    take_in(warehouse)

    assert table_hashes(warehouse.con) == before


def test_unchanged_files_are_not_opened_again(warehouse: Warehouse, write_beats: Callable[..., Path]) -> None:
    path = write_beats("anna", "2026-03-01")
    os.utime(path, ns=(10**18, 10**18))
    drop(warehouse, SQUAD, SILENT)
    path.write_text("800\n" * (path.stat().st_size // 4), encoding="utf-8")
    os.utime(path, ns=(10**18, 10**18))

    summary = drop(warehouse, SQUAD, SILENT)

    assert (summary.counts["new"], summary.counts["unchanged"]) == (0, 1)


def test_athletes_keep_their_row_when_their_folder_is_gone(
    warehouse: Warehouse, here: Home, write_beats: Callable[..., Path]
) -> None:
    write_beats("anna", "2026-03-01")
    drop(warehouse, SQUAD, SILENT)
    shutil.rmtree(here.inbox / "anna")

    drop(warehouse, SQUAD, SILENT)

    assert warehouse.con.sql("from athletes").pl().select(pl.col("folder")).item() == "anna"


def test_what_lies_beside_the_folders_is_told_until_it_is_gone(
    warehouse: Warehouse, write_beats: Callable[..., Path]
) -> None:
    write_beats("anna", "2026-03-01")
    stray = warehouse.home.inbox / "morning.txt"
    stray.write_text("900\n", encoding="utf-8")
    told = "select athlete_id, path, kind from skipped_items"

    drop(warehouse, SQUAD, SILENT)
    drop(warehouse, SQUAD, SILENT)
    first = warehouse.con.execute(told).fetchall()
    stray.unlink()
    drop(warehouse, SQUAD, SILENT)

    assert first == [(None, "morning.txt", "unknown")]
    assert warehouse.con.execute(told).fetchall() == []


@pytest.mark.parametrize("later", ["gone", "mended"])
def test_the_reason_of_a_file_set_aside_goes_when_the_file_is_gone_or_mended(
    warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[[Warehouse], object], later: str
) -> None:
    path = write_beats("anna", "2026-03-01")
    whole = path.read_text(encoding="utf-8")
    path.write_text("hello\n", encoding="utf-8")
    take_in(warehouse)
    before = warehouse.con.execute("select kind from skipped_items").fetchall()

    if later == "mended":
        path.write_text(whole, encoding="utf-8")
    else:
        path.unlink()
    take_in(warehouse)

    assert before == [("unknown",)]
    assert warehouse.con.execute("select count(*) from skipped_items").fetchone() == (0,)
    statuses = warehouse.con.execute("select status from source_files").fetchall()
    assert statuses == ([("loaded",)] if later == "mended" else [])


def test_a_file_set_aside_that_went_and_came_back_is_set_aside_again(
    warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[[Warehouse], object]
) -> None:
    path = write_beats("anna", "2026-03-01")
    for content in ("hello\n", None, "hello\n"):
        if content is None:
            path.unlink()
        else:
            path.write_text(content, encoding="utf-8")
        take_in(warehouse)

    assert warehouse.con.execute("select kind from skipped_items").fetchall() == [("unknown",)]


def test_a_whole_file_takes_the_place_of_the_part_that_lay_under_its_path(
    warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[..., object]
) -> None:
    path = write_beats("anna", "2026-03-01")
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[:100] + "garbage\n" + whole[100:200], encoding="utf-8")
    take_in(warehouse)
    part = warehouse.con.sql("select source_file_id from beat_series").fetchall()
    told_before = _skipped(warehouse)
    path.write_text(whole, encoding="utf-8")

    take_in(warehouse)
    take_in(warehouse)

    files = warehouse.con.sql("select source_file_id, replaced_by_source_file_id, is_partial, status from source_files")
    by_id = {name: rest for name, *rest in files.fetchall()}
    (series,) = warehouse.con.sql("select source_file_id, interval_count from beat_series").fetchall()
    assert told_before == [(path.name, "read", "partial")]
    assert by_id == {part[0][0]: [series[0], False, "loaded"], series[0]: [None, False, "loaded"]}
    assert series[1] == 60
    assert warehouse.con.sql("select count(*) from beats").fetchall() == [(60,)]
    assert _skipped(warehouse) == []
    assert violations(warehouse.con) == dict.fromkeys(violations(warehouse.con), 0)


def test_a_part_that_lies_elsewhere_too_stays(
    warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[..., object]
) -> None:
    path = write_beats("anna", "2026-03-01", count=40)
    shutil.copy(path, path.with_name("2026-03-01 06-30-00 copy.txt"))
    take_in(warehouse)
    write_beats("anna", "2026-03-01", count=60)

    take_in(warehouse)

    assert warehouse.con.sql("select interval_count from beat_series order by 1").fetchall() == [(40,), (60,)]


def test_what_the_newer_file_says_nothing_about_stays(
    warehouse: Warehouse, here: Home, take_in: Callable[..., object]
) -> None:
    path = here.inbox / "anna" / "notes.csv"
    path.parent.mkdir(parents=True)
    path.write_text("date,note\n2026-03-01,tired\n2026-03-02,fine\n", encoding="utf-8")
    take_in(warehouse)
    path.write_text("date,note\n2026-03-02,fine\n2026-03-03,fresh\n", encoding="utf-8")
    take_in(warehouse)
    beside = warehouse.con.sql("select note_date::varchar from notes order by all").fetchall()
    path.write_text("date,note\n2026-03-01,tired\n2026-03-02,fine\n2026-03-03,fresh\n", encoding="utf-8")

    take_in(warehouse)

    assert beside == [("2026-03-01",), ("2026-03-02",), ("2026-03-02",), ("2026-03-03",)]
    assert warehouse.con.sql("select note_date::varchar, note from notes order by all").fetchall() == [
        ("2026-03-01", "tired"),
        ("2026-03-02", "fine"),
        ("2026-03-03", "fresh"),
    ]


def test_a_known_archive_is_not_opened_again(
    warehouse: Warehouse, here: Home, take_in: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here.inbox / "anna").mkdir(parents=True)
    with zipfile.ZipFile(here.inbox / "anna" / "all.zip", "w") as archive:
        archive.writestr("2026-03-01 06-30-00.txt", "900\n" * 60)
    take_in(warehouse)
    monkeypatch.setattr(zipfile, "ZipFile", None)

    summaries = take_in(warehouse)

    assert summaries["drop"].counts == {"new": 0, "unchanged": 1, "set_aside": 0}


def test_verifying_takes_what_changed_under_the_same_size_and_time(
    warehouse: Warehouse, write_beats: Callable[..., Path]
) -> None:
    path = write_beats("anna", "2026-03-01")
    os.utime(path, ns=(10**18, 10**18))
    drop(warehouse, SQUAD, SILENT)
    path.write_text("800\n" * (path.stat().st_size // 4), encoding="utf-8")
    os.utime(path, ns=(10**18, 10**18))

    trusting = drop(warehouse, SQUAD, SILENT)
    verifying = drop(warehouse, SQUAD, SILENT, is_verified=True)
    again = drop(warehouse, SQUAD, SILENT, is_verified=True)

    assert [summary.counts["new"] for summary in (trusting, verifying, again)] == [0, 1, 0]


def test_folders_stored_together_keep_their_problems_apart(warehouse: Warehouse, here: Home) -> None:
    for athlete in ("anna", "bert"):
        (here.inbox / athlete).mkdir(parents=True)
        (here.inbox / athlete / "empty.fit").touch()
    told = "select folder from skipped_items join athletes using (athlete_id) order by folder"
    drop(warehouse, SQUAD, SILENT)
    both = warehouse.con.sql(told).fetchall()
    (here.inbox / "anna" / "empty.fit").unlink()

    drop(warehouse, SQUAD, SILENT)

    assert (both, warehouse.con.sql(told).fetchall()) == ([("anna",), ("bert",)], [("bert",)])


def test_members_hashed_before_a_kill_are_not_hashed_again(
    warehouse: Warehouse, here: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here.inbox / "anna").mkdir(parents=True)
    with zipfile.ZipFile(here.inbox / "anna" / "all.zip", "w") as archive:
        for day in range(1, 10):
            archive.writestr(f"2026-03-0{day} 06-30-00.txt", f"90{day}\n" * 60)
    monkeypatch.setattr(taking, "STORED_COUNT", 3)
    through: list[str] = []

    def killed_after(count: int) -> Callable[..., Iterator[object]]:
        def stopping(*arguments: object, **options: object) -> Iterator[object]:
            for member in members(*arguments, **options):
                through.append(member.path)
                yield member
                if len(through) == count:
                    raise KeyboardInterrupt

        return stopping

    monkeypatch.setattr(taking, "members", killed_after(7))
    with pytest.raises(KeyboardInterrupt):
        drop(warehouse, SQUAD, SILENT)
    through.clear()
    monkeypatch.setattr(taking, "members", killed_after(99))

    drop(warehouse, SQUAD, SILENT)

    assert through == [f"2026-03-0{day} 06-30-00.txt" for day in (7, 8, 9)]
    assert len(_statuses(warehouse)) == 10


def test_the_bar_of_one_large_archive_moves_by_bytes(warehouse: Warehouse, here: Home) -> None:
    (here.inbox / "anna").mkdir(parents=True)
    path = here.inbox / "anna" / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.bin", np.random.default_rng(1).bytes(5_000_000))
    bars = Moves()

    drop(warehouse, SQUAD, bars)

    assert bars.total == 2 * path.stat().st_size
    assert len(bars.moves) > 8
    assert sum(bars.moves) == pytest.approx(bars.total, rel=0.001)


class Moves(Silent):
    """Keeps how a bar moved."""

    def __init__(self) -> None:
        self.total = 0.0
        self.moves: list[float] = []

    @contextmanager
    def passing(self, *, label: str, total: float, unit: str) -> Iterator[Callable[[float], None]]:
        assert (label, unit) == ("Drop", "bytes")
        self.total = total
        yield self.moves.append
