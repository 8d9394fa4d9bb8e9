import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError, WarehouseBusy, WarehouseError
from pipelines.paths import Home
from pipelines.warehouse.connect import connect
from pipelines.warehouse.lock import holder
from pipelines.warehouse.migrate import migrate, packaged_migrations
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.views import make_views, packaged_views


def test_second_run_is_refused_with_the_name_of_the_first(here: Home) -> None:
    with (
        open_warehouse(here, owner="the command line"),
        pytest.raises(WarehouseBusy, match="the command line"),
        open_warehouse(here, owner="the UI"),
    ):
        pass


def test_a_run_that_may_wait_says_for_whom_once_and_gives_up_in_time(here: Home) -> None:
    said: list[str] = []

    with (
        open_warehouse(here, owner="the UI"),
        pytest.raises(WarehouseBusy),
        open_warehouse(here, owner="later", wait_s=0.3, say=said.append),
    ):
        pass

    assert len(said) == 1
    assert "the UI" in said[0]


def test_lock_of_a_finished_run_is_free_and_names_nobody(here: Home) -> None:
    with open_warehouse(here, owner="first"):
        named = holder(here.lock)
    with open_warehouse(here, owner="second"):
        pass

    assert named is not None
    assert named.owner == "first"
    assert holder(here.lock) is None


def test_lock_of_a_killed_run_is_free(here: Home) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from pipelines.paths import home;"
        "from pipelines.warehouse.lock import run_lock\n"
        "with run_lock(home(Path(sys.argv[1])).lock, owner='killed', wait_s=0, say=print):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program, str(here.root)], check=False)

    assert holder(here.lock) is None, "the dead hold nothing"
    with open_warehouse(here, owner="next") as warehouse:
        rows = warehouse.con.sql("from source_files").fetchall()

    assert rows == []


@pytest.mark.parametrize("url", ["postgres://host/base", "duckdb://host/path", "s3://bucket/file"])
def test_an_address_that_is_not_supported_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError, match="duckdb:///"):
        connect(url)


def test_a_duckdb_address_opens_the_file_it_names_in_utc(tmp_path: Path) -> None:
    with connect(f"duckdb://{tmp_path}/a.duckdb") as con:
        zone = con.cursor().sql("select current_setting('TimeZone')").fetchone()

    assert (tmp_path / "a.duckdb").is_file()
    assert zone == ("UTC",)


def test_a_file_that_is_no_database_is_a_warehouse_error(tmp_path: Path) -> None:
    (tmp_path / "a.duckdb").write_bytes(b"nothing of the kind" * 1000)

    with pytest.raises(WarehouseError):
        connect(tmp_path / "a.duckdb")


def test_a_migration_with_another_text_than_applied_is_refused() -> None:
    changed = {name: text + "-- changed\n" for name, text in packaged_migrations().items()}
    with connect(":memory:") as con:
        migrate(con)

        with pytest.raises(WarehouseError, match="another text"):
            migrate(con, changed)


def test_a_database_of_a_newer_version_is_refused() -> None:
    newer = packaged_migrations() | {"9999_later.sql": "create table later (a integer);"}
    with connect(":memory:") as con:
        migrate(con, newer)

        with pytest.raises(WarehouseError, match="newer version"):
            migrate(con)


def test_migrations_apply_to_a_database_of_every_earlier_state_and_once_only() -> None:
    names = list(packaged_migrations())
    with connect(":memory:") as con:
        applied = [migrate(con, {name: packaged_migrations()[name] for name in names[:upto]}) for upto in range(1, 7)]
        again = migrate(con)

    assert applied == [1] * 6
    assert again == len(names) - 6


def test_a_migration_that_fails_leaves_nothing_of_itself() -> None:
    broken = {"0001_broken.sql": "create table half (a integer); insert into half values ('not a number');"}
    with connect(":memory:") as con:
        with pytest.raises(Exception, match="not a number"):
            migrate(con, broken)
        tables = con.sql("select table_name from duckdb_tables()").fetchall()

    assert tables == [("migrations",)]


def test_views_are_made_once_and_again_only_when_a_text_changed(warehouse: Warehouse) -> None:
    unchanged = make_views(warehouse.con)
    warehouse.con.execute("update definition_versions set version = 'older' where stop = 'views'")
    warehouse.con.execute("create view mart_of_an_older_version as select 1 as one")

    changed = make_views(warehouse.con)

    left = warehouse.con.sql("select view_name from duckdb_views() where view_name like '%older%'").fetchall()
    assert (unchanged, changed, left) == (False, True, [])


def test_every_view_comes_after_those_it_selects_from() -> None:
    texts = packaged_views()
    seen: set[str] = set()

    for name, text in texts.items():
        needed = {other for other in texts if other != name and f" {other}\n" in text}
        assert needed <= seen, name
        seen.add(name)


def test_opening_removes_what_a_killed_run_left_half_done(here: Home, opened: Callable[[], object]) -> None:
    left = [
        here.staged / "abc.tmp" / "beats.parquet",
        here.staged / "def" / "beats.parquet",
        here.streams / "beats" / "athlete=1" / "2026-01" / "abc.parquet",
        here.streams / "beats" / "athlete=1" / "2026-01" / "def.parquet.tmp",
        here.warehouse / "marts.duckdb.tmp",
    ]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")

    with opened():  # type: ignore[attr-defined]
        pass

    assert [path for path in left if path.exists()] == []


def test_what_a_killed_run_had_unpacked_is_gone_at_the_next_start(here: Home) -> None:
    here.unpacked.mkdir(parents=True)
    (here.unpacked / "77-x.tmp").write_bytes(b"half a member")
    (here.unpacked / "inner.zip").write_bytes(b"PK")

    with open_warehouse(here, owner="test"):
        pass

    assert not here.unpacked.exists()


def test_views_come_in_the_same_order_in_every_process() -> None:
    program = "from pipelines.warehouse.views import packaged_views; print(*packaged_views())"
    orders = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert orders == {" ".join(packaged_views()) + "\n"}
