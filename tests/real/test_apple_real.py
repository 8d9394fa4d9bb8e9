"""Real exports of Apple Health and elements cut out of them: what a parser of XML finds is what is read."""

import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from pipelines.readers.apple.reading import read_pieces
from pipelines.readers.apple_health import READER
from pipelines.readers.catalogue import head_of, recognise
from pipelines.readers.contract import Batch, ReadReport, Source

pytestmark = pytest.mark.real

REAL = Path(os.environ["WATTWORTH_REAL"]) / "apple_health" if os.environ.get("WATTWORTH_REAL") else None
DECLARATION = re.compile(r"<\?xml[^>]*\?>|<!DOCTYPE[^\[>]*\[.*?\]\s*>", re.DOTALL)
HEART_RATE = "HKQuantityTypeIdentifierHeartRate"


def _files() -> list[object]:
    paths = sorted(REAL.rglob("*.xml")) if REAL is not None else []
    if not paths:
        return [pytest.param(None, marks=pytest.mark.skip(reason="WATTWORTH_REAL names no folder with apple_health"))]
    return [pytest.param(path, id=str(path.relative_to(REAL))) for path in paths]


def _read(path: Path, *, is_patient: bool = False) -> tuple[dict[str, pl.DataFrame], ReadReport]:
    source = Source(path=path, name=path.name, source_file_id="0" * 16, athlete_id=1, time_zone=ZoneInfo("UTC"))
    *batches, report = read_pieces(source, chunk_bytes=30_000, is_patient=is_patient)
    assert isinstance(report, ReadReport)
    return dict(_together([batch for batch in batches if isinstance(batch, Batch)])), report


def _together(batches: list[Batch]) -> Iterator[tuple[str, pl.DataFrame]]:
    for table in {batch.table for batch in batches}:
        yield table, pl.concat(batch.frame for batch in batches if batch.table == table)


def _parsed(path: Path) -> ET.Element:
    """The file as a strict parser sees it, put into a root of its own."""
    text = DECLARATION.sub("", path.read_text(encoding="utf-8-sig"))
    try:
        return ET.fromstring(f"<all>{text}</all>")
    except ET.ParseError as error:
        pytest.skip(f"a strict parser refuses it ({error}): there is nothing to compare with")


@pytest.mark.parametrize("path", _files())
def test_it_is_recognised_and_every_row_of_it_is_read(path: Path) -> None:
    parsed = _parsed(path)

    frames, report = _read(path)

    rates = {(one.get("device"), one.get("startDate"), one.get("value")) for one in parsed.iter("Record")
             if one.get("type") == HEART_RATE}  # fmt: skip
    workouts = {(one.get("startDate"), one.get("endDate"), one.get("workoutActivityType"))
                for one in parsed.iter("Workout")}  # fmt: skip
    assert recognise(head_of(path)) is READER
    assert (frames["heart_rates"].height if "heart_rates" in frames else 0) == len(rates)
    assert (frames["activities"].height if "activities" in frames else 0) == len(workouts)
    assert report.losses == ()


@pytest.mark.parametrize("path", _files())
def test_both_ways_read_it_alike(path: Path) -> None:
    frames, report = _read(path)

    patient, patient_report = _read(path, is_patient=True)

    assert frames.keys() == patient.keys()
    assert all(frame.equals(patient[table]) for table, frame in frames.items())
    assert set(report.passed_over) == set(patient_report.passed_over)


@pytest.mark.parametrize("path", _files())
def test_routes_that_workouts_name_lie_beside_them(path: Path) -> None:
    frames, _ = _read(path)
    if "activities" not in frames:
        pytest.skip("no workout in it")

    names = frames["activities"]["vendor_id"].drop_nulls().str.split(";").explode().to_list()

    assert REAL is not None
    present = {route.name for route in REAL.rglob("*.gpx")}
    assert not present or set(names) <= present
