"""Every real export through recognising, reading and judging; and track files against a parser of XML.

Each file is read, read in part with the loss named, or set aside with what it is: never a traceback, never in silence.
"""

import os
import xml.etree.ElementTree as ET
from collections import Counter
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from pipelines.errors import UnsupportedExport
from pipelines.observations.inspect import inspect_file
from pipelines.readers.archive import is_archive
from pipelines.readers.catalogue import head_of, recognise
from pipelines.readers.contract import Batch, Source
from pipelines.readers.read_file import read_source
from pipelines.tables import empty

pytestmark = pytest.mark.real

REAL = Path(os.environ.get("WATTWORTH_REAL", "")) if os.environ.get("WATTWORTH_REAL") else None

TABLE = "Every real file (folder, file, status, format, rows by table, what was lost or why it was set aside)"
FOLDER_TABLE = "Every real file by folder (reader or kind, number of files)"

READ = ("read", "partial")
SET_ASIDE = ("unsupported", "unknown", "ambiguous", "corrupt")

KNOWN_FOLDERS = frozenset(
    {
        "apple_health", "elitehrv_csv", "fit", "fit_oracle_csv", "fitbit_takeout", "garmin_connect_json", "gpx",
        "hrv4training_csv", "other_device_csv", "oura_csv", "polar_hrm", "pwx", "rr_annotated", "rr_text",
        "strava_activities_csv", "strava_streams_json", "suunto_json", "suunto_sml", "tcx", "whoop_csv",
        "withings_csv",
    }
)  # fmt: skip
"""Folders of formats that are read, or known and not read: nothing in them is a riddle."""

NOT_READ = {"A_ride_mapped_on_11_22_2011.gpx": "planned route", "MetadataOnly.gpx": "only metadata"}
"""Track files that hold no activity, and the words that say so."""


def _files():
    if REAL is None or not REAL.is_dir():
        return []
    return sorted(path for folder in REAL.iterdir() if folder.is_dir() for path in folder.rglob("*") if path.is_file())


def _parameters(paths):
    if not paths:
        reason = "WATTWORTH_REAL is not set: there are no real files to read"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason))]
    return [pytest.param(path, id=str(path.relative_to(REAL))) for path in paths]


def _told(found):
    if found["status"] in SET_ASIDE:
        return found["lost"][0]["why"]
    rows = {table: count for table, count in found["counts"].items() if count}
    losses = "; ".join(f"{loss['what']} at {loss['where']}: {loss['why']}" for loss in found["lost"])
    return f"{found['format']} {rows}" + (f" lost {losses}" if losses else "")


@pytest.mark.parametrize("path", _parameters(_files()))
def test_a_real_file_is_read_or_set_aside_with_its_reason(path, record_property):
    folder = path.relative_to(REAL).parts[0]

    objects = list(inspect_file(path))

    assert objects
    for found in objects:
        name = f"{path.name}!{found['member']}" if "member" in found else path.name
        record_property("outcome", f"{TABLE}: {folder:22} {name[-60:]:60} {found['status']:11} {_told(found)[:300]}")
        assert found["status"] in (*READ, *SET_ASIDE)
        assert (found["status"] == "read") == (found["lost"] == [])
        assert all(loss["what"] and loss["why"] and "\n" not in loss["why"] for loss in found["lost"])
        assert found["status"] == "read" or found["remedy"]
        if found["status"] in READ:
            assert found["format"]
            assert any(found["counts"].values()) or found["passed_over"]
        if folder in KNOWN_FOLDERS and "member" not in found:
            assert found["status"] not in {"unknown", "ambiguous"}


def test_every_folder_says_what_became_of_its_files(record_property):
    if not _files():
        pytest.skip("WATTWORTH_REAL is not set: there are no real files to recognise")
    folders: dict[str, Counter[str]] = {}
    for path in _files():
        counts = folders.setdefault(path.relative_to(REAL).parts[0], Counter())
        try:
            head = head_of(path)
            counts["archive" if is_archive(head) else recognise(head).name] += 1
        except Exception as error:  # noqa: BLE001 - any other error fails below, by its kind
            counts[getattr(error, "kind", repr(error))] += 1

    for folder, counts in folders.items():
        record_property("outcome", f"{FOLDER_TABLE}: {folder}: {dict(counts)}")
    kinds = set().union(*folders.values())
    assert "ambiguous" not in kinds
    assert all("(" not in kind for kind in kinds)


def _tracks():
    return [path for path in _files() if path.suffix.lower() in {".gpx", ".tcx"}]


@cache
def _local(tag):
    return tag.rpartition("}")[2]


def _points(path):
    """The points of a track file as a parser of XML sees them: latitude, heart rate and time by local name."""
    root = ET.fromstring(path.read_bytes().lstrip())
    points = []
    for element in root.iter():
        if _local(element.tag) in {"trkpt", "Trackpoint"}:
            texts = {_local(part.tag): (part.text or "").strip() for part in element.iter()}
            rate = texts.get("hr") or (texts.get("Value") if "HeartRateBpm" in texts else None)
            latitude = element.get("lat") or texts.get("LatitudeDegrees")
            altitude = texts.get("ele") or texts.get("AltitudeMeters")
            points.append((texts.get("time") or texts.get("Time"), latitude, rate, altitude))
    return points


@pytest.mark.parametrize("path", _parameters(_tracks()))
def test_a_real_track_holds_what_a_parser_of_xml_finds(path):
    source = Source(path=path, name=path.name, source_file_id="f00d", athlete_id=1, time_zone=ZoneInfo("UTC"))
    points = _points(path)
    reader = recognise(head_of(path))

    if path.name in NOT_READ:
        with pytest.raises(UnsupportedExport, match=NOT_READ[path.name]):
            list(read_source(source, reader))
        return
    batches = [item for item in read_source(source, reader) if isinstance(item, Batch) and item.table == "records"]

    records = pl.concat([batch.frame for batch in batches]) if batches else empty("records")
    assert len(records) == len(points)
    for column, place in (("latitude_deg", 1), ("heart_rate_bpm", 2), ("altitude_m", 3)):
        theirs = [float(point[place]) if point[place] else None for point in points]
        ours = records[column].cast(pl.Float64).to_list()
        if column == "heart_rate_bpm":  # 0 is missing, and some apps write fractions of a beat
            theirs = [rate or None for rate in theirs]
        assert ours == pytest.approx(theirs, abs=0.5 if column == "heart_rate_bpm" else 1e-9), column
    seconds = [at.strftime("%H:%M:%S") for at in records["recorded_at_utc"].to_list()]
    assert seconds == [point[0][11:19] for point in points]
