"""Real exports of one activity in several formats are one; real exports of other activities stay others."""

import os
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from pipelines.proofs.overlay_bench import judged_overlays
from pipelines.readers.catalogue import head_of, recognise
from pipelines.readers.contract import Batch, Source
from pipelines.readers.read_file import read_source
from pipelines.tables import empty

pytestmark = pytest.mark.real

REAL = Path(os.environ.get("WATTWORTH_REAL", "/nowhere"))
FOLDERS = ("fit/GoldenCheetah__sweatpy", "gpx/GoldenCheetah__sweatpy", "tcx/GoldenCheetah__sweatpy")
SAVED_AGAIN = (
    "fit/GoldenCheetah__GoldenCheetah/3386684871.fit",
    "fit/GoldenCheetah__GoldenCheetah/3386684871-saved.fit",
)
NEEDED = (
    "activities", "records", "pauses", "laps", "beat_series", "beats", "nights", "daily_values", "activity_pairs",
    "merge_undos",
)  # fmt: skip


def _read(paths):
    """Rows of these files as those of one athlete at home in Berlin."""
    frames = {name: [empty(name)] for name in NEEDED}
    sources = []
    for number, path in enumerate(paths):
        source_file_id = f"{number:016d}"
        source = Source(
            path=path, name=path.name, athlete_id=1, source_file_id=source_file_id, time_zone=ZoneInfo("Europe/Berlin")
        )
        sources.append({"source_file_id": source_file_id, "path": path.name, "member_path": None})
        for part in read_source(source, recognise(head_of(path))):
            if isinstance(part, Batch) and part.table in frames:
                frames[part.table].append(part.frame)
    tables = {name: pl.concat(parts) for name, parts in frames.items()}
    tables["source_files"] = pl.DataFrame(sources, schema_overrides={"member_path": pl.String})
    athlete = pl.DataFrame({"athlete_id": [1], "time_zone": ["Europe/Berlin"]})
    tables["athletes"] = pl.concat([empty("athletes"), athlete], how="diagonal_relaxed")
    return tables


@pytest.fixture(scope="module")
def rides():
    """Files of a few rides in up to three formats, and what the judge makes of them: names in merges."""
    paths = sorted(path for folder in FOLDERS for path in (REAL / folder).glob("*") if path.is_file())
    if not paths:
        pytest.skip("WATTWORTH_REAL does not name the folder of real exports")
    tables = _read(paths)
    names = {f"{number:016d}": path.name for number, path in enumerate(paths)}
    merged = judged_overlays(tables)["merged_activities"]
    groups = merged.with_columns(pl.col("activity_id").str.split(":").list.first().replace_strict(names).alias("name"))
    return tables, [set(names) for (names,) in groups.group_by("merge_id").agg("name").select("name").iter_rows()]


def test_files_that_carry_one_number_are_one_ride(rides):
    _, groups = rides

    for number in ("4078723797", "4801048867", "5039744860"):
        holding = [group for group in groups if any(number in name for name in group)]
        assert len(holding) == 1
        assert sum(number in name for name in holding[0]) >= 2


def test_rides_of_other_numbers_never_share_a_merge(rides):
    _, groups = rides

    for group in groups:
        numbers = {number for name in group for number in ("4078723797", "4801048867", "5039744860") if number in name}
        assert len(numbers) <= 1


def test_what_is_merged_overlaps_in_time(rides):
    tables, groups = rides
    spans = tables["activities"].select("start_at_utc", "end_at_utc").rows()

    assert groups
    assert sum(one[0] < other[1] and other[0] < one[1] for one, other in combinations(spans, 2)) >= len(groups)


def test_a_run_saved_again_two_hours_off_is_one_run_with_a_corrected_clock():
    paths = [REAL / name for name in SAVED_AGAIN]
    if not all(path.is_file() for path in paths):
        pytest.skip("WATTWORTH_REAL does not name the folder of real exports")

    found = judged_overlays(_read(paths))

    assert found["merged_activities"].height == 2
    assert sorted(found["clock_doubts"].filter(pl.col("subject_kind") == "activity")["label"]) == ["corrected", "sure"]
