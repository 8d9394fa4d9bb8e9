"""The stop that judges, on a small warehouse: who is judged, what follows a late file, what a new version does."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.paths import Home, home
from pipelines.progress import SILENT
from pipelines.quality import stop
from pipelines.quality.judge import judge_alone, judge_subjects
from pipelines.quality.stop import judge
from pipelines.quality.verdicts import verdicts
from pipelines.simulation.beats import rr_series
from pipelines.simulation.devices import GARMIN, Device
from pipelines.simulation.frames import record_rows
from pipelines.simulation.running import Runner, RunPlan, run
from pipelines.simulation.writers.fit import FitActivity, activity_file
from pipelines.simulation.writers.rr_text import rr_text_file, rr_text_name
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.load import load
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.queue import pending
from pipelines.warehouse.reading import read
from pipelines.warehouse.subjects import athlete_tables, raw_tables

SQUAD = "unassigned"
FIRST = date(2026, 3, 1)
JUDGED = ("flags", "check_outcomes", "facts")


@pytest.fixture
def warehouse(tmp_path: Path, with_database: Callable[[Home], Home]) -> Iterator[Warehouse]:
    with open_warehouse(with_database(home(tmp_path / "home")), owner="test") as opened:
        yield opened


def _morning(warehouse: Warehouse, athlete: str, day: int, *, beat_count: int = 130) -> None:
    """A morning reading of an athlete, so many days after the first."""
    rng = np.random.default_rng([day, len(athlete)])
    rr = rr_series(rng, beat_count=beat_count, mean_rr_ms=1000.0, target_rmssd_ms=40.0 + 25.0 * (day % 2))
    start = datetime(FIRST.year, FIRST.month, FIRST.day, 6, 30, tzinfo=UTC) + timedelta(days=day)
    path = warehouse.home.inbox / athlete / rr_text_name(start)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(rr_text_file(rr))


def _run(warehouse: Warehouse, athlete: str) -> None:
    start_s = int(datetime(2026, 3, 3, 16, tzinfo=UTC).timestamp())
    runner = Runner(resting_bpm=50.0, max_bpm=188.0, threshold_m_per_s=3.9)
    made = run(np.random.default_rng(4), runner, RunPlan(kind="easy", moving_s=900, start_s=start_s))
    content = activity_file(
        FitActivity(
            records=record_rows(made.records, athlete_id=1, source_file_id="0" * 16),
            start_s=made.start_s,
            end_s=made.end_s,
            pauses=made.pauses,
            utc_offset_s=0,
            device=Device(manufacturer=GARMIN, product=3290, serial=77, firmware_hundredths=1500),
            has_strap=True,
            sub_sport=None,
        )
    )
    (warehouse.home.inbox / athlete / "run.fit").write_bytes(content)


def _take_in(warehouse: Warehouse) -> None:
    for step in (drop, recognise, read, load):
        step(warehouse, SQUAD, SILENT)


@pytest.fixture
def loaded(warehouse: Warehouse) -> Warehouse:
    """Anna: fourteen mornings from the second day on, and a run. Berta: two mornings."""
    for day in range(1, 15):
        _morning(warehouse, "anna", day)
    for day in (1, 2):
        _morning(warehouse, "berta", day)
    _run(warehouse, "anna")
    _take_in(warehouse)
    return warehouse


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of the activities and series that the rules were shown."""
    shown: list[str] = []

    def spy(tables: dict[str, pl.DataFrame]) -> object:
        for table, key in (("activities", "activity_id"), ("beat_series", "series_id")):
            shown.extend(tables[table][key].to_list() if table in tables else [])
        return judge_subjects(tables)

    monkeypatch.setattr(stop, "judge_subjects", spy)
    return shown


def _rows(warehouse: Warehouse, table: str) -> pl.DataFrame:
    return warehouse.con.sql(f"select * from {table} order by all").pl()


def _athletes(warehouse: Warehouse) -> dict[str, int]:
    return dict(warehouse.con.sql("select folder, athlete_id from athletes").fetchall())


def _series(warehouse: Warehouse, athlete: str) -> list[str]:
    number = _athletes(warehouse)[athlete]
    found = warehouse.con.execute(
        "select series_id from beat_series where athlete_id = ? order by start_at_utc", [number]
    )
    return [series_id for (series_id,) in found.fetchall()]


def test_what_is_stored_is_what_the_pure_rules_say_of_everything(loaded: Warehouse) -> None:
    queued = pending(loaded, "judge", SQUAD).filter(pl.col("subject_kind") != "athlete")
    pure = judge_alone(raw_tables(loaded, queued))
    known = athlete_tables(loaded, _athletes(loaded).values())
    expected = {name: getattr(pure, name) for name in JUDGED}
    expected["verdicts"] = verdicts({**known, **expected})

    summary = judge(loaded, SQUAD, SILENT)

    assert summary.counts["verdicts"] == expected["verdicts"].height > 0
    for name, frame in expected.items():
        stored = _rows(loaded, name)
        assert stored.sort(_keys(stored)).equals(frame.select(stored.columns).sort(_keys(stored))), name


def _keys(frame: pl.DataFrame) -> list[str]:
    wanted = ("subject_kind", "subject_id", "check_name", "segment_index", "fact", "purpose")
    return [name for name in wanted if name in frame.columns]


def test_a_second_run_judges_nobody_and_changes_nothing(loaded: Warehouse, seen: list[str]) -> None:
    judge(loaded, SQUAD, SILENT)
    before = {name: _rows(loaded, name) for name in (*JUDGED, "verdicts")}
    seen.clear()

    summary = judge(loaded, SQUAD, SILENT)

    assert (summary.subject_count, seen) == (0, [])
    assert all(_rows(loaded, name).equals(frame) for name, frame in before.items())


def test_only_what_a_late_file_brought_is_judged_again(loaded: Warehouse, seen: list[str]) -> None:
    judge(loaded, SQUAD, SILENT)
    known = {*_series(loaded, "anna"), *_series(loaded, "berta")}
    seen.clear()

    _morning(loaded, "anna", 0)
    _take_in(loaded)
    judge(loaded, SQUAD, SILENT)

    assert len(seen) == 1
    assert set(seen) & known == set()


def test_a_late_file_restates_the_verdicts_of_its_athlete_and_of_no_other(loaded: Warehouse) -> None:
    judge(loaded, SQUAD, SILENT)
    last, other = _series(loaded, "anna")[-1], _series(loaded, "berta")
    before = _rows(loaded, "verdicts")
    loaded.con.execute("delete from work_queue where stop = 'observe'")

    _morning(loaded, "anna", 0)
    _take_in(loaded)
    judge(loaded, SQUAD, SILENT)

    after = _rows(loaded, "verdicts")
    one = pl.col("subject_id") == last
    assert (
        before.filter(one, purpose="hrv_day")["error_limit"][0]
        != after.filter(one, purpose="hrv_day")["error_limit"][0]
    )
    others = pl.col("subject_id").is_in(other)
    assert after.filter(others).equals(before.filter(others))
    waiting = pending(loaded, "observe", SQUAD)["subject_id"].to_list()
    assert last in waiting
    assert not set(waiting) & set(other)


def test_another_version_of_the_definitions_has_everything_judged_again(
    loaded: Warehouse, seen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(loaded, SQUAD, SILENT)
    first = sorted(seen)
    seen.clear()

    monkeypatch.setattr(stop, "VERSION", "another")
    judge(loaded, SQUAD, SILENT)
    again = sorted(seen)
    seen.clear()
    judge(loaded, SQUAD, SILENT)

    assert len(first) == 17
    assert again == first
    assert seen == []
