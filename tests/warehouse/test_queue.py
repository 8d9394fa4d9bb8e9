from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.tables import contract
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.queue import SUBJECT_SCHEMA, enqueue, pending, renew, settle

SQUAD = "unassigned"


@pytest.fixture
def loaded(warehouse: Warehouse, write_beats: Callable[..., Path], take_in: Callable[[Warehouse], object]) -> Warehouse:
    write_beats("anna", "2026-03-01", seed=1)
    write_beats("anna", "2026-03-02", seed=2)
    take_in(warehouse)
    return warehouse


def _facts(subjects: pl.DataFrame, value: float = 1.0, kind: str = "beat_series") -> pl.DataFrame:
    made = {"fact": pl.lit("pair_count"), "fact_value": pl.lit(value), "unit": pl.lit("count")}
    return subjects.with_columns(subject_kind=pl.lit(kind), **made).select(contract("facts").names())


def _series(warehouse: Warehouse) -> pl.DataFrame:
    return pending(warehouse, "judge", SQUAD).filter(pl.col("subject_kind") == "beat_series")


def _stored(warehouse: Warehouse) -> list[tuple[str, str, float]]:
    return warehouse.con.sql("select subject_kind, subject_id, fact_value from facts order by all").fetchall()


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema=SUBJECT_SCHEMA)


def test_settling_stores_the_rows_and_moves_the_subjects_to_the_next_stop(loaded: Warehouse) -> None:
    series = _series(loaded)

    settle(loaded, stop="judge", done=series, replace={"facts": _facts(series)}, scope=series, then={"observe": series})

    assert len(_stored(loaded)) == 2
    assert pending(loaded, "judge", SQUAD)["subject_kind"].to_list() == ["athlete"]
    assert pending(loaded, "observe", SQUAD).equals(series)


def test_settling_again_replaces_the_rows_of_its_scope_and_no_other(loaded: Warehouse) -> None:
    series = _series(loaded)
    settle(loaded, stop="judge", done=series, replace={"facts": _facts(series)}, scope=series, then={})

    one = series.head(1)
    settle(loaded, stop="judge", done=one, replace={"facts": _facts(one, 7.0)}, scope=one, then={})

    assert sorted(value for *_, value in _stored(loaded)) == [1.0, 7.0]


def test_settling_beside_what_is_stored_moves_only_rows_that_differ(loaded: Warehouse) -> None:
    series = _series(loaded)
    first, last = series.head(1), series.tail(1)
    stored, stranger = _facts(series), _facts(last, kind="night").with_columns(athlete_id=pl.lit(9, pl.Int32))
    settle(loaded, stop="judge", done=_none(), replace={"facts": pl.concat([stored, stranger])}, scope=_none(), then={})
    rows = "select rowid, subject_kind, subject_id, fact_value from facts order by fact_value, subject_kind, subject_id"
    before = loaded.con.sql(rows).fetchall()

    new = pl.concat([_facts(first), _facts(last, 7.0)])
    settle(
        loaded,
        stop="judge",
        done=series,
        replace={},
        replace_of_athletes={"facts": new},
        stored={"facts": stored},
        scope=series,
        then={},
    )

    changed = last["subject_id"].item()
    after = loaded.con.sql(rows).fetchall()
    assert after[:-1] == [row for row in before if row[1:3] != ("beat_series", changed)]
    assert after[-1][1:] == ("beat_series", changed, 7.0)


def test_a_scope_without_subject_means_every_subject_of_that_kind_of_the_athlete(loaded: Warehouse) -> None:
    series = _series(loaded)
    settle(loaded, stop="judge", done=series, replace={"facts": _facts(series)}, scope=series, then={})
    nights = pl.DataFrame({"subject_kind": ["night"], "subject_id": ["n1"], "athlete_id": [1]})
    settle(loaded, stop="judge", done=_none(), replace={"facts": _facts(nights, kind="night")}, scope=_none(), then={})

    scope = pl.DataFrame({"subject_kind": ["beat_series"], "subject_id": [None], "athlete_id": [1]})
    settle(loaded, stop="judge", done=_none(), replace={"facts": pl.DataFrame()}, scope=scope, then={})

    assert [kind for kind, *_ in _stored(loaded)] == ["night"]


def test_a_scope_of_kind_athlete_means_every_row_of_the_athlete(loaded: Warehouse) -> None:
    series = _series(loaded)
    settle(loaded, stop="judge", done=series, replace={"facts": _facts(series)}, scope=series, then={})

    scope = pl.DataFrame({"subject_kind": ["athlete"], "subject_id": ["1"], "athlete_id": [1]})
    settle(loaded, stop="judge", done=_none(), replace={"facts": pl.DataFrame()}, scope=scope, then={})

    assert _stored(loaded) == []


def test_a_settlement_that_fails_leaves_everything_as_it_was(loaded: Warehouse) -> None:
    series = _series(loaded)
    settle(loaded, stop="judge", done=_none(), replace={"facts": _facts(series)}, scope=series, then={})
    before, queued = _stored(loaded), pending(loaded, "judge", SQUAD)
    impossible = _facts(series, 2.0).with_columns(unit=pl.lit(None, dtype=pl.String))

    with pytest.raises(duckdb.ConstraintException):
        settle(loaded, stop="judge", done=series, replace={"facts": impossible}, scope=series, then={"observe": series})

    assert _stored(loaded) == before
    assert pending(loaded, "judge", SQUAD).equals(queued)
    assert pending(loaded, "observe", SQUAD).is_empty()


def test_another_version_of_the_definitions_queues_every_subject_once(loaded: Warehouse) -> None:
    everything = pending(loaded, "judge", SQUAD)
    settle(loaded, stop="judge", done=everything, replace={}, scope=_none(), then={})

    told = [renew(loaded, "judge", version) for version in ("1", "1", "2")]

    assert told == [True, False, True]
    assert pending(loaded, "judge", SQUAD).equals(everything)


def test_publishing_is_queued_for_whole_athletes_only(loaded: Warehouse) -> None:
    renew(loaded, "publish", "1")

    assert pending(loaded, "publish", SQUAD)["subject_kind"].to_list() == ["athlete"]


def test_the_queue_of_another_squad_is_not_pending(loaded: Warehouse) -> None:
    enqueue(loaded, "observe", _series(loaded))

    assert pending(loaded, "observe", "track").is_empty()
