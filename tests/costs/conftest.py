import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

import sql
from pipelines.costs.factors import SHIPPED
from pipelines.costs.meter import Meter
from pipelines.paths import Home
from pipelines.warehouse.views import packaged_views


@dataclass(frozen=True)
class LedgerWarehouse:
    home: Home
    con: duckdb.DuckDBPyConnection


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every table, the views of costs and models, and no row; copied for each test, since making it takes a while."""
    path = tmp_path_factory.mktemp("costs") / "costs.duckdb"
    views = packaged_views()
    with duckdb.connect(path) as con:
        for name in sql.names("migrations"):
            con.execute(sql.statement(name))
        for view in views:
            if view in OWN_VIEWS:
                con.execute(views[view])
    return path


@pytest.fixture
def warehouse(database: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerWarehouse]:
    copied = shutil.copyfile(database, tmp_path_factory.mktemp("copy") / "costs.duckdb")
    with duckdb.connect(copied) as con:
        con.execute("set TimeZone = 'UTC'")
        yield LedgerWarehouse(home=Home(root=tmp_path, inbox=tmp_path / "inbox"), con=con)


OWN_VIEWS = (
    "stg_ledger",
    "stg_wall_readings",
    "mart_wall_readings",
    "mart_rung_ratios",
    "mart_ledger",
    "mart_ledger_totals",
    "mart_receipts",
    "mart_runs",
    "mart_models",
    "mart_model_scores",
    "mart_quality_worth",
    "mart_task_states",
    "mart_rival_scores",
    "mart_verdict_history",
    "mart_factors",
)


@pytest.fixture
def meter(warehouse: LedgerWarehouse) -> Meter:
    return Meter(
        warehouse.home,
        run_id="run-1",
        country=None,
        is_simulated=True,
        clock=lambda: datetime.now(UTC),
        con=warehouse.con,
    )


@pytest.fixture
def own_factors(warehouse: LedgerWarehouse) -> Path:
    return Path(shutil.copytree(SHIPPED, warehouse.home.factors))
