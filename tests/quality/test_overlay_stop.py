"""Two watches on one run, on a small warehouse: counted once, in any order of arrival, undone and done again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.errors import ConfigurationError
from pipelines.observations.observe import observe
from pipelines.paths import home
from pipelines.progress import SILENT
from pipelines.quality.stop import judge
from pipelines.quality.undo import redo, undo
from pipelines.simulation.devices import COROS, GARMIN, Device
from pipelines.simulation.frames import record_rows
from pipelines.simulation.running import Runner, RunPlan, run
from pipelines.simulation.writers.fit import FitActivity, activity_file
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.load import load
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.reading import read

SQUAD = "unassigned"
START = datetime(2026, 3, 3, 16, tzinfo=UTC)
OVERLAYS = ("activity_pairs", "merged_activities", "clock_doubts")
ONCE = ("distance", "mean_pace", "moving_time", "mean_heart_rate", "decoupling")


def _fit(*, second: bool, shift_s: int = 0, seed: int = 4, minutes: int = 50, offset_s: int = 3600) -> bytes:
    """A run as a watch with a strap recorded it, or as the second watch on the other arm did: nearly the same."""
    start_s = int(START.timestamp()) + shift_s
    runner = Runner(resting_bpm=50.0, max_bpm=188.0, threshold_m_per_s=3.9)
    made = run(np.random.default_rng(seed), runner, RunPlan(kind="steady", moving_s=60 * minutes, start_s=start_s))
    records = record_rows(made.records, athlete_id=1, source_file_id="0" * 16)
    if second:
        rng = np.random.default_rng(99)
        walk_m = np.cumsum(rng.normal(0, 0.3, records.height)) * 0.2
        records = records.with_columns(
            pl.col("latitude_deg") + pl.Series(walk_m / 111_195.0),
            pl.col("distance_m") * 1.01,
            (pl.col("heart_rate_bpm") + 2).cast(pl.Int16),
        ).slice(20, records.height - 50)
    return activity_file(
        FitActivity(
            records=records,
            start_s=made.start_s + 20 * second,
            end_s=made.end_s - 30 * second,
            pauses=made.pauses,
            utc_offset_s=offset_s,
            device=Device(
                manufacturer=COROS if second else GARMIN,
                product=3290,
                serial=78 if second else 77,
                firmware_hundredths=1500,
            ),
            has_strap=not second,
            sub_sport=None,
        )
    )


@contextmanager
def _opened(folder: Path) -> Iterator[Warehouse]:
    with open_warehouse(home(folder), owner="test") as warehouse:
        yield warehouse


def _put(warehouse: Warehouse, name: str, content: bytes) -> None:
    path = warehouse.home.inbox / "anna" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _all_stops(warehouse: Warehouse) -> None:
    for step in (drop, recognise, read, load, judge, observe):
        step(warehouse, SQUAD, SILENT)


def _rows(warehouse: Warehouse, query: str) -> list[tuple[object, ...]]:
    return warehouse.con.execute(query).fetchall()


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Two watches on one run, all stops done: tests of this module only look at it."""
    with _opened(tmp_path_factory.mktemp("merged")) as warehouse:
        _put(warehouse, "one.fit", _fit(second=False))
        _put(warehouse, "two.fit", _fit(second=True))
        _all_stops(warehouse)
        yield warehouse


@pytest.fixture(scope="module")
def in_other_order(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The same files, the second one first and judged alone; tests of this module change it as they go."""
    with _opened(tmp_path_factory.mktemp("other")) as warehouse:
        _put(warehouse, "two.fit", _fit(second=True))
        _all_stops(warehouse)
        _put(warehouse, "one.fit", _fit(second=False))
        _all_stops(warehouse)
        yield warehouse


def test_a_run_on_two_watches_has_each_value_once(merged):
    found = dict(_rows(merged, "select metric, count(*) from mart_observations group by metric"))

    assert {name: found[name] for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert set(found.values()) == {1}


def test_every_purpose_has_one_verdict_for_the_run(merged):
    found = _rows(merged, "select distinct count(*) from verdicts group by purpose")

    assert found == [(1,)]


def test_marts_count_the_run_once_and_say_of_how_many_recordings(merged):
    assert _rows(merged, "select count(*) from stg_activities where is_main") == [(1,)]
    assert _rows(merged, "select distinct recording_count from mart_observations") == [(2,)]
    assert _rows(merged, "select distinct subject_count from mart_trust") == [(1,)]


def test_heart_rate_is_taken_from_the_strap_and_the_reason_says_so(merged):
    query = "select reason from mart_merges where is_chosen_for_heart_rate and source_path = 'one.fit'"

    assert "heart rate (usable, expected error 2 bpm, strap sensor)" in str(_rows(merged, query)[0][0])


def test_raw_rows_stay_as_they_were_read(merged):
    assert _rows(merged, "select count(*) from activities") == [(2,)]
    assert _rows(merged, "select count(distinct activity_id) from records") == [(2,)]


def _content(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: _rows(warehouse, f"select * from {table} order by all")
        for table in (*OVERLAYS, "verdicts", "observations")
    }


def _merge_id(warehouse: Warehouse) -> str:
    return str(_rows(warehouse, "select distinct merge_id from merged_activities")[0][0])


def test_the_order_of_arrival_undo_and_redo_leave_no_trace_but_restatements(merged, in_other_order):
    late, distances = in_other_order, "select count(*) from observations where metric = 'distance'"

    assert _content(late) == _content(merged)
    assert _rows(late, "select distinct cause, new_value from restatements") == [("merge_changed", None)]

    undo(late, _merge_id(merged))
    _all_stops(late)

    assert _rows(late, distances) == [(2,)]
    assert _rows(late, "select count(*) from merged_activities") == [(0,)]

    _put(late, "third.fit", _fit(second=False, seed=5, shift_s=86_400, minutes=10))
    _all_stops(late)

    assert _rows(late, distances) == [(3,)]

    redo(late, _merge_id(merged))
    _all_stops(late)

    assert _rows(late, distances) == [(2,)]
    assert _rows(late, "select * from merged_activities") == _rows(merged, "select * from merged_activities")
    causes = _rows(late, "select distinct cause from restatements order by cause")
    assert causes == [("merge_changed",), ("merge_undone",)]


@pytest.mark.parametrize("decide", [undo, redo])
def test_a_merge_nobody_knows_is_told_with_a_remedy(merged, decide):
    with pytest.raises(ConfigurationError, match="wattworth merges"):
        decide(merged, "0123456789ab")


def test_a_copy_with_another_clock_is_corrected_and_counts_on_the_right_day(tmp_path):
    with _opened(tmp_path) as warehouse:
        _put(warehouse, "one.fit", _fit(second=False, shift_s=5 * 3600, minutes=10))
        _put(warehouse, "two.fit", _fit(second=True, shift_s=12 * 3600, offset_s=0, minutes=10))
        warehouse.home.inbox.joinpath("anna", "athlete.toml").write_text('time_zone = "Atlantic/Azores"\n')
        _all_stops(warehouse)

        labels = _rows(warehouse, "select label, shift_s, local_date from clock_doubts order by label desc")
        dates = _rows(warehouse, "select distinct observed_date from observations")
        raw = _rows(warehouse, "select distinct local_date from activities order by 1")

    day = START.date()
    assert labels == [("sure", None, day), ("corrected", -7 * 3600, day)]
    assert dates == [(day,)]
    assert raw == [(day,), (day + timedelta(days=1),)]
