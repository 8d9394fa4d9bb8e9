"""How subjects are put together to be judged: as many as memory allows, whole athletes in a group."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.paths import Home, home
from pipelines.quality import portions
from pipelines.quality.portions import chunks, groups
from pipelines.tables import conform
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.query import insert
from pipelines.warehouse.queue import SUBJECT_SCHEMA


@pytest.fixture
def queued(tmp_path: Path, with_database: Callable[[Home], Home]) -> Iterator[tuple[Warehouse, pl.DataFrame]]:
    """Three athletes with two series of 100 beats each, all of them queued."""
    with open_warehouse(with_database(home(tmp_path / "home")), owner="test") as warehouse:
        at = datetime(2026, 3, 1, 6, tzinfo=UTC)
        fixed = {"source_file_id": "f", "start_at_utc": at, "end_at_utc": at, "time_basis": "utc", "reading": "morning"}
        rows = [
            {"series_id": f"{athlete}:b{number}", "athlete_id": athlete, "interval_count": 100, **fixed}
            for athlete in (1, 2, 3)
            for number in (0, 1)
        ]
        dated = pl.DataFrame([{"local_date": date(2026, 3, 1), **row} for row in rows])
        insert(warehouse.con, "beat_series", conform(dated, "beat_series"))
        subjects = [("beat_series", row["series_id"], row["athlete_id"]) for row in rows]
        athletes = [("athlete", str(athlete), athlete) for athlete in (1, 2, 3)]
        yield warehouse, pl.DataFrame([*subjects, *athletes], schema=SUBJECT_SCHEMA, orient="row")


@pytest.mark.parametrize(
    ("row_count", "subject_count", "athletes"),
    [
        (600, 6, [[1, 2, 3]]),
        (599, 6, [[1, 2], [3]]),
        (600, 5, [[1, 2], [3]]),
        (100, 6, [[1], [2], [3]]),
    ],
)
def test_groups_hold_as_many_whole_athletes_as_may_be(
    queued: tuple[Warehouse, pl.DataFrame],
    monkeypatch: pytest.MonkeyPatch,
    row_count: int,
    subject_count: int,
    athletes: list[list[int]],
) -> None:
    warehouse, subjects = queued
    monkeypatch.setattr(portions, "ROWS_PER_GROUP", row_count)
    monkeypatch.setattr(portions, "SUBJECTS_AT_ONCE", subject_count)

    found = list(groups(warehouse, subjects))

    assert [group["athlete_id"].unique(maintain_order=True).to_list() for group in found] == athletes
    assert pl.concat(found).drop("row_count").sort(pl.all()).equals(subjects.sort(pl.all()))


@pytest.mark.parametrize(("row_count", "parts"), [(400, 1), (399, 2), (200, 2), (100, 4)])
def test_chunks_are_as_few_as_memory_allows_and_of_one_size(
    monkeypatch: pytest.MonkeyPatch, row_count: int, parts: int
) -> None:
    monkeypatch.setattr(portions, "ROWS_AT_ONCE", row_count)
    sized = pl.DataFrame({"subject_id": list("abcd"), "row_count": [100] * 4})

    found = chunks(sized)

    assert [chunk.height for chunk in found] == [4 // parts] * parts
    assert pl.concat(found).equals(sized)


def test_no_subject_makes_no_chunk_and_subjects_without_rows_make_one() -> None:
    summaries = pl.DataFrame({"subject_id": ["a", "b"], "row_count": [0, 0]})

    assert [len(chunks(rows)) for rows in (summaries.clear(), summaries)] == [0, 1]
