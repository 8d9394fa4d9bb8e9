"""The list as it is stored: decided once a night, whole or not at all, knowing what was shown before."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl
import pytest

from pipelines.observations.attention.attend import TABLES, attend
from pipelines.observations.attention.decide import COOLDOWN_DAYS
from pipelines.paths import home
from pipelines.tables import conform
from pipelines.warehouse import query
from pipelines.warehouse.content_hash import table_hashes
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.query import insert

NIGHT = date(2026, 11, 15)
SQUAD = "road"
COUNT = 20
OF_NIGHT = "select coalesce(list(athlete_id order by place), []) from attention_rows where is_shown and night_date = ?"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with open_warehouse(home(tmp_path_factory.mktemp("attend")), owner="test") as warehouse:
        for athlete_id in range(1, COUNT + 1):
            values = (athlete_id, f"a{athlete_id}", f"A {athlete_id}", SQUAD)
            warehouse.con.execute(
                "insert into athletes by name select $1 as athlete_id, $2 as folder, $3 as display_name, $4 as squad, "
                "'UTC' as time_zone, '' as background, false as is_simulated",
                values,
            )
        yield warehouse


@pytest.fixture
def squad(opened: Warehouse) -> Warehouse:
    for table in (*TABLES, "attention_candidates", "stock_rules", "nights"):
        opened.con.execute(f"delete from {table}")
    _on(opened, NIGHT)
    return opened


def _on(warehouse: Warehouse, night_date: date, *, held: tuple[int, ...] = (1,)) -> None:
    """Data up to a night: everybody is tried on one rule, and it holds on some."""
    night = {"night_id": f"f:{night_date}", "athlete_id": 1, "source_file_id": "f", "night_date": night_date}
    at = pl.lit(night_date).cast(pl.Datetime("us", "UTC"))
    row = pl.DataFrame([night]).with_columns(start_at_utc=at, end_at_utc=at, time_basis=pl.lit("utc"))
    insert(warehouse.con, "nights", conform(row, "nights"))
    rows = [_candidate(n, night_date, is_held=n in held) for n in range(1, COUNT + 1)]
    warehouse.con.execute("delete from attention_candidates")
    insert(warehouse.con, "attention_candidates", conform(pl.DataFrame(rows), "attention_candidates"))
    warehouse.con.execute("delete from stock_rules")
    same = {"candidate_date": night_date, "definition_version": 1}
    fired = [{"athlete_id": n, "fired": ["hrv_below_week"] * (n in (1, 2)), **same} for n in range(1, COUNT + 1)]
    insert(warehouse.con, "stock_rules", conform(pl.DataFrame(fired), "stock_rules"))


def _candidate(athlete_id: int, on: date, *, is_held: bool) -> dict[str, object]:
    return {
        "athlete_id": athlete_id,
        "rule": "outside_ln_rmssd",
        "candidate_date": on,
        "kind": "look",
        "is_held": is_held,
        "held_day_count": 3 if is_held else 0,
        "evidence": 5.0 if is_held else None,
        "p_value": 1e-6 if is_held else 1.0,
        "chance_share": 0.05,
        "is_noted": False,
        "since_date": on - timedelta(days=2) if is_held else None,
        "pattern_ids": [],
        "observation_ids": ["abc"] if is_held else [],
        "definition_version": "1",
    }


def _shown(warehouse: Warehouse, night_date: date) -> list[int]:
    (found,) = warehouse.con.execute(OF_NIGHT, [night_date]).fetchone() or ([],)
    return list(found)


def test_the_list_is_stored_with_its_night_and_its_twin(squad: Warehouse) -> None:
    assert attend(squad, SQUAD) == 1

    assert _shown(squad, NIGHT) == [1]
    (night,) = squad.con.execute("select * from mart_attention_nights").pl().to_dicts()
    assert (night["athlete_count"], night["tested_count"], night["budget_count"], night["shown_count"]) == (
        20,
        20,
        4,
        1,
    )
    assert 0.0 < night["expected_by_chance"] < 1.0
    twin = squad.con.execute("select athlete_id from twin_days where differs").fetchall()
    assert twin == [(2,)]


def test_deciding_the_same_night_again_changes_nothing(squad: Warehouse) -> None:
    attend(squad, SQUAD)
    before = {table: table_hashes(squad.con)[table] for table in TABLES}

    attend(squad, SQUAD)

    assert {table: table_hashes(squad.con)[table] for table in TABLES} == before


def test_what_was_really_shown_before_counts(squad: Warehouse) -> None:
    attend(squad, SQUAD)
    next_night, later = NIGHT + timedelta(days=1), NIGHT + timedelta(days=COOLDOWN_DAYS)

    _on(squad, next_night)
    attend(squad, SQUAD)
    _on(squad, later)
    attend(squad, SQUAD)

    assert (_shown(squad, next_night), _shown(squad, later)) == ([], [1])


def test_a_run_that_ends_before_the_commit_leaves_the_list_of_before(
    squad: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    attend(squad, SQUAD)
    _on(squad, NIGHT + timedelta(days=1), held=(2, 3))

    def killed(name: str) -> None:
        raise KeyboardInterrupt(name)

    monkeypatch.setattr(query, "reached", killed)
    with pytest.raises(KeyboardInterrupt):
        attend(squad, SQUAD)
    monkeypatch.undo()

    assert squad.con.execute("select distinct night_date from attention_nights").fetchall() == [(NIGHT,)]
    assert attend(squad, SQUAD) == 2


def test_what_differences_cost_is_not_told_where_there_is_none(squad: Warehouse) -> None:
    squad.con.execute("update stock_rules set fired = case when athlete_id = 1 then ['hrv_below_week'] else [] end")
    attend(squad, SQUAD)

    (twin,) = squad.con.execute("select * from mart_twin").pl().to_dicts()

    assert (twin["athlete_day_count"], twin["difference_count"]) == (COUNT, 0)
    assert twin["cpu_per_difference_s"] is None
    assert twin["energy_per_difference_q50_wh"] is None


def test_a_squad_without_data_has_no_list(squad: Warehouse) -> None:
    assert attend(squad, "nobody") == 0
