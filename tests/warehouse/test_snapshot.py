import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError, WarehouseError
from pipelines.paths import Home
from pipelines.warehouse.forget import forget
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.snapshot import open_snapshot, publish_snapshot

NAME = "zwquvexo"

READ_ELSEWHERE = (
    "import sys; from pathlib import Path; from pipelines.paths import home;"
    "from pipelines.warehouse.snapshot import open_snapshot\n"
    "con = open_snapshot(home(Path(sys.argv[1])))\n"
    "print(con.sql('select count(*) from mart_athletes').fetchone()[0])"
)


def test_without_a_snapshot_it_is_said_what_to_do(here: Home) -> None:
    with pytest.raises(WarehouseError, match="wattworth run"):
        open_snapshot(here)


def test_snapshot_holds_every_mart_with_its_comments(warehouse: Warehouse, here: Home) -> None:
    count = publish_snapshot(warehouse)

    query = "select view_name, comment from duckdb_views() where view_name like 'mart%' order by 1"
    marts = warehouse.con.sql(query).fetchall()
    with open_snapshot(here) as snapshot:
        tables = snapshot.sql("select table_name, comment from duckdb_tables() order by 1").fetchall()
        query = "select column_name from duckdb_columns() where table_name like 'mart%' and comment is null"
        uncommented = snapshot.sql(query).fetchall()
    assert tables == marts
    assert count == len(marts) > 10
    assert uncommented == []


def test_of_an_older_snapshot_only_the_marts_that_rest_on_what_changed_are_made_anew(
    warehouse: Warehouse, here: Home
) -> None:
    whole = publish_snapshot(warehouse)
    warehouse.con.execute("insert into run_log values ('r', now(), now(), 'ui', 'ok', [], null, false, 1, 1, 1, '{}')")
    warehouse.con.execute("insert into athletes values (7, 'b', 'B', 's', 'UTC', null, null, null, null, false)")

    count = publish_snapshot(warehouse, changed=["run_log"])

    counted = "select (select count(*) from mart_runs), (select count(*) from mart_athletes)"
    with open_snapshot(here) as snapshot:
        published = snapshot.sql(counted).fetchone()
        tables = snapshot.sql("select count(*) from duckdb_tables() where comment is not null").fetchone()
    assert warehouse.con.sql(counted).fetchone() == (1, 1)
    assert published == (1, 0)
    assert tables == (whole,)
    assert 0 < count < whole


def test_snapshot_is_read_by_another_process_while_a_writer_holds_the_database(
    warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[[Warehouse], object], here: Home
) -> None:
    write_beats("anna", "2026-03-01")
    take_in(warehouse)
    publish_snapshot(warehouse)
    warehouse.con.execute("begin")
    warehouse.con.execute("delete from athletes")

    done = subprocess.run(
        [sys.executable, "-c", READ_ELSEWHERE, str(here.root)], capture_output=True, text=True, check=True
    )

    warehouse.con.execute("rollback")
    assert done.stdout.strip() == "1"


def test_a_reader_of_the_older_snapshot_goes_on_reading_it(
    warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[[Warehouse], object], here: Home
) -> None:
    publish_snapshot(warehouse)
    with open_snapshot(here) as older:
        write_beats("anna", "2026-03-01")
        take_in(warehouse)
        publish_snapshot(warehouse)

        counts = older.sql("select count(*) from mart_athletes").fetchall()

    assert counts == [(0,)]


@pytest.fixture
def two_athletes(
    here: Home,
    with_database: Callable[[Home], Home],
    write_beats: Callable[..., Path],
    take_in: Callable[[Warehouse], object],
) -> Home:
    for number, athlete in enumerate(("anna", NAME)):
        for day in (1, 2):
            write_beats(athlete, f"2026-03-0{day}", seed=10 * number + day)
    with open_warehouse(with_database(here), owner="test") as warehouse:
        take_in(warehouse)
        publish_snapshot(warehouse)
    return here


def _files_with(folder: Path, text: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def test_forgetting_leaves_nothing_of_the_athlete_in_any_table_or_file(two_athletes: Home) -> None:
    named_before = _files_with(two_athletes.warehouse, NAME)
    with open_warehouse(two_athletes, owner="test") as warehouse:
        ids = warehouse.con.sql("select source_file_id from source_files where athlete_id = 2").fetchall()
        receipt = forget(warehouse, NAME)
    with open_warehouse(two_athletes, owner="test") as warehouse:
        query = "select table_name from duckdb_columns() where column_name = 'athlete_id' and schema_name = 'main'"
        tables = [table for (table,) in warehouse.con.sql(query).fetchall()]
        rows = {table: warehouse.con.sql(f"from {table} where athlete_id = 2").fetchall() for table in tables}
        others = warehouse.con.sql("select count(*) from beats").fetchall()

    assert len(named_before) >= 2
    assert {table: found for table, found in rows.items() if found} == {}
    assert _files_with(two_athletes.warehouse, NAME) == []
    assert [path for (name,) in ids for path in _files_with(two_athletes.warehouse, name)] == []
    assert list(two_athletes.streams.glob("*/athlete=2")) == []
    assert others == [(120,)]
    assert (receipt.athlete_id, receipt.folder, receipt.file_count, receipt.inbox_file_count) == (2, NAME, 2, 0)
    assert receipt.row_counts["beat_series"] == receipt.row_counts["source_files"] == 2


@pytest.mark.parametrize("is_taken_too", [True, False])
def test_the_exports_of_the_forgotten_go_only_when_asked(two_athletes: Home, *, is_taken_too: bool) -> None:
    with open_warehouse(two_athletes, owner="test") as warehouse:
        receipt = forget(warehouse, 2, inbox_too=is_taken_too)

    assert (two_athletes.inbox / NAME).exists() is not is_taken_too
    assert receipt.inbox_file_count == (2 if is_taken_too else 0)


def test_forgetting_somebody_unknown_names_who_there_is(two_athletes: Home) -> None:
    with (
        open_warehouse(two_athletes, owner="test") as warehouse,
        pytest.raises(ConfigurationError, match="anna"),
    ):
        forget(warehouse, "nobody")
