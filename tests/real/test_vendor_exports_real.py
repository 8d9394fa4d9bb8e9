"""Real exports of WHOOP, Oura, Withings and Strava: read whole; three devices of one sleeper agree on the nights."""

import os
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from pipelines.errors import CorruptExport, ExportError
from pipelines.readers.catalogue import head_of, readers, recognise
from pipelines.readers.contract import Batch, ReadReport, Source
from pipelines.readers.read_file import read_source

pytestmark = pytest.mark.real

TABLE = "Real exports of vendors (file, reader, rows)"
FOLDERS = {
    "whoop_csv": "whoop_csv",
    "oura_csv": "oura_trends",
    "withings_csv": "withings_csv",
    "strava_activities_csv": "strava_activities",
}
NIGHT_VENDORS = ("whoop_csv", "oura_csv", "withings_csv")
BULKY = ("fit", "tcx", "gpx", "strava_streams_json", "suunto_sml", "rr_annotated")
"""Folders of recordings, which state no values of a day, or are read by tests of their own."""

LEAST_SHARED = 20
"""Nights that two vendors must share before their agreement says anything."""

END_APART_S = 900.0
"""Median distance (s) between the ends of one night by two devices: a wrong time zone is an hour or more."""


@pytest.fixture(scope="module")
def real() -> Path:
    folder = os.environ.get("WATTWORTH_REAL")
    if folder is None:
        pytest.skip("WATTWORTH_REAL does not name a folder of real exports")
    return Path(folder)


def _read(path: Path) -> tuple[str, dict[str, pl.DataFrame], ReadReport]:
    source = Source(
        path=path,
        name=path.name,
        source_file_id="0" * 16,
        athlete_id=1,
        time_zone=ZoneInfo("UTC"),
        modified_at_utc=datetime(2026, 1, 1, tzinfo=UTC),
    )
    reader = recognise(head_of(path))
    *batches, report = read_source(source, reader)
    assert isinstance(report, ReadReport)
    frames: dict[str, list[pl.DataFrame]] = {}
    for batch in batches:
        assert isinstance(batch, Batch)
        frames.setdefault(batch.table, []).append(batch.frame)
    return reader.name, {table: pl.concat(parts) for table, parts in frames.items()}, report


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_every_real_file_is_read_by_its_reader_without_a_loss(
    folder: str, real: Path, record_property: Callable[[str, object], None]
) -> None:
    read = {path.name: _read(path) for path in _files(real / folder)}

    for name, (reader, frames, _) in read.items():
        rows = {table: frame.height for table, frame in frames.items()}
        record_property("outcome", f"{TABLE}: {folder}/{name}: {reader} {rows}")
    assert read
    assert {reader for reader, _, _ in read.values()} == {FOLDERS[folder]}
    assert all(report.losses == () for _, _, report in read.values())
    assert all(frames for _, frames, _ in read.values())


def test_streams_with_times_are_read_and_those_without_are_refused_in_one_line(
    real: Path, record_property: Callable[[str, object], None]
) -> None:
    outcomes: Counter[str] = Counter()
    for path in _files(real / "strava_streams_json"):
        try:
            _, frames, report = _read(path)
        except CorruptExport as error:
            outcomes["refused" if "no stream of times" in str(error) else "broken"] += 1
        else:
            assert report.losses == ()
            assert frames["activities"]["record_count"].to_list() == [frames["records"].height]
            outcomes["read"] += 1

    record_property("outcome", f"{TABLE}: strava_streams_json: {dict(outcomes)}")
    assert outcomes["read"] > outcomes["refused"]
    assert outcomes["broken"] == 0


ORIGINALS = (
    ("strava_3183465494.json", "OutdoorRun20200314145229.fit"),
    ("strava_3183490558.json", "TrailRun20200215111630.fit"),
    ("strava_3171487458_tcx.json", "garmin_828989227.fit"),
)
"""Streams and the recording they were made from."""


@pytest.mark.parametrize(("streams", "original"), ORIGINALS)
def test_streams_hold_the_records_of_the_recording_they_were_made_from(
    streams: str, original: str, real: Path, record_property: Callable[[str, object], None]
) -> None:
    found, recorded = (
        next((frames for path in _files(real / folder) if path.name == name for _, frames, _ in [_read(path)]), None)
        for folder, name in (("strava_streams_json", streams), ("fit", original))
    )
    if found is None or recorded is None:
        pytest.skip(f"{streams} or {original} is not among the real exports")

    one, other = found["records"], recorded["records"]

    apart = {name: (one[name] - other[name]).abs().median() for name in ("heart_rate_bpm", "cadence_rpm", "distance_m")}
    record_property("outcome", f"{TABLE}: {streams}: {one.height} records, median distance to the recording {apart}")
    assert one.height == other.height
    assert max(float(str(value)) for value in apart.values()) < 1.0


@pytest.mark.parametrize(("one", "other"), [("whoop_csv", "oura_csv"), ("oura_csv", "withings_csv")])
def test_two_devices_of_one_sleeper_agree_when_the_nights_end(
    one: str, other: str, real: Path, record_property: Callable[[str, object], None]
) -> None:
    shared = _main_nights(real / one).join(_main_nights(real / other), on="night_date", suffix="_other")

    apart = (shared["end_at_utc"] - shared["end_at_utc_other"]).dt.total_seconds().abs().median()

    record_property("outcome", f"{TABLE}: {one} and {other}: {shared.height} nights, ends {apart} s apart (median)")
    assert shared.height >= LEAST_SHARED
    assert isinstance(apart, float)
    assert apart < END_APART_S


def _main_nights(folder: Path) -> pl.DataFrame:
    nights = pl.concat([frames["nights"] for _, frames, _ in map(_read, _files(folder)) if "nights" in frames])
    longest = nights.sort("sleep_duration_s", nulls_last=False).unique("night_date", keep="last")
    return longest.select("night_date", "end_at_utc", "sleep_duration_s")


def test_each_vendors_number_of_one_night_keeps_its_own_method(real: Path) -> None:
    frames = [
        frames["daily_values"]
        for folder in NIGHT_VENDORS
        for _, frames, _ in map(_read, _files(real / folder))
        if "daily_values" in frames
    ]
    values = pl.concat(frames)

    vendors = values.group_by("metric", "method").agg(pl.col("device_id").n_unique().alias("device_count"))

    assert vendors["device_count"].unique().to_list() == [1]
    assert values.filter(metric="rmssd")["method"].unique().sort().to_list() == ["oura_night_average", "whoop_recovery"]


def test_whatever_real_exports_state_for_a_day_is_declared(
    real: Path, record_property: Callable[[str, object], None]
) -> None:
    declared = {(one.metric, one.method, one.reading, one.unit) for reader in readers() for one in reader.methods}
    folders = [folder for folder in sorted(real.iterdir()) if folder.is_dir() and folder.name not in BULKY]

    told: set[tuple[str, str, str, str]] = set()
    for path in (path for folder in folders for path in _files(folder)):
        try:
            frames = _read(path)[1]
        except ExportError:
            continue
        if "daily_values" in frames:
            told |= set(frames["daily_values"].select("metric", "method", "reading", "unit").iter_rows())

    record_property("outcome", f"{TABLE}: {len(told)} of {len(declared)} declared numbers are in real exports")
    assert told
    assert told <= declared
