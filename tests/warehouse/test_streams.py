import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import WarehouseError
from pipelines.progress import SILENT
from pipelines.readers.contract import Batch, Loss, Reader, ReadReport
from pipelines.tables import conform, contract
from pipelines.warehouse.compaction import compact
from pipelines.warehouse.content_hash import table_hashes
from pipelines.warehouse.load import load
from pipelines.warehouse.merged import write_merged
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.queue import pending
from pipelines.warehouse.staging import primary_keys, stage, staged_report, staged_rows
from pipelines.warehouse.streams import scan
from pipelines.warehouse.subjects import ATHLETE_TABLES, athlete_tables, raw_tables
from pipelines.warehouse.views import make_stream_views

SQUAD = "unassigned"


@pytest.fixture
def loaded(warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[[Warehouse], object]) -> Warehouse:
    for day in range(1, 6):
        write_beats("anna", f"2026-03-0{day}", seed=day)
    write_beats("anna", "2026-04-01", seed=9)
    write_beats("bert", "2026-03-01", seed=10)
    take_in(warehouse)
    return warehouse


def _paths(warehouse: Warehouse) -> list[Path]:
    return sorted(warehouse.home.streams.rglob("*.parquet"))


def _ids(warehouse: Warehouse) -> list[str]:
    return (
        warehouse.con.sql("select source_file_id from source_files order by athlete_id, path")
        .pl()
        .to_series()
        .to_list()
    )


def test_streams_lie_by_athlete_and_month_of_the_subject(loaded: Warehouse) -> None:
    folders = {path.parent.relative_to(loaded.home.streams).as_posix() for path in _paths(loaded)}

    assert folders == {"beats/athlete=1/2026-03", "beats/athlete=1/2026-04", "beats/athlete=2/2026-03"}


def test_scan_gives_the_rows_of_the_files_asked_for_and_no_other(loaded: Warehouse) -> None:
    wanted = _ids(loaded)[:2]

    rows = scan(loaded, "beats", source_file_ids=wanted).collect()

    assert rows.schema == contract("beats")
    assert sorted(rows["source_file_id"].unique()) == sorted(wanted)
    assert rows.height == 120


def test_scan_of_nothing_is_an_empty_frame_of_the_contract(loaded: Warehouse) -> None:
    rows = scan(loaded, "records", source_file_ids=_ids(loaded)).collect()

    assert (rows.height, rows.schema) == (0, contract("records"))


def test_a_missing_stream_file_is_told_with_its_path(loaded: Warehouse) -> None:
    _paths(loaded)[0].unlink()

    with pytest.raises(WarehouseError, match="missing"):
        scan(loaded, "beats", source_file_ids=_ids(loaded))


def test_merging_keeps_every_row_and_its_file(loaded: Warehouse) -> None:
    before, ids = table_hashes(loaded.con), _ids(loaded)
    one = scan(loaded, "beats", source_file_ids=ids[:1]).collect()

    merged = compact(loaded, SQUAD, most_files=4)

    make_stream_views(loaded.con, str(loaded.home.streams))
    assert merged == 5
    assert len(_paths(loaded)) == 3
    assert table_hashes(loaded.con) == before
    assert scan(loaded, "beats", source_file_ids=ids[:1]).collect().equals(one)


def test_a_month_with_few_enough_files_is_left_alone(loaded: Warehouse) -> None:
    before = _paths(loaded)

    merged = compact(loaded, SQUAD, most_files=5)

    assert (merged, _paths(loaded)) == (0, before)


def test_merged_files_are_the_same_whatever_was_merged_before(loaded: Warehouse) -> None:
    compact(loaded, SQUAD, most_files=1)
    at_once = [path for path in _paths(loaded) if "merged" in path.name]
    held = loaded.con.sql("from stream_files where month = '2026-03' and athlete_id = 1").pl()
    once = at_once[0].read_bytes()

    again = write_merged(loaded, held.sort("row_count"))

    assert (loaded.home.streams / again).read_bytes() == once


def test_loading_a_file_again_out_of_a_merged_one_changes_nothing(
    loaded: Warehouse, take_in: Callable[[Warehouse], object]
) -> None:
    before = table_hashes(loaded.con)
    compact(loaded, SQUAD, most_files=4)
    loaded.con.execute("update source_files set status = 'recognised' where source_file_id = ?", [_ids(loaded)[0]])

    take_in(loaded)

    assert table_hashes(loaded.con) == before
    assert len(_paths(loaded)) == 4


def test_loading_queues_every_series_and_athlete_to_be_judged(loaded: Warehouse) -> None:
    queued = pending(loaded, "judge", SQUAD)

    assert queued["subject_kind"].value_counts(sort=True).rows() == [("beat_series", 7), ("athlete", 2)]


def test_raw_tables_hold_the_queued_subjects_only(loaded: Warehouse) -> None:
    subjects = pending(loaded, "judge", SQUAD).filter(pl.col("subject_kind") == "beat_series").head(2)

    tables = raw_tables(loaded, subjects)

    assert {name: rows.height for name, rows in tables.items()} == {
        "activities": 0, "pauses": 0, "laps": 0, "records": 0, "beat_series": 2, "beats": 120,
    }  # fmt: skip
    assert all(rows.schema == contract(name) for name, rows in tables.items())
    assert tables["beats"].equals(tables["beats"].sort("series_id", "beat_index"))


def test_athlete_tables_hold_one_athlete_in_the_contract(loaded: Warehouse) -> None:
    tables = athlete_tables(loaded, [2])

    assert tuple(tables) == ATHLETE_TABLES
    assert all(rows.schema == contract(name) for name, rows in tables.items())
    assert (tables["athletes"].height, tables["beat_series"].height) == (1, 1)


READER = Reader(
    name="made_up", version="1", label="Made up", tables=("notes", "heart_rates"), recognise=lambda _: True,
    read=lambda _: iter(()), reads="", passes_over="", certainty="",
)  # fmt: skip


def _note(index: int, text: str) -> dict[str, object]:
    return {
        "athlete_id": 1, "source_file_id": "f1", "note_index": index, "note_date": date(2026, 3, 1), "author": "coach",
        "kind": "note", "note": text,
    }  # fmt: skip


def test_of_rows_that_repeat_a_key_the_last_stays_and_a_contradiction_is_told(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = [_note(0, "same"), _note(0, "same"), _note(1, "first"), _note(1, "last")]
    items = [Batch(table="notes", frame=conform(pl.DataFrame(rows), "notes")), ReadReport()]

    report = stage(tmp_path / "f1", items, READER, primary_keys(warehouse.con))

    assert staged_rows(tmp_path / "f1", "notes")["note"].to_list() == ["same", "last"]
    assert [loss.what for loss in report.losses] == ["1 rows of notes"]


def test_exact_repetitions_are_no_loss(warehouse: Warehouse, tmp_path: Path) -> None:
    frame = conform(pl.DataFrame([_note(0, "same")]), "notes")
    items = [Batch(table="notes", frame=frame), Batch(table="notes", frame=frame), ReadReport()]

    report = stage(tmp_path / "f1", items, READER, primary_keys(warehouse.con))

    assert (report.row_counts, report.losses) == ({"notes": 1}, ())


def test_the_report_lies_beside_the_rows(tmp_path: Path) -> None:
    lost = Loss(what="the rest", where="byte 7", why="cut short")

    report = stage(tmp_path / "f1", [ReadReport(losses=(lost,), passed_over=("colours",))], READER, {})

    assert staged_report(tmp_path / "f1") == report
    assert report.losses == (lost,)


def test_a_file_that_spans_months_is_split_by_the_athletes_local_month(
    warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[[Warehouse], object]
) -> None:
    write_beats("anna", "2026-03-01")
    card = warehouse.home.inbox / "anna" / "athlete.toml"
    card.write_text('time_zone = "Asia/Tokyo"\n', encoding="utf-8")
    take_in(warehouse)
    file_id = _ids(warehouse)[0]
    times = [datetime(2026, 3, 31, hour, tzinfo=UTC) for hour in (14, 15, 16)]
    rows = pl.DataFrame({"measured_at_utc": times, "heart_rate_bpm": [50, 51, 52]}).with_columns(
        athlete_id=pl.lit(1), source_file_id=pl.lit(file_id), device_id=pl.lit("")
    )
    batch = Batch(table="heart_rates", frame=conform(rows, "heart_rates"))
    stage(warehouse.home.staged / file_id, [batch, ReadReport()], READER, {})
    warehouse.con.execute("update source_files set status = 'read'")

    load(warehouse, SQUAD, SILENT)

    split = warehouse.con.sql("select stream, month, row_count from stream_files order by 2").fetchall()
    assert split == [("heart_rates", "2026-03", 1), ("heart_rates", "2026-04", 2)]
    assert warehouse.con.sql("select count(*) from heart_rates").fetchall() == [(3,)]
    assert warehouse.con.sql("select count(*) from beat_series").fetchall() == [(0,)]


def test_a_long_stream_is_written_in_row_groups_as_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.warehouse.staging.GATHERED_ROW_COUNT", 10)
    rows = pl.DataFrame({"measured_at_utc": [datetime(2026, 3, 1, tzinfo=UTC)] * 6, "heart_rate_bpm": [50] * 6})
    frame = conform(
        rows.with_columns(athlete_id=pl.lit(1), source_file_id=pl.lit("f1"), device_id=pl.lit("")), "heart_rates"
    )

    report = stage(tmp_path / "f1", [*[Batch(table="heart_rates", frame=frame)] * 5, ReadReport()], READER, {})

    stored = pl.read_parquet(tmp_path / "f1" / "heart_rates.parquet")
    assert report.row_counts == {"heart_rates": 30}
    assert stored.match_to_schema(contract("heart_rates")).height == 30
    assert math.isclose(stored["heart_rate_bpm"].sum(), 1500)
